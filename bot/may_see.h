/* may_see.h: one function between every fact and every eye. */
#ifndef MENTORD_MAY_SEE_H
#define MENTORD_MAY_SEE_H

#include "state/txn.h"

/* The letters of records.def that `viewer` has towards `subject` (both persons): S, P, M, C, L; "" for nobody. A manager
 * in the subject's line, or of a subject whose line cannot be opened, has no M. Static text. */
const char *may_see_as(struct txn *txn, const char *viewer, const char *subject);
/* Whether a row to `reader` may put in this name: rows are made in one turn and written out later, when somebody may turn out
 * to report to that manager. Managers are named to everybody. */
bool may_be_named(struct txn *txn, const char *reader, const char *subject);
bool may_see(struct txn *txn, const char *viewer, const char *subject, enum record_kind kind, const char *field);
bool may_see_with(const char *letters, enum record_kind kind, const char *field); /* of may_see_as: for many fields of one person */
/* An accepted manager of that programme; of any when it is NULL. */
bool may_manage_in(struct txn *txn, const char *person, const char *programme);
/* A manager of any programme of this scheme who may act for `subject`: manages, and is not in their line. */
bool may_manage(struct txn *txn, const char *manager, const char *subject);

#endif
