/* api_conversations.c: conversations.*: opening, making, filling, closing and reading rooms. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/slack/talk.h"

enum { NAME_CHARS_MAX = 80, INVITES_MAX = 100, TOPIC_CHARS_MAX = 250 };

/* ---- names ---- */

static const char *check_name(const char *name) {
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  if (name == NULL) return "invalid_name_required";
  if (text_utf8_count(name) > NAME_CHARS_MAX) return "invalid_name_maxlength";
  if (strspn(name, "-_") == strlen(name)) return "invalid_name_punctuation";
  for (const unsigned char *at = (const unsigned char *)name; *at != '\0'; at++) {
    if (*at >= 0x80) continue; /* letters of other scripts */
    if (strchr(allowed, *at) == NULL) return "invalid_name_specials";
  }
  return NULL;
}

/* ---- open ---- */

static const char *member_for_open(struct call *call, const cJSON *id, struct user **ret_user) {
  struct user *user = world_user_id(&call->sim->world, call->team, cJSON_GetStringValue(id));
  if (user == NULL) return "user_not_found";
  if (user->team != call->team) return "user_not_visible";
  if (user->deleted) return "user_disabled";
  if (user->is_bot && user != call->team->bot) return "cannot_dm_bot";
  *ret_user = user;
  return NULL;
}

/* The bot itself is always there, whether it is named or not. */
static const char *members_for_open(struct call *call, struct user *ret_members[MPIM_MAX + 1], size_t *ret_count) {
  const cJSON *id;
  size_t count = 1;
  ret_members[0] = call->team->bot;
  cJSON_ArrayForEach(id, arg_json(call, "users")) {
    struct user *user = NULL;
    const char *error = member_for_open(call, id, &user);
    if (error != NULL) return error;
    bool there = false;
    for (size_t i = 0; i < count; i++) there = there || ret_members[i] == user;
    if (there) continue;
    if (count == MPIM_MAX + 1) return "too_many_users";
    ret_members[count++] = user;
  }
  *ret_count = count;
  return count < 2 ? "users_list_not_supplied" : NULL;
}

static const char *answer_open(struct call *call, const struct channel *channel, bool existed) {
  if (existed) tree_bool(call->answer, "no_op", true);
  if (existed) tree_bool(call->answer, "already_open", true);
  if (!arg_bool(call, "return_im", false)) tree_str(tree_object(call->answer, "channel"), "id", channel->id);
  else tree_put(call->answer, "channel", talk_channel_json(call->sim, channel, call->team->bot));
  return NULL;
}

/* One that there is already: only direct and group messages are opened; rooms with a name are joined. */
static const char *open_again(struct call *call) {
  struct channel *channel = NULL;
  if (talk_own_room(call, arg(call, "channel"), &channel) != NULL) return "channel_not_found";
  if (channel->kind < CHANNEL_IM) return "method_not_supported_for_channel_type";
  const char *error = api_wants(call, channel->kind == CHANNEL_IM ? "im:write" : "mpim:write");
  return error != NULL ? error : answer_open(call, channel, true);
}

const char *api_conversations_open(struct call *call) {
  struct user *members[MPIM_MAX + 1];
  size_t count = 0;
  struct world *world = &call->sim->world;
  struct channel *channel = NULL;
  if (arg(call, "channel") != NULL) return open_again(call);
  const char *error = members_for_open(call, members, &count);
  if (error == NULL) error = api_wants(call, count == 2 ? "im:write" : "mpim:write");
  if (error != NULL) return error;
  channel = count == 2 ? world_dm(world, members[0], members[1], false) : world_mpim(world, call->team, members, count, false);
  bool existed = channel != NULL;
  if (!existed && arg_bool(call, "prevent_creation", false)) return "channel_not_found";
  if (!existed) channel = count == 2 ? world_dm(world, members[1], members[0], true) : world_mpim(world, call->team, members, count, true);
  if (channel == NULL) return "fatal_error";
  channel->creator = existed ? channel->creator : call->team->bot;
  return answer_open(call, channel, existed);
}

/* ---- make and change ---- */

static const char *manage(const struct channel *channel) {
  return channel->kind == CHANNEL_PUBLIC ? "channels:manage" : "groups:write";
}

/* A room with a name, which the bot may change. */
static const char *room(struct call *call, struct channel **ret_channel) {
  const char *error = talk_own_room(call, arg(call, "channel"), ret_channel);
  if (error != NULL) return error;
  if ((*ret_channel)->kind >= CHANNEL_IM) return "method_not_supported_for_channel_type";
  return api_wants(call, manage(*ret_channel));
}

const char *api_conversations_create(struct call *call) {
  bool is_private = arg_bool(call, "is_private", false);
  const char *name = arg(call, "name"), *error = api_wants(call, is_private ? "groups:write" : "channels:manage");
  if (error == NULL) error = check_name(name);
  if (error != NULL) return error;
  if (world_channel_named(&call->sim->world, call->team, name) != NULL) return "name_taken";
  struct channel *channel = world_channel(&call->sim->world, call->team, is_private ? CHANNEL_PRIVATE : CHANNEL_PUBLIC, name);
  if (channel == NULL) return "too_many_convos_for_team";
  channel->creator = call->team->bot;
  list_add(&channel->members, call->team->bot);
  tree_put(call->answer, "channel", talk_channel_json(call->sim, channel, call->team->bot));
  return NULL;
}

/* Why this person cannot come in, or NULL. */
static const char *uninvitable(const struct call *call, const struct channel *channel, const struct user *user) {
  if (user == NULL || user->team != call->team) return "user_not_found";
  if (user == call->team->bot) return "cant_invite_self";
  if (list_has(&channel->members, user)) return "already_in_channel";
  if (user->deleted) return "user_disabled";
  if (user->is_ultra_restricted) return "ura_max_channels";
  return user->is_restricted && channel->kind == CHANNEL_PUBLIC ? "user_is_restricted" : NULL;
}

static void tell_joined(struct call *call, struct channel *channel, struct user *user) {
  if (!sim_team_has_scope(call->sim, call->team, channel_scope(channel->kind))) return;
  cJSON *event = talk_event_new(call->sim, "member_joined_channel", user, channel);
  tree_str(event, "channel_type", channel->id[0] == 'G' ? "G" : "C");
  tree_str(event, "team", call->team->id);
  tree_str(event, "inviter", call->team->bot->id);
  talk_event(call->sim, call->team, event);
}

static const char *complain_invite(struct call *call, cJSON *errors) {
  const char *first = json_str(errors->child, "error");
  tree_put(call->answer, "errors", errors);
  return first;
}

const char *api_conversations_invite(struct call *call) {
  struct channel *channel = NULL;
  const cJSON *users = arg_json(call, "users"), *id;
  bool force = arg_bool(call, "force", false);
  const char *error = room(call, &channel);
  if (error == NULL && channel->archived) error = "is_archived";
  if (error == NULL && cJSON_GetArraySize(users) == 0) error = "no_user";
  if (error == NULL && cJSON_GetArraySize(users) > INVITES_MAX) error = "too_many_users";
  if (error != NULL) return error;
  cJSON *errors = cJSON_CreateArray();
  size_t good = 0;
  cJSON_ArrayForEach(id, users) {
    const char *why = uninvitable(call, channel, world_user_id(&call->sim->world, call->team, cJSON_GetStringValue(id)));
    good += why == NULL;
    if (why == NULL) continue;
    cJSON *row = tree_object(errors, NULL);
    tree_bool(row, "ok", false);
    tree_str(row, "error", why);
    tree_str(row, "user", cJSON_GetStringValue(id));
  }
  bool bad = cJSON_GetArraySize(errors) > 0;
  if (bad && (!force || good == 0)) return complain_invite(call, errors);
  cJSON_ArrayForEach(id, users) {
    struct user *user = world_user_id(&call->sim->world, call->team, cJSON_GetStringValue(id));
    if (uninvitable(call, channel, user) != NULL) continue;
    list_add(&channel->members, user);
    tell_joined(call, channel, user);
  }
  if (bad) tree_put(call->answer, "errors", errors);
  else cJSON_Delete(errors);
  tree_put(call->answer, "channel", talk_channel_json(call->sim, channel, call->team->bot));
  return NULL;
}

static void tell_left(struct call *call, struct channel *channel, struct user *user) {
  if (!sim_team_has_scope(call->sim, call->team, channel_scope(channel->kind))) return;
  cJSON *event = talk_event_new(call->sim, "member_left_channel", user, channel);
  tree_str(event, "channel_type", "C");
  tree_str(event, "team", call->team->id);
  talk_event(call->sim, call->team, event);
}

const char *api_conversations_kick(struct call *call) {
  struct channel *channel = NULL;
  struct user *user = world_user_id(&call->sim->world, call->team, arg(call, "user"));
  const char *error = room(call, &channel);
  if (error != NULL) return error;
  if (channel->archived) return "is_archived";
  if (channel->general) return "cant_kick_from_general";
  if (user == NULL || user->team != call->team) return "user_not_found";
  if (user == call->team->bot) return "cant_kick_self";
  if (!list_drop(&channel->members, user)) return "not_in_channel";
  (void)tree_object(call->answer, "errors");
  tell_left(call, channel, user);
  return NULL;
}

const char *api_conversations_leave(struct call *call) {
  struct channel *channel = world_channel_id(&call->sim->world, arg(call, "channel"));
  if (channel == NULL || channel->team != call->team) return "channel_not_found";
  if (channel->kind >= CHANNEL_IM) return "method_not_supported_for_channel_type";
  if (channel->archived) return "is_archived";
  if (channel->general) return "cant_leave_general";
  if (!list_drop(&channel->members, call->team->bot)) tree_bool(call->answer, "not_in_channel", true);
  return NULL;
}

const char *api_conversations_archive(struct call *call) {
  struct channel *channel = NULL;
  const char *error = room(call, &channel);
  if (error != NULL) return error;
  if (channel->general) return "cant_archive_general";
  if (channel->archived) return "already_archived";
  channel->archived = true;
  return NULL;
}

const char *api_conversations_unarchive(struct call *call) {
  struct channel *channel = NULL;
  const char *error = room(call, &channel);
  if (error != NULL) return error;
  if (!channel->archived) return "not_archived";
  channel->archived = false;
  return NULL;
}

const char *api_conversations_rename(struct call *call) {
  struct channel *channel = NULL;
  const char *error = room(call, &channel), *name = arg(call, "name");
  if (error == NULL && channel->archived) error = "is_archived";
  if (error == NULL) error = check_name(name);
  if (error != NULL) return error;
  struct channel *other = world_channel_named(&call->sim->world, call->team, name);
  if (other != NULL && other != channel) return "name_taken";
  SLOT_PUT(channel->name, name);
  tree_put(call->answer, "channel", talk_channel_json(call->sim, channel, call->team->bot));
  return NULL;
}

const char *api_conversations_set_topic(struct call *call) {
  struct channel *channel = NULL;
  const char *error = talk_own_room(call, arg(call, "channel"), &channel), *topic = arg(call, "topic");
  if (error != NULL) return error;
  if (channel->archived) return "is_archived";
  if (channel->kind == CHANNEL_IM) return "method_not_supported_for_channel_type";
  error = api_wants(call, channel->kind == CHANNEL_MPIM ? "mpim:write" : manage(channel));
  if (error != NULL) return error;
  if (text_utf8_count(topic) > TOPIC_CHARS_MAX) return "too_long";
  SLOT_PUT(channel->topic, topic);
  tree_put(call->answer, "channel", talk_channel_json(call->sim, channel, call->team->bot));
  return NULL;
}

/* ---- read ---- */

/* What may be read of it: a public room by anybody, others by members. */
static const char *readable(struct call *call, struct channel **ret_channel) {
  struct channel *channel = world_channel_id(&call->sim->world, arg(call, "channel"));
  if (channel == NULL || channel->team != call->team) return "channel_not_found";
  if (channel->kind != CHANNEL_PUBLIC && !list_has(&channel->members, call->team->bot)) return "channel_not_found";
  *ret_channel = channel;
  return NULL;
}

const char *api_conversations_members(struct call *call) {
  struct channel *channel = NULL;
  size_t from = 0, to = 0;
  const char *error = readable(call, &channel);
  if (error == NULL) error = api_wants(call, channel_scope(channel->kind));
  if (error == NULL) error = api_page(call, channel->members.count, 100, &from, &to);
  if (error != NULL) return error;
  cJSON *members = tree_array(call->answer, "members");
  for (size_t i = from; i < to; i++) tree_str(members, NULL, ((struct user *)channel->members.items[i])->id);
  return NULL;
}

const char *api_conversations_info(struct call *call) {
  struct channel *channel = NULL;
  const char *error = readable(call, &channel);
  if (error == NULL) error = api_wants(call, channel_scope(channel->kind));
  if (error != NULL) return error;
  cJSON *json = talk_channel_json(call->sim, channel, call->team->bot);
  if (!arg_bool(call, "include_num_members", false)) cJSON_DeleteItemFromObjectCaseSensitive(json, "num_members");
  if (arg_bool(call, "include_locale", false)) tree_str(json, "locale", "en-GB");
  tree_put(call->answer, "channel", json);
  return NULL;
}

static const char *kind_word(enum channel_kind kind) {
  static const char *const words[] = {"public_channel", "private_channel", "im", "mpim"};
  return words[kind];
}

static const char *check_types(struct call *call, const char *types) {
  for (int kind = 0; kind < CHANNEL_MAX_; kind++) {
    const char *error = word_in(types, kind_word((enum channel_kind)kind)) ? api_wants(call, channel_scope((enum channel_kind)kind)) : NULL;
    if (error != NULL) return error;
  }
  return strpbrk(types, "pim") == NULL ? "invalid_types" : NULL;
}

static bool listed(const struct call *call, const struct channel *channel, const struct user *whose, const char *types) {
  if (channel->team != call->team || !word_in(types, kind_word(channel->kind))) return false;
  if (channel->archived && arg_bool(call, "exclude_archived", false)) return false;
  if (channel->kind != CHANNEL_PUBLIC && !list_has(&channel->members, call->team->bot)) return false;
  return whose == NULL || list_has(&channel->members, whose);
}

static const char *list_rooms(struct call *call, const struct user *whose) {
  const char *types = arg(call, "types") == NULL ? "public_channel" : arg(call, "types"), *error = check_types(call, types);
  struct list rooms = {0};
  size_t from = 0, to = 0;
  if (error != NULL) return error;
  for (size_t i = 0; i < call->sim->world.channels.count; i++)
    if (listed(call, call->sim->world.channels.items[i], whose, types)) list_add(&rooms, call->sim->world.channels.items[i]);
  error = api_page(call, rooms.count, 100, &from, &to);
  cJSON *json = error == NULL ? tree_array(call->answer, "channels") : NULL;
  for (size_t i = from; error == NULL && i < to; i++) tree_put(json, NULL, talk_channel_json(call->sim, rooms.items[i], call->team->bot));
  list_done(&rooms, NULL);
  return error;
}

const char *api_conversations_list(struct call *call) {
  return list_rooms(call, NULL);
}

const char *api_users_conversations(struct call *call) {
  struct user *user = call->team->bot;
  if (arg(call, "user") != NULL) user = world_user_id(&call->sim->world, call->team, arg(call, "user"));
  return user == NULL || user->team != call->team ? "user_not_found" : list_rooms(call, user);
}

static bool within(const struct call *call, const char *ts) {
  const char *oldest = arg(call, "oldest"), *latest = arg(call, "latest");
  double at = strtod(ts, NULL), low = oldest == NULL ? 0 : strtod(oldest, NULL), high = latest == NULL ? 1e18 : strtod(latest, NULL);
  if (arg_bool(call, "inclusive", false)) return at >= low && at <= high;
  return at > low && at < high;
}

/* What was said in a thread stands there alone, unless it was sent to all. */
static bool stands_in_history(const struct message *message) {
  const char *thread = json_str(message->json, "thread_ts");
  bool reply = thread != NULL && strcmp(thread, message->ts) != 0 && !tree_is(message->json, "subtype", "thread_broadcast");
  return message->only == NULL && !reply;
}

/* Newest first; metadata only when it is asked for. */
const char *api_conversations_history(struct call *call) {
  struct channel *channel = NULL;
  struct list shown = {0};
  size_t from = 0, to = 0;
  const char *error = readable(call, &channel);
  if (error == NULL) error = api_wants(call, channel_hears(channel->kind));
  if (error == NULL && !list_has(&channel->members, call->team->bot)) error = "not_in_channel";
  if (error != NULL) return error;
  for (size_t i = channel->messages.count; i > 0; i--) {
    struct message *message = channel->messages.items[i - 1];
    if (stands_in_history(message) && within(call, message->ts)) list_add(&shown, message);
  }
  error = api_page(call, shown.count, 100, &from, &to);
  cJSON *messages = error == NULL ? tree_array(call->answer, "messages") : NULL;
  for (size_t i = from; error == NULL && i < to; i++) {
    cJSON *copy = cJSON_Duplicate(((struct message *)shown.items[i])->json, true);
    if (!arg_bool(call, "include_all_metadata", false)) cJSON_DeleteItemFromObjectCaseSensitive(copy, "metadata");
    tree_put(messages, NULL, copy);
  }
  if (error == NULL) tree_bool(call->answer, "has_more", to < shown.count);
  list_done(&shown, NULL);
  return error;
}
