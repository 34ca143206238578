/* json_scan.h: the strict walk over the bytes of a JSON text: before cJSON sees them, or with a tree of cJSON's nodes that grows on the way. */
#ifndef MENTORD_JSON_SCAN_H
#define MENTORD_JSON_SCAN_H

#include <cjson/cJSON.h>

#include "bot/base/arena.h"
#include "bot/base/err.h"

/* What json_parse_deep refuses, but for a key that stands twice. ERR_BAD_INPUT with a note naming the byte. */
enum err json_scan(const char *text, size_t bytes, unsigned depth_max) MUST_CHECK;
enum err json_scan_tree(const char *text, size_t bytes, unsigned depth_max, struct arena *arena, const cJSON **ret_root) MUST_CHECK;
/* From `at` on, the first byte that is a control, a quote, a backslash or not ASCII; `bytes` when there is none. */
size_t json_plain_bytes(const char *text, size_t at, size_t bytes);

#endif
