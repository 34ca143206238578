/* world.h: what the simulated Slack holds: workspaces, people, conversations, messages, views, files. No socket here. */
#ifndef SIM_SLACK_WORLD_H
#define SIM_SLACK_WORLD_H

#include "tests/sim/slack/moment.h"
#include "tests/sim/slack/tiers.h"
#include "tests/sim/slack/tree.h"
#include "tests/sim/slack/world_file.h"
#include "tests/sim/slack/world_limits.h"

struct view {
  char id[ID_SIZE], hash[48];
  cJSON *json; /* owned; as Slack shows it, without hash and id */
};

struct user {
  struct team *team; /* borrowed from the world */
  char id[ID_SIZE], name[NAME_SIZE], real_name[NAME_SIZE], display_name[NAME_SIZE], email[NAME_SIZE], tz[64], locale[16];
  bool deleted, is_bot, is_restricted, is_ultra_restricted, is_stranger;
  int64_t updated_s, quiet_from_s, quiet_to_s; /* quiet hours, as dnd.info tells them; 0: none */
  struct view *stack[VIEWS_DEEP];              /* owned; the first is the root */
  size_t depth;
  struct view *home;  /* owned */
  cJSON *view_errors; /* owned; block_id -> text, shown in the top view */
  struct list notes;  /* of char *, owned: notifications as they popped up */
  struct list slips;  /* of char *, owned: errors Slack showed this person */
};

struct message {
  char ts[32];
  struct user *only; /* borrowed; an ephemeral's only reader, else NULL */
  cJSON *json, *chosen; /* owned; as Slack shows it; what its reader chose in it, as state.values, or NULL */
  size_t bytes;      /* of json when it was said */
};

struct channel {
  struct team *team; /* borrowed */
  char id[ID_SIZE], name[NAME_SIZE], topic[256];
  enum channel_kind kind;
  bool archived, general;
  struct user *creator; /* borrowed; may be NULL */
  struct list members;  /* of struct user, borrowed */
  struct list messages; /* of struct message, owned; oldest first */
  int64_t created_s;
  struct bucket posts;
  int64_t asked, asked_us; /* of a crowd: messages that the bot has not answered, and when the first of them was written */
};

struct scheduled {
  char id[ID_SIZE];
  struct channel *channel; /* borrowed */
  int64_t post_at_s;
  cJSON *json;       /* owned */
  void *world_owner; /* borrowed: the simulator */
  struct timer timer;
};

struct team {
  char id[ID_SIZE], name[NAME_SIZE], domain[64], bot_id[ID_SIZE];
  char app[APP_ID_SIZE];  /* the one that is installed here */
  struct user *bot;       /* borrowed from the world */
  struct bucket posts;    /* the whole workspace's */
  struct bucket *methods; /* owned; one for each method */
  cJSON *usergroups;      /* owned; array */
};

struct world {
  struct list teams, users, channels, files, scheduled; /* owned */
  struct map *by_id, *handles;                          /* "T…", "U…", "C…", "F…"; "team/name" of users */
  size_t file_bytes, messages, messages_bytes, sweep; /* sweep: the conversation whose oldest message goes next when there are too many */
  bool full; /* no more conversations, no more files */
  uint64_t next_id;
  struct moment *moment; /* borrowed */
};

void world_init(struct world *world, struct moment *moment);
void world_done(struct world *world);
void world_id(struct world *world, char letter, char ret_id[ID_SIZE]);
struct team *world_team(struct world *world, const char *name, size_t methods);      /* NULL: too many */
struct user *world_person(struct world *world, struct team *team, const char *name); /* NULL: too many, or the name is taken */
bool world_rename(struct world *world, struct user *user, const char *name);         /* false: taken, empty or too long */
void world_call(struct world *world, struct user *user, const char *id); /* that is their id from now on */
struct channel *world_channel(struct world *world, struct team *team, enum channel_kind kind, const char *name);
struct file *world_file(struct world *world, struct team *team);
struct user *world_user_id(const struct world *world, const struct team *team, const char *id); /* of this workspace first; NULL: none */
struct channel *world_channel_id(const struct world *world, const char *id);
struct team *world_team_id(const struct world *world, const char *id);
struct file *world_file_id(const struct world *world, const char *id);
struct channel *world_channel_named(const struct world *world, const struct team *team, const char *name);
struct channel *world_dm(struct world *world, struct user *a, struct user *b, bool make);
struct channel *world_mpim(struct world *world, struct team *team, struct user *const *members, size_t count, bool make);
void world_meet(struct world *world, struct channel *channel); /* a DM or group message is found by its members from now on */
/* Takes json, gives it type, ts and team; the oldest goes when there are too many. Borrowed from the channel. */
struct message *world_say(struct world *world, struct channel *channel, struct user *only, cJSON *json);
/* Takes json; the caller frees the old one. */
cJSON *world_change(struct world *world, const struct channel *channel, struct message *message, cJSON *json);
struct message *world_message(const struct channel *channel, const char *ts);
struct scheduled *world_schedule(struct world *world, struct channel *channel, int64_t post_at_s, cJSON *json); /* takes json; NULL: too many */
void world_unschedule(struct world *world, struct scheduled *scheduled);
void world_unsay(struct world *world, struct channel *channel, struct message *message);
const char *channel_type(enum channel_kind kind), *channel_scope(enum channel_kind kind), *channel_hears(enum channel_kind kind);

struct view *world_view(struct world *world, cJSON *json); /* a person's; takes json */
struct view *world_view_free(struct view *view);
void world_views_clear(struct user *user);
void world_note(struct list *notes, const char *text); /* the oldest goes when there are too many */

#endif
