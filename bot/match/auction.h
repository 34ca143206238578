/* auction.h: everybody bids for the seat that suits them best, mentors lower what nobody wants, in ever smaller steps. */
#ifndef MENTORD_AUCTION_H
#define MENTORD_AUCTION_H

#include "bot/match/market.h"

/* One phase: afterwards all mentees sit, nobody pays more than `eps` above their best offer, and seats left over cost nothing.
 * The step grows each time people have outbid each other `patience` times in vain; 0: never. *eps is then the step it ended with.
 * ERR_GONE when cancelled; ERR_LIMITED when a price passes 2^61. */
enum err auction_phase(struct market *market, uint64_t patience, int64_t *eps) MUST_CHECK;

/* Lowers the prices of free seats until people come or the seats cost nothing; the second half of a phase. */
enum err auction_lower(struct market *market, int64_t eps) MUST_CHECK;

#endif
