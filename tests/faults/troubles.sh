#!/bin/bash
# troubles.sh: the troubles of a store and two bots that change places, side by side: both mostly wait.
# BUILD is the build folder, PY a Python with Debian's packages.
set -u
here=$(dirname "$0")
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$PY" "$here/two_bots.py" >"$log" 2>&1 &
other=$!
code=0
"$PY" "$here/redis_troubles.py" || code=1
wait "$other" || code=1
cat "$log"
exit $code
