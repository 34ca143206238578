/* moment.c: the machine's time plus what was pushed; one timer of the loop for all that is due. */
#include "tests/sim/slack/moment.h"

#include "bot/base/clock.h"

enum { FIRES_MAX = 10000 }; /* in one go, so that the loop breathes */

static void watch(struct moment *moment);

void moment_init(struct moment *moment, uv_loop_t *loop) {
  *moment = (struct moment){.start_wall_ms = clock_wall_ms(), .start_boot_ms = clock_boot_ms(), .held_ms = -1};
  int failed = uv_timer_init(loop, &moment->timer);
  assert(!failed);
  moment->timer.data = moment;
}

int64_t moment_ms(const struct moment *moment) {
  return moment->held_ms >= 0 ? moment->held_ms : clock_boot_ms() - moment->start_boot_ms + moment->pushed_ms;
}

int64_t moment_wall_ms(const struct moment *moment) {
  return moment->start_wall_ms + moment_ms(moment);
}

int64_t moment_next_us(struct moment *moment) {
  int64_t us = moment_wall_ms(moment) * 1000;
  moment->last_us = us > moment->last_us ? us : moment->last_us + 1;
  return moment->last_us;
}

static bool fire_until(struct moment *moment, int64_t until_ms, bool hold) {
  for (int i = 0; heap_first(&moment->due) != NULL; i++) {
    int64_t key = heap_first_key(&moment->due);
    if (key > until_ms) return true;
    if (!hold && i == FIRES_MAX) return false;
    struct timer *timer = heap_first(&moment->due);
    heap_remove(&moment->due, &timer->node);
    if (hold && key > moment->held_ms) moment->held_ms = key;
    timer->fire(timer->who);
  }
  return true;
}

static void on_timer(uv_timer_t *handle) {
  struct moment *moment = handle->data;
  (void)fire_until(moment, moment_ms(moment), false);
  watch(moment);
}

static void watch(struct moment *moment) {
  if (uv_is_closing((uv_handle_t *)&moment->timer)) return;
  (void)uv_timer_stop(&moment->timer);
  if (heap_first(&moment->due) == NULL || moment->held_ms >= 0) return;
  int64_t wait = heap_first_key(&moment->due) - moment_ms(moment);
  uv_update_time(moment->timer.loop);
  (void)uv_timer_start(&moment->timer, on_timer, wait > 0 ? (uint64_t)wait : 0, 0);
}

void moment_after(struct moment *moment, struct timer *timer, int64_t ms, void (*fire)(void *who), void *who) {
  heap_remove(&moment->due, &timer->node);
  timer->fire = fire;
  timer->who = who;
  heap_add(&moment->due, &timer->node, moment_ms(moment) + (ms > 0 ? ms : 0), timer);
  watch(moment);
}

void moment_cancel(struct moment *moment, struct timer *timer) {
  heap_remove(&moment->due, &timer->node);
}

void moment_advance(struct moment *moment, int64_t ms) {
  if (moment->held_ms >= 0) return;
  int64_t until = moment_ms(moment) + ms;
  moment->held_ms = moment_ms(moment);
  (void)fire_until(moment, until, true);
  moment->held_ms = -1;
  moment->pushed_ms += ms;
  watch(moment);
}

void moment_close(struct moment *moment) {
  uv_close((uv_handle_t *)&moment->timer, NULL);
}

void moment_done(struct moment *moment) {
  heap_done(&moment->due);
}
