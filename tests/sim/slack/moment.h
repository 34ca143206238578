/* moment.h: the simulator's own time, which tests may push forward, and what is due at a moment of it. */
#ifndef SIM_SLACK_MOMENT_H
#define SIM_SLACK_MOMENT_H

#include <uv.h>

#include "bot/base/heap.h"

enum { MOMENT_ADVANCE_MAX_MS = 7 * 24 * 3600 * 1000 }; /* one push: a week */

struct moment {
  uv_timer_t timer;
  struct heap due;
  int64_t start_wall_ms, start_boot_ms, pushed_ms, held_ms; /* held_ms >= 0: time stands there while a push is under way */
  int64_t last_us;
};

struct timer {
  struct heap_node node;
  void (*fire)(void *who);
  void *who; /* borrowed: whoever carries the timer */
};

void moment_init(struct moment *moment, uv_loop_t *loop);
int64_t moment_ms(const struct moment *moment);      /* since the start */
int64_t moment_wall_ms(const struct moment *moment); /* since 1970 */
int64_t moment_next_us(struct moment *moment);       /* wall, in microseconds, each one later than the last: for ts */
void moment_after(struct moment *moment, struct timer *timer, int64_t ms, void (*fire)(void *who), void *who); /* arms it anew */
void moment_cancel(struct moment *moment, struct timer *timer);
void moment_advance(struct moment *moment, int64_t ms); /* fires what falls due on the way, each at its own moment */
void moment_close(struct moment *moment);               /* closes the loop's handle */
void moment_done(struct moment *moment);                /* after the loop has run out */

#endif
