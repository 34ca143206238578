/* core_pick.h: the cheapest pairs of one mentee. */
#ifndef MENTORD_CORE_PICK_H
#define MENTORD_CORE_PICK_H

#include "bot/match/count.h"
#include "bot/match/market.h"

struct core_pick {
  const struct market *market;      /* borrowed from the caller */
  const struct count *count;        /* borrowed from the caller */
  size_t wanted, room;              /* at most `room` words a row, and one */
  int32_t reach;                    /* how far above its least the row before was cut: rows are often alike, and a look is quicker than a search */
  bool wide;                        /* as wide_here says */
  int64_t *places;                  /* the arena's; as many as the longest row has */
  int32_t *costs;                   /* the arena's; of those places */
  uint64_t *spare;                  /* the arena's */
};

size_t core_pick_bytes(const struct market *market, size_t wanted);
void core_pick_init(struct core_pick *pick, const struct market *market, const struct count *count, size_t wanted, struct arena *arena);
/* About the `wanted` cheapest, and the pair of the count, cheapest first. *ret_edge: no pair that costs less is left out. */
size_t core_pick_row(struct core_pick *pick, size_t mentee, uint64_t *row, int32_t *ret_edge);

#endif
