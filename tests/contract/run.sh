#!/bin/bash
# The contract, all of it: both adapters, the real bot behind the second one, bad frames to each end, TLS. Three lanes side by side,
# since most of it waits. usage: BUILD=build tests/contract/run.sh
set -u
cd "$(dirname "$0")/../.." || exit 1
py=/usr/bin/python3
said=$(mktemp -d) || exit 1
lanes=()

finish() {
  [ ${#lanes[@]} -eq 0 ] || kill "${lanes[@]}" 2>/dev/null
  rm -rf "$said"
}
trap finish EXIT

lane_web() { tests/contract/web_suite.sh; }
lane_town() {
  local failed=0
  $py tests/contract/town_suite.py || failed=1
  $py tests/contract/bad_frames.py bot || failed=1
  $py tests/contract/town_tls.py || failed=1
  return $failed
}
lane_story() { $py tests/contract/town_story.py; }

for lane in web town story; do
  "lane_$lane" >"$said/$lane" 2>&1 &
  lanes+=($!)
done
failed=0
for lane in web town story; do
  wait "${lanes[0]}" || { failed=1; echo "FAILED the lane $lane"; }
  lanes=("${lanes[@]:1}")
  cat "$said/$lane"
done
echo "contract: $(cat "$said"/* | grep -c '^ok') checks and $(cat "$said"/* | grep -o '[0-9]* rows' | awk '{n += $1} END {print n}') bad frames"
exit $failed
