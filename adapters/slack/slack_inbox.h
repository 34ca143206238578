/* slack_inbox.h: events that the bot has not acknowledged yet, and which envelopes of Slack's wait for that. Bounded, in the order
 * they came. Pure: time comes in. */
#ifndef MENTORD_SLACK_INBOX_H
#define MENTORD_SLACK_INBOX_H

#include "adapters/slack/slack_in.h"

enum { SLACK_INBOX_MAX = 4096, SLACK_ENVELOPES_MAX = 16, SLACK_ENVELOPE_BYTES = 256 };
/* Slack waits 3 s; some of that is on the way. */
enum { SLACK_HURRY_MS = 2300 };

struct slack_envelope {
  uint64_t connection;    /* which brought it: only there it can be acknowledged */
  char id[SLACK_ENVELOPE_BYTES];
};

struct slack_row {
  struct slack_row *before, *behind; /* owned by the inbox */
  struct arena *arena;    /* owned; `in` lives in it, and later what is said about it */
  size_t bytes;           /* of the arena when it came: what the inbox counts */
  struct slack_in in;
  int64_t came_ms;
  bool held;              /* who did it is asked for first */
  bool sent;              /* to the bot that is there now */
  bool answered;          /* its person was told that it was too late; no envelope waits */
  size_t envelope_count;
  struct slack_envelope envelopes[SLACK_ENVELOPES_MAX]; /* last: room that most rows never touch */
};

struct slack_inbox;

struct slack_inbox *slack_inbox_new(void);
/* Takes the arena, into which `in` was read. NULL when it is full: leave the envelope unacknowledged, Slack brings it again. */
struct slack_row *slack_inbox_add(struct slack_inbox *inbox, struct arena *arena, const struct slack_in *in, uint64_t connection, int64_t now_ms);
struct slack_row *slack_inbox_find(const struct slack_inbox *inbox, const char *event);
/* It came again while it waits: its new envelope wants an answer too. */
void slack_inbox_again(struct slack_row *row, const char *envelope, uint64_t connection);
struct slack_row *slack_inbox_next(struct slack_inbox *inbox); /* the oldest that is neither sent nor held; NULL: none */
void slack_inbox_rewind(struct slack_inbox *inbox);                  /* another bot: all is to be sent again */
/* A command, click or form that waits for SLACK_HURRY_MS: what Slack allows must be said now. NULL: none, and *ret_next_ms is
 * when to look again (INT64_MAX: never). */
struct slack_row *slack_inbox_late(const struct slack_inbox *inbox, int64_t now_ms, int64_t *ret_next_ms);
void slack_inbox_drop(struct slack_inbox *inbox, struct slack_row *row);
size_t slack_inbox_count(const struct slack_inbox *inbox);
struct slack_inbox *slack_inbox_free(struct slack_inbox *inbox); /* takes NULL, returns NULL */

#endif
