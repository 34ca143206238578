/* reasons.h: the codes of a match ("topics:confidence,career_move") as lines a person can read. */
#ifndef MENTORD_REASONS_H
#define MENTORD_REASONS_H

#include "bot/cards.h"

/* At most `max` lines "why" from reason.<code>, then at most one "snag" from snag.<code>. */
void reasons_lines(struct turn *turn, struct out *out, struct strs reasons, struct strs weak, size_t max);
/* The same in one word each, for a manager's list: catalogue keys "fit.topics", "fit.times" … */
struct strs reasons_names(struct turn *turn, struct strs codes);

#endif
