/* seats.c: how many more mentees a mentor takes: what they offered, within the programme's ceiling, less those they have. */
#include "bot/match/answers.h"
#include "bot/match/match.h"
#include "bot/match/pairs.h"

#include <stdlib.h>

enum { CAPACITY_USUAL = 1, CEILING_USUAL = 3 };

static int64_t offered(const struct enrolment *mentor) {
  struct match_said said = match_said(mentor, "capacity");
  if (said.how != MATCH_SAID) return CAPACITY_USUAL;
  long number = strtol(said.values.items[0], NULL, 10);
  return number > 0 ? number : CAPACITY_USUAL;
}

static int64_t ceiling(struct txn *txn, const struct enrolment *mentor) {
  const struct programme *programme = mentor->programme == NULL ? NULL : txn_get(txn, RECORD_PROGRAMME, mentor->programme);
  return programme != NULL && programme->mentees_max > 0 ? programme->mentees_max : CEILING_USUAL;
}

int match_seats(struct txn *txn, const struct enrolment *mentor) {
  if (mentor->person == NULL) return 0;
  int64_t seats = offered(mentor), most = ceiling(txn, mentor);
  if (seats > most) seats = most;
  if (seats > MATCH_SIDE_MAX) seats = MATCH_SIDE_MAX; /* more than a round can fill */
  seats -= (int64_t)match_pairs_mentees(txn, mentor->person);
  return seats > 0 ? (int)seats : 0;
}
