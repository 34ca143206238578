/* columns.h: the core's pairs by mentor, for those who look for mentees. */
#ifndef MENTORD_COLUMNS_H
#define MENTORD_COLUMNS_H

#include "bot/match/market.h"

void columns_make(struct market *market);   /* where there are none */
void columns_add(struct market *market, size_t mentee, uint64_t pair); /* a pair that the core got; where there are columns */
void columns_clear(struct market *market);  /* they are made anew when next needed */

#endif
