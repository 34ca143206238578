/* people.h: what people do in the simulated Slack, and what an app's answer to it does to them. */
#ifndef SIM_SLACK_PEOPLE_H
#define SIM_SLACK_PEOPLE_H

#include "tests/sim/slack/sockets.h"
#include "tests/sim/slack/world.h"

struct sim;

/* One deed: reads `wish`, fills `answer`. NULL, or what is wrong with the wish. */
typedef const char *(*people_deed)(struct sim *sim, const cJSON *wish, cJSON *answer);

/* Who and where a wish means: "U…" or a name, with "team/" before it if it is not the first workspace; "C…", "#name", or a list of
 * people for a group DM. NULL: nobody, nowhere. */
struct user *people_who(struct sim *sim, const char *who);
struct channel *people_where(struct sim *sim, struct user *user, const char *where);

/* A message of this person, who is in the room; takes json. Borrowed from the room. */
const struct message *people_write(struct sim *sim, struct user *user, struct channel *channel, cJSON *json);
const char *people_says(struct sim *sim, const cJSON *wish, cJSON *answer);
const char *people_runs(struct sim *sim, const cJSON *wish, cJSON *answer);
const char *people_clicks(struct sim *sim, const cJSON *wish, cJSON *answer);
const char *people_submits(struct sim *sim, const cJSON *wish, cJSON *answer);
const char *people_closes(struct sim *sim, const cJSON *wish, cJSON *answer);
const char *people_asks_options(struct sim *sim, const cJSON *wish, cJSON *answer);
const char *people_uses_shortcut(struct sim *sim, const cJSON *wish, cJSON *answer);
const char *people_opens_home(struct sim *sim, const cJSON *wish, cJSON *answer);
const char *people_joins(struct sim *sim, const cJSON *wish, cJSON *answer);
const char *people_leaves(struct sim *sim, const cJSON *wish, cJSON *answer);
const char *people_changes(struct sim *sim, const cJSON *wish, cJSON *answer);
const char *people_adds(struct sim *sim, const cJSON *wish, cJSON *answer);
const char *people_uninstalls(struct sim *sim, const cJSON *wish, cJSON *answer);

/* ---- from sockets.c: a person's envelope was answered, or nobody answered in time ---- */
void people_answered(struct sim *sim, struct envelope *envelope);
void people_failed(struct sim *sim, struct envelope *envelope);

#endif
