/* keep.c: the world to JSON and back; ids stay what they were. */
#include "tests/sim/slack/keep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/file.h"
#include "bot/base/map.h"
#include "tests/sim/slack/api.h"

enum { WORLD_BYTES_MAX = 1 << 30 };

/* What stands in a user's record as it is. */
#define USER_TEXTS(TEXT) TEXT(id) TEXT(name) TEXT(real_name) TEXT(display_name) TEXT(email) TEXT(tz) TEXT(locale)
#define USER_FLAGS(FLAG) FLAG(deleted) FLAG(is_bot) FLAG(is_restricted) FLAG(is_ultra_restricted) FLAG(is_stranger)
#define USER_TIMES(TIME) TIME(updated_s) TIME(quiet_from_s) TIME(quiet_to_s)

/* ---- saving ---- */

static void save_words(const struct list *words, const char *key, cJSON *into) {
  cJSON *array = tree_array(into, key);
  for (size_t i = 0; i < words->count; i++) tree_str(array, NULL, words->items[i]);
}

static void save_user(const struct user *user, cJSON *row) {
#define AS_TEXT(field) tree_str(row, #field, user->field);
#define AS_FLAG(field) tree_bool(row, #field, user->field);
#define AS_TIME(field) tree_int(row, #field, user->field);
  USER_TEXTS(AS_TEXT)
  USER_FLAGS(AS_FLAG)
  USER_TIMES(AS_TIME)
#undef AS_TEXT
#undef AS_FLAG
#undef AS_TIME
  tree_str(row, "team", user->team->id);
  save_words(&user->notes, "notes", row);
  save_words(&user->slips, "slips", row);
  if (user->home == NULL) return;
  cJSON *home = tree_object(row, "home");
  tree_str(home, "id", user->home->id);
  tree_str(home, "hash", user->home->hash);
  tree_copy(home, "json", user->home->json);
}

static void save_message(const struct message *message, cJSON *row) {
  tree_str(row, "ts", message->ts);
  if (message->only != NULL) tree_str(row, "only", message->only->id);
  tree_copy(row, "json", message->json);
  tree_copy(row, "chosen", message->chosen);
}

static void save_channel(const struct channel *channel, cJSON *row) {
  tree_str(row, "id", channel->id);
  tree_str(row, "team", channel->team->id);
  tree_str(row, "name", channel->name);
  tree_str(row, "topic", channel->topic);
  tree_int(row, "kind", channel->kind);
  tree_bool(row, "archived", channel->archived);
  tree_bool(row, "general", channel->general);
  tree_int(row, "created_s", channel->created_s);
  if (channel->creator != NULL) tree_str(row, "creator", channel->creator->id);
  cJSON *members = tree_array(row, "members"), *messages = tree_array(row, "messages");
  for (size_t i = 0; i < channel->members.count; i++) tree_str(members, NULL, ((struct user *)channel->members.items[i])->id);
  for (size_t i = 0; i < channel->messages.count; i++) save_message(channel->messages.items[i], tree_object(messages, NULL));
}

static void save_team(const struct team *team, cJSON *row) {
  tree_str(row, "id", team->id);
  tree_str(row, "name", team->name);
  tree_str(row, "bot_id", team->bot_id);
  tree_str(row, "bot_user", team->bot->id);
  tree_copy(row, "usergroups", team->usergroups);
}

static void save_token(const struct token *token, cJSON *row) {
  tree_str(row, "text", token->text);
  tree_str(row, "scopes", token->scopes);
  tree_str(row, "refusal", token->refusal);
  tree_str(row, "events", token->events);
  if (token->team != NULL) tree_str(row, "team", token->team->id);
}

static void save_waiting(const struct sim *sim, cJSON *rows) {
  for (size_t i = 0; i < sim->sockets->envelopes.count; i++) {
    const struct envelope *envelope = sim->sockets->envelopes.items[i];
    if (envelope->kind == ENVELOPE_EVENT && envelope->state == ENVELOPE_WAITING) tree_copy(rows, NULL, envelope->payload);
  }
}

void keep_save(const struct sim *sim) {
  const struct world *world = &sim->world;
  if (sim->world_file == NULL || sim_set(sim, SET_record) == 0) return;
  cJSON *root = cJSON_CreateObject();
  cJSON *teams = tree_array(root, "teams"), *users = tree_array(root, "users"), *channels = tree_array(root, "channels"), *tokens = tree_array(root, "tokens");
  for (size_t i = 0; i < world->teams.count; i++) save_team(world->teams.items[i], tree_object(teams, NULL));
  for (size_t i = 0; i < world->users.count; i++) save_user(world->users.items[i], tree_object(users, NULL));
  for (size_t i = 0; i < world->channels.count; i++) save_channel(world->channels.items[i], tree_object(channels, NULL));
  for (size_t i = 0; i < sim->token_count; i++) save_token(&sim->tokens[i], tree_object(tokens, NULL));
  save_waiting(sim, tree_array(root, "waiting"));
  sim_settings(sim, tree_object(root, "settings"));
  tree_int(root, "next_id", (int64_t)world->next_id);
  tree_int(root, "pushed_ms", sim->moment.pushed_ms);
  tree_int(root, "last_us", sim->moment.last_us);
  char *printed = tree_print(root);
  cJSON_Delete(root);
  if (file_replace(sim->world_file, printed, strlen(printed), 0600) != ERR_NONE) abort(); /* a test that looks at half a world is worse */
  free(printed);
}

/* ---- loading ---- */

/* What was just made gets back the id it had. */
static void call_again(struct world *world, char id[ID_SIZE], const char *was, void *what) {
  (void)map_drop(world->by_id, id);
  slot_put(id, ID_SIZE, was);
  (void)map_put(world->by_id, id, what);
}

static void load_words(const cJSON *words, struct list *into) {
  const cJSON *word;
  cJSON_ArrayForEach(word, words) world_note(into, cJSON_GetStringValue(word));
}

static void load_team(struct world *world, const cJSON *row) {
  char handle[NAME_SIZE + ID_SIZE];
  struct team *team = world_team(world, json_str_or(row, "name", ""), api_method_count);
  assert(team != NULL);
  call_again(world, team->id, json_str_or(row, "id", ""), team);
  SLOT_PUT(team->bot_id, json_str(row, "bot_id"));
  world_call(world, team->bot, json_str_or(row, "bot_user", ""));
  cJSON_Delete(team->usergroups);
  team->usergroups = cJSON_Duplicate(json_at(row, "usergroups"), true);
  (void)snprintf(handle, sizeof handle, "%s/%s", team->id, team->bot->name);
  (void)map_put(world->handles, handle, team->bot);
}

static void load_user(struct world *world, const cJSON *row) {
  struct team *team = world_team_id(world, json_str(row, "team"));
  struct user *user = world_user_id(world, team, json_str(row, "id"));
  if (user == NULL) {
    user = world_person(world, team, json_str_or(row, "name", ""));
    assert(user != NULL);
    world_call(world, user, json_str_or(row, "id", ""));
  }
#define AS_TEXT(field) SLOT_PUT(user->field, json_str(row, #field));
#define AS_FLAG(field) user->field = json_bool_or(row, #field, false);
#define AS_TIME(field) user->field = json_int_or(row, #field, 0);
  USER_TEXTS(AS_TEXT)
  USER_FLAGS(AS_FLAG)
  USER_TIMES(AS_TIME)
#undef AS_TEXT
#undef AS_FLAG
#undef AS_TIME
  load_words(json_at(row, "notes"), &user->notes);
  load_words(json_at(row, "slips"), &user->slips);
  if (json_at(row, "home") == NULL) return;
  user->home = world_view(world, cJSON_Duplicate(json_at(row, "home.json"), true));
  SLOT_PUT(user->home->id, json_str(row, "home.id"));
  SLOT_PUT(user->home->hash, json_str(row, "home.hash"));
}

static void load_channel(struct world *world, const cJSON *row) {
  const cJSON *part;
  struct team *team = world_team_id(world, json_str(row, "team"));
  struct channel *channel = world_channel(world, team, (enum channel_kind)json_int_or(row, "kind", 0), json_str_or(row, "name", ""));
  assert(channel != NULL);
  call_again(world, channel->id, json_str_or(row, "id", ""), channel);
  SLOT_PUT(channel->topic, json_str(row, "topic"));
  channel->archived = json_bool_or(row, "archived", false);
  channel->general = json_bool_or(row, "general", false);
  channel->created_s = json_int_or(row, "created_s", 0);
  channel->creator = world_user_id(world, team, json_str(row, "creator"));
  cJSON_ArrayForEach(part, json_at(row, "members")) list_add(&channel->members, world_user_id(world, team, cJSON_GetStringValue(part)));
  if (channel->kind >= CHANNEL_IM) world_meet(world, channel);
  cJSON_ArrayForEach(part, json_at(row, "messages")) {
    struct message *message = world_say(world, channel, world_user_id(world, team, json_str(part, "only")), cJSON_Duplicate(json_at(part, "json"), true));
    SLOT_PUT(message->ts, json_str(part, "ts"));
    tree_set(message->json, "ts", cJSON_CreateString(message->ts));
    message->chosen = json_at(part, "chosen") == NULL ? NULL : cJSON_Duplicate(json_at(part, "chosen"), true);
  }
}

static void load_token(struct sim *sim, const cJSON *row) {
  struct token *token = sim_token_add(sim, json_str_or(row, "text", ""), world_team_id(&sim->world, json_str(row, "team")), json_str_or(row, "scopes", ""));
  if (token == NULL) return;
  SLOT_PUT(token->refusal, json_str(row, "refusal"));
  SLOT_PUT(token->events, json_str(row, "events"));
}

bool keep_load(struct sim *sim) {
  const cJSON *row;
  char *data = NULL;
  size_t bytes = 0;
  if (sim->world_file == NULL || file_read(sim->world_file, WORLD_BYTES_MAX, &data, &bytes) != ERR_NONE) return false;
  cJSON *root = cJSON_ParseWithLength(data, bytes);
  free(data);
  assert(root != NULL); /* it is replaced as a whole */
  sim->world.next_id = (uint64_t)json_int_or(root, "next_id", 1);
  cJSON_ArrayForEach(row, json_at(root, "teams")) load_team(&sim->world, row);
  cJSON_ArrayForEach(row, json_at(root, "users")) load_user(&sim->world, row);
  cJSON_ArrayForEach(row, json_at(root, "channels")) load_channel(&sim->world, row);
  cJSON_ArrayForEach(row, json_at(root, "tokens")) load_token(sim, row);
  cJSON_ArrayForEach(row, json_at(root, "settings")) (void)sim_setting(sim, row->string, (int64_t)row->valuedouble);
  sim->moment.pushed_ms = json_int_or(root, "pushed_ms", 0);
  sim->moment.last_us = json_int_or(root, "last_us", 0);
  sim->waiting = cJSON_DetachItemFromObjectCaseSensitive(root, "waiting");
  cJSON_Delete(root);
  return true;
}

void keep_send(struct sim *sim) {
  while (sim->waiting != NULL && sim->waiting->child != NULL)
    (void)sockets_deliver(sim->sockets, ENVELOPE_EVENT, cJSON_DetachItemViaPointer(sim->waiting, sim->waiting->child));
  cJSON_Delete(sim->waiting);
  sim->waiting = NULL;
}
