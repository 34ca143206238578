/* serve_marks.h: which rows nobody has yet, known over the bot's own restart; for serve*.c only. */
#ifndef MENTORD_SERVE_MARKS_H
#define MENTORD_SERVE_MARKS_H

#include "bot/edge/marks.h"
#include "bot/edge/outbox.h"

struct serve;

struct serve_marks {
  struct marks *marks;  /* owned: how far rows that stood in line may have gone */
  bool believed;        /* they are of the life before ours */
  bool needed;          /* rows stand in line, or did in this life … */
  bool under_way, kept; /* … so that they are in a commit; in the store, under our fence */
  bool was_away;        /* so long that the store may be a copy of another day's */
  int64_t watched_seq;  /* the store's, while another bot served it and we stood by; 0: we did not */
};

void serve_marks_begin(struct serve *serve);  /* another life begins: what the last one stored is asked for */
void serve_marks_loaded(struct serve *serve); /* the rows are there, in order: it is believed, or not */
bool serve_was_away(const struct serve *serve); /* asked before its first tick */

/* Of a row that is just made, behind so many others of its turn: it cannot go at once. */
bool serve_stands_in_line(const struct serve *serve, const struct out *row, size_t others);
/* True: it may not go yet, its mark must be in the store first; what is due is known now. */
bool serve_awaits_mark(struct serve *serve, const struct outbox_row *row);

bool serve_marks_due(const struct serve *serve);                        /* the next commit carries them … */
const char *serve_marks_text(struct serve *serve, struct arena *arena); /* … like this … */
void serve_marks_kept(struct serve *serve);                             /* … and is back */

#endif
