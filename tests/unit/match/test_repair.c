/* test_repair.c: after each of thousands of changes the mended matching is as good as one made anew, and proven. */
#include "bot/match/repair.h"

#include "bot/match/certificate.h"
#include "tests/unit/match/market_day.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

enum { SIDE = 64, NONE = -1 };

/* The truth, kept apart from the repairs: who may have whom, at what cost, and who has left. */
struct truth { size_t mentees, mentors; int32_t cost[SIDE][SIDE], seats[SIDE]; bool here[SIDE]; };

static void truth_of_day(struct truth *truth, const struct day *day) {
  *truth = (struct truth){.mentees = day->mentees, .mentors = day->mentors};
  for (size_t i = 0; i < SIDE; i++)
    for (size_t j = 0; j < SIDE; j++) truth->cost[i][j] = NONE;
  for (size_t i = 0; i < day->mentees; i++) truth->here[i] = true;
  for (size_t j = 0; j < day->mentors; j++) truth->seats[j] = day->seats[j];
  for (size_t at = 0; at < day->count; at++) truth->cost[day->pairs[at].mentee][day->pairs[at].mentor] = day->pairs[at].cost;
}

static void day_of_truth(struct day *day, const struct truth *truth) {
  day->mentees = truth->mentees;
  day->mentors = truth->mentors;
  day->count = 0;
  for (size_t j = 0; j < truth->mentors; j++) day->seats[j] = truth->seats[j];
  for (size_t i = 0; i < truth->mentees; i++)
    for (size_t j = 0; j < truth->mentors; j++)
      if (truth->cost[i][j] != NONE) day_add(day, i, j, truth->cost[i][j]);
}

static void start(struct day *day, struct repair **ret_repair) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(4 << 20);
  struct assign_problem problem = arcs_build(day->mentees, day->mentors, day->seats, day->pairs, day->count, arena);
  struct assign_result result;
  cr_assert_eq(assign_solve(&problem, NULL, arena, &result), ERR_NONE);
  cr_assert_eq(repair_new(&problem, &result, SIDE, SIDE, ret_repair), ERR_NONE);
}

/* The value the repairs say is that of their own pairs in the truth, all allowed and within seats. */
static void assert_true(const struct repair *repair, const struct truth *truth) {
  struct repair_value value = repair_value(repair), sum = {0, 0};
  int32_t load[SIDE] = {0};
  for (size_t i = 0; i < truth->mentees; i++) {
    int32_t mentor = repair_mentor_of(repair, i);
    if (mentor == ASSIGN_NOBODY) continue;
    cr_assert(truth->here[i] && truth->cost[i][mentor] != NONE, "mentee %zu may not sit with %d", i, (int)mentor);
    cr_assert_leq(++load[mentor], truth->seats[mentor]);
    sum.matched++;
    sum.cost += truth->cost[i][mentor];
  }
  cr_assert(sum.matched == value.matched && sum.cost == value.cost);
}

static void assert_best(const struct repair *repair, const struct truth *truth, struct day *day, bool brute, size_t step) {
  day_of_truth(day, truth);
  struct day_answer want = brute ? day_brute(day, false) : day_solve(day, false);
  struct repair_value got = repair_value(repair);
  cr_assert(got.matched == want.matched && got.cost == want.cost, "step %zu: %zu for %" PRId64 "; but %zu for %" PRId64 " is possible", step,
            got.matched, got.cost, want.matched, want.cost);
  cr_assert_eq(repair_certify(repair), ERR_NONE, "step %zu: %s", step, err_note_text());
}

/* ---- changes ---- */
static size_t draw_links(struct chance *chance, size_t people, const bool *here, int32_t cost_max, struct repair_link *ret_links) {
  size_t count = 0;
  for (size_t k = 0; k < people; k++)
    if ((here == NULL || here[k]) && chance_below(chance, 2) == 0)
      ret_links[count++] = (struct repair_link){(int32_t)k, (int32_t)chance_below(chance, (uint32_t)cost_max + 1)};
  return count;
}

static void join(struct repair *repair, struct truth *truth, struct chance *chance, int32_t cost_max) {
  struct repair_link links[SIDE];
  size_t count = draw_links(chance, truth->mentors, NULL, cost_max, links), mentee;
  cr_assert_eq(repair_join(repair, links, count, &mentee), ERR_NONE);
  cr_assert_eq(mentee, truth->mentees);
  truth->here[truth->mentees++] = true;
  for (size_t k = 0; k < count; k++) truth->cost[mentee][links[k].person] = links[k].cost;
}

static void add_mentor(struct repair *repair, struct truth *truth, struct chance *chance, int32_t cost_max) {
  struct repair_link links[SIDE];
  size_t count = draw_links(chance, truth->mentees, truth->here, cost_max, links), mentor;
  int32_t seats = (int32_t)chance_below(chance, 4);
  cr_assert_eq(repair_mentor(repair, links, count, seats, &mentor), ERR_NONE);
  truth->seats[truth->mentors++] = seats;
  for (size_t k = 0; k < count; k++) truth->cost[links[k].person][mentor] = links[k].cost;
}

static void leave(struct repair *repair, struct truth *truth, size_t mentee) {
  cr_assert_eq(repair_leave(repair, mentee), truth->here[mentee] ? ERR_NONE : ERR_BAD_INPUT);
  truth->here[mentee] = false;
  for (size_t j = 0; j < SIDE; j++) truth->cost[mentee][j] = NONE;
}

static void forbid(struct repair *repair, struct truth *truth, size_t mentee, struct chance *chance) {
  int32_t sits = repair_mentor_of(repair, mentee);
  size_t mentor = sits != ASSIGN_NOBODY && chance_below(chance, 4) > 0 ? (size_t)sits : chance_below(chance, (uint32_t)truth->mentors);
  cr_assert_eq(repair_forbid(repair, mentee, mentor), truth->here[mentee] ? ERR_NONE : ERR_BAD_INPUT);
  truth->cost[mentee][mentor] = NONE;
}

static void change(struct repair *repair, struct truth *truth, struct chance *chance, int32_t cost_max, size_t most) {
  size_t mentee = chance_below(chance, (uint32_t)truth->mentees), mentor = chance_below(chance, (uint32_t)truth->mentors);
  int32_t seats = (int32_t)chance_below(chance, 5);
  err_note_clear();
  switch (chance_below(chance, 6)) {
  case 0:
  case 1: if (truth->mentees < most) join(repair, truth, chance, cost_max); return;
  case 2: leave(repair, truth, mentee); return;
  case 3: forbid(repair, truth, mentee, chance); return;
  case 4: if (truth->mentors < most) add_mentor(repair, truth, chance, cost_max); return;
  default:
    cr_assert_eq(repair_seats(repair, mentor, seats), ERR_NONE);
    truth->seats[mentor] = seats;
  }
}

static size_t season(struct day *day, struct chance *chance, size_t side, size_t most, size_t steps, bool brute) {
  static struct truth truth;
  static const int32_t costs[] = {0, 3, 100, SCORE_MAX};
  static const uint32_t percents[] = {10, 40, 100};
  int32_t cost_max = costs[chance_below(chance, ARRAY_LEN(costs))];
  struct instance_shape shape = {1 + chance_below(chance, (uint32_t)side), 1 + chance_below(chance, (uint32_t)side), percents[chance_below(chance, 3)],
                                 (int32_t)chance_below(chance, 4), cost_max};
  day_draw(day, &shape, chance);
  truth_of_day(&truth, day);
  CLEANUP(repair_freep) struct repair *repair = NULL;
  start(day, &repair);
  for (size_t step = 0; step < steps; step++) {
    change(repair, &truth, chance, cost_max, most);
    assert_true(repair, &truth);
    assert_best(repair, &truth, day, brute, step);
  }
  return steps;
}

Test(repair, after_any_change_nothing_better_is_possible_everything_tried) {
  struct chance chance = {instance_seed()};
  DAY(day);
  size_t steps = 0;
  for (size_t n = 0; n < 400; n++) steps += season(&day, &chance, 4, 6, 12, true);
  fprintf(stderr, "repair: %zu changes, each against everything tried\n", steps);
  cr_assert_geq(steps, 4000);
}

Test(repair, after_thousands_of_changes_a_solve_from_the_beginning_finds_the_same_value) {
  struct chance chance = {instance_seed()};
  DAY(day);
  for (size_t n = 0; n < 60; n++) season(&day, &chance, 40, SIDE, 60, false);
}

/* ---- by hand: two mentees, 0 and 1, two mentors with so many seats ---- */
static void two_mentors(struct day *day, int32_t seats_of_first, int32_t seats_of_second) {
  day->mentees = day->mentors = 2;
  day->seats[0] = seats_of_first;
  day->seats[1] = seats_of_second;
}

Test(repair, the_seat_of_who_leaves_goes_to_who_waits_and_a_decline_moves_others) {
  DAY(day);
  two_mentors(&day, 1, 1);
  day_add(&day, 0, 0, 1);
  day_add(&day, 0, 1, 50);
  day_add(&day, 1, 0, 4);
  CLEANUP(repair_freep) struct repair *repair = NULL;
  start(&day, &repair);
  cr_assert(repair_mentor_of(repair, 0) == 1 && repair_mentor_of(repair, 1) == 0 && repair_value(repair).cost == 54);
  cr_assert_gt(repair_price(repair, 0), 0, "0 would like it too");
  cr_assert_eq(repair_forbid(repair, 1, 0), ERR_NONE);
  cr_assert(repair_mentor_of(repair, 0) == 0 && repair_mentor_of(repair, 1) == ASSIGN_NOBODY && repair_value(repair).cost == 1);
  cr_assert_eq(repair_moved(repair), 1);
  cr_assert_eq(repair_price(repair, 1), 0, "a free seat");
  cr_assert_eq(repair_seats(repair, 0, 0), ERR_NONE);
  cr_assert(repair_mentor_of(repair, 0) == 1 && repair_value(repair).matched == 1);
}

Test(repair, a_scarce_mentor_is_offered_after_one_who_is_nearly_as_good) {
  DAY(day);
  two_mentors(&day, 1, 2);
  day_add(&day, 0, 0, 1);
  day_add(&day, 0, 1, 90);
  day_add(&day, 1, 1, 9);
  CLEANUP(repair_freep) struct repair *repair = NULL;
  start(&day, &repair);
  size_t mentee;
  struct repair_link both[2] = {{0, 20}, {1, 30}};
  cr_assert_eq(repair_join(repair, both, 1, &mentee), ERR_NONE, "who could only have the scarce one");
  cr_assert_eq(repair_mentor_of(repair, 0), 1, "so the other, who can do without, made room");
  struct repair_offer offers[5];
  cr_assert_eq(repair_best(repair, both, 2, 5, offers), 2);
  cr_assert(offers[0].mentor == 1 && offers[0].price == 0 && offers[1].mentor == 0 && offers[1].price > 10);
}

Test(repair, what_cannot_be_is_refused_and_changes_nothing) {
  struct chance chance = {instance_seed()};
  DAY(day);
  struct instance_shape shape = {20, 10, 40, 2, 100};
  day_draw(&day, &shape, &chance);
  CLEANUP(repair_freep) struct repair *repair = NULL;
  start(&day, &repair);
  struct repair_value before = repair_value(repair);
  size_t who;
  struct repair_link twice[2] = {{3, 1}, {3, 2}}, nobody = {10, 1}, dear = {1, ASSIGN_COST_MAX + 1}, gone = {5, 1};
  cr_assert_eq(repair_join(repair, twice, 2, &who), ERR_BAD_INPUT);
  cr_assert_eq(repair_join(repair, &nobody, 1, &who), ERR_BAD_INPUT);
  cr_assert_eq(repair_join(repair, &dear, 1, &who), ERR_BAD_INPUT);
  cr_assert_eq(repair_leave(repair, 20), ERR_BAD_INPUT);
  cr_assert_eq(repair_forbid(repair, 0, 10), ERR_BAD_INPUT);
  cr_assert_eq(repair_seats(repair, 1, -1), ERR_BAD_INPUT);
  cr_assert(repair_value(repair).matched == before.matched && repair_value(repair).cost == before.cost);
  cr_assert_eq(repair_leave(repair, 5), ERR_NONE);
  cr_assert_eq(repair_mentor(repair, &gone, 1, 1, &who), ERR_BAD_INPUT, "who has left is nobody's mentee");
  cr_assert_eq(repair_certify(repair), ERR_NONE);
}
