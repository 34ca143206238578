/* pace.h: how often a process wakes under load. Pure: time comes in. */
#ifndef MENTORD_PACE_H
#define MENTORD_PACE_H

#include "bot/base/base.h"

enum {
  /* To wake costs more than the event it was for: the caches are cold by then, and each neighbour is woken in its turn. Who rests so long
   * finds several events at once. Nobody who waits for an answer feels 8 ms, and the few such rests on an answer's way stay far below
   * what is wanted of an acknowledgement (50 ms). */
  PACE_WAKE_US = 8000,
  /* So many wakes are saved up while it is quiet, and go without a rest. An event takes four or five: whoever writes now and then is
   * answered at once, and so are eight who write in the same moment. */
  PACE_SPARE = 40,
  /* Who works for more than a twelfth of the time, and has done so for a while, finds enough whenever it looks: a rest would only hold
   * things back. Of what was worked a twelfth of the time is forgotten; more than so much is a while. */
  PACE_WORK_PART = 12, PACE_WORK_US = 20000
};

struct pace { /* all zero at first */
  int64_t paid_us;   /* wakes are paid with time: up to then they are */
  int64_t asked_us;  /* when it was asked last how long to rest … */
  int64_t used_us;   /* … and how much of a processor's time was used by then */
  int64_t worked_us; /* and not forgotten yet */
};

/* The process has done all there was, and is about to wait: for so long it had better not look. 0: it may at once. `used_us`: of a
 * processor's time, since whenever. */
int64_t pace_rest_us(struct pace *pace, int64_t now_us, int64_t used_us);

#endif
