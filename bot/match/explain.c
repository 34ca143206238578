/* explain.c: tells "all are taken" from "nobody may", and no more: which rule it was would betray who asked for it. */
#include "bot/match/explain.h"

#include "bot/match/couples.h"
#include "bot/match/people.h"
#include "bot/match/rules.h"

const char *explain_nobody(struct txn *txn, const struct programme *programme, const struct round *round, const struct enrolment *mentee,
                           const struct match_people *mentors) {
  struct match_side as_mentee = match_side_of(txn, mentee);
  for (size_t j = 0; j < mentors->count; j++) {
    struct match_sides sides = match_sides_of(txn, programme, &as_mentee, &mentors->items[j]);
    if (!match_couples_allow(round, mentee->id, sides.mentor.enrolment->id)) continue;
    if (match_rule_between(txn, &sides) == MATCH_FREE) return "seats";
  }
  return "none_allowed";
}
