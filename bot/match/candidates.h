/* candidates.h: rounds too large to ask for every pair: lists of likely pairs, and prices that prove that no other pair would help. */
#ifndef MENTORD_CANDIDATES_H
#define MENTORD_CANDIDATES_H

#include "bot/match/assign.h"

/* What a mentee wants, and how many points of cost it takes off at most where the mentor offers it. */
struct candidates_wish { uint32_t topic; int32_t points; };
/* A mentor must be in the set, or with `without` must not be; with `or_next` the next term will do as well. All such groups must hold. */
struct candidates_term { uint32_t set; bool without, or_next; };

/* What a pair costs: 0 to ASSIGN_COST_MAX, or below 0 where the two may not. The same answer for the same pair each time. */
typedef int32_t candidates_cost(void *context, size_t mentee, size_t mentor);

/* Everything is borrowed until the call returns, and only read. The caller promises: no pair costs less than `apart` of the mentee less the
 * points of all wishes that the mentor offers; and mentors whom the terms leave out are forbidden. */
struct candidates_problem {
  size_t mentees, mentors, topics, sets;
  const int32_t *seats;                 /* borrowed; per mentor */
  const int64_t *offered_first;         /* borrowed; mentors + 1 */
  const uint32_t *offered;              /* borrowed; the topics of each mentor, none twice */
  const int64_t *wanted_first;          /* borrowed; mentees + 1 */
  const struct candidates_wish *wanted; /* borrowed; the wishes of each mentee, none twice */
  const uint64_t *set_bits;             /* borrowed; candidates_set_words(mentors) words a set: bit j of a set is mentor j */
  const int64_t *term_first;            /* borrowed; mentees + 1 */
  const struct candidates_term *terms;  /* borrowed */
  const int32_t *apart;                 /* borrowed; per mentee: what a pair costs at least where no wish is met */
  candidates_cost *cost;
  void *context;                        /* borrowed; for `cost` */
};
static inline size_t candidates_set_words(size_t mentors) { return (mentors + 63) / 64; }

/* CANDIDATES_STAGE(NAME, "what is being done") */
#define CANDIDATES_STAGE_LIST(STAGE) STAGE(LISTS, "lists") STAGE(SOLVE, "solve") STAGE(PROOF, "proof")
#define CANDIDATES_STAGE_AS_ENUM(name, text) CANDIDATES_##name,
enum candidates_stage { CANDIDATES_STAGE_LIST(CANDIDATES_STAGE_AS_ENUM) CANDIDATES_STAGE_MAX_ };
#undef CANDIDATES_STAGE_AS_ENUM
const char *candidates_stage_name(enum candidates_stage stage);

struct candidates_options {
  size_t per_mentee, per_mentor; /* pairs kept for each; 0: 64 and 16 */
  const atomic_bool *cancel;     /* borrowed from the caller, or NULL */
  void (*progress)(void *context, enum candidates_stage stage, size_t done, size_t all); /* or NULL */
  void *context;                 /* borrowed from the caller */
};

/* The likely pairs, as a problem for assign_solve. */
struct candidates_lists {
  struct arena *arena;            /* owned */
  struct assign_problem problem;  /* the arena's; seats are the caller's */
  uint64_t asked;                 /* how many pairs were asked for their cost */
};
void candidates_lists_done(struct candidates_lists *lists);

/* ERR_BAD_INPUT for a topic or set that is not there, or a cost that breaks the promise; ERR_LIMITED for too many people;
 * ERR_GONE when cancelled. Memory: 8 bytes a pair kept, twice while lists are merged, and about 20 a person and a posting. */
enum err candidates_build(const struct candidates_problem *problem, const struct candidates_options *options, struct candidates_lists *ret_lists) MUST_CHECK;

struct candidates_report { size_t rounds, pairs; uint64_t asked; };
/* Builds, solves and grows until nothing is added. The result lives in the arena, at most assign_result_bytes of it. */
enum err candidates_solve(const struct candidates_problem *problem, const struct candidates_options *options, struct arena *arena,
                          struct assign_result *ret_result, struct candidates_report *ret_report) MUST_CHECK;

#endif
