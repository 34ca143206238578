/* test_count.c: the largest matching and the cover that says why not more. */
#include "bot/match/count.h"
#include "bot/match/fair.h"
#include "tests/unit/match/market_day.h"

#include <criterion/criterion.h>
#include <string.h>

enum { ROUNDS = 300 };
static const struct assign_options USUAL = {0};

/* Koenig: a cover as large as the matching. Both are counted here anew. */
static void assert_cover_is_as_large(struct day *day, const struct assign_job *job, const struct count *count) {
  bool mentees[DAY_SIDE_MAX], mentors[DAY_SIDE_MAX];
  size_t size = 0, matched = 0;
  count_cover(count, mentees, mentors);
  for (size_t i = 0; i < day->mentees; i++) {
    size += mentees[i];
    matched += count->mentor_of[i] != ASSIGN_NOBODY;
  }
  for (size_t j = 0; j < day->mentors; j++) size += mentors[j] ? (size_t)day->seats[j] : 0;
  for (size_t at = 0; at < day->count; at++) {
    const struct arcs_pair *pair = &day->pairs[at];
    cr_assert(pair->cost > job->limit || mentees[pair->mentee] || mentors[pair->mentor], "a pair is not covered");
  }
  cr_assert_eq(size, matched);
  cr_assert_eq(matched, count->matched);
}

Test(count, the_cover_is_as_large_as_the_matching_with_any_limit) {
  struct chance chance = {instance_seed()};
  DAY(day);
  for (size_t n = 0; n < ROUNDS; n++) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(4 << 20);
    struct instance_shape shape = {1 + chance_below(&chance, 90), 1 + chance_below(&chance, 60), 1 + chance_below(&chance, 20), (int32_t)chance_below(&chance, 5), 99};
    day_draw(&day, &shape, &chance);
    struct assign_problem problem = arcs_build(day.mentees, day.mentors, day.seats, day.pairs, day.count, arena);
    struct rows rows;
    CLEANUP(arena_freep) struct arena *rows_arena = NULL;
    cr_assert_eq(arcs_look(&problem, 130, &rows, &rows_arena), ERR_NONE);
    struct assign_job job = {&problem, &USUAL, (int32_t)chance_below(&chance, 130), &rows};
    struct count count;
    count_init(&count, &job, arena);
    cr_assert_eq(count_most(&count), ERR_NONE);
    assert_cover_is_as_large(&day, &job, &count);
    for (size_t i = 0; i < day.mentees; i++) {
      if (count.mentor_of[i] == ASSIGN_NOBODY) continue;
      int64_t pair = count.pair_of[i];
      cr_assert(pair >= problem.first[i] && pair < problem.first[i + 1] && problem.mentor[pair] == count.mentor_of[i] && problem.cost[pair] <= job.limit);
    }
  }
}

/* A long chain in which everybody has to move once: m0 wants A, m1 A or B, m2 B or C, … and the last comes for A alone. */
Test(count, a_chain_of_a_thousand_moves_is_found) {
  enum { LONG = 999 };
  DAY(day);
  day.mentees = day.mentors = LONG + 1;
  for (size_t j = 0; j <= LONG; j++) day.seats[j] = 1;
  for (size_t i = 0; i < LONG; i++) {
    day_add(&day, i, i, 0);
    day_add(&day, i, i + 1, 10000);
  }
  day_add(&day, LONG, 0, 5);
  struct day_answer got = day_solve(&day, false);
  cr_assert_eq(got.matched, LONG + 1);
  cr_assert_eq(got.cost, LONG * INT64_C(10000) + 5);
}

Test(count, seats_beyond_all_need_cost_no_memory) {
  DAY(day);
  day.mentees = 3;
  day.mentors = 2;
  day.seats[0] = day.seats[1] = INT32_MAX;
  for (size_t i = 0; i < 3; i++) day_add(&day, i, i % 2, 4);
  struct assign_problem problem = day_problem(&day);
  cr_assert_lt(count_bytes(&problem), 1000);
  cr_assert_eq(day_solve(&day, true).cost, 12);
}

/* Found by fuzz/match.c: seats enough not to be cut, and fewer pairs than seats; memory was reckoned as if they were cut. */
Test(count, more_seats_than_pairs_find_room) {
  DAY(day);
  day.mentees = 900;
  day.mentors = 8;
  for (size_t j = 0; j < 8; j++) day.seats[j] = 450;
  day_add(&day, 7, 3, 9);
  day_add(&day, 8, 3, 2);
  cr_assert_eq(day_solve(&day, false).cost, 11);
  cr_assert_eq(day_solve(&day, true).worst, 9);
}

Test(count, when_all_sit_with_their_cheapest_nothing_else_is_asked) {
  DAY(day);
  day.mentees = day.mentors = 200;
  for (size_t j = 0; j < 200; j++) day.seats[j] = 1;
  for (size_t i = 0; i < 200; i++)
    for (size_t j = 0; j < 200; j++) day_add(&day, i, j, j % 7 == i % 7 || j == i ? 3 : 8);
  struct assign_problem problem = day_problem(&day);
  struct rows rows;
  CLEANUP(arena_freep) struct arena *rows_arena = NULL;
  cr_assert_eq(arcs_look(&problem, 8, &rows, &rows_arena), ERR_NONE);
  struct assign_job job = {&problem, &USUAL, INT32_MAX, &rows};
  struct count count;
  count_init(&count, &job, day.arena);
  cr_assert(count_cheapest(&count));
  cr_assert_eq(day_solve(&day, false).cost, 600);
}
