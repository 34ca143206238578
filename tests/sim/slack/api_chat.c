/* api_chat.c: chat.*: what the bot says, changes and takes back. */
#include <stdio.h>
#include <string.h>

#include "tests/sim/slack/crowd.h"
#include "tests/sim/slack/talk.h"

/* ---- how often ---- */

static const char *may_post(struct call *call, struct channel *channel) {
  const struct sim *sim = call->sim;
  int64_t now = moment_ms(&sim->moment);
  double all = (double)sim_set(sim, SET_workspace_posts);
  if (sim_set(sim, SET_tiers) == 0) return NULL;
  call->retry_after = bucket_take(&channel->posts, (double)sim_set(sim, SET_post_burst), 60, now);
  if (call->retry_after > 0) return "ratelimited";
  call->retry_after = bucket_take(&call->team->posts, all, all, now);
  return call->retry_after > 0 ? "rate_limited" : NULL;
}

static const char *check_thread(const struct call *call, const struct channel *channel) {
  const char *thread = arg(call, "thread_ts");
  return thread == NULL || world_message(channel, thread) != NULL ? NULL : "thread_not_found";
}

/* ---- methods ---- */

const char *api_chat_post(struct call *call) {
  struct channel *channel = NULL;
  cJSON *json = NULL;
  const char *error = talk_room(call, arg(call, "channel"), &channel);
  if (error == NULL && channel->kind == CHANNEL_IM && sim_set(call->sim, SET_messages_tab) == 0) error = "messages_tab_disabled";
  if (error == NULL) error = check_thread(call, channel);
  if (error == NULL) error = talk_compose(call, &json);
  if (error == NULL) error = may_post(call, channel);
  if (error != NULL) {
    cJSON_Delete(json);
    return error;
  }
  struct message *message = world_say(&call->sim->world, channel, NULL, json);
  talk_notify(call->sim, channel, call->team->bot, NULL, json_str_or(message->json, "text", ""));
  tree_str(call->answer, "channel", channel->id);
  tree_str(call->answer, "ts", message->ts);
  tree_copy(call->answer, "message", message->json);
  talk_tell_message(call->sim, channel, message);
  crowd_answered(call->sim, channel);
  return NULL;
}

static const char *own_message(struct call *call, struct channel **ret_channel, struct message **ret_message, const char *otherwise) {
  struct channel *channel = world_channel_id(&call->sim->world, arg(call, "channel"));
  if (channel == NULL || channel->team != call->team) return "channel_not_found";
  struct message *message = world_message(channel, arg(call, "ts"));
  if (message == NULL || message->only != NULL) return "message_not_found";
  if (!tree_is(message->json, "bot_id", call->team->bot_id)) return otherwise;
  *ret_channel = channel;
  *ret_message = message;
  return NULL;
}

static void tell_changed(struct call *call, struct channel *channel, const char *subtype, const cJSON *before, const cJSON *after) {
  if (!sim_team_has_scope(call->sim, call->team, channel_hears(channel->kind))) return;
  cJSON *event = talk_event_new(call->sim, "message", NULL, channel);
  tree_str(event, "subtype", subtype);
  tree_str(event, "ts", json_str(event, "event_ts"));
  tree_str(event, "channel_type", channel_type(channel->kind));
  tree_bool(event, "hidden", true);
  tree_copy(event, "previous_message", before);
  tree_copy(event, "message", after);
  if (after == NULL) tree_str(event, "deleted_ts", json_str(before, "ts"));
  talk_event(call->sim, call->team, event);
}

/* What an update does not name stays; an empty object takes it away. */
static void keep_metadata(const struct call *call, const cJSON *before, cJSON *after) {
  const cJSON *given = arg_json(call, "metadata");
  if (given == NULL) tree_copy(after, "metadata", json_at(before, "metadata"));
  else if (given->child == NULL) cJSON_DeleteItemFromObjectCaseSensitive(after, "metadata");
}

const char *api_chat_update(struct call *call) {
  struct channel *channel = NULL;
  struct message *message = NULL;
  cJSON *json = NULL;
  const char *error = own_message(call, &channel, &message, "cant_update_message");
  if (error == NULL && channel->archived) error = "is_inactive";
  if (error == NULL) error = talk_compose(call, &json);
  if (error != NULL) return error;
  keep_metadata(call, message->json, json);
  cJSON *edited = tree_object(json, "edited");
  tree_str(edited, "user", call->team->bot->id);
  tree_str(edited, "ts", message->ts);
  if (json_at(message->json, "thread_ts") != NULL) tree_set(json, "thread_ts", cJSON_Duplicate(json_at(message->json, "thread_ts"), true));
  cJSON *before = world_change(&call->sim->world, channel, message, json);
  tree_str(call->answer, "channel", channel->id);
  tree_str(call->answer, "ts", message->ts);
  tree_str(call->answer, "text", json_str(json, "text"));
  tree_copy(call->answer, "message", json);
  tell_changed(call, channel, "message_changed", before, json);
  cJSON_Delete(before);
  return NULL;
}

const char *api_chat_delete(struct call *call) {
  struct channel *channel = NULL;
  struct message *message = NULL;
  const char *error = own_message(call, &channel, &message, "cant_delete_message");
  if (error == NULL && channel->archived) error = "is_archived"; /* the reference names none: a guess */
  if (error != NULL) return error;
  tree_str(call->answer, "channel", channel->id);
  tree_str(call->answer, "ts", message->ts);
  tell_changed(call, channel, "message_deleted", message->json, NULL);
  world_unsay(&call->sim->world, channel, message);
  return NULL;
}

const char *api_chat_ephemeral(struct call *call) {
  struct channel *channel = NULL;
  struct user *user = world_user_id(&call->sim->world, call->team, arg(call, "user"));
  cJSON *json = NULL;
  const char *error = talk_room(call, arg(call, "channel"), &channel);
  if (error == NULL && (user == NULL || user->team != call->team)) error = "user_not_in_channel";
  if (error == NULL && !list_has(&channel->members, user)) error = "user_not_in_channel";
  if (error == NULL) error = talk_compose(call, &json);
  if (error != NULL) return error;
  struct message *message = world_say(&call->sim->world, channel, user, json);
  tree_str(call->answer, "message_ts", message->ts);
  return NULL;
}

const char *api_chat_permalink(struct call *call) {
  struct channel *channel = world_channel_id(&call->sim->world, arg(call, "channel"));
  char link[200];
  if (channel == NULL || channel->team != call->team) return "channel_not_found";
  if (world_message(channel, arg(call, "message_ts")) == NULL) return "message_not_found";
  const char *ts = arg(call, "message_ts"), *dot = strchr(ts, '.');
  (void)snprintf(link, sizeof link, "https://%.63s.slack.example/archives/%s/p%.*s%s", call->team->domain, channel->id, (int)(dot - ts), ts, dot + 1);
  tree_str(call->answer, "channel", channel->id);
  tree_str(call->answer, "permalink", link);
  return NULL;
}
