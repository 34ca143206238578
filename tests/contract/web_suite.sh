#!/bin/bash
# The adapter contract suite, bad frames, and the web adapter's own stories, against the mentord-web that was built.
# usage: BUILD=build tests/contract/web_suite.sh
set -u
cd "$(dirname "$0")/../.." || exit 1
py=/usr/bin/python3
web=${BUILD:-build}/mentord-web
pages=adapters/web/page
play=deploy/demo/play.yaml
folder=$(mktemp -d) || exit 1 # 0700, as the link's socket needs
pid=

finish() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null
  rm -rf "$folder"
}
trap finish EXIT

mkfifo "$folder/said"
"$web" --port 0 --link "unix:$folder/web.sock" --data "$folder/data" --pages $pages --play $play --demo \
  >"$folder/said" 2>"$folder/log" &
pid=$!
read -r ready <"$folder/said"
port=${ready##*:}
port=${port%/}
case $ready in
  "ready http://127.0.0.1:$port/") ;;
  *) echo "FAILED mentord-web did not get ready"; cat "$folder/log"; exit 1 ;;
esac

$py tests/contract/link_client.py --address "unix:$folder/web.sock" --workspace web/city suite --person aisha \
  --poke "$py tests/contract/web_story.py poke $port aisha"
suite=$?
$py tests/contract/bad_frames.py adapter "unix:$folder/web.sock" web/city
frames=$?
kill "$pid"
wait "$pid"
ended=$?
pid=
[ $suite -eq 0 ] || cat "$folder/log"
[ $ended -eq 0 ] || echo "FAILED mentord-web ended with $ended"

$py tests/contract/web_story.py "$web" $pages
story=$?
$py tests/contract/web_files.py "$web" $pages
files=$?
[ $suite -eq 0 ] && [ $frames -eq 0 ] && [ $ended -eq 0 ] && [ $story -eq 0 ] && [ $files -eq 0 ]
