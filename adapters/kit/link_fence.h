/* link_fence.h: "3.17", incarnation and epoch: two whole numbers, so 3.9 is lower than 3.17. */
#ifndef MENTORD_LINK_FENCE_H
#define MENTORD_LINK_FENCE_H

#include "bot/base/base.h"

struct link_fence {
  int64_t incarnation, epoch;
};

/* Decimal digits, one dot, at most 15 digits a side. */
bool link_fence_parse(const char *text, struct link_fence *ret_fence);
/* Below 0, 0, above 0 as a is lower, equal, higher. */
int link_fence_compare(struct link_fence a, struct link_fence b);

#endif
