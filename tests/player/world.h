/* world.h: the world of a chat test: one served scheme, people, a clock, and everything the bot said to anybody. Two files
 * keep these promises: world.c has ports in place of sockets, slack/world_slack.c a simulated Slack and real processes. */
#ifndef MENTORD_TEST_WORLD_H
#define MENTORD_TEST_WORLD_H

#include "bot/base/json.h"
#include "bot/edge/serve.h"

struct said { /* one message somebody got */
  struct said *next;
  char *person;     /* user id on the platform, or "#room" */
  char *message;    /* the platform's id */
  char *key;        /* of the catalogue; where only words are seen, all keys that fit, with spaces between */
  char *text, *plain;
  char *file_name, *file; /* that came with it, its bytes as text; NULL: none, and what it holds is in the words */
  struct { char *token, *label; } choices[96];
  size_t choice_count;
  struct { char *token, *label; } extras[8];
  size_t extra_count;
  char *input_token;
  char *old_token;  /* the first button it ever had, kept when an edit takes the buttons away */
  int input;
  bool seen;        /* an expectation used it */
};

bool said_is(const struct said *said, const char *key);
void said_drop_card(struct said *said); /* its texts and buttons; its key stays */
void said_free(struct said *said);

struct world;

struct world_options {
  bool redis, plain;
  const char *kills;    /* a seed: processes die between the lines; only where there are processes. NULL: none do */
  const char *folder;   /* a fresh one, 0700 */
};
const char *world_platform(void); /* as a story says `not on slack: …` */
struct world *world_new(const struct world_options *options);
void world_restart(struct world *world);     /* the bot ends without a goodbye and comes back */
void world_kill_store(struct world *world);  /* the store dies under the next commit and comes back */
void world_settle(struct world *world);      /* runs until nothing is left to do now */
void world_go_to(struct world *world, int64_t ms); /* each due timer on the way runs at its own time */
int64_t world_now(const struct world *world);
void world_control(struct world *world, const char *json);
void world_may_repeat(struct world *world, bool may); /* from now on links may bring one thing under two ids */
void world_pace(struct world *world, int per_minute); /* from now on links say that they send so many messages a minute */
void world_event(struct world *world, struct event *event); /* a fresh id and the workspace are filled in */
const struct model *world_model(const struct world *world); /* NULL: not at hand */
const char *world_file(struct world *world, const char *path); /* what to read in place of this scheme or list */
struct said *world_said(const struct world *world); /* oldest first */
bool world_more(struct world *world); /* waits a moment for something new to be said; false: nothing will be */
/* "enrolment" or "talk" of a user, the newest; "person"; "pair" with a mentor. NULL: none. The caller deletes. */
cJSON *world_record(struct world *world, const char *what, const char *user, const char *with);
int64_t world_faults(const struct world *world); /* such as parameters that sentences named and did not get */
bool world_plain(const struct world *world);
const char *world_folder(const struct world *world);
/* Every byte that reached the store, as one text: for the search for markers. The caller frees. */
char *world_dump(struct world *world, size_t *ret_bytes);
struct world *world_free(struct world *world);

#endif
