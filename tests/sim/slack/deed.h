/* deed.h: what the files about people's deeds share. */
#ifndef SIM_SLACK_DEED_H
#define SIM_SLACK_DEED_H

#include "tests/sim/slack/people.h"
#include "tests/sim/slack/talk.h"
#include "tests/sim/slack/views.h"

const char *deed_actor(struct sim *sim, const cJSON *wish, struct user **ret_user); /* NULL, or what is wrong */
void deed_mentions(struct sim *sim, const struct team *team, const char *text, bool with_names, struct text *ret_text);
void deed_answer(cJSON *answer, const struct envelope *envelope);
char *deed_respond_url(struct sim *sim, struct user *user, struct channel *channel, const char *ts, char ret_url[200]);

/* ---- elements (element.c) ---- */
struct element {
  cJSON *json, *block; /* borrowed from the message or view */
};
/* By label, action_id, block_id, value or placeholder. False: there is none. */
bool element_find(const cJSON *blocks, const char *wanted, struct element *ret_element);
/* What it says once somebody chose or typed `value`; NULL and *ret_wrong when that cannot be. */
cJSON *element_value(struct sim *sim, struct user *user, const cJSON *element, const cJSON *value, const char **ret_wrong);
cJSON *element_initial(const cJSON *element); /* as it stands before anybody touches it */

/* A message from outside of chat.*: the answer to a command, or through a response_url. NULL, or Slack's error. */
const char *respond_say(struct sim *sim, struct user *user, struct channel *channel, const char *ts, const cJSON *body);
void respond_serve(struct sim *sim, struct http_request *request, const char *secret);

#endif
