/* slack_doctor.c: asks Slack what an operator would want to know before the first person writes. */
#include "adapters/slack/slack_doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "adapters/kit/http.h"
#include "adapters/kit/link_address.h"
#include "adapters/slack/slack_scopes.h"
#include "bot/base/clock.h"
#include "bot/base/json.h"

enum { ASK_MS = 8000, ANSWER_BYTES_MAX = 256 * 1024, CLOCK_S_MAX = 60, ID_BYTES = 64 };

#define REACH "let this machine reach slack.com, wss-primary.slack.com, wss-backup.slack.com and files.slack.com on port 443, or name an HTTP proxy " \
              "that does as proxy in slack.yaml (with proxy_login_file if it wants a password); nobody on the way may open TLS"

struct visit { /* one question and what came back */
  uv_loop_t *loop;          /* borrowed from the doctor */
  bool done;
  enum http_end end;
  int status;
  cJSON *json;              /* owned */
  char note[256], scopes[SLACK_SCOPES_BYTES], date[64];
};

struct doctor {
  uv_loop_t loop;
  struct http *http;
  const char *api;
  int bad;
};

static void good(const char *what, const char *about) {
  printf("  ok    %s%s%s\n", what, about[0] == '\0' ? "" : ": ", about);
}

static void wrong(struct doctor *doctor, const char *what, const char *mend) {
  printf("  WRONG %s\n        %s\n", what, mend);
  doctor->bad++;
}

/* ---- asking ---- */

static void on_done(void *who, const struct http_answer *answer) {
  struct visit *visit = who;
  visit->done = true;
  uv_stop(visit->loop); /* it may be a timer's work, and then the loop would still wait for a socket */
  visit->end = answer->end;
  visit->status = answer->status;
  (void)snprintf(visit->note, sizeof visit->note, "%s", answer->note);
  if (!http_header(answer, "x-oauth-scopes", visit->scopes, sizeof visit->scopes)) visit->scopes[0] = '\0';
  if (!http_header(answer, "date", visit->date, sizeof visit->date)) visit->date[0] = '\0';
  if (json_parse(answer->body, answer->bytes, ANSWER_BYTES_MAX, &visit->json) != ERR_NONE) err_note_clear();
}

static void pay_visit(struct doctor *doctor, const char *url, const char *body, const char *token, struct visit *ret_visit) {
  struct http_call *call = NULL;
  *ret_visit = (struct visit){.loop = &doctor->loop, .end = HTTP_NEVER_LEFT};
  struct http_ask question = {.url = url, .bearer = token, .body = body, .body_bytes = strlen(body), .total_ms = ASK_MS,
                              .answer_bytes_max = ANSWER_BYTES_MAX, .harmless = true};
  if (http_post(doctor->http, &question, on_done, ret_visit, &call) != ERR_NONE) {
    (void)snprintf(ret_visit->note, sizeof ret_visit->note, "%s", err_note_text());
    err_note_clear();
    return;
  }
  while (!ret_visit->done) (void)uv_run(&doctor->loop, UV_RUN_ONCE);
}

/* `fields` is the form, "" none. */
static void ask(struct doctor *doctor, const char *method, const char *fields, const char *token, struct visit *ret_visit) {
  char url[HTTP_URL_BYTES_MAX];
  (void)snprintf(url, sizeof url, "%s%s", doctor->api, method);
  pay_visit(doctor, url, fields, token, ret_visit);
}

static bool answered(struct doctor *doctor, const struct visit *visit) {
  char what[300];
  if (visit->end == HTTP_ANSWERED && visit->json != NULL) return true;
  (void)snprintf(what, sizeof what, "Slack cannot be reached: %s", visit->note[0] == '\0' ? "an answer that is not Slack's" : visit->note);
  wrong(doctor, what, REACH);
  return false;
}

/* ---- what mends what ---- */

#define WAIT "that passes: look again in a few minutes"
#define NEW_APP_TOKEN "create one under Basic Information, App-Level Tokens, with connections:write, and write it into app_token_file"
#define NEW_BOT_TOKEN "install the app again under OAuth & Permissions, and copy its new token into the file"

/* What a word of Slack's asks for; `otherwise` for those of tokens. */
static const char *mend_of(const char *error, const char *otherwise) {
  static const struct {
    const char *error, *mend;
  } rows[] = {{"ratelimited", WAIT},         {"internal_error", WAIT}, {"fatal_error", WAIT}, {"service_unavailable", WAIT}, {"request_timeout", WAIT},
              {"team_added_to_org", WAIT},   {"link_disabled", "switch on Socket Mode under api.slack.com/apps, your app, Socket Mode"},
              {"too_many_websockets", "more than ten connections use this app: stop the other copies of mentord-slack"},
              {"team_disabled", "the workspace was closed: name another in slack.yaml"}};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (strcmp(rows[i].error, error) == 0) return rows[i].mend;
  return otherwise;
}

/* ---- what is looked at ---- */

/* Before the first start there may be no folder yet: the service makes it. Root has no folder of its own here. */
static void check_link(struct doctor *doctor, const struct slack_config *config) {
  struct link_address address;
  char what[400];
  if (geteuid() == 0 || link_address_parse(config->link, &address) != ERR_NONE || link_address_folder(&address) != ERR_DENIED) {
    err_note_clear();
    return;
  }
  (void)snprintf(what, sizeof what, "the bot cannot connect here: %s", err_note_text());
  err_note_clear();
  wrong(doctor, what, "name a folder of its own in link, as /run/mentord, owned by the user that runs mentord-slack, and chmod 700 it");
}

static bool read_token(struct doctor *doctor, const char *path, const char *prefix, const char *kind, char token[LINK_TOKEN_BYTES_MAX + 1]) {
  char what[600];
  err_note_clear();
  enum err err = link_token_is_private(path);
  if (err == ERR_NONE) err = link_token_read(path, token);
  bool named = strstr(err_note_text(), path) != NULL;
  (void)snprintf(what, sizeof what, "the file of the %s: %s%s%s", kind, named ? "" : path, named ? "" : ": ", err_note_text());
  err_note_clear();
  if (err != ERR_NONE) wrong(doctor, what, "write the token alone into that file, and close it to others with chmod 600");
  else if (strncmp(token, prefix, strlen(prefix)) != 0) {
    (void)snprintf(what, sizeof what, "%s does not hold a %s: it begins with %s", path, kind, prefix);
    wrong(doctor, what, strcmp(prefix, "xapp-") == 0 ? "create one under Basic Information, App-Level Tokens, with connections:write"
                                                     : "copy it from OAuth & Permissions, after the app was installed");
    err = ERR_BAD_INPUT;
  } else good(kind, path);
  return err == ERR_NONE;
}

static const struct scope {
  const char *name;
  bool needed;
  const char *missed;
} scopes[] = {
#define AS_ROW(name, needed, missed) {name, needed, missed},
  SLACK_SCOPE_LIST(AS_ROW)
#undef AS_ROW
};

static void check_scopes(struct doctor *doctor, const struct visit *visit) {
  int missing = 0;
  for (size_t i = 0; i < ARRAY_LEN(scopes); i++) {
    char what[256];
    if (slack_scopes_hold(visit->scopes, scopes[i].name)) continue;
    missing++;
    (void)snprintf(what, sizeof what, "the bot token lacks the scope %s%s%s", scopes[i].name, scopes[i].missed[0] == '\0' ? "" : ": ", scopes[i].missed);
    if (scopes[i].needed) wrong(doctor, what, "add it under OAuth & Permissions (or paste the manifest again), then install the app again");
    else printf("  less  %s\n", what);
  }
  if (missing == 0) good("scopes", "all that the manifest asks for");
}

/* Both are right: the workspace chose. */
static void tell_groups(const struct visit *visit) {
  static const char may[] = "the app may read them (" SLACK_GROUP_HISTORY "); mentord looks there only for its own messages, so that none stands twice";
  static const char cannot[] = "the app cannot read them (no " SLACK_GROUP_HISTORY "); after a crash a message of mentord's may stand there twice";
  good("group messages", slack_scopes_hold(visit->scopes, SLACK_GROUP_HISTORY) ? may : cannot);
}

static void check_clock(struct doctor *doctor, const struct visit *visit) {
  struct tm then = {0};
  char what[128];
  if (visit->date[0] == '\0' || strptime(visit->date, "%a, %d %b %Y %H:%M:%S GMT", &then) == NULL) return;
  int64_t off_s = clock_wall_ms() / 1000 - (int64_t)timegm(&then);
  (void)snprintf(what, sizeof what, "this machine's clock differs from Slack's by %lld s", (long long)off_s);
  if (off_s > CLOCK_S_MAX || off_s < -CLOCK_S_MAX) wrong(doctor, what, "set it by NTP, as in: timedatectl set-ntp true");
  else good("clock", what);
}

/* Any answer will do. No socket is opened: Slack might bring it an event that belongs to the adapter. */
static void check_reach(struct doctor *doctor, const struct http_url *socket, const char *what_for) {
  struct visit there;
  char url[HTTP_URL_BYTES_MAX], what[512], found[80];
  (void)snprintf(url, sizeof url, "%s://%s:%d/", socket->is_tls ? "https" : "http", socket->host, socket->port);
  pay_visit(doctor, url, "", NULL, &there);
  (void)snprintf(what, sizeof what, "%.200s, which carries %s, cannot be reached: %s", socket->host, what_for, there.note);
  (void)snprintf(found, sizeof found, "the server that carries %s", what_for);
  if (there.end == HTTP_ANSWERED) good(found, socket->host);
  else wrong(doctor, what, REACH);
  cJSON_Delete(there.json);
}

/* A place for one byte is asked for and never filled: nothing is left of it. */
static void check_files(struct doctor *doctor, const char *token, const char *rights) {
  struct visit visit;
  struct http_url parsed;
  char what[256];
  if (!slack_scopes_hold(rights, "files:write")) return; /* said already */
  ask(doctor, "files.getUploadURLExternal", "filename=mentord-doctor.txt&length=1", token, &visit);
  if (answered(doctor, &visit)) {
    const char *url = json_str(visit.json, "upload_url"), *error = json_str_or(visit.json, "error", "no address came");
    bool known = url != NULL && http_url_parse(url, &parsed) == ERR_NONE && !parsed.is_ws;
    err_note_clear();
    (void)snprintf(what, sizeof what, "files cannot be sent: %.60s", error);
    if (known) check_reach(doctor, &parsed, "files");
    else printf("  less  %s\n", what);
  }
  cJSON_Delete(visit.json);
}

static void check_bot(struct doctor *doctor, const struct slack_team_config *team, const char *token, char bot[ID_BYTES]) {
  struct visit visit;
  char what[256];
  ask(doctor, "auth.test", "", token, &visit);
  if (answered(doctor, &visit)) {
    const char *id = json_str_or(visit.json, "team_id", "?"), *error = json_str_or(visit.json, "error", "?");
    bool ok = json_bool_or(visit.json, "ok", false);
    if (!ok) (void)snprintf(what, sizeof what, "Slack refuses the bot token: %.60s", error);
    else (void)snprintf(what, sizeof what, "the bot token belongs to the workspace %.60s", id);
    if (!ok) wrong(doctor, what, mend_of(error, NEW_BOT_TOKEN));
    else if (strcmp(id, strchr(team->id, '/') + 1) != 0)
      wrong(doctor, what, "write slack/ and that id into slack.yaml and mentord.yaml, or the other workspace's token into the file");
    else good("workspace", id);
    if (ok) check_scopes(doctor, &visit);
    if (ok) tell_groups(&visit);
    if (ok) check_files(doctor, token, visit.scopes);
    if (ok) (void)snprintf(bot, ID_BYTES, "%s", json_str_or(visit.json, "bot_id", ""));
    check_clock(doctor, &visit);
  }
  cJSON_Delete(visit.json);
}

static void check_socket(struct doctor *doctor, const char *token) {
  struct visit visit;
  char what[256];
  ask(doctor, "apps.connections.open", "", token, &visit);
  if (answered(doctor, &visit)) {
    const char *url = json_str(visit.json, "url");
    struct http_url parsed;
    bool opened = url != NULL && http_url_parse(url, &parsed) == ERR_NONE && parsed.is_ws;
    err_note_clear();
    (void)snprintf(what, sizeof what, "Socket Mode does not open: %.60s", json_str_or(visit.json, "error", "no address came"));
    if (opened) good("Socket Mode", "is switched on");
    if (opened) check_reach(doctor, &parsed, "Socket Mode");
    if (!opened) wrong(doctor, what, mend_of(json_str_or(visit.json, "error", ""), NEW_APP_TOKEN));
  }
  cJSON_Delete(visit.json);
}

/* "A0APP-…" in "xapp-1-A0APP-…"; NULL when it looks otherwise. */
static const char *app_in(const char *token) {
  const char *dash = strchr(token, '-'), *second = dash == NULL ? NULL : strchr(dash + 1, '-');
  return second == NULL || second[1] != 'A' || strchr(second + 1, '-') == NULL ? NULL : second + 1;
}

/* The app-level token names its app. With tokens of two apps, what people write to the one is never heard through the other. */
static void check_same_app(struct doctor *doctor, const char *bot_token, const char *bot, const char *app_token) {
  struct visit visit;
  char fields[ID_BYTES + 8], what[300];
  (void)snprintf(fields, sizeof fields, "bot=%s", bot);
  ask(doctor, "bots.info", fields, bot_token, &visit);
  const char *app = visit.json == NULL ? NULL : json_str(visit.json, "bot.app_id"), *own = app_in(app_token);
  size_t bytes = own == NULL ? 0 : strcspn(own, "-");
  if (app != NULL && own != NULL && (strlen(app) != bytes || memcmp(app, own, bytes) != 0)) {
    (void)snprintf(what, sizeof what, "the two tokens belong to two apps: the bot token to %.40s, the app-level token to %.*s", app, bytes > 40 ? 40 : (int)bytes, own);
    wrong(doctor, what, "take both from the settings of one app under api.slack.com/apps");
  }
  cJSON_Delete(visit.json);
}

static void check_team(struct doctor *doctor, const struct slack_team_config *team) {
  char bot[LINK_TOKEN_BYTES_MAX + 1], app[LINK_TOKEN_BYTES_MAX + 1];
  printf("%s (%s)\n", team->id, team->name);
  char id[ID_BYTES] = "";
  if (read_token(doctor, team->bot_token_file, "xoxb-", "bot token", bot)) check_bot(doctor, team, bot, id);
  bool read = read_token(doctor, team->app_token_file, "xapp-", "app-level token", app);
  if (read) check_socket(doctor, app);
  if (read && id[0] != '\0') check_same_app(doctor, bot, id, app);
  explicit_bzero(bot, sizeof bot);
  explicit_bzero(app, sizeof app);
}

int slack_doctor(const struct slack_config *config, const char *test_api) {
  struct http_places places = slack_places(config, test_api);
  struct doctor doctor = {.api = test_api == NULL ? config->api : test_api};
  int failed = uv_loop_init(&doctor.loop);
  assert(!failed);
  if (slack_places_login(config, &places) != ERR_NONE) wrong(&doctor, err_note_text(), "put user:password for the proxy into that file, and let nobody else open it");
  err_note_clear();
  doctor.http = http_new(&doctor.loop, &places);
  assert(doctor.http != NULL);
  check_link(&doctor, config);
  for (size_t i = 0; i < config->team_count; i++) check_team(&doctor, &config->teams[i]);
  doctor.http = http_free(doctor.http);
  explicit_bzero(places.proxy_login, sizeof places.proxy_login);
  (void)uv_run(&doctor.loop, UV_RUN_DEFAULT);
  (void)uv_loop_close(&doctor.loop);
  if (doctor.bad == 0) printf("Everything that is needed is in place.\n");
  else printf("%d thing%s to mend.\n", doctor.bad, doctor.bad == 1 ? "" : "s");
  return doctor.bad == 0 ? 0 : 1;
}
