#!/bin/sh
# suite.sh: everything about mentord-slack that needs the simulated Slack, each part by itself, on ports and in folders of its own; fails when one of
# them does. Most of a part is waiting: LANES of them run beside each other, and some stories; those that measure time run alone, behind the rest.
# A word for each part when it ends, all that they said when the last one has, in their order, and at the end which failed.
set -u
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export here work
beside="story_test files_test two_test apps_test contract_test deeds_test doctor_test groups_test tls_test page_test first_test form_test people_test posts_test"
alone="sockets_test restart_test many_test"
lane='begin=$(date +%s)
  timeout 400 /usr/bin/python3 "$here/$1.py" >"$work/$1.out" 2>&1
  echo $? >"$work/$1.code"; echo "$1: $(($(date +%s) - begin)) s"'
# In these: both workspaces, rooms, forms, the clock, restarts; anything may be killed at any line. With this seed a mentord-slack that
# looks nothing up after its start says something twice in cancel.chat.
SEED=9 JOBS=6 "$here/stories.sh" tests/chat/heart.chat tests/chat/relay.chat tests/chat/announce.chat tests/chat/store_trouble.chat \
  tests/chat/silence.chat tests/chat/cancel.chat tests/chat/day.chat >"$work/stories.out" 2>&1 &
stories=$!
printf '%s\n' $beside | xargs -P "${LANES:-2}" -n 1 sh -c "$lane" lane
wait "$stories"
echo $? >"$work/stories.code"
printf '%s\n' $alone | xargs -P 1 -n 1 sh -c "$lane" lane
failed=
for part in $beside $alone stories; do
  echo "# $part"
  cat "$work/$part.out"
  [ "$(cat "$work/$part.code")" = 0 ] || failed="$failed $part"
done
[ -z "$failed" ] || echo "FAILED:$failed"
[ -z "$failed" ]
