/* scheme.h: a small scheme in memory on which fuzzed events are played, each of them twice. */
#ifndef TEST_FUZZ_SCHEME_H
#define TEST_FUZZ_SCHEME_H

#include "bot/turn.h"
#include "tests/small/small_scheme.h"

#define SCHEME_NOW_MS    INT64_C(1799661600000) /* Monday 11 January 2027, 10:00 in London */
#define SCHEME_WORKSPACE SMALL_WORKSPACE

struct scheme_world {
  struct model *model;      /* owned */
  struct arena *turn_arena; /* owned: the last turn's */
  struct txn *last;         /* the last event's; in turn_arena */
  enum err err;             /* what became of it */
  int64_t now_ms;
  uint64_t events;
};

extern struct words *scheme_words; /* the English catalogue, made once */
/* Jo and Sam manage; aisha is a mentee, ben a mentor, dev in reserve, mina has applied; kim is known and nothing more. */
extern const char *const scheme_users[7];

struct scheme_world *scheme_world_new(void);
struct scheme_world *scheme_world_free(struct scheme_world *world); /* takes NULL, returns NULL */
/* Runs it twice, holds the bytes together, sees to the bounds of a turn, and applies it when it was fine. `id`, `at_ms` and the
 * seed are filled in. What it put can be loaded again. */
void scheme_world_run(struct scheme_world *world, const struct event *event);

#endif
