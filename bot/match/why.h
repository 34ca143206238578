/* why.h: what a proven round answers when it is asked why: what another pair, seat or mentor would change; who competes for what.
 *
 * Method: after a solve the prices make every exchange cost nothing or more, so each question is one shortest path through the round as it
 * stands (Edmonds and Karp 1972, doi 10.1145/321694.321699), and nothing moves. Every number is exact: the difference of two full solves, which
 * the tests make. Costs and changes are points; people are positions in the problem. The structs say more than everybody may hear: what reaches
 * people is the caller's affair. */
#ifndef MENTORD_WHY_H
#define MENTORD_WHY_H

#include "bot/match/assign.h"
#include "bot/match/repair.h"

struct why; /* about 40 bytes a mentor, 16 a mentee, beside what it borrows */

/* Borrows problem and result until why_free. Of plain rounds only. ERR_BAD_INPUT when the certificate of a plain round does not hold, and for what
 * arcs_check refuses: what is not proven is not explained. ERR_LIMITED when sums could pass 2^60. One search through the whole round. */
enum err why_new(const struct assign_problem *problem, const struct assign_result *result, struct why **ret_why) MUST_CHECK;
struct why *why_free(struct why *why); /* takes NULL, returns NULL */
void why_freep(struct why **why);      /* for CLEANUP */

/* So many more are matched (below 0: fewer), and the pairs cost so much more (below 0: less), if the round were made anew with the change. */
struct why_change { int32_t matched; int64_t cost; };

/* ---- about a pair ---- one search each */
/* If the two were not a pair. `mentor` is whom the mentee would then have, or ASSIGN_NOBODY: the next best, all others considered.
 * ERR_BAD_INPUT for somebody who has nobody. */
struct why_next { int32_t mentor; struct why_change change; };
enum err why_without(struct why *why, size_t mentee, struct why_next *ret_next) MUST_CHECK;
/* If the mentee had to have this mentor. ERR_BAD_INPUT where they are no pair of the problem, or the mentor has no seats. */
enum err why_with(struct why *why, size_t mentee, size_t mentor, struct why_change *ret_change) MUST_CHECK;

/* ---- about one thing more ---- */
struct why_change why_seat(const struct why *why, size_t mentor); /* one more seat; at once */
/* If the mentee could have these mentors too, or at these costs: one language more, one rule less. `mentor`: whom they would have.
 * One search. ERR_BAD_INPUT for a mentor who is not there, or a cost out of bounds. */
enum err why_more(struct why *why, size_t mentee, const struct repair_link *mentors, size_t count, struct why_next *ret_next) MUST_CHECK;
/* If there were one more mentor, with one seat, for these mentees. One look at each. ERR_BAD_INPUT as above. */
enum err why_newcomer(const struct why *why, const struct repair_link *mentees, size_t count, struct why_change *ret_change) MUST_CHECK;

/* ---- about somebody who has nobody ---- */
/* All seats that the mentee could have, or that would have to be given up for one of those, and all who could have them: every pair of the
 * mentees in the crowd is with its mentors, or with one who has no seats; and mentees are more than seats (Hall 1935). */
struct why_crowd {
  size_t mentees, mentors;
  int64_t seats;
  const bool *of_mentees; /* the arena's; per mentee: is in the crowd */
  const bool *of_mentors; /* the arena's; per mentor: has seats, and is wanted by somebody in the crowd */
  bool could;             /* false: no mentor on the list has a seat */
  int64_t instead;        /* so much more it would cost if this mentee were matched and somebody else in the crowd not; never below 0 */
};
/* Takes mentees + mentors + 64 bytes of the arena. ERR_BAD_INPUT for somebody who has somebody. */
enum err why_crowd(struct why *why, size_t mentee, struct arena *arena, struct why_crowd *ret_crowd) MUST_CHECK;

/* ---- about the programme ---- */
/* Where to recruit: a kind is a set of mentors (a topic, a language, a grade); they may overlap. What would change if mentors of the kind had as many
 * more seats as anybody wants: by price where that is nothing, else by a certified solve each. */
struct why_kind {
  size_t kind;
  struct why_change change;
  bool by_price; /* nobody would pay anything for a seat of this kind: no solve was needed */
};
/* Kind k has the mentors list[first[k]] to list[first[k + 1] - 1]. Fills `kinds` of them, most helpful first: more matched, then less cost, then as
 * they came. ERR_BAD_INPUT for a mentor who is not there; the engine's errors; `kinds` is then worth nothing. `options` may be NULL. */
enum err why_kinds(const struct why *why, size_t kinds, const int64_t *first, const int32_t *list, const struct assign_options *options,
                   struct why_kind *ret_kinds) MUST_CHECK;

#endif
