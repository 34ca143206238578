/* rules.h: what no score can outweigh. */
#ifndef MENTORD_MATCH_RULES_H
#define MENTORD_MATCH_RULES_H

#include "bot/match/match.h"
#include "bot/match/sides.h"

/* The first rule that keeps the two apart for good, or MATCH_FREE. Seats and a round's couples are the caller's to ask. */
enum match_rule match_rule_between(struct txn *txn, const struct match_sides *sides);

#endif
