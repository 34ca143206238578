/* score.c: the score of two people by themselves; a round asks the same of many at once (table.h). */
#include "bot/match/points.h"
#include "bot/match/rules.h"

struct match_score match_score(struct txn *txn, const struct programme *programme, const struct enrolment *mentee, const struct enrolment *mentor) {
  struct match_side as_mentee = match_side_of(txn, mentee), as_mentor = match_side_of(txn, mentor);
  struct match_sides sides = match_sides_of(txn, programme, &as_mentee, &as_mentor);
  enum match_rule rule = match_allowed(txn, programme, mentee, mentor);
  if (rule != MATCH_FREE) return (struct match_score){.rule = rule};
  struct match_people offering = match_people_offering(txn, programme);
  struct match_averages averages = match_averages_of(&sides, &offering);
  return match_points_explained(&sides, &averages, txn_arena(txn));
}
