/* text.c: the growing text, and what people type made comparable (ICU folds it). */
#include "bot/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucasemap.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "bot/base/stride.h"

enum { FIRST_BYTES = 256, DISTANCE_BYTES_MAX = 64 };

/* ---- the growing text ---- */

void text_init(struct text *text, size_t bytes_max) {
  *text = (struct text){.bytes_max = bytes_max};
}

void text_init_in(struct text *text, size_t bytes_max, struct arena *arena) {
  *text = (struct text){.bytes_max = bytes_max, .arena = arena};
}

bool text_grow(struct text *text, size_t bytes) {
  assert(text->bytes_max < SIZE_MAX / 2);
  if (bytes > text->bytes_max - text->length) {
    text->full = true;
    return false;
  }
  size_t capacity = text->capacity < FIRST_BYTES ? FIRST_BYTES : text->capacity;
  while (capacity <= text->length + bytes) capacity *= 2;
  if (capacity > text->bytes_max) capacity = text->bytes_max + 1;
  char *data = text->arena != NULL ? arena_longer(text->arena, text->data, text->capacity, capacity) : realloc(text->data, capacity);
  assert(data != NULL);
  text->data = data;
  text->capacity = capacity;
  return true;
}

void text_add(struct text *text, const char *part) {
  text_add_n(text, part, strlen(part));
}

void text_add_n(struct text *text, const char *part, size_t bytes) {
  char *room = text_add_room(text, bytes);
  if (room != NULL && bytes > 0) memcpy(room, part, bytes);
}

/* Written at once where there is room already; else it is known now how much it needs. */
void text_addf(struct text *text, const char *fmt, ...) {
  va_list args, again;
  va_start(args, fmt);
  va_copy(again, args);
  size_t left = text->capacity - text->length;
  int bytes = vsnprintf(left == 0 ? NULL : text->data + text->length, left, fmt, args);
  assert(bytes >= 0);
  bool there = (size_t)bytes < left || text_grow(text, (size_t)bytes);
  if (there && (size_t)bytes >= left) vsnprintf(text->data + text->length, (size_t)bytes + 1, fmt, again);
  if (there) text->length += (size_t)bytes;
  if (text->data != NULL) text->data[text->length] = '\0';
  va_end(again);
  va_end(args);
}

const char *text_str(const struct text *text) {
  return text->data == NULL ? "" : text->data;
}

void text_clear(struct text *text) {
  text->length = 0;
  text->full = false;
  if (text->data != NULL) text->data[0] = '\0';
}

void text_done(struct text *text) {
  if (text->arena == NULL) free(text->data);
  text_init_in(text, text->bytes_max, text->arena);
}

size_t text_digits(int64_t number, char ret_digits[TEXT_DIGITS_MAX]) {
  char reversed[TEXT_DIGITS_MAX];
  size_t count = 0, written = 0;
  uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
  do reversed[count++] = (char)('0' + left % 10);
  while ((left /= 10) != 0);
  if (number < 0) ret_digits[written++] = '-';
  while (count > 0) ret_digits[written++] = reversed[--count];
  return written;
}

/* ---- questions about UTF-8: most of any text is printable ASCII, which is gone over in strides ---- */

/* No printable ASCII: one more sets the top bit of DEL, too. */
static uint64_t unprintable(uint64_t eight) {
  return stride_foreign(eight) | (eight + STRIDE_ONES);
}

static size_t plain_until(const char *bytes, size_t at, size_t count) {
  static const bool printable[256] = {[' ' ... '~'] = true};
  return stride_until(bytes, at, count, unprintable, printable);
}

bool text_is_plain(const char *text) {
  size_t bytes = strlen(text);
  return plain_until(text, 0, bytes) == bytes;
}

bool text_utf8_valid(const char *bytes, size_t count) {
  for (size_t at = plain_until(bytes, 0, count); at < count; at = plain_until(bytes, at, count)) {
    UChar32 c;
    U8_NEXT(bytes, at, count, c);
    if (c <= 0) return false;
  }
  return true;
}

bool text_utf8_fits(const char *utf8, size_t chars_max) {
  return strlen(utf8) <= chars_max || text_utf8_count(utf8) <= chars_max; /* no text has more characters than bytes */
}

size_t text_utf8_count(const char *utf8) {
  size_t bytes = strlen(utf8), at = plain_until(utf8, 0, bytes), count = at;
  while (at < bytes) {
    U8_FWD_1(utf8, at, bytes);
    size_t next = plain_until(utf8, at, bytes);
    count += 1 + next - at;
    at = next;
  }
  return count;
}

size_t text_utf8_cut(const char *utf8, size_t chars_max) {
  size_t at = 0, bytes = strlen(utf8);
  while (at < bytes && chars_max > 0) {
    U8_FWD_1(utf8, at, bytes);
    chars_max--;
  }
  return at;
}

/* ---- what people type ---- */

/* NULL: not all of it is ASCII. Most of what is typed is, and ICU takes a microsecond to begin. */
static char *ascii_folded(struct arena *arena, const char *utf8, size_t bytes) {
  char *folded = arena_alloc(arena, bytes + 1);
  for (size_t i = 0; i < bytes; i++) {
    if ((unsigned char)utf8[i] >= 0x80) return NULL;
    folded[i] = utf8[i] >= 'A' && utf8[i] <= 'Z' ? (char)(utf8[i] - 'A' + 'a') : utf8[i];
  }
  return folded;
}

static char *case_folded(struct arena *arena, const char *utf8) {
  size_t bytes = strlen(utf8);
  char *ascii = ascii_folded(arena, utf8, bytes);
  if (ascii != NULL) return ascii;
  assert(bytes < INT32_MAX / 4);
  UErrorCode status = U_ZERO_ERROR;
  UCaseMap *folder = ucasemap_open("", U_FOLD_CASE_DEFAULT, &status);
  int32_t needed = ucasemap_utf8FoldCase(folder, NULL, 0, utf8, (int32_t)bytes, &status);
  assert(needed >= 0 && (status == U_BUFFER_OVERFLOW_ERROR || needed == 0));
  char *folded = arena_alloc(arena, (size_t)needed + 1);
  status = U_ZERO_ERROR;
  ucasemap_utf8FoldCase(folder, folded, needed + 1, utf8, (int32_t)bytes, &status);
  assert(U_SUCCESS(status));
  ucasemap_close(folder);
  return folded;
}

static bool is_white(UChar32 c) {
  return c < 0x80 ? c == ' ' || (c >= '\t' && c <= '\r') : u_isUWhiteSpace(c);
}

/* In place: it only ever gets shorter. */
static size_t single_spaced(char *utf8) {
  size_t bytes = strlen(utf8), length = 0;
  bool gap = false;
  for (size_t at = 0; at < bytes;) {
    size_t start = at;
    UChar32 c;
    U8_NEXT(utf8, at, bytes, c);
    bool white = is_white(c);
    if (!white && gap && length > 0) utf8[length++] = ' ';
    if (!white) memmove(utf8 + length, utf8 + start, at - start);
    if (!white) length += at - start;
    gap = white;
  }
  utf8[length] = '\0';
  return length;
}

char *text_fold(struct arena *arena, const char *utf8) {
  char *folded = case_folded(arena, utf8);
  size_t length = single_spaced(folded);
  /* A lone "?" is a question to us, so it stays. */
  if (length < 2 || strchr(".!?", folded[length - 1]) == NULL) return folded;
  length--;
  if (folded[length - 1] == ' ') length--;
  folded[length] = '\0';
  return folded;
}

bool text_same_folded(struct arena *arena, const char *a, const char *b) {
  return strcmp(text_fold(arena, a), text_fold(arena, b)) == 0;
}

/* Whole characters of the first 64 bytes. */
static size_t first_chars(const char *utf8, UChar32 ret_chars[DISTANCE_BYTES_MAX]) {
  size_t count = 0, bytes = strnlen(utf8, DISTANCE_BYTES_MAX + U8_MAX_LENGTH);
  for (size_t at = 0; at < bytes; count++) {
    UChar32 c;
    U8_NEXT(utf8, at, bytes, c);
    if (at > DISTANCE_BYTES_MAX) return count;
    ret_chars[count] = c;
  }
  return count;
}

static unsigned least(unsigned a, unsigned b) {
  return a < b ? a : b;
}

struct distance {
  UChar32 a[DISTANCE_BYTES_MAX], b[DISTANCE_BYTES_MAX];
  unsigned edits[DISTANCE_BYTES_MAX + 1][DISTANCE_BYTES_MAX + 1]; /* between the first i of a and the first j of b */
};

static unsigned edits_at(const struct distance *d, size_t i, size_t j) {
  if (i == 0) return (unsigned)j;
  if (j == 0) return (unsigned)i;
  bool same = d->a[i - 1] == d->b[j - 1];
  unsigned edits = d->edits[i - 1][j - 1] + (same ? 0 : 1);
  edits = least(edits, least(d->edits[i - 1][j], d->edits[i][j - 1]) + 1);
  bool swapped = i > 1 && j > 1 && d->a[i - 1] == d->b[j - 2] && d->a[i - 2] == d->b[j - 1];
  return swapped ? least(edits, d->edits[i - 2][j - 2] + 1) : edits;
}

size_t text_distance(const char *a, const char *b) {
  struct distance d;
  size_t a_count = first_chars(a, d.a), b_count = first_chars(b, d.b);
  for (size_t i = 0; i <= a_count; i++)
    for (size_t j = 0; j <= b_count; j++) d.edits[i][j] = edits_at(&d, i, j);
  return d.edits[a_count][b_count];
}

/* Cuts white space off both ends of text[start..end). */
static void trim(const char *text, size_t *start, size_t *end) {
  size_t first = *end, last = *end;
  for (size_t at = *start; at < *end;) {
    size_t char_at = at;
    UChar32 c;
    U8_NEXT(text, at, *end, c);
    if (is_white(c)) continue;
    if (first == *end) first = char_at;
    last = at;
  }
  *start = first;
  *end = last;
}

size_t text_split(struct arena *arena, const char *list, char separator, char ***ret_parts) {
  size_t count = 0, parts_max = 1, bytes = strlen(list);
  for (size_t i = 0; i < bytes; i++) parts_max += list[i] == separator;
  char **parts = arena_alloc(arena, parts_max * sizeof *parts);
  for (size_t start = 0; start <= bytes;) {
    const char *stop = memchr(list + start, separator, bytes - start);
    size_t stop_at = stop == NULL ? bytes : (size_t)(stop - list), from = start, to = stop_at;
    trim(list, &from, &to);
    if (from < to) parts[count++] = arena_text_n(arena, list + from, to - from);
    start = stop_at + 1;
  }
  *ret_parts = parts;
  return count;
}

bool text_listed(const char *list, char separator, const char *word) {
  size_t bytes = strlen(word);
  for (;;) {
    const char *end = strchrnul(list, separator);
    if ((size_t)(end - list) == bytes && memcmp(list, word, bytes) == 0) return bytes > 0;
    if (*end == '\0') return false;
    list = end + 1;
  }
}
