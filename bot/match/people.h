/* people.h: who of a programme comes into question, each person once a side. */
#ifndef MENTORD_MATCH_PEOPLE_H
#define MENTORD_MATCH_PEOPLE_H

#include "bot/match/sides.h"

struct match_people { /* in the transaction's arena */
  struct match_side *items;
  size_t count;
};

/* All accepted mentors and reserves of the programme: those whom averages are taken over. */
struct match_people match_people_offering(struct txn *txn, const struct programme *programme);
/* Those of them, or of the accepted mentees without a pair here, who may take part in a round of `manager`: trained where
 * the programme wants that, not gone, and not somebody the manager is recused from (nobody, for a NULL manager). */
struct match_people match_people_mentors(struct txn *txn, const struct programme *programme, const char *manager);
struct match_people match_people_mentees(struct txn *txn, const struct programme *programme, const char *manager);

#endif
