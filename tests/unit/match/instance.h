/* instance.h: seeded assignment problems, and two ways to know their answer that share nothing with the solver. */
#ifndef TEST_MATCH_INSTANCE_H
#define TEST_MATCH_INSTANCE_H

#include "tests/unit/match/small_solver.h"

struct instance {
  size_t mentees, mentors, arc_count;
  int32_t seats[SMALL_SIDE_MAX];
  struct match_arc arcs[SMALL_SIDE_MAX * SMALL_SIDE_MAX];
};

struct chance { uint64_t state; };
uint64_t instance_seed(void);                              /* MATCH_SEED, or ours; printed */
uint32_t chance_below(struct chance *chance, uint32_t bound); /* 0…bound-1 */

/* How an instance is drawn. */
struct instance_shape {
  size_t mentees, mentors;
  uint32_t percent_allowed;   /* of all couples */
  int32_t seats_max, cost_max; /* small costs make ties */
};
void instance_draw(struct instance *instance, const struct instance_shape *shape, struct chance *chance);
void instance_add(struct instance *instance, size_t mentee, size_t mentor, int32_t cost);
struct match_problem instance_problem(const struct instance *instance);
int32_t instance_cost(const struct instance *instance, size_t mentee, size_t mentor); /* -1 when forbidden */

struct answer_value { size_t matched; int64_t cost; };
/* Solves, asserts that the result is a matching whose count and cost are as it says, and gives them. */
struct answer_value instance_solve(const struct instance *instance, int32_t *ret_mentor_of);
/* Tries everything. */
struct answer_value instance_brute(const struct instance *instance);
/* True when no mentee more can be seated and no exchange lowers the cost: asks the residual graph, not the solver. */
bool instance_is_best(const struct instance *instance, const int32_t *mentor_of);

#endif
