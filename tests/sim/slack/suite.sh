#!/bin/sh
# suite.sh: everything about mentord-slack that needs the simulated Slack, each part by itself; fails when one of them does.
set -u
failed=0
here=$(dirname "$0")
told=$(mktemp)
# Stories take their time, not the machine's: beside the rest. In these: both workspaces, rooms, forms, the clock, restarts; anything
# may be killed at any line. With this seed a mentord-slack that looks nothing up after its start says something twice in cancel.chat.
SEED=9 JOBS=6 "$here/stories.sh" tests/chat/heart.chat tests/chat/relay.chat tests/chat/announce.chat tests/chat/store_trouble.chat \
  tests/chat/silence.chat tests/chat/cancel.chat tests/chat/day.chat >"$told" 2>&1 &
stories=$!
for part in apps_test contract_test deeds_test doctor_test tls_test page_test sockets_test first_test form_test files_test people_test restart_test posts_test story_test two_test; do
  echo "# $part"
  timeout 280 /usr/bin/python3 "$here/$part.py" || { failed=1; echo "FAILED: $part"; }
done
echo "# stories"
wait "$stories" || failed=1
cat "$told" && rm -f "$told"
exit $failed
