/* quota_parts.h: what solving with quotas shares: classes of people, and the problem with people who are not there. */
#ifndef MENTORD_QUOTA_PARTS_H
#define MENTORD_QUOTA_PARTS_H

#include "bot/match/quota.h"

/* Mentees under the same at_least and at_most, both within what there is. Class 0 is everybody whom no such rule concerns. */
struct quota_class { int32_t mentees, least, most; };

struct quota_shape { /* in scratch */
  const struct quota_problem *problem; /* borrowed from the caller */
  size_t classes;
  struct quota_class *of;  /* per class */
  int32_t *class_of;       /* per organisation */
  int32_t *seats;          /* per mentor: no more than there are pairs, and one that nobody can need */
  int64_t *kept;           /* per organisation: seats that it does not give, filled with mentees who are not there */
  int64_t kept_all, seats_all;
  bool capped;             /* some mentees must stay out */
};

/* Which of the two problems: people alone, or points for that many people. */
struct quota_goal { bool cheapest; int64_t matched, short_by; };

/* Columns: the mentors; per class an exit that must be filled and one that may be; then the exit of those who are missing to an at_least.
 * Rows: the mentees; those who keep seats; and for points those who fill exits and seats that shall stay free. Everybody has a place. */
static inline size_t quota_must(const struct quota_shape *shape, size_t c) { return shape->problem->pairs->mentors + c; }
static inline size_t quota_may(const struct quota_shape *shape, size_t c) { return shape->problem->pairs->mentors + shape->classes + c; }
static inline size_t quota_short(const struct quota_shape *shape) { return shape->problem->pairs->mentors + 2 * shape->classes; }
static inline size_t quota_class_of(const struct quota_shape *shape, size_t mentee) {
  int32_t from = shape->problem->of_mentee[mentee];
  return from == QUOTA_NONE ? 0 : (size_t)shape->class_of[from];
}
int64_t quota_fillers(const struct quota_shape *shape, const struct quota_goal *goal); /* seats that shall stay free */

/* `only` a position: no other organisation has an at_least, and this one wants all; QUOTA_NONE: as the problem says. */
void quota_shape_init(struct quota_shape *shape, const struct quota_problem *problem, int32_t only, struct arena *arena);
size_t quota_shape_bytes(const struct quota_problem *problem);
/* *ret_arena is the caller's, and holds the net. */
enum err quota_net_build(const struct quota_shape *shape, const struct quota_goal *goal, struct arena **ret_arena,
                         struct assign_problem *ret_net) MUST_CHECK;

/* The prices of the problem as it was asked, from those of the net. */
void quota_prices_of(const struct quota_shape *shape, const struct quota_goal *goal, const struct assign_problem *net,
                     const struct assign_result *result, struct arena *arena, struct quota_prices *ret_prices);

#endif
