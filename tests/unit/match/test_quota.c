/* test_quota.c: quotas across organisations: as good as everything tried, proven, and what is broken is said with its number. */
#include "bot/match/quota.h"

#include "tests/unit/match/market_day.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SMALL = 5, ORGANISATIONS = 3, ROUNDS = 20 };

struct league { /* a day with organisations */
  size_t organisations;
  struct quota quotas[8];
  int32_t of_mentee[DAY_SIDE_MAX], of_mentor[DAY_SIDE_MAX];
};

static struct quota_problem problem_of(const struct league *league, const struct assign_problem *pairs) {
  return (struct quota_problem){pairs, league->organisations, league->quotas, league->of_mentee, league->of_mentor};
}

static int32_t draw_rule(struct chance *chance, uint32_t most) {
  return chance_below(chance, 3) == 0 ? QUOTA_NONE : (int32_t)chance_below(chance, most + 1);
}

static void draw_league(struct league *league, const struct day *day, size_t organisations, uint32_t most, struct chance *chance) {
  league->organisations = organisations;
  for (size_t o = 0; o < organisations; o++)
    league->quotas[o] = (struct quota){draw_rule(chance, most), draw_rule(chance, most + 1), draw_rule(chance, most + 1)};
  for (size_t i = 0; i < day->mentees; i++) league->of_mentee[i] = (int32_t)chance_below(chance, (uint32_t)organisations + 1) - 1;
  for (size_t j = 0; j < day->mentors; j++) league->of_mentor[j] = (int32_t)chance_below(chance, (uint32_t)organisations + 1) - 1;
}

/* ---- trying everything ---- */
struct value { int64_t short_by; size_t matched; int64_t cost; };

struct trying {
  const struct league *league;
  size_t mentees, mentors;
  int32_t cost[SMALL][SMALL], left[SMALL], placed[ORGANISATIONS], given[ORGANISATIONS], could[ORGANISATIONS];
  struct value best;
};

static bool keeps_rules(const struct trying *trying) {
  for (size_t o = 0; o < trying->league->organisations; o++) {
    const struct quota *quota = &trying->league->quotas[o];
    if (quota->at_most != QUOTA_NONE && trying->placed[o] > quota->at_most) return false;
    if (quota->gives != QUOTA_NONE && trying->given[o] > quota->gives) return false;
  }
  return true;
}

static void weigh(struct trying *trying, struct value value) {
  if (!keeps_rules(trying)) return;
  for (size_t o = 0; o < trying->league->organisations; o++) {
    int32_t gap = trying->league->quotas[o].at_least - trying->placed[o];
    value.short_by += gap > 0 ? gap : 0;
    if (trying->placed[o] > trying->could[o]) trying->could[o] = trying->placed[o];
  }
  struct value *best = &trying->best;
  bool better = value.short_by < best->short_by || (value.short_by == best->short_by && value.matched > best->matched) ||
                (value.short_by == best->short_by && value.matched == best->matched && value.cost < best->cost);
  if (better) *best = value;
}

static void count_in(int32_t *counts, int32_t organisation, int32_t by) {
  if (organisation != QUOTA_NONE) counts[organisation] += by;
}

static void try_from(struct trying *trying, size_t mentee, struct value so_far) {
  if (mentee == trying->mentees) {
    weigh(trying, so_far);
    return;
  }
  try_from(trying, mentee + 1, so_far);
  for (size_t j = 0; j < trying->mentors; j++) {
    if (trying->cost[mentee][j] < 0 || trying->left[j] == 0) continue;
    trying->left[j]--;
    count_in(trying->placed, trying->league->of_mentee[mentee], 1);
    count_in(trying->given, trying->league->of_mentor[j], 1);
    try_from(trying, mentee + 1, (struct value){0, so_far.matched + 1, so_far.cost + trying->cost[mentee][j]});
    trying->left[j]++;
    count_in(trying->placed, trying->league->of_mentee[mentee], -1);
    count_in(trying->given, trying->league->of_mentor[j], -1);
  }
}

static void try_all(struct trying *trying, const struct league *league, const struct day *day) {
  *trying = (struct trying){.league = league, .mentees = day->mentees, .mentors = day->mentors, .best = {INT64_MAX, 0, 0}};
  memset(trying->cost, 0xff, sizeof trying->cost);
  for (size_t at = 0; at < day->count; at++) trying->cost[day->pairs[at].mentee][day->pairs[at].mentor] = day->pairs[at].cost;
  memcpy(trying->left, day->seats, day->mentors * sizeof *trying->left);
  try_from(trying, 0, (struct value){0, 0, 0});
}

/* ---- solving ---- */
static struct value solve(const struct league *league, struct day *day) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(8 << 20);
  struct assign_problem pairs = arcs_build(day->mentees, day->mentors, day->seats, day->pairs, day->count, arena);
  struct quota_problem problem = problem_of(league, &pairs);
  struct quota_result result;
  err_note_clear();
  cr_assert_eq(quota_solve(&problem, NULL, arena, &result), ERR_NONE, "%s", err_note_text());
  enum quota_flaw flaw = quota_check(&problem, &result);
  cr_assert_eq(flaw, QUOTA_NO_FLAW, "%s", quota_flaw_text(flaw));
  return (struct value){result.short_by, result.matched, result.cost};
}

static struct value assert_as_tried(const struct league *league, const struct day *day, struct arena *arena, size_t number) {
  static struct trying trying;
  try_all(&trying, league, day);
  CLEANUP(arena_freep) struct arena *tight = NULL;
  struct assign_problem pairs = arcs_build(day->mentees, day->mentors, day->seats, day->pairs, day->count, arena);
  struct quota_problem problem = problem_of(league, &pairs);
  struct quota_result got;
  tight = arena_new(quota_result_bytes(&problem));
  enum err err = quota_solve(&problem, NULL, tight, &got);
  cr_assert_eq(err, ERR_NONE, "day %zu: %s: %s", number, err_name(err), err_note_text());
  struct value want = trying.best;
  cr_assert(got.short_by == want.short_by && got.matched == want.matched && got.cost == want.cost,
            "day %zu: short by %" PRId64 ", %zu for %" PRId64 "; but %" PRId64 ", %zu for %" PRId64, number, got.short_by, got.matched, got.cost,
            want.short_by, want.matched, want.cost);
  for (size_t o = 0; o < league->organisations; o++)
    if (got.accounts[o].short_by > 0)
      cr_assert_eq(got.accounts[o].could, trying.could[o], "day %zu: organisation %zu could %d", number, o, (int)trying.could[o]);
  return want;
}

Test(quota, small_rounds_are_as_good_as_everything_tried_and_proven) {
  static const int32_t costs[] = {0, 1, 5, 100, ASSIGN_COST_MAX};
  struct chance chance = {instance_seed()};
  static struct league league;
  DAY(day);
  size_t broken = 0, fewer = 0, dearer = 0;
  for (size_t n = 0; n < 6000; n++) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    struct instance_shape shape = {chance_below(&chance, SMALL + 1), chance_below(&chance, SMALL + 1), 30 + chance_below(&chance, 71),
                                   1 + (int32_t)chance_below(&chance, 3), costs[chance_below(&chance, ARRAY_LEN(costs))]};
    day_draw(&day, &shape, &chance);
    draw_league(&league, &day, chance_below(&chance, ORGANISATIONS + 1), 3, &chance);
    struct value value = assert_as_tried(&league, &day, arena, n);
    struct day_answer plain = day_brute(&day, false);
    broken += value.short_by > 0;
    fewer += value.matched < plain.matched;
    dearer += value.matched == plain.matched && value.cost > plain.cost;
  }
  fprintf(stderr, "quota: of 6000 days %zu with a quota broken, %zu with fewer matched, %zu dearer than without quotas\n", broken, fewer, dearer);
  cr_assert(broken > 500 && fewer > 300 && dearer > 50);
}

Test(quota, without_quotas_it_is_the_plain_round) {
  struct chance chance = {instance_seed()};
  static struct league league;
  DAY(day);
  for (size_t n = 0; n < ROUNDS; n++) {
    struct instance_shape shape = {80, 30, 30, 4, 5000};
    day_draw(&day, &shape, &chance);
    draw_league(&league, &day, 6, 10, &chance);
    for (size_t o = 0; o < 6; o++) league.quotas[o] = (struct quota){QUOTA_NONE, QUOTA_NONE, QUOTA_NONE};
    struct value got = solve(&league, &day);
    struct day_answer want = day_solve(&day, false);
    cr_assert(got.short_by == 0 && got.matched == want.matched && got.cost == want.cost);
  }
}

/* ---- by hand: one mentor, one seat; 0 is of A, 1 of B, and cheaper ---- */
static void one_seat(struct league *league, struct day *day) {
  *league = (struct league){.organisations = 2, .of_mentee = {0, 1}, .of_mentor = {QUOTA_NONE}};
  for (size_t o = 0; o < 2; o++) league->quotas[o] = (struct quota){QUOTA_NONE, QUOTA_NONE, QUOTA_NONE};
  day->mentees = 2;
  day->mentors = 1;
  day->seats[0] = 1;
  day->count = 0;
  day_add(day, 0, 0, 90);
  day_add(day, 1, 0, 10);
}

#define SOLVED(league, day)                                           \
  struct assign_problem pairs = day_problem(&(day));                  \
  struct quota_problem problem = problem_of(&(league), &pairs);       \
  struct quota_result result;                                         \
  cr_assert_eq(quota_solve(&problem, NULL, (day).arena, &result), ERR_NONE, "%s", err_note_text())

Test(quota, who_must_be_placed_comes_before_who_is_cheaper) {
  static struct league league;
  DAY(day);
  one_seat(&league, &day);
  league.quotas[0].at_least = 1;
  SOLVED(league, day);
  cr_assert(result.mentor_of[0] == 0 && result.mentor_of[1] == ASSIGN_NOBODY && result.cost == 90 && result.short_by == 0);
}

Test(quota, what_cannot_be_kept_is_named_with_its_number_and_whether_it_could_be_alone) {
  static struct league league;
  DAY(day);
  one_seat(&league, &day);
  league.quotas[0].at_least = 3;
  league.quotas[1].at_least = 1;
  SOLVED(league, day);
  cr_assert(result.short_by == 3 && result.matched == 1 && result.cost == 10);
  cr_assert(result.accounts[0].short_by == 3 && result.accounts[0].could == 1, "even alone no more than one");
  cr_assert(result.accounts[1].short_by == 0 && result.accounts[1].placed == 1);
}

Test(quota, two_that_clash_are_told_from_one_that_is_out_of_reach) {
  static struct league league;
  DAY(day);
  one_seat(&league, &day);
  league.quotas[0].at_least = league.quotas[1].at_least = 1;
  SOLVED(league, day);
  cr_assert(result.short_by == 1 && result.accounts[0].short_by == 1);
  cr_assert_eq(result.accounts[0].could, 1, "it could be kept, were it not for the other");
}

Test(quota, nobody_is_placed_beyond_at_most_and_nothing_given_beyond_gives_though_seats_are_free) {
  static struct league league;
  DAY(day);
  one_seat(&league, &day);
  day.seats[0] = 5;
  league.quotas[1].at_most = 0;
  SOLVED(league, day);
  cr_assert(result.mentor_of[1] == ASSIGN_NOBODY && result.mentor_of[0] == 0);
  league.quotas[1].at_most = QUOTA_NONE;
  league.of_mentor[0] = 0;
  league.quotas[0].gives = 1;
  cr_assert_eq(quota_solve(&problem, NULL, day.arena, &result), ERR_NONE);
  cr_assert(result.matched == 1 && result.mentor_of[1] == 0 && result.accounts[0].given == 1, "the cheaper of the two");
  league.quotas[0] = (struct quota){2, 1, QUOTA_NONE};
  cr_assert_eq(quota_solve(&problem, NULL, day.arena, &result), ERR_NONE);
  cr_assert(result.accounts[0].short_by == 1 && result.accounts[0].could == 1, "its own at_most stands against its at_least");
}

/* ---- what must not change anything ---- */
static void draw_large(struct league *league, struct day *day, struct chance *chance) {
  struct instance_shape shape = {60, 25, 40, 4, 3000};
  day_draw(day, &shape, chance);
  draw_league(league, day, 5, 12, chance);
}

Test(quota, order_of_people_and_of_organisations_changes_nothing) {
  struct chance chance = {instance_seed()};
  static struct league league, turned;
  DAY(day);
  for (size_t n = 0; n < ROUNDS; n++) {
    draw_large(&league, &day, &chance);
    struct value before = solve(&league, &day);
    turned.organisations = 5;
    for (size_t o = 0; o < 5; o++) turned.quotas[o * 2 % 5] = league.quotas[o];
    for (size_t i = 0; i < 60; i++) turned.of_mentee[i * 7 % 60] = league.of_mentee[i] == QUOTA_NONE ? QUOTA_NONE : league.of_mentee[i] * 2 % 5;
    for (size_t j = 0; j < 25; j++) turned.of_mentor[j * 3 % 25] = league.of_mentor[j] == QUOTA_NONE ? QUOTA_NONE : league.of_mentor[j] * 2 % 5;
    int32_t seats[25];
    memcpy(seats, day.seats, sizeof seats);
    for (size_t j = 0; j < 25; j++) day.seats[j * 3 % 25] = seats[j];
    for (size_t at = 0; at < day.count; at++) {
      day.pairs[at].mentee = day.pairs[at].mentee * 7 % 60;
      day.pairs[at].mentor = day.pairs[at].mentor * 3 % 25;
    }
    struct value after = solve(&turned, &day);
    cr_assert(after.short_by == before.short_by && after.matched == before.matched && after.cost == before.cost);
  }
}

Test(quota, a_constant_on_every_pair_is_added_for_each_who_is_matched) {
  struct chance chance = {instance_seed()};
  static struct league league;
  DAY(day);
  for (size_t n = 0; n < ROUNDS; n++) {
    draw_large(&league, &day, &chance);
    struct value before = solve(&league, &day);
    for (size_t at = 0; at < day.count; at++) day.pairs[at].cost += 1000;
    struct value after = solve(&league, &day);
    cr_assert(after.short_by == before.short_by && after.matched == before.matched && after.cost == before.cost + 1000 * (int64_t)before.matched);
  }
}

Test(quota, a_rule_more_never_makes_anything_better_and_one_that_is_kept_anyway_changes_nothing) {
  struct chance chance = {instance_seed()};
  static struct league league;
  DAY(day);
  size_t dearer = 0;
  for (size_t n = 0; n < ROUNDS; n++) {
    draw_large(&league, &day, &chance);
    league.quotas[2] = (struct quota){QUOTA_NONE, QUOTA_NONE, QUOTA_NONE};
    struct value before = solve(&league, &day), after;
    league.quotas[2].at_most = 3;
    after = solve(&league, &day);
    cr_assert(after.short_by > before.short_by || after.matched < before.matched || (after.matched == before.matched && after.cost >= before.cost));
    dearer += after.matched < before.matched || after.cost != before.cost;
    league.quotas[2] = (struct quota){0, 60, 1000};
    after = solve(&league, &day);
    cr_assert(after.short_by == before.short_by && after.matched == before.matched && after.cost == before.cost);
  }
  cr_assert_gt(dearer, 0);
}

/* ---- the proof ---- */
Test(quota, a_price_or_a_pair_made_wrong_is_refused_or_the_result_is_best_all_the_same) {
  struct chance chance = {instance_seed()};
  static struct league league;
  DAY(day);
  size_t refused = 0;
  for (size_t n = 0; n < 200; n++) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    draw_large(&league, &day, &chance);
    struct assign_problem pairs = arcs_build(day.mentees, day.mentors, day.seats, day.pairs, day.count, arena);
    struct quota_problem problem = problem_of(&league, &pairs);
    struct quota_result result;
    cr_assert_eq(quota_solve(&problem, NULL, arena, &result), ERR_NONE);
    int64_t prices[25];
    int32_t mentor_of[60];
    memcpy(prices, result.cheapest.seat, sizeof prices);
    memcpy(mentor_of, result.mentor_of, sizeof mentor_of);
    prices[chance_below(&chance, 25)] += 1 + (int64_t)chance_below(&chance, 50);
    result.cheapest.seat = prices;
    refused += quota_check(&problem, &result) != QUOTA_NO_FLAW; /* a higher price may still prove it where others can do without */
    result.cost--;
    cr_assert_eq(quota_check(&problem, &result), QUOTA_SUMS);
    result.cost++;
    result.mentor_of = mentor_of;
    mentor_of[0] = mentor_of[0] == ASSIGN_NOBODY ? 30 : ASSIGN_NOBODY;
    cr_assert_neq(quota_check(&problem, &result), QUOTA_NO_FLAW);
  }
  cr_assert_gt(refused, 100, "%zu", refused);
}

Test(quota, fewer_matched_or_more_missing_than_need_be_is_refused_with_the_best_prices) {
  static struct league league;
  DAY(day);
  one_seat(&league, &day);
  league.quotas[0].at_least = 1;
  SOLVED(league, day);
  int32_t other[2] = {ASSIGN_NOBODY, 0}, nobody[2] = {ASSIGN_NOBODY, ASSIGN_NOBODY};
  struct quota_account accounts[2] = {{0, 0, 1, 1}, {1, 0, 0, 0}};
  struct quota_result forged = result;
  forged.mentor_of = other;
  forged.accounts = accounts;
  forged.cost = 10;
  forged.short_by = 1;
  cr_assert_eq(quota_check(&problem, &forged), QUOTA_MOST);
  accounts[1].placed = 0;
  forged.mentor_of = nobody;
  forged.matched = 0;
  forged.cost = 0;
  cr_assert_eq(quota_check(&problem, &forged), QUOTA_MOST);
  league.quotas[0].at_most = 0;
  cr_assert_eq(quota_check(&problem, &result), QUOTA_BROKEN);
}

/* ---- the door ---- */
Test(quota, what_cannot_be_is_refused_and_a_cancel_ends_it) {
  static struct league league;
  DAY(day);
  one_seat(&league, &day);
  struct assign_problem pairs = day_problem(&day);
  struct quota_problem problem = problem_of(&league, &pairs);
  struct quota_result result = {.matched = 77};
  atomic_bool cancel = true;
  struct assign_options fair = {.fair = true}, cancelled = {.cancel = &cancel};
  cr_assert_eq(quota_solve(&problem, &fair, day.arena, &result), ERR_BAD_INPUT);
  err_note_clear();
  cr_assert_eq(quota_solve(&problem, &cancelled, day.arena, &result), ERR_GONE);
  league.of_mentee[1] = 2;
  err_note_clear();
  cr_assert_eq(quota_solve(&problem, NULL, day.arena, &result), ERR_BAD_INPUT);
  league.of_mentee[1] = 1;
  league.quotas[1].gives = -2;
  err_note_clear();
  cr_assert_eq(quota_solve(&problem, NULL, day.arena, &result), ERR_BAD_INPUT);
  cr_assert_eq(result.matched, 77);
}

/* Each of 100 likes all 1,000 mentors, who have `seats`; one must stay out: so free seats beside mentors have to be filled. */
static enum err solve_wide(int32_t seats, struct quota_result *ret_result) {
  enum { WIDE = 1000, HIGH = 100 };
  CLEANUP(arena_freep) struct arena *arena = arena_new(16 * WIDE * HIGH);
  static struct league league;
  int64_t *first = arena_alloc(arena, (HIGH + 1) * sizeof *first);
  int32_t *mentor = arena_alloc(arena, WIDE * HIGH * sizeof *mentor), *cost = arena_alloc(arena, WIDE * HIGH * sizeof *cost);
  int32_t *has = arena_alloc(arena, WIDE * sizeof *has);
  for (size_t i = 0; i <= HIGH; i++) first[i] = (int64_t)(i * WIDE);
  for (int32_t at = 0; at < WIDE * HIGH; at++) mentor[at] = at % WIDE;
  for (size_t j = 0; j < WIDE; j++) has[j] = seats;
  league = (struct league){.organisations = 1, .quotas = {{QUOTA_NONE, HIGH - 1, QUOTA_NONE}}};
  struct assign_problem pairs = {HIGH, WIDE, has, first, mentor, cost};
  struct quota_problem problem = problem_of(&league, &pairs);
  CLEANUP(arena_freep) struct arena *kept = arena_new(quota_result_bytes(&problem));
  return quota_solve(&problem, NULL, kept, ret_result);
}

Test(quota, more_free_seats_than_can_be_filled_are_refused_and_those_nobody_can_need_left_out) {
  struct quota_result result = {.matched = 77};
  cr_assert_eq(solve_wide(1000, &result), ERR_LIMITED);
  cr_assert_eq(result.matched, 77);
  err_note_clear();
  cr_assert_eq(solve_wide(2, &result), ERR_NONE, "%s", err_note_text());
  cr_assert_eq(result.matched, 99);
}

Test(quota, the_same_input_gives_the_same_bytes) {
  struct chance chance = {instance_seed()};
  static struct league league;
  DAY(day);
  draw_large(&league, &day, &chance);
  SOLVED(league, day);
  struct quota_result again;
  cr_assert_eq(quota_solve(&problem, NULL, day.arena, &again), ERR_NONE);
  cr_assert_arr_eq(result.mentor_of, again.mentor_of, 60 * sizeof *result.mentor_of);
  cr_assert_arr_eq(result.cheapest.seat, again.cheapest.seat, 25 * sizeof *result.cheapest.seat);
}
