/* lots.h: chance that can be checked: people in an order drawn from the round's seed, not from names, ids or rows. */
#ifndef MENTORD_MATCH_LOTS_H
#define MENTORD_MATCH_LOTS_H

#include "bot/match/people.h"

/* Gives everybody their lot and sorts by it. The same seed and person give the same lot, whoever else is there. */
void match_lots_draw(struct match_people *people, const char *seed);

#endif
