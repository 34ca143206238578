#!/bin/bash
# seasons.sh SEEDS: that many seasons, JOBS at a time; sums up what happened, and fails when a season broke or something never happened.
# The first seeds are played by a second build too (clang -O0): both must give the same bytes.
set -u
seeds=${1:-200} build=${BUILD:-build} other=${OTHER:-build-O0} jobs=${JOBS:-2} twice=${TWICE:-4}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
start=$SECONDS
play() { # program folder seed
  timeout 300 "$1/season" "$3" >"$work/$2-$3" 2>"$work/$2-$3.err" || { cat "$work/$2-$3.err"; echo "seasons: seed $3 failed in $1; repeat with: make season SEED=$3"; }
}
export -f play && export work
seq 1 "$seeds" | xargs -P "$jobs" -I{} bash -c "play $build one {}" >"$work/failures"
seq 1 "$((twice < seeds ? twice : seeds))" | xargs -P "$jobs" -I{} bash -c "play $other two {}" >>"$work/failures"
cat "$work/failures"
failed=$(grep -c '^seasons: seed' "$work/failures")
for seed in $(seq 1 "$((twice < seeds ? twice : seeds))"); do
  one=$(grep -o 'sha256 [0-9a-f]*' "$work/one-$seed") two=$(grep -o 'sha256 [0-9a-f]*' "$work/two-$seed")
  [ -n "$one" ] && [ "$one" = "$two" ] && continue
  echo "seasons: seed $seed: $build and $other differ: ${one:-nothing} and ${two:-nothing}"
  failed=$((failed + 1))
done
cat "$work"/one-*[0-9] >"$work/all"
awk '
  /^# step/ { head = $0 }
  $1 == "step" { key = $1 " " $2; for (i = 3; i <= NF; i++) ways[key, i] += $i; n[key] = NF }
  $1 == "habit" || $1 == "count" || $1 == "fault" || $1 == "check" { key = $1 " " $2; sum[key] += $3 }
  n[key] > 0 || key in sum { if (!(key in seen)) { seen[key] = 1; order[++keys] = key } }
  END {
    print head
    for (k = 1; k <= keys; k++) {
      key = order[k]
      line = sprintf("%-29s", key)
      if (n[key] > 0) { for (i = 3; i <= n[key]; i++) line = line sprintf(" %8d", ways[key, i]); if (ways[key, 3] * ways[key, 4] == 0) never[++nevers] = key }
      else { line = line sprintf(" %12d", sum[key]); if (sum[key] == 0) never[++nevers] = key }
      print line
    }
    for (k = 1; k <= nevers; k++) print "seasons: never happened: " never[k]
    if (keys == 0) print "seasons: never happened: anything"
  }' "$work/all" >"$work/sums"
cat "$work/sums"
missing=$(grep -c '^seasons: never' "$work/sums")
done=$(grep -c '^season ' "$work/all")
mean=$(awk '/^season /{ sub(/.*: /, ""); sum += $1; n++; if ($1 > most) most = $1 } END { if (n) printf "%.1f s a seed, at most %.1f s (wanted 5 s)", sum / n, most }' "$work/all")
echo "seasons: $done of $seeds seeds passed, $failed failed, $missing never happened; $mean; $((SECONDS - start)) s in all"
[ "$failed" -eq 0 ] && [ "$missing" -eq 0 ] && [ "$done" -eq "$seeds" ]
