/* keep.c: the world to JSON and back; ids stay what they were. */
#include "tests/sim/slack/keep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/file.h"
#include "bot/base/map.h"
#include "tests/sim/slack/api.h"
#include "tests/sim/slack/files.h"
#include "tests/sim/slack/keep_fields.h"
#include "tests/sim/slack/talk.h"

enum { WORLD_BYTES_MAX = 1 << 30, STALE_MS = 60000 }; /* what ran out is known a little longer, to be refused by its name */

KEPT_TABLE(user, KEPT(user, TEAM, team), KEPT(user, TEXT, id), KEPT(user, TEXT, name), KEPT(user, TEXT, real_name), KEPT(user, TEXT, display_name),
           KEPT(user, TEXT, email), KEPT(user, TEXT, tz), KEPT(user, TEXT, locale), KEPT(user, NUMBER, deleted), KEPT(user, NUMBER, is_bot),
           KEPT(user, NUMBER, is_restricted), KEPT(user, NUMBER, is_ultra_restricted), KEPT(user, NUMBER, is_stranger), KEPT(user, NUMBER, updated_s),
           KEPT(user, NUMBER, quiet_from_s), KEPT(user, NUMBER, quiet_to_s), KEPT(user, WORDS, notes), KEPT(user, WORDS, slips), KEPT(user, VIEW, home),
           KEPT(user, VIEW, stack[0]), KEPT(user, VIEW, stack[1]), KEPT(user, VIEW, stack[2]), KEPT(user, NUMBER, depth), KEPT(user, TREE, view_errors));
_Static_assert(VIEWS_DEEP == 3, "each view of the stack has its row above");
KEPT_TABLE(message, KEPT(message, TEXT, ts), KEPT(message, USER, only), KEPT(message, TREE, json), KEPT(message, TREE, chosen));
KEPT_TABLE(channel, KEPT(channel, TEAM, team), KEPT(channel, TEXT, id), KEPT(channel, TEXT, name), KEPT(channel, TEXT, topic), KEPT(channel, NUMBER, kind),
           KEPT(channel, NUMBER, archived), KEPT(channel, NUMBER, general), KEPT(channel, NUMBER, created_s), KEPT(channel, USER, creator));
KEPT_TABLE(team, KEPT(team, TEXT, id), KEPT(team, TEXT, name), KEPT(team, TEXT, bot_id), KEPT(team, TEXT, app), KEPT(team, TREE, usergroups));
KEPT_TABLE(token, KEPT(token, TEXT, text), KEPT(token, TEXT, scopes), KEPT(token, TEXT, refusal), KEPT(token, TEXT, events), KEPT(token, TEAM, team));
KEPT_TABLE(file, KEPT(file, TEAM, team), KEPT(file, TEXT, id), KEPT(file, TEXT, key), KEPT(file, TEXT, name), KEPT(file, TEXT, title), KEPT(file, TEXT, alt),
           KEPT(file, NUMBER, wanted_bytes), KEPT(file, NUMBER, bytes), KEPT(file, NUMBER, created_s), KEPT(file, NUMBER, stored), KEPT(file, NUMBER, completed), KEPT(file, NUMBER, deleted),
           KEPT(file, TEXT, mark), KEPT(file, CHANNEL, room), KEPT(file, TREE, message), KEPT(file, TREE, shares));
KEPT_TABLE(scheduled, KEPT(scheduled, TEXT, id), KEPT(scheduled, CHANNEL, channel), KEPT(scheduled, NUMBER, post_at_s), KEPT(scheduled, TREE, json));
KEPT_TABLE(ticket, KEPT(ticket, TEXT, secret), KEPT(ticket, TEXT, app), KEPT(ticket, NUMBER, until_ms), KEPT(ticket, NUMBER, used));
KEPT_TABLE(trigger, KEPT(trigger, TEXT, secret), KEPT(trigger, NUMBER, until_ms), KEPT(trigger, NUMBER, used), KEPT(trigger, USER, user));
KEPT_TABLE(respond, KEPT(respond, TEXT, secret), KEPT(respond, TEXT, ts), KEPT(respond, NUMBER, until_ms), KEPT(respond, NUMBER, uses),
           KEPT(respond, USER, user), KEPT(respond, CHANNEL, channel));

/* Rings of secrets: what a secret is worth stands at the place that it names. */
static const struct ring {
  const char *name;
  const struct kept_fields *fields;
  size_t at, each, most, until_at, next_at;
} rings[] = {
#define RING(one, MOST) {#one "s", &one##_fields, offsetof(struct tickets, one##s), sizeof(struct one), MOST, offsetof(struct one, until_ms), offsetof(struct tickets, one##_next)}
    RING(ticket, TICKETS_MAX), RING(trigger, TRIGGERS_MAX), RING(respond, RESPONDS_MAX)
#undef RING
};

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

static void save_ring(const struct sim *sim, const struct ring *ring, cJSON *root) {
  const char *tickets = (const char *)&sim->tickets;
  size_t next = *(const size_t *)(const void *)(tickets + ring->next_at);
  cJSON *kept = tree_object(root, ring->name), *rows = tree_array(kept, "rows");
  tree_int(kept, "next", (int64_t)next);
  for (size_t i = 0; i < ring->most && i < next; i++) {
    const char *one = tickets + ring->at + i * ring->each;
    int64_t until_ms = *(const int64_t *)(const void *)(one + ring->until_at);
    if (until_ms + STALE_MS < moment_ms(&sim->moment)) continue;
    cJSON *row = tree_object(rows, NULL);
    tree_int(row, "place", (int64_t)i);
    keep_fields_save(ring->fields, one, row);
  }
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
  cJSON *files = tree_array(root, "files"), *scheduled = tree_array(root, "scheduled");
  for (size_t i = 0; i < world->teams.count; i++) save_team(world->teams.items[i], tree_object(teams, NULL));
  for (size_t i = 0; i < world->users.count; i++) keep_fields_save(&user_fields, world->users.items[i], tree_object(users, NULL));
  for (size_t i = 0; i < world->channels.count; i++) save_channel(world->channels.items[i], tree_object(channels, NULL));
  for (size_t i = 0; i < sim->token_count; i++) keep_fields_save(&token_fields, &sim->tokens[i], tree_object(tokens, NULL));
  for (size_t i = 0; i < world->files.count; i++) keep_fields_save(&file_fields, world->files.items[i], tree_object(files, NULL));
  for (size_t i = 0; i < world->scheduled.count; i++) keep_fields_save(&scheduled_fields, world->scheduled.items[i], tree_object(scheduled, NULL));
  for (size_t i = 0; i < ARRAY_LEN(rings); i++) save_ring(sim, &rings[i], root);
  save_waiting(sim, tree_array(root, "waiting"));
  tree_int(root, "start_ms", moment_wall_ms(&sim->moment) - moment_ms(&sim->moment));
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
  keep_fields_load(&team_fields, world, row, team);
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
  keep_fields_load(&user_fields, world, row, user);
}

static void load_channel(struct world *world, const cJSON *row) {
  const cJSON *part;
  struct team *team = world_team_id(world, json_str(row, "team"));
  struct channel *channel = world_channel(world, team, (enum channel_kind)json_int_or(row, "kind", 0), json_str_or(row, "name", ""));
  assert(channel != NULL);
  call_again(world, channel->id, json_str_or(row, "id", ""), channel);
  keep_fields_load(&channel_fields, world, row, channel);
  cJSON_ArrayForEach(part, json_at(row, "members")) list_add(&channel->members, world_user_id(world, team, cJSON_GetStringValue(part)));
  if (channel->kind >= CHANNEL_IM) world_meet(world, channel);
  cJSON_ArrayForEach(part, json_at(row, "messages"))
    keep_fields_load(&message_fields, world, part, world_say(world, channel, NULL, cJSON_Duplicate(json_at(part, "json"), true)));
}

static void load_token(struct sim *sim, const cJSON *row) {
  struct token *token = sim_token_add(sim, json_str_or(row, "text", ""), NULL, "");
  if (token != NULL) keep_fields_load(&token_fields, &sim->world, row, token);
}

static void load_file(struct sim *sim, const cJSON *row) {
  struct file *file = world_file(&sim->world, world_team_id(&sim->world, json_str(row, "team")));
  assert(file != NULL);
  call_again(&sim->world, file->id, json_str_or(row, "id", ""), file);
  keep_fields_load(&file_fields, &sim->world, row, file);
  files_go_on(sim, file);
}

static void load_scheduled(struct sim *sim, const cJSON *row) {
  struct scheduled *scheduled = world_schedule(&sim->world, NULL, 0, NULL);
  assert(scheduled != NULL);
  keep_fields_load(&scheduled_fields, &sim->world, row, scheduled);
  talk_later(sim, scheduled);
}

/* Their ends are counted from the start of the simulator, which is another now. */
static void load_ring(struct sim *sim, const struct ring *ring, const cJSON *kept, int64_t shift_ms) {
  char *tickets = (char *)&sim->tickets;
  const cJSON *row;
  *(size_t *)(void *)(tickets + ring->next_at) = (size_t)json_int_or(kept, "next", 0);
  cJSON_ArrayForEach(row, json_at(kept, "rows")) {
    size_t place = (size_t)json_int_or(row, "place", 0);
    assert(place < ring->most);
    char *one = tickets + ring->at + place * ring->each;
    keep_fields_load(ring->fields, &sim->world, row, one);
    *(int64_t *)(void *)(one + ring->until_at) += shift_ms;
  }
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
  sim->moment.pushed_ms = json_int_or(root, "pushed_ms", 0);
  sim->moment.last_us = json_int_or(root, "last_us", 0);
  int64_t start_ms = moment_wall_ms(&sim->moment) - moment_ms(&sim->moment), shift_ms = json_int_or(root, "start_ms", start_ms) - start_ms;
  for (size_t i = 0; i < ARRAY_LEN(rings); i++) load_ring(sim, &rings[i], json_at(root, rings[i].name), shift_ms);
  cJSON_ArrayForEach(row, json_at(root, "files")) load_file(sim, row);
  cJSON_ArrayForEach(row, json_at(root, "scheduled")) load_scheduled(sim, row);
  cJSON_ArrayForEach(row, json_at(root, "settings")) (void)sim_setting(sim, row->string, (int64_t)row->valuedouble); /* last: a full world takes nothing in */
  sim->world.next_id = (uint64_t)json_int_or(root, "next_id", 1); /* what was made above took ids that nobody saw */
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
