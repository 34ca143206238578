/* keep.c: the world to JSON and back; ids stay what they were. */
#include "tests/sim/slack/keep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/file.h"
#include "bot/base/map.h"
#include "tests/sim/slack/api.h"
#include "tests/sim/slack/keep_fields.h"

enum { WORLD_BYTES_MAX = 1 << 30 };

KEPT_TABLE(user, KEPT(user, TEAM, team), KEPT(user, TEXT, id), KEPT(user, TEXT, name), KEPT(user, TEXT, real_name), KEPT(user, TEXT, display_name),
           KEPT(user, TEXT, email), KEPT(user, TEXT, tz), KEPT(user, TEXT, locale), KEPT(user, NUMBER, deleted), KEPT(user, NUMBER, is_bot),
           KEPT(user, NUMBER, is_restricted), KEPT(user, NUMBER, is_ultra_restricted), KEPT(user, NUMBER, is_stranger), KEPT(user, NUMBER, updated_s),
           KEPT(user, NUMBER, quiet_from_s), KEPT(user, NUMBER, quiet_to_s), KEPT(user, WORDS, notes), KEPT(user, WORDS, slips), KEPT(user, VIEW, home));
KEPT_TABLE(message, KEPT(message, TEXT, ts), KEPT(message, USER, only), KEPT(message, TREE, json), KEPT(message, TREE, chosen));
KEPT_TABLE(channel, KEPT(channel, TEAM, team), KEPT(channel, TEXT, id), KEPT(channel, TEXT, name), KEPT(channel, TEXT, topic), KEPT(channel, NUMBER, kind),
           KEPT(channel, NUMBER, archived), KEPT(channel, NUMBER, general), KEPT(channel, NUMBER, created_s), KEPT(channel, USER, creator));
KEPT_TABLE(team, KEPT(team, TEXT, id), KEPT(team, TEXT, name), KEPT(team, TEXT, bot_id), KEPT(team, TREE, usergroups));
KEPT_TABLE(token, KEPT(token, TEXT, text), KEPT(token, TEXT, scopes), KEPT(token, TEXT, refusal), KEPT(token, TEXT, events), KEPT(token, TEAM, team));

/* ---- saving ---- */

static void save_channel(const struct channel *channel, cJSON *row) {
  keep_fields_save(&channel_fields, channel, row);
  cJSON *members = tree_array(row, "members"), *messages = tree_array(row, "messages");
  for (size_t i = 0; i < channel->members.count; i++) tree_str(members, NULL, ((struct user *)channel->members.items[i])->id);
  for (size_t i = 0; i < channel->messages.count; i++) keep_fields_save(&message_fields, channel->messages.items[i], tree_object(messages, NULL));
}

static void save_team(const struct team *team, cJSON *row) {
  keep_fields_save(&team_fields, team, row);
  tree_str(row, "bot_user", team->bot->id);
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
  for (size_t i = 0; i < world->users.count; i++) keep_fields_save(&user_fields, world->users.items[i], tree_object(users, NULL));
  for (size_t i = 0; i < world->channels.count; i++) save_channel(world->channels.items[i], tree_object(channels, NULL));
  for (size_t i = 0; i < sim->token_count; i++) keep_fields_save(&token_fields, &sim->tokens[i], tree_object(tokens, NULL));
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

static void load_team(struct world *world, const cJSON *row) {
  char handle[NAME_SIZE + ID_SIZE];
  struct team *team = world_team(world, json_str_or(row, "name", ""), api_method_count);
  assert(team != NULL);
  call_again(world, team->id, json_str_or(row, "id", ""), team);
  world_call(world, team->bot, json_str_or(row, "bot_user", ""));
  keep_fields_load(&team_fields, world, team, row, team);
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
  keep_fields_load(&user_fields, world, team, row, user);
}

static void load_channel(struct world *world, const cJSON *row) {
  const cJSON *part;
  struct team *team = world_team_id(world, json_str(row, "team"));
  struct channel *channel = world_channel(world, team, (enum channel_kind)json_int_or(row, "kind", 0), json_str_or(row, "name", ""));
  assert(channel != NULL);
  call_again(world, channel->id, json_str_or(row, "id", ""), channel);
  keep_fields_load(&channel_fields, world, team, row, channel);
  cJSON_ArrayForEach(part, json_at(row, "members")) list_add(&channel->members, world_user_id(world, team, cJSON_GetStringValue(part)));
  if (channel->kind >= CHANNEL_IM) world_meet(world, channel);
  cJSON_ArrayForEach(part, json_at(row, "messages"))
    keep_fields_load(&message_fields, world, team, part, world_say(world, channel, NULL, cJSON_Duplicate(json_at(part, "json"), true)));
}

static void load_token(struct sim *sim, const cJSON *row) {
  struct token *token = sim_token_add(sim, json_str_or(row, "text", ""), NULL, "");
  if (token != NULL) keep_fields_load(&token_fields, &sim->world, NULL, row, token);
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
