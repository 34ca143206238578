/* slack.c: puts the parts together; reads tokens, and learns from Slack who we are. */
#include "adapters/slack/slack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/slack/slack_core.h"
#include "adapters/slack/slack_scopes.h"
#include "bot/base/clock.h"
#include "bot/base/json.h"
#include "bot/base/log.h"
#include "bot/base/random.h"

/* Once known, a look at the token every 45 s also keeps a connection warm: a handshake would cost a trigger its budget. */
enum { WARM_MS = 45000, AGAIN_MS = 2000, AGAIN_MS_MAX = 60000, NAMES_BYTES_MAX = 64 * 1024, SAID_BYTES = 400 };

int64_t slack_now_ms(void) {
  return clock_boot_ms();
}

int64_t slack_wall_ms(void) {
  return clock_wall_ms();
}

double slack_chance(void) {
  uint32_t bits;
  random_bytes(&bits, sizeof bits);
  return (double)bits / 4294967296.0;
}

struct slack_team *slack_team_named(struct slack *slack, const char *workspace) {
  for (size_t i = 0; i < slack->team_count; i++)
    if (strcmp(slack->teams[i].config->id, workspace) == 0) return &slack->teams[i];
  return NULL;
}

void slack_refused(struct slack_team *team, const char *what, const char *say) {
  struct link_frame notice = {.line = LINE_NOTICE, .what = what, .why = "platform", .say = say};
  log_line(LOG_platform_refused, "workspace=%s what=%s note=\"%s\"", team->config->id, what, say);
  if (team->slack->link != NULL && link_server_send(team->slack->link, &notice) != ERR_NONE) err_note_clear(); /* ignoring: the log has it */
}

void slack_tell_bot(const struct slack_team *team) {
  bool away = team->refused || (!team->hears && team->told_down[0] != '\0');
  struct link_frame notice = {.line = LINE_NOTICE, .what = away ? "platform_down" : "platform_up", .workspace = team->config->id,
                              .say = away ? team->told_down : NULL};
  if (team->slack->link != NULL && link_server_send(team->slack->link, &notice) != ERR_NONE) err_note_clear(); /* ignoring: the next bot is told */
}

/* ---- tokens ---- */

/* True: one of them is another than before. */
static enum err read_token(const char *path, const char *prefix, char *token, bool *changed) {
  char fresh[LINK_TOKEN_BYTES_MAX + 1];
  enum err err = link_token_is_private(path);
  if (err == ERR_NONE) err = link_token_read(path, fresh);
  if (err == ERR_NONE && strncmp(fresh, prefix, strlen(prefix)) != 0) err = err_note(ERR_BAD_INPUT, "%s: this token begins with %s", path, prefix);
  if (err == ERR_NONE && strcmp(token, fresh) != 0) {
    (void)snprintf(token, LINK_TOKEN_BYTES_MAX + 1, "%s", fresh);
    *changed = true;
  }
  explicit_bzero(fresh, sizeof fresh);
  return err;
}

static enum err read_tokens(struct slack_team *team, bool *changed) {
  err_note_clear();
  enum err err = read_token(team->config->bot_token_file, "xoxb-", team->bot_token, changed);
  return err == ERR_NONE ? read_token(team->config->app_token_file, "xapp-", team->app_token, changed) : err;
}

/* Once, until a token is taken again. */
static void token_refused(struct slack_team *team, const char *what, const char *say) {
  if (team->refused) return;
  (void)snprintf(team->told_down, sizeof team->told_down, "%s", say); /* first: what is said may be the note, which telling clears */
  slack_refused(team, what, say);
  team->refused = true;
  slack_tell_bot(team);
}

/* ---- who are we? ---- */

static const char *name_of(const void *who, const char *user) {
  const struct slack_team *team = who;
  const struct slack_person *person = slack_people_get(team->people, user);
  return person == NULL ? NULL : person->name;
}

static void ask_self(struct slack_team *team);

static void on_watch(uv_timer_t *timer) {
  ask_self(timer->data);
}

static void watch_in(struct slack_team *team, int64_t wait_ms) {
  if (!team->slack->stopping) (void)uv_timer_start(&team->watch, on_watch, (uint64_t)wait_ms, 0);
}

/* A message to many is as fast as in the slowest workspace: one hello speaks for all. A direct message needs no call but its post, and
 * what is kept for those who wait is room in the bucket, not pace: the posts a minute are what it gets. */
struct capabilities slack_can_now(const struct slack *slack) {
  struct capabilities can = slack_can;
  for (size_t i = 0; i < slack->team_count; i++) {
    int minute = slack_errands_minute(&slack->teams[i]);
    if (i == 0 || minute < can.per_minute) can.per_minute = minute;
  }
  return can;
}

/* Looked at with each answer to who we are: how many posts a minute Slack takes is found out by and by. */
static void say_our_pace(struct slack *slack) {
  if (slack->link != NULL) link_server_set_pace(slack->link, slack_can_now(slack).per_minute);
}

/* Where Slack does not list them, the right is there until a call is refused. */
static void learn_scopes(struct slack_team *team, const char *scopes) {
  if (scopes == NULL) return;
  team->no_group_history = !slack_scopes_hold(scopes, SLACK_GROUP_HISTORY);
  team->no_files = !slack_scopes_hold(scopes, "files:write") || !slack_scopes_hold(scopes, "files:read");
}

static void learn(struct slack_team *team, const cJSON *json) {
  const char *id = strchr(team->config->id, '/') + 1, *answer_id = json_str_or(json, "team_id", "");
  if (strcmp(id, answer_id) != 0) {
    char said[SAID_BYTES];
    (void)snprintf(said, sizeof said, "The bot token belongs to the workspace %.64s, not to %s: write its file, or the right id, into slack.yaml", answer_id, id);
    token_refused(team, "other_workspace", said);
    watch_in(team, SLACK_REFUSED_MS);
    return;
  }
  const char *app = team->self.app;
  struct arena *names = arena_new(NAMES_BYTES_MAX);
  team->self = (struct slack_self){.team = arena_text(names, answer_id), .workspace = team->config->id, .bot_user = arena_text(names, json_str(json, "user_id")),
                                   .bot = arena_text(names, json_str(json, "bot_id")), .app = arena_text(names, app), .name_of = name_of, .who = team};
  team->names = arena_free(team->names);
  team->names = names;
  bool first = !team->known, mended = team->refused;
  team->known = true;
  team->refused = false;
  if (mended) slack_tell_bot(team);
  if (first) slack_ears_hurry(team);
  else slack_ears_run(team); /* whoever listened for us may have another token now */
  watch_in(team, WARM_MS);
}

static void on_self(void *who, const struct slack_http *http) {
  struct slack_team *team = who;
  CLEANUP(json_freep) cJSON *json = NULL;
  CLEANUP(arena_freep) struct arena *arena = arena_new(SLACK_IN_ARENA_BYTES_MAX);
  struct slack_answer answer = {0};
  const struct slack_call call = {.method = SLACK_AUTH};
  team->asking = NULL;
  bool read = http->status == 200 && json_parse(http->body, http->bytes, SLACK_ANSWER_BYTES_MAX, &json) == ERR_NONE;
  err_note_clear();
  if (read && json_bool_or(json, "ok", false)) {
    learn(team, json);
    learn_scopes(team, http->scopes);
    say_our_pace(team->slack);
    return;
  }
  slack_answer_read(&call, http, arena, &answer);
  if (answer.no_token)
    token_refused(team, answer.error == NULL ? "invalid_auth" : answer.error,
                  answer.say != NULL ? answer.say : "Slack refuses the bot token (xoxb-…) in bot_token_file: install the app again and copy its token");
  else if (!team->known) slack_ears_tell(team, http->note != NULL ? http->note : "an answer that is not Slack's");
  team->refused = answer.no_token;
  watch_in(team, answer.no_token ? SLACK_REFUSED_MS : AGAIN_MS + (int64_t)(slack_chance() * (team->known ? AGAIN_MS_MAX : AGAIN_MS)));
}

/* A token that changed for one workspace changed for all that share its app: until they know, they take it for another app's. */
static void watch_others(struct slack_team *team) {
  struct slack *slack = team->slack;
  for (size_t i = 0; i < slack->team_count; i++) {
    struct slack_team *other = &slack->teams[i];
    if (other != team && other->known && other->asking == NULL) watch_in(other, 0);
  }
}

/* The files are read each time: an operator changes them while we run. */
static void ask_self(struct slack_team *team) {
  struct slack_call call = {.method = SLACK_AUTH, .interactive = true};
  bool changed = false;
  if (team->slack->stopping) return;
  if (read_tokens(team, &changed) != ERR_NONE) {
    token_refused(team, "no_token", err_note_text());
    err_note_clear();
    watch_in(team, AGAIN_MS_MAX);
    return;
  }
  if (changed) slack_sockets_hurry(&team->sockets);
  if (changed && team->known) watch_others(team);
  team->asking = slack_errand_add(team, &call, on_self, team);
}

/* ---- life ---- */

static void team_init(struct slack *slack, size_t i) {
  struct slack_team *team = &slack->teams[i];
  *team = (struct slack_team){.slack = slack, .config = &slack->config->teams[i], .inbox = slack_inbox_new(), .people = slack_people_new(),
                              .lately = slack_lately_new()};
  slack_errands_begin(team);
  team->self = (struct slack_self){.workspace = team->config->id, .name_of = name_of, .who = team};
  slack_sockets_init(&team->sockets);
  for (int k = 0; k < SLACK_SLOTS; k++) team->ears[k] = (struct slack_ear){.team = team, .slot = k};
  uv_timer_t *timers[] = {&team->watch, &team->ears_timer, &team->errands_timer, &team->late_timer};
  for (size_t k = 0; k < ARRAY_LEN(timers); k++) {
    (void)uv_timer_init(slack->loop, timers[k]);
    timers[k]->data = team;
  }
  watch_in(team, 0);
}

enum err slack_new(uv_loop_t *loop, const struct slack_config *config, const struct slack_test *test, struct slack **ret_slack) {
  struct slack *slack = calloc(1, sizeof *slack);
  assert(slack != NULL);
  *slack = (struct slack){.magic = SLACK_MAGIC, .loop = loop, .config = config, .api = test->api == NULL ? config->api : test->api,
                          .unpaced = test->unpaced, .next_serial = 1};
  slack->places = slack_places(config, test->api);
  *ret_slack = slack;
  pace_loop_start(&slack->pace, loop);
  enum err err = slack_places_login(config, &slack->places);
  if (err != ERR_NONE) return err;
  slack->context = link_context_new(loop);
  if (slack->context == NULL) return ERR_INTERNAL;
  slack->http = http_new(loop, &slack->places);
  if (slack->http == NULL) return err_note(ERR_INTERNAL, "libcurl does not start");
  slack->teams = calloc(config->team_count, sizeof *slack->teams);
  assert(slack->teams != NULL);
  slack->deeds = slack_deeds_new(slack);
  slack->files = slack_files_new(slack);
  for (size_t i = 0; i < config->team_count; i++) team_init(slack, i);
  slack->team_count = config->team_count;
  return slack_link_open(slack);
}

static void team_stop(struct slack_team *team) {
  uv_timer_t *timers[] = {&team->watch, &team->ears_timer, &team->errands_timer, &team->late_timer};
  slack_ears_stop(team);
  slack_link_stop(team);
  slack_errands_stop(team);
  for (size_t i = 0; i < ARRAY_LEN(timers); i++) uv_close((uv_handle_t *)timers[i], NULL);
}

void slack_stop(struct slack *slack, int exit_code) {
  assert(slack->magic == SLACK_MAGIC);
  if (slack->stopping) return;
  slack->stopping = true;
  slack->exit_code = exit_code;
  slack->link = link_server_free(slack->link);
  slack->deeds = slack_deeds_free(slack->deeds);
  slack->files = slack_files_free(slack->files);
  for (size_t i = 0; i < slack->team_count; i++) team_stop(&slack->teams[i]);
  slack->http = http_free(slack->http);
  pace_loop_stop(&slack->pace);
  if (slack->context != NULL) link_context_close(slack->context);
}

int slack_exit_code(const struct slack *slack) {
  return slack->exit_code;
}

static void team_done(struct slack_team *team) {
  team->inbox = slack_inbox_free(team->inbox);
  team->people = slack_people_free(team->people);
  team->lately = slack_lately_free(team->lately);
  slack_errands_end(team);
  team->names = arena_free(team->names);
  explicit_bzero(team->bot_token, sizeof team->bot_token);
  explicit_bzero(team->app_token, sizeof team->app_token);
}

struct slack *slack_free(struct slack *slack) {
  if (slack == NULL) return NULL;
  assert(slack->magic == SLACK_MAGIC && slack->stopping);
  if (slack->context != NULL) link_context_free(slack->context);
  for (size_t i = 0; i < slack->team_count; i++) team_done(&slack->teams[i]);
  free(slack->teams);
  explicit_bzero(slack->places.proxy_login, sizeof slack->places.proxy_login);
  slack->magic = 0;
  free(slack);
  return NULL;
}
