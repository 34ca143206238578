/* test_arcs.c: what the engine refuses before it believes anything, and rows built from pairs in any order. */
#include "bot/match/arcs.h"
#include "tests/unit/match/market_day.h"

#include <criterion/criterion.h>
#include <string.h>

static const int32_t SEATS[] = {1, 0, 2};
static int64_t first[] = {0, 2, 2, 4};
static int32_t mentor[] = {2, 0, 1, 2}, cost[] = {5, 0, 9, 7};

static enum err check(int32_t cost_max, int64_t *ret_pair) {
  struct assign_problem problem = {3, 3, SEATS, first, mentor, cost};
  err_note_clear();
  return arcs_check(&problem, cost_max, ret_pair);
}

Test(arcs, rows_in_any_order_without_seats_and_empty_pass) {
  int64_t pair;
  cr_assert_eq(check(9, &pair), ERR_NONE);
}

Test(arcs, each_pair_that_is_wrong_is_the_one_that_is_named) {
  int64_t pair;
  cr_assert(check(8, &pair) == ERR_BAD_INPUT && pair == 2, "a cost too high");
  cost[3] = -1;
  cr_assert(check(9, &pair) == ERR_BAD_INPUT && pair == 3, "a cost below nothing");
  cost[3] = 7;
  mentor[1] = 3;
  cr_assert(check(9, &pair) == ERR_BAD_INPUT && pair == 1, "nobody's mentor");
  mentor[1] = -1;
  cr_assert(check(9, &pair) == ERR_BAD_INPUT && pair == 1, "a mentor below nothing");
  mentor[1] = 2;
  cr_assert(check(9, &pair) == ERR_BAD_INPUT && pair == 1, "twice");
}

Test(arcs, rows_that_do_not_follow_each_other_are_refused) {
  int64_t pair;
  static const int64_t wrong[][4] = {{1, 2, 2, 4}, {0, 3, 2, 4}, {0, -1, 2, 4}, {0, 2, INT64_MAX, 4}};
  for (size_t k = 0; k < ARRAY_LEN(wrong); k++) {
    memcpy(first, wrong[k], sizeof first);
    cr_assert_eq(check(9, &pair), ERR_BAD_INPUT, "%zu", k);
    cr_assert_eq(pair, -1);
  }
}

Test(arcs, seats_below_nothing_and_too_many_people_are_refused) {
  int64_t pair;
  static const int32_t seats[] = {1, -1, 2};
  struct assign_problem problem = {3, 3, seats, first, mentor, cost};
  cr_assert_eq(arcs_check(&problem, 9, &pair), ERR_BAD_INPUT);
  err_note_clear();
  problem.seats = SEATS;
  problem.mentees = (size_t)ASSIGN_SIDE_MAX + 1;
  cr_assert_eq(arcs_check(&problem, 9, &pair), ERR_LIMITED);
}

Test(arcs, built_rows_hold_each_pair_in_the_order_it_came) {
  struct chance chance = {instance_seed()};
  DAY(day);
  day.mentees = 40;
  day.mentors = 1000;
  for (size_t n = 0; n < 900; n++) day_add(&day, chance_below(&chance, 40), n, (int32_t)n);
  struct assign_problem problem = day_problem(&day);
  int64_t pair;
  cr_assert_eq(arcs_check(&problem, 1000, &pair), ERR_NONE, "%s", err_note_text());
  cr_assert_eq(problem.first[40], 900);
  for (size_t n = 0; n < 900; n++) {
    size_t at = (size_t)problem.first[day.pairs[n].mentee];
    while (problem.mentor[at] != (int32_t)n) at++;
    cr_assert(problem.cost[at] == (int32_t)n && at < (size_t)problem.first[day.pairs[n].mentee + 1]);
    cr_assert(at == (size_t)problem.first[day.pairs[n].mentee] || problem.mentor[at - 1] < (int32_t)n);
  }
}
