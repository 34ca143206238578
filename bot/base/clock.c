/* clock.c: asks the kernel's two clocks that we use. */
#include "bot/base/clock.h"

#include <time.h>

static int64_t clock_ms(clockid_t which) {
  struct timespec now;
  int failed = clock_gettime(which, &now);
  assert(!failed);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void) {
  return clock_ms(CLOCK_REALTIME);
}

int64_t clock_boot_ms(void) {
  return clock_ms(CLOCK_BOOTTIME);
}
