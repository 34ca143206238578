/* talk.c: puts messages and events together. */
#include "tests/sim/slack/talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/zone.h"
#include "tests/sim/slack/blocks.h"

enum { TEXT_CHARS_MAX = 40000, MARKDOWN_CHARS_MAX = 12000, METADATA_BYTES_MAX = 8000, ATTACHMENTS_BYTES_MAX = 200000 };

/* ---- rooms ---- */

static bool is_visible(const struct call *call, const struct channel *channel) {
  return channel->team == call->team && (channel->kind == CHANNEL_PUBLIC || list_has(&channel->members, call->team->bot));
}

static const char *dm_of(struct call *call, struct user *user, struct channel **ret_channel) {
  if (user->team != call->team) return "channel_not_found";
  if (user->deleted) return "channel_not_found";
  if (user->is_bot) return "cannot_dm_bot";
  struct channel *dm = world_dm(&call->sim->world, user, call->team->bot, true);
  if (dm == NULL) return "fatal_error";
  *ret_channel = dm;
  return NULL;
}

/* A DM whose person was deactivated. */
static bool with_nobody(const struct channel *channel, const struct user *bot) {
  bool anybody = channel->kind != CHANNEL_IM;
  for (size_t i = 0; i < channel->members.count; i++) {
    const struct user *user = channel->members.items[i];
    anybody = anybody || (user != bot && !user->deleted);
  }
  return !anybody;
}

const char *talk_room(struct call *call, const char *id, struct channel **ret_channel) {
  struct user *user = world_user_id(&call->sim->world, call->team, id);
  if (user != NULL) return dm_of(call, user, ret_channel);
  struct channel *channel = world_channel_id(&call->sim->world, id);
  if (channel == NULL || !is_visible(call, channel)) return "channel_not_found";
  if (channel->archived || with_nobody(channel, call->team->bot)) return "is_archived";
  bool member = list_has(&channel->members, call->team->bot);
  if (!member && !api_has_scope(call, "chat:write.public")) return "not_in_channel";
  *ret_channel = channel;
  return NULL;
}

const char *talk_own_room(struct call *call, const char *id, struct channel **ret_channel) {
  struct channel *channel = world_channel_id(&call->sim->world, id);
  if (channel == NULL || !is_visible(call, channel)) return "channel_not_found";
  *ret_channel = channel;
  return list_has(&channel->members, call->team->bot) ? NULL : "not_in_channel";
}

/* ---- an app's message ---- */

void talk_number_blocks(struct world *world, cJSON *blocks) {
  cJSON *block, *element;
  char id[ID_SIZE];
  cJSON_ArrayForEach(block, blocks) {
    world_id(world, 'b', id);
    if (json_str(block, "block_id") == NULL) tree_set(block, "block_id", cJSON_CreateString(id));
    cJSON *elements = cJSON_GetObjectItemCaseSensitive(block, "elements"),
          *ones[] = {cJSON_GetObjectItemCaseSensitive(block, "accessory"), cJSON_GetObjectItemCaseSensitive(block, "element")};
    if (!tree_is(block, "type", "actions")) elements = NULL;
    cJSON_ArrayForEach(element, elements) {
      world_id(world, 'a', id);
      if (json_str(element, "action_id") == NULL) tree_set(element, "action_id", cJSON_CreateString(id));
    }
    for (size_t i = 0; i < ARRAY_LEN(ones); i++) {
      world_id(world, 'a', id);
      if (ones[i] != NULL && !tree_is(ones[i], "type", "image") && json_str(ones[i], "action_id") == NULL)
        tree_set(ones[i], "action_id", cJSON_CreateString(id));
    }
  }
}

static const char *check_texts(struct call *call, const cJSON *blocks) {
  const char *text = arg(call, "text"), *markdown = arg(call, "markdown_text");
  if (markdown != NULL && (text != NULL || blocks != NULL)) return "markdown_text_conflict";
  if (markdown != NULL && text_utf8_count(markdown) > MARKDOWN_CHARS_MAX) return "msg_too_long";
  if (text != NULL && text_utf8_count(text) > TEXT_CHARS_MAX) return "msg_too_long";
  const cJSON *attachments = arg_json(call, "attachments");
  if (attachments != NULL && !cJSON_IsArray(attachments)) return "invalid_attachments";
  if (cJSON_GetArraySize(attachments) > 100) return "too_many_attachments";
  if (attachments != NULL && tree_bytes(attachments) > ATTACHMENTS_BYTES_MAX) return "invalid_attachments";
  if (text == NULL && markdown == NULL && cJSON_GetArraySize(blocks) == 0 && cJSON_GetArraySize(attachments) == 0) return "no_text";
  return NULL;
}

static const char *check_metadata(const struct call *call, const cJSON *metadata) {
  bool takes_away = cJSON_IsObject(metadata) && metadata->child == NULL && arg(call, "ts") != NULL;
  if (metadata == NULL || takes_away) return NULL;
  bool good = json_str(metadata, "event_type") != NULL && cJSON_IsObject(json_at(metadata, "event_payload"));
  if (!good) return "invalid_metadata_format";
  return tree_bytes(metadata) > METADATA_BYTES_MAX ? "metadata_too_large" : NULL;
}

const char *talk_compose(struct call *call, cJSON **ret_message) {
  const cJSON *blocks = arg_json(call, "blocks"), *metadata = arg_json(call, "metadata");
  const char *text = arg(call, "text");
  const char *error = blocks == NULL ? NULL : blocks_check_message(call, blocks);
  if (error == NULL) error = check_texts(call, blocks);
  if (error == NULL) error = check_metadata(call, metadata);
  if (error != NULL) return error;
  cJSON *message = cJSON_CreateObject();
  tree_str(message, "user", call->team->bot->id);
  tree_str(message, "bot_id", call->team->bot_id);
  tree_str(message, "app_id", call->team->app);
  tree_str(message, "text", text != NULL ? text : arg(call, "markdown_text") != NULL ? arg(call, "markdown_text") : "");
  tree_copy(message, "blocks", blocks);
  tree_copy(message, "attachments", arg_json(call, "attachments"));
  tree_copy(message, "metadata", metadata);
  tree_str(message, "thread_ts", arg(call, "thread_ts"));
  if (arg(call, "thread_ts") != NULL && arg_bool(call, "reply_broadcast", false)) tree_str(message, "subtype", "thread_broadcast");
  talk_number_blocks(&call->sim->world, cJSON_GetObjectItemCaseSensitive(message, "blocks"));
  *ret_message = message;
  return NULL;
}

/* In a DM or a group DM everybody is told; in a channel, who is mentioned. */
void talk_notify(struct sim *sim, const struct channel *channel, const struct user *author, const struct user *only, const char *text) {
  for (size_t i = 0; i < channel->members.count; i++) {
    struct user *user = channel->members.items[i];
    char mention[ID_SIZE + 3];
    (void)snprintf(mention, sizeof mention, "<@%s", user->id);
    bool called = strstr(text, mention) != NULL || strstr(text, "<!channel") != NULL || strstr(text, "<!here") != NULL;
    bool hears = only != NULL ? false : channel->kind >= CHANNEL_IM || called;
    if (user != author && !user->is_bot && !user->deleted && hears) world_note(&user->notes, text);
  }
  (void)sim;
}

/* ---- as Slack shows them ---- */

static int64_t offset_s(const char *zone, int64_t ms) {
  struct civil civil = zone_civil(zone, ms);
  int64_t local = zone_ms("Etc/UTC", &civil), minute = ms - ((ms % 60000) + 60000) % 60000;
  return (local - minute) / 1000;
}

cJSON *talk_user_json(struct sim *sim, const struct user *user, bool with_email, bool with_locale) {
  cJSON *json = cJSON_CreateObject(), *profile;
  tree_str(json, "id", user->id);
  tree_str(json, "team_id", user->team->id);
  tree_str(json, "name", user->name);
  tree_bool(json, "deleted", user->deleted);
  tree_str(json, "real_name", user->real_name);
  if (!user->deleted) {
    tree_str(json, "tz", user->tz);
    tree_str(json, "tz_label", user->tz);
    tree_int(json, "tz_offset", offset_s(user->tz, moment_wall_ms(&sim->moment)));
  }
  profile = tree_object(json, "profile");
  tree_str(profile, "real_name", user->real_name);
  tree_str(profile, "display_name", user->display_name);
  if (with_email && !user->is_bot) tree_str(profile, "email", user->email);
  tree_str(profile, "image_72", "https://avatars.example/72.png");
  tree_str(profile, "team", user->team->id);
  tree_bool(json, "is_admin", false);
  tree_bool(json, "is_owner", false);
  tree_bool(json, "is_bot", user->is_bot);
  tree_bool(json, "is_app_user", false);
  tree_bool(json, "is_restricted", user->is_restricted || user->is_ultra_restricted);
  tree_bool(json, "is_ultra_restricted", user->is_ultra_restricted);
  if (user->is_stranger) tree_bool(json, "is_stranger", true);
  tree_int(json, "updated", user->updated_s);
  if (with_locale) tree_str(json, "locale", user->locale);
  return json;
}

static void put_saying(cJSON *into, const char *key, const char *value) {
  cJSON *saying = tree_object(into, key);
  tree_str(saying, "value", value);
  tree_str(saying, "creator", "");
  tree_int(saying, "last_set", 0);
}

cJSON *talk_channel_json(struct sim *sim, const struct channel *channel, const struct user *for_whom) {
  cJSON *json = cJSON_CreateObject();
  (void)sim;
  tree_str(json, "id", channel->id);
  if (channel->kind != CHANNEL_IM) tree_str(json, "name", channel->name);
  tree_bool(json, "is_channel", channel->kind == CHANNEL_PUBLIC);
  tree_bool(json, "is_group", channel->kind == CHANNEL_PRIVATE);
  tree_bool(json, "is_im", channel->kind == CHANNEL_IM);
  tree_bool(json, "is_mpim", channel->kind == CHANNEL_MPIM);
  tree_bool(json, "is_private", channel->kind != CHANNEL_PUBLIC);
  tree_bool(json, "is_archived", channel->archived);
  tree_int(json, "created", channel->created_s);
  tree_str(json, "context_team_id", channel->team->id);
  if (channel->creator != NULL) tree_str(json, "creator", channel->creator->id);
  if (channel->kind == CHANNEL_IM) {
    const struct user *other = channel->members.items[0] == for_whom && channel->members.count > 1 ? channel->members.items[1]
                                                                                                   : channel->members.items[0];
    tree_str(json, "user", other->id);
    tree_bool(json, "is_user_deleted", other->deleted);
    return json;
  }
  tree_bool(json, "is_general", channel->general);
  tree_bool(json, "is_member", list_has(&channel->members, for_whom));
  tree_int(json, "num_members", (int64_t)channel->members.count);
  tree_str(json, "name_normalized", channel->name);
  put_saying(json, "topic", channel->topic);
  put_saying(json, "purpose", "");
  return json;
}

/* ---- events ---- */

cJSON *talk_event_new(struct sim *sim, const char *type, struct user *user, struct channel *channel) {
  cJSON *event = cJSON_CreateObject();
  int64_t us = moment_next_us(&sim->moment);
  char ts[32];
  (void)snprintf(ts, sizeof ts, "%lld.%06lld", (long long)(us / 1000000), (long long)(us % 1000000));
  tree_str(event, "type", type);
  if (user != NULL) tree_str(event, "user", user->id);
  if (channel != NULL) tree_str(event, "channel", channel->id);
  tree_str(event, "event_ts", ts);
  return event;
}

/* As it is called in an app's subscriptions: a message by where it was said. */
static const char *subscription_of(const cJSON *event) {
  static const struct {
    const char *channel_type, *name;
  } messages[] = {{"im", "message.im"}, {"mpim", "message.mpim"}, {"group", "message.groups"}, {"channel", "message.channels"}};
  const char *type = json_str_or(event, "type", ""), *place = json_str_or(event, "channel_type", "");
  for (size_t i = 0; strcmp(type, "message") == 0 && i < ARRAY_LEN(messages); i++)
    if (strcmp(messages[i].channel_type, place) == 0) return messages[i].name;
  return type;
}

void talk_event(struct sim *sim, struct team *team, cJSON *event) {
  if (!sim_team_hears(sim, team, subscription_of(event))) {
    cJSON_Delete(event);
    return;
  }
  cJSON *payload = cJSON_CreateObject();
  char id[ID_SIZE + 1] = "E";
  world_id(&sim->world, 'v', id + 1);
  tree_str(payload, "token", "sim-verification");
  tree_str(payload, "team_id", team->id);
  tree_str(payload, "context_team_id", team->id);
  tree_str(payload, "api_app_id", team->app);
  tree_put(payload, "event", event);
  tree_str(payload, "type", "event_callback");
  tree_str(payload, "event_id", id);
  tree_int(payload, "event_time", moment_wall_ms(&sim->moment) / 1000);
  cJSON *authorization = tree_object(tree_array(payload, "authorizations"), NULL);
  cJSON_AddNullToObject(authorization, "enterprise_id");
  tree_str(authorization, "team_id", team->id);
  tree_str(authorization, "user_id", team->bot->id);
  tree_bool(authorization, "is_bot", true);
  tree_bool(authorization, "is_enterprise_install", false);
  tree_bool(payload, "is_ext_shared_channel", false);
  (void)sockets_deliver(sim->sockets, ENVELOPE_EVENT, payload);
}

void talk_tell_message(struct sim *sim, struct channel *channel, const struct message *message) {
  struct team *team = channel->team;
  char mention[ID_SIZE + 4];
  if (message->only != NULL || !list_has(&channel->members, team->bot)) return;
  cJSON *event = cJSON_Duplicate(message->json, true);
  tree_set(event, "channel", cJSON_CreateString(channel->id));
  tree_set(event, "event_ts", cJSON_CreateString(message->ts));
  (void)snprintf(mention, sizeof mention, "<@%s>", team->bot->id);
  bool called = strstr(json_str_or(event, "text", ""), mention) != NULL && channel->kind != CHANNEL_IM;
  if (called && !json_at(event, "subtype") && sim_team_has_scope(sim, team, "app_mentions:read")) {
    cJSON *copy = cJSON_Duplicate(event, true);
    tree_set(copy, "type", cJSON_CreateString("app_mention"));
    talk_event(sim, team, copy);
  }
  tree_set(event, "channel_type", cJSON_CreateString(channel_type(channel->kind)));
  if (sim_team_has_scope(sim, team, channel_hears(channel->kind))) talk_event(sim, team, event);
  else cJSON_Delete(event);
}
