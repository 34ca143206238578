#!/bin/sh
# stories.sh: stories of tests/chat played through the simulated Slack, JOBS at a time. Those it is given, or all; SEED=n kills
# processes on the way. Says which were played and which cannot be, and why; fails when one fails.
set -u
[ $# -gt 0 ] || set -- tests/chat/*.chat
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export BUILD work
printf '%s\n' "$@" | xargs -P "${JOBS:-4}" -I{} sh -c 'name=$(basename {} .chat)
  timeout 400 "$BUILD/play-slack" ${SEED:+--kills $SEED} {} >"$work/$name.out" 2>&1; echo $? >"$work/$name.code"'
played=0 skipped=0 failed=0
for code in "$work"/*.code; do
  name=$(basename "$code" .code)
  case $(cat "$code") in
    0) played=$((played + 1)); echo "ok $name: $(grep -ao 'killed: .*' "$work/$name.out")" ;;
    77) skipped=$((skipped + 1)); echo "not on Slack: $name: $(sed -n 's/^skipped: //p' "$work/$name.out")" ;;
    *) failed=$((failed + 1)); echo "FAILED $name"; tail -n 60 "$work/$name.out" | cut -c1-400 ;;
  esac
done
echo "stories on Slack: $played of $# played, $skipped cannot be, $failed failed${SEED:+, with kills of seed $SEED}"
[ "$failed" -eq 0 ] && [ "$played" -gt 0 ]
