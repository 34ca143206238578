/* exact.h: rounds the auction's prices to whole points, so that they prove the matching to the last point. */
#ifndef MENTORD_EXACT_H
#define MENTORD_EXACT_H

#include "bot/match/market.h"

/* Prices are then whole points (still counted in pieces), and everybody sits at exactly their best offer. False, and nothing is
 * changed, when no way of rounding does that; with a step of one piece there always is one (exact.c says why). */
bool exact_round(struct market *market);

#endif
