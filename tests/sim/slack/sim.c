/* sim.c: settings and tokens by their tables, a workspace to begin with, and who serves which path. */
#include "tests/sim/slack/sim.h"

#include <stdio.h>
#include <string.h>

#include "tests/sim/slack/api.h"
#include "tests/sim/slack/control.h"
#include "tests/sim/slack/deed.h"
#include "tests/sim/slack/files.h"
#include "tests/sim/slack/keep.h"

extern const struct http_owner socket_conn_owner;

const char sim_scopes[] = "app_mentions:read,channels:history,channels:manage,channels:read,chat:write,commands,dnd:read,files:read,files:write,"
                          "groups:read,groups:write,im:history,im:read,im:write,mpim:history,mpim:read,mpim:write,team:read,usergroups:read,"
                          "users:read,users:read.email";

/* ---- doors ---- */

struct door_text sim_door(const struct sim *sim, enum door door) {
  static const struct {
    const char *loopback, *far;
  } doors[] = {
#define DOOR_AS_ROW(name, loopback, far) {loopback, far},
      DOOR_LIST(DOOR_AS_ROW)
#undef DOOR_AS_ROW
  };
  struct door_text door_text;
  if (sim->behind_tls) (void)snprintf(door_text.text, sizeof door_text.text, "%s", doors[door].far);
  else (void)snprintf(door_text.text, sizeof door_text.text, "%s://127.0.0.1:%d", doors[door].loopback, http_port(sim->http));
  return door_text;
}

/* ---- settings ---- */

static const struct {
  const char *name;
  int64_t value;
  const char *help;
} rows[] = {
#define SETTING_AS_ROW(name, value, help) {#name, value, help},
    SETTING_LIST(SETTING_AS_ROW)
#undef SETTING_AS_ROW
};

int64_t sim_set(const struct sim *sim, enum setting setting) {
  return sim->settings[setting];
}

bool sim_setting(struct sim *sim, const char *name, int64_t value) {
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    if (strcmp(rows[i].name, name) != 0 || value < 0 || value > INT32_MAX) continue;
    sim->settings[i] = value == 0 && i == SET_ping_ms ? 1 : value;
    sim->world.full = sim->settings[SET_full] != 0;
    return true;
  }
  return false;
}

void sim_settings(const struct sim *sim, cJSON *into) {
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) tree_int(into, rows[i].name, sim->settings[i]);
}

void sim_settings_help(void (*each)(const char *name, int64_t value, const char *help)) {
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) each(rows[i].name, rows[i].value, rows[i].help);
}

/* ---- tokens ---- */

struct token *sim_token(struct sim *sim, const char *text) {
  for (size_t i = 0; i < sim->token_count; i++)
    if (strcmp(sim->tokens[i].text, text) == 0) return &sim->tokens[i];
  return NULL;
}

struct token *sim_token_add(struct sim *sim, const char *text, struct team *team, const char *scopes) {
  if (sim->token_count == TOKENS_MAX || strlen(text) >= sizeof sim->tokens[0].text) return NULL;
  struct token *token = &sim->tokens[sim->token_count++];
  *token = (struct token){.team = team};
  SLOT_PUT(token->text, text);
  SLOT_PUT(token->scopes, scopes);
  if (strncmp(text, "xapp-1-", 7) == 0) (void)snprintf(token->app, sizeof token->app, "%.*s", (int)strcspn(text + 7, "-"), text + 7);
  return token;
}

/* Events come by what the workspace's first token may hear. */
bool sim_team_has_scope(struct sim *sim, const struct team *team, const char *scope) {
  for (size_t i = 0; i < sim->token_count; i++)
    if (sim->tokens[i].team == team) return word_in(sim->tokens[i].scopes, scope);
  return false;
}

bool sim_team_hears(struct sim *sim, const struct team *team, const char *event) {
  for (size_t i = 0; i < sim->token_count; i++)
    if (sim->tokens[i].team == team) return sim->tokens[i].events[0] == '\0' || word_in(sim->tokens[i].events, event);
  return false;
}

static void install(struct sim *sim, struct team *team, const char *app) {
  char text[64];
  SLOT_PUT(team->app, app);
  (void)snprintf(text, sizeof text, "xapp-1-%s-1-sim", team->app);
  if (sim_token(sim, text) == NULL) (void)sim_token_add(sim, text, NULL, "connections:write");
}

struct team *sim_team_add(struct sim *sim, const char *name_and_app) {
  static const struct {
    const char *name, *real_name, *tz;
  } people[] = {{"ann", "Ann Archer", "Europe/London"},
                {"ben", "Ben Baker", "America/New_York"},
                {"cho", "Cho Chan", "Asia/Tokyo"},
                {"dee", "Dee Diaz", "Europe/Madrid"}};
  char text[64], name[NAME_SIZE];
  const char *at = strchr(name_and_app, '@');
  struct world *world = &sim->world;
  (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(name_and_app, "@"), name_and_app);
  struct team *team = world_team(world, name, api_method_count);
  if (team == NULL) return NULL;
  install(sim, team, at == NULL ? APP_ID : at + 1);
  (void)snprintf(text, sizeof text, "xoxb-sim-%s", team->id);
  (void)sim_token_add(sim, text, team, sim_scopes);
  struct channel *general = world_channel(world, team, CHANNEL_PUBLIC, "general");
  if (general == NULL) return team;
  general->general = true;
  list_add(&general->members, team->bot);
  SLOT_PUT(team->bot->real_name, "Mentor");
  for (size_t i = 0; i < ARRAY_LEN(people); i++) {
    struct user *user = world_person(world, team, people[i].name);
    if (user == NULL) continue;
    SLOT_PUT(user->real_name, people[i].real_name);
    SLOT_PUT(user->tz, people[i].tz);
    list_add(&general->members, user);
  }
  return team;
}

/* ---- who serves which path ---- */

static const char *behind(const char *path, const char *prefix) {
  size_t length = strlen(prefix);
  return strncmp(path, prefix, length) == 0 ? path + length : NULL;
}

static void serve(void *who, struct http_request *request) {
  struct sim *sim = who;
  const char *method = behind(request->path, "/api/"), *verb = behind(request->path, "/sim/");
  const char *upload = behind(request->path, "/upload/"), *secret = behind(request->path, "/respond/");
  list_add(&sim->held, request);
  if (method != NULL) api_serve(sim, request, method);
  else if (verb != NULL) control_serve(sim, request, verb);
  else if (upload != NULL) files_serve(sim, request, upload);
  else if (secret != NULL) respond_serve(sim, request, secret);
  else http_answer(request, 404, "text/plain");
  if (verb == NULL || control_changes(verb)) keep_save(sim); /* nothing has left yet: an answer means that it is kept */
}

static void drop(void *who, struct http_request *request) {
  struct sim *sim = who;
  moment_cancel(&sim->moment, &request->late);
  (void)list_drop(&sim->held, request);
}

struct http_owner sim_http_owner(void) {
  struct http_owner owner = socket_conn_owner;
  owner.serve = serve;
  owner.drop = drop;
  return owner;
}

void sim_defaults(struct sim *sim) {
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) sim->settings[i] = rows[i].value;
}
