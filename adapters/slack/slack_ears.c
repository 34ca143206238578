/* slack_ears.c: does what slack_sockets decides: asks for addresses, connects, hears frames, says acknowledgements. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/slack/slack_core.h"
#include "bot/base/json.h"
#include "bot/base/log.h"

enum { OPEN_MS = 8000, ANSWER_BYTES_MAX = 64 * 1024, RETRY_DEFAULT_S = 30 };

static void arm(struct slack_team *team);

/* ---- who listens ---- */

static bool shares(const struct slack_team *team, const struct slack_team *other) {
  return other == team || (other->known && strcmp(other->app_token, team->app_token) == 0);
}

/* Workspaces that share an app share its connections, since Slack allows an app ten: one of them listens for all. Who already does goes on, also while
 * nobody is up: only its timer knows when to try again. */
static struct slack_team *listener_of(struct slack_team *team) {
  struct slack_team *opens = NULL, *listens = NULL, *first = NULL;
  for (size_t i = 0; i < team->slack->team_count; i++) {
    struct slack_team *other = &team->slack->teams[i];
    if (!other->known || !shares(team, other)) continue;
    if (slack_sockets_up(&other->sockets) > 0) return other;
    if (opens == NULL && slack_sockets_open(&other->sockets)) opens = other;
    if (listens == NULL && other->listens) listens = other;
    if (first == NULL) first = other;
  }
  if (opens != NULL) return opens;
  return listens != NULL ? listens : first != NULL ? first : team;
}

/* ---- what the operator hears ---- */

static void tell_of(struct slack_team *team, int up, int64_t gap_ms, const char *note) {
  if (up > 0 && !team->hears) {
    log_line(LOG_platform_up, "workspace=%s connections=%d gap_ms=%lld", team->config->id, up, (long long)gap_ms);
    team->hears = true;
    team->told_down[0] = '\0';
    slack_tell_bot(team);
  } else if (up == 0 && note[0] != '\0' && (team->hears || strncmp(team->told_down, note, SLACK_DOWN_BYTES - 1) != 0)) {
    log_line(LOG_platform_down, "workspace=%s note=\"%s\"", team->config->id, note);
    team->hears = false;
    (void)snprintf(team->told_down, sizeof team->told_down, "%s", note);
    slack_tell_bot(team);
  }
}

void slack_ears_tell(struct slack_team *team, const char *note) {
  const struct slack_team *listener = listener_of(team);
  int up = team->known ? slack_sockets_up(&listener->sockets) : 0;
  for (size_t i = 0; i < team->slack->team_count; i++) {
    struct slack_team *other = &team->slack->teams[i];
    if (other == team || (team->known && shares(team, other))) tell_of(other, up, listener->sockets.gap_ms, note);
  }
}

static void gone(struct slack_ear *ear, enum slack_trouble trouble, int64_t wait_ms, const char *note) {
  struct slack_team *team = ear->team;
  ear->serial = 0;
  slack_sockets_gone(&team->sockets, ear->slot, trouble, wait_ms, slack_now_ms(), slack_chance());
  slack_ears_tell(team, note);
  arm(team);
}

/* ---- frames ---- */

/* Connections of ours that use the same app. */
static int own_connections(const struct slack_team *team) {
  const struct slack *slack = team->slack;
  int count = 0;
  for (size_t i = 0; i < slack->team_count; i++) {
    const struct slack_team *other = &slack->teams[i];
    for (int k = 0; k < SLACK_SLOTS && strcmp(other->app_token, team->app_token) == 0; k++) count += other->ears[k].wire != NULL;
  }
  return count;
}

/* Slack gives each event to one of an app's connections, at random: with a second copy people would be answered now and then.
 * One more than ours may be one that just went. */
static void look_for_copies(struct slack_team *team, int64_t connections) {
  int own = own_connections(team);
  if (connections < own + 2 || team->told_copies) return;
  team->told_copies = true;
  log_line(LOG_trouble, "workspace=%s note=\"Slack counts %lld connections of this app, %d are ours: if another mentord-slack runs with its tokens, stop it; "
                        "after a crash the old ones are counted for some minutes\"", team->config->id, (long long)connections, own);
}

static void hear_hello(struct slack_ear *ear, const struct slack_in *in) {
  struct slack_team *team = ear->team;
  for (size_t i = 0; i < team->slack->team_count && in->app != NULL; i++) {
    struct slack_team *other = &team->slack->teams[i];
    if (shares(team, other) && other->names != NULL && other->self.app == NULL) other->self.app = arena_text(other->names, in->app);
  }
  look_for_copies(team, in->connections);
  slack_sockets_hello(&team->sockets, ear->slot, in->lives_s, slack_now_ms(), slack_chance());
  slack_ears_tell(team, "");
  arm(team);
}

static void hear_bye(struct slack_ear *ear, const struct slack_in *in) {
  struct slack_team *team = ear->team;
  slack_sockets_bye(&team->sockets, ear->slot, in->reason, slack_now_ms(), slack_chance());
  if (in->reason == SLACK_REASON_LINK_DISABLED)
    slack_refused(team, "socket_mode_off", "Socket Mode is switched off: switch it on under api.slack.com/apps, your app, Socket Mode");
  if (in->reason == SLACK_REASON_TOO_MANY)
    slack_refused(team, "too_many_connections", "More than ten connections use this app's token: stop the other copies of mentord-slack");
  arm(team);
}

/* Most frames are envelopes; hello and disconnect are read once more by whom they concern. */
static void on_text(void *who, const char *data, size_t bytes) {
  struct slack_ear *ear = who;
  struct slack_team *team = ear->team;
  uint64_t serial = ear->serial;
  CLEANUP(arena_freep) struct arena *arena = arena_new(SLACK_IN_ARENA_BYTES_MAX);
  struct slack_in in;
  bool short_one = bytes < 4096 && (strstr(data, "\"hello\"") != NULL || strstr(data, "\"disconnect\"") != NULL);
  if (!short_one) {
    slack_link_frame(team, serial, data, bytes);
    return;
  }
  slack_in_read(data, bytes, &team->self, slack_wall_ms(), arena, &in);
  if (in.kind == SLACK_IN_HELLO) hear_hello(ear, &in);
  else if (in.kind == SLACK_IN_DISCONNECT) hear_bye(ear, &in);
  else slack_link_frame(team, serial, data, bytes);
}

static void on_open(void *who) {
  (void)who; /* Slack's hello counts, not the handshake */
}

static void on_heard(void *who) {
  struct slack_ear *ear = who;
  slack_sockets_heard(&ear->team->sockets, ear->slot, slack_now_ms());
}

static void on_gone(void *who, int code, const char *note) {
  struct slack_ear *ear = who;
  ear->wire = NULL;
  (void)code;
  gone(ear, SLACK_TROUBLE_AGAIN, 0, note[0] == '\0' ? "the connection ended" : note);
}

/* ---- an address ---- */

static const char *const refusals[] = {"not_authed", "invalid_auth", "account_inactive", "user_removed_from_team", "team_disabled", "token_revoked",
                                       "token_expired", "not_allowed_token_type", "no_permission", "missing_scope", NULL};

static bool is_refusal(const char *error) {
  for (size_t i = 0; refusals[i] != NULL; i++)
    if (strcmp(refusals[i], error) == 0) return true;
  return false;
}

static void connect_to(struct slack_ear *ear, const char *url) {
  static const struct wire_handlers handlers = {.open = on_open, .text = on_text, .heard = on_heard, .gone = on_gone};
  struct slack_team *team = ear->team;
  struct wire_options options = {.url = url, .places = &team->slack->places};
  err_note_clear();
  if (wire_open(team->slack->context, team->slack->loop, &options, &handlers, ear, &ear->wire) == ERR_NONE) {
    ear->serial = team->slack->next_serial++;
    slack_sockets_address(&team->sockets, ear->slot);
    return;
  }
  log_line(LOG_trouble, "workspace=%s note=\"%s\"", team->config->id, err_note_text());
  err_note_clear();
  gone(ear, SLACK_TROUBLE_AGAIN, 0, "an address that is none of Slack's");
}

static void hear_error(struct slack_ear *ear, const char *error) {
  struct slack_team *team = ear->team;
  if (is_refusal(error)) {
    slack_refused(team, error, "Slack refuses the app-level token (xapp-…) in app_token_file: create one with connections:write under api.slack.com/apps, "
                               "your app, Basic Information, App-Level Tokens");
    gone(ear, SLACK_TROUBLE_REFUSED, 0, error);
  } else if (strcmp(error, "too_many_websockets") == 0) {
    gone(ear, SLACK_TROUBLE_TOO_MANY, 0, error);
  } else if (strcmp(error, "link_disabled") == 0) {
    slack_refused(team, "socket_mode_off", "Socket Mode is switched off: switch it on under api.slack.com/apps, your app, Socket Mode");
    gone(ear, SLACK_TROUBLE_DISABLED, 0, error);
  } else {
    gone(ear, SLACK_TROUBLE_AGAIN, 0, error);
  }
}

static void on_address(void *who, const struct http_answer *answer) {
  struct slack_ear *ear = who;
  char wait[16];
  CLEANUP(json_freep) cJSON *json = NULL;
  ear->fetch = NULL;
  if (answer->end != HTTP_ANSWERED) {
    gone(ear, SLACK_TROUBLE_AGAIN, 0, answer->note);
    return;
  }
  if (answer->status == 429) {
    bool said = http_header(answer, "retry-after", wait, sizeof wait);
    gone(ear, SLACK_TROUBLE_AGAIN, (said ? strtol(wait, NULL, 10) : RETRY_DEFAULT_S) * 1000, "asked to wait");
    return;
  }
  bool read = json_parse(answer->body, answer->bytes, ANSWER_BYTES_MAX, &json) == ERR_NONE;
  err_note_clear();
  const char *url = read ? json_str(json, "url") : NULL;
  if (read && json_bool_or(json, "ok", false) && url != NULL) connect_to(ear, url);
  else hear_error(ear, read ? json_str_or(json, "error", "no address came") : "an answer that is no JSON");
}

static void fetch(struct slack_ear *ear) {
  struct slack_team *team = ear->team;
  char url[HTTP_URL_BYTES_MAX];
  (void)snprintf(url, sizeof url, "%sapps.connections.open", team->slack->api);
  struct http_ask ask = {.url = url, .bearer = team->app_token, .body = "", .total_ms = OPEN_MS, .answer_bytes_max = ANSWER_BYTES_MAX, .harmless = true};
  if (http_post(team->slack->http, &ask, on_address, ear, &ear->fetch) == ERR_NONE) return;
  gone(ear, SLACK_TROUBLE_AGAIN, 0, err_note_text());
  err_note_clear();
}

/* ---- doing ---- */

static void close_ear(struct slack_ear *ear, bool at_once) {
  ear->fetch = http_stop(ear->fetch);
  ear->wire = at_once ? wire_drop(ear->wire) : wire_close(ear->wire);
  ear->serial = 0;
}

/* Another listens: what we have is given up. */
static void follow(struct slack_team *team, const struct slack_team *listener) {
  for (int i = 0; i < SLACK_SLOTS; i++) close_ear(&team->ears[i], false);
  slack_sockets_init(&team->sockets);
  team->listens = false;
  (void)uv_timer_stop(&team->ears_timer);
  if (team->self.app == NULL && listener->self.app != NULL) team->self.app = arena_text(team->names, listener->self.app);
  slack_ears_tell(team, "");
}

void slack_ears_run(struct slack_team *team) {
  if (team->slack->stopping || !team->known) return;
  const struct slack_team *listener = listener_of(team);
  if (listener != team) {
    follow(team, listener);
    return;
  }
  team->listens = true;
  for (;;) {
    struct slack_todo todo = slack_sockets_next(&team->sockets, slack_now_ms(), slack_chance());
    struct slack_ear *ear = &team->ears[todo.slot];
    switch (todo.what) {
      case SLACK_DO_FETCH: fetch(ear); break;
      case SLACK_DO_PING: if (ear->wire != NULL) wire_ping(ear->wire); break;
      case SLACK_DO_CLOSE: close_ear(ear, false); break;
      case SLACK_DO_DROP:
        close_ear(ear, true);
        slack_ears_tell(team, "nothing came for too long");
        break;
      default: arm(team); return;
    }
  }
}

static void on_timer(uv_timer_t *timer) {
  slack_ears_run(timer->data);
}

static void arm(struct slack_team *team) {
  int64_t wake_ms = slack_sockets_wake_ms(&team->sockets), wait_ms = wake_ms - slack_now_ms();
  if (team->slack->stopping || wake_ms == INT64_MAX) return;
  (void)uv_timer_start(&team->ears_timer, on_timer, wait_ms < 0 ? 0 : (uint64_t)wait_ms + 1, 0);
}

void slack_ears_hurry(struct slack_team *team) {
  slack_sockets_hurry(&team->sockets);
  slack_ears_run(team);
}

static bool say_on(struct slack_team *team, uint64_t connection, const char *frame, size_t bytes) {
  for (int i = 0; i < SLACK_SLOTS; i++) {
    struct slack_ear *ear = &team->ears[i];
    if (ear->serial != connection || ear->wire == NULL) continue;
    if (wire_send(ear->wire, frame, bytes) == ERR_NONE) return true;
    err_note_clear(); /* it goes under, and Slack brings the envelope again */
  }
  return false;
}

bool slack_ears_say(struct slack *slack, uint64_t connection, const char *frame, size_t bytes) {
  for (size_t i = 0; i < slack->team_count; i++)
    if (say_on(&slack->teams[i], connection, frame, bytes)) return true;
  return false;
}

void slack_ears_stop(struct slack_team *team) {
  for (int i = 0; i < SLACK_SLOTS; i++) close_ear(&team->ears[i], false);
}
