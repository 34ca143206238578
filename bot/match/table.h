/* table.h: a round's people on two sides, and any cell between them: may the two, and what would they score? */
#ifndef MENTORD_MATCH_TABLE_H
#define MENTORD_MATCH_TABLE_H

#include "bot/match/match.h"
#include "bot/match/points.h"

struct match_table { /* in the transaction's arena */
  struct txn *txn;
  const struct programme *programme;
  const struct round *round;       /* its couples and seed; NULL: none */
  const struct match_work *work;   /* NULL: within a turn */
  struct match_people mentees;     /* in the order of their lots, and so are … */
  struct match_people mentors;     /* … those with a seat, reserves among them */
  int32_t *seats;                  /* per mentor, 1 or more */
  struct match_averages *averages; /* per mentee, once match_table_average was called */
};

/* The people of a round of `manager`. */
struct match_table match_table_of(struct txn *txn, const struct programme *programme, const char *manager, const struct round *round);
/* The same mentors beside this one mentee, accepted or not. */
struct match_table match_table_for(struct txn *txn, const struct programme *programme, const char *manager, const struct round *round,
                                   const struct enrolment *mentee);

/* Tells how far it is, `done` of `all` on the way from one percentage to another. False: it was cancelled. */
struct match_way { int from, to; };
bool match_table_goes_on(const struct match_table *table, struct match_way way, size_t done, size_t all);

/* What mentors' skipped answers count as, for each mentee; before the first question about points. Apart from gathering,
 * so that a round which is too large is refused before any work is done. When cancelled it ends early. */
void match_table_average(struct match_table *table);

/* Rules and what managers forbade; seats and pins are not looked at. */
bool match_table_allows(const struct match_table *table, size_t mentee, size_t mentor);
int match_table_points(const struct match_table *table, size_t mentee, size_t mentor);
bool match_table_is_reserve(const struct match_table *table, size_t mentor);
ptrdiff_t match_table_mentor(const struct match_table *table, const char *enrolment); /* position, or -1 */
/* A row of round->matches for these two: names, score and reasons. */
struct match match_table_match(const struct match_table *table, size_t mentee, size_t mentor);

#endif
