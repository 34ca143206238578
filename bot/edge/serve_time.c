/* serve_time.c: what comes by itself: due timers, the demo's clock, the control list of the tools, the next rows of a job. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/fault.h"
#include "bot/base/json.h"
#include "bot/base/log.h"
#include "bot/edge/serve_parts.h"
#include "bot/jobs/jobs.h"
#include "bot/turn.h"
#include "bot/render.h"

enum { ENTRY_BYTES_MAX = 1024 * 1024, JOB_BYTES_MAX = 768 * 1024, FAR_MS = 60000 };

/* What has no name of its own gets one by chance: the store wants an id with everything that may not repeat. */
void serve_derived(struct serve *serve, struct event *event, const char *take) {
  char id[2 * sizeof event->seed + 1];
  serve->options.ports->random(serve->options.who, event->seed, sizeof event->seed);
  for (size_t i = 0; i < sizeof event->seed; i++) (void)snprintf(id + 2 * i, 3, "%02x", event->seed[i]);
  if (event->id == NULL) event->id = id;
  (void)serve_turn(serve, event, take);
}

/* ---- timers ---- */
/* Those on their way to the store are counted too. */
static size_t rows_to_send(const struct serve *serve) {
  size_t count = outbox_count(serve->outbox);
  for (const struct flight *flight = serve->oldest; flight != NULL; flight = flight->next) count += flight->row_count;
  return count;
}

static size_t letters_to_send(const struct serve *serve, const char *announcement) {
  size_t count = outbox_about(serve->outbox, announcement);
  for (const struct flight *flight = serve->oldest; flight != NULL; flight = flight->next) {
    for (size_t i = 0; i < flight->row_count; i++) count += flight->rows[i]->about != NULL && strcmp(flight->rows[i]->about, announcement) == 0;
  }
  return count;
}

static void run_timer(struct serve *serve, const struct due *due) {
  char record[120], id[160];
  (void)snprintf(record, sizeof record, "%s/%s", record_kind_name(due->kind), due->id);
  (void)snprintf(id, sizeof id, "timer/%s/%lld", record, (long long)due->ms);
  struct event event = {.kind = EVENT_TIMER, .id = id, .record = record, .due_ms = due->ms};
  if (due->kind == RECORD_ANNOUNCEMENT) {
    event.crowded = rows_to_send(serve) + TELLING_ROWS_MAX > SERVE_OUTBOX_LONG;
    event.queued = letters_to_send(serve, due->id);
  }
  serve_derived(serve, &event, NULL);
}

/* Managers hear once a day that the disk is nearly full. */
static void tell_of_space(struct serve *serve) {
  char id[60];
  uint8_t hash[STORE_EVENT_ID_BYTES];
  (void)snprintf(id, sizeof id, "space/%lld", (long long)(serve_system(serve) / SERVE_DAY_MS));
  serve->told_scarce = true;
  serve_hash(serve, NULL, id, hash);
  if (seen_has(serve->seen, hash)) return;
  struct event event = {.kind = EVENT_TIMER, .id = id, .record = id};
  serve_derived(serve, &event, NULL);
}

/* After an outage every deadline leaves a working day: so many pairs a turn. */
static void run_outage(struct serve *serve) {
  char record[40], id[120];
  (void)snprintf(record, sizeof record, "outage/%zu", serve->outage_part);
  (void)snprintf(id, sizeof id, "%s/%lld", record, (long long)serve->outage_from_ms);
  struct event event = {.kind = EVENT_TIMER, .id = id, .record = record, .due_ms = serve->outage_from_ms};
  serve_derived(serve, &event, NULL);
  if (serve->phase != SERVE_READY || serve->waiting_for_key) return;
  if (++serve->outage_part * TURN_OUTAGE_PAIRS >= model_count(serve->model, RECORD_PAIR)) serve->outage_from_ms = 0;
  serve_wake(serve, 0);
}

/* The demo's clock goes to the next due time, lets it run, and so on until its target. */
static void step_clock(struct serve *serve, int64_t to_ms) {
  struct event event = {.kind = EVENT_DEMO, .change = "clock_step", .due_ms = to_ms, .at_ms = serve_system(serve)};
  serve_derived(serve, &event, NULL);
  outbox_clock_moved(serve->outbox);
  serve_tell_clock(serve);
}

static bool clock_is_moving(const struct serve *serve) {
  const struct scheme *scheme = model_get(serve->model, RECORD_SCHEME, "scheme");
  return scheme != NULL && scheme->clock_target_ms != 0;
}

/* True when something ran. */
static bool run_due(struct serve *serve) {
  struct due due;
  if (model_due(serve->model, &due, 1) == 0) return false;
  bool is_clock = due.kind == RECORD_SCHEME;
  if (due.ms > serve_now(serve) || is_clock) {
    if (!clock_is_moving(serve)) return false;
    step_clock(serve, due.ms);
    return true;
  }
  run_timer(serve, &due);
  return true;
}

static void run_timers(struct serve *serve) {
  if (serve->clock_jumped) return;
  if (serve->outage_from_ms != 0) {
    run_outage(serve);
    return;
  }
  int steps = 0;
  struct due due;
  bool moved = clock_is_moving(serve);
  while (serve->phase == SERVE_READY && serve->in_flight < SERVE_FLIGHT_MAX / 2 && !serve->waiting_for_key && run_due(serve)) {
    if (++steps < SERVE_CLOCK_STEPS_MAX) continue;
    serve_wake(serve, 0);
    return;
  }
  if (serve->phase != SERVE_READY) return;
  int64_t wait = FAR_MS;
  int64_t next = model_due(serve->model, &due, 1) == 1 ? due.ms : 0;
  if (steps > 0 || moved || next != serve->told_due_ms) serve_tell_clock(serve);
  if (next != 0 && next - serve_now(serve) < wait) wait = next - serve_now(serve);
  serve_wake(serve, wait > 0 ? wait : 1);
}

/* Bytes of as many whole characters as fit: somebody's name may be as long as a sentence on the link. */
static size_t whole_bytes(const char *text, size_t bytes_max) {
  size_t bytes = strnlen(text, bytes_max);
  while (bytes > 0 && ((unsigned char)text[bytes] & 0xC0) == 0x80) bytes--;
  return bytes;
}

void serve_tell_clock(struct serve *serve) {
  struct due due;
  const struct scheme *scheme = model_get(serve->model, RECORD_SCHEME, "scheme");
  if (scheme == NULL || !scheme->demo) return;
  struct arena *arena = arena_new(SERVE_ARENA_BYTES);
  bool any = model_due(serve->model, &due, 1) == 1;
  serve->told_due_ms = any ? due.ms : 0;
  const char *next = any ? render_due(&due, txn_new(serve->model, arena), serve->options.words, arena) : NULL;
  if (next != NULL) next = arena_text_n(arena, next, whole_bytes(next, LINK_NAME_BYTES_MAX));
  serve->options.ports->clock(serve->options.who, serve_now(serve), any ? due.ms : 0, next);
  (void)arena_free(arena);
}

/* ---- the control list ---- */
/* `taken`: it stands in the control list and leaves it with the turn's commit. What the list cannot even name stays. */
static void run_entry(struct serve *serve, const char *json, bool taken) {
  cJSON *root = NULL;
  char id[160];
  serve->spool_swept = false;
  err_note_clear();
  if (json_parse(json, strlen(json), ENTRY_BYTES_MAX, &root) != ERR_NONE || json_str(root, "id") == NULL) {
    log_line(LOG_event_refused, "kind=control note=\"%s\"", err_note_text());
  } else {
    const char *name = json_str(root, "id");
    (void)snprintf(id, sizeof id, "control/%.120s", name);
    struct event event = {.kind = EVENT_CONTROL, .id = taken ? id : NULL, .payload = json};
    serve_derived(serve, &event, taken ? name : NULL);
  }
  json_freep(&root);
}

static void control_peeked(void *who, const struct store_result *result, const char *text, size_t bytes) {
  struct serve *serve = who;
  serve->control_asked = false;
  if (serve->phase != SERVE_READY) return;
  if (result->answer != STORE_OK || text == NULL) {
    if (result->answer == STORE_OK && !serve->control_empty) serve->spool_swept = false;
    serve->control_empty = result->answer == STORE_OK;
    serve_wake(serve, serve->control_ms - serve_system(serve));
    return;
  }
  serve->control_empty = false;
  fault_point(FAULT_control_in);
  char *entry = strndup(text, bytes);
  run_entry(serve, entry, true);
  free(entry);
  serve->control_ms = 0;
  serve_wake(serve, 0);
}

static void look_at_control(struct serve *serve) {
  int64_t now = serve_system(serve);
  const char *const *first = serve->options.first_entries;
  bool is_new = model_get(serve->model, RECORD_SCHEME, "scheme") == NULL || serve->first_entry > 0;
  if (first != NULL && is_new && first[serve->first_entry] != NULL) {
    run_entry(serve, first[serve->first_entry++], false);
    serve_wake(serve, 0);
    return;
  }
  serve->first_entry = 0;
  if (serve->control_asked || serve->in_flight > 0 || now < serve->control_ms) return;
  serve->control_ms = now + SERVE_CONTROL_MS;
  serve->control_asked = true;
  store_control_peek(serve->options.store, control_peeked, serve);
}

/* ---- jobs: rows of a spool file, so many a turn, between other people's turns ---- */
static const struct job *running_job(const struct serve *serve) {
  for (size_t i = 0; i < model_count(serve->model, RECORD_JOB); i++) {
    const struct job *job = model_at(serve->model, RECORD_JOB, i);
    if (job->state == JOB_RUNNING && job->file != NULL) return job;
  }
  return NULL;
}

/* Two imports may wait: the rows at hand may be those of the one that has just ended. */
static void open_rows(struct serve *serve, const struct job *job) {
  bool first = serve->options.first_rows != NULL && strcmp(job->file, SERVE_FIRST_ROWS) == 0;
  if (job_rows_are(serve->job, job->file)) return;
  (void)job_rows_free(serve->job);
  serve->job = job_rows_open(job->file, first ? serve->options.first_rows : NULL);
}

/* {"from":n,"rows":[…],"last":bool}: rows stand as lines of JSON in the file. */
static void run_job(struct serve *serve) {
  const struct job *job = running_job(serve);
  bool last;
  char id[160];
  if (job == NULL) {
    serve->job = job_rows_free(serve->job);
    serve_sweep_spool(serve);
    return;
  }
  open_rows(serve, job);
  fault_point(FAULT_job_rows);
  struct text text;
  struct json_out json;
  text_init(&text, 2 * JOB_BYTES_MAX);
  json_out_init(&json, &text);
  json_open(&json, NULL, '{');
  json_put_int(&json, "from", job->cursor);
  json_open(&json, "rows", '[');
  last = job_rows_add(serve->job, job->cursor, JOB_ROWS_MAX, JOB_BYTES_MAX, &json);
  json_close(&json, ']');
  json_put_bool(&json, "last", last);
  json_close(&json, '}');
  (void)snprintf(id, sizeof id, "job/%.100s/%lld/%lld", job->id, (long long)job->started_ms, (long long)job->cursor);
  struct event event = {.kind = EVENT_JOB, .id = id, .record = job->id, .payload = text_str(&text)};
  serve_derived(serve, &event, NULL);
  text_done(&text);
  serve_wake(serve, 0);
}

void serve_time(struct serve *serve) {
  if (serve->waiting_for_key) return;
  run_timers(serve);
  if (serve->phase == SERVE_READY && serve->scarce && !serve->told_scarce && !serve->waiting_for_key) tell_of_space(serve);
  if (serve->scarce) return; /* tools' entries and lists wait where they are */
  if (serve->phase == SERVE_READY && !serve->waiting_for_key) look_at_control(serve);
  if (serve->phase == SERVE_READY && !serve->waiting_for_key && serve->in_flight == 0 && !serve->job_waits) run_job(serve);
  if (serve->phase == SERVE_READY && !serve->waiting_for_key && serve->in_flight == 0) serve_round(serve);
  if (serve->phase == SERVE_READY && !serve->waiting_for_key && serve->in_flight == 0) serve_sweep_sheets(serve);
}
