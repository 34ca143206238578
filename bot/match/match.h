/* match.h: who goes with whom: two people become a score with reasons; many become a round that no other round beats. */
#ifndef MENTORD_MATCH_H
#define MENTORD_MATCH_H

#include "state/txn.h"

enum { SCORE_MAX = 10000, MATCH_SIDE_MAX = 100 }; /* so many on a side are scored and matched while everybody waits: some 50 ms */

/* RULE(NAME, "code"): why two people can never be a pair. Internal: people hear "not available", whatever the rule. */
#define MATCH_RULE_LIST(RULE)                                                                               \
  RULE(SELF, "self") RULE(LINE, "reporting_line") RULE(LINE_UNKNOWN, "line_unknown") RULE(APART, "kept_apart") \
  RULE(CAPACITY, "capacity") RULE(FAILED, "failed_pair") RULE(ORGANISATION, "same_organisation")            \
  RULE(UNREADABLE, "unreadable") RULE(FORBIDDEN, "forbidden") RULE(WISH, "must_wish")
#define MATCH_RULE_AS_ENUM(name, code) MATCH_RULE_##name,
enum match_rule { MATCH_FREE, MATCH_RULE_LIST(MATCH_RULE_AS_ENUM) MATCH_RULE_MAX_ };
#undef MATCH_RULE_AS_ENUM
const char *match_rule_code(enum match_rule rule); /* "" for MATCH_FREE */

struct match_score {
  enum match_rule rule;      /* not MATCH_FREE: never; the rest is then 0 */
  int score;                 /* basis points of what was answered */
  int answered, asked;       /* components */
  struct strs reasons;       /* codes, strongest first: "topics:confidence,career_move", "times:lunch", "how:video", "grade", … */
  struct strs weak;          /* codes of what does not fit: "topics:none", "times", "how", "grade", "organisation" */
};
/* Scores two enrolments of one programme. Hard rules first. A skipped answer is never a zero: what the mentee skipped
 * is left out and the rest rescaled; what the mentor skipped takes the average of the programme's mentors who answered
 * (README.md, section 2). Reasons live in the transaction's arena. */
struct match_score match_score(struct txn *txn, const struct programme *programme, const struct enrolment *mentee, const struct enrolment *mentor);
/* Seats a mentor still has in this programme, over all programmes and open proposals. */
int match_seats(struct txn *txn, const struct enrolment *mentor);
/* True when the line managers of both halves are known (given, imported, or none): only then may the pair be told. */
bool match_releasable(struct txn *txn, const struct match *match);

/* ---- a round ---- */
/* Replaces round->matches by one match for each accepted mentee of the programme who has no pair yet and whom `manager`
 * is not recused from; mentor NULL and MATCH_NOBODY where none was found (explain.h says why). Pins come first; then as
 * many mentees as can be, with as few reserves as can be, at the least total cost. Whoever was held stays held.
 * Deterministic for the same records, couples and round->seed. ERR_LIMITED past MATCH_SIDE_MAX; the round is then as it was. */
enum err match_round(struct txn *txn, const struct programme *programme, const char *manager, struct round *round) MUST_CHECK;
/* The `max` best mentors for one mentee, best first, reserves last, for swap: allowed, with a seat that the round's other
 * matches leave free, and not the one the mentee has there. People whom round->by is recused from are left out. */
size_t match_best(struct txn *txn, const struct programme *programme, const struct enrolment *mentee, const struct round *round,
                  size_t max, struct match *ret_matches);

#endif
