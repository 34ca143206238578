#!/bin/sh
# purity.sh: what the pure bot imports from outside itself must stand in tests/purity.allow: no clock, socket, file or chance.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
nm -u "$BUILD/libpure.a" | awk '/ U /{print $2}' | sed 's/_[0-9][0-9]$//' | sort -u >"$work/wanted"
nm "$BUILD/libpure.a" 2>/dev/null | awk '$2 ~ /^[TDRBC]$/ {print $3}' | sort -u >"$work/own"
grep -v '^#' tests/purity.allow | sort -u >"$work/allowed"
comm -23 "$work/wanted" "$work/own" >"$work/outside"
bad=$(grep -vxF -f "$work/allowed" "$work/outside" | grep -vE '^(txn_|record_|model_|strs_|list_add|arena_|text_|json_|map_|cJSON_|err_|hash_|civil_|zone_|u_|udat_|umsg_|unum_|ulistfmt_|__asan_|__ubsan_)' |
      grep -vE '_(name|from)$' || true)
[ "$(wc -l <"$work/outside")" -gt 20 ] || { echo "purity: nothing was found to check"; exit 1; }
if [ -n "$bad" ]; then echo "purity: the pure bot imports what it may not:"; echo "$bad"; exit 1; fi
echo "purity: $(wc -l <"$work/outside") imports looked at, all allowed"
