/* text.h: a growing text that knows its maximum, and the few questions we ask of UTF-8. */
#ifndef MENTORD_TEXT_H
#define MENTORD_TEXT_H

#include "bot/base/arena.h"

/* What does not fit is not added, in whole calls, and `full` stays set: check it once at the end. */
struct text {
  char *data; /* owned, unless the arena's; always NUL-terminated once something was added */
  size_t length, capacity, bytes_max;
  bool full;
  struct arena *arena; /* borrowed; NULL: malloc's */
};

void text_init(struct text *text, size_t bytes_max);
void text_init_in(struct text *text, size_t bytes_max, struct arena *arena); /* its data is the arena's, and stays when it is done */
bool text_grow(struct text *text, size_t bytes);               /* for text_add_room: false when it would be past the maximum */
/* So many bytes more, for the caller to fill at once; NULL when they do not fit. No capacity is past the maximum and its NUL. */
static inline char *text_add_room(struct text *text, size_t bytes) {
  if (bytes >= text->capacity - text->length && !text_grow(text, bytes)) return NULL;
  char *room = text->data + text->length;
  room[bytes] = '\0';
  text->length += bytes;
  return room;
}
static inline void text_add_char(struct text *text, char c) {
  char *room = text_add_room(text, 1);
  if (room != NULL) *room = c;
}
void text_add(struct text *text, const char *part);
void text_add_n(struct text *text, const char *part, size_t bytes);
void text_addf(struct text *text, const char *fmt, ...) PRINTF_LIKE(2, 3);
const char *text_str(const struct text *text); /* "" when nothing was added */
void text_clear(struct text *text);            /* empty, memory kept */
void text_done(struct text *text);             /* for CLEANUP too */

enum { TEXT_DIGITS_MAX = 20 };
/* "-12", without a NUL: what "%lld" writes, for where numbers are many. Returns their number. */
size_t text_digits(int64_t number, char ret_digits[TEXT_DIGITS_MAX]);

bool text_is_plain(const char *text);                  /* nothing but printable ASCII: spaces, no line ends */
bool text_utf8_valid(const char *bytes, size_t count); /* no NUL, no overlong form, no surrogate */
size_t text_utf8_count(const char *utf8);              /* characters, not bytes */
bool text_utf8_fits(const char *utf8, size_t chars_max);   /* it has at most so many characters */
size_t text_utf8_cut(const char *utf8, size_t chars_max); /* bytes of at most chars_max whole characters */

/* Case-folded, trimmed, inner white space made single spaces, a final '.', '!' or '?' dropped: "  Yes. " -> "yes".
 * A lone "?" stays. */
char *text_fold(struct arena *arena, const char *utf8);
bool text_same_folded(struct arena *arena, const char *a, const char *b);
/* Edits (insert, delete, change, swap of neighbours) between two short texts; at most 64 bytes each are looked at. */
size_t text_distance(const char *a, const char *b);
/* `word` is one of those that `separator` divides, with no space around it: "hi" is in "hi|good morning". "" is in no list. */
bool text_listed(const char *list, char separator, const char *word);
/* Cuts `list` at `separator` into trimmed parts; empty parts are left out. Returns their number. */
size_t text_split(struct arena *arena, const char *list, char separator, char ***ret_parts);

#endif
