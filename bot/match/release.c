/* release.c: a match may be told to people once we know that neither stands in the other's line. */
#include "bot/match/match.h"

static bool line_is_known(struct txn *txn, const char *enrolment_id) {
  const struct enrolment *enrolment = enrolment_id == NULL ? NULL : txn_get(txn, RECORD_ENROLMENT, enrolment_id);
  const struct person *person = enrolment == NULL ? NULL : txn_get(txn, RECORD_PERSON, enrolment->person);
  if (person == NULL || model_unreadable(txn_model(txn), person->id)) return false;
  return person->line_state == LINE_GIVEN || person->line_state == LINE_IMPORTED || person->line_state == LINE_NONE;
}

bool match_releasable(struct txn *txn, const struct match *match) {
  return line_is_known(txn, match->mentee) && line_is_known(txn, match->mentor);
}
