#!/bin/bash
# troubles.sh: the troubles of a store, two bots that change places, wrong clocks, odd nights of a machine: side by side, since all mostly wait.
# BUILD is the build folder, PY a Python with Debian's packages.
set -u
here=$(dirname "$0")
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
declare -A lanes
for lane in two_bots clocks nights; do
  "$PY" "$here/$lane.py" >"$said/$lane" 2>&1 &
  lanes[$lane]=$!
done
code=0
"$PY" "$here/redis_troubles.py" || code=1
for lane in two_bots clocks nights; do
  wait "${lanes[$lane]}" || { code=1; echo "FAILED the lane $lane"; }
  cat "$said/$lane"
done
exit $code
