/* couples.h: what managers fixed or forbade in one round; their latest word on a couple counts. */
#ifndef MENTORD_MATCH_COUPLES_H
#define MENTORD_MATCH_COUPLES_H

#include "state/records.h"

/* All by enrolment id; `round` NULL: nothing was said. */
bool match_couples_forbid(const struct round *round, const char *mentee, const char *mentor);
const char *match_couples_pin(const struct round *round, const char *mentee); /* the mentor, or NULL when not pinned */
/* A pinned mentee may have that one mentor and no other. */
bool match_couples_allow(const struct round *round, const char *mentee, const char *mentor);

#endif
