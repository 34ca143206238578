/* small_solver.h: the engine's oracle: another exact method, so short that one can follow it with a pencil. */
#ifndef TEST_MATCH_SMALL_SOLVER_H
#define TEST_MATCH_SMALL_SOLVER_H

#include "bot/match/match.h"

enum { SMALL_SIDE_MAX = 50 };
enum { MATCH_COST_MAX = 1000000 }; /* a score's cost is at most SCORE_MAX; a round puts a surcharge on reserves */
struct match_arc { uint32_t mentee, mentor; int32_t cost; }; /* cost 0…MATCH_COST_MAX, positions from 0 */
struct match_problem {
  size_t mentees, mentors;
  const int32_t *seats;      /* per mentor, 0 or more */
  const struct match_arc *arcs; /* allowed pairs, no pair twice */
  size_t arc_count;
};
enum { MATCH_ALONE = -1 };
struct match_solution {
  int32_t *mentor_of;        /* per mentee: position, or MATCH_ALONE; in the arena */
  size_t matched;
  int64_t cost;
};
/* As many mentees as can be, then the least total cost. Exact. ERR_LIMITED past SMALL_SIDE_MAX on either side, ERR_BAD_INPUT for arcs out of range or twice, costs or seats out of bounds. */
enum err match_solve(const struct match_problem *problem, struct arena *arena, struct match_solution *ret_solution) MUST_CHECK;

#endif
