#!/bin/bash
# run_fuzz.sh: builds the fuzz targets it is given, shows that a planted fault is found, runs each for so long, two at a time.
# BUILD is their build folder; SECONDS_EACH, SEED and JOBS may be set. All it writes lies in BUILD.
# With RUNS each makes so many executions instead, from the corpus in the tree alone: the same seed makes the same ones, so that
# such a run fails for what was changed, not by chance. RUNS=table takes the numbers of tests/fuzz/runs: what 45 seconds were
# worth on two cores of 2026.
set -u
export seconds=${SECONDS_EACH:-45} runs_each=${RUNS:-} seed=${SEED:-$(($(date +%s) % 1000000 + 1))} jobs=${JOBS:-2}
export found=$BUILD/found
export ASAN_OPTIONS="detect_leaks=1:handle_abort=1:disable_coredump=1"
export UBSAN_OPTIONS="print_stacktrace=1"
flags="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all"
programs=$(printf "$BUILD/fuzz-%s " planted "$@")
mkdir -p "$found"
# shellcheck disable=SC2086
make -s V=1 -j"$jobs" CC=clang BUILD="$BUILD" OPT="-O1 -g -fno-omit-frame-pointer $flags" CFLAGS=-U_FORTIFY_SOURCE \
  LDFLAGS="-fsanitize=fuzzer,address,undefined" $programs || exit 1

fuzz() { # target, corpus in the tree, seconds, log: what grew in earlier runs lies in BUILD and is used again
  local dict=tests/fuzz/dict/$2.dict
  local grown=$BUILD/corpus/$1 length=(-max_total_time="$3")
  if [ -n "$runs_each" ] && [ "$1" != planted ]; then
    local count=$runs_each
    [ "$count" = table ] && count=$(awk -v target="$1" '$1 == target { print $2 }' tests/fuzz/runs)
    [ -n "$count" ] || { echo "ERROR: tests/fuzz/runs has no line for $1" >"$4"; return 1; }
    grown=$BUILD/corpus-fixed/$1 length=(-runs="$count")
    rm -rf "$grown"
  fi
  mkdir -p "$grown"
  [ -e "$dict" ] && dict=-dict=$dict || dict=-verbosity=1
  "$BUILD/fuzz-$1" -seed="$seed" "${length[@]}" -timeout=10 -rss_limit_mb=2048 -max_len=8192 -print_final_stats=1 "$dict" \
    -artifact_prefix="$found/$1-" "$grown" "tests/fuzz/corpus/$2" >"$4" 2>&1
}

one() { # one target: one line, and on a finding what it was and how to see it again
  local target=$1 log=$found/$1.log code=0 runs coverage corpus input
  fuzz "$target" "$target" "$seconds" "$log" || code=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  coverage=$(grep -o 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)
  corpus=$(grep -o 'corp: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)
  echo "fuzz $target executions ${runs:-0} coverage ${coverage:-0} corpus ${corpus:-0}"
  [ "$code" = 0 ] && [ "${runs:-0}" -gt 0 ] && [ "${coverage:-0}" -gt 0 ] && return 0
  grep -aE -m1 -A12 'ERROR: |runtime error|fuzz: |SUMMARY' "$log" || tail -20 "$log"
  input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -1)
  [ -n "$input" ] && echo "fuzz $target: found by $input; see it again: $BUILD/fuzz-$target $input"
  return 1
}
export -f fuzz one

# A fault of the harness's own, behind the real decoder, must be found within a minute: else finding nothing says nothing.
start=$SECONDS
rm -rf "$BUILD/corpus/planted"
if fuzz planted link_bot 60 "$found/planted.log" || ! grep -q 'heap-buffer-overflow' "$found/planted.log" || ! grep -q 'in planted ' "$found/planted.log"; then
  echo "fuzz: the planted fault was not found: $found/planted.log"
  exit 1
fi
echo "fuzz: seed $seed; the planted fault was found in $((SECONDS - start)) s"
failed=0
printf '%s\n' "$@" | xargs -P "$jobs" -I{} bash -c 'one {}' || failed=1
[ "$failed" = 0 ] && echo "fuzz: $# targets, nothing found"
exit $failed
