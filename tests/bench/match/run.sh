#!/bin/sh
# run.sh: builds the generator and LEMON's racer beside the program, then runs the races: run.sh [SIZE [NAME…]]
set -eu
here=tests/bench/match
out=$BUILD/bench-match
mkdir -p "$out"
${CC:-cc} -std=gnu17 -O2 -Wall -Wextra -Werror -o "$out/generate" $here/generate.c -lm
${CXX:-g++} -O3 -o "$out/race_lemon" $here/race_lemon.cc -l:liblemon.a
exec /usr/bin/python3 $here/race.py "$BUILD" "$@"
