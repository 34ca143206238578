/* slack_core.h: what the parts of a running mentord-slack share. Only slack*.c files of the half that lives include it. */
#ifndef MENTORD_SLACK_CORE_H
#define MENTORD_SLACK_CORE_H

#include "adapters/kit/http.h"
#include "adapters/kit/link_address.h"
#include "adapters/kit/link_server.h"
#include "adapters/kit/pace_loop.h"
#include "adapters/kit/wire.h"
#include "adapters/slack/slack.h"
#include "adapters/slack/slack_answer.h"
#include "adapters/slack/slack_bucket.h"
#include "adapters/slack/slack_errands.h"
#include "adapters/slack/slack_files.h"
#include "adapters/slack/slack_inbox.h"
#include "adapters/slack/slack_lately.h"
#include "adapters/slack/slack_people.h"
#include "adapters/slack/slack_queue.h"
#include "adapters/slack/slack_sockets.h"
struct slack_team;

struct slack_ear { /* one slot of Socket Mode */
  struct slack_team *team;    /* borrowed */
  int slot;
  uint64_t serial;            /* of this connection: none of this process has had it before */
  struct http_call *fetch;    /* NULL: no address is asked for */
  struct wire *wire;          /* NULL: not connected */
};

enum { SLACK_DOWN_BYTES = 200 };
struct slack_question;

struct slack_team { /* a workspace; owned by struct slack, as is all in it */
  struct slack *slack;        /* borrowed */
  const struct slack_team_config *config; /* borrowed from the configuration */
  char bot_token[LINK_TOKEN_BYTES_MAX + 1], app_token[LINK_TOKEN_BYTES_MAX + 1];
  struct arena *names;        /* of self; made anew at each auth.test */
  struct slack_self self;
  bool known;                 /* auth.test answered */
  bool no_files;              /* this site refuses us the right to send files, or to see whether they arrived */
  bool refused;               /* Slack refuses a token; told */
  uv_timer_t watch;           /* tokens: at first, and again and again */
  struct slack_errand *asking;
  struct slack_sockets sockets; /* slack_ears.c from here on */
  struct slack_ear ears[SLACK_SLOTS];
  uv_timer_t ears_timer;
  bool listens;               /* for all workspaces of its app */
  bool told_copies, hears; char told_down[SLACK_DOWN_BYTES]; /* why nothing is heard, as last told; "": not told */
  struct slack_buckets *buckets; /* slack_errands.c from here on */
  struct slack_queue *queues[2]; /* bulk and interactive */
  struct slack_errand *flying;
  size_t flying_count;
  uv_timer_t errands_timer;
  /* slack_link.c */
  struct slack_inbox *inbox;
  uv_timer_t late_timer;
  struct slack_people *people;
  struct slack_question *questions;
  struct slack_lately *lately;
  size_t looking;             /* slack_deeds.c: look-ups that nobody waits for */
  bool no_group_history;      /* what stands in group messages is not for us: so it is unless the workspace chose otherwise */
};

struct slack_deeds;

struct slack {
  uint32_t magic;
  uv_loop_t *loop;                    /* borrowed from the caller until slack_free */
  const struct slack_config *config;  /* borrowed from the caller */
  const char *api;                    /* borrowed: the configuration's, or the test's */
  bool unpaced;                       /* a test: only channels are spared */
  struct pace_loop pace;              /* under load events are gathered */
  struct http_places places;
  struct http *http;                  /* owned, as is all that follows */
  struct lws_context *context;
  struct link_server *link;
  struct slack_deeds *deeds;
  struct slack_files *files;
  struct slack_team *teams;
  size_t team_count;
  uint64_t next_serial;
  int bots;
  bool stopping; int exit_code;
};
enum { SLACK_MAGIC = 0x536c6163 };
int64_t slack_now_ms(void), slack_wall_ms(void); /* the first never jumps */
double slack_chance(void);       /* from 0 up to but not 1 */
/* ---- slack.c ---- */
struct slack_team *slack_team_named(struct slack *slack, const char *workspace);
struct capabilities slack_can_now(const struct slack *slack); /* one hello speaks for all workspaces */
void slack_refused(struct slack_team *team, const char *what, const char *say); /* tells the operator, in the log and over the link */
void slack_tell_bot(const struct slack_team *team); /* whether anything is heard of this workspace, for its health */

/* ---- slack_ears.c: Socket Mode ---- */
void slack_ears_run(struct slack_team *team);   /* opens, pings, closes what is due */
void slack_ears_tell(struct slack_team *team, const char *note); /* tells the operator what changed: heard again, or why not */
void slack_ears_hurry(struct slack_team *team); /* a token was changed */
bool slack_ears_say(struct slack *slack, uint64_t connection, const char *frame, size_t bytes); /* on whosesoever it is; false: it is gone */
void slack_ears_stop(struct slack_team *team);

/* ---- slack_deeds.c: the bot's actions ---- */
struct slack_deeds *slack_deeds_new(struct slack *slack);
void slack_deeds_do(struct slack_deeds *deeds, struct slack_team *team, const struct action *action);
void slack_deeds_ask(struct slack_deeds *deeds, const char *id);
struct slack_deeds *slack_deeds_free(struct slack_deeds *deeds);

/* ---- slack_link.c: the bot's end ---- */
enum err slack_link_open(struct slack *slack) MUST_CHECK;
void slack_link_frame(struct slack_team *team, uint64_t connection, const char *frame, size_t bytes); /* an envelope, maybe */
void slack_link_pump(struct slack_team *team);
void slack_link_done(struct slack *slack, const struct link_frame *done);
void slack_link_late(struct slack_team *team);
void slack_link_stop(struct slack_team *team);

#endif
