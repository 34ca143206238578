/* people.c: what people do outside of cards: they write, run commands, come, go, change; each deed makes Slack's event. */
#include "tests/sim/slack/people.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/map.h"
#include "bot/base/zone.h"
#include "tests/sim/slack/deed.h"

enum { TEXT_BYTES_MAX = 120000, LONG_BYTES_MAX = 4 * 1024 * 1024 };

/* ---- who and where ---- */

static struct user *named(struct sim *sim, const struct team *team, const char *name) {
  char handle[NAME_SIZE + ID_SIZE];
  if (team == NULL || strlen(name) >= NAME_SIZE) return NULL;
  (void)snprintf(handle, sizeof handle, "%s/%s", team->id, name);
  return map_get(sim->world.handles, handle);
}

struct user *people_who(struct sim *sim, const char *who) {
  if (who == NULL || sim->world.teams.count == 0) return NULL;
  struct user *user = world_user_id(&sim->world, NULL, who);
  const char *slash = strchr(who, '/');
  if (user != NULL || slash == NULL) return user != NULL ? user : named(sim, sim->world.teams.items[0], who);
  for (size_t i = 0; i < sim->world.teams.count; i++) {
    struct team *team = sim->world.teams.items[i];
    size_t length = (size_t)(slash - who);
    bool fits = (strlen(team->name) == length && strncmp(team->name, who, length) == 0) ||
                (strlen(team->id) == length && strncmp(team->id, who, length) == 0);
    if (fits) return named(sim, team, slash + 1);
  }
  return NULL;
}

struct channel *people_where(struct sim *sim, struct user *user, const char *where) {
  if (where == NULL || strcmp(where, "dm") == 0) return world_dm(&sim->world, user, user->team->bot, true);
  if (where[0] == '#') return world_channel_named(&sim->world, user->team, where + 1);
  if (where[0] == '@') {
    struct user *other = named(sim, user->team, where + 1);
    return other == NULL || other == user ? NULL : world_dm(&sim->world, user, other, true);
  }
  struct channel *channel = world_channel_id(&sim->world, where);
  return channel != NULL && channel->team == user->team ? channel : NULL;
}

const char *deed_actor(struct sim *sim, const cJSON *wish, struct user **ret_user) {
  struct user *user = people_who(sim, json_str(wish, "who"));
  if (user == NULL) return "who: nobody is called like that";
  if (user->deleted) return "who: this person is deactivated";
  *ret_user = user;
  return NULL;
}

/* "@ben, ask @mentor" as Slack sends it: escaped, with ids; `named` puts |name behind, as in the text of a command. */
void deed_mentions(struct sim *sim, const struct team *team, const char *text, bool with_names, struct text *ret_text) {
  for (const char *at = text; *at != '\0';) {
    char name[NAME_SIZE];
    size_t length = 0;
    if (*at == '@') length = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz0123456789_.-");
    while (length > 0 && strchr(".-", at[length]) != NULL) length--;
    if (length >= NAME_SIZE) length = 0;
    (void)snprintf(name, sizeof name, "%.*s", (int)length, at + 1);
    struct user *user = length == 0 || (at > text && isalnum((unsigned char)at[-1])) ? NULL : named(sim, team, name);
    if (user != NULL && with_names) text_addf(ret_text, "<@%s|%s>", user->id, user->name);
    else if (user != NULL) text_addf(ret_text, "<@%s>", user->id);
    else if (*at == '&') text_add(ret_text, "&amp;");
    else if (*at == '<' || *at == '>') text_add(ret_text, *at == '<' ? "&lt;" : "&gt;");
    else text_add_n(ret_text, at, 1);
    at += user == NULL ? 1 : length + 1;
  }
}

void deed_answer(cJSON *answer, const struct envelope *envelope) {
  if (envelope != NULL) tree_str(answer, "envelope_id", envelope->id);
}

/* ---- writing ---- */

/* {"who":"ann","where":"dm","text":"hello","thread_ts":"…"}; long_bytes makes the text as long as that. */
static void make_text(struct sim *sim, const struct user *user, const cJSON *wish, struct text *ret_text) {
  int64_t long_bytes = json_int_or(wish, "long_bytes", 0);
  deed_mentions(sim, user->team, json_str_or(wish, "text", ""), false, ret_text);
  while ((int64_t)ret_text->length < long_bytes && !ret_text->full) text_add(ret_text, "All work and no play makes a long text. ");
}

const struct message *people_write(struct sim *sim, struct user *user, struct channel *channel, cJSON *json) {
  const struct message *message = world_say(&sim->world, channel, NULL, json);
  talk_notify(sim, channel, user, NULL, json_str_or(json, "text", ""));
  talk_tell_message(sim, channel, message);
  return message;
}

const char *people_says(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct user *user = NULL;
  const char *wrong = deed_actor(sim, wish, &user);
  struct channel *channel = wrong == NULL ? people_where(sim, user, json_str(wish, "where")) : NULL;
  if (wrong != NULL) return wrong;
  if (channel == NULL) return "where: there is no such conversation";
  if (!list_has(&channel->members, user)) return "where: this person is not in it";
  if (channel->archived) return "where: it is archived";
  bool to_bot = channel->kind == CHANNEL_IM && list_has(&channel->members, user->team->bot);
  if (to_bot && sim_set(sim, SET_messages_tab) == 0) return "where: the bot's messages tab is closed";
  struct text text;
  text_init(&text, LONG_BYTES_MAX);
  make_text(sim, user, wish, &text);
  cJSON *json = cJSON_CreateObject();
  tree_str(json, "user", user->id);
  tree_str(json, "text", text_str(&text));
  tree_str(json, "thread_ts", json_str(wish, "thread_ts"));
  tree_str(json, "subtype", json_str(wish, "subtype"));
  text_done(&text);
  const struct message *message = people_write(sim, user, channel, json);
  tree_str(answer, "channel", channel->id);
  tree_str(answer, "ts", message->ts);
  return NULL;
}

/* ---- commands ---- */

static const char *room_word(const struct channel *channel) {
  switch (channel->kind) {
  case CHANNEL_IM: return "directmessage";
  case CHANNEL_PRIVATE: return "privategroup";
  default: return channel->name;
  }
}

char *deed_respond_url(struct sim *sim, struct user *user, struct channel *channel, const char *ts, char ret_url[200]) {
  struct respond *respond = respond_new(&sim->tickets, user, channel, ts, (int)sim_set(sim, SET_respond_uses),
                                        moment_ms(&sim->moment) + sim_set(sim, SET_respond_ms));
  (void)snprintf(ret_url, 200, "%s/respond/%s", sim_door(sim, DOOR_HOOKS).text, respond->secret);
  return ret_url;
}

static cJSON *command_payload(struct sim *sim, struct user *user, struct channel *channel, const cJSON *wish) {
  cJSON *payload = cJSON_CreateObject();
  char url[200];
  struct text text;
  text_init(&text, TEXT_BYTES_MAX);
  deed_mentions(sim, user->team, json_str_or(wish, "text", ""), true, &text);
  tree_str(payload, "token", "sim-verification");
  tree_str(payload, "team_id", user->team->id);
  tree_str(payload, "team_domain", user->team->domain);
  tree_str(payload, "channel_id", channel->id);
  tree_str(payload, "channel_name", room_word(channel));
  tree_str(payload, "user_id", user->id);
  tree_str(payload, "user_name", user->name);
  tree_str(payload, "command", json_str_or(wish, "command", "/mentor"));
  tree_str(payload, "text", text_str(&text));
  tree_str(payload, "api_app_id", user->team->app);
  tree_str(payload, "is_enterprise_install", "false");
  tree_str(payload, "response_url", deed_respond_url(sim, user, channel, "", url));
  tree_str(payload, "trigger_id", trigger_new(&sim->tickets, user, moment_ms(&sim->moment) + sim_set(sim, SET_trigger_ms)));
  text_done(&text);
  return payload;
}

/* A command may be run in any room, also one where the bot is not. */
const char *people_runs(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct user *user = NULL;
  const char *wrong = deed_actor(sim, wish, &user);
  struct channel *channel = wrong == NULL ? people_where(sim, user, json_str(wish, "where")) : NULL;
  if (wrong != NULL) return wrong;
  if (channel == NULL || !list_has(&channel->members, user)) return "where: this person is in no such conversation";
  cJSON *payload = command_payload(sim, user, channel, wish);
  tree_str(answer, "trigger_id", json_str(payload, "trigger_id"));
  tree_str(answer, "response_url", json_str(payload, "response_url"));
  struct envelope *envelope = sockets_deliver(sim->sockets, ENVELOPE_COMMAND, payload);
  envelope->user = user;
  envelope->channel = channel;
  deed_answer(answer, envelope);
  return NULL;
}

/* ---- App Home ---- */

const char *people_opens_home(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct user *user = NULL;
  const char *wrong = deed_actor(sim, wish, &user);
  if (wrong != NULL) return wrong;
  struct channel *dm = world_dm(&sim->world, user, user->team->bot, true);
  if (dm == NULL) return "there are too many conversations";
  cJSON *event = talk_event_new(sim, "app_home_opened", user, dm);
  tree_str(event, "tab", json_str_or(wish, "tab", "home"));
  if (user->home != NULL) tree_put(event, "view", views_json(user->home));
  tree_str(answer, "channel", dm->id);
  talk_event(sim, user->team, event);
  return NULL;
}

/* ---- coming and going ---- */

static void tell_member(struct sim *sim, const char *type, struct user *user, struct channel *channel) {
  if (!list_has(&channel->members, user->team->bot) || !sim_team_has_scope(sim, user->team, channel_scope(channel->kind))) return;
  cJSON *event = talk_event_new(sim, type, user, channel);
  tree_str(event, "channel_type", channel->kind == CHANNEL_PRIVATE ? "G" : "C");
  tree_str(event, "team", user->team->id);
  talk_event(sim, user->team, event);
}

static const char *mover(struct sim *sim, const cJSON *wish, struct user **ret_user, struct channel **ret_channel) {
  struct user *user = people_who(sim, json_str(wish, "who"));
  if (user == NULL) return "who: nobody is called like that";
  struct channel *channel = people_where(sim, user, json_str_or(wish, "where", ""));
  if (channel == NULL || channel->kind >= CHANNEL_IM) return "where: a channel is wanted";
  *ret_user = user;
  *ret_channel = channel;
  return NULL;
}

const char *people_joins(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct user *user = NULL;
  struct channel *channel = NULL;
  const char *wrong = mover(sim, wish, &user, &channel);
  if (wrong != NULL) return wrong;
  tree_str(answer, "channel", channel->id);
  if (list_has(&channel->members, user)) return NULL;
  list_add(&channel->members, user);
  tell_member(sim, "member_joined_channel", user, channel);
  return NULL;
}

const char *people_leaves(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct user *user = NULL;
  struct channel *channel = NULL;
  const char *wrong = mover(sim, wish, &user, &channel);
  if (wrong != NULL) return wrong;
  tree_str(answer, "channel", channel->id);
  bool is_bot = user == user->team->bot;
  if (!list_drop(&channel->members, user)) return NULL;
  if (!is_bot) tell_member(sim, "member_left_channel", user, channel);
  else talk_event(sim, user->team, talk_event_new(sim, channel->kind == CHANNEL_PRIVATE ? "group_left" : "channel_left", NULL, channel));
  return NULL;
}

/* ---- who people are ---- */

static void tell_user(struct sim *sim, const char *type, struct user *user) {
  if (!sim_team_has_scope(sim, user->team, "users:read")) return;
  cJSON *event = talk_event_new(sim, type, NULL, NULL);
  bool email = sim_team_has_scope(sim, user->team, "users:read.email");
  tree_put(event, "user", talk_user_json(sim, user, email, true));
  tree_int(event, "cache_ts", moment_wall_ms(&sim->moment) / 1000);
  talk_event(sim, user->team, event);
}

static const char *read_person(struct user *user, const cJSON *wish) {
  const char *tz = json_str(wish, "tz");
  if (tz != NULL && !zone_known(tz)) return "tz: this time zone is not known";
  SLOT_PUT(user->tz, tz);
  SLOT_PUT(user->real_name, json_str(wish, "real_name"));
  SLOT_PUT(user->display_name, json_str(wish, "display_name"));
  SLOT_PUT(user->email, json_str(wish, "email"));
  SLOT_PUT(user->locale, json_str(wish, "locale"));
  user->quiet_from_s = json_int_or(wish, "quiet_from_s", user->quiet_from_s);
  user->quiet_to_s = json_int_or(wish, "quiet_to_s", user->quiet_to_s);
  user->deleted = json_bool_or(wish, "deleted", user->deleted);
  user->is_bot = json_bool_or(wish, "is_bot", user->is_bot);
  user->is_restricted = json_bool_or(wish, "is_restricted", user->is_restricted);
  user->is_ultra_restricted = json_bool_or(wish, "is_ultra_restricted", user->is_ultra_restricted);
  user->is_stranger = json_bool_or(wish, "is_stranger", user->is_stranger);
  return NULL;
}

static const char *rename_handle(struct sim *sim, struct user *user, const char *name) {
  if (name == NULL) return NULL;
  return world_rename(&sim->world, user, name) ? NULL : "name: it is taken, empty or too long";
}

/* {"who":"ann","name":"anna","real_name":"Ann Other","tz":"Asia/Tokyo","deleted":true} */
const char *people_changes(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct user *user = people_who(sim, json_str(wish, "who"));
  const char *wrong = user == NULL ? "who: nobody is called like that" : read_person(user, wish);
  if (wrong == NULL) wrong = rename_handle(sim, user, json_str(wish, "name"));
  if (wrong != NULL) return wrong;
  user->updated_s = moment_wall_ms(&sim->moment) / 1000;
  if (user->deleted) world_views_clear(user);
  tree_put(answer, "user", talk_user_json(sim, user, true, true));
  tell_user(sim, "user_change", user);
  if (json_bool_or(wish, "profile_event", false)) tell_user(sim, "user_profile_changed", user);
  return NULL;
}

/* {"name":"eve","team":"harbour",…}: somebody new. */
static bool is_person_id(const char *id) {
  size_t bytes = strlen(id);
  return (id[0] == 'U' || id[0] == 'W') && bytes < ID_SIZE && strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == bytes;
}

const char *people_adds(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct team *team = sim->world.teams.count == 0 ? NULL : sim->world.teams.items[0];
  const char *name = json_str_or(wish, "team", "");
  for (size_t i = 0; name[0] != '\0' && i < sim->world.teams.count; i++) {
    struct team *other = sim->world.teams.items[i];
    if (strcmp(other->name, name) == 0 || strcmp(other->id, name) == 0) team = other;
  }
  if (team == NULL) return "team: there is none";
  if (json_str(wish, "id") != NULL && !is_person_id(json_str(wish, "id"))) return "id: U or W, then up to 22 more of A-Z and 0-9";
  struct user *user = world_person(&sim->world, team, json_str_or(wish, "name", ""));
  if (user != NULL && json_str(wish, "id") != NULL) world_call(&sim->world, user, json_str(wish, "id"));
  if (user == NULL) return "name: missing, taken, or there are too many people";
  const char *wrong = read_person(user, wish);
  struct channel *general = world_channel_named(&sim->world, team, "general");
  if (general != NULL) list_add(&general->members, user);
  tree_put(answer, "user", talk_user_json(sim, user, true, true));
  if (!json_bool_or(wish, "quiet", false)) tell_user(sim, "team_join", user);
  return wrong;
}

const char *people_uninstalls(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct user *user = people_who(sim, json_str_or(wish, "who", "mentor"));
  (void)answer;
  if (user == NULL) return "who: nobody is called like that";
  cJSON *event = talk_event_new(sim, "tokens_revoked", NULL, NULL);
  tree_str(tree_array(tree_object(event, "tokens"), "bot"), NULL, user->team->bot->id);
  talk_event(sim, user->team, event);
  talk_event(sim, user->team, talk_event_new(sim, "app_uninstalled", NULL, NULL));
  for (size_t i = 0; i < sim->token_count; i++)
    if (sim->tokens[i].team == user->team) SLOT_PUT(sim->tokens[i].refusal, "account_inactive");
  return NULL;
}
