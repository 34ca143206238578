/* json.c: a strict reading of the bytes before cJSON sees them, exact look-ups in its tree, and a writer. */
#include "bot/base/json.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/utf8.h>

/* ---- the strict reading: cJSON alone takes 01, raw controls, \u0000, lone surrogates and a thousand levels ---- */

enum { NUMBER_BYTES_MAX = 63 }; /* cJSON copies a number into 64 bytes */

struct scan {
  const char *text; /* borrowed from the caller of json_parse until it returns */
  size_t bytes, at;
  unsigned depth, depth_max;
};

static bool scan_value(struct scan *scan);

static bool refuse(const struct scan *scan, const char *why) {
  (void)err_note(ERR_BAD_INPUT, "JSON, byte %zu: %s", scan->at, why);
  return false;
}

static int next_byte(const struct scan *scan) {
  return scan->at < scan->bytes ? (unsigned char)scan->text[scan->at] : -1;
}

static bool take(struct scan *scan, char wanted) {
  if (next_byte(scan) != wanted) return false;
  scan->at++;
  return true;
}

static void skip_space(struct scan *scan) {
  while (take(scan, ' ') || take(scan, '\n') || take(scan, '\t') || take(scan, '\r')) continue;
}

static bool take_digits(struct scan *scan) {
  size_t start = scan->at;
  while (isdigit(next_byte(scan))) scan->at++;
  return scan->at > start;
}

static bool scan_number(struct scan *scan) {
  size_t start = scan->at;
  (void)take(scan, '-');
  if (!take(scan, '0') && !take_digits(scan)) return refuse(scan, "no value");
  if (take(scan, '.') && !take_digits(scan)) return refuse(scan, "a number without digits behind its point");
  if (take(scan, 'e') || take(scan, 'E')) {
    if (!take(scan, '+')) (void)take(scan, '-');
    if (!take_digits(scan)) return refuse(scan, "a number without digits in its exponent");
  }
  if (scan->at - start > NUMBER_BYTES_MAX) return refuse(scan, "a number of more than 63 characters");
  return true;
}

static bool scan_word(struct scan *scan, const char *word) {
  size_t length = strlen(word);
  if (scan->bytes - scan->at < length || memcmp(scan->text + scan->at, word, length) != 0) return refuse(scan, "no value");
  scan->at += length;
  return true;
}

/* The four digits behind \u, or -1. */
static int take_hex4(struct scan *scan) {
  int value = 0;
  for (int i = 0; i < 4; i++, scan->at++) {
    int c = next_byte(scan);
    if (!isxdigit(c)) return -1;
    value = value * 16 + (isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return value;
}

static bool scan_unicode_escape(struct scan *scan) {
  int first = take_hex4(scan);
  if (first < 0) return refuse(scan, "four hex digits are missing");
  if (first == 0) return refuse(scan, "an escaped NUL");
  if (U16_IS_TRAIL(first)) return refuse(scan, "a lone surrogate");
  if (!U16_IS_LEAD(first)) return true;
  bool paired = take(scan, '\\') && take(scan, 'u');
  return (paired && U16_IS_TRAIL(take_hex4(scan))) || refuse(scan, "a lone surrogate");
}

static bool scan_escape(struct scan *scan) {
  int c = next_byte(scan);
  if (c <= 0 || strchr("\"\\/bfnrtu", c) == NULL) return refuse(scan, "an unknown escape");
  scan->at++;
  return c != 'u' || scan_unicode_escape(scan);
}

/* Is any of eight bytes a control, a quote, a backslash, or not ASCII? A difference has its top bit set where it went below zero. */
static bool any_special(uint64_t eight) {
  const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
  return ((eight | (eight - ones * ' ') | ((eight ^ ones * '"') - ones) | ((eight ^ ones * '\\') - ones)) & tops) != 0;
}

static const bool plain[256] = {[' ' ... '!'] = true, ['#' ... '['] = true, [']' ... '~'] = true};

/* Most of any text is plain ASCII: that is gone over in strides. Where the first byte stands that needs a look. */
static size_t plain_bytes(const char *value, size_t at, size_t bytes) {
  uint64_t eight;
  for (; at + sizeof eight <= bytes; at += sizeof eight) {
    memcpy(&eight, value + at, sizeof eight);
    if (any_special(eight)) break;
  }
  while (at < bytes && plain[(unsigned char)value[at]]) at++;
  return at;
}

static bool scan_string(struct scan *scan) {
  if (!take(scan, '"')) return refuse(scan, "a text in quotes is missing");
  for (;;) {
    scan->at = plain_bytes(scan->text, scan->at, scan->bytes);
    if (take(scan, '"')) return true;
    if (scan->at >= scan->bytes) return refuse(scan, "a text does not end");
    if (take(scan, '\\')) {
      if (!scan_escape(scan)) return false;
      continue;
    }
    size_t at = scan->at;
    UChar32 c;
    U8_NEXT(scan->text, at, scan->bytes, c);
    if (c < 0) return refuse(scan, "not UTF-8");
    if (c < ' ') return refuse(scan, "a control character in a text");
    scan->at = at;
  }
}

static bool scan_member(struct scan *scan, bool keyed) {
  skip_space(scan);
  if (!keyed) return scan_value(scan);
  if (!scan_string(scan)) return false;
  skip_space(scan);
  return take(scan, ':') ? scan_value(scan) : refuse(scan, "a ':' is missing");
}

/* Stands behind the opening bracket. */
static bool scan_members(struct scan *scan, char close) {
  if (scan->depth == scan->depth_max) return refuse(scan, "nested too deep");
  scan->depth++;
  skip_space(scan);
  bool closed = take(scan, close);
  while (!closed) {
    if (!scan_member(scan, close == '}')) return false;
    closed = take(scan, close);
    if (!closed && !take(scan, ',')) return refuse(scan, "a ',' or the end of the list is missing");
  }
  scan->depth--;
  return true;
}

/* With the white space around it. The recursion ends at depth_max. */
static bool scan_value(struct scan *scan) {
  skip_space(scan);
  bool good;
  switch (next_byte(scan)) {
    case '{': scan->at++; good = scan_members(scan, '}'); break;
    case '[': scan->at++; good = scan_members(scan, ']'); break;
    case '"': good = scan_string(scan); break;
    case 't': good = scan_word(scan, "true"); break;
    case 'f': good = scan_word(scan, "false"); break;
    case 'n': good = scan_word(scan, "null"); break;
    default: good = scan_number(scan);
  }
  skip_space(scan);
  return good;
}

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

enum err json_parse(const char *text, size_t bytes, size_t bytes_max, cJSON **ret_root) {
  return json_parse_deep(text, bytes, bytes_max, JSON_DEPTH_MAX, ret_root);
}

enum err json_parse_deep(const char *text, size_t bytes, size_t bytes_max, unsigned depth_max, cJSON **ret_root) {
  assert(depth_max <= DEPTH_MAX);
  if (bytes > bytes_max) return err_note(ERR_BAD_INPUT, "JSON of %zu bytes, at most %zu are taken", bytes, bytes_max);
  struct scan scan = {.text = text, .bytes = bytes, .depth_max = depth_max};
  if (!scan_value(&scan)) return ERR_BAD_INPUT;
  if (scan.at < bytes) return err_note(ERR_BAD_INPUT, "JSON, byte %zu: something stands behind the value", scan.at);
  CLEANUP(json_freep) cJSON *root = cJSON_ParseWithLength(text, bytes);
  if (root == NULL) return err_note(ERR_BAD_INPUT, "JSON that cJSON does not take");
  if (!keys_differ(root, "the top")) return ERR_BAD_INPUT;
  *ret_root = TAKE(root);
  return ERR_NONE;
}

void json_freep(cJSON **root) {
  cJSON_Delete(*root);
  *root = NULL;
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
  while (child != NULL && strcmp(child->string, key) != 0) child = child->next;
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

bool json_int(const cJSON *object, const char *path, int64_t *ret_value) {
  static const double limit = 9007199254740992.0; /* 2^53: itself already stands for two written numbers */
  const cJSON *found = json_at(object, path);
  if (!cJSON_IsNumber(found)) return false;
  double value = found->valuedouble;
  if (!(value > -limit && value < limit) || (double)(int64_t)value != value) return false;
  *ret_value = (int64_t)value;
  return true;
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

/* ---- the writer ---- */

void json_out_init(struct json_out *out, struct text *text) {
  *out = (struct json_out){.text = text};
}

static void put_escaped(struct text *text, UChar32 c) {
  if (c < 0) text_add(text, "\xef\xbf\xbd");
  else if (c == '\n') text_add(text, "\\n");
  else if (c < ' ') text_addf(text, "\\u%04x", (unsigned)c);
  else text_addf(text, "\\%c", (char)c);
}

static void put_with_escapes(struct text *text, const char *value, size_t bytes) {
  size_t clean = 0; /* from here on, nothing needs an escape */
  for (size_t at = plain_bytes(value, 0, bytes); at < bytes; at = plain_bytes(value, at, bytes)) {
    size_t start = at;
    UChar32 c;
    U8_NEXT(value, at, bytes, c);
    if (c >= ' ' && c != '"' && c != '\\') continue;
    text_add_n(text, value + clean, start - clean);
    put_escaped(text, c);
    clean = at;
  }
  text_add_n(text, value + clean, bytes - clean);
}

/* With the comma in front and the colon behind, where there are such: one piece, if nothing needs an escape. */
static void put_quoted(struct text *text, bool comma, const char *value, bool colon) {
  size_t bytes = strlen(value);
  if (comma) text_add_n(text, ",", 1);
  char *room = plain_bytes(value, 0, bytes) == bytes ? text_add_room(text, bytes + 2 + colon) : NULL;
  if (room != NULL) {
    *room++ = '"';
    room = mempcpy(room, value, bytes);
    *room++ = '"';
    if (colon) *room = ':';
  } else {
    text_add_n(text, "\"", 1);
    put_with_escapes(text, value, bytes);
    text_add(text, colon ? "\":" : "\"");
  }
}

static void put_key(struct json_out *out, const char *key) {
  uint32_t bit = UINT32_C(1) << out->depth;
  bool comma = (out->more & bit) != 0;
  out->more |= bit;
  if (key != NULL) put_quoted(out->text, comma, key, true);
  else if (comma) text_add_n(out->text, ",", 1);
}

void json_open(struct json_out *out, const char *key, char bracket) {
  assert((bracket == '{' || bracket == '[') && out->depth < JSON_DEPTH_MAX); /* what we write, we can read */
  put_key(out, key);
  text_add_n(out->text, &bracket, 1);
  out->depth++;
  out->more &= ~(UINT32_C(1) << out->depth);
}

void json_close(struct json_out *out, char bracket) {
  assert((bracket == '}' || bracket == ']') && out->depth > 0);
  text_add_n(out->text, &bracket, 1);
  out->depth--;
}

void json_put_str(struct json_out *out, const char *key, const char *value) {
  if (value == NULL) return;
  put_key(out, key);
  put_quoted(out->text, false, value, false);
}

void json_put_int(struct json_out *out, const char *key, int64_t value) {
  char digits[TEXT_DIGITS_MAX];
  put_key(out, key);
  text_add_n(out->text, digits, text_digits(value, digits));
}

void json_put_bool(struct json_out *out, const char *key, bool value) {
  put_key(out, key);
  text_add(out->text, value ? "true" : "false");
}

void json_put_raw(struct json_out *out, const char *key, const char *json) {
  put_key(out, key);
  text_add(out->text, json);
}
