/* sockets.c: envelopes on their way: to which connection, until when, again or given up; and what is measured of it. */
#include "tests/sim/slack/sockets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/map.h"
#include "bot/base/random.h"
#include "tests/sim/slack/crowd.h"
#include "tests/sim/slack/keep.h"
#include "tests/sim/slack/people.h"
#include "tests/sim/slack/sim.h"

enum { ACKS_KEPT = 100000, FORGET_AT_ONCE = ENVELOPES_MAX / 20, US_PER_MS = 1000 };

static int64_t now_us(void) {
  return (int64_t)(uv_hrtime() / 1000);
}

/* ---- life ---- */

struct sockets *sockets_new(struct sim *sim) {
  struct sockets *sockets = calloc(1, sizeof *sockets);
  assert(sockets != NULL);
  sockets->sim = sim;
  sockets->by_id = map_new();
  sockets->measures.ack_us = calloc(ACKS_KEPT, sizeof *sockets->measures.ack_us);
  assert(sockets->measures.ack_us != NULL);
  return sockets;
}

static void free_envelope(void *who) {
  struct envelope *envelope = who;
  moment_cancel(&envelope->sockets->sim->moment, &envelope->timer);
  cJSON_Delete(envelope->payload);
  cJSON_Delete(envelope->answer);
  free(envelope);
}

/* Sockets that libwebsockets still has end with it, through gone. */
void sockets_stop(struct sockets *sockets) {
  for (size_t i = sockets->conns.count; i > 0; i--) {
    struct conn *conn = sockets->conns.items[i - 1];
    if (conn->wsi == NULL) conn_free(conn);
  }
}

struct sockets *sockets_free(struct sockets *sockets) {
  if (sockets == NULL) return NULL;
  sockets_stop(sockets);
  list_done(&sockets->envelopes, free_envelope);
  list_done(&sockets->conns, NULL);
  sockets->by_id = map_free(sockets->by_id, NULL);
  free(sockets->measures.ack_us);
  free(sockets);
  return NULL;
}

/* ---- gaps ---- */

size_t sockets_up(const struct sockets *sockets) {
  size_t up = 0;
  for (size_t i = 0; i < sockets->conns.count; i++) up += conn_is_up(sockets->conns.items[i]);
  return up;
}

void sockets_count_gap(struct sockets *sockets) {
  struct measures *m = &sockets->measures;
  bool up = sockets_up(sockets) > 0;
  if (!up && m->gap_since_us == 0 && sockets->was_up) m->gap_since_us = now_us();
  sockets->was_up = sockets->was_up || up;
  if (!up || m->gap_since_us == 0) return;
  int64_t gap = now_us() - m->gap_since_us;
  m->gap_since_us = 0;
  m->gaps++;
  m->total_gap_us += gap;
  if (gap > m->longest_gap_us) m->longest_gap_us = gap;
}

void sockets_forget(struct sockets *sockets) {
  int64_t *ring = sockets->measures.ack_us, since = sockets->measures.gap_since_us;
  sockets->measures = (struct measures){.ack_us = ring, .gap_since_us = since == 0 ? 0 : now_us()};
}

/* ---- sending ---- */

static struct conn *any_conn(struct sockets *sockets, const char *app) {
  struct conn *fit[CONNS_MAX];
  uint32_t chance;
  size_t count = 0;
  for (size_t i = 0; i < sockets->conns.count; i++) {
    struct conn *conn = sockets->conns.items[i];
    bool believed = conn->lost && !conn->closing;
    if (strcmp(conn->app, app) == 0 && conn->greeted && !conn->leaving && (conn_is_up(conn) || believed)) fit[count++] = conn;
  }
  random_bytes(&chance, sizeof chance);
  return count == 0 ? NULL : fit[chance % count];
}

static char *frame_of(const struct envelope *envelope) {
  cJSON *frame = cJSON_CreateObject();
  tree_str(frame, "envelope_id", envelope->id);
  tree_put(frame, "payload", cJSON_CreateObjectReference(envelope->payload->child));
  tree_str(frame, "type", envelope->type);
  tree_bool(frame, "accepts_response_payload", envelope->kind != ENVELOPE_EVENT);
  if (envelope->kind == ENVELOPE_EVENT) {
    tree_int(frame, "retry_attempt", envelope->attempt);
    tree_str(frame, "retry_reason", envelope->attempt == 0 ? "" : "timeout");
  }
  char *printed = tree_print(frame);
  cJSON_Delete(frame);
  return printed;
}

static void not_answered(void *who);

static void finish(struct envelope *envelope, enum envelope_state state) {
  envelope->state = state;
  moment_cancel(&envelope->sockets->sim->moment, &envelope->timer);
  cJSON_Delete(envelope->payload);
  envelope->payload = NULL;
}

static void send_now(void *who) {
  struct envelope *envelope = who;
  struct sockets *sockets = envelope->sockets;
  struct sim *sim = sockets->sim;
  struct conn *conn = any_conn(sockets, json_str_or(envelope->payload, "api_app_id", APP_ID));
  if (conn != NULL) {
    char *frame = frame_of(envelope);
    conn_send(conn, frame);
    if (sim_set(sim, SET_duplicate) != 0) conn_send(conn, frame);
    free(frame);
    conn->envelopes++;
    envelope->deliveries++;
    envelope->connection = conn->number;
    envelope->sent_us = now_us();
  }
  /* With nobody there Slack knows at once; a retry is tried all the same. */
  bool wait = conn != NULL || envelope->retries;
  moment_after(&sim->moment, &envelope->timer, wait ? sim_set(sim, SET_ack_ms) : 0, not_answered, envelope);
}

static void not_answered(void *who) {
  struct envelope *envelope = who;
  static const enum setting waits[] = {SET_retry_1_ms, SET_retry_2_ms, SET_retry_3_ms};
  struct sim *sim = envelope->sockets->sim;
  if (envelope->retries && envelope->attempt < (int)ARRAY_LEN(waits)) {
    int64_t wait = sim_set(sim, waits[envelope->attempt]);
    envelope->attempt++;
    moment_after(&sim->moment, &envelope->timer, wait, send_now, envelope);
    return;
  }
  envelope->sockets->measures.given_up++;
  finish(envelope, ENVELOPE_GIVEN_UP);
  if (envelope->kind != ENVELOPE_EVENT) people_failed(sim, envelope);
}

static void make_id(char ret_id[40]) {
  uint8_t c[16];
  random_bytes(c, sizeof c);
  (void)snprintf(ret_id, 40, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7],
                 c[8], c[9], c[10], c[11], c[12], c[13], c[14], c[15]);
}

static void forget_oldest(struct sockets *sockets) {
  for (size_t i = 0; i < FORGET_AT_ONCE; i++) {
    struct envelope *oldest = sockets->envelopes.items[i];
    (void)map_drop(sockets->by_id, oldest->id);
    free_envelope(oldest);
  }
  list_first_out_many(&sockets->envelopes, FORGET_AT_ONCE);
}

struct envelope *sockets_deliver(struct sockets *sockets, enum envelope_kind kind, cJSON *payload) {
  struct envelope *envelope = calloc(1, sizeof *envelope);
  assert(envelope != NULL);
  *envelope = (struct envelope){.kind = kind, .payload = payload, .sockets = sockets, .retries = kind == ENVELOPE_EVENT};
  envelope->type = kind == ENVELOPE_EVENT ? "events_api" : kind == ENVELOPE_COMMAND ? "slash_commands" : "interactive";
  make_id(envelope->id);
  SLOT_PUT(envelope->event_id, json_str_or(payload, "event_id", ""));
  if (sockets->envelopes.count == ENVELOPES_MAX) forget_oldest(sockets);
  list_add(&sockets->envelopes, envelope);
  (void)map_put(sockets->by_id, envelope->id, envelope);
  send_now(envelope);
  return envelope;
}

struct envelope *sockets_envelope(struct sockets *sockets, const char *id) {
  return map_get(sockets->by_id, id);
}

/* ---- acknowledgements ---- */

static void count_ack(struct measures *m, int64_t us, int64_t limit_ms) {
  m->ack_us[m->ack_count++ % ACKS_KEPT] = us;
  m->acked++;
  if (us > limit_ms * US_PER_MS) m->late++;
}

static void acknowledge(struct sockets *sockets, struct envelope *envelope, cJSON *answer) {
  int64_t took_us = now_us() - envelope->sent_us;
  if (envelope->lost_acks < sim_set(sockets->sim, SET_lost_acks)) {
    envelope->lost_acks++; /* Slack will deliver it again */
    return;
  }
  envelope->acks++;
  sockets->measures.again += envelope->acks > 1;
  if (envelope->acks == 1) count_ack(&sockets->measures, took_us, sim_set(sockets->sim, SET_ack_ms));
  if (envelope->acks == 1 && envelope->of_crowd) crowd_acknowledged(sockets->sim, took_us);
  if (envelope->state == ENVELOPE_GIVEN_UP && envelope->acks == 1) envelope->state = ENVELOPE_LATE;
  if (envelope->state != ENVELOPE_WAITING) return;
  finish(envelope, ENVELOPE_ACKED);
  if (answer == NULL || cJSON_GetArraySize(answer) == 0) answer = NULL;
  envelope->answer = cJSON_Duplicate(answer, true);
  if (envelope->kind == ENVELOPE_EVENT) return;
  people_answered(sockets->sim, envelope);
  keep_save(sockets->sim);
}

static void record_ack(struct sockets *sockets, const struct conn *conn, const struct envelope *envelope, const cJSON *frame) {
  if (sim_set(sockets->sim, SET_record) == 0) return;
  cJSON *line = cJSON_CreateObject();
  tree_str(line, "what", "ack");
  tree_int(line, "at", moment_wall_ms(&sockets->sim->moment));
  tree_int(line, "connection", conn->number);
  tree_bool(line, "known", envelope != NULL);
  tree_copy(line, "frame", frame);
  record_line(sockets->sim->record, line);
}

void sockets_hear(struct sockets *sockets, struct conn *conn, const char *text, size_t bytes) {
  CLEANUP(json_freep) cJSON *frame = NULL;
  err_note_clear();
  enum err err = json_parse(text, bytes, ACK_BYTES_MAX, &frame);
  const char *id = err == ERR_NONE ? json_str(frame, "envelope_id") : NULL;
  struct envelope *envelope = id == NULL ? NULL : sockets_envelope(sockets, id);
  err_note_clear();
  record_ack(sockets, conn, envelope, frame);
  conn->acks++;
  if (envelope != NULL && envelope->connection != conn->number) sockets->measures.elsewhere++;
  if (envelope == NULL) {
    sockets->measures.unknown++;
    return;
  }
  acknowledge(sockets, envelope, cJSON_GetObjectItemCaseSensitive(frame, "payload"));
}

/* ---- reports ---- */

static int by_size(const void *a, const void *b) {
  const int64_t *one = a, *other = b;
  return (*one > *other) - (*one < *other);
}

static void report_acks(const struct measures *m, cJSON *into) {
  size_t count = m->ack_count < ACKS_KEPT ? m->ack_count : ACKS_KEPT;
  int64_t *sorted = calloc(count + 1, sizeof *sorted);
  assert(sorted != NULL);
  memcpy(sorted, m->ack_us, count * sizeof *sorted);
  qsort(sorted, count, sizeof *sorted, by_size);
  cJSON *acks = tree_object(into, "acks");
  tree_int(acks, "count", m->acked);
  tree_int(acks, "late", m->late);
  tree_int(acks, "again", m->again);
  tree_int(acks, "unknown", m->unknown);
  tree_int(acks, "elsewhere", m->elsewhere);
  tree_int(acks, "oversized", m->oversized);
  tree_int(acks, "p50_us", count == 0 ? 0 : sorted[(count - 1) / 2]);
  tree_int(acks, "p99_us", count == 0 ? 0 : sorted[(count * 99 + 99) / 100 - 1]);
  tree_int(acks, "max_us", count == 0 ? 0 : sorted[count - 1]);
  free(sorted);
}

static void report_gaps(const struct measures *m, cJSON *into) {
  int64_t current = m->gap_since_us == 0 ? 0 : now_us() - m->gap_since_us;
  cJSON *gaps = tree_object(into, "gaps");
  tree_int(gaps, "count", m->gaps + (current > 0));
  tree_int(gaps, "longest_us", current > m->longest_gap_us ? current : m->longest_gap_us);
  tree_int(gaps, "total_us", m->total_gap_us + current);
  tree_int(gaps, "current_us", current);
}

static void report_conns(const struct sockets *sockets, cJSON *into) {
  cJSON *rows = tree_array(into, "connections");
  for (size_t i = 0; i < sockets->conns.count; i++) {
    const struct conn *conn = sockets->conns.items[i];
    cJSON *row = tree_object(rows, NULL);
    tree_int(row, "number", conn->number);
    tree_str(row, "app", conn->app);
    tree_bool(row, "up", conn_is_up(conn));
    tree_bool(row, "leaving", conn->leaving);
    tree_bool(row, "lost", conn->lost);
    tree_int(row, "age_ms", moment_ms(&sockets->sim->moment) - conn->opened_ms);
    tree_int(row, "envelopes", conn->envelopes);
    tree_int(row, "acks", conn->acks);
    tree_bool(row, "ponged", conn->ponged_us != 0);
  }
}

/* How many envelopes were sent once, twice, … */
static void report_deliveries(const struct sockets *sockets, cJSON *into) {
  int64_t times[ATTEMPTS_MAX + 1] = {0}, waiting = 0;
  char key[16];
  for (size_t i = 0; i < sockets->envelopes.count; i++) {
    const struct envelope *envelope = sockets->envelopes.items[i];
    times[envelope->deliveries > ATTEMPTS_MAX ? ATTEMPTS_MAX : envelope->deliveries]++;
    waiting += envelope->state == ENVELOPE_WAITING;
  }
  cJSON *rows = tree_object(into, "deliveries");
  for (size_t i = 0; i < ARRAY_LEN(times); i++) {
    (void)snprintf(key, sizeof key, "%zu", i);
    tree_int(rows, key, times[i]);
  }
  tree_int(into, "waiting", waiting);
}

void sockets_report(struct sockets *sockets, cJSON *into) {
  const struct measures *m = &sockets->measures;
  tree_int(into, "up", (int64_t)sockets_up(sockets));
  tree_int(into, "opened", m->opened);
  tree_int(into, "refused", m->refused);
  tree_int(into, "given_up", m->given_up);
  report_gaps(m, into);
  report_acks(m, into);
  report_conns(sockets, into);
  report_deliveries(sockets, into);
}

void sockets_report_envelope(const struct envelope *envelope, cJSON *into) {
  static const char *const states[] = {"waiting", "acked", "late", "given_up"};
  tree_str(into, "envelope_id", envelope->id);
  tree_str(into, "event_id", envelope->event_id);
  tree_str(into, "type", envelope->type);
  tree_str(into, "state", states[envelope->state]);
  tree_int(into, "deliveries", envelope->deliveries);
  tree_int(into, "acks", envelope->acks);
  tree_copy(into, "answer", envelope->answer);
}
