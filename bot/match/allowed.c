/* allowed.c: may these two be a pair now: the rules, the seat and the places of organisations, without the work of a score. */
#include "bot/match/places.h"
#include "bot/match/rules.h"

enum match_rule match_allowed(struct txn *txn, const struct programme *programme, const struct enrolment *mentee, const struct enrolment *mentor) {
  struct match_side as_mentee = match_side_of(txn, mentee), as_mentor = match_side_of(txn, mentor);
  struct match_sides sides = match_sides_of(txn, programme, &as_mentee, &as_mentor);
  enum match_rule rule = match_rule_between(txn, &sides);
  if (rule != MATCH_FREE) return rule;
  if (match_seats(txn, mentor) == 0) return MATCH_RULE_CAPACITY;
  return match_places_left(txn, programme, as_mentee.person, as_mentor.person) ? MATCH_FREE : MATCH_RULE_PLACES;
}
