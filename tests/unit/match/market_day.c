/* market_day.c: draws, solves with the certificate asked twice, and tries everything. */
#include "tests/unit/match/market_day.h"

#include "bot/match/certificate.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

enum { ARENA_BYTES = 16 << 20, BRUTE_MAX = 8 };

void day_init(struct day *day) {
  *day = (struct day){.arena = arena_new(ARENA_BYTES)};
  day->seats = arena_alloc(day->arena, DAY_SIDE_MAX * sizeof *day->seats);
  day->pairs = arena_alloc(day->arena, DAY_PAIRS_MAX * sizeof *day->pairs);
}

void day_done(struct day *day) {
  day->arena = arena_free(day->arena);
}

void day_add(struct day *day, size_t mentee, size_t mentor, int32_t cost) {
  cr_assert_lt(day->count, DAY_PAIRS_MAX);
  day->pairs[day->count++] = (struct arcs_pair){(uint32_t)mentee, (uint32_t)mentor, cost};
}

void day_draw(struct day *day, const struct instance_shape *shape, struct chance *chance) {
  day->mentees = shape->mentees;
  day->mentors = shape->mentors;
  day->count = 0;
  for (size_t j = 0; j < day->mentors; j++) day->seats[j] = (int32_t)chance_below(chance, (uint32_t)shape->seats_max + 1);
  for (size_t i = 0; i < day->mentees; i++)
    for (size_t j = 0; j < day->mentors; j++)
      if (chance_below(chance, 100) < shape->percent_allowed) day_add(day, i, j, (int32_t)chance_below(chance, (uint32_t)shape->cost_max + 1));
}

static struct assign_problem problem_in(struct day *day, struct arena *arena) {
  return arcs_build(day->mentees, day->mentors, day->seats, day->pairs, day->count, arena);
}

struct assign_problem day_problem(struct day *day) {
  return problem_in(day, day->arena);
}

struct day_answer day_solve(struct day *day, bool fair) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_BYTES);
  struct assign_problem problem = problem_in(day, arena);
  struct assign_options options = {.fair = fair};
  struct assign_result result;
  err_note_clear();
  enum err err = assign_solve(&problem, &options, arena, &result);
  cr_assert_eq(err, ERR_NONE, "%s: %s", err_name(err), err_note_text());
  cr_assert_eq(certificate_check(&problem, &result, fair), CERTIFICATE_NONE);
  return (struct day_answer){result.matched, result.cost, result.worst};
}

/* ---- trying everything ---- */
struct trying {
  size_t mentees, mentors;
  bool fair;
  int32_t cost[BRUTE_MAX][BRUTE_MAX], left[BRUTE_MAX];
  struct day_answer best;
};

static bool is_better(const struct trying *trying, struct day_answer a, struct day_answer b) {
  if (a.matched != b.matched) return a.matched > b.matched;
  if (trying->fair && a.worst != b.worst) return a.worst < b.worst;
  return a.cost < b.cost;
}

static void try_from(struct trying *trying, size_t mentee, struct day_answer so_far) {
  if (mentee == trying->mentees) {
    if (is_better(trying, so_far, trying->best)) trying->best = so_far;
    return;
  }
  try_from(trying, mentee + 1, so_far);
  for (size_t j = 0; j < trying->mentors; j++) {
    int32_t cost = trying->cost[mentee][j];
    if (cost < 0 || trying->left[j] == 0) continue;
    trying->left[j]--;
    try_from(trying, mentee + 1, (struct day_answer){so_far.matched + 1, so_far.cost + cost, cost > so_far.worst ? cost : so_far.worst});
    trying->left[j]++;
  }
}

struct day_answer day_brute(struct day *day, bool fair) {
  struct trying trying = {.mentees = day->mentees, .mentors = day->mentors, .fair = fair, .best = {0, 0, -1}};
  cr_assert(day->mentees <= BRUTE_MAX && day->mentors <= BRUTE_MAX);
  memset(trying.cost, 0xff, sizeof trying.cost);
  for (size_t at = 0; at < day->count; at++) trying.cost[day->pairs[at].mentee][day->pairs[at].mentor] = day->pairs[at].cost;
  memcpy(trying.left, day->seats, day->mentors * sizeof *trying.left);
  try_from(&trying, 0, (struct day_answer){0, 0, -1});
  return trying.best;
}

void day_assert_best(struct day *day, uint64_t seed, size_t number) {
  for (int fair = 0; fair <= 1; fair++) {
    struct day_answer got = day_solve(day, fair), want = day_brute(day, fair);
    bool same = got.matched == want.matched && got.cost == want.cost && (!fair || got.worst == want.worst);
    cr_assert(same, "seed %" PRIu64 ", day %zu (%zu x %zu, fair %d): %zu for %" PRId64 ", worst %d; but %zu for %" PRId64 ", worst %d is possible",
              seed, number, day->mentees, day->mentors, fair, got.matched, got.cost, got.worst, want.matched, want.cost, want.worst);
  }
}
