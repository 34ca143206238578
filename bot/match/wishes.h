/* wishes.h: same or other organisation, profession, grade: preferred, or a must. */
#ifndef MENTORD_MATCH_WISHES_H
#define MENTORD_MATCH_WISHES_H

#include "bot/match/sides.h"

enum match_sameness { MATCH_SAMENESS_UNKNOWN, MATCH_OTHER, MATCH_SAME };

enum match_sameness match_same_organisation(const struct match_sides *sides);
enum match_sameness match_same_profession(const struct match_sides *sides); /* the department is what we know of it */
enum match_sameness match_same_grade(const struct match_sides *sides);

/* Steps from the mentee's grade up to the mentor's, counted on the mentee's ladder: a mentor of an organisation with more
 * or fewer grades stands on the rung at the same height. False when either is not known. */
bool match_grade_gap(const struct match_sides *sides, int *ret_gap);
bool match_grade_known(const struct match_side *side);

/* A must, of either side, that this couple does not meet, or of which we cannot tell. */
bool match_wish_broken(const struct match_sides *sides);

/* Wishes are voices: each says fits or fits not; a component takes their mean. */
struct match_voices { int count, sum; };
void match_voice_add(struct match_voices *voices, int value);
/* Adds what `side` wishes; nothing for no wish, or when sameness is unknown. Returns the voice's value, -1 for none. */
int match_voice_wish(struct match_voices *voices, const struct match_side *side, enum match_wish which, enum match_sameness same);
int match_voices_mean(const struct match_voices *voices);

#endif
