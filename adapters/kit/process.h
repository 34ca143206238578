/* process.h: what a process with a loop is like: discreet from its first line on, and ended by a signal in order. */
#ifndef MENTORD_PROCESS_H
#define MENTORD_PROCESS_H

#include <uv.h>

enum { PROCESS_SIGNALS = 3 }; /* SIGTERM, SIGINT, and SIGHUP unless it was ignored when the process began */

struct process_signals {
  uv_signal_t handles[PROCESS_SIGNALS]; /* they keep no loop alive */
  void (*stop)(void *who);
  void *who;                            /* borrowed from the caller */
};

/* What the process sees may be somebody's words: no core files, and what it makes is for its user alone. A write to a
 * connection that is gone is an error, and no end. */
void process_keep_to_ourselves(void);
/* `stop` is called at each of the signals. The loop has to run once more after process_leave_signals, as for any handle. */
void process_watch_signals(uv_loop_t *loop, struct process_signals *signals, void (*stop)(void *who), void *who);
void process_leave_signals(struct process_signals *signals); /* a second time does nothing */

#endif
