/* test_backup.c: second choices: never the first, never more than a mentor may be reserve for, and as good as anything there is. */
#include "bot/match/backup.h"

#include "bot/match/certificate.h"
#include "tests/unit/match/market_day.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

enum { SMALL = 6, ROUNDS = 30 };

#define BACKUP_SOLVED(day, first, second, options)                                                                        \
  CLEANUP(arena_freep) struct arena *arena = arena_new(8 << 20);                                                          \
  struct assign_problem problem = arcs_build((day)->mentees, (day)->mentors, (day)->seats, (day)->pairs, (day)->count, arena); \
  struct assign_result first;                                                                                             \
  struct backup second;                                                                                                   \
  cr_assert_eq(assign_solve(&problem, NULL, arena, &first), ERR_NONE, "%s", err_note_text());                              \
  cr_assert_eq(backup_solve(&problem, first.mentor_of, options, arena, &second), ERR_NONE, "%s", err_note_text())

/* Nothing of the backup's own problem is trusted: pairs are looked up in the day, limits counted again. */
static void assert_second_choices(const struct day *day, const int32_t *first_choice, const struct backup *backup, int32_t per_mentor) {
  int32_t load[DAY_SIDE_MAX] = {0};
  int64_t cost = 0;
  size_t matched = 0;
  for (size_t at = 0; at < day->count; at++) {
    const struct arcs_pair *pair = &day->pairs[at];
    if (backup->result.mentor_of[pair->mentee] != (int32_t)pair->mentor) continue;
    cr_assert_neq(first_choice[pair->mentee], (int32_t)pair->mentor, "mentee %u has the same mentor twice", pair->mentee);
    load[pair->mentor]++;
    cost += pair->cost;
    matched++;
  }
  cr_assert(matched == backup->result.matched && cost == backup->result.cost);
  for (size_t j = 0; j < day->mentors; j++) {
    int32_t most = per_mentor == 0 || day->seats[j] == 0 ? day->seats[j] : per_mentor;
    cr_assert_leq(load[j], most, "mentor %zu is reserve for %d", j, (int)load[j]);
  }
  cr_assert_eq(certificate_check(&backup->problem, &backup->result, false), CERTIFICATE_NONE);
}

/* The day in which the first choices never were. */
static void take_out(struct day *day, const int32_t *first_choice, int32_t per_mentor) {
  size_t left = 0;
  for (size_t at = 0; at < day->count; at++)
    if (first_choice[day->pairs[at].mentee] != (int32_t)day->pairs[at].mentor) day->pairs[left++] = day->pairs[at];
  day->count = left;
  for (size_t j = 0; j < day->mentors && per_mentor > 0; j++) day->seats[j] = day->seats[j] > 0 ? per_mentor : 0;
}

static void draw_small(struct day *day, struct chance *chance) {
  static const int32_t costs[] = {0, 2, 9, SCORE_MAX};
  struct instance_shape shape = {chance_below(chance, SMALL + 1), 1 + chance_below(chance, SMALL), 30 + chance_below(chance, 71),
                                 1 + (int32_t)chance_below(chance, 3), costs[chance_below(chance, ARRAY_LEN(costs))]};
  day_draw(day, &shape, chance);
}

Test(backup, small_rounds_are_as_good_as_everything_tried) {
  struct chance chance = {instance_seed()};
  size_t differs = 0;
  DAY(day);
  for (size_t n = 0; n < 2000; n++) {
    draw_small(&day, &chance);
    struct backup_options options = {.per_mentor = (int32_t)chance_below(&chance, 4)};
    BACKUP_SOLVED(&day, first, second, &options);
    assert_second_choices(&day, first.mentor_of, &second, options.per_mentor);
    take_out(&day, first.mentor_of, options.per_mentor);
    struct day_answer want = day_brute(&day, false);
    cr_assert(second.result.matched == want.matched && second.result.cost == want.cost, "%zu: %zu for %" PRId64 ", but %zu for %" PRId64, n,
              second.result.matched, second.result.cost, want.matched, want.cost);
    differs += second.result.matched > 0 && second.result.cost > first.cost;
  }
  cr_assert_gt(differs, 300, "second choices that are dearer are what it is about");
}

Test(backup, fair_second_choices_have_the_best_worst) {
  struct chance chance = {instance_seed()};
  DAY(day);
  for (size_t n = 0; n < 300; n++) {
    draw_small(&day, &chance);
    struct assign_options engine = {.fair = true};
    struct backup_options options = {.engine = &engine};
    BACKUP_SOLVED(&day, first, second, &options);
    take_out(&day, first.mentor_of, 0);
    struct day_answer want = day_brute(&day, true);
    cr_assert(second.result.matched == want.matched && second.result.worst == want.worst && second.result.cost == want.cost);
  }
}

/* Everybody likes mentor 0 best, who has one seat; with a limit of 1 they are reserve for one. */
Test(backup, the_mentor_whom_all_want_is_reserve_for_as_many_as_the_limit_says) {
  for (int32_t limit = 1; limit <= 3; limit++) {
    DAY(day);
    day.mentees = day.mentors = 5;
    for (size_t j = 0; j < 5; j++) day.seats[j] = 1;
    for (size_t i = 0; i < 5; i++)
      for (size_t j = 0; j < 5; j++) day_add(&day, i, j, j == 0 ? 1 : 100);
    struct backup_options options = {.per_mentor = limit};
    BACKUP_SOLVED(&day, first, second, &options);
    assert_second_choices(&day, first.mentor_of, &second, limit);
    int32_t reserve_for = 0;
    for (size_t i = 0; i < 5; i++) reserve_for += second.result.mentor_of[i] == 0;
    cr_assert(reserve_for == limit && second.result.matched == 5, "%d", (int)reserve_for);
  }
}

Test(backup, a_mentor_without_seats_is_nobodys_reserve_and_who_has_nobody_may_have_a_second_choice) {
  DAY(day);
  day.mentees = 3;
  day.mentors = 2;
  day.seats[0] = 1;
  day.seats[1] = 0;
  day_add(&day, 0, 0, 5);
  day_add(&day, 1, 0, 9);
  day_add(&day, 2, 1, 1);
  struct backup_options options = {.per_mentor = 2};
  BACKUP_SOLVED(&day, first, second, &options);
  cr_assert(first.mentor_of[0] == 0 && first.mentor_of[1] == ASSIGN_NOBODY);
  cr_assert(second.result.mentor_of[0] == ASSIGN_NOBODY && second.result.mentor_of[1] == 0 && second.result.mentor_of[2] == ASSIGN_NOBODY);
}

/* ---- what must not change anything ---- */
Test(backup, order_of_people_and_a_constant_on_a_row_change_the_value_as_they_must) {
  struct chance chance = {instance_seed()};
  static struct arcs_pair kept[DAY_PAIRS_MAX];
  DAY(day);
  for (size_t n = 0; n < ROUNDS; n++) {
    struct instance_shape shape = {60, 30, 50, 4, 5000}; /* seats for all: a constant on a row is then added once */
    day_draw(&day, &shape, &chance);
    for (size_t j = 0; j < 30; j++) day.seats[j]++;
    BACKUP_SOLVED(&day, first, second, NULL);
    assert_second_choices(&day, first.mentor_of, &second, 0);
    cr_assert_eq(second.result.matched, 60);
    int32_t turned[60];
    memcpy(kept, day.pairs, day.count * sizeof *kept);
    for (size_t i = 0; i < 60; i++) turned[i * 7 % 60] = first.mentor_of[i];
    for (size_t at = 0; at < day.count; at++) {
      day.pairs[at].mentee = day.pairs[at].mentee * 7 % 60;
      day.pairs[at].cost += day.pairs[at].mentee == 3 ? 777 : 0;
    }
    struct assign_problem other = arcs_build(60, 30, day.seats, day.pairs, day.count, arena);
    struct backup again;
    cr_assert_eq(backup_solve(&other, turned, NULL, arena, &again), ERR_NONE);
    cr_assert(again.result.matched == 60 && again.result.cost == second.result.cost + 777);
  }
}

Test(backup, the_same_input_gives_the_same_bytes) {
  struct chance chance = {instance_seed()};
  DAY(day);
  struct instance_shape shape = {300, 80, 20, 6, 9};
  day_draw(&day, &shape, &chance);
  BACKUP_SOLVED(&day, first, one, NULL);
  struct backup two;
  cr_assert_eq(backup_solve(&problem, first.mentor_of, NULL, arena, &two), ERR_NONE);
  cr_assert_arr_eq(one.result.mentor_of, two.result.mentor_of, 300 * sizeof *one.result.mentor_of);
  cr_assert_arr_eq(one.result.price, two.result.price, 80 * sizeof *one.result.price);
}

Test(backup, what_cannot_be_is_refused_and_a_cancel_ends_it) {
  DAY(day);
  day.mentees = day.mentors = 1;
  day.seats[0] = 1;
  day_add(&day, 0, 0, 5);
  struct assign_problem problem = day_problem(&day);
  struct backup backup = {.result.matched = 77};
  int32_t nobody = ASSIGN_NOBODY;
  struct backup_options options = {.per_mentor = -1};
  cr_assert_eq(backup_solve(&problem, &nobody, &options, day.arena, &backup), ERR_BAD_INPUT);
  atomic_bool cancel = true;
  struct assign_options engine = {.cancel = &cancel};
  options = (struct backup_options){.engine = &engine};
  err_note_clear();
  cr_assert_eq(backup_solve(&problem, &nobody, &options, day.arena, &backup), ERR_GONE);
  day.seats[0] = -1;
  err_note_clear();
  cr_assert_eq(backup_solve(&problem, &nobody, NULL, day.arena, &backup), ERR_BAD_INPUT);
  cr_assert_eq(backup.result.matched, 77);
}

Test(backup, bytes_are_enough) {
  struct chance chance = {instance_seed()};
  DAY(day);
  for (size_t n = 0; n < 50; n++) {
    struct instance_shape shape = {chance_below(&chance, 40), 1 + chance_below(&chance, 40), 50, 3, 100};
    day_draw(&day, &shape, &chance);
    struct assign_problem problem = day_problem(&day);
    CLEANUP(arena_freep) struct arena *tight = arena_new(backup_bytes(&problem));
    int32_t nobody[40];
    memset(nobody, 0xff, sizeof nobody);
    struct backup backup;
    struct backup_options options = {.per_mentor = 2};
    cr_assert_eq(backup_solve(&problem, nobody, &options, tight, &backup), ERR_NONE);
    arena_clear(day.arena);
    day.seats = arena_alloc(day.arena, DAY_SIDE_MAX * sizeof *day.seats);
    day.pairs = arena_alloc(day.arena, DAY_PAIRS_MAX * sizeof *day.pairs);
  }
}
