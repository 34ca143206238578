#!/bin/sh
# test_sabotage.sh [write]: commit_sabotaged.lua is commit.lua without its duplicate check and without recording event ids,
# and nothing else: the kill test loads it to show that it would see an event take effect twice. `write` makes it anew.
set -eu
cd "$(dirname "$0")/../.."
good=state/commit.lua
bad=tests/faults/commit_sabotaged.lua

if [ "${1:-}" = write ]; then
  sed -e '1a -- SABOTAGE: commit.lua without the two lines marked SABOTAGED; tests/faults/test_sabotage.sh writes and checks it.' \
      -e "s/^.*known(c, id) then return 'DUP' end\$/-- SABOTAGED: &/" \
      -e "s/^.*redis.call('SADD', c.K\[SEEN\], id) end\$/-- SABOTAGED: &/" "$good" >"$bad"
fi
marked=$(grep -c '^-- SABOTAGED: ' "$bad")
[ "$marked" -eq 2 ] || { echo "$bad: $marked lines are marked, not 2" >&2; exit 1; }
sed -e '/^-- SABOTAGE: /d' -e 's/^-- SABOTAGED: //' "$bad" | diff - "$good" >&2 ||
  { echo "$bad differs from $good in more than its marked lines: run $0 write" >&2; exit 1; }
echo "commit_sabotaged.lua: $(wc -l <"$good") lines, $marked of them taken out"
