/* json.c: cJSON behind a strict walk over the bytes, no key twice, and exact look-ups in its tree. */
#include "bot/base/json.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/json_scan.h"

/* ---- keys, once unescaped: a few are compared each with each, more are sorted, so that a hostile object costs little ---- */

enum { KEYS_FEW = 24 };

static int by_text(const void *a, const void *b) {
  const char *const *left = a, *const *right = b;
  return strcmp(*left, *right);
}

static const char *twice_of_few(const cJSON *object) {
  for (const cJSON *one = object->child; one != NULL; one = one->next)
    for (const cJSON *other = one->next; other != NULL; other = other->next)
      if (one->string[0] == other->string[0] && strcmp(one->string, other->string) == 0) return one->string;
  return NULL;
}

/* The first key that stands twice, or NULL; borrowed from the tree. */
static const char *key_twice(const cJSON *object) {
  size_t count = 0, i = 0;
  const cJSON *child;
  cJSON_ArrayForEach(child, object) count++;
  if (count <= KEYS_FEW) return twice_of_few(object);
  const char **keys = calloc(count, sizeof *keys), *twice = NULL;
  assert(keys != NULL);
  cJSON_ArrayForEach(child, object) keys[i++] = child->string;
  qsort(keys, count, sizeof *keys, by_text);
  for (i = 1; i < count && twice == NULL; i++)
    if (strcmp(keys[i - 1], keys[i]) == 0) twice = keys[i];
  free(keys);
  return twice;
}

enum { SHOWN_CHARS = 40 };

static bool keys_differ(const cJSON *node, const char *where) {
  const char *twice = cJSON_IsObject(node) ? key_twice(node) : NULL;
  if (twice != NULL) {
    (void)err_note(ERR_BAD_INPUT, "JSON, in %.*s: the key %.*s stands twice", (int)text_utf8_cut(where, SHOWN_CHARS), where,
                   (int)text_utf8_cut(twice, SHOWN_CHARS), twice);
    return false;
  }
  const cJSON *child;
  cJSON_ArrayForEach(child, node) {
    if (child->child != NULL && !keys_differ(child, child->string == NULL ? where : child->string)) return false;
  }
  return true;
}

enum { DEPTH_MAX = 500 }; /* below cJSON's own, and of no danger to the stack */

static bool too_large(size_t bytes, size_t bytes_max) {
  if (bytes > bytes_max) (void)err_note(ERR_BAD_INPUT, "JSON of %zu bytes, at most %zu are taken", bytes, bytes_max);
  return bytes > bytes_max;
}

enum err json_parse(const char *text, size_t bytes, size_t bytes_max, cJSON **ret_root) {
  return json_parse_deep(text, bytes, bytes_max, JSON_DEPTH_MAX, ret_root);
}

enum err json_parse_deep(const char *text, size_t bytes, size_t bytes_max, unsigned depth_max, cJSON **ret_root) {
  assert(depth_max <= DEPTH_MAX);
  if (too_large(bytes, bytes_max)) return ERR_BAD_INPUT;
  if (json_scan(text, bytes, depth_max) != ERR_NONE) return ERR_BAD_INPUT;
  CLEANUP(json_freep) cJSON *root = cJSON_ParseWithLength(text, bytes);
  if (root == NULL) return err_note(ERR_BAD_INPUT, "JSON that cJSON does not take");
  if (!keys_differ(root, "the top")) return ERR_BAD_INPUT;
  *ret_root = TAKE(root);
  return ERR_NONE;
}

enum err json_parse_in(struct arena *arena, const char *text, size_t bytes, struct json_bounds bounds, const cJSON **ret_root) {
  const cJSON *root;
  assert(bounds.depth_max <= DEPTH_MAX);
  if (too_large(bytes, bounds.bytes_max)) return ERR_BAD_INPUT;
  if (json_scan_tree(text, bytes, bounds.depth_max, arena, &root) != ERR_NONE || !keys_differ(root, "the top")) return ERR_BAD_INPUT;
  *ret_root = root;
  return ERR_NONE;
}

void json_freep(cJSON **root) {
  cJSON_Delete(*root);
  *root = NULL;
}

static void wipe_texts(cJSON *node) {
  for (; node != NULL; node = node->next) {
    if (node->valuestring != NULL) explicit_bzero(node->valuestring, strlen(node->valuestring));
    wipe_texts(node->child); /* as deep as the parser let it be */
  }
}

void json_wipep(cJSON **root) {
  wipe_texts(*root);
  json_freep(root);
}

/* ---- look-ups ---- */

static const cJSON *child_named(const cJSON *object, const char *key, size_t length) {
  const cJSON *child;
  if (!cJSON_IsObject(object)) return NULL;
  cJSON_ArrayForEach(child, object) {
    if (strncmp(child->string, key, length) == 0 && child->string[length] == '\0') return child;
  }
  return NULL;
}

const cJSON *json_member(const cJSON *object, const char *key) {
  const cJSON *child = cJSON_IsObject(object) ? object->child : NULL;
  while (child != NULL && (child->string[0] != key[0] || strcmp(child->string, key) != 0)) child = child->next;
  return child;
}

const cJSON *json_at(const cJSON *object, const char *path) {
  size_t length = strcspn(path, ".");
  const cJSON *found = child_named(object, path, length);
  while (found != NULL && path[length] == '.') {
    path += length + 1;
    length = strcspn(path, ".");
    found = child_named(found, path, length);
  }
  return found;
}

const char *json_str(const cJSON *object, const char *path) {
  return json_str_or(object, path, NULL);
}

const char *json_str_or(const cJSON *object, const char *path, const char *otherwise) {
  const cJSON *found = json_at(object, path);
  return cJSON_IsString(found) ? found->valuestring : otherwise;
}

bool json_whole(const cJSON *number, int64_t *ret_value) {
  static const double limit = 9007199254740992.0; /* 2^53: itself already stands for two written numbers */
  if (!cJSON_IsNumber(number)) return false;
  double value = number->valuedouble;
  if (!(value > -limit && value < limit) || (double)(int64_t)value != value) return false;
  *ret_value = (int64_t)value;
  return true;
}

bool json_int(const cJSON *object, const char *path, int64_t *ret_value) {
  return json_whole(json_at(object, path), ret_value);
}

int64_t json_int_or(const cJSON *object, const char *path, int64_t otherwise) {
  int64_t value = otherwise;
  (void)json_int(object, path, &value);
  return value;
}

bool json_bool_or(const cJSON *object, const char *path, bool otherwise) {
  const cJSON *found = json_at(object, path);
  return cJSON_IsBool(found) ? cJSON_IsTrue(found) : otherwise;
}
