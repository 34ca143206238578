/* pace_loop.h: a loop that keeps to a pace. */
#ifndef MENTORD_PACE_LOOP_H
#define MENTORD_PACE_LOOP_H

#include <uv.h>

#include "adapters/kit/pace.h"

struct pace_loop {
  struct pace pace;
  uv_prepare_t prepare; /* keeps no loop alive */
};

/* First of all on this loop: libuv calls who came last first, and whatever else is done before the loop sleeps (link_flush.h) has to be
 * done before it rests. */
void pace_loop_start(struct pace_loop *pace, uv_loop_t *loop);
void pace_loop_stop(struct pace_loop *pace); /* the loop has to run once more */

#endif
