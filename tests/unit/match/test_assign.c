/* test_assign.c: the engine against everything tried, against the small solver, and against itself under changes that must not matter. */
#include "tests/unit/match/market_day.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SIDE = 6, FEW = 40, MANY = 120, ROUNDS = 150 };

/* ---- against everything tried ---- */
static size_t draws_of(struct day *day, size_t mentees, size_t mentors, struct chance *chance, uint64_t seed) {
  static const uint32_t percents[] = {0, 25, 50, 80, 100};
  static const int32_t costs[] = {0, 1, 5, SCORE_MAX};
  size_t count = mentees + mentors > 9 ? FEW : MANY;
  for (size_t n = 0; n < count; n++) {
    struct instance_shape shape = {.mentees = mentees, .mentors = mentors};
    shape.percent_allowed = percents[chance_below(chance, 5)];
    shape.seats_max = (int32_t)chance_below(chance, 4);
    shape.cost_max = costs[chance_below(chance, 4)];
    day_draw(day, &shape, chance);
    day_assert_best(day, seed, n);
  }
  return count;
}

Test(assign, every_shape_up_to_six_agrees_with_brute_force_plain_and_fair) {
  uint64_t seed = instance_seed();
  struct chance chance = {seed};
  size_t solved = 0;
  DAY(day);
  for (size_t mentees = 0; mentees <= SIDE; mentees++)
    for (size_t mentors = 0; mentors <= SIDE; mentors++) solved += draws_of(&day, mentees, mentors, &chance, seed);
  fprintf(stderr, "assign: %zu problems tried out\n", solved);
  cr_assert_geq(solved, 4000);
}

/* Each couple forbidden, free or dear, each mentor with no, one or two seats: all there are of that size. */
static size_t all_of(struct day *day, size_t mentees, size_t mentors) {
  size_t couples = mentees * mentors, total = 1, number = 0;
  for (size_t i = 0; i < couples + mentors; i++) total *= 3;
  for (; number < total; number++) {
    size_t rest = number;
    day->mentees = mentees;
    day->mentors = mentors;
    day->count = 0;
    for (size_t at = 0; at < couples; at++, rest /= 3)
      if (rest % 3 > 0) day_add(day, at / mentors, at % mentors, (int32_t)(rest % 3) - 1);
    for (size_t j = 0; j < mentors; j++, rest /= 3) day->seats[j] = (int32_t)(rest % 3);
    day_assert_best(day, 0, number);
  }
  return number;
}

Test(assign, all_tiny_problems_there_are) {
  DAY(day);
  cr_assert_eq(all_of(&day, 1, 1) + all_of(&day, 2, 2) + all_of(&day, 3, 1) + all_of(&day, 1, 3) + all_of(&day, 3, 2), 9 + 729 + 81 + 729 + 6561);
}

/* ---- larger: the certificate proves each, and the small solver knows the value ---- */
static struct instance_shape some_shape(struct chance *chance, size_t most) {
  static const uint32_t percents[] = {3, 10, 30, 100};
  static const int32_t costs[] = {0, 3, 100, SCORE_MAX};
  struct instance_shape shape = {1 + chance_below(chance, (uint32_t)most), 1 + chance_below(chance, (uint32_t)most), percents[chance_below(chance, 4)],
                                 1 + (int32_t)chance_below(chance, 4), costs[chance_below(chance, 4)]};
  return shape;
}

Test(assign, fifty_a_side_is_as_good_as_the_small_solver) {
  static struct instance instance;
  uint64_t seed = instance_seed();
  struct chance chance = {seed};
  DAY(day);
  for (size_t n = 0; n < ROUNDS; n++) {
    struct instance_shape shape = some_shape(&chance, SMALL_SIDE_MAX);
    day_draw(&day, &shape, &chance);
    instance = (struct instance){.mentees = day.mentees, .mentors = day.mentors};
    memcpy(instance.seats, day.seats, day.mentors * sizeof *day.seats);
    for (size_t at = 0; at < day.count; at++) instance_add(&instance, day.pairs[at].mentee, day.pairs[at].mentor, day.pairs[at].cost);
    struct answer_value want = instance_solve(&instance, NULL);
    struct day_answer got = day_solve(&day, false);
    cr_assert(got.matched == want.matched && got.cost == want.cost, "seed %" PRIu64 ", day %zu: %zu for %" PRId64 ", not %zu for %" PRId64, seed, n,
              got.matched, got.cost, want.matched, want.cost);
  }
}

/* Shapes on which auctions and cores go wrong first: everybody ranks alike, products, plenty of seats, hardly any. */
static int32_t hard_cost(int kind, size_t i, size_t j, size_t n) {
  return kind == 0 ? 77 : kind == 1 ? (int32_t)(j * 7919 % SCORE_MAX) : kind == 2 ? (int32_t)(i * j * SCORE_MAX / (n * n)) : (int32_t)(i * 131 + j * 7) % 50;
}

Test(assign, hard_shapes_are_proven_dense_and_with_one_seat_or_many) {
  DAY(day);
  for (int kind = 0; kind < 4; kind++)
    for (int32_t seats = 1; seats <= 61; seats += 20) {
      day.mentees = day.mentors = 180;
      day.count = 0;
      for (size_t i = 0; i < day.mentees; i++)
        for (size_t j = 0; j < day.mentors; j++) day_add(&day, i, j, hard_cost(kind, i, j, day.mentees));
      for (size_t j = 0; j < day.mentors; j++) day.seats[j] = j % 60 == 0 ? seats : seats == 1 ? 1 : 0;
      size_t places = seats == 1 ? 180 : (size_t)seats * 3;
      for (int fair = 0; fair <= 1; fair++) cr_assert_eq(day_solve(&day, fair).matched, places < 180 ? places : 180);
    }
}

/* ---- changes that must not matter ---- */
static void assert_same(struct day_answer got, struct day_answer want, const char *what) {
  cr_assert(got.matched == want.matched && got.cost == want.cost, "%s: %zu for %" PRId64 ", not %zu for %" PRId64, what, got.matched, got.cost,
            want.matched, want.cost);
}

/* Mentees and mentors move round their circles, and the pairs come the other way round. */
static void permute(struct day *day, struct chance *chance) {
  uint32_t mentees = (uint32_t)day->mentees, mentors = (uint32_t)day->mentors, by_i = 1 + chance_below(chance, mentees - 1), by_j = 1 + chance_below(chance, mentors - 1);
  static int32_t seats[DAY_SIDE_MAX];
  static struct arcs_pair pairs[DAY_PAIRS_MAX];
  for (size_t j = 0; j < mentors; j++) seats[(j + by_j) % mentors] = day->seats[j];
  for (size_t at = 0; at < day->count; at++) {
    struct arcs_pair pair = day->pairs[at];
    pairs[day->count - 1 - at] = (struct arcs_pair){(pair.mentee + by_i) % mentees, (pair.mentor + by_j) % mentors, pair.cost};
  }
  memcpy(day->seats, seats, mentors * sizeof *seats);
  memcpy(day->pairs, pairs, day->count * sizeof *pairs);
}

Test(assign, order_of_rows_pairs_and_people_changes_nothing) {
  struct chance chance = {instance_seed()};
  DAY(day);
  for (size_t n = 0; n < ROUNDS; n++) {
    struct instance_shape shape = {60, 25, 70, 4, 500};
    day_draw(&day, &shape, &chance);
    struct day_answer before = day_solve(&day, false), fair = day_solve(&day, true);
    permute(&day, &chance);
    assert_same(day_solve(&day, false), before, "another order");
    struct day_answer fair_again = day_solve(&day, true);
    assert_same(fair_again, fair, "another order, fair");
    cr_assert_eq(fair_again.worst, fair.worst);
  }
}

/* With seats enough for all, what one mentee adds to all their costs comes out as just that. */
Test(assign, a_constant_on_one_row_is_added_once) {
  struct chance chance = {instance_seed()};
  DAY(day);
  for (size_t n = 0; n < ROUNDS; n++) {
    struct instance_shape shape = {40, 45, 100, 3, 300};
    day_draw(&day, &shape, &chance);
    for (size_t j = 0; j < day.mentors; j++) day.seats[j]++;
    struct day_answer before = day_solve(&day, false);
    uint32_t who = chance_below(&chance, 40);
    for (size_t at = 0; at < day.count; at++)
      if (day.pairs[at].mentee == who) day.pairs[at].cost += 1234;
    struct day_answer after = day_solve(&day, false);
    before.cost += 1234;
    assert_same(after, before, "a constant on a row");
  }
}

Test(assign, one_mentor_with_three_seats_is_as_good_as_two_with_one_and_two) {
  struct chance chance = {instance_seed()};
  DAY(day);
  for (size_t n = 0; n < ROUNDS; n++) {
    struct instance_shape shape = {50, 12, 60, 5, 40};
    day_draw(&day, &shape, &chance);
    day.seats[3] = 3;
    struct day_answer before = day_solve(&day, false);
    size_t count = day.count;
    for (size_t at = 0; at < count; at++)
      if (day.pairs[at].mentor == 3) day_add(&day, day.pairs[at].mentee, day.mentors, day.pairs[at].cost);
    day.seats[3] = 1;
    day.seats[day.mentors++] = 2;
    assert_same(day_solve(&day, false), before, "split in two");
  }
}

Test(assign, who_leaves_and_comes_back_finds_the_old_value_and_was_missed) {
  struct chance chance = {instance_seed()};
  static struct arcs_pair kept[DAY_PAIRS_MAX];
  DAY(day);
  for (size_t n = 0; n < ROUNDS; n++) {
    struct instance_shape shape = some_shape(&chance, 60);
    day_draw(&day, &shape, &chance);
    struct day_answer before = day_solve(&day, false);
    size_t count = day.count, left = 0;
    memcpy(kept, day.pairs, count * sizeof *kept);
    uint32_t who = chance_below(&chance, (uint32_t)day.mentees);
    for (size_t at = 0; at < count; at++)
      if (kept[at].mentee != who) day.pairs[left++] = kept[at];
    day.count = left;
    struct day_answer without = day_solve(&day, false);
    cr_assert(without.matched == before.matched || without.matched + 1 == before.matched);
    cr_assert(without.matched < before.matched || without.cost >= before.cost);
    memcpy(day.pairs, kept, count * sizeof *kept);
    day.count = count;
    assert_same(day_solve(&day, false), before, "back again");
  }
}

/* ---- the door ---- */
Test(assign, the_same_problem_gives_the_same_bytes) {
  struct chance chance = {instance_seed()};
  DAY(day);
  struct instance_shape shape = {300, 80, 20, 6, 9};
  day_draw(&day, &shape, &chance);
  struct assign_problem problem = day_problem(&day);
  struct assign_result one, two;
  cr_assert_eq(assign_solve(&problem, NULL, day.arena, &one), ERR_NONE);
  cr_assert_eq(assign_solve(&problem, NULL, day.arena, &two), ERR_NONE);
  cr_assert_arr_eq(one.mentor_of, two.mentor_of, 300 * sizeof *one.mentor_of);
  cr_assert_arr_eq(one.price, two.price, 80 * sizeof *one.price);
}

struct watch { atomic_bool cancel; int told, until; enum assign_stage last; };

static void on_progress(void *context, enum assign_stage stage) {
  struct watch *watch = context;
  watch->last = stage;
  if (++watch->told == watch->until) atomic_store(&watch->cancel, true);
}

Test(assign, progress_is_told_and_a_cancel_at_any_stage_ends_it) {
  struct chance chance = {instance_seed()};
  DAY(day);
  struct instance_shape shape = {400, 90, 30, 4, 900};
  day_draw(&day, &shape, &chance);
  struct assign_problem problem = day_problem(&day);
  struct assign_result result = {.matched = 77};
  struct watch watch = {.until = -1};
  struct assign_options options = {.fair = true, .cancel = &watch.cancel, .progress = on_progress, .context = &watch};
  cr_assert_eq(assign_solve(&problem, &options, day.arena, &result), ERR_NONE);
  cr_assert_gt(watch.told, 5);
  cr_assert_eq(watch.last, ASSIGN_PROOF);
  cr_assert_str_eq(assign_stage_name(watch.last), "proof");
  int stages = watch.told, ended = 0;
  for (int until = 1; until < stages; until++) {
    watch = (struct watch){.until = until};
    result.matched = 77;
    enum err err = assign_solve(&problem, &options, day.arena, &result);
    cr_assert(err == ERR_GONE || err == ERR_NONE);
    cr_assert(err == ERR_NONE || result.matched == 77, "what is cancelled leaves no result");
    ended += err == ERR_GONE;
    err_note_clear();
  }
  cr_assert_geq(ended, stages - 3, "only behind the last phase is there nothing left to end");
}

Test(assign, sums_that_could_pass_the_bound_are_refused) {
  enum { PEOPLE = 1 << 20 };
  CLEANUP(arena_freep) struct arena *arena = arena_new((size_t)PEOPLE * 64);
  int32_t seats[2] = {1, 1}, mentor[2] = {0, 0}, cost[2] = {0, ASSIGN_COST_MAX};
  int64_t *first = arena_alloc(arena, (PEOPLE + 1) * sizeof *first);
  for (size_t i = 1; i <= PEOPLE; i++) first[i] = i < 2 ? 1 : 2;
  struct assign_problem problem = {PEOPLE, 2, seats, first, mentor, cost};
  struct assign_result result;
  cr_assert_eq(assign_solve(&problem, NULL, arena, &result), ERR_LIMITED);
  cost[1] = 100;
  err_note_clear();
  cr_assert_eq(assign_solve(&problem, NULL, arena, &result), ERR_NONE);
  cr_assert(result.matched == 1 && result.cost == 0);
}
