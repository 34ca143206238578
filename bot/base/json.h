/* json.h: bounded, typed reading over cJSON, and a writer into a struct text. cJSON's own traps stay behind this door. */
#ifndef MENTORD_JSON_H
#define MENTORD_JSON_H

#include <cjson/cJSON.h>

#include "bot/base/err.h"
#include "bot/base/text.h"

enum { JSON_DEPTH_MAX = 16 };

/* Refuses: more than bytes_max, nesting past JSON_DEPTH_MAX, trailing bytes, invalid UTF-8, an escaped NUL, a lone
 * surrogate, a key twice in one object. ERR_BAD_INPUT with a note naming the place. The caller owns *ret_root. */
enum err json_parse(const char *text, size_t bytes, size_t bytes_max, cJSON **ret_root) MUST_CHECK;
/* The same with another depth, at most 500: for what others nest as they like. */
enum err json_parse_deep(const char *text, size_t bytes, size_t bytes_max, unsigned depth_max, cJSON **ret_root) MUST_CHECK;
void json_freep(cJSON **root); /* for CLEANUP */
void json_wipep(cJSON **root); /* the same, for what others said: none of its texts stays behind in memory */
/* The same as json_parse, for what is read once and at once: the tree lives and dies with `arena`, and nothing may be added to it. A node for
 * each two bytes of text is the worst there can be. */
#define JSON_TREE_BYTES_MAX(text_bytes) (((text_bytes) / 2 + 2) * sizeof(cJSON) + (text_bytes) + 1)
struct json_bounds {
  size_t bytes_max;
  unsigned depth_max; /* at most 500 */
};
enum err json_parse_in(struct arena *arena, const char *text, size_t bytes, struct json_bounds bounds, const cJSON **ret_root) MUST_CHECK;

const cJSON *json_member(const cJSON *object, const char *key);       /* the very key; NULL when absent */
/* `path` is one key or keys joined by dots ("person.id"). Keys are matched exactly, upper and lower case apart. */
const cJSON *json_at(const cJSON *object, const char *path);          /* NULL when absent */
const char *json_str(const cJSON *object, const char *path);          /* NULL when absent or not a text; borrowed from the tree */
const char *json_str_or(const cJSON *object, const char *path, const char *otherwise);
bool json_whole(const cJSON *number, int64_t *ret_value);             /* false for NULL, for no number, and past 2^53 */
bool json_int(const cJSON *object, const char *path, int64_t *ret_value);
int64_t json_int_or(const cJSON *object, const char *path, int64_t otherwise);
bool json_bool_or(const cJSON *object, const char *path, bool otherwise);

/* The writer sets commas itself. `key` is NULL inside an array. Text is escaped; bytes that are not UTF-8 become U+FFFD. */
struct json_out {
  struct text *text; /* borrowed from the caller until the last call */
  uint32_t more;     /* bit per depth: something stands before */
  unsigned depth;
};
void json_out_init(struct json_out *out, struct text *text);
void json_open(struct json_out *out, const char *key, char bracket);  /* '{' or '[' */
void json_close(struct json_out *out, char bracket);                  /* '}' or ']' */
void json_put_str(struct json_out *out, const char *key, const char *value); /* NULL value: nothing is written */
void json_put_int(struct json_out *out, const char *key, int64_t value);
void json_put_bool(struct json_out *out, const char *key, bool value);
void json_put_raw(struct json_out *out, const char *key, const char *json); /* JSON made by this writer before */

#endif
