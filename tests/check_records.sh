#!/bin/sh
# check_records.sh [--write]: the record table in state/README.md is what the program prints; --write makes it so.
# The table stands between two marker lines. BUILD=folder names the build, as everywhere.
set -eu
cd "$(dirname "$0")/.."
readme=state/README.md
begin='<!-- records:begin -->'
end='<!-- records:end -->'
program=${BUILD:-build}/mentord
[ -x "$program" ] || { echo "check_records: $program is not built: run make first" >&2; exit 1; }
[ "$(grep -cFx -e "$begin" -e "$end" "$readme")" -eq 2 ] || { echo "check_records: $readme has not one line $begin and one line $end" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$program" records >"$work/records"
rows=$(grep -c '^| [a-z_]* | ' "$work/records") || { echo "check_records: the program printed no fields" >&2; exit 1; }
awk -v begin="$begin" -v end="$end" -v file="$work/records" '
  $0 == end { inside = 0 }
  !inside { print }
  $0 == begin { inside = 1; print ""; while ((getline line < file) > 0) print line }
' "$readme" >"$work/readme"

if [ "${1:-}" = --write ]; then
  cat "$work/readme" >"$readme"
elif ! diff "$readme" "$work/readme" >"$work/diff"; then
  head -20 "$work/diff" >&2
  echo "check_records: $readme differs from what $program records prints (< is the page, > the program): run tests/check_records.sh --write" >&2
  exit 1
fi
echo "check_records: $rows lines of fields in $readme, as the program prints them"
