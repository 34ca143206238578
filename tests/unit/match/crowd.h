/* crowd.h: many odd people from one seed, and a round over a snapshot of them. */
#ifndef TEST_MATCH_CROWD_H
#define TEST_MATCH_CROWD_H

#include "tests/unit/match/world.h"

/* Mentees "m0" …, mentors "t0" …, every seventh of them a reserve; lines, keep-apart and failed pairs among them. Nothing is applied. */
struct round *crowd(struct world *world, unsigned seed, int mentees, int mentors);
void crowd_couples(struct world *world, struct round *round); /* a pin that holds, one that does not, and two kept apart */

struct crowd_work {
  struct model *snapshot; /* owned */
  struct arena *arena;    /* owned */
  struct txn *txn;
  struct round *round;
  atomic_bool cancel;
  atomic_int percent;
  enum err err;
};
/* Applies what is open in the world first. `listed`: match_work's listed_max. */
struct crowd_work crowd_made(struct world *world, size_t listed);
struct crowd_work crowd_begun(struct world *world); /* of what is applied already; nothing is made yet */
void crowd_make(struct crowd_work *work, size_t listed);
void crowd_work_done(struct crowd_work *work);

#endif
