#!/bin/sh
# run.sh: builds the generator and LEMON's racer beside the program, then runs the races: run.sh [SIZE [NAME…]]
set -eu
here=tests/bench/match
out=$BUILD/bench-match
mkdir -p "$out"
${CC:-cc} -std=gnu17 -O2 -Wall -Wextra -Werror -I. -o "$out/generate" $here/generate.c -lm
${CXX:-g++} -O3 -o "$out/race_lemon" $here/race_lemon.cc -l:liblemon.a
for timed in repairs candidates answers; do
  ${CC:-cc} -std=gnu17 -D_GNU_SOURCE -I. -O2 -Wall -Wextra -Werror -o "$out/$timed" $here/$timed.c "$BUILD/libpure.a" "$BUILD/libbase.a" -lm
done
if [ $# -le 1 ]; then
  "$out/candidates" 100000 20000
  "$out/generate" people 10000 2000 100 2026 "$out/problem" && "$out/repairs" "$out/problem"
  "$out/generate" people 10000 1000 100 2026 "$out/problem" && "$out/answers" "$out/problem"
  "$out/generate" uniform 20000 20000 50 2026 "$out/problem" && "$out/repairs" "$out/problem" 200
  rm -f "$out/problem"
fi
exec /usr/bin/python3 $here/race.py "$BUILD" "$@"
