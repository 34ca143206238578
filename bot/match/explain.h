/* explain.h: why a mentee of a round has nobody, as much as may be said. */
#ifndef MENTORD_MATCH_EXPLAIN_H
#define MENTORD_MATCH_EXPLAIN_H

#include "bot/match/match.h"

/* A code for the catalogue: "seats": every mentor who would be allowed is taken, or a pin was not to be had for want of a
 * seat; "none_allowed": there is none who would be. It never says which rule, nor whose. */
const char *explain_nobody(struct txn *txn, const struct programme *programme, const struct round *round, const struct enrolment *mentee);

#endif
