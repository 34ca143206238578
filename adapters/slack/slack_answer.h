/* slack_answer.h: what Slack's Web API answered becomes a result of the link. Pure. */
#ifndef MENTORD_SLACK_ANSWER_H
#define MENTORD_SLACK_ANSWER_H

#include "adapters/slack/slack_out.h"

enum { SLACK_ANSWER_BYTES_MAX = 4 * 1024 * 1024, SLACK_NEVER_LEFT = 0, SLACK_NO_ANSWER = -1 };

struct slack_http {
  int status;             /* HTTP's, or SLACK_NEVER_LEFT (no connection), SLACK_NO_ANSWER (it left, nothing came back) */
  int64_t retry_after_s;  /* the header; 0: none */
  const char *body;       /* borrowed for the call */
  size_t bytes;
  const char *scopes;     /* auth.test: the header x-oauth-scopes; NULL: none came. Borrowed for the call */
  const char *note;       /* without an answer: what stood in the way, without anybody's words; NULL: nothing did. Borrowed for the call */
};

struct slack_answer { /* texts live in the arena */
  enum action_result result;  /* SENT, LATER, FAILED, AMBIGUOUS */
  const char *message;        /* SENT: "D1/1772445600.000100", for the done; NULL: this method makes none */
  const char *channel;        /* SENT: the room it made or went to */
  int64_t wait_ms;            /* LATER */
  const char *why;            /* FAILED: a word of PROTOCOL.md */
  const char *error;          /* Slack's own word, or NULL; `detail`: what it says beside it (a missing scope, a place in the blocks) */
  const char *detail;
  bool try_plain;             /* the blocks were refused: send slack_out_plain's call */
  bool try_outside;         /* the thread it was put into is gone: send it again without (slack_out_outside) */
  bool no_token;              /* the token is of no use: stop calling, tell the operator */
  const char *say;            /* for the operator when no_token, or when a scope is missing */
  size_t parts;               /* slack_answer_found: so many of its messages stand there, the first ones */
};

void slack_answer_read(const struct slack_call *call, const struct slack_http *http, struct arena *arena, struct slack_answer *ret_answer);
/* The answer of slack_out_ask's last call, for this action's id and in this channel: SENT with its last message, NOT_FOUND
 * (not all of it: `parts` stand there) or CANNOT_TELL. */
void slack_answer_found(const char *action, const char *channel, const struct slack_http *http, struct arena *arena, struct slack_answer *ret_answer);

#endif
