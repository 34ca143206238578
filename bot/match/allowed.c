/* allowed.c: may these two be a pair now: the rules and the seat, without the work of a score. */
#include "bot/match/rules.h"

enum match_rule match_allowed(struct txn *txn, const struct programme *programme, const struct enrolment *mentee, const struct enrolment *mentor) {
  struct match_side as_mentee = match_side_of(txn, mentee), as_mentor = match_side_of(txn, mentor);
  struct match_sides sides = match_sides_of(txn, programme, &as_mentee, &as_mentor);
  enum match_rule rule = match_rule_between(txn, &sides);
  return rule == MATCH_FREE && match_seats(txn, mentor) == 0 ? MATCH_RULE_CAPACITY : rule;
}
