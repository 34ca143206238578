/* match.h: who goes with whom: two people become a score with reasons; many become a round that no other round beats. */
#ifndef MENTORD_MATCH_H
#define MENTORD_MATCH_H

#include "state/txn.h"

#include <stdatomic.h>

enum { SCORE_MAX = 10000, MATCH_SIDE_MAX = 100 }; /* so many on a side are scored and matched while everybody waits: some 50 ms */

/* RULE(NAME, "code"): why two people can never be a pair. Internal: people hear "not available", whatever the rule. */
#define MATCH_RULE_LIST(RULE)                                                                               \
  RULE(SELF, "self") RULE(LINE, "reporting_line") RULE(LINE_UNKNOWN, "line_unknown") RULE(APART, "kept_apart") \
  RULE(CAPACITY, "capacity") RULE(FAILED, "failed_pair") RULE(ORGANISATION, "same_organisation")            \
  RULE(UNREADABLE, "unreadable") RULE(FORBIDDEN, "forbidden") RULE(WISH, "must_wish") \
  RULE(PLACES, "no_place")
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
/* The rule alone, a mentor without a seat among them, and places of organisations that are all taken: what a release asks of each pair once more. */
enum match_rule match_allowed(struct txn *txn, const struct programme *programme, const struct enrolment *mentee, const struct enrolment *mentor);
/* Seats a mentor still has in this programme, over all programmes and open proposals. */
int match_seats(struct txn *txn, const struct enrolment *mentor);
/* True when the line managers of both halves are known (given, imported, or none): only then may the pair be told. */
bool match_releasable(struct txn *txn, const struct match *match);

/* ---- a round ---- */
/* Replaces round->matches by one match for each accepted mentee of the programme who has no pair yet and whom `manager`
 * is not recused from; mentor NULL and MATCH_NOBODY where none was found (explain.h says why; `weak` does where it is for want of
 * places, see draft.h). Pins come first; then as few as can be missing to organisations, as many mentees as can be, with as few
 * reserves as can be, at the least total cost. round->filled tells of the organisations' places. Whoever was held stays held.
 * Deterministic for the same records, couples and round->seed. ERR_LIMITED past MATCH_SIDE_MAX; the round is then as it was. */
enum err match_round(struct txn *txn, const struct programme *programme, const char *manager, struct round *round) MUST_CHECK;
/* A round made away from the turns, over a snapshot (snapshot.h). Both are another thread's to look at or to set. */
struct match_work {
  const atomic_bool *cancel; /* borrowed from the caller; true: give up soon */
  atomic_int *percent;       /* borrowed from the caller; how far it is */
  size_t listed_max;         /* more pairs than this are not all asked, but searched for (candidates.h); 0: a million */
};
enum { MATCH_WORK_PLACED_MAX = 10000000 }; /* where organisations have places all pairs are listed: so many of them */
enum { MATCH_WORK_SIDE_MAX = 5000 }; /* so many on a side: half a minute of another thread's time, and some 20 ms for the snapshot */
/* The same round as match_round's, of any size up to those. A row without a mentor has its reason as the one code of `weak`:
 * explain_nobody's, where it has none already. ERR_LIMITED past that many, ERR_GONE when cancelled. */
enum err match_round_work(struct txn *txn, const struct programme *programme, const char *manager, struct round *round,
                          const struct match_work *work) MUST_CHECK;
/* How many would take part: mentees without a pair, mentors with a seat. */
struct match_sizes {
  size_t mentees, mentors;
  bool places; /* organisations have places */
};
struct match_sizes match_round_sizes(struct txn *txn, const struct programme *programme, const char *manager);
bool match_work_fits(struct match_sizes sizes);
/* The `max` best mentors for one mentee, best first, reserves last, for swap: allowed, with a seat that the round's other
 * matches leave free, and not the one the mentee has there. People whom round->by is recused from are left out. */
size_t match_best(struct txn *txn, const struct programme *programme, const struct enrolment *mentee, const struct round *round,
                  size_t max, struct match *ret_matches);

#endif
