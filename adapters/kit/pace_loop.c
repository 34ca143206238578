/* pace_loop.c: before the loop waits for its sockets, it rests for as long as its pace says. All it had to do is done by then, and no
 * timer comes late for it; what arrives meanwhile is found together. */
#include "adapters/kit/pace_loop.h"

#include <time.h>

static int64_t clock_us(clockid_t which) {
  struct timespec now;
  int failed = clock_gettime(which, &now);
  assert(!failed);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* A signal ends it: it may be one that ends us. */
static void rest(int64_t rest_us) {
  struct timespec wait = {.tv_nsec = rest_us * 1000};
  (void)nanosleep(&wait, NULL);
}

static void on_prepare(uv_prepare_t *prepare) {
  struct pace_loop *pace = prepare->data;
  int64_t timer_us = (int64_t)uv_backend_timeout(prepare->loop) * 1000;
  if (timer_us == 0) return; /* there is more to do, or a socket that the kernel does not watch yet */
  int64_t rest_us = pace_rest_us(&pace->pace, clock_us(CLOCK_MONOTONIC), clock_us(CLOCK_THREAD_CPUTIME_ID));
  if (rest_us == 0) return;
  rest(timer_us > 0 && timer_us < rest_us ? timer_us : rest_us);
  uv_update_time(prepare->loop); /* how long it may wait is reckoned from now */
}

void pace_loop_start(struct pace_loop *pace, uv_loop_t *loop) {
  pace->pace = (struct pace){0};
  (void)uv_prepare_init(loop, &pace->prepare); /* cannot fail, nor can its start */
  pace->prepare.data = pace;
  (void)uv_prepare_start(&pace->prepare, on_prepare);
  uv_unref((uv_handle_t *)&pace->prepare);
}

void pace_loop_stop(struct pace_loop *pace) {
  uv_close((uv_handle_t *)&pace->prepare, NULL);
}
