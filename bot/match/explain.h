/* explain.h: why a mentee of a round has nobody, and where more mentors would help, as much as may be said. */
#ifndef MENTORD_MATCH_EXPLAIN_H
#define MENTORD_MATCH_EXPLAIN_H

#include "bot/match/match.h"

struct match_people;

/* A code for the catalogue: "seats": every mentor who would be allowed is taken, or a pin was not to be had for want of a
 * seat; "none_allowed": there is none who would be. It never says which rule, nor whose. `mentors`: match_people_mentors of
 * the round's manager, gathered once for all mentees who are asked about. */
const char *explain_nobody(struct txn *txn, const struct programme *programme, const struct round *round, const struct enrolment *mentee,
                           const struct match_people *mentors);

/* If there were more mentors like those who offer `topic`, for those who wish to work on it, `people` more of the round's mentees could have somebody:
 * the topic by which most would (of equals, whose mentors come first). What rules and managers forbid stays forbidden, pins stay; `round` is by
 * its manager, whose recusals hold. None where organisations have places. Exact: the difference of two solves (why.h says for which none is needed). */
struct explain_recruit {
  const char *topic; /* borrowed from an enrolment; NULL: no topic would help anybody, or more people than can be asked while others wait */
  int people;
};
struct explain_recruit explain_recruit(struct txn *txn, const struct programme *programme, const struct round *round);

#endif
