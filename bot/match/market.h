/* market.h: the auction's state: the core's pairs in rows, cheapest first; prices; who sits where and what they bid. */
#ifndef MENTORD_MARKET_H
#define MENTORD_MARKET_H

#include "bot/match/assign_parts.h"

/* A pair in one word: the cost above, the other person below. Words compare as costs do, ties by person. */
static inline uint64_t pair_word(int32_t cost, uint32_t person) { return (uint64_t)(uint32_t)cost << 32 | person; }
static inline int64_t word_cost(uint64_t word) { return (int64_t)(word >> 32); }
static inline uint32_t word_person(uint64_t word) { return (uint32_t)word; }

/* Money is counted in pieces of 2^-shift points, more pieces than there are people: that makes the auction exact (exact.h). */
struct mentee_seat {
  int64_t bid;      /* what was bid for the seat */
  int32_t mentor;   /* or ASSIGN_NOBODY */
  int32_t cost;     /* of the pair, in points */
  int32_t place;    /* in the mentor's heap */
};
struct held { int64_t bid; int32_t mentee; };

/* The pairs of each mentor, from first[j] to before stop[j], with some room behind for pairs that come later. */
struct columns {
  struct arena *arena;          /* owned; NULL: not made yet, or too small for what came */
  int64_t *first, *stop;        /* the arena's; mentors + 1 */
  int32_t *mentee, *cost;       /* the arena's; cost in points */
};

struct market {
  const struct assign_job *job; /* borrowed from the caller */
  size_t mentees, mentors;      /* mentors with the pool, which comes last and is there even where nobody needs it */
  unsigned shift;
  int32_t cost_max;             /* of the core and the pool, in points */
  int64_t floor;                /* no price is lower; holds while prices only rise */
  /* pairs */
  struct arena *core_arena;     /* owned; holds the rows, and is replaced when the core grows */
  int64_t *first;               /* the core arena's; mentees + 1 */
  uint64_t *pairs;              /* the core arena's; rows of mentor words, cheapest first */
  int32_t *edge;                /* scratch; per mentee: no pair that costs less is left out of the core */
  struct columns columns;       /* the same pairs by mentor, where they were needed */
  /* mentees */
  struct mentee_seat *seat_of;  /* scratch */
  int32_t *waiting;             /* scratch; mentees without a seat, last come first served */
  size_t waiting_count;
  /* mentors */
  int32_t *seats, *taken;       /* scratch */
  int64_t *price;               /* scratch; in pieces */
  int64_t *heap_first;          /* scratch; mentors + 1 */
  struct held *held;            /* scratch; per mentor a heap, the lowest bid on top */
  /* the pool: a mentor with a seat for each who must stay out, whom all accept at the same cost */
  int32_t pool_cost;            /* points */
  uint64_t bids;                /* so far */
};

static inline uint32_t market_pool(const struct market *market) { return (uint32_t)market->mentors - 1; }
static inline bool market_has_pool(const struct market *market) { return market->seats[market_pool(market)] > 0; }

/* The least price of all who have seats, the pool apart. Rows stop early by it: set anew when a price may have fallen. */
static inline void market_set_floor(struct market *market) {
  market->floor = INT64_MAX / 4;
  for (size_t j = 0; j < market_pool(market); j++)
    if (market->seats[j] > 0 && market->price[j] < market->floor) market->floor = market->price[j];
}

/* The cheapest offer of a row at the prices of now, the second cheapest with somebody else, and whose the first is. */
struct offer { int64_t best, second; uint64_t pair; };

/* Rows are in the order of cost and no price is below `floor`: where cost + floor passes the second best, all the rest does. */
static inline struct offer market_offer(const struct market *market, size_t mentee) {
  const uint64_t *at = market->pairs + market->first[mentee], *end = market->pairs + market->first[mentee + 1];
  struct offer offer = {INT64_MAX / 2, INT64_MAX / 2, 0};
  if (market_has_pool(market)) {
    offer.best = ((int64_t)market->pool_cost << market->shift) + market->price[market_pool(market)];
    offer.pair = pair_word(market->pool_cost, market_pool(market));
  }
  for (; at < end; at++) {
    int64_t cost = word_cost(*at) << market->shift;
    if (cost + market->floor >= offer.second) break;
    int64_t value = cost + market->price[word_person(*at)];
    if (value >= offer.second) continue;
    bool better = value < offer.best;
    offer.second = better ? offer.best : value;
    offer.pair = better ? *at : offer.pair;
    offer.best = better ? value : offer.best;
  }
  return offer;
}

static inline int64_t market_pays(const struct market *market, size_t mentee) {
  const struct mentee_seat *seat = &market->seat_of[mentee];
  return ((int64_t)seat->cost << market->shift) + market->price[seat->mentor];
}

#endif
