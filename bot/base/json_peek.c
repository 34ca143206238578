/* json_peek.c: walks along the keys of a path and steps over all other values. */
#include "bot/base/json_peek.h"

#include <string.h>

struct peek { /* what is still ahead */
  const char *at, *end; /* borrowed from the caller of json_peek_… until it returns */
};

static void skip_space(struct peek *peek) {
  while (peek->at < peek->end && (*peek->at == ' ' || *peek->at == '\n' || *peek->at == '\t' || *peek->at == '\r')) peek->at++;
}

static bool take(struct peek *peek, char wanted) {
  skip_space(peek);
  if (peek->at == peek->end || *peek->at != wanted) return false;
  peek->at++;
  return true;
}

/* Stands behind the opening quote; comes to stand behind the closing one. */
static bool skip_text(struct peek *peek) {
  for (;;) {
    const char *quote = memchr(peek->at, '"', (size_t)(peek->end - peek->at)), *slash = quote;
    if (quote == NULL) return false;
    while (slash > peek->at && slash[-1] == '\\') slash--;
    peek->at = quote + 1;
    if ((quote - slash) % 2 == 0) return true;
  }
}

static bool skip_nested(struct peek *peek) {
  for (size_t depth = 0; peek->at < peek->end;) {
    char c = *peek->at++;
    if (c == '"' && !skip_text(peek)) return false;
    if (c == '{' || c == '[') depth++;
    if ((c == '}' || c == ']') && --depth == 0) return true;
  }
  return false;
}

static bool skip_value(struct peek *peek) {
  skip_space(peek);
  char c = peek->at < peek->end ? *peek->at : '\0';
  if (c == '{' || c == '[') return skip_nested(peek);
  if (take(peek, '"')) return skip_text(peek);
  while (peek->at < peek->end && strchr(",}] \n\t\r", *peek->at) == NULL) peek->at++;
  return c != '\0';
}

/* Comes to stand before the value of this key. */
static bool enter(struct peek *peek, const char *key, size_t length) {
  if (!take(peek, '{')) return false;
  do {
    if (!take(peek, '"')) return false;
    const char *name = peek->at;
    if (!skip_text(peek)) return false;
    bool found = (size_t)(peek->at - 1 - name) == length && memcmp(name, key, length) == 0;
    if (!take(peek, ':')) return false;
    if (found) return true;
    if (!skip_value(peek)) return false;
  } while (take(peek, ','));
  return false;
}

static bool walk(struct peek *peek, const char *path) {
  for (;;) {
    size_t length = strcspn(path, ".");
    if (!enter(peek, path, length)) return false;
    if (path[length] == '\0') break;
    path += length + 1;
  }
  skip_space(peek);
  return true;
}

bool json_peek_text(const char *json, size_t bytes, const char *path, char *slot, size_t size) {
  struct peek peek = {.at = json, .end = json + bytes};
  if (!walk(&peek, path) || !take(&peek, '"')) return false;
  const char *text = peek.at;
  if (!skip_text(&peek)) return false;
  size_t length = (size_t)(peek.at - 1 - text);
  if (length >= size) return false;
  for (size_t i = 0; i < length; i++)
    if (text[i] == '\\' || (unsigned char)text[i] < ' ') return false;
  memcpy(slot, text, length);
  slot[length] = '\0';
  return true;
}

bool json_peek_true(const char *json, size_t bytes, const char *path) {
  struct peek peek = {.at = json, .end = json + bytes};
  return walk(&peek, path) && peek.end - peek.at >= 4 && memcmp(peek.at, "true", 4) == 0;
}
