/* serve_attempt.h: one event on its way through, shared by serve_turn.c, serve_wait.c and serve_commit.c only. */
#ifndef MENTORD_SERVE_ATTEMPT_H
#define MENTORD_SERVE_ATTEMPT_H

#include "bot/edge/serve_parts.h"

struct attempt { /* all borrowed from who made it, the last three from the turn */
  struct serve *serve;
  const struct event *event;
  const struct link_blob *keeps;
  size_t keep_count;
  const char *take;
  bool named;                            /* it has an id, and so … */
  uint8_t hash[STORE_EVENT_ID_BYTES];    /* … this is it */
  struct arena *arena;
  struct txn *txn;
  const struct line *reply;
};

/* ---- serve_turn.c ---- */
struct attempt serve_attempt(struct serve *serve, const struct event *event, const struct link_blob *keeps, size_t keep_count);
/* What came twice happens once: it is acknowledged again, and that is all. */
bool serve_is_repeat(const struct attempt *attempt);
/* False: it must wait for a key; nothing happened. */
bool serve_attempt_run(struct attempt *attempt);
const char *serve_reply(struct attempt *attempt); /* the acknowledgement's, in the attempt's arena; NULL: none */

/* ---- serve_commit.c ---- */
void serve_commit_turn(struct attempt *attempt);
/* Nothing changed, or it is kept already: no commit, but the acknowledgement waits for what is under way. */
void serve_acknowledge_later(struct serve *serve, const struct event *event, const char *reply);

/* ---- serve_wait.c ---- */
bool serve_must_wait(const struct serve *serve);
void serve_wait_with(struct serve *serve, const struct event *event, const struct link_blob *keeps, size_t keep_count);
/* What waits for a key holds back all that came after it, but a list has no order with what people do. */
void serve_wait_for_keys(struct serve *serve, const struct event *event);

#endif
