/* slack_sockets.h: which Socket Mode connections to open, watch and close: two up at all times, a third before one goes. Pure:
 * time and chance come in, what to do comes out. One for each app-level token. */
#ifndef MENTORD_SLACK_SOCKETS_H
#define MENTORD_SLACK_SOCKETS_H

#include "adapters/slack/slack_in.h"

enum { SLACK_SLOTS = 6, SLACK_SOCKETS_WANTED = 2 };
enum { SLACK_OPEN_MS = 10000, SLACK_PING_MS = 10000, SLACK_SILENT_MS = 27000, SLACK_DRAIN_MS = 15000, SLACK_BACKOFF_MS = 1000,
       SLACK_BACKOFF_MS_MAX = 60000, SLACK_STEADY_MS = 2000, SLACK_REFUSED_MS = 180000, SLACK_DISABLED_MS = 60000 };

enum slack_slot_state {
  SLACK_SLOT_CLOSED,
  SLACK_SLOT_FETCHING, /* asked for an address */
  SLACK_SLOT_WAITING,  /* connects, or connected and waits for hello */
  SLACK_SLOT_UP,
  SLACK_SLOT_LEAVING,  /* up, and Slack will close it: its successor is on the way */
  SLACK_SLOT_DRAINING, /* its successor is up: still read and acknowledged on until Slack closes it, or SLACK_DRAIN_MS pass */
  SLACK_SLOT_STATE_MAX_
};

/* Why no connection came about. */
enum slack_trouble { SLACK_TROUBLE_AGAIN, SLACK_TROUBLE_REFUSED, SLACK_TROUBLE_DISABLED, SLACK_TROUBLE_TOO_MANY };

struct slack_slot {
  enum slack_slot_state state;
  int64_t deadline_ms;  /* FETCHING, WAITING: give up; DRAINING: close */
  int64_t up_ms, heard_ms, renew_ms;
  bool pinged;          /* since it was last heard */
};

struct slack_sockets {
  struct slack_slot slots[SLACK_SLOTS];
  int64_t next_ms;      /* no address is asked for before */
  int failures;         /* in a row */
  int64_t none_since_ms; /* since when none was up; 0: one is */
  int64_t gap_ms;       /* the longest time without one, after the first */
  bool ever_up;
};

enum slack_do { SLACK_DO_NOTHING, SLACK_DO_FETCH, SLACK_DO_PING, SLACK_DO_CLOSE, SLACK_DO_DROP }; /* DROP: it is silent, or late */
struct slack_todo {
  enum slack_do what;
  int slot;
};

/* `chance` is drawn by the caller anew for each call, from 0 up to but not 1. */
void slack_sockets_init(struct slack_sockets *sockets);
/* What to do now; ask until it says NOTHING. CLOSE and DROP empty the slot. */
struct slack_todo slack_sockets_next(struct slack_sockets *sockets, int64_t now_ms, double chance);
int64_t slack_sockets_wake_ms(const struct slack_sockets *sockets); /* when to ask again by itself */

void slack_sockets_address(struct slack_sockets *sockets, int slot); /* it came: connect */
void slack_sockets_hello(struct slack_sockets *sockets, int slot, int64_t lives_s, int64_t now_ms, double chance);
void slack_sockets_heard(struct slack_sockets *sockets, int slot, int64_t now_ms);
void slack_sockets_bye(struct slack_sockets *sockets, int slot, enum slack_reason reason, int64_t now_ms, double chance);
/* The slot is empty: no address, no handshake, or an end. `wait_ms`: what Slack asked for, or 0;
 * at most an hour of it is waited. */
void slack_sockets_gone(struct slack_sockets *sockets, int slot, enum slack_trouble trouble, int64_t wait_ms, int64_t now_ms, double chance);
/* What it waits for is there now (a file was changed, an operator asks): no more waiting. */
void slack_sockets_hurry(struct slack_sockets *sockets);
int slack_sockets_up(const struct slack_sockets *sockets); /* how many carry events now */
bool slack_sockets_open(const struct slack_sockets *sockets); /* one does, or is about to */

#endif
