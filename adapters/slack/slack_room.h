/* slack_room.h: a private room of more than eight people: what it is called, and whether it stands already. Pure. */
#ifndef MENTORD_SLACK_ROOM_H
#define MENTORD_SLACK_ROOM_H

#include "adapters/slack/slack_answer.h"

enum { SLACK_ROOM_NAMES = 9 }; /* so many are tried, one after another */

/* The first name that is tried for it: lower case, no spaces, and the action's id behind, since a name stands once in a workspace. */
const char *slack_room_name(const struct action *action, struct arena *arena);
/* The call that makes it gets the next name; false: all of them were tried. */
bool slack_room_rename(struct slack_call *create, struct arena *arena);

/* Which private rooms are we in? */
void slack_room_look(struct slack_call *ret_call);
/* SENT, as if it was made now: one that `bot_user` made since then, under one of its names. Else NOT_FOUND, LATER or CANNOT_TELL. */
void slack_room_found(const struct action *action, const char *bot_user, int64_t since_ms, const struct slack_http *http, struct arena *arena,
                      struct slack_answer *ret_answer);

#endif
