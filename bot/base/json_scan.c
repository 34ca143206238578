/* json_scan.c: cJSON alone takes 01, raw controls, \u0000, lone surrogates and a thousand levels; this does not. Where a tree is wanted too, it
 * grows on the way, in an arena: its texts stay where they stand, with a NUL for their closing quote. */
#include "bot/base/json_scan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/utf8.h>

#include "bot/base/stride.h"

enum { NUMBER_BYTES_MAX = 63 }; /* cJSON copies a number into 64 bytes */

struct scan {
  const char *text; /* borrowed from the caller of json_scan until it returns */
  size_t bytes, at;
  unsigned depth, depth_max;
  struct arena *arena; /* borrowed from the caller; NULL: no tree is wanted */
  char *copy;          /* borrowed from the arena: `text` again, but the tree's to change */
  cJSON unwanted;      /* what each node is while no tree is wanted */
};

static bool scan_value(struct scan *scan, cJSON *node);

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
  while (next_byte(scan) <= ' ' && (take(scan, ' ') || take(scan, '\n') || take(scan, '\t') || take(scan, '\r'))) continue;
}

/* ---- what a tree keeps ---- */

static UChar32 hex4_at(const char *digits) {
  UChar32 value = 0;
  for (int i = 0; i < 4; i++) value = value * 16 + (isdigit((uint8_t)digits[i]) ? digits[i] - '0' : (digits[i] | 0x20) - 'a' + 10);
  return value;
}

/* Adds what the escape says whose backslash stands before `at`, and tells how long it is; the walk has found it good. */
static size_t add_escape(const char *at, char *text, size_t *length) {
  static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  if (*at != 'u') {
    text[(*length)++] = meant[strchr(letters, *at) - letters];
    return 1;
  }
  UChar32 c = hex4_at(at + 1);
  bool pair = U16_IS_LEAD(c);
  if (pair) c = U16_GET_SUPPLEMENTARY(c, hex4_at(at + strlen("uD83D\\u")));
  U8_APPEND_UNSAFE(text, *length, c);
  return strlen(pair ? "uD83D\\uDC4B" : "u0041");
}

/* What a text with escapes says is never longer than how it stands there. */
static void resolve_escapes(const struct scan *scan, size_t start, char *text) {
  const char *at = scan->text + start + 1, *end = scan->text + scan->at - 1, *slash;
  size_t length = 0;
  while ((slash = memchr(at, '\\', (size_t)(end - at))) != NULL) {
    memcpy(text + length, at, (size_t)(slash - at));
    length += (size_t)(slash - at);
    at = slash + 1 + add_escape(slash + 1, text, &length);
  }
  memcpy(text + length, at, (size_t)(end - at));
  text[length + (size_t)(end - at)] = '\0';
}

/* The text that begins with the quote at `start` and has just been walked over. */
static char *keep_text(struct scan *scan, size_t start, bool escaped) {
  if (scan->arena == NULL) return NULL;
  char *text = scan->copy + start + 1;
  if (escaped) resolve_escapes(scan, start, text);
  else scan->copy[scan->at - 1] = '\0';
  return text;
}

static void keep_number(const struct scan *scan, size_t start, cJSON *node) {
  node->type = cJSON_Number;
  if (scan->arena != NULL) (void)cJSON_SetNumberValue(node, strtod(scan->copy + start, NULL));
}

static cJSON *add_child(struct scan *scan, cJSON *parent, cJSON *last) {
  if (scan->arena == NULL) return &scan->unwanted;
  cJSON *child = arena_alloc(scan->arena, sizeof *child);
  if (last == NULL) parent->child = child;
  else last->next = child;
  return child;
}

/* ---- the walk ---- */

static bool take_digits(struct scan *scan) {
  size_t start = scan->at;
  while (isdigit(next_byte(scan))) scan->at++;
  return scan->at > start;
}

static bool scan_number(struct scan *scan, cJSON *node) {
  size_t start = scan->at;
  (void)take(scan, '-');
  if (!take(scan, '0') && !take_digits(scan)) return refuse(scan, "no value");
  if (take(scan, '.') && !take_digits(scan)) return refuse(scan, "a number without digits behind its point");
  if (take(scan, 'e') || take(scan, 'E')) {
    if (!take(scan, '+')) (void)take(scan, '-');
    if (!take_digits(scan)) return refuse(scan, "a number without digits in its exponent");
  }
  if (scan->at - start > NUMBER_BYTES_MAX) return refuse(scan, "a number of more than 63 characters");
  keep_number(scan, start, node);
  return true;
}

static bool scan_word(struct scan *scan, const char *word, int type, cJSON *node) {
  size_t length = strlen(word);
  if (scan->bytes - scan->at < length || memcmp(scan->text + scan->at, word, length) != 0) return refuse(scan, "no value");
  scan->at += length;
  node->type = type;
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

static uint64_t ends_plain(uint64_t eight) {
  return stride_foreign(eight) | stride_equal(eight, '"') | stride_equal(eight, '\\');
}

size_t json_plain_bytes(const char *text, size_t at, size_t bytes) {
  static const bool plain[256] = {[' ' ... '!'] = true, ['#' ... '['] = true, [']' ... 0x7f] = true};
  return stride_until(text, at, bytes, ends_plain, plain);
}

static bool scan_string(struct scan *scan, char **ret_text) {
  size_t start = scan->at;
  bool escaped = false;
  if (!take(scan, '"')) return refuse(scan, "a text in quotes is missing");
  for (;;) {
    scan->at = json_plain_bytes(scan->text, scan->at, scan->bytes);
    if (take(scan, '"')) break;
    if (scan->at >= scan->bytes) return refuse(scan, "a text does not end");
    if (take(scan, '\\')) {
      if (!scan_escape(scan)) return false;
      escaped = true;
      continue;
    }
    size_t at = scan->at;
    UChar32 c;
    U8_NEXT(scan->text, at, scan->bytes, c);
    if (c < 0) return refuse(scan, "not UTF-8");
    if (c < ' ') return refuse(scan, "a control character in a text");
    scan->at = at;
  }
  *ret_text = keep_text(scan, start, escaped);
  return true;
}

static bool scan_member(struct scan *scan, bool keyed, cJSON *node) {
  skip_space(scan);
  if (!keyed) return scan_value(scan, node);
  if (!scan_string(scan, &node->string)) return false;
  skip_space(scan);
  return take(scan, ':') ? scan_value(scan, node) : refuse(scan, "a ':' is missing");
}

/* Stands behind the opening bracket. */
static bool scan_members(struct scan *scan, char close, cJSON *node) {
  cJSON *last = NULL;
  node->type = close == '}' ? cJSON_Object : cJSON_Array;
  if (scan->depth == scan->depth_max) return refuse(scan, "nested too deep");
  scan->depth++;
  skip_space(scan);
  bool closed = take(scan, close);
  while (!closed) {
    last = add_child(scan, node, last);
    if (!scan_member(scan, close == '}', last)) return false;
    closed = take(scan, close);
    if (!closed && !take(scan, ',')) return refuse(scan, "a ',' or the end of the list is missing");
  }
  scan->depth--;
  return true;
}

/* With the white space around it. The recursion ends at depth_max. */
static bool scan_value(struct scan *scan, cJSON *node) {
  skip_space(scan);
  bool good;
  switch (next_byte(scan)) {
    case '{': scan->at++; good = scan_members(scan, '}', node); break;
    case '[': scan->at++; good = scan_members(scan, ']', node); break;
    case '"': node->type = cJSON_String; good = scan_string(scan, &node->valuestring); break;
    case 't': good = scan_word(scan, "true", cJSON_True, node); break;
    case 'f': good = scan_word(scan, "false", cJSON_False, node); break;
    case 'n': good = scan_word(scan, "null", cJSON_NULL, node); break;
    default: good = scan_number(scan, node);
  }
  skip_space(scan);
  return good;
}

static enum err scan_all(struct scan *scan, cJSON *top) {
  if (!scan_value(scan, top)) return ERR_BAD_INPUT;
  return scan->at == scan->bytes ? ERR_NONE : err_note(ERR_BAD_INPUT, "JSON, byte %zu: something stands behind the value", scan->at);
}

enum err json_scan(const char *text, size_t bytes, unsigned depth_max) {
  struct scan scan = {.text = text, .bytes = bytes, .depth_max = depth_max};
  return scan_all(&scan, &scan.unwanted);
}

enum err json_scan_tree(const char *text, size_t bytes, unsigned depth_max, struct arena *arena, const cJSON **ret_root) {
  struct scan scan = {.text = text, .bytes = bytes, .depth_max = depth_max, .arena = arena, .copy = arena_text_n(arena, text, bytes)};
  cJSON *root = arena_alloc(arena, sizeof *root);
  enum err err = scan_all(&scan, root);
  if (err == ERR_NONE) *ret_root = root;
  return err;
}
