/* standing.h: how somebody stands in a programme, as a word for managers: waits, has a match, needs the course. */
#ifndef MENTORD_STANDING_H
#define MENTORD_STANDING_H

#include "state/txn.h"

/* A pair that lives, in this role: who learns and helps can have one as the one and wait as the other. */
bool standing_has_pair(struct txn *txn, const struct enrolment *enrolment);
const char *standing_words(struct txn *txn, const struct enrolment *enrolment); /* a catalogue key */

#endif
