/* watching.h: what the checks remember from turn to turn; only checks*.c include it. */
#ifndef MENTORD_SEASON_WATCHING_H
#define MENTORD_SEASON_WATCHING_H

#include "tests/season/checks.h"

enum { ROWS_MAX = 400, LOOKED_MAX = 16 };

struct order { /* one address */
  int64_t last;       /* number of the newest row that went out first */
  char under_way[24]; /* the row that has no result yet; "": none */
  int64_t generation; /* of the link when it went */
};

/* ---- checks_load.c ---- */
struct snapshot;
struct snapshot *snapshot_free(struct snapshot *snapshot);

struct watching {
  int64_t sent_seq, kept_seq;
  int64_t generation;       /* goes up when the link or the bot is made anew */
  int64_t everybody_ms;     /* from when on the next turn is followed by a look at everybody */
  struct map *states;       /* "pair x7", "enrolment e3" -> state + 1 as it was after the last turn */
  struct map *sent_rows;    /* ids of rows that a turn added -> the second from which they may go, plus 1 */
  struct map *kept_rows;    /* the same, once they are kept */
  struct map *orders;       /* order -> struct order, owned */
  struct map *went;         /* row -> struct order, borrowed: it went out once at least */
  struct snapshot *snapshot; /* owned: the model before a crash */
  int64_t snapshot_seq;
  struct arena *arena;      /* owned: of the commit being looked at */
  const char *looked_at[LOOKED_MAX]; /* persons whose talks were looked at behind it; borrowed from the model */
  size_t looked_count;
  const struct out *rows[ROWS_MAX]; /* that it adds */
  size_t row_count;
};

#endif
