/* test_small_solver.c: the solver against everything tried, against a search for anything better, and against itself. */
/* tidy: mirror: it tests the oracle, which lives among the tests. */
#include "tests/unit/match/instance.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SIDE = 7, FEW = 60, MANY = 400 };

static struct instance one, other; /* large: not on the stack */

static void assert_best(const struct instance *instance, uint64_t seed, size_t number) {
  struct answer_value got = instance_solve(instance, NULL), want = instance_brute(instance);
  cr_assert(got.matched == want.matched && got.cost == want.cost,
            "seed %" PRIu64 ", instance %zu (%zu x %zu): %zu for %" PRId64 ", but %zu for %" PRId64 " is possible", seed, number,
            instance->mentees, instance->mentors, got.matched, got.cost, want.matched, want.cost);
}

/* ---- against everything tried ---- */
static size_t all_draws_of(size_t mentees, size_t mentors, struct chance *chance, uint64_t seed) {
  static const uint32_t percents[] = {0, 25, 50, 80, 100};
  static const int32_t costs[] = {0, 1, 5, SCORE_MAX};
  size_t count = mentees + mentors > 11 ? FEW : MANY;
  for (size_t n = 0; n < count; n++) {
    struct instance_shape shape = {.mentees = mentees, .mentors = mentors};
    shape.percent_allowed = percents[chance_below(chance, 5)];
    shape.seats_max = (int32_t)chance_below(chance, 4);
    shape.cost_max = costs[chance_below(chance, 4)];
    instance_draw(&one, &shape, chance);
    assert_best(&one, seed, n);
  }
  return count;
}

Test(small_solver, every_shape_up_to_seven_agrees_with_brute_force) {
  uint64_t seed = instance_seed();
  struct chance chance = {seed};
  size_t solved = 0;
  for (size_t mentees = 0; mentees <= SIDE; mentees++)
    for (size_t mentors = 0; mentors <= SIDE; mentors++) solved += all_draws_of(mentees, mentors, &chance, seed);
  fprintf(stderr, "solve: %zu instances tried out\n", solved);
  cr_assert_geq(solved, 20000);
}

/* Each couple forbidden, free or dear, each mentor with no, one or two seats: all there are of that size. */
static size_t all_of(size_t mentees, size_t mentors) {
  size_t couples = mentees * mentors, digits = couples + mentors, total = 1, number = 0;
  for (size_t i = 0; i < digits; i++) total *= 3;
  for (; number < total; number++) {
    size_t rest = number;
    one = (struct instance){.mentees = mentees, .mentors = mentors};
    for (size_t at = 0; at < couples; at++, rest /= 3)
      if (rest % 3 > 0) instance_add(&one, at / mentors, at % mentors, (int32_t)(rest % 3) - 1);
    for (size_t j = 0; j < mentors; j++, rest /= 3) one.seats[j] = (int32_t)(rest % 3);
    assert_best(&one, 0, number);
  }
  return number;
}

Test(small_solver, all_tiny_problems_there_are) {
  cr_assert_eq(all_of(1, 1), 9);
  cr_assert_eq(all_of(2, 1), 27);
  cr_assert_eq(all_of(1, 2), 81);
  cr_assert_eq(all_of(2, 2), 729);
  cr_assert_eq(all_of(3, 2), 6561);
  cr_assert_eq(all_of(2, 3), 19683);
}

/* ---- against a search for anything better, at the sizes that rounds have ---- */
Test(small_solver, nothing_better_is_found_up_to_fifty) {
  uint64_t seed = instance_seed();
  struct chance chance = {seed + 1};
  for (size_t n = 0; n < 200; n++) {
    int32_t mentor_of[SMALL_SIDE_MAX];
    struct instance_shape shape = {.cost_max = (int32_t[]){0, 3, 100, SCORE_MAX, MATCH_COST_MAX}[n % 5]};
    shape.mentees = chance_below(&chance, SMALL_SIDE_MAX + 1);
    shape.mentors = chance_below(&chance, SMALL_SIDE_MAX + 1);
    shape.percent_allowed = chance_below(&chance, 101);
    shape.seats_max = 1 + (int32_t)chance_below(&chance, 3);
    if (n < 10) shape.mentees = shape.mentors = SMALL_SIDE_MAX;
    instance_draw(&one, &shape, &chance);
    (void)instance_solve(&one, mentor_of);
    cr_assert(instance_is_best(&one, mentor_of), "seed %" PRIu64 ", instance %zu of %zu x %zu can be bettered", seed, n, one.mentees, one.mentors);
  }
}

/* The search itself must be able to say no: a worse matching, and one that seats too few. */
Test(small_solver, the_search_finds_what_is_better) {
  one = (struct instance){.mentees = 2, .mentors = 2, .seats = {1, 1}};
  for (size_t at = 0; at < 4; at++) instance_add(&one, at / 2, at % 2, at % 3 == 0 ? 1 : 5);
  cr_assert(instance_is_best(&one, (int32_t[]){0, 1}));
  cr_assert_not(instance_is_best(&one, (int32_t[]){1, 0}));
  cr_assert_not(instance_is_best(&one, (int32_t[]){0, MATCH_ALONE}));
}

/* ---- against itself ---- */
static void shuffle(size_t *order, size_t count, struct chance *chance) {
  for (size_t i = 0; i < count; i++) order[i] = i;
  for (size_t i = count; i > 1; i--) {
    size_t with = chance_below(chance, (uint32_t)i), kept = order[i - 1];
    order[i - 1] = order[with];
    order[with] = kept;
  }
}

static struct instance_shape middling(struct chance *chance) {
  struct instance_shape shape = {.mentees = 1 + chance_below(chance, 20)};
  shape.mentors = 1 + chance_below(chance, 20);
  shape.percent_allowed = 20 + chance_below(chance, 81);
  shape.seats_max = 1 + (int32_t)chance_below(chance, 3);
  shape.cost_max = 1 + (int32_t)chance_below(chance, 50);
  return shape;
}

static void permute(const struct instance *from, struct instance *to, struct chance *chance) {
  size_t mentees[SMALL_SIDE_MAX], mentors[SMALL_SIDE_MAX], arcs[SMALL_SIDE_MAX * SMALL_SIDE_MAX];
  shuffle(mentees, from->mentees, chance);
  shuffle(mentors, from->mentors, chance);
  shuffle(arcs, from->arc_count, chance);
  *to = (struct instance){.mentees = from->mentees, .mentors = from->mentors};
  for (size_t j = 0; j < from->mentors; j++) to->seats[mentors[j]] = from->seats[j];
  for (size_t a = 0; a < from->arc_count; a++) {
    const struct match_arc *arc = &from->arcs[arcs[a]];
    instance_add(to, mentees[arc->mentee], mentors[arc->mentor], arc->cost);
  }
}

Test(small_solver, the_order_of_people_and_arcs_changes_no_value) {
  struct chance chance = {instance_seed() + 2};
  for (size_t n = 0; n < 500; n++) {
    struct instance_shape shape = middling(&chance);
    instance_draw(&one, &shape, &chance);
    permute(&one, &other, &chance);
    struct answer_value a = instance_solve(&one, NULL), b = instance_solve(&other, NULL);
    cr_assert(a.matched == b.matched && a.cost == b.cost, "instance %zu", n);
  }
}

Test(small_solver, the_order_of_arcs_changes_not_even_the_matching) {
  struct chance chance = {instance_seed() + 3};
  for (size_t n = 0; n < 200; n++) {
    int32_t before[SMALL_SIDE_MAX], after[SMALL_SIDE_MAX];
    struct instance_shape shape = middling(&chance);
    instance_draw(&one, &shape, &chance);
    other = one;
    for (size_t a = 0; a < one.arc_count; a++) other.arcs[a] = one.arcs[one.arc_count - 1 - a];
    (void)instance_solve(&one, before);
    (void)instance_solve(&other, after);
    cr_assert_eq(memcmp(before, after, one.mentees * sizeof *before), 0, "instance %zu", n);
  }
}

/* A constant on one mentee's row is paid once when that mentee is seated, and they all are here. */
Test(small_solver, a_constant_on_a_row_is_paid_once) {
  struct chance chance = {instance_seed() + 4};
  size_t tried = 0;
  for (size_t n = 0; n < 1000; n++) {
    struct instance_shape shape = middling(&chance);
    instance_draw(&one, &shape, &chance);
    struct answer_value before = instance_solve(&one, NULL);
    if (before.matched < one.mentees) continue;
    size_t row = chance_below(&chance, (uint32_t)one.mentees);
    for (size_t a = 0; a < one.arc_count; a++) one.arcs[a].cost += one.arcs[a].mentee == row ? 1000 : 0;
    struct answer_value after = instance_solve(&one, NULL);
    cr_assert(after.matched == before.matched && after.cost == before.cost + 1000, "instance %zu", n);
    tried++;
  }
  cr_assert_gt(tried, 100);
}

Test(small_solver, a_constant_on_every_row_is_paid_by_all_who_are_seated) {
  struct chance chance = {instance_seed() + 5};
  for (size_t n = 0; n < 500; n++) {
    struct instance_shape shape = middling(&chance);
    instance_draw(&one, &shape, &chance);
    struct answer_value before = instance_solve(&one, NULL);
    for (size_t a = 0; a < one.arc_count; a++) one.arcs[a].cost += 77;
    struct answer_value after = instance_solve(&one, NULL);
    cr_assert(after.matched == before.matched && after.cost == before.cost + 77 * (int64_t)before.matched, "instance %zu", n);
  }
}

Test(small_solver, costs_may_be_scaled) {
  struct chance chance = {instance_seed() + 6};
  for (size_t n = 0; n < 300; n++) {
    struct instance_shape shape = middling(&chance);
    instance_draw(&one, &shape, &chance);
    struct answer_value before = instance_solve(&one, NULL);
    for (size_t a = 0; a < one.arc_count; a++) one.arcs[a].cost *= 13;
    struct answer_value after = instance_solve(&one, NULL);
    cr_assert(after.matched == before.matched && after.cost == 13 * before.cost, "instance %zu", n);
  }
}

/* Each mentor with two seats becomes two mentors with one. */
static void split(const struct instance *from, struct instance *to) {
  size_t twin[SMALL_SIDE_MAX];
  *to = (struct instance){.mentees = from->mentees, .mentors = from->mentors};
  for (size_t j = 0; j < from->mentors; j++) {
    twin[j] = from->seats[j] == 2 ? to->mentors++ : j;
    to->seats[j] = from->seats[j] == 2 ? 1 : from->seats[j];
    to->seats[twin[j]] = to->seats[j];
  }
  for (size_t a = 0; a < from->arc_count; a++) {
    const struct match_arc *arc = &from->arcs[a];
    instance_add(to, arc->mentee, arc->mentor, arc->cost);
    if (twin[arc->mentor] != arc->mentor) instance_add(to, arc->mentee, twin[arc->mentor], arc->cost);
  }
}

Test(small_solver, two_seats_are_worth_two_mentors) {
  struct chance chance = {instance_seed() + 7};
  for (size_t n = 0; n < 500; n++) {
    struct instance_shape shape = middling(&chance);
    instance_draw(&one, &shape, &chance);
    split(&one, &other);
    struct answer_value a = instance_solve(&one, NULL), b = instance_solve(&other, NULL);
    cr_assert(a.matched == b.matched && a.cost == b.cost, "instance %zu", n);
  }
}

Test(small_solver, a_mentor_whom_nobody_may_have_changes_nothing) {
  struct chance chance = {instance_seed() + 8};
  for (size_t n = 0; n < 300; n++) {
    struct instance_shape shape = middling(&chance);
    instance_draw(&one, &shape, &chance);
    struct answer_value before = instance_solve(&one, NULL);
    one.seats[one.mentors++] = 3;                                               /* has seats, but no arcs */
    one.seats[one.mentors] = 0;                                                 /* has arcs, but no seats */
    for (size_t i = 0; i < one.mentees; i++) instance_add(&one, i, one.mentors, 0);
    one.mentors++;
    struct answer_value after = instance_solve(&one, NULL);
    cr_assert(after.matched == before.matched && after.cost == before.cost, "instance %zu", n);
  }
}

/* ---- what a reader would try first ---- */
Test(small_solver, count_comes_before_cost) {
  one = (struct instance){.mentees = 2, .mentors = 2, .seats = {1, 1}};
  instance_add(&one, 0, 0, 0);
  instance_add(&one, 0, 1, SCORE_MAX);
  instance_add(&one, 1, 0, SCORE_MAX);
  struct answer_value value = instance_solve(&one, NULL);
  cr_assert_eq(value.matched, 2);
  cr_assert_eq(value.cost, 2 * SCORE_MAX);
}

Test(small_solver, somebody_seated_moves_twice_to_make_room) {
  int32_t mentor_of[3];
  one = (struct instance){.mentees = 3, .mentors = 3, .seats = {1, 1, 1}};
  instance_add(&one, 0, 0, 1);
  instance_add(&one, 0, 1, 2);
  instance_add(&one, 1, 1, 1);
  instance_add(&one, 1, 2, 2);
  instance_add(&one, 2, 0, 9);
  cr_assert_eq(instance_solve(&one, mentor_of).matched, 3);
  cr_assert(mentor_of[0] == 1 && mentor_of[1] == 2 && mentor_of[2] == 0);
}

Test(small_solver, nobody_nothing_and_all_forbidden) {
  one = (struct instance){.mentees = 0, .mentors = 0};
  cr_assert_eq(instance_solve(&one, NULL).matched, 0);
  one = (struct instance){.mentees = 3, .mentors = 0};
  cr_assert_eq(instance_solve(&one, NULL).matched, 0);
  one = (struct instance){.mentees = 0, .mentors = 3, .seats = {1, 1, 1}};
  cr_assert_eq(instance_solve(&one, NULL).matched, 0);
  one = (struct instance){.mentees = 3, .mentors = 3, .seats = {1, 1, 1}};
  cr_assert_eq(instance_solve(&one, NULL).matched, 0);
}

Test(small_solver, more_seats_than_the_mentees_there_are) {
  one = (struct instance){.mentees = 2, .mentors = 1, .seats = {INT32_MAX}};
  instance_add(&one, 0, 0, 4);
  instance_add(&one, 1, 0, 5);
  struct answer_value value = instance_solve(&one, NULL);
  cr_assert(value.matched == 2 && value.cost == 9);
}

/* ---- what is refused ---- */
static enum err refused(const struct instance *instance) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
  struct match_problem problem = instance_problem(instance);
  struct match_solution solution = {.matched = 99};
  err_note_clear();
  enum err err = match_solve(&problem, arena, &solution);
  cr_assert_neq(err, ERR_NONE);
  cr_assert_eq(solution.matched, 99, "untouched on failure");
  cr_assert_str_not_empty(err_note_text());
  return err;
}

Test(small_solver, bad_arcs_and_seats_are_refused) {
  const struct instance base = {.mentees = 2, .mentors = 2, .seats = {1, 1}};
  one = base;
  instance_add(&one, 2, 0, 1);
  cr_assert_eq(refused(&one), ERR_BAD_INPUT);
  one = base;
  instance_add(&one, 0, 2, 1);
  cr_assert_eq(refused(&one), ERR_BAD_INPUT);
  one = base;
  instance_add(&one, 0, 0, 1);
  instance_add(&one, 0, 0, 1);
  cr_assert_eq(refused(&one), ERR_BAD_INPUT);
  one = base;
  instance_add(&one, 0, 0, -1);
  cr_assert_eq(refused(&one), ERR_BAD_INPUT);
  one = base;
  instance_add(&one, 0, 0, MATCH_COST_MAX + 1);
  cr_assert_eq(refused(&one), ERR_BAD_INPUT);
  one = base;
  one.seats[1] = -1;
  cr_assert_eq(refused(&one), ERR_BAD_INPUT);
}

Test(small_solver, past_fifty_is_refused) {
  one = (struct instance){.mentees = SMALL_SIDE_MAX + 1, .mentors = 1, .seats = {1}};
  cr_assert_eq(refused(&one), ERR_LIMITED);
  one = (struct instance){.mentees = 1, .mentors = SMALL_SIDE_MAX + 1, .seats = {1}};
  cr_assert_eq(refused(&one), ERR_LIMITED);
}
