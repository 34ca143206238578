/* rules.c: the hard rules in the order they are asked, and their internal codes. */
#include "bot/match/rules.h"

#include <string.h>

#include "bot/match/pairs.h"
#include "bot/match/wishes.h"

#define AS_CODE(name, code) [MATCH_RULE_##name] = code,
static const char *const codes[MATCH_RULE_MAX_] = {[MATCH_FREE] = "", MATCH_RULE_LIST(AS_CODE)};
#undef AS_CODE

const char *match_rule_code(enum match_rule rule) {
  assert(rule < MATCH_RULE_MAX_);
  return codes[rule];
}

static bool in_one_line(struct txn *txn, const char *a, const char *b) {
  return txn_in_line(txn, a, b) || txn_in_line(txn, b, a);
}

/* A must that cannot be shown to hold does not hold. */
static bool breaks_other_organisation(const struct match_sides *sides) {
  return sides->programme->other_organisation == OTHER_MUST && match_same_organisation(sides) != MATCH_OTHER;
}

enum match_rule match_rule_between(struct txn *txn, const struct match_sides *sides) {
  if (sides->mentee.person == NULL || sides->mentor.person == NULL) return MATCH_RULE_UNREADABLE;
  const char *mentee = sides->mentee.person->id, *mentor = sides->mentor.person->id;
  if (strcmp(mentee, mentor) == 0) return MATCH_RULE_SELF;
  if (sides->mentee.unreadable || sides->mentor.unreadable) return MATCH_RULE_UNREADABLE;
  if (in_one_line(txn, mentee, mentor)) return MATCH_RULE_LINE;
  if (txn_apart(txn, mentee, mentor)) return MATCH_RULE_APART;
  if (breaks_other_organisation(sides)) return MATCH_RULE_ORGANISATION;
  if (match_wish_broken(sides)) return MATCH_RULE_WISH;
  return match_pairs_failed(txn, mentee, mentor) ? MATCH_RULE_FAILED : MATCH_FREE;
}
