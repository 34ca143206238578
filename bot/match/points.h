/* points.h: two people's parts become one number; what is missing is filled in fairly or left out. */
#ifndef MENTORD_MATCH_POINTS_H
#define MENTORD_MATCH_POINTS_H

#include "bot/match/components.h"
#include "bot/match/people.h"

enum { MATCH_NO_AVERAGE = -1 };

struct match_parts { struct match_part of[MATCH_COMPONENT_MAX_]; };

/* What each component would come to for one mentee with an average mentor: for the mentors who skipped it. */
struct match_averages { int of[MATCH_COMPONENT_MAX_]; }; /* MATCH_NO_AVERAGE where nobody answered */

struct match_parts match_parts_read(const struct match_sides *sides);
/* Over `offering` (match_people_offering), without the mentee themself. `sides->mentor` is not looked at. */
struct match_averages match_averages_of(const struct match_sides *sides, const struct match_people *offering);

int match_points(const struct match_parts *parts, const struct match_averages *averages); /* 0…SCORE_MAX */
/* The whole score of an allowed couple, with counts and words. */
struct match_score match_points_explained(const struct match_sides *sides, const struct match_averages *averages, struct arena *arena);

#endif
