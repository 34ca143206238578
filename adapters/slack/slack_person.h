/* slack_person.h: a member of the workspace as Slack describes them (users.info, users.list, user_change, team_join). Pure. */
#ifndef MENTORD_SLACK_PERSON_H
#define MENTORD_SLACK_PERSON_H

#include "bot/base/json.h"
#include "bot/message.h"

struct slack_person { /* texts live in the arena they were read into; NULL: not said */
  const char *id, *name, *zone, *language; /* "U1", "Aisha Khan", "Europe/London", "en" */
  bool gone;     /* deactivated */
  bool machine;  /* a bot, or Slackbot */
  bool stranger; /* of another workspace (Slack Connect) */
};

/* `user` is the object "user" of an answer or event. False when it names nobody. */
bool slack_person_read(const cJSON *user, struct arena *arena, struct slack_person *ret_person);
/* What an event lacks (name, zone, language) is put in; what it says stays. */
void slack_person_into(const struct slack_person *person, struct event *event);

#endif
