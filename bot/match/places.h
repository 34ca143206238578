/* places.h: what organisations may take and must give in one programme, and how much of it is taken. */
#ifndef MENTORD_MATCH_PLACES_H
#define MENTORD_MATCH_PLACES_H

#include "state/txn.h"

/* One organisation that has rules in this programme: its own, or the programme's in their stead. 0: no such rule. */
struct match_place {
  const struct organisation *organisation; /* borrowed from the transaction */
  int64_t at_least, at_most, gives;
  int64_t placed, given; /* live pairs of the programme, and those taken since */
};

struct match_places { /* in the transaction's arena; none where nobody has a rule */
  struct match_place *items;
  size_t count;
};

struct match_places match_places_of(struct txn *txn, const struct programme *programme);
ptrdiff_t match_places_at(const struct match_places *places, const struct person *person); /* of their organisation, or -1 */
/* One more pair of these two keeps within every at_most and gives. */
bool match_places_allow(const struct match_places *places, const struct person *mentee, const struct person *mentor);
/* The same of the programme as it stands, without counting more than these two organisations need. */
bool match_places_left(struct txn *txn, const struct programme *programme, const struct person *mentee, const struct person *mentor);
void match_places_take(struct match_places *places, const struct person *mentee, const struct person *mentor);

#endif
