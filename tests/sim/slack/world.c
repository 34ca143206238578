/* world.c: making and finding what the simulated Slack holds; everything is bounded. */
#include "tests/sim/slack/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/map.h"
#include "bot/base/random.h"

static const struct {
  const char *type, *reads, *hears;
} kinds[] = {
#define KIND_AS_ROW(name, type, reads, hears) {type, reads, hears},
    CHANNEL_KINDS(KIND_AS_ROW)
#undef KIND_AS_ROW
};

const char *channel_type(enum channel_kind kind) {
  return kinds[kind].type;
}

const char *channel_scope(enum channel_kind kind) {
  return kinds[kind].reads;
}

const char *channel_hears(enum channel_kind kind) {
  return kinds[kind].hears;
}

static void *zeroed(size_t bytes) {
  void *made = calloc(1, bytes);
  assert(made != NULL);
  return made;
}

/* ---- life ---- */

void world_init(struct world *world, struct moment *moment) {
  *world = (struct world){.by_id = map_new(), .handles = map_new(), .next_id = 1, .moment = moment};
}

static void free_message(void *who) {
  struct message *message = who;
  cJSON_Delete(message->json);
  cJSON_Delete(message->chosen);
  free(message);
}

static void free_user(void *who) {
  struct user *user = who;
  world_views_clear(user);
  user->home = world_view_free(user->home);
  list_done(&user->notes, free);
  list_done(&user->slips, free);
  free(user);
}

static void free_channel(void *who) {
  struct channel *channel = who;
  list_done(&channel->members, NULL);
  list_done(&channel->messages, free_message);
  free(channel);
}

static void free_file(void *who) {
  struct file *file = who;
  cJSON_Delete(file->message);
  cJSON_Delete(file->shares);
  free(file->data);
  free(file);
}

static void free_scheduled(void *who) {
  struct scheduled *scheduled = who;
  cJSON_Delete(scheduled->json);
  free(scheduled);
}

static void free_team(void *who) {
  struct team *team = who;
  cJSON_Delete(team->usergroups);
  free(team->methods);
  free(team);
}

void world_done(struct world *world) {
  list_done(&world->users, free_user);
  list_done(&world->channels, free_channel);
  list_done(&world->files, free_file);
  list_done(&world->scheduled, free_scheduled);
  list_done(&world->teams, free_team);
  world->by_id = map_free(world->by_id, NULL);
  world->handles = map_free(world->handles, NULL);
}

/* ---- making ---- */

void world_id(struct world *world, char letter, char ret_id[ID_SIZE]) {
  static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  uint64_t number = world->next_id++;
  (void)snprintf(ret_id, ID_SIZE, "%c0SIM000000", letter);
  for (size_t at = strlen(ret_id); number > 0 && at > 4; number /= 32) ret_id[--at] = digits[number % 32];
}

/* Two workspaces may have people of the same id; without a workspace the first of them is meant. */
void world_call(struct world *world, struct user *user, const char *id) {
  char was[2 * ID_SIZE], now[2 * ID_SIZE];
  (void)snprintf(was, sizeof was, "%s/%s", user->team->id, user->id);
  (void)snprintf(now, sizeof now, "%s/%s", user->team->id, id);
  (void)map_drop(world->handles, was);
  if (map_get(world->by_id, user->id) == user) (void)map_drop(world->by_id, user->id);
  if (id != user->id) SLOT_PUT(user->id, id);
  (void)map_put(world->handles, now, user);
  if (map_get(world->by_id, user->id) == NULL) (void)map_put(world->by_id, user->id, user);
}

struct user *world_person(struct world *world, struct team *team, const char *name) {
  char handle[NAME_SIZE + ID_SIZE];
  (void)snprintf(handle, sizeof handle, "%s/%s", team->id, name);
  if (world->users.count == USERS_MAX || map_get(world->handles, handle) != NULL || name[0] == '\0' || strlen(name) >= NAME_SIZE) return NULL;
  struct user *user = zeroed(sizeof *user);
  user->team = team;
  world_id(world, 'U', user->id);
  SLOT_PUT(user->name, name);
  SLOT_PUT(user->real_name, name);
  (void)snprintf(user->email, sizeof user->email, "%.60s@%.20s.example", name, team->domain);
  SLOT_PUT(user->tz, "Europe/London");
  SLOT_PUT(user->locale, "en-GB");
  user->updated_s = moment_wall_ms(world->moment) / 1000;
  list_add(&world->users, user);
  (void)map_put(world->handles, handle, user);
  world_call(world, user, user->id);
  return user;
}

bool world_rename(struct world *world, struct user *user, const char *name) {
  char handle[NAME_SIZE + ID_SIZE];
  (void)snprintf(handle, sizeof handle, "%s/%s", user->team->id, name);
  if (map_get(world->handles, handle) != NULL || name[0] == '\0' || strlen(name) >= NAME_SIZE) return false;
  (void)map_put(world->handles, handle, user);
  (void)snprintf(handle, sizeof handle, "%s/%s", user->team->id, user->name);
  (void)map_drop(world->handles, handle);
  SLOT_PUT(user->name, name);
  return true;
}

struct team *world_team(struct world *world, const char *name, size_t methods) {
  if (world->teams.count == TEAMS_MAX) return NULL;
  struct team *team = zeroed(sizeof *team);
  world_id(world, 'T', team->id);
  world_id(world, 'B', team->bot_id);
  SLOT_PUT(team->name, name);
  SLOT_PUT(team->domain, name);
  for (char *at = team->domain; *at != '\0'; at++)
    if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-", *at |= 0x20) == NULL) *at = '-';
  team->methods = zeroed(methods * sizeof *team->methods);
  team->usergroups = cJSON_CreateArray();
  list_add(&world->teams, team);
  (void)map_put(world->by_id, team->id, team);
  team->bot = world_person(world, team, "mentor");
  assert(team->bot != NULL);
  team->bot->is_bot = true;
  return team;
}

struct channel *world_channel(struct world *world, struct team *team, enum channel_kind kind, const char *name) {
  if (world->full || world->channels.count == CHANNELS_MAX) return NULL;
  struct channel *channel = zeroed(sizeof *channel);
  channel->team = team;
  channel->kind = kind;
  world_id(world, kind == CHANNEL_IM ? 'D' : 'C', channel->id);
  SLOT_PUT(channel->name, name);
  channel->created_s = moment_wall_ms(world->moment) / 1000;
  list_add(&world->channels, channel);
  (void)map_put(world->by_id, channel->id, channel);
  return channel;
}

struct file *world_file(struct world *world, struct team *team) {
  uint8_t key[HASH_BYTES];
  if (world->full || world->files.count == FILES_MAX) return NULL;
  struct file *file = zeroed(sizeof *file);
  file->team = team;
  world_id(world, 'F', file->id);
  random_bytes(key, sizeof key);
  for (size_t i = 0; i < sizeof key; i++) (void)snprintf(file->key + 2 * i, 3, "%02x", key[i]);
  file->created_s = moment_wall_ms(world->moment) / 1000;
  file->shares = cJSON_CreateArray();
  list_add(&world->files, file);
  (void)map_put(world->by_id, file->id, file);
  return file;
}

/* ---- finding ---- */

static void *of_letter(const struct world *world, const char *id, const char *letters) {
  if (id == NULL || id[0] == '\0' || strchr(letters, id[0]) == NULL) return NULL;
  return map_get(world->by_id, id);
}

struct user *world_user_id(const struct world *world, const struct team *team, const char *id) {
  char handle[2 * ID_SIZE];
  struct user *user = of_letter(world, id, "UW");
  if (user == NULL || team == NULL || user->team == team) return user;
  (void)snprintf(handle, sizeof handle, "%s/%s", team->id, id);
  struct user *same = map_get(world->handles, handle);
  return same == NULL ? user : same;
}

struct channel *world_channel_id(const struct world *world, const char *id) {
  return of_letter(world, id, "CDG");
}

struct team *world_team_id(const struct world *world, const char *id) {
  return of_letter(world, id, "T");
}

struct file *world_file_id(const struct world *world, const char *id) {
  return of_letter(world, id, "F");
}

struct channel *world_channel_named(const struct world *world, const struct team *team, const char *name) {
  for (size_t i = 0; i < world->channels.count; i++) {
    struct channel *channel = world->channels.items[i];
    if (channel->team == team && channel->kind <= CHANNEL_PRIVATE && strcmp(channel->name, name) == 0) return channel;
  }
  return NULL;
}

/* ---- conversations ---- */

static int by_id_order(const void *a, const void *b) {
  const struct user *const *one = a, *const *other = b;
  return strcmp((*one)->id, (*other)->id);
}

/* The same members give the same key, whatever their order. */
static void members_key(struct user *const *members, size_t count, char ret_key[HASH_TEXT_BYTES + 2]) {
  struct user *sorted[MPIM_MAX + 1];
  struct text all;
  assert(count <= ARRAY_LEN(sorted));
  text_init(&all, 1024);
  memcpy(sorted, members, count * sizeof(struct user *));
  qsort(sorted, count, sizeof(struct user *), by_id_order);
  for (size_t i = 0; i < count; i++) text_addf(&all, "%s,", sorted[i]->id);
  ret_key[0] = '=';
  hash_text(NULL, text_str(&all), ret_key + 1);
  text_done(&all);
}

void world_meet(struct world *world, struct channel *channel) {
  char key[HASH_TEXT_BYTES + 2];
  members_key((struct user *const *)channel->members.items, channel->members.count, key);
  (void)map_put(world->by_id, key, channel);
}

static struct channel *between(struct world *world, struct team *team, enum channel_kind kind, struct user *const *members, size_t count, bool make) {
  char key[HASH_TEXT_BYTES + 2], name[NAME_SIZE];
  members_key(members, count, key);
  struct channel *channel = map_get(world->by_id, key);
  if (channel != NULL || !make) return channel;
  (void)snprintf(name, sizeof name, "mpdm-%.20s--%.20s-%zu", members[0]->name, members[count - 1]->name, count);
  channel = world_channel(world, team, kind, kind == CHANNEL_IM ? "" : name);
  if (channel == NULL) return NULL;
  for (size_t i = 0; i < count; i++) list_add(&channel->members, members[i]);
  world_meet(world, channel);
  return channel;
}

struct channel *world_dm(struct world *world, struct user *a, struct user *b, bool make) {
  struct user *both[] = {a, b};
  return between(world, a->team, CHANNEL_IM, both, a == b ? 1 : 2, make);
}

struct channel *world_mpim(struct world *world, struct team *team, struct user *const *members, size_t count, bool make) {
  return between(world, team, CHANNEL_MPIM, members, count, make);
}

static void forget_oldest(struct world *world, struct channel *channel) {
  struct message *oldest = list_first_out(&channel->messages);
  world->messages--;
  world->messages_bytes -= oldest->bytes;
  free_message(oldest);
}

/* Conversations lose their oldest in turn. */
static void make_room(struct world *world, size_t bytes) {
  while (world->messages > 0 && (world->messages >= MESSAGES_MAX || world->messages_bytes + bytes > MESSAGES_BYTES_MAX)) {
    struct channel *channel = world->channels.items[world->sweep++ % world->channels.count];
    if (channel->messages.count > 0) forget_oldest(world, channel);
  }
}

static void stamp(const struct channel *channel, const struct message *message, cJSON *json) {
  tree_set(json, "type", cJSON_CreateString("message"));
  tree_set(json, "ts", cJSON_CreateString(message->ts));
  tree_set(json, "team", cJSON_CreateString(channel->team->id));
}

cJSON *world_change(struct world *world, const struct channel *channel, struct message *message, cJSON *json) {
  cJSON *before = message->json;
  size_t bytes = tree_bytes(json);
  stamp(channel, message, json);
  world->messages_bytes += bytes;
  world->messages_bytes -= message->bytes;
  message->bytes = bytes;
  message->json = json;
  return before;
}

struct message *world_say(struct world *world, struct channel *channel, struct user *only, cJSON *json) {
  struct message *message = zeroed(sizeof *message);
  int64_t us = moment_next_us(world->moment);
  (void)snprintf(message->ts, sizeof message->ts, "%lld.%06lld", (long long)(us / 1000000), (long long)(us % 1000000));
  message->only = only;
  message->json = json;
  stamp(channel, message, json);
  message->bytes = tree_bytes(json);
  if (channel->messages.count == CHANNEL_MESSAGES_MAX) forget_oldest(world, channel);
  make_room(world, message->bytes);
  list_add(&channel->messages, message);
  world->messages++;
  world->messages_bytes += message->bytes;
  return message;
}

struct message *world_message(const struct channel *channel, const char *ts) {
  for (size_t i = channel->messages.count; ts != NULL && i > 0; i--) {
    struct message *message = channel->messages.items[i - 1];
    if (strcmp(message->ts, ts) == 0) return message;
  }
  return NULL;
}

void world_unsay(struct world *world, struct channel *channel, struct message *message) {
  if (!list_drop(&channel->messages, message)) return;
  world->messages--;
  world->messages_bytes -= message->bytes;
  free_message(message);
}

struct scheduled *world_schedule(struct world *world, struct channel *channel, int64_t post_at_s, cJSON *json) {
  if (world->scheduled.count == SCHEDULED_MAX) return NULL;
  struct scheduled *scheduled = zeroed(sizeof *scheduled);
  scheduled->channel = channel;
  scheduled->post_at_s = post_at_s;
  scheduled->json = json;
  world_id(world, 'Q', scheduled->id);
  list_add(&world->scheduled, scheduled);
  return scheduled;
}

void world_unschedule(struct world *world, struct scheduled *scheduled) {
  moment_cancel(world->moment, &scheduled->timer);
  (void)list_drop(&world->scheduled, scheduled);
  free_scheduled(scheduled);
}

/* ---- views and notes ---- */

struct view *world_view(struct world *world, cJSON *json) {
  struct view *view = zeroed(sizeof *view);
  int64_t us = moment_next_us(world->moment);
  world_id(world, 'V', view->id);
  (void)snprintf(view->hash, sizeof view->hash, "%lld.%06lld", (long long)(us / 1000000), (long long)(us % 1000000));
  view->json = json;
  return view;
}

struct view *world_view_free(struct view *view) {
  if (view == NULL) return NULL;
  cJSON_Delete(view->json);
  free(view);
  return NULL;
}

void world_views_clear(struct user *user) {
  for (; user->depth > 0; user->depth--) user->stack[user->depth - 1] = world_view_free(user->stack[user->depth - 1]);
  cJSON_Delete(user->view_errors);
  user->view_errors = NULL;
}

void world_note(struct list *notes, const char *text) {
  char *copy = strndup(text, 1000);
  assert(copy != NULL);
  if (notes->count == NOTES_MAX) free(list_first_out(notes));
  list_add(notes, copy);
}
