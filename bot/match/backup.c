/* backup.c: the same problem without the pairs that are made, and with what each mentor may be reserve for as seats. */
#include "bot/match/backup.h"

#include "bot/match/arcs.h"

size_t backup_bytes(const struct assign_problem *problem) {
  size_t pairs = (size_t)problem->first[problem->mentees];
  return pairs * 8 + problem->mentees * sizeof(int64_t) + problem->mentors * sizeof(int32_t) + 5 * 16 +
         assign_result_bytes(problem->mentees, problem->mentors);
}

static const int32_t *limits(const struct assign_problem *problem, int32_t per_mentor, struct arena *arena) {
  if (per_mentor == 0) return problem->seats;
  int32_t *seats = arena_alloc(arena, problem->mentors * sizeof *seats);
  for (size_t j = 0; j < problem->mentors; j++) seats[j] = problem->seats[j] > 0 ? per_mentor : 0;
  return seats;
}

static struct assign_problem without_first(const struct assign_problem *problem, const int32_t *first_choice, struct arena *arena) {
  size_t pairs = (size_t)problem->first[problem->mentees];
  int64_t *first = arena_alloc(arena, (problem->mentees + 1) * sizeof *first), count = 0;
  int32_t *mentor = arena_alloc(arena, pairs * sizeof *mentor), *cost = arena_alloc(arena, pairs * sizeof *cost);
  for (size_t i = 0; i < problem->mentees; i++) {
    for (int64_t at = problem->first[i]; at < problem->first[i + 1]; at++) {
      if (problem->mentor[at] == first_choice[i]) continue;
      mentor[count] = problem->mentor[at];
      cost[count++] = problem->cost[at];
    }
    first[i + 1] = count;
  }
  return (struct assign_problem){problem->mentees, problem->mentors, problem->seats, first, mentor, cost};
}

enum err backup_solve(const struct assign_problem *problem, const int32_t *first_choice, const struct backup_options *options, struct arena *arena,
                      struct backup *ret_backup) {
  static const struct backup_options usual = {0};
  const struct backup_options *chosen = options == NULL ? &usual : options;
  struct backup backup;
  int64_t pair;
  if (chosen->per_mentor < 0) return err_note(ERR_BAD_INPUT, "a mentor cannot be reserve for %d", (int)chosen->per_mentor);
  enum err err = arcs_check(problem, ASSIGN_COST_MAX, &pair);
  if (err != ERR_NONE) return err;
  backup.problem = without_first(problem, first_choice, arena);
  backup.problem.seats = limits(problem, chosen->per_mentor, arena);
  err = assign_solve(&backup.problem, chosen->engine, arena, &backup.result);
  if (err == ERR_NONE) *ret_backup = backup;
  return err;
}
