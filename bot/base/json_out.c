/* json_out.c: writes JSON into a struct text, with the commas and escapes it needs. */
#include <string.h>
#include <unicode/utf8.h>

#include "bot/base/json.h"
#include "bot/base/json_scan.h"

void json_out_init(struct json_out *out, struct text *text) {
  *out = (struct json_out){.text = text};
}

static void put_escaped(struct text *text, UChar32 c) {
  if (c < 0) text_add(text, "\xef\xbf\xbd");
  else if (c == '\n') text_add(text, "\\n");
  else if (c < ' ') text_addf(text, "\\u%04x", (unsigned)c);
  else text_addf(text, "\\%c", (char)c);
}

static void put_char(struct text *text, char c) {
  char *room = text_add_room(text, 1);
  if (room != NULL) *room = c;
}

/* Kept apart: written into its caller by the compiler, it would make the way of nearly all texts longer. */
static __attribute__((noinline)) void put_with_escapes(struct text *text, const char *value, size_t bytes) {
  size_t clean = 0; /* from here on, nothing needs an escape */
  put_char(text, '"');
  for (size_t at = json_plain_bytes(value, 0, bytes); at < bytes; at = json_plain_bytes(value, at, bytes)) {
    size_t start = at;
    UChar32 c;
    U8_NEXT(value, at, bytes, c);
    if (c >= ' ' && c != '"' && c != '\\') continue;
    text_add_n(text, value + clean, start - clean);
    put_escaped(text, c);
    clean = at;
  }
  text_add_n(text, value + clean, bytes - clean);
  put_char(text, '"');
}

/* With the colon behind a key: one piece, if nothing needs an escape. */
static void put_quoted(struct text *text, const char *value, bool colon) {
  size_t bytes = strlen(value);
  if (json_plain_bytes(value, 0, bytes) < bytes) {
    put_with_escapes(text, value, bytes);
    if (colon) put_char(text, ':');
    return;
  }
  char *room = text_add_room(text, bytes + 2 + colon);
  if (room == NULL) return;
  *room++ = '"';
  room = mempcpy(room, value, bytes);
  *room++ = '"';
  if (colon) *room = ':';
}

static void put_key(struct json_out *out, const char *key) {
  uint32_t bit = UINT32_C(1) << out->depth;
  bool comma = (out->more & bit) != 0;
  out->more |= bit;
  if (comma) put_char(out->text, ',');
  if (key != NULL) put_quoted(out->text, key, true);
}

void json_open(struct json_out *out, const char *key, char bracket) {
  assert((bracket == '{' || bracket == '[') && out->depth < JSON_DEPTH_MAX); /* what we write, we can read */
  put_key(out, key);
  put_char(out->text, bracket);
  out->depth++;
  out->more &= ~(UINT32_C(1) << out->depth);
}

void json_close(struct json_out *out, char bracket) {
  assert((bracket == '}' || bracket == ']') && out->depth > 0);
  put_char(out->text, bracket);
  out->depth--;
}

void json_put_str(struct json_out *out, const char *key, const char *value) {
  if (value == NULL) return;
  put_key(out, key);
  put_quoted(out->text, value, false);
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
