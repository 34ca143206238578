#!/bin/bash
# walkthrough.sh: takes the ten commands out of the top README.md and runs them, one after the other, as a newcomer would.
# Each must end with exit 0, every part of a pipe too. BUILD=folder runs them against another build than build/.
set -u
cd "$(dirname "$0")/.." || exit 1
export BUILD=${BUILD:-build}
wanted=10
mapfile -t commands < <(awk '/^```/ { inside = ($0 == "```sh walkthrough"); next } inside && NF' README.md)
failed=0
for command in "${commands[@]}"; do
  if ! out=$(timeout 600 bash -o pipefail -c "${command//build\//$BUILD/}" 2>&1 </dev/null); then
    failed=$((failed + 1))
    echo "walkthrough: FAILED: $command"
    printf '%s\n' "$out" | tail -15
  fi
done
echo "walkthrough: ${#commands[@]} commands, $failed failed"
if [ "${#commands[@]}" -ne "$wanted" ]; then
  echo "walkthrough: README.md should hold $wanted commands in its block \"sh walkthrough\"" >&2
  exit 1
fi
[ "$failed" -eq 0 ]
