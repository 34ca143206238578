/* repairs.c: how long it takes to mend a round after one change, and to find a newcomer's best five: repairs PROBLEM [CHANGES]. */
#include "bot/match/repair.h"
#include "tests/bench/match/chance.h"
#include "tests/bench/match/timed.h"

#include <inttypes.h>

enum { CHANGES = 2000, BEST = 5, NEWCOMERS = 200 };

struct times { double sum, worst; size_t count; };

static void add(struct times *times, double since) {
  double took = cpu_ms() - since;
  times->sum += took;
  times->worst = took > times->worst ? took : times->worst;
  times->count++;
}

static void say(const char *what, const struct times *times) {
  printf("bench repair %s %.3f ms worst %.3f ms of %zu\n", what, times->sum / (double)times->count, times->worst, times->count);
}

/* Somebody leaves and comes back as a newcomer with the same list; somebody's pair fails; a mentor leaves and comes back. */
static void change(struct repair *repair, const struct assign_problem *problem, struct repair_link *links, struct times *times) {
  size_t mentee = below((uint32_t)problem->mentees), mentor = below((uint32_t)problem->mentors), came;
  size_t count = (size_t)(problem->first[mentee + 1] - problem->first[mentee]);
  for (size_t k = 0; k < count; k++)
    links[k] = (struct repair_link){problem->mentor[problem->first[mentee] + (int64_t)k], problem->cost[problem->first[mentee] + (int64_t)k]};
  double at = cpu_ms();
  enum err err = repair_leave(repair, mentee);
  if (err != ERR_NONE) return; /* left before */
  add(&times[0], at);
  at = cpu_ms();
  must(repair_join(repair, links, count, &came));
  add(&times[1], at);
  int32_t sits = repair_mentor_of(repair, came);
  at = cpu_ms();
  if (sits != ASSIGN_NOBODY) must(repair_forbid(repair, came, (size_t)sits));
  add(&times[2], at);
  if (times[0].count % 10 != 0) return;
  at = cpu_ms();
  must(repair_seats(repair, mentor, 0));
  add(&times[3], at);
  at = cpu_ms();
  must(repair_seats(repair, mentor, problem->seats[mentor]));
  add(&times[4], at);
}

static int newcomers(const struct repair *repair, size_t mentors, struct repair_link *links) {
  struct repair_offer offers[BEST];
  struct times times = {0};
  for (size_t n = 0; n < NEWCOMERS; n++) {
    for (size_t j = 0; j < mentors; j++) links[j] = (struct repair_link){(int32_t)j, (int32_t)below(10000)};
    double at = cpu_ms();
    size_t found = repair_best(repair, links, mentors, BEST, offers);
    add(&times, at);
    if (found != BEST && found != mentors) return 1;
  }
  double each = times.sum / (double)times.count;
  printf("bench newcomer best five of %zu: %.3f ms wanted below 1 ms%s\n", mentors, each, each < 1 ? "" : " falls short");
  return 0;
}

int main(int argc, char **argv) {
  size_t changes = argc > 2 ? strtoul(argv[2], NULL, 10) : CHANGES;
  struct assign_problem problem;
  struct arena *arena = problem_open(argc > 1 ? argv[1] : NULL, (size_t)1 << 30, &problem);
  struct assign_result result;
  struct repair *repair;
  struct times times[5] = {0};
  must(assign_solve(&problem, NULL, arena, &result));
  must(repair_new(&problem, &result, problem.mentees + changes, problem.mentors, &repair));
  struct repair_link *links = arena_alloc(arena, problem.mentors * sizeof *links);
  for (size_t n = 0; n < changes; n++) change(repair, &problem, links, times);
  static const char *const what[] = {"mentee-leaves", "mentee-joins", "pair-fails", "mentor-leaves", "mentor-comes"};
  for (size_t k = 0; k < 5; k++) say(what[k], &times[k]);
  double at = cpu_ms();
  must(repair_certify(repair));
  printf("bench repair certificate ok %.1f ms\n", cpu_ms() - at);
  struct arena *again = arena_new(repair_snapshot_bytes(repair) + assign_result_bytes(problem.mentees + changes, problem.mentors) + 4096);
  struct repair_value value = repair_value(repair);
  repair_snapshot(repair, again, &problem, &result);
  must(assign_solve(&problem, NULL, again, &result));
  bool same = value.matched == result.matched && value.cost == result.cost;
  printf("bench repair %zu matched for %" PRId64 ", a solve from the beginning: %s\n", value.matched, value.cost, same ? "the same" : "DIFFERS");
  int failed = newcomers(repair, problem.mentors, links);
  repair_free(repair);
  arena_free(again);
  arena_free(arena);
  return same ? failed : 1;
}
