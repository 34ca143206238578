#!/bin/sh
# run_stories.sh: each story four times: memory and Redis, with buttons and in plain text. Prints what ran; none is a failure.
set -u
list=$(ls tests/chat/*.chat)
passed=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
play() { # story, options
  name=$(basename "$1" .chat)$(printf '%s' "$2" | tr -d ' ')
  if timeout 120 "$BUILD/play" $2 "$1" >"$work/$name.out" 2>&1; then echo ok >"$work/$name.ok"; fi
}
count=0
for story in $list; do
  :
  for options in "" "--plain" "--redis" "--redis --plain"; do
    play "$story" "$options" &
    count=$((count + 1))
    [ $((count % ${JOBS:-2})) -ne 0 ] || wait
  done
done
wait
for out in "$work"/*.out; do
  name=$(basename "$out" .out)
  if [ -e "$work/$name.ok" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED $name"; tail -15 "$out"; fi
done
stories=$(ls "$work" | sed -n 's/\.out$//p' | sed 's/--.*//' | sort -u | wc -l)
least=$(awk '$1 == "stories" {print $2}' tests/minimum)
echo "stories: $stories stories, $passed plays passed, $failed failed (at least $least stories)"
[ "$failed" -eq 0 ] && [ "$stories" -ge "$least" ]
