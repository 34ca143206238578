/* sim.h: the simulator as a whole: its parts, its settings, the tokens it knows. */
#ifndef SIM_SLACK_SIM_H
#define SIM_SLACK_SIM_H

#include "tests/sim/slack/http.h"
#include "tests/sim/slack/inject.h"
#include "tests/sim/slack/record.h"
#include "tests/sim/slack/sockets.h"
#include "tests/sim/slack/tickets.h"
#include "tests/sim/slack/world.h"

enum { TOKENS_MAX = 64 };
#define APP_ID "A0SIM00001"

/* SETTING(name, default, help): whole numbers a test may set by control. */
#define SETTING_LIST(SETTING)                                                               \
  SETTING(tiers, 1, "0: no method is rate limited")                                         \
  SETTING(post_burst, 3, "posts to one channel in a row before one a second counts")        \
  SETTING(workspace_posts, 300, "posts a minute to the whole workspace")                    \
  SETTING(ack_ms, 3000, "how long Slack waits for an acknowledgement")                      \
  SETTING(retry_1_ms, 1, "first retry of an event, after the wait")                         \
  SETTING(retry_2_ms, 60000, "second retry")                                                \
  SETTING(retry_3_ms, 300000, "third and last retry")                                       \
  SETTING(hello_delay_ms, 0, "between the upgrade and hello")                               \
  SETTING(ping_ms, 10000, "between pings of ours")                                          \
  SETTING(ghost_ms, 60000, "how long Slack believes in a half-open socket")                 \
  SETTING(connections_max, 10, "sockets of one app")                                        \
  SETTING(connection_time_s, 3600, "what hello promises as the life of a socket")           \
  SETTING(ticket_ms, 30000, "life of a socket's address")                                   \
  SETTING(trigger_ms, 3000, "life of a trigger id")                                         \
  SETTING(respond_uses, 5, "uses of a response_url")                                        \
  SETTING(respond_ms, 1800000, "life of a response_url")                                    \
  SETTING(fragment_bytes, 0, "every message leaves in frames of so many bytes; 0: whole")   \
  SETTING(duplicate, 0, "1: every envelope is sent twice under one id")                     \
  SETTING(lost_acks, 0, "of each envelope, so many acknowledgements are lost on their way") \
  SETTING(record, 1, "0: neither calls.jsonl nor the world's file is written")              \
  SETTING(no_fin, 0, "1: after the close handshake TCP stays open, as Slack's does")        \
  SETTING(share_delay_ms, 0, "between completeUploadExternal and the message")              \
  SETTING(share_missing, 0, "so many messages never come, though the answer was ok")        \
  SETTING(charts, 1, "0: data_visualization blocks are not known here yet")                 \
  SETTING(home_tab, 1, "0: App Home is switched off")                                       \
  SETTING(messages_tab, 1, "0: nobody can write to the bot in its messages tab")            \
  SETTING(full, 0, "1: no more conversations, no more files")

/* DOOR(name, loopback, far): where an app is told to come: this port; or, behind a front that speaks TLS, the names of Slack's own servers. */
#define DOOR_LIST(DOOR)                             \
  DOOR(WEB, "http", "https://slack.com")            \
  DOOR(SOCKET, "ws", "wss://wss-primary.slack.com") \
  DOOR(FILES, "http", "https://files.slack.com")    \
  DOOR(HOOKS, "http", "https://hooks.slack.com")
#define DOOR_AS_ENUM(name, loopback, far) DOOR_##name,
enum door { DOOR_LIST(DOOR_AS_ENUM) };
#undef DOOR_AS_ENUM
struct door_text {
  char text[64];
};

struct crowd;
#define SETTING_AS_ENUM(name, value, help) SET_##name,
enum setting { SETTING_LIST(SETTING_AS_ENUM) SET_MAX_ };
#undef SETTING_AS_ENUM

struct token {
  char text[100], scopes[1200], refusal[40]; /* refusal: what auth.test says instead, such as token_revoked */
  char events[1200];                         /* what the app subscribed to, joined by commas; empty: everything */
  struct team *team;                         /* borrowed; NULL: an app-level token */
  char app[APP_ID_SIZE];                     /* of an app-level token */
};

struct sim {
  uv_loop_t *loop;   /* borrowed */
  bool behind_tls;   /* the command line's --behind-tls */
  struct http *http; /* owned */
  struct moment moment;
  struct world world;
  struct record *record;   /* owned */
  struct sockets *sockets; /* owned */
  struct tickets tickets;
  struct inject inject;
  int64_t settings[SET_MAX_];
  struct token tokens[TOKENS_MAX];
  size_t token_count;
  struct bucket app_calls; /* of apps.connections.open */
  struct crowd *crowd;     /* owned; NULL: there was none */
  const char *world_file;  /* borrowed: where the world is kept; NULL: nowhere */
  cJSON *waiting;          /* owned: events of the simulator before this one; NULL once they left again */
  struct list held;        /* of struct http_request, borrowed: not answered yet */
};

extern const char sim_scopes[]; /* what a bot token of ours has at first */

struct door_text sim_door(const struct sim *sim, enum door door); /* "ws://127.0.0.1:9700" */
int64_t sim_set(const struct sim *sim, enum setting setting);
bool sim_setting(struct sim *sim, const char *name, int64_t value); /* false: no such setting */
void sim_settings(const struct sim *sim, cJSON *into);
void sim_settings_help(void (*each)(const char *name, int64_t value, const char *help));
struct token *sim_token(struct sim *sim, const char *text);
struct token *sim_token_add(struct sim *sim, const char *text, struct team *team, const char *scopes); /* NULL: too many */
bool sim_team_hears(struct sim *sim, const struct team *team, const char *event); /* it subscribed to "message.im", …, or to everything */
bool sim_team_has_scope(struct sim *sim, const struct team *team, const char *scope);
struct team *sim_team_add(struct sim *sim, const char *name); /* "docks", or "docks@A0SIM00002" with that app in it; with its bot, token, #general, four people; NULL: too many */

void sim_defaults(struct sim *sim);
struct http_owner sim_http_owner(void); /* who serves which path */

#endif
