/* core.h: the few pairs that may matter: each mentee's cheapest first, and later those that the prices ask for. */
#ifndef MENTORD_CORE_H
#define MENTORD_CORE_H

#include "bot/match/count.h"
#include "bot/match/market.h"

/* Rows with about the `wanted` cheapest pairs of each mentee, and with the pair that a largest matching gave them: with those
 * alone as many people can be matched as with all. Ties are taken from a place of each mentee's own. Replaces rows that are there. */
void core_build(struct market *market, const struct count *count, size_t wanted);

/* Of some hundred mentees, evenly drawn, at the prices of now: for how many of a hundred a better pair was left out, and how many of a
 * hundred lists have to be read to know that. */
struct core_sample { size_t unhappy_percent, read_percent; };
struct core_sample core_ask_some(const struct market *market);

struct core_growth {
  size_t most;    /* pairs added for a mentee, at most */
  int64_t margin; /* pairs that are dearer than the best by less than this are added too */
  /* what came of it */
  size_t unhappy; /* mentees for whom a better pair was left out */
  int64_t gap;    /* how much the one with most to gain has to gain */
};
/* Looks through all pairs for those that suit their mentee better, at the prices of now, than the best of the core, and adds them.
 * When nobody is unhappy the core's prices hold for all pairs; nothing is then added. */
void core_grow(struct market *market, struct core_growth *growth);

#endif
