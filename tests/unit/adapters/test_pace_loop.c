/* test_pace_loop.c: when a loop rests, all it had to say has left, and no timer waits for it. What is measured is the shortest of several
 * tries: this machine has other things to do. */
#include "adapters/kit/pace_loop.h"

#include <criterion/criterion.h>

enum { TRIES = 20 };

static struct world {
  uv_loop_t loop;
  struct pace_loop pace;
  uv_prepare_t said;
  uv_idle_t more;
  uv_timer_t timer;
  int64_t said_us, end_us;
} world;

static int64_t now_us(void) {
  return (int64_t)(uv_hrtime() / 1000);
}

static void on_said(uv_prepare_t *said) {
  (void)said;
  world.said_us = now_us();
}

static void on_timer(uv_timer_t *timer) {
  (void)timer;
  world.end_us = now_us();
}

static void on_more(uv_idle_t *more) {
  (void)more;
}

static void tidy(void) {
  pace_loop_stop(&world.pace);
  uv_close((uv_handle_t *)&world.said, NULL);
  uv_close((uv_handle_t *)&world.more, NULL);
  uv_close((uv_handle_t *)&world.timer, NULL);
  uv_run(&world.loop, UV_RUN_DEFAULT);
  cr_assert_eq(uv_loop_close(&world.loop), 0);
}

/* One turn of a loop that has no wake left, until a timer of so many milliseconds: how long it took. */
static int64_t turn_us(uint64_t timer_ms) {
  world.pace.pace = (struct pace){.paid_us = INT64_MAX / 2};
  uv_update_time(&world.loop);
  uv_timer_start(&world.timer, on_timer, timer_ms, 0);
  world.end_us = 0;
  int64_t begin_us = now_us();
  uv_run(&world.loop, UV_RUN_ONCE);
  return now_us() - begin_us;
}

static void prep(void) {
  cr_assert_eq(uv_loop_init(&world.loop), 0);
  pace_loop_start(&world.pace, &world.loop);
  uv_prepare_init(&world.loop, &world.said);
  uv_idle_init(&world.loop, &world.more);
  uv_timer_init(&world.loop, &world.timer);
  (void)turn_us(1); /* a loop's first turn is without a rest: it has descriptors of its own to show to the kernel */
}

static int64_t shortest_us(uint64_t timer_ms) {
  int64_t shortest = INT64_MAX;
  for (int i = 0; i < TRIES; i++) {
    int64_t took_us = turn_us(timer_ms);
    if (took_us < shortest) shortest = took_us;
  }
  return shortest;
}

TestSuite(pace_loop, .init = prep, .fini = tidy, .timeout = 30);

Test(pace_loop, what_was_said_leaves_before_the_rest) {
  uv_prepare_start(&world.said, on_said);
  (void)turn_us(PACE_WAKE_US / 1000);
  cr_assert_geq(now_us() - world.said_us, PACE_WAKE_US - 1000, "it was said after the rest");
}

Test(pace_loop, no_timer_is_late_for_it) {
  cr_assert_lt(shortest_us(2), PACE_WAKE_US);
  cr_assert_neq(world.end_us, 0);
}

Test(pace_loop, a_rest_counts_as_waiting) {
  cr_assert_lt(shortest_us(10), 10000 + PACE_WAKE_US - 1000, "a timer was reckoned from before the rest");
  cr_assert_neq(world.end_us, 0);
}

Test(pace_loop, no_rest_while_there_is_more_to_do) {
  uv_idle_start(&world.more, on_more);
  cr_assert_lt(shortest_us(1000), PACE_WAKE_US / 2);
}

Test(pace_loop, keeps_no_loop_alive) {
  cr_assert_eq(uv_run(&world.loop, UV_RUN_DEFAULT), 0);
}
