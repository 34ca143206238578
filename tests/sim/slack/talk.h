/* talk.h: messages as Slack shows them: made by an app or a person, changed, and told to the app as events. */
#ifndef SIM_SLACK_TALK_H
#define SIM_SLACK_TALK_H

#include "tests/sim/slack/api.h"

/* Where an app's message goes: an id of a conversation, or of a person for their DM. NULL and the channel, or Slack's error. */
const char *talk_room(struct call *call, const char *id, struct channel **ret_channel);
/* The same for what changes a room: the bot must be in it. */
const char *talk_own_room(struct call *call, const char *id, struct channel **ret_channel);
/* The bot's message with text, blocks, attachments, metadata of the arguments. NULL and the tree, or Slack's error. */
const char *talk_compose(struct call *call, cJSON **ret_message);
void talk_number_blocks(struct world *world, cJSON *blocks); /* gives block_id and action_id where there is none */
/* Everybody in the room but the author hears a sound. */
void talk_notify(struct sim *sim, const struct channel *channel, const struct user *author, const struct user *only, const char *text);

void talk_later(struct sim *sim, struct scheduled *scheduled); /* it is said when its second comes */

/* ---- events to the app ---- */
void talk_event(struct sim *sim, struct team *team, cJSON *event); /* takes event; wraps it in event_callback */
cJSON *talk_event_new(struct sim *sim, const char *type, struct user *user, struct channel *channel);
void talk_tell_message(struct sim *sim, struct channel *channel, const struct message *message); /* message.im and so on, app_mention */
cJSON *talk_user_json(struct sim *sim, const struct user *user, bool with_email, bool with_locale);
cJSON *talk_channel_json(struct sim *sim, const struct channel *channel, const struct user *for_whom);

#endif
