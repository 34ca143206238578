/* json_scan.c: cJSON alone takes 01, raw controls, \u0000, lone surrogates and a thousand levels; this does not. */
#include "bot/base/json_scan.h"

#include <ctype.h>
#include <string.h>
#include <unicode/utf8.h>

enum { NUMBER_BYTES_MAX = 63 }; /* cJSON copies a number into 64 bytes */

struct scan {
  const char *text; /* borrowed from the caller of json_scan until it returns */
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

/* Most of any text is plain ASCII: that is gone over in strides. */
size_t json_plain_bytes(const char *text, size_t at, size_t bytes) {
  uint64_t eight;
  for (; at + sizeof eight <= bytes; at += sizeof eight) {
    memcpy(&eight, text + at, sizeof eight);
    if (any_special(eight)) break;
  }
  while (at < bytes && plain[(unsigned char)text[at]]) at++;
  return at;
}

static bool scan_string(struct scan *scan) {
  if (!take(scan, '"')) return refuse(scan, "a text in quotes is missing");
  for (;;) {
    scan->at = json_plain_bytes(scan->text, scan->at, scan->bytes);
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

enum err json_scan(const char *text, size_t bytes, unsigned depth_max) {
  struct scan scan = {.text = text, .bytes = bytes, .depth_max = depth_max};
  if (!scan_value(&scan)) return ERR_BAD_INPUT;
  return scan.at == bytes ? ERR_NONE : err_note(ERR_BAD_INPUT, "JSON, byte %zu: something stands behind the value", scan.at);
}
