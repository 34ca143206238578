/* web_line.h: one line of the journal: what came from outside, as it came; all else follows from the lines. Pure. */
#ifndef MENTORD_WEB_LINE_H
#define MENTORD_WEB_LINE_H

#include "bot/base/arena.h"
#include "bot/base/err.h"
#include "bot/base/text.h"
#include "bot/message.h"

enum { WEB_LINE_VERSION = 1, WEB_LINE_BYTES_MAX = 256 * 1024 };

/* LINE(NAME, "k") — a page's message, the bot's action or clock, the bot's ack. */
#define WEB_LINE_LIST(LINE)                                                                                      \
  LINE(START, "start")   /* the first line of a journal: its version and its own random id */                    \
  LINE(SAY, "say") LINE(PRESS, "press") LINE(FORM, "form") LINE(READ, "read") LINE(DEMO, "demo")                 \
  LINE(ACTION, "action") /* the bot's, with its link frame */                                                    \
  LINE(ACK, "ack")       /* the bot has this line's event */                                                     \
  LINE(CLOCK, "clock")   /* the scheme's time, when it jumped */

#define WEB_LINE_AS_ENUM(name, text) WEB_LINE_##name,
enum web_line_kind { WEB_LINE_LIST(WEB_LINE_AS_ENUM) WEB_LINE_MAX_, WEB_LINE_INVALID_ = -1 };
#undef WEB_LINE_AS_ENUM

/* Only the fields of its kind are set; everything is borrowed from the arena it was read into. */
struct web_line {
  enum web_line_kind kind;
  int64_t number;    /* one more than the line before, over all journals of the folder: names messages, rooms, events */
  int64_t at_ms;     /* the system's time */
  int64_t shown_ms;  /* the scheme's time, which people see */
  const char *journal;                    /* START */
  const char *person;                     /* SAY … DEMO: who */
  const char *n;                          /* SAY, PRESS, FORM: the page's own id, the same on a retry */
  const char *room, *text;                /* SAY, READ: room */
  const char *message, *token;            /* PRESS, FORM; READ: message; ACTION: what its file is kept under, NULL: it has none */
  const struct field_value *values;       /* FORM */
  size_t value_count;
  const char *change;                     /* DEMO: clock_next, clock_to, reset */
  int64_t due_ms;                         /* DEMO: where to go */
  const char *frame;                      /* ACTION: the link's JSON */
  int64_t acked;                          /* ACK: the number of the line whose event it was */
  int64_t now_ms, next_ms;                /* CLOCK */
  const char *next;                       /* CLOCK: what is due next, in words */
};

/* Adds the line and its newline. */
void web_line_encode(const struct web_line *line, struct text *text);
/* ERR_BAD_INPUT with a note when it is no line of ours. */
enum err web_line_decode(const char *json, size_t bytes, struct arena *arena, struct web_line *ret_line) MUST_CHECK;

#endif
