/* quota.h: rounds across organisations: how many mentees of each must and may have a mentor, how many seats each gives; exact, and proven.
 *
 * Method: the quotas become people and mentors who are not there (an exit that must be filled, one that may be, one that counts as a quota
 * broken; mentees who keep seats), and the transportation problem stays one (Bertsekas and Castanon 1989, LIDS-P-1850; bounds on groups of rows
 * that do not overlap are flows through a tree: Ford and Fulkerson 1962). The proof is weak duality on the problem as it was asked, not on that
 * construction. */
#ifndef MENTORD_QUOTA_H
#define MENTORD_QUOTA_H

#include "bot/match/assign.h"

enum { QUOTA_NONE = -1 }; /* no such rule; as an organisation: none */

/* All in people; a person belongs to one organisation or none. A number beyond what there is binds nothing; an at_least beyond it is broken. */
struct quota {
  int32_t at_least; /* so many of its mentees have a mentor, or as nearly as can be */
  int32_t at_most;  /* no more of its mentees have a mentor; always kept */
  int32_t gives;    /* no more seats of its mentors are taken, whoever sits there; always kept */
};

struct quota_problem { /* everything is borrowed until the call returns, and only read */
  const struct assign_problem *pairs;
  size_t organisations;
  const struct quota *quotas; /* per organisation */
  const int32_t *of_mentee;   /* per mentee: the organisation, or QUOTA_NONE */
  const int32_t *of_mentor;   /* per mentor */
};

/* What became of one organisation. */
struct quota_account {
  int32_t placed;   /* of its mentees */
  int32_t given;    /* of its mentors' seats */
  int32_t short_by; /* by so many at_least is missed; 0: it is kept */
  /* Only where it is missed: so many could be placed if no other organisation had an at_least. Fewer than at_least: it cannot be kept at all with
   * these seats, pairs, at_most and gives. Else the others' at_least stand in its way. */
  int32_t could;
};

/* Whole prices, in points in `cheapest`, and in people in `most`: see quota_check. */
struct quota_prices {
  const int64_t *seat;                         /* the arena's; per mentor */
  const int64_t *at_least, *at_most, *gives;   /* the arena's; per organisation */
  int64_t short_one, person;                   /* of one more missing; of one more matched (`cheapest` only) */
};

struct quota_result { /* in strict order: fewest missing to all at_least together, most matched, least cost */
  size_t matched;
  int64_t cost, short_by;               /* of all pairs made; of all organisations */
  const int32_t *mentor_of;             /* the arena's; per mentee, or ASSIGN_NOBODY */
  const struct quota_account *accounts; /* the arena's; per organisation */
  struct quota_prices most, cheapest;   /* why no fewer are missing and no more matched; why nothing is cheaper */
};

/* Solves twice (first people alone, then points) and proves; each broken quota costs a further small solve. The same input gives the same bytes.
 * Scratch: the engine's, and 8 bytes for each pair there is; where some at_most is below an organisation's mentees, also for each free seat
 * beside each mentor. ERR_BAD_INPUT for what arcs_check refuses, an organisation that is not there, a quota below QUOTA_NONE; ERR_LIMITED for
 * too many people or 2^26 such pairs; ERR_GONE when cancelled; ERR_INTERNAL when the proof fails. `options` may be NULL; fair rounds are refused
 * with ERR_BAD_INPUT. */
enum err quota_solve(const struct quota_problem *problem, const struct assign_options *options, struct arena *arena,
                     struct quota_result *ret_result) MUST_CHECK;
size_t quota_result_bytes(const struct quota_problem *problem);

/* FLAW(NAME, "what is wrong") */
#define QUOTA_FLAW_LIST(FLAW)                                                    \
  FLAW(NO_FLAW, "none")                                                          \
  FLAW(PAIR, "somebody sits with a mentor who is not on their list")             \
  FLAW(SEATS, "a mentor has more mentees than seats")                            \
  FLAW(BROKEN, "an organisation has more mentees placed, or gives more, than it may") \
  FLAW(SUMS, "a number is not that of the pairs")                                \
  FLAW(PRICE, "a price is out of bounds")                                        \
  FLAW(MOST, "fewer might be missing, or more be matched")                       \
  FLAW(VALUE, "the prices do not prove the cost")
#define QUOTA_FLAW_AS_ENUM(name, text) QUOTA_##name,
enum quota_flaw { QUOTA_FLAW_LIST(QUOTA_FLAW_AS_ENUM) QUOTA_FLAW_MAX_ };
#undef QUOTA_FLAW_AS_ENUM
const char *quota_flaw_text(enum quota_flaw flaw);

/* From scratch, trusting nothing of the solver, of a problem that arcs_check has passed. `could` is not looked at. */
enum quota_flaw quota_check(const struct quota_problem *problem, const struct quota_result *result);

#endif
