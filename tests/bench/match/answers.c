/* answers.c: second choices, quotas and answers to why on a large round, beside its plain solve; some are compared: answers PROBLEM. */
#include "bot/match/backup.h"
#include "bot/match/quota.h"
#include "bot/match/why.h"
#include "tests/bench/match/timed.h"

#include <inttypes.h>
#include <string.h>

enum { ORGANISATIONS = 18, QUESTIONS = 300, COMPARED = 5 };

static void second_choices(const struct assign_problem *problem, const struct assign_result *result) {
  struct arena *arena = arena_new(backup_bytes(problem));
  struct backup backup;
  double at = cpu_ms();
  must(backup_solve(problem, result->mentor_of, NULL, arena, &backup));
  printf("bench second choices %zu of %zu for %" PRId64 " %.1f ms\n", backup.result.matched, problem->mentees, backup.result.cost, cpu_ms() - at);
  arena_free(arena);
}

/* Organisations in turn; each third has an at_least, an at_most or a gives that the plain round does not keep. */
static void quotas(const struct assign_problem *problem, const struct assign_result *result, int only) {
  static struct quota rules[ORGANISATIONS];
  int32_t placed[ORGANISATIONS] = {0}, given[ORGANISATIONS] = {0};
  int32_t *of_mentee = room(problem->mentees * sizeof *of_mentee), *of_mentor = room(problem->mentors * sizeof *of_mentor);
  for (size_t j = 0; j < problem->mentors; j++) of_mentor[j] = (int32_t)(j % ORGANISATIONS);
  for (size_t i = 0; i < problem->mentees; i++) {
    of_mentee[i] = (int32_t)(i % ORGANISATIONS);
    if (result->mentor_of[i] == ASSIGN_NOBODY) continue;
    placed[of_mentee[i]]++;
    given[of_mentor[result->mentor_of[i]]]++;
  }
  for (int o = 0; o < ORGANISATIONS; o++) {
    rules[o] = (struct quota){QUOTA_NONE, QUOTA_NONE, QUOTA_NONE};
    if (o % 3 == 0 && only != 1) rules[o].at_least = placed[o] + 20;
    if (o % 3 == 1 && only != 0) rules[o].at_most = placed[o] - 20;
    if (o % 3 == 2) rules[o].gives = given[o] - 20;
  }
  struct quota_problem asked = {problem, ORGANISATIONS, rules, of_mentee, of_mentor};
  struct arena *arena = arena_new(quota_result_bytes(&asked));
  struct quota_result got;
  double at = cpu_ms();
  must(quota_solve(&asked, NULL, arena, &got));
  double took = cpu_ms() - at;
  const char *which = only == 0 ? " without at_most" : only == 1 ? " without at_least" : "";
  printf("bench quotas%s %zu matched for %" PRId64 ", %" PRId64 " missing, %.1f ms\n", which, got.matched, got.cost, got.short_by, took);
  arena_free(arena);
  free(of_mentee);
  free(of_mentor);
}

/* The problem without one pair, solved anew. */
static bool is_difference(const struct assign_problem *problem, const struct assign_result *result, size_t mentee, struct why_change change) {
  size_t pairs = (size_t)problem->first[problem->mentees];
  int32_t *cost = room(pairs * sizeof *cost), *mentor = room(pairs * sizeof *mentor);
  int64_t *first = room((problem->mentees + 1) * sizeof *first), count = 0;
  for (size_t i = 0; i < problem->mentees; i++) {
    for (int64_t at = problem->first[i]; at < problem->first[i + 1]; at++) {
      if (i == mentee && problem->mentor[at] == result->mentor_of[i]) continue;
      mentor[count] = problem->mentor[at];
      cost[count++] = problem->cost[at];
    }
    first[i + 1] = count;
  }
  struct assign_problem without = {problem->mentees, problem->mentors, problem->seats, first, mentor, cost};
  struct arena *arena = arena_new(assign_result_bytes(problem->mentees, problem->mentors));
  struct assign_result anew;
  must(assign_solve(&without, NULL, arena, &anew));
  bool same = (int64_t)anew.matched - (int64_t)result->matched == change.matched && anew.cost - result->cost == change.cost;
  arena_free(arena);
  free(cost);
  free(mentor);
  free(first);
  return same;
}

static int whys(const struct assign_problem *problem, const struct assign_result *result) {
  struct why *why;
  size_t asked = 0, compared = 0;
  double at = cpu_ms(), took = 0, worst = 0;
  must(why_new(problem, result, &why));
  printf("bench why set up, with every mentor's next seat, %.1f ms\n", cpu_ms() - at);
  for (size_t i = 7; i < problem->mentees && asked < QUESTIONS; i += problem->mentees / QUESTIONS + 1) {
    struct why_next next;
    if (result->mentor_of[i] == ASSIGN_NOBODY) continue;
    at = cpu_ms();
    must(why_without(why, i, &next));
    double once = cpu_ms() - at;
    took += once;
    worst = once > worst ? once : worst;
    asked++;
    if (asked % (QUESTIONS / COMPARED) != 1) continue;
    if (!is_difference(problem, result, i, next.change)) return 1;
    compared++;
  }
  printf("bench why without a pair %.2f ms worst %.2f ms of %zu, %zu of them as two solves differ\n", took / (double)asked, worst, asked, compared);
  why_free(why);
  return 0;
}

int main(int argc, char **argv) {
  struct assign_problem problem;
  struct assign_result result;
  struct arena *arena = problem_open(argc > 1 ? argv[1] : NULL, (size_t)64 << 20, &problem);
  double at = cpu_ms();
  must(assign_solve(&problem, NULL, arena, &result));
  printf("bench plain round %zu of %zu for %" PRId64 " %.1f ms\n", result.matched, problem.mentees, result.cost, cpu_ms() - at);
  second_choices(&problem, &result);
  quotas(&problem, &result, 0);
  quotas(&problem, &result, 1);
  quotas(&problem, &result, 2);
  int failed = whys(&problem, &result);
  arena_free(arena);
  return failed;
}
