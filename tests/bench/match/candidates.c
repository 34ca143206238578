/* candidates.c: lists, solution and proof over all pairs for many people: candidates MENTEES MENTORS [whole]; `whole` compares with all pairs. */
#include "tests/bench/match/people.h"

#include "bot/match/candidates.h"
#include "tests/bench/match/timed.h"

#include <inttypes.h>
#include <sys/resource.h>

enum { GRADES = 16, ORGANISATION_SETS = 0, GRADE_SETS = ORGANISATIONS, ZONE_SETS = GRADE_SETS + GRADES, LANGUAGE_SETS = ZONE_SETS + ZONES,
       SETS = LANGUAGE_SETS + LANGUAGES, TERMS = 32, LISTS_S = 10, APART = 10000 - 1500 - 1600 - 700 };

struct crowd { size_t mentees, mentors; struct person *mentee, *mentor; };

static int32_t cost_of(void *context, size_t mentee, size_t mentor) {
  const struct crowd *crowd = context;
  int32_t points = score(&crowd->mentee[mentee], &crowd->mentor[mentor]);
  return points < 0 ? -1 : 10000 - points;
}

/* ---- the crowd as topics, sets and terms ---- */
static void put_in(uint64_t *bits, size_t mentors, int32_t set, size_t mentor) {
  bits[(size_t)set * candidates_set_words(mentors) + mentor / 64] |= UINT64_C(1) << mentor % 64;
}

static void offer(struct candidates_problem *problem, const struct crowd *crowd) {
  int64_t *first = room((crowd->mentors + 1) * 8), to = 0;
  uint32_t *offered = room(crowd->mentors * LISTED * 4);
  uint64_t *bits = room(SETS * candidates_set_words(crowd->mentors) * 8);
  for (size_t j = 0; j < crowd->mentors; j++) {
    const struct person *person = &crowd->mentor[j];
    for (int32_t a = 0; a < person->count; a++) {
      int32_t b = 0;
      while (person->topics[b] != person->topics[a]) b++;
      if (a == b) offered[to++] = (uint32_t)person->topics[a];
    }
    first[j + 1] = to;
    put_in(bits, crowd->mentors, ORGANISATION_SETS + person->organisation, j);
    put_in(bits, crowd->mentors, GRADE_SETS + person->grade, j);
    put_in(bits, crowd->mentors, ZONE_SETS + person->zone, j);
    for (int32_t k = 0; k < LANGUAGES; k++)
      if (person->languages >> k & 1) put_in(bits, crowd->mentors, LANGUAGE_SETS + k, j);
  }
  problem->offered_first = first;
  problem->offered = offered;
  problem->set_bits = bits;
}

static int64_t want_topics(const struct person *person, struct candidates_wish *wishes) {
  int32_t all = 0;
  int64_t count = 0;
  for (int32_t a = 0; a < person->count; a++) all += 6 - a;
  for (int32_t a = 0; a < person->count; a++) {
    int32_t points = (5500 * (6 - a) + all - 1) / all;
    int64_t at = 0;
    while (at < count && wishes[at].topic != (uint32_t)person->topics[a]) at++;
    if (at == count) wishes[count++] = (struct candidates_wish){(uint32_t)person->topics[a], 0};
    wishes[at].points += points;
  }
  return count;
}

static int64_t any_of(int32_t set, int32_t from, int32_t to, struct candidates_term *terms) {
  for (int32_t k = from; k <= to; k++) terms[k - from] = (struct candidates_term){(uint32_t)(set + k), false, k < to};
  return to - from + 1;
}

static int64_t must_hold(const struct person *person, struct candidates_term *terms) {
  int64_t count = 0;
  terms[count++] = (struct candidates_term){(uint32_t)(ORGANISATION_SETS + person->organisation), true, false};
  count += any_of(GRADE_SETS, person->grade + 1, person->grade + 4, terms + count);
  count += any_of(ZONE_SETS, person->zone < 4 ? 0 : person->zone - 4, person->zone + 4 < ZONES ? person->zone + 4 : ZONES - 1, terms + count);
  for (int32_t k = 0; k < LANGUAGES; k++)
    if (person->languages >> k & 1) terms[count++] = (struct candidates_term){(uint32_t)(LANGUAGE_SETS + k), false, true};
  terms[count - 1].or_next = false;
  return count;
}

static void want(struct candidates_problem *problem, const struct crowd *crowd) {
  int64_t *wanted_first = room((crowd->mentees + 1) * 8), *term_first = room((crowd->mentees + 1) * 8);
  struct candidates_wish *wishes = room(crowd->mentees * LISTED * sizeof *wishes);
  struct candidates_term *terms = room(crowd->mentees * TERMS * sizeof *terms);
  int32_t *apart = room(crowd->mentees * 4);
  for (size_t i = 0; i < crowd->mentees; i++) {
    wanted_first[i + 1] = wanted_first[i] + want_topics(&crowd->mentee[i], wishes + wanted_first[i]);
    term_first[i + 1] = term_first[i] + must_hold(&crowd->mentee[i], terms + term_first[i]);
    apart[i] = APART;
  }
  problem->wanted_first = wanted_first;
  problem->wanted = wishes;
  problem->term_first = term_first;
  problem->terms = terms;
  problem->apart = apart;
}

/* ---- all pairs, for comparison ---- */
static int compare_whole(const struct candidates_problem *problem, const struct assign_result *result) {
  int64_t *first = room((problem->mentees + 1) * 8), to = 0;
  int32_t *mentor = room(problem->mentees * problem->mentors * 4), *cost = room(problem->mentees * problem->mentors * 4);
  for (size_t i = 0; i < problem->mentees; i++) {
    for (size_t j = 0; j < problem->mentors; j++) {
      mentor[to] = (int32_t)j;
      cost[to] = cost_of(problem->context, i, j);
      to += cost[to] >= 0;
    }
    first[i + 1] = to;
  }
  struct arena *arena = arena_new(assign_result_bytes(problem->mentees, problem->mentors));
  struct assign_problem all = {problem->mentees, problem->mentors, problem->seats, first, mentor, cost};
  struct assign_result best;
  must(assign_solve(&all, NULL, arena, &best));
  bool same = best.matched == result->matched && best.cost == result->cost;
  printf("bench candidates all %" PRId64 " pairs: matched %zu cost %" PRId64 ": %s\n", to, best.matched, best.cost, same ? "the same" : "DIFFERS");
  return same ? 0 : 1;
}

int main(int argc, char **argv) {
  struct crowd crowd = {argc > 1 ? strtoul(argv[1], NULL, 10) : 100000, argc > 2 ? strtoul(argv[2], NULL, 10) : 20000, NULL, NULL};
  struct candidates_problem problem = {.mentees = crowd.mentees, .mentors = crowd.mentors, .topics = TOPICS, .sets = SETS, .cost = cost_of, .context = &crowd};
  int32_t *seats = room(crowd.mentors * 4);
  crowd.mentee = room(crowd.mentees * sizeof *crowd.mentee);
  crowd.mentor = room(crowd.mentors * sizeof *crowd.mentor);
  for (size_t j = 0; j < crowd.mentors; j++) {
    crowd.mentor[j] = draw_person(true);
    seats[j] = 1 + (int32_t)below(10);
  }
  for (size_t i = 0; i < crowd.mentees; i++) crowd.mentee[i] = draw_person(false);
  problem.seats = seats;
  offer(&problem, &crowd);
  want(&problem, &crowd);
  struct candidates_options options = {0};
  struct candidates_lists lists;
  double at = cpu_ms();
  must(candidates_build(&problem, &options, &lists));
  double took = (cpu_ms() - at) / 1e3;
  printf("bench candidates %zu x %zu lists %.2f s wanted below %d s%s, %" PRId64 " pairs, %" PRIu64 " asked\n", crowd.mentees, crowd.mentors, took, LISTS_S,
         took < LISTS_S ? "" : " falls short", lists.problem.first[crowd.mentees], lists.asked);
  candidates_lists_done(&lists);
  struct arena *arena = arena_new(assign_result_bytes(crowd.mentees, crowd.mentors));
  struct assign_result result;
  struct candidates_report report;
  struct rusage usage;
  at = cpu_ms();
  must(candidates_solve(&problem, &options, arena, &result, &report));
  getrusage(RUSAGE_SELF, &usage);
  printf("bench candidates lists, solutions and proof over all pairs %.2f s, %zu rounds, %zu pairs, %" PRIu64 " asked, matched %zu cost %" PRId64 ", rss %ld MB\n",
         (cpu_ms() - at) / 1e3, report.rounds, report.pairs, report.asked, result.matched, result.cost, (usage.ru_maxrss + 1023) / 1024);
  return argc > 3 ? compare_whole(&problem, &result) : 0;
}
