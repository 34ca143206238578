/* why_parts.h: what the questions and their search share: prices in which people count more than any points, and distances through the round. */
#ifndef MENTORD_WHY_PARTS_H
#define MENTORD_WHY_PARTS_H

#include "bot/match/why.h"

/* Staying alone costs `big`, so much that no points outweigh it. Always: a mentee pays no more than `big` and cost + price of any on their list;
 * who has a free seat has price 0, who has none at all `big`. Nodes of the search are the mentors, and behind them `why_out`, where free seats
 * and people alone are. */
struct why {
  uint32_t magic;
  struct arena *arena;                  /* owned */
  const struct assign_problem *problem; /* borrowed from the caller of why_new */
  const struct assign_result *result;   /* borrowed from the caller of why_new */
  int64_t big;
  int64_t *price;         /* the arena's; per mentor */
  int64_t *pays;          /* the arena's; per mentee */
  int64_t *seated_first;  /* the arena's; mentors + 1 */
  int32_t *seated;        /* the arena's; the mentees of each mentor */
  int32_t *alone;         /* the arena's; who has nobody */
  size_t alone_count;
  int64_t *from_out;      /* the arena's; per mentor: what it costs to free a seat there, at the prices of now, for somebody alone or to be free */
  /* one search */
  int64_t *distance;      /* the arena's; per node; WHY_FAR: not reached */
  int32_t *first;         /* the arena's; per node: the first mentor on the way there, or ASSIGN_NOBODY */
  int32_t *heap, *place;  /* the arena's; nodes by distance; place per node, -1: not in the heap */
  size_t heap_count;
};

#define WHY_FAR (INT64_MAX / 4)
static inline size_t why_out(const struct why *why) { return why->problem->mentors; }
static inline int64_t why_taken(const struct why *why, size_t mentor) { return why->seated_first[mentor + 1] - why->seated_first[mentor]; }

size_t why_search_bytes(const struct assign_problem *problem);
void why_search_init(struct why *why);
/* Forget the last search; say where this one begins; go on to a node, or with SIZE_MAX everywhere. */
void why_search_begin(struct why *why);
void why_reach(struct why *why, size_t node, int64_t distance, int32_t first);
void why_reach_list(struct why *why, size_t mentee, int32_t but); /* all mentors with seats on the list, less one, each the first of its way */
int64_t why_search(struct why *why, size_t target);

#endif
