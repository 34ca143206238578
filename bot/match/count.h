/* count.h: how many people can be matched at most, and why not more. */
#ifndef MENTORD_COUNT_H
#define MENTORD_COUNT_H

#include "bot/match/assign_parts.h"

struct count {
  const struct assign_job *job;  /* borrowed from the caller */
  const int32_t *row_limit;      /* borrowed from the caller, or NULL; per mentee: dearer pairs do not exist, beside job->limit */
  size_t matched;
  int32_t *mentor_of;            /* the arena's; per mentee, or ASSIGN_NOBODY */
  int64_t *pair_of;              /* the arena's; per mentee who sits: the pair */
  int32_t *seats, *taken;        /* the arena's; seats nobody can need are left out */
  int64_t *seat_first;           /* the arena's; mentors + 1 */
  int32_t *seated;               /* the arena's; the mentees of each mentor, from seat_first on, `taken` of them */
  /* one search */
  int32_t *level;                /* the arena's; per mentor: after how many changes of place it is reached; -1: not */
  int32_t *next_seat;            /* the arena's; per mentor: whom to ask next */
  int64_t *next_pair;            /* the arena's; per mentee: which pair to try next */
  int32_t *queue;                /* the arena's; mentees in the order they were reached */
  size_t reached;                /* how many */
  int32_t *path_slot;            /* the arena's; per step of one way: the seat that is given up */
};

/* Everybody alone. */
void count_init(struct count *count, const struct assign_job *job, struct arena *arena);
size_t count_bytes(const struct assign_problem *problem);
/* Seats mentees with one of their cheapest mentors as far as that goes. True when all of them sit so: nothing can be better. */
bool count_cheapest(struct count *count);
/* Goes on from who sits already to as many as can be (Hopcroft and Karp). ERR_GONE when cancelled. */
enum err count_most(struct count *count) MUST_CHECK;
/* Behind a count_most that ended well: mentees not reached and mentors reached have a part in every pair, and their seats are as
 * many as people are matched (Koenig). */
void count_cover(const struct count *count, bool *ret_mentees, bool *ret_mentors);

#endif
