/* slack_in.h: one text frame of Slack's Socket Mode becomes what the link is told and what the adapter must know. Pure: no
 * socket, no clock, no memory of earlier frames. */
#ifndef MENTORD_SLACK_IN_H
#define MENTORD_SLACK_IN_H

#include "adapters/slack/slack_person.h"
#include "bot/base/json.h"

enum { SLACK_IN_BYTES_MAX = 1024 * 1024, SLACK_IN_DEPTH_MAX = 64, SLACK_IN_ARENA_BYTES_MAX = 6 * 1024 * 1024 };
enum { SLACK_IN_TREE_BYTES_MAX = JSON_TREE_BYTES_MAX(SLACK_IN_BYTES_MAX) + 2 * SLACK_IN_BYTES_MAX };

/* What the adapter knows of itself and of others when a frame comes. All borrowed for the call. */
struct slack_self {
  const char *team;      /* "T01": auth.test's team_id. NULL: whatever comes is taken as ours */
  const char *workspace; /* "slack/T01": as the link calls it */
  const char *bot_user;  /* "U0BOT": auth.test's user_id */
  const char *bot;       /* "B0BOT": auth.test's bot_id */
  const char *app;       /* "A0APP": hello's app_id */
  /* The full name of a user if it is known, else NULL; may itself be NULL. Put in where somebody is mentioned or picked. */
  const char *(*name_of)(const void *who, const char *user);
  const void *who;       /* given to name_of */
};

enum slack_in_kind { SLACK_IN_GARBAGE, SLACK_IN_HELLO, SLACK_IN_DISCONNECT, SLACK_IN_ENVELOPE, SLACK_IN_KIND_MAX_ };

/* REASON(NAME, "as Slack writes it") */
#define SLACK_REASON_LIST(REASON)                                                                                     \
  REASON(WARNING, "warning") REASON(REFRESH, "refresh_requested") REASON(LINK_DISABLED, "link_disabled")              \
  REASON(TOO_MANY, "too_many_websockets") REASON(OTHER, "other")
#define SLACK_REASON_AS_ENUM(name, text) SLACK_REASON_##name,
enum slack_reason { SLACK_REASON_LIST(SLACK_REASON_AS_ENUM) SLACK_REASON_MAX_ };
#undef SLACK_REASON_AS_ENUM

/* What was done: it decides how a short answer (the ack's `reply`) reaches its person. */
enum slack_source {
  SLACK_FROM_EVENT,   /* words, joins, changes: the Events API */
  SLACK_FROM_COMMAND, /* a slash command */
  SLACK_FROM_MESSAGE, /* a click on a message of ours */
  SLACK_FROM_HOME,    /* a click on a person's own page */
  SLACK_FROM_FORM,    /* a modal was sent in */
  SLACK_SOURCE_MAX_
};

/* Only the adapter needs these, and none of them may leave it: not over the link, not into a log. NULL: not there. */
struct slack_private {
  const char *response_url;             /* commands, clicks: 5 uses, 30 minutes */
  const char *trigger_id;               /* commands, clicks, forms: one use, 3 seconds */
  const char *view_id, *view_hash;      /* clicks and forms within a view */
  const char *channel, *message_ts;     /* where; the message that was clicked or written */
  const char *thread_ts;                /* the thread it stands in; NULL: none */
  const char *user;                     /* who did it */
  const char *field;                    /* SLACK_FROM_FORM: the block an error stands beside */
};

struct slack_in {
  enum slack_in_kind kind;
  /* HELLO, DISCONNECT */
  int64_t connections;         /* 0: not said */
  int64_t lives_s;             /* HELLO: about how long this connection lives; 0: not said */
  const char *app;             /* HELLO */
  enum slack_reason reason;    /* DISCONNECT */
  /* ENVELOPE */
  const char *envelope;        /* its id: acknowledge with slack_out_ack */
  bool takes_payload;          /* accepts_response_payload */
  int64_t retry;               /* how often it came before, says Slack; never a reason to drop it */
  enum slack_source source;
  bool has_event;              /* `event` is for the bot: acknowledge only when the bot did */
  struct event event;          /* its id is the same each time Slack brings it again */
  const char *elsewhere;       /* it happened in this other workspace of the app's: read it again as that one; else NULL */
  bool home;                   /* somebody looks at their own page and has none yet: while no bot is there, publish one (slack_out_home) */
  /* A click that opens a form: send this view at once (slack_out_open); no event for the bot. */
  const char *open_view;       /* JSON of the view, or NULL */
  const char *whisper;         /* no event, and still a sentence for who did it, of the adapter's own; NULL: none */
  struct slack_person person;  /* a person who joined or changed: for the adapter's own directory; id NULL: none */
  struct slack_private inner;
  /* For the operator (the link's `notice`): what happened, in one word, and what to do. NULL: nothing */
  const char *notice, *say;
  const char *why_none;        /* one line: why there is no event; also what is wrong with GARBAGE. Names no words of people */
};

/* Reads one frame. Everything in *ret_in lives in `arena` (of SLACK_IN_ARENA_BYTES_MAX). Whatever the bytes are, this returns:
 * an escaped NUL or a lone surrogate becomes U+FFFD, what is no JSON or is nested deeper than SLACK_IN_DEPTH_MAX is GARBAGE.
 * An event always passes link_frame_check. `now_ms` stands in for a time where Slack sends none. */
void slack_in_read(const char *frame, size_t bytes, const struct slack_self *self, int64_t now_ms, struct arena *arena,
                   struct slack_in *ret_in);
/* The frame's tree as slack_in_read sees it, with what stands for no character mended. It lives in `arena` (of SLACK_IN_TREE_BYTES_MAX).
 * ERR_BAD_INPUT with a note. */
enum err slack_in_parse(const char *frame, size_t bytes, struct arena *arena, const cJSON **ret_root) MUST_CHECK;
const char *slack_reason_name(enum slack_reason reason);

#endif
