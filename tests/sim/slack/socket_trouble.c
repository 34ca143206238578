/* socket_trouble.c: what a test may do to sockets: goodbye with a reason, breaks of every kind, frames that should not be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/slack/sim.h"

enum { BIG_BYTES = 1024 * 1024, BIG_BYTES_MAX = 4 * 1024 * 1024, WARNING_MS = 10000, REFRESH_MS = 1000 };

/* ---- goodbye ---- */

static void close_politely(void *who) {
  struct conn *conn = who;
  conn_close(conn, 1000, "");
}

/* A warning comes some ten seconds before the end, and events still come; the other reasons end it soon, and nothing comes any more. */
static void disconnect(struct conn *conn, const cJSON *wish) {
  const char *reason = json_str_or(wish, "reason", "refresh_requested");
  bool warns = strcmp(reason, "warning") == 0;
  conn_say_goodbye(conn, reason);
  conn->leaving = !warns;
  moment_after(&conn->sockets->sim->moment, &conn->leave, json_int_or(wish, "close_ms", warns ? WARNING_MS : REFRESH_MS), close_politely, conn);
}

static void close_now(struct conn *conn, const cJSON *wish) {
  conn_close(conn, (int)json_int_or(wish, "code", 1000), json_str_or(wish, "note", ""));
}

static void close_open(struct conn *conn, const cJSON *wish) {
  (void)wish;
  conn_close_open(conn);
}

static void half_open(struct conn *conn, const cJSON *wish) {
  (void)wish;
  conn_vanish(conn);
}

static void reset(struct conn *conn, const cJSON *wish) {
  (void)wish;
  conn_reset(conn);
}

/* ---- odd frames ---- */

/* `hex` says what no JSON text can hold: a NUL, half a character. */
static void send_raw(struct conn *conn, const cJSON *wish) {
  const char *hex = json_str_or(wish, "hex", "");
  size_t bytes = 0;
  char *data = malloc(strlen(hex) / 2 + 1);
  assert(data != NULL);
  for (unsigned byte; sscanf(hex + 2 * bytes, "%2x", &byte) == 1; bytes++) data[bytes] = (char)byte;
  if (bytes > 0) conn_send_bytes(conn, data, bytes);
  else conn_send(conn, json_str_or(wish, "text", "{\"type\":\"events_api\",\"payload\":{\"never"));
  free(data);
}

static void send_unknown(struct conn *conn, const cJSON *wish) {
  cJSON *frame = cJSON_CreateObject();
  tree_str(frame, "envelope_id", "00000000-1111-2222-3333-444444444444");
  tree_str(frame, "type", json_str_or(wish, "type", "something_of_next_year"));
  tree_bool(frame, "accepts_response_payload", false);
  tree_str(tree_object(frame, "payload"), "type", "who_knows");
  char *printed = tree_print(frame);
  conn_send(conn, printed);
  free(printed);
  cJSON_Delete(frame);
}

static void send_limited(struct conn *conn, const cJSON *wish) {
  struct sim *sim = conn->sockets->sim;
  cJSON *payload = cJSON_CreateObject();
  (void)wish;
  tree_str(payload, "token", "sim-verification");
  tree_str(payload, "type", "app_rate_limited");
  tree_str(payload, "team_id", sim->world.teams.count == 0 ? "" : ((struct team *)sim->world.teams.items[0])->id);
  tree_int(payload, "minute_rate_limited", moment_wall_ms(&sim->moment) / 60000 * 60);
  tree_str(payload, "api_app_id", conn->app);
  (void)sockets_deliver(conn->sockets, ENVELOPE_EVENT, payload);
}

/* An event of a kind nobody knows, as long as is wished: 1 MB if nothing is said. */
static void send_big(struct conn *conn, const cJSON *wish) {
  int64_t bytes = json_int_or(wish, "bytes", BIG_BYTES);
  struct sim *sim = conn->sockets->sim;
  if (bytes < 0 || bytes > BIG_BYTES_MAX) bytes = BIG_BYTES_MAX;
  char *filler = malloc((size_t)bytes + 1), id[ID_SIZE];
  assert(filler != NULL);
  memset(filler, 'x', (size_t)bytes);
  filler[bytes] = '\0';
  cJSON *payload = cJSON_CreateObject(), *event;
  world_id(&sim->world, 'E', id);
  tree_str(payload, "type", "event_callback");
  tree_str(payload, "event_id", id);
  tree_str(payload, "team_id", sim->world.teams.count == 0 ? "" : ((struct team *)sim->world.teams.items[0])->id);
  event = tree_object(payload, "event");
  tree_str(event, "type", "sim_big");
  tree_str(event, "filler", filler);
  free(filler);
  (void)sockets_deliver(conn->sockets, ENVELOPE_EVENT, payload);
}

/* ---- the table ---- */

/* TROUBLE(word, function) */
#define TROUBLE_LIST(TROUBLE)               \
  TROUBLE("disconnect", disconnect)         \
  TROUBLE("close", close_now)               \
  TROUBLE("close_no_fin", close_open)       \
  TROUBLE("half_open", half_open)           \
  TROUBLE("reset", reset)                   \
  TROUBLE("garbage", send_raw)              \
  TROUBLE("unknown", send_unknown)          \
  TROUBLE("app_rate_limited", send_limited) \
  TROUBLE("big", send_big)

static const struct {
  const char *word;
  void (*act)(struct conn *conn, const cJSON *wish);
} troubles[] = {
#define TROUBLE_AS_ROW(word, function) {word, function},
    TROUBLE_LIST(TROUBLE_AS_ROW)
#undef TROUBLE_AS_ROW
};

/* "connection": a number, "all", or none: the first that is up. */
static bool is_chosen(const struct conn *conn, const cJSON *wish, bool *taken) {
  int64_t number = json_int_or(wish, "connection", 0);
  bool all = tree_is(wish, "connection", "all");
  bool fits = all ? conn_is_up(conn) : number > 0 ? conn->number == number : conn_is_up(conn) && !*taken;
  *taken = *taken || fits;
  return fits;
}

const char *sockets_trouble(struct sockets *sockets, const cJSON *wish) {
  struct list chosen = {0};
  bool taken = false;
  size_t row = 0;
  while (row < ARRAY_LEN(troubles) && !tree_is(wish, "what", troubles[row].word)) row++;
  if (row == ARRAY_LEN(troubles)) return "what: disconnect, close, close_no_fin, half_open, reset, garbage, unknown, app_rate_limited or big";
  for (size_t i = 0; i < sockets->conns.count; i++)
    if (is_chosen(sockets->conns.items[i], wish, &taken)) list_add(&chosen, sockets->conns.items[i]);
  for (size_t i = 0; i < chosen.count; i++) troubles[row].act(chosen.items[i], wish);
  const char *wrong = chosen.count == 0 ? "connection: there is none like that" : NULL;
  list_done(&chosen, NULL);
  return wrong;
}
