#!/bin/bash
# sabotage.sh: seasons of bots that each lack one rule (sabotage/*.patch): each must be caught by one of the first three seeds, within a minute.
set -u
build=${BUILD:-build} work=$(mktemp -d) total=0 caught=0
trap 'rm -rf "$work"' EXIT
for patch in tests/season/sabotage/*.patch; do
  name=$(basename "$patch" .patch) start=$SECONDS by=
  for seed in 1 2 3; do
    timeout "$((60 - SECONDS + start))" "$build/sabotage/season-$name" "$seed" >"$work/out" 2>&1
    [ $? -eq 1 ] && by=$(sed -n 's/^season: broken: \([a-z_]*\).*/\1/p' "$work/out") turn=$(sed -n 's/^season: seed .*, turn \([0-9]*\),.*/\1/p' "$work/out")
    [ -n "$by" ] && break
  done
  total=$((total + 1))
  if [ -n "$by" ]; then caught=$((caught + 1)); echo "sabotage: $name: caught by $by in season $seed after $turn turns, $((SECONDS - start)) s"
  else echo "sabotage: $name: NOT caught by seasons 1 to 3 in $((SECONDS - start)) s"; fi
done
echo "sabotage: $caught of $total caught"
[ "$total" -gt 0 ] && [ "$caught" -eq "$total" ]
