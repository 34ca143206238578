/* control.c: what tests may ask for, by HTTP on loopback: a verb in the address, a wish in JSON or in the address, an answer in JSON. */
#include "tests/sim/slack/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/slack/crowd.h"
#include "tests/sim/slack/files.h"
#include "tests/sim/slack/people.h"
#include "tests/sim/slack/see.h"
#include "tests/sim/slack/talk.h"
#include "tests/sim/slack/tickets.h"

enum { SEE_MESSAGES = 200 };

/* ---- what each verb does: NULL, or what is wrong with the wish ---- */

static const char *do_facts(struct sim *sim, const cJSON *wish, cJSON *answer) {
  (void)wish;
  cJSON *teams = tree_array(answer, "teams"), *tokens = tree_array(answer, "tokens");
  for (size_t i = 0; i < sim->world.teams.count; i++) {
    const struct team *team = sim->world.teams.items[i];
    cJSON *row = tree_object(teams, NULL);
    tree_str(row, "id", team->id);
    tree_str(row, "name", team->name);
    tree_str(row, "bot_id", team->bot_id);
    tree_str(row, "bot_user", team->bot->id);
  }
  for (size_t i = 0; i < sim->token_count; i++) {
    const struct token *token = &sim->tokens[i];
    cJSON *row = tree_object(tokens, NULL);
    tree_str(row, "token", token->text);
    tree_str(row, "team", token->team == NULL ? NULL : token->team->id);
    tree_str(row, "scopes", token->scopes);
    tree_str(row, "refusal", token->refusal);
  }
  tree_str(answer, "app_id", APP_ID);
  tree_int(answer, "now_ms", moment_wall_ms(&sim->moment));
  sim_settings(sim, tree_object(answer, "settings"));
  return NULL;
}

/* What no log may hold. Tokens too, those that were taken back as well. */
static const char *do_secrets(struct sim *sim, const cJSON *wish, cJSON *answer) {
  (void)wish;
  cJSON *all = tree_object(answer, "secrets"), *tokens = tree_array(all, "tokens"), *uploads = tree_array(all, "uploads");
  for (size_t i = 0; i < sim->token_count; i++) tree_str(tokens, NULL, sim->tokens[i].text);
  for (size_t i = 0; i < sim->world.files.count; i++) tree_str(uploads, NULL, ((const struct file *)sim->world.files.items[i])->key);
  tickets_tell(&sim->tickets, all);
  return NULL;
}

static const char *do_methods(struct sim *sim, const cJSON *wish, cJSON *answer) {
  (void)sim;
  (void)wish;
  cJSON *rows = tree_array(answer, "methods");
  for (size_t i = 0; i < api_method_count; i++) {
    cJSON *row = tree_object(rows, NULL);
    tree_str(row, "name", api_methods[i].name);
    tree_str(row, "scopes", api_methods[i].scopes);
    tree_int(row, "per_minute", api_methods[i].per_minute);
    tree_str(row, "args", api_methods[i].args);
  }
  return NULL;
}

static const char *do_people(struct sim *sim, const cJSON *wish, cJSON *answer) {
  (void)wish;
  cJSON *rows = tree_array(answer, "people");
  for (size_t i = 0; i < sim->world.users.count; i++) tree_put(rows, NULL, talk_user_json(sim, sim->world.users.items[i], true, true));
  return NULL;
}

static const char *do_see(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct user *user = people_who(sim, json_str(wish, "who"));
  const char *where = json_str(wish, "where"), *channel_id = NULL;
  if (user == NULL) return "who: nobody is called like that";
  if (where != NULL) {
    struct channel *channel = people_where(sim, user, where);
    if (channel == NULL) return "where: there is no such conversation";
    channel_id = channel->id;
  }
  see_all(sim, user, channel_id, (size_t)json_int_or(wish, "messages", SEE_MESSAGES), answer);
  return NULL;
}

static const char *do_settings(struct sim *sim, const cJSON *wish, cJSON *answer) {
  const cJSON *item;
  cJSON_ArrayForEach(item, wish) {
    int64_t value = 0;
    if (!json_int(wish, item->string, &value) || !sim_setting(sim, item->string, value))
      return "a setting and a whole number are wanted; facts lists them";
  }
  sim_settings(sim, tree_object(answer, "settings"));
  return NULL;
}

static const char *do_clock(struct sim *sim, const cJSON *wish, cJSON *answer) {
  int64_t ms = json_int_or(wish, "advance_ms", 0);
  if (ms < 0 || ms > MOMENT_ADVANCE_MAX_MS) return "advance_ms: from 0 to a week";
  if (ms > 0) moment_advance(&sim->moment, ms);
  tree_int(answer, "now_ms", moment_wall_ms(&sim->moment));
  return NULL;
}

static const char *do_inject(struct sim *sim, const cJSON *wish, cJSON *answer) {
  (void)answer;
  if (json_bool_or(wish, "clear", false)) sim->inject.count = 0;
  return json_bool_or(wish, "clear", false) ? NULL : inject_add(&sim->inject, wish);
}

static const char *do_socket(struct sim *sim, const cJSON *wish, cJSON *answer) {
  const char *wrong = json_str(wish, "what") == NULL ? NULL : sockets_trouble(sim->sockets, wish);
  sockets_report(sim->sockets, answer);
  return wrong;
}

static const char *do_measures(struct sim *sim, const cJSON *wish, cJSON *answer) {
  sockets_report(sim->sockets, answer);
  if (json_bool_or(wish, "forget", false)) sockets_forget(sim->sockets);
  return NULL;
}

static const char *do_envelope(struct sim *sim, const cJSON *wish, cJSON *answer) {
  const char *id = json_str(wish, "id");
  if (id != NULL) {
    struct envelope *envelope = sockets_envelope(sim->sockets, id);
    if (envelope == NULL) return "id: there is no such envelope";
    sockets_report_envelope(envelope, answer);
    return NULL;
  }
  int64_t last = json_int_or(wish, "last", 20);
  size_t count = sim->sockets->envelopes.count, from = last >= 0 && (size_t)last < count ? count - (size_t)last : 0;
  cJSON *rows = tree_array(answer, "envelopes");
  for (size_t i = from; i < count; i++) sockets_report_envelope(sim->sockets->envelopes.items[i], tree_object(rows, NULL));
  return NULL;
}

/* {"token":"xoxb-…","scopes":"chat:write","refusal":"token_revoked"}: changes one, or makes one for the workspace `team`. */
static const char *do_token(struct sim *sim, const cJSON *wish, cJSON *answer) {
  const char *text = json_str(wish, "token");
  struct user *bot = people_who(sim, "mentor");
  struct team *team = json_str(wish, "team") != NULL ? world_team_id(&sim->world, json_str(wish, "team")) : bot == NULL ? NULL : bot->team;
  if (text == NULL) return "token: its text is wanted";
  struct token *token = sim_token(sim, text);
  if (token == NULL) token = sim_token_add(sim, text, team, sim_scopes);
  if (token == NULL) return "there are too many tokens";
  SLOT_PUT(token->scopes, json_str(wish, "scopes"));
  SLOT_PUT(token->refusal, json_str(wish, "refusal"));
  tree_str(answer, "scopes", token->scopes);
  return NULL;
}

static const char *joined(const cJSON *list, struct text *text) {
  const cJSON *word;
  cJSON_ArrayForEach(word, list) text_addf(text, "%s%s", text->length == 0 ? "" : ",", cJSON_IsString(word) ? word->valuestring : "");
  return text_str(text);
}

/* {"manifest":{…}}: the app is as this says, and installed with it in every workspace: its rights, its events, its tab of messages. */
static const char *do_manifest(struct sim *sim, const cJSON *wish, cJSON *answer) {
  CLEANUP(text_done) struct text scopes, events;
  const cJSON *manifest = json_at(wish, "manifest");
  text_init(&scopes, sizeof sim->tokens[0].scopes - 1);
  text_init(&events, sizeof sim->tokens[0].events - 1);
  (void)joined(json_at(manifest, "oauth_config.scopes.bot"), &scopes);
  (void)joined(json_at(manifest, "settings.event_subscriptions.bot_events"), &events);
  if (scopes.length == 0 || events.length == 0 || scopes.full || events.full) return "manifest: scopes and bot_events are wanted";
  if (!json_bool_or(manifest, "settings.socket_mode_enabled", false)) return "manifest: Socket Mode is not switched on";
  if (!json_bool_or(manifest, "settings.interactivity.is_enabled", false)) return "manifest: nobody could press a button";
  for (size_t i = 0; i < sim->token_count; i++) {
    if (sim->tokens[i].team == NULL) continue;
    SLOT_PUT(sim->tokens[i].scopes, text_str(&scopes));
    SLOT_PUT(sim->tokens[i].events, text_str(&events));
  }
  bool closed = json_bool_or(manifest, "features.app_home.messages_tab_read_only_enabled", true);
  sim->settings[SET_messages_tab] = !closed && json_bool_or(manifest, "features.app_home.messages_tab_enabled", false);
  tree_str(answer, "scopes", text_str(&scopes));
  return NULL;
}

static const char *do_team(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct team *team = json_str(wish, "name") == NULL ? NULL : sim_team_add(sim, json_str(wish, "name"));
  if (team == NULL) return "name: missing, or there are too many workspaces";
  return do_facts(sim, wish, answer);
}

/* {"name":"choir","private":true,"members":["ann","mentor"],"archived":false} */
static const char *do_channel(struct sim *sim, const cJSON *wish, cJSON *answer) {
  const cJSON *who;
  struct user *bot = people_who(sim, json_str_or(wish, "bot", "mentor"));
  const char *name = json_str(wish, "name");
  if (bot == NULL || name == NULL) return "name: a name is wanted";
  struct channel *channel = world_channel_named(&sim->world, bot->team, name);
  if (channel == NULL) channel = world_channel(&sim->world, bot->team, json_bool_or(wish, "private", false) ? CHANNEL_PRIVATE : CHANNEL_PUBLIC, name);
  if (channel == NULL) return "there are too many conversations";
  channel->archived = json_bool_or(wish, "archived", channel->archived);
  cJSON_ArrayForEach(who, json_at(wish, "members")) {
    struct user *user = people_who(sim, cJSON_GetStringValue(who));
    if (user == NULL || user->team != bot->team) return "members: nobody is called like that";
    if (!list_has(&channel->members, user)) list_add(&channel->members, user);
  }
  tree_put(answer, "channel", talk_channel_json(sim, channel, bot));
  return NULL;
}

static const char *do_usergroup(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct user *bot = people_who(sim, json_str_or(wish, "bot", "mentor"));
  const cJSON *who;
  char id[ID_SIZE];
  if (bot == NULL || json_str(wish, "handle") == NULL) return "handle: a handle is wanted";
  if (cJSON_GetArraySize(bot->team->usergroups) >= 1000) return "there are too many groups";
  cJSON *group = tree_object(bot->team->usergroups, NULL);
  world_id(&sim->world, 'S', id);
  tree_str(group, "id", id);
  tree_str(group, "team_id", bot->team->id);
  tree_bool(group, "is_usergroup", true);
  tree_str(group, "handle", json_str(wish, "handle"));
  tree_str(group, "name", json_str_or(wish, "name", json_str(wish, "handle")));
  cJSON *users = tree_array(group, "users");
  cJSON_ArrayForEach(who, json_at(wish, "members")) {
    struct user *user = people_who(sim, cJSON_GetStringValue(who));
    if (user != NULL) tree_str(users, NULL, user->id);
  }
  tree_copy(answer, "usergroup", group);
  return NULL;
}

/* An event of the test's own making: {"event":{"type":"…"}}. */
static const char *do_event(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct user *bot = people_who(sim, json_str_or(wish, "bot", "mentor"));
  (void)answer;
  if (bot == NULL || !cJSON_IsObject(json_at(wish, "event"))) return "event: an object is wanted";
  talk_event(sim, bot->team, cJSON_Duplicate(json_at(wish, "event"), true));
  return NULL;
}

/* ---- the table ---- */

/* VERB(name, function, help) */
#define VERB_LIST(VERB)                                                                                           \
  VERB("manifest", do_manifest, "`manifest`: the app as it says, installed everywhere")                           \
  VERB("facts", do_facts, "workspaces, tokens, settings, the time")                                               \
  VERB("secrets", do_secrets, "all that was handed out and belongs into no log")                                  \
  VERB("methods", do_methods, "each method with its scopes, its calls a minute, its arguments")                   \
  VERB("people", do_people, "everybody")                                                                          \
  VERB("see", do_see, "what `who` sees; `where`, `messages` to see less")                                         \
  VERB("file", files_shown, "`id`: its name and its bytes, in base64")                                            \
  VERB("settings", do_settings, "sets what is given, answers all")                                                \
  VERB("clock", do_clock, "`advance_ms`: what falls due on the way happens at once")                              \
  VERB("inject", do_inject, "`method`, `channel`, `how`, `times`, `skip`, `retry_after`, `error`, `delay_ms`; or `clear`")   \
  VERB("socket", do_socket, "trouble with a socket: `what`, `connection`, …; answers the measures")               \
  VERB("measures", do_measures, "gaps, acks, deliveries, connections; `forget` starts anew")                      \
  VERB("envelope", do_envelope, "`id`, or the `last` n")                                                          \
  VERB("token", do_token, "`token`, `scopes`, `refusal`")                                                         \
  VERB("team", do_team, "one more workspace, `name`")                                                             \
  VERB("channel", do_channel, "`name`, `private`, `members`, `archived`")                                         \
  VERB("usergroup", do_usergroup, "`handle`, `members`")                                                          \
  VERB("event", do_event, "any `event` of your own")                                                              \
  VERB("person", people_adds, "`name`, `tz`, `locale`, `is_restricted`, …: somebody new")                         \
  VERB("change", people_changes, "`who`, then as person: rename, move, deactivate")                               \
  VERB("say", people_says, "`who`, `where`, `text`, `thread_ts`, `long_bytes`")                                   \
  VERB("crowd", crowd_writes, "`people`, `text`, and `rate`, `seconds` or `window`, `count`; how it went")         \
  VERB("run", people_runs, "`who`, `where`, `command`, `text`")                                                   \
  VERB("click", people_clicks, "`who`, `what`, `value`, `where`, `ts`")                                           \
  VERB("submit", people_submits, "`who`, `values`")                                                               \
  VERB("close", people_closes, "`who`, `all`")                                                                    \
  VERB("suggest", people_asks_options, "`who`, `what`, `value`: typed into an external select; see the envelope") \
  VERB("shortcut", people_uses_shortcut, "`who`, `callback_id`; with `where` and `ts` on that message")           \
  VERB("home", people_opens_home, "`who`, `tab`")                                                                 \
  VERB("join", people_joins, "`who`, `where`")                                                                    \
  VERB("leave", people_leaves, "`who`, `where`")                                                                  \
  VERB("uninstall", people_uninstalls, "the app leaves the workspace of `who`")

static const struct {
  const char *name;
  people_deed run;
  const char *help;
} verbs[] = {
#define VERB_AS_ROW(name, function, help) {name, function, help},
    VERB_LIST(VERB_AS_ROW)
#undef VERB_AS_ROW
};

bool control_changes(const char *verb) {
  static const char *const looks[] = {"facts", "methods", "people", "see", "file", "measures", "envelope"};
  for (size_t i = 0; i < ARRAY_LEN(looks); i++)
    if (strcmp(looks[i], verb) == 0) return false;
  return true;
}

static void list_verbs(cJSON *answer) {
  cJSON *rows = tree_object(answer, "verbs");
  for (size_t i = 0; i < ARRAY_LEN(verbs); i++) tree_str(rows, verbs[i].name, verbs[i].help);
}

static cJSON *read_wish(const struct http_request *request) {
  cJSON *wish = NULL;
  if (request->body.length == 0) return cJSON_Duplicate(request->query, true);
  err_note_clear();
  if (json_parse(text_str(&request->body), request->body.length, HTTP_BODY_BYTES_MAX, &wish) != ERR_NONE) wish = NULL;
  err_note_clear();
  if (cJSON_IsObject(wish)) return wish;
  cJSON_Delete(wish);
  return NULL;
}

static const char *run(struct sim *sim, const char *verb, const cJSON *wish, cJSON *answer, int *ret_status) {
  *ret_status = 400;
  if (wish == NULL) return "the body is no JSON object";
  for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
    if (strcmp(verbs[i].name, verb) != 0) continue;
    const char *wrong = verbs[i].run(sim, wish, answer);
    if (wrong == NULL) *ret_status = 200;
    return wrong;
  }
  *ret_status = 404;
  list_verbs(answer);
  return "there is no such verb";
}

void control_serve(struct sim *sim, struct http_request *request, const char *verb) {
  cJSON *answer = cJSON_CreateObject(), *wish = read_wish(request);
  int status = 0;
  const char *wrong = run(sim, verb, wish, answer, &status);
  tree_bool(answer, "ok", wrong == NULL);
  tree_str(answer, "wrong", wrong);
  char *printed = tree_print(answer);
  text_add(&request->out, printed);
  text_add(&request->out, "\n");
  free(printed);
  cJSON_Delete(wish);
  cJSON_Delete(answer);
  http_answer(request, status, "application/json; charset=utf-8");
}
