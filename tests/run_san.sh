#!/bin/sh
# run_san.sh: units, stories, the simulated Slack and mentord-slack on it under the sanitizers. Criterion passes tests that leak, so the sanitizers' log folder decides.
set -eu
flags=$1
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
export ASAN_OPTIONS="log_path=$logs/asan:detect_leaks=1:abort_on_error=1:disable_coredump=1"
export UBSAN_OPTIONS="log_path=$logs/ubsan:print_stacktrace=1"
export LSAN_OPTIONS="suppressions=tests/lsan.supp:print_suppressions=0"
programs=$(for room in tests/unit/*; do printf '%s ' "$BUILD/unit-$(basename "$room")"; done)
make -s -j2 BUILD="$BUILD" OPT="-O1 -g -fno-omit-frame-pointer -Wno-format-truncation $flags" LDFLAGS="$flags" $programs "$BUILD/play" "$BUILD/sim-slack" "$BUILD/mentord" "$BUILD/mentord-web" "$BUILD/mentord-slack"
make -s BUILD="$BUILD" "$BUILD/at_once.so"
failed=0
JOBS=2 tests/run_units.sh $programs || failed=1
plays=0
for story in tests/chat/*.chat; do
  plays=$((plays + 1))
  timeout 300 "$BUILD/play" "$story" >"$logs/out" 2>&1 || { failed=1; echo "san: $story failed"; tail -20 "$logs/out"; }
  rm -f "$logs/out"
done
/usr/bin/python3 tests/sim/slack/sim_test.py || failed=1
# A library put before all others comes behind the sanitizer's own, or that refuses to begin.
export PRELOADED_FIRST="$(${CC:-cc} -print-file-name=libasan.so)"
for part in doctor_test sockets_test; do timeout 280 /usr/bin/python3 "tests/sim/slack/$part.py" >"$logs/out" 2>&1 || { failed=1; tail -20 "$logs/out"; }; done
rm -f "$logs/out"
# A planted leak must be found, or the empty folder proves nothing.
printf '#include <stdlib.h>\nint main(void){volatile char*p=malloc(77);p=0;return p!=0;}\n' >"$logs/leak.c"
${CC:-cc} $flags -o "$logs/leak" "$logs/leak.c"
ASAN_OPTIONS="log_path=$logs/planted:detect_leaks=1" "$logs/leak" || true
ls "$logs"/planted* >/dev/null 2>&1 || { failed=1; echo "san: the planted leak was not found"; }
# Tests that mean to abort leave a report of their own making; every other report is a finding.
for log in "$logs"/asan* "$logs"/ubsan*; do
  [ -e "$log" ] || continue
  failed=1
  echo "san: a sanitizer reported:"
  head -30 "$log"
done
echo "san: units, $plays stories the simulated Slack and mentord-slack under the sanitizers"
grind() { valgrind -q --fair-sched=try --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite --suppressions=tests/valgrind.supp "$@"; }
plain=${BUILD%-san}
make -s -j2 BUILD="$plain" all "$plain/play"
grind "$plain/play" tests/chat/heart.chat >"$logs/grind" 2>&1 || { failed=1; echo "san: valgrind is not content"; tail -40 "$logs/grind"; }
grind "$plain/mentord" help >/dev/null || failed=1
echo "san: valgrind on heart.chat and mentord help"
exit $failed
