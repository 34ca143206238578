/* small_scheme.h: the scheme that unit tests and fuzz targets play on: one organisation, one programme, no training gate, the default questions. */
#ifndef TEST_SMALL_SCHEME_H
#define TEST_SMALL_SCHEME_H

#include "state/txn.h"

#define SMALL_WORKSPACE "web/city"
#define SMALL_PROGRAMME "pilot-1"

/* Scheme, organisation "city" with three grades, question set and programme; real, no demo. Once, into an empty model. */
struct scheme *small_scheme_put(struct txn *txn);
/* A sergeant of the city with an account, nobody above them. The texts are borrowed as long as the transaction lives. */
struct person *small_person_put(struct txn *txn, const char *user, const char *name);
struct enrolment *small_enrolment_put(struct txn *txn, const char *person, enum role role, enum enrolment_state state); /* not trained */

#endif
