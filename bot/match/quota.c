/* quota.c: people first, then points for that many people; each broken at_least is asked whether it could be kept alone; then the proof. */
#include "bot/match/quota.h"

#include "bot/match/arcs.h"
#include "bot/match/quota_parts.h"

#include <string.h>

struct solving {
  const struct quota_problem *problem;   /* borrowed from the caller */
  const struct assign_options *options;  /* borrowed from the caller */
  int32_t *mentor_of;                    /* the caller's arena */
  struct quota_account *accounts;        /* the caller's arena */
  struct arena *arena;                   /* borrowed from the caller */
};

size_t quota_result_bytes(const struct quota_problem *problem) {
  size_t organisations = problem->organisations;
  return problem->pairs->mentees * sizeof(int32_t) + organisations * sizeof(struct quota_account) +
         2 * (problem->pairs->mentors + 3 * organisations) * sizeof(int64_t) + 10 * 16;
}

/* ---- what may come in ---- */
static enum err check_people(const int32_t *of, size_t count, size_t organisations) {
  for (size_t k = 0; k < count; k++)
    if (of[k] < QUOTA_NONE || (of[k] != QUOTA_NONE && (size_t)of[k] >= organisations))
      return err_note(ERR_BAD_INPUT, "person %zu is of organisation %d, which is not there", k + 1, (int)of[k] + 1);
  return ERR_NONE;
}

static enum err check(const struct quota_problem *problem, const struct assign_options *options) {
  int64_t pair;
  if (options != NULL && options->fair) return err_note(ERR_BAD_INPUT, "a round with quotas cannot be fair as well");
  if (problem->organisations > ASSIGN_SIDE_MAX) return err_note(ERR_LIMITED, "%zu organisations are too many", problem->organisations);
  enum err err = arcs_check(problem->pairs, ASSIGN_COST_MAX, &pair);
  if (err == ERR_NONE) err = check_people(problem->of_mentee, problem->pairs->mentees, problem->organisations);
  if (err == ERR_NONE) err = check_people(problem->of_mentor, problem->pairs->mentors, problem->organisations);
  for (size_t o = 0; o < problem->organisations && err == ERR_NONE; o++) {
    const struct quota *quota = &problem->quotas[o];
    if (quota->at_least < QUOTA_NONE || quota->at_most < QUOTA_NONE || quota->gives < QUOTA_NONE)
      err = err_note(ERR_BAD_INPUT, "organisation %zu has a quota below nothing", o + 1);
  }
  return err;
}

/* ---- one solve ---- */
/* Whoever sits in an exit has nobody. */
static void read_places(const struct solving *solving, const struct assign_result *result) {
  const struct assign_problem *pairs = solving->problem->pairs;
  for (size_t i = 0; i < pairs->mentees; i++)
    solving->mentor_of[i] = result->mentor_of[i] < (int32_t)pairs->mentors ? result->mentor_of[i] : ASSIGN_NOBODY;
}

static enum err solve(const struct solving *solving, const struct quota_shape *shape, const struct quota_goal *goal,
                      struct quota_prices *ret_prices) {
  CLEANUP(arena_freep) struct arena *net_arena = NULL;
  struct assign_problem net;
  enum err err = quota_net_build(shape, goal, &net_arena, &net);
  if (err != ERR_NONE) return err;
  CLEANUP(arena_freep) struct arena *scratch = arena_new(assign_result_bytes(net.mentees, net.mentors));
  struct assign_result result;
  err = assign_solve(&net, solving->options, scratch, &result);
  if (err != ERR_NONE) return err;
  if (result.matched < net.mentees) return err_note(ERR_INTERNAL, "somebody has no place beside the quotas");
  read_places(solving, &result);
  if (ret_prices != NULL) quota_prices_of(shape, goal, &net, &result, solving->arena, ret_prices);
  return ERR_NONE;
}

/* ---- what became of it ---- */
static void count_placed(const struct solving *solving, struct quota_result *result) {
  const struct quota_problem *problem = solving->problem;
  memset(solving->accounts, 0, problem->organisations * sizeof *solving->accounts);
  result->matched = 0;
  result->short_by = 0;
  for (size_t i = 0; i < problem->pairs->mentees; i++) {
    int32_t mentor = solving->mentor_of[i];
    if (mentor == ASSIGN_NOBODY) continue;
    result->matched++;
    if (problem->of_mentee[i] != QUOTA_NONE) solving->accounts[problem->of_mentee[i]].placed++;
    if (problem->of_mentor[mentor] != QUOTA_NONE) solving->accounts[problem->of_mentor[mentor]].given++;
  }
  for (size_t o = 0; o < problem->organisations; o++) {
    int32_t gap = problem->quotas[o].at_least - solving->accounts[o].placed;
    solving->accounts[o].short_by = gap > 0 ? gap : 0;
    result->short_by += solving->accounts[o].short_by;
  }
}

static int64_t cost_of(const struct solving *solving) {
  const struct assign_problem *pairs = solving->problem->pairs;
  int64_t cost = 0;
  for (size_t i = 0; i < pairs->mentees; i++)
    for (int64_t at = pairs->first[i]; at < pairs->first[i + 1]; at++)
      if (pairs->mentor[at] == solving->mentor_of[i]) cost += pairs->cost[at];
  return cost;
}

/* What is wanted beyond what there is will be missing in any round; of the rest, what the classes miss. */
static int64_t short_in_classes(const struct quota_shape *shape, const struct quota_account *accounts) {
  int64_t sum = 0;
  for (size_t o = 0; o < shape->problem->organisations; o++) {
    int32_t gap = shape->class_of[o] == 0 ? 0 : shape->of[shape->class_of[o]].least - accounts[o].placed;
    sum += gap > 0 ? gap : 0;
  }
  return sum;
}

static enum err solve_both(const struct solving *solving, struct quota_result *result) {
  CLEANUP(arena_freep) struct arena *scratch = arena_new(quota_shape_bytes(solving->problem));
  struct quota_shape shape;
  struct quota_goal goal = {.cheapest = false};
  quota_shape_init(&shape, solving->problem, QUOTA_NONE, scratch);
  enum err err = solve(solving, &shape, &goal, &result->most);
  if (err != ERR_NONE) return err;
  count_placed(solving, result);
  goal = (struct quota_goal){true, (int64_t)result->matched, short_in_classes(&shape, solving->accounts)};
  err = solve(solving, &shape, &goal, &result->cheapest);
  if (err != ERR_NONE) return err;
  count_placed(solving, result);
  result->cost = cost_of(solving);
  return ERR_NONE;
}

/* ---- broken quotas ---- */
static enum err ask_alone(const struct solving *solving, size_t organisation) {
  size_t mentees = solving->problem->pairs->mentees, organisations = solving->problem->organisations;
  CLEANUP(arena_freep) struct arena *scratch = arena_new(quota_shape_bytes(solving->problem) + mentees * sizeof(int32_t) +
                                                         organisations * sizeof(struct quota_account) + 32);
  struct solving alone = *solving;
  struct quota_shape shape;
  struct quota_goal goal = {.cheapest = false};
  struct quota_result result;
  alone.mentor_of = arena_alloc(scratch, mentees * sizeof *alone.mentor_of);
  alone.accounts = arena_alloc(scratch, organisations * sizeof *alone.accounts);
  quota_shape_init(&shape, solving->problem, (int32_t)organisation, scratch);
  enum err err = solve(&alone, &shape, &goal, NULL);
  if (err != ERR_NONE) return err;
  count_placed(&alone, &result);
  solving->accounts[organisation].could = alone.accounts[organisation].placed;
  return ERR_NONE;
}

enum err quota_solve(const struct quota_problem *problem, const struct assign_options *options, struct arena *arena,
                     struct quota_result *ret_result) {
  enum err err = check(problem, options);
  if (err != ERR_NONE) return err;
  struct solving solving = {.problem = problem, .options = options, .arena = arena};
  solving.mentor_of = arena_alloc(arena, problem->pairs->mentees * sizeof *solving.mentor_of);
  solving.accounts = arena_alloc(arena, problem->organisations * sizeof *solving.accounts);
  struct quota_result result = {.mentor_of = solving.mentor_of, .accounts = solving.accounts};
  err = solve_both(&solving, &result);
  for (size_t o = 0; o < problem->organisations && err == ERR_NONE; o++)
    if (solving.accounts[o].short_by > 0) err = ask_alone(&solving, o);
  if (err != ERR_NONE) return err;
  enum quota_flaw flaw = quota_check(problem, &result);
  if (flaw != QUOTA_NO_FLAW) return err_note(ERR_INTERNAL, "the proof of the quotas fails: %s", quota_flaw_text(flaw));
  *ret_result = result;
  return ERR_NONE;
}
