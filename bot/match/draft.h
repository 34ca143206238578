/* draft.h: a round that is being made: who is with whom so far, and what any pair would cost the engine. */
#ifndef MENTORD_MATCH_DRAFT_H
#define MENTORD_MATCH_DRAFT_H

#include "bot/match/assign.h"
#include "bot/match/places.h"
#include "bot/match/quota.h"
#include "bot/match/table.h"

/* All arrays are the transaction's arena's. */
struct match_draft {
  struct match_table table;
  int32_t *mentor_of;  /* per mentee: position in the table, or ASSIGN_NOBODY */
  bool *pinned;        /* per mentee: a manager's word stands, met or not; the solver leaves them alone */
  int32_t *seats_left; /* per mentor */
  struct match_people everyone; /* away from a turn: mentors with a seat or without */
  int32_t step;        /* basis points of score that count as one of cost */
  int32_t surcharge;   /* what a reserve costs beside the score */
  struct match_places places;           /* earlier pairs and pins count */
  int32_t *second_of;  /* per mentee: position of their second choice, or ASSIGN_NOBODY */
  const struct quota_account *accounts; /* per organisation of `places`, once it is solved: what the solver added */
};

/* Not pinned, a seat left, and no rule in the way. */
bool match_draft_allows(const struct match_draft *draft, size_t mentee, size_t mentor);
int32_t match_draft_cost(const struct match_draft *draft, size_t mentee, size_t mentor);
/* draft_candidates.c: the same best as over all pairs, by lists of likely ones (candidates.h). */
enum err match_draft_candidates(const struct match_draft *draft, struct assign_result *ret_result) MUST_CHECK;

/* What somebody who shall be taken last costs more, so that no scores of a round outweigh it; *step goes up where scores must be coarser for
 * that. */
int32_t match_draft_surcharge(size_t mentees, int32_t *step);

/* draft_seconds.c: who has a mentor and was not pinned gets a second choice, where there is one: with a seat that the round leaves free, or else
 * by the better score. `pairs` is what the round was solved over. */
enum err match_draft_seconds(struct match_draft *draft, const struct assign_problem *pairs, const struct assign_options *options) MUST_CHECK;

/* draft_places.c: the solve where organisations have places; the round's list of what became of them; and why a mentee has nobody, as a code
 * ("full": their organisation's places are all taken; "given": who would do is free, of organisations that give no more), or NULL. */
enum err match_draft_with_places(struct match_draft *draft, const struct assign_problem *problem, const struct assign_options *options,
                                 const int32_t **ret_mentor_of) MUST_CHECK;
void match_draft_fill(const struct match_draft *draft, struct round *round);
bool match_draft_gives(const struct match_draft *draft, size_t mentor); /* false: its organisation has given all by now */
const char *match_draft_no_place(const struct match_draft *draft, size_t mentee);

#endif
