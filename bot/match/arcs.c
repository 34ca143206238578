/* arcs.c: checks rows of pairs at the speed of memory, and builds them by counting. */
#include "bot/match/arcs.h"

#include <string.h>

static enum err refuse_pair(const struct assign_problem *problem, size_t mentee, int64_t pair, int32_t cost_max, int64_t *ret_pair) {
  int32_t mentor = problem->mentor[pair], cost = problem->cost[pair];
  *ret_pair = pair;
  if (mentor < 0 || (size_t)mentor >= problem->mentors)
    return err_note(ERR_BAD_INPUT, "mentee %zu has a pair with mentor %lld, who is nobody", mentee + 1, (long long)mentor + 1);
  if (cost < 0 || cost > cost_max)
    return err_note(ERR_BAD_INPUT, "the pair of mentee %zu and mentor %d costs %d; 0 to %d can be", mentee + 1, (int)mentor + 1, (int)cost,
                    (int)cost_max);
  return err_note(ERR_BAD_INPUT, "the pair of mentee %zu and mentor %d comes twice", mentee + 1, (int)mentor + 1);
}

static int64_t first_out_of_bounds(const struct assign_problem *problem, int64_t from, uint32_t cost_max) {
  int64_t at = from;
  while ((uint32_t)problem->mentor[at] < problem->mentors && (uint32_t)problem->cost[at] <= cost_max) at++;
  return at;
}

/* A list in the order of mentors names nobody twice; any other is ticked off, each mentor with the number of the mentee. */
static int64_t first_repeated(const struct assign_problem *problem, size_t mentee, uint32_t *ticked) {
  for (int64_t at = problem->first[mentee]; at < problem->first[mentee + 1]; at++) {
    uint32_t *tick = &ticked[problem->mentor[at]];
    if (*tick == mentee + 1) return at;
    *tick = (uint32_t)mentee + 1;
  }
  return -1;
}

static enum err check_row(const struct assign_problem *problem, size_t mentee, int32_t cost_max, const struct rows_look *look, uint32_t *ticked,
                          int64_t *ret_pair) {
  if (!look->in_bounds)
    return refuse_pair(problem, mentee, first_out_of_bounds(problem, problem->first[mentee], (uint32_t)cost_max), cost_max, ret_pair);
  if (look->ascending) return ERR_NONE;
  int64_t twice = first_repeated(problem, mentee, ticked);
  return twice < 0 ? ERR_NONE : refuse_pair(problem, mentee, twice, cost_max, ret_pair);
}

static enum err check_sides(const struct assign_problem *problem) {
  if (problem->mentees > ASSIGN_SIDE_MAX || problem->mentors > ASSIGN_SIDE_MAX)
    return err_note(ERR_LIMITED, "%zu mentees and %zu mentors are more than the %d a side that can be matched at once", problem->mentees,
                    problem->mentors, ASSIGN_SIDE_MAX);
  for (size_t j = 0; j < problem->mentors; j++)
    if (problem->seats[j] < 0) return err_note(ERR_BAD_INPUT, "mentor %zu has %d seats", j + 1, (int)problem->seats[j]);
  if (problem->first[0] != 0) return err_note(ERR_BAD_INPUT, "the first list does not begin at 0");
  for (size_t i = 0; i < problem->mentees; i++)
    if (problem->first[i + 1] < problem->first[i]) return err_note(ERR_BAD_INPUT, "the list of mentee %zu ends before it begins", i + 1);
  return ERR_NONE;
}

static enum err check_rows(const struct assign_problem *problem, int32_t cost_max, struct rows *rows, int64_t *ret_pair) {
  CLEANUP(arena_freep) struct arena *scratch = arena_new((problem->mentors + 4) * sizeof(uint32_t));
  uint32_t *ticked = arena_alloc(scratch, problem->mentors * sizeof *ticked);
  enum rows_width width = rows_width();
  for (size_t i = 0; i < problem->mentees; i++) {
    struct rows_look look = rows_look(problem, i, cost_max, width, rows == NULL ? NULL : rows->block_least);
    enum err err = check_row(problem, i, cost_max, &look, ticked, ret_pair);
    if (err != ERR_NONE) return err;
    if (rows == NULL) continue;
    rows->row_least[i] = look.least;
    rows->cost_max = look.most > rows->cost_max ? look.most : rows->cost_max;
  }
  return ERR_NONE;
}

enum err arcs_check(const struct assign_problem *problem, int32_t cost_max, int64_t *ret_pair) {
  *ret_pair = -1;
  enum err err = check_sides(problem);
  return err == ERR_NONE ? check_rows(problem, cost_max, NULL, ret_pair) : err;
}

enum err arcs_look(const struct assign_problem *problem, int32_t cost_max, struct rows *rows, struct arena **ret_arena) {
  int64_t pair = -1;
  enum err err = check_sides(problem);
  if (err != ERR_NONE) return err;
  CLEANUP(arena_freep) struct arena *arena = arena_new(rows_bytes(problem));
  rows_init(rows, problem, arena);
  err = check_rows(problem, cost_max, rows, &pair);
  if (err == ERR_NONE) *ret_arena = TAKE(arena);
  return err;
}

struct assign_problem arcs_build(size_t mentees, size_t mentors, const int32_t *seats, const struct arcs_pair *pairs, size_t count,
                                 struct arena *arena) {
  int64_t *first = arena_alloc(arena, (mentees + 2) * sizeof *first);
  int32_t *mentor = arena_alloc(arena, count * sizeof *mentor), *cost = arena_alloc(arena, count * sizeof *cost);
  for (size_t at = 0; at < count; at++) first[pairs[at].mentee + 2]++;
  for (size_t i = 1; i <= mentees; i++) first[i + 1] += first[i];
  for (size_t at = 0; at < count; at++) { /* what was the start of a row one place on becomes its end, which is the next start */
    int64_t to = first[pairs[at].mentee + 1]++;
    mentor[to] = (int32_t)pairs[at].mentor;
    cost[to] = pairs[at].cost;
  }
  return (struct assign_problem){mentees, mentors, seats, first, mentor, cost};
}
