/* pairs.h: what earlier pairs mean for new ones: they take seats, they fill a mentee's place, or they have failed. */
#ifndef MENTORD_MATCH_PAIRS_H
#define MENTORD_MATCH_PAIRS_H

#include "state/txn.h"

bool match_pair_is_asked(const struct pair *pair);                                             /* somebody's answer is waited for */
bool match_pair_is_live(const struct pair *pair);                                              /* being asked, or introduced */
bool match_pair_is_known(const struct pair *pair, bool to_mentee);                             /* live; a mentor hears of it once asked themselves */
bool match_pairs_has_mentor(struct txn *txn, const char *mentee, const char *programme);       /* a live pair there */
size_t match_pairs_mentees(struct txn *txn, const char *mentor);                               /* live ones, in all programmes */
bool match_pairs_failed(struct txn *txn, const char *one, const char *other);                  /* whoever was the mentor */

#endif
