/* test_pace.c: who is asked little wakes at once; who is asked much gathers; who is asked very much never rests. */
#include "adapters/kit/pace.h"

#include <criterion/criterion.h>

static const int64_t start_us = INT64_C(5000000000);

struct day { /* of a process */
  struct pace pace;
  int64_t now_us, used_us, longest_us;
  int wakes, rests;
};

static struct day dawn(void) {
  return (struct day){.now_us = start_us, .used_us = 70000};
}

/* It works, and is about to wait. */
static void works(struct day *day, int64_t work_us) {
  day->now_us += work_us;
  day->used_us += work_us;
  int64_t rest_us = pace_rest_us(&day->pace, day->now_us, day->used_us);
  cr_assert_geq(rest_us, 0);
  day->now_us += rest_us;
  day->wakes++;
  day->rests += rest_us > 0;
  if (rest_us > day->longest_us) day->longest_us = rest_us;
}

/* Something comes every `every_us`, and is found as soon as it is looked for. */
static void lives(struct day *day, int64_t for_us, int64_t every_us, int64_t work_us) {
  int64_t end_us = day->now_us + for_us, next_us = day->now_us;
  while (day->now_us < end_us) {
    int64_t found = 0;
    if (next_us > day->now_us) day->now_us = next_us;
    for (; next_us <= day->now_us; next_us += every_us) found++;
    works(day, found * work_us);
  }
}

Test(pace, now_and_then_is_at_once) {
  struct day day = dawn();
  for (int event = 0; event < 1000; event++) {
    for (int wake = 0; wake < 5; wake++) works(&day, 300);
    day.now_us += 50000;
  }
  cr_assert_eq(day.rests, 0);
}

Test(pace, a_few_in_the_same_moment_are_at_once) {
  struct day day = dawn();
  for (int i = 0; i < PACE_SPARE; i++) works(&day, 100);
  cr_assert_eq(day.rests, 0);
  works(&day, 100);
  works(&day, 100);
  cr_assert_gt(day.rests, 0, "then they are gathered");
  day.now_us += PACE_SPARE * (int64_t)PACE_WAKE_US;
  day.rests = 0;
  for (int i = 0; i < PACE_SPARE; i++) works(&day, 100);
  cr_assert_eq(day.rests, 0, "saved up again");
}

Test(pace, many_are_gathered) {
  struct day day = dawn();
  lives(&day, 10000000, 700, 30);
  int most = PACE_SPARE + 10000000 / PACE_WAKE_US + 1;
  cr_assert_leq(day.wakes, most, "%d wakes", day.wakes);
  cr_assert_gt(day.wakes, most / 2);
  cr_assert_leq(day.longest_us, PACE_WAKE_US);
}

Test(pace, a_rest_that_was_cut_short_is_not_owed) {
  struct day day = dawn();
  for (int i = 0; i < 500; i++) (void)pace_rest_us(&day.pace, day.now_us, day.used_us); /* a timer was due each time */
  day.now_us += 2 * PACE_WAKE_US;
  works(&day, 10);
  cr_assert_eq(day.rests, 0);
}

Test(pace, very_much_is_never_held_back) {
  struct day day = dawn();
  lives(&day, 2000000, 250, 90);
  day.rests = 0;
  lives(&day, 2000000, 250, 90);
  cr_assert_eq(day.rests, 0);
  lives(&day, 2000000, 2000, 90);
  day.rests = 0;
  lives(&day, 1000000, 2000, 90);
  cr_assert_gt(day.rests, 100, "%d rests once there is less again", day.rests);
}

Test(pace, one_long_piece_of_work_is_no_load) {
  struct day day = dawn();
  lives(&day, 2000000, 2000, 90);
  works(&day, PACE_WORK_US / 2);
  day.rests = 0;
  lives(&day, 100000, 2000, 90);
  cr_assert_gt(day.rests, 5, "%d", day.rests);
}
