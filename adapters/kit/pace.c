/* pace.c: every wake is paid with time. Unspent time is saved up to a bound; who has none left rests, unless there is much to do. */
#include "adapters/kit/pace.h"

static int64_t between(int64_t value, int64_t least, int64_t most) {
  return value < least ? least : value > most ? most : value;
}

static bool has_much_to_do(struct pace *pace, int64_t now_us, int64_t used_us) {
  int64_t more_us = used_us - pace->used_us - (now_us - pace->asked_us) / PACE_WORK_PART;
  pace->worked_us = between(pace->worked_us + more_us, 0, 2 * PACE_WORK_US);
  pace->asked_us = now_us;
  pace->used_us = used_us;
  return pace->worked_us > PACE_WORK_US;
}

int64_t pace_rest_us(struct pace *pace, int64_t now_us, int64_t used_us) {
  if (has_much_to_do(pace, now_us, used_us)) return 0;
  int64_t saved_us = now_us - (int64_t)PACE_SPARE * PACE_WAKE_US;
  pace->paid_us = between(pace->paid_us + PACE_WAKE_US, saved_us, now_us + PACE_WAKE_US); /* a rest that was cut short is not owed */
  return between(pace->paid_us - now_us, 0, PACE_WAKE_US);
}
