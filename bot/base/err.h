/* err.h: one small set of errors, named by what the caller does next; the detail travels in one note beside it. */
#ifndef MENTORD_ERR_H
#define MENTORD_ERR_H

#include "bot/base/base.h"

/* ERR(NAME, "name", "what the caller does") */
#define ERR_LIST(ERR)                                               \
  ERR(NONE, "none", "goes on")                                      \
  ERR(AGAIN, "again", "tries again later, with back-off")           \
  ERR(LIMITED, "limited", "waits as long as it was told")           \
  ERR(GONE, "gone", "forgets the thing")                            \
  ERR(DENIED, "denied", "tells the person where they are instead")  \
  ERR(BAD_INPUT, "bad input", "says what was wrong, and where")     \
  ERR(CONFLICT, "conflict", "reads again, then decides")            \
  ERR(INTERNAL, "internal", "gives up this one thing, and reports")

#define ERR_AS_ENUM(name, text, next) ERR_##name,
enum err { ERR_LIST(ERR_AS_ENUM) ERR_MAX_ };
#undef ERR_AS_ENUM

/* The name in ERR_LIST; "?" for a number that is none of them. */
const char *err_name(enum err err);

/* Keeps a note (at most 400 bytes, cut at a character) beside `err` and returns `err`. The first note wins: what happened
 * deepest is never overwritten on the way up. Per thread. */
enum err err_note(enum err err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The note, or "" when there is none. Borrowed until the next err_note or err_note_clear of this thread. */
const char *err_note_text(void);
void err_note_clear(void);

#endif
