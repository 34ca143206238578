#!/bin/sh
# run_units.sh: runs each unit program, prints how many tests ran, and fails below the committed minimum, on none, on a skip.
set -u
failed=0 total=0
for program in "$@"; do
  room=${program##*unit-}
  out=$(timeout 400 "$program" -j"${JOBS:-2}" --verbose --short-filename 2>&1) || failed=1
  out=$(printf '%s\n' "$out" | sed 's/\x1b\[[0-9;]*m//g')
  line=$(printf '%s\n' "$out" | grep -a 'Synthesis: Tested:' | tail -1)
  tested=$(printf '%s' "$line" | sed -n 's/.*Tested: *\([0-9]*\).*/\1/p')
  failing=$(printf '%s' "$line" | sed -n 's/.*Failing: *\([0-9]*\).*/\1/p')
  least=$(awk -v r="$room" '$1 == r {print $2}' tests/minimum)
  echo "unit $room: ${tested:-0} tests, ${failing:-?} failing (at least ${least:-1})"
  [ "${failing:-1}" = 0 ] || { failed=1; printf '%s\n' "$out" | grep -avE 'Warning|^\[(RUN |PASS)\]' | tail -40; }
  [ "${tested:-0}" -ge "${least:-1}" ] || { failed=1; echo "unit $room: fewer tests than tests/minimum asks for"; }
  if printf '%s\n' "$out" | grep -a '^\[SKIP\]'; then failed=1; echo "unit $room: a test was skipped"; fi
  total=$((total + ${tested:-0}))
done
echo "units: $total tests"
exit $failed
