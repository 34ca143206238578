/* candidates_parts.h: what making lists and asking after them share: postings, and one mentee's look at all mentors. */
#ifndef MENTORD_CANDIDATES_PARTS_H
#define MENTORD_CANDIDATES_PARTS_H

#include "bot/match/arcs.h"
#include "bot/match/candidates.h"

struct search {
  const struct candidates_problem *problem; /* borrowed from the caller */
  const struct candidates_options *options; /* borrowed from the caller */
  size_t per_mentee, per_mentor;
  int64_t *posting_first;   /* the arena's; per topic */
  uint32_t *postings;       /* the arena's; the mentors with seats who offer it */
  uint64_t *seated;         /* the arena's; bits: mentors with seats */
  /* one mentee */
  uint64_t *allowed;        /* the arena's; bits */
  int32_t *points;          /* the arena's; per mentor: of all wishes met; 0: none */
  uint32_t *met;            /* the arena's; mentors who meet a wish */
  size_t met_count;
  uint64_t asked;
};

enum err search_init(struct search *search, const struct candidates_problem *problem, const struct candidates_options *options, struct arena *arena) MUST_CHECK;
size_t search_bytes(const struct candidates_problem *problem);
/* Fills `allowed`, `points` and `met`; search_end clears what it must. */
void search_begin(struct search *search, size_t mentee);
void search_end(struct search *search);
/* ERR_BAD_INPUT when the answer breaks the promise. *ret_cost below 0: forbidden. */
enum err search_ask(struct search *search, size_t mentee, uint32_t mentor, int32_t *ret_cost) MUST_CHECK;
enum err search_pause(const struct search *search, enum candidates_stage stage, size_t mentee) MUST_CHECK; /* tells, and asks for cancel */

static inline bool search_allows(const struct search *search, uint32_t mentor) {
  return (search->allowed[mentor / 64] >> mentor % 64 & 1) != 0;
}

/* The lists with more pairs, none of which is in them yet. */
enum err lists_merge(struct candidates_lists *lists, const struct arcs_pair *more, size_t count) MUST_CHECK;

#endif
