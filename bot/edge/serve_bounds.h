/* serve_bounds.h: how much, how many and how long at a time in a served scheme; for serve*.c only. */
#ifndef MENTORD_SERVE_BOUNDS_H
#define MENTORD_SERVE_BOUNDS_H

enum {
  SERVE_ARENA_BYTES = 32 * 1024 * 1024, SERVE_EVENT_BYTES = 2 * 1024 * 1024,
  SERVE_RIDE_MS = 15,         /* results wait so long for a commit to ride with */
  SERVE_CONTROL_MS = 250,     /* how often the control list is looked at */
  SERVE_RENEW_MS = 500, SERVE_SLOW_MS = 1000, /* one that takes so long: the store is slow */
  SERVE_RETRY_MS = 500, SERVE_RETRY_MS_MAX = 2000, /* longer while the store takes nothing: each try loads the scheme */
  SERVE_CLOCK_STEPS_MAX = 50, /* timers run in one tick */
  SERVE_REMEMBERED_DAYS = 2,  /* event ids are known of today and so many days before: see store.h */
  SERVE_DAY_MS = 86400000, SERVE_FLIGHT_MAX = 1024, SERVE_OUTBOX_LONG = 500,    /* rows that wait: a message to many goes on only while there are fewer */
  SERVE_ANSWERS_MAX = 32      /* that wait for one person: what they write then is left out, and they are told */
};

#endif
