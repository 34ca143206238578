/* reasons.h: the codes of a match ("topics:confidence,career_move") as lines a person can read. */
#ifndef MENTORD_REASONS_H
#define MENTORD_REASONS_H

#include "bot/cards.h"

enum { REASONS_MAX = 3 };

/* At most REASONS_MAX lines "why" from reason.<code>, then at most one "snag" from snag.<code>; a mentor reads
 * reason.<code>.mentor where there is one. */
void reasons_lines(struct turn *turn, struct out *out, const struct pair *pair, bool for_mentor);
/* The same in one word each, for a manager's list: catalogue keys "fit.topics", "fit.times" … */
struct strs reasons_names(struct turn *turn, struct strs codes);

#endif
