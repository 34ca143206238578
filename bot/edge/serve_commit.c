/* serve_commit.c: what a turn changed becomes one commit; what is owed for it is said once the commit is back, and not before. */
#include <stdlib.h>
#include <string.h>

#include "bot/base/fault.h"
#include "bot/base/log.h"
#include "bot/edge/blackbox.h"
#include "bot/edge/serve_attempt.h"

/* ---- after the commit ---- */
static void free_flight(struct flight *flight) {
  for (size_t i = 0; i < flight->ack_count; i++) {
    free(flight->acks[i].workspace);
    free(flight->acks[i].event_id);
    free(flight->acks[i].reply);
  }
  free(flight->acks);
  for (size_t i = 0; i < flight->row_count; i++) free(flight->rows[i]);
  free(flight->rows);
  serve_rides_free(&flight->rides);
  (void)serve_keeps_free(flight->keeps);
  free(flight);
}

void serve_drop_flights(struct serve *serve) {
  while (serve->oldest != NULL) {
    struct flight *flight = serve->oldest;
    serve->oldest = flight->next;
    free_flight(flight);
  }
}

static void acknowledge_one(struct serve *serve, const char *workspace, const char *event_id, const char *reply) {
  serve->acks++;
  serve->options.ports->ack(serve->options.who, workspace, event_id, reply);
}

static void acknowledge(struct flight *flight) {
  for (size_t i = 0; i < flight->ack_count; i++) {
    const struct owed *owed = &flight->acks[i];
    acknowledge_one(flight->serve, owed->workspace, owed->event_id, owed->reply);
    fault_point(FAULT_ack_sent);
  }
}

/* Somebody waits for its acknowledgement. The demo's own clock steps are of an adapter's kind, but nobody sent them. */
static bool is_from_adapter(const struct event *event) {
  return event->kind <= EVENT_DEMO && event->workspace != NULL && event->id != NULL;
}

static void owe(struct flight *flight, const struct event *event, const char *reply) {
  flight->acks = reallocarray(flight->acks, flight->ack_count + 1, sizeof *flight->acks);
  assert(flight->acks != NULL);
  struct owed *owed = &flight->acks[flight->ack_count++];
  owed->workspace = strdup(event->workspace);
  owed->event_id = strdup(event->id);
  owed->reply = reply == NULL ? NULL : strdup(reply);
}

static void settle(struct flight *flight) {
  struct serve *serve = flight->serve;
  if (flight->has_event) blackbox_forget(serve->options.blackbox, flight->event_hash);
  acknowledge(flight);
  if (flight->rides.count > 0) fault_point(FAULT_results_kept);
  for (size_t i = 0; i < flight->rides.count; i++) {
    const struct out *out = flight->rides.items[i].out;
    serve->options.ports->got(serve->options.who, out->workspace == NULL ? "" : out->workspace, out->id);
  }
  for (size_t i = 0; i < flight->row_count; i++) (void)outbox_add(serve->outbox, flight->rows[i]);
  flight->row_count = 0; /* they are the outbox's now */
  if (flight->marks) serve_marks_kept(serve);
  const struct keeps_flown *keeps = flight->keeps;
  if (keeps != NULL && keeps->alone) serve->options.ports->kept(serve->options.who, keeps->workspace, keeps->id, NULL, 0);
  if (flight->reset) serve_again(serve, LOG_demo, NULL);
  else serve_wake(serve, 0);
}

static void refused(struct flight *flight, const struct store_result *result) {
  struct serve *serve = flight->serve;
  if (result->answer == STORE_DUP) acknowledge(flight);
  if (result->answer == STORE_BROKEN && flight->has_event) blackbox_blame(serve->options.blackbox, flight->event_hash);
  if (result->answer == STORE_CONFLICT && flight->keeps != NULL) serve_keeps_conflict(serve, flight->keeps);
  if (result->answer == STORE_NOT_STORED) serve->doubted = true;
  const char *note = result->note == NULL ? "" : result->note, *name = store_answer_name(result->answer);
  log_line(LOG_commit_refused, "scheme=%s answer=%s head=%lld note=\"%s\"", serve->scheme, name, (long long)result->head, note);
  if (result->answer == STORE_FENCED) serve_fenced(serve);
  else serve_again(serve, LOG_store_down, note[0] == '\0' ? name : note);
}

static void committed(void *who, const struct store_result *result) {
  struct flight *flight = who;
  struct serve *serve = flight->serve;
  assert(serve->oldest == flight); /* answers come in the order of the commits */
  serve->oldest = flight->next;
  serve->in_flight--;
  fault_point(FAULT_commit_back);
  bool current = serve->phase == SERVE_READY || serve->phase == SERVE_STOPPING;
  if (result->answer == STORE_OK) {
    serve->commits++;
    blackbox_keep(serve->options.blackbox, serve->scheme, result->head);
  }
  if (!current) serve_wake(serve, 0);
  else if (result->answer == STORE_OK) settle(flight);
  else refused(flight, result);
  free_flight(flight);
}

void serve_acknowledge_later(struct serve *serve, const struct event *event, const char *reply) {
  if (!is_from_adapter(event)) return;
  if (serve->in_flight > 0) owe(serve->newest, event, reply);
  else acknowledge_one(serve, event->workspace, event->id, reply);
}

/* ---- building a commit ---- */
struct build {
  struct serve *serve;
  struct arena *arena;
  struct store_op *ops;
  size_t count, capacity;
};

static struct store_op *add_op(struct build *build, enum store_op_kind op, enum record_kind kind, const char *id, const char *data) {
  if (build->count == build->capacity) {
    size_t capacity = build->capacity == 0 ? 32 : 2 * build->capacity;
    struct store_op *ops = arena_alloc(build->arena, capacity * sizeof *ops);
    if (build->count > 0) memcpy(ops, build->ops, build->count * sizeof *ops);
    build->ops = ops;
    build->capacity = capacity;
  }
  struct store_op *added = &build->ops[build->count++];
  *added = (struct store_op){.op = op, .kind = kind, .id = id, .data = data, .bytes = data == NULL ? 0 : strlen(data)};
  return added;
}

static const char *encoded(struct build *build, enum record_kind kind, const void *record) {
  struct text json;
  text_init_in(&json, RECORD_JSON_BYTES_MAX, build->arena);
  record_encode(kind, record, &json);
  assert(!json.full);
  return text_str(&json);
}

/* The row as the outbox will have it, and as the store is to have it. */
static const char *add_row(struct build *build, struct flight *flight, const struct txn_op *op) {
  struct out *row = record_pack(RECORD_OUT, op->record);
  row->unsent = serve_stands_in_line(build->serve, row, flight->row_count);
  build->serve->marks.needed |= row->unsent;
  marks_see(build->serve->marks.marks, row);
  flight->rows[flight->row_count++] = row;
  return row->unsent || op->json == NULL ? encoded(build, RECORD_OUT, row) : op->json;
}

static void add_txn(struct build *build, struct txn *txn, struct flight *flight) {
  const struct txn_op *ops;
  const char *const *lines;
  size_t count = txn_ops(txn, &ops);
  flight->rows = calloc(count + 1, sizeof(struct out *));
  for (size_t i = 0; i < count; i++) {
    bool put = ops[i].op == TXN_PUT;
    const char *json = ops[i].json;
    if (put && ops[i].kind == RECORD_OUT) json = add_row(build, flight, &ops[i]);
    else if (put && json == NULL) json = encoded(build, ops[i].kind, ops[i].record);
    (void)add_op(build, put ? STORE_PUT : STORE_DROP, ops[i].kind, ops[i].id, json);
  }
  size_t line_count = txn_audits(txn, &lines);
  for (size_t i = 0; i < line_count; i++) (void)add_op(build, STORE_AUDIT, RECORD_SCHEME, NULL, lines[i]);
}

static void add_keeps(struct build *build, const char *workspace, const struct link_blob *keeps, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const char *id = arena_format(build->arena, "%s\n%s", workspace, keeps[i].key);
    add_op(build, STORE_KEEP, RECORD_SCHEME, id, keeps[i].blob)->version = keeps[i].version;
  }
}

/* Results that wait join this commit; `got` is owed once it is back. */
static void add_rides(struct build *build, struct flight *flight) {
  flight->rides = build->serve->rides;
  build->serve->rides = (struct rides){0};
  for (size_t i = 0; i < flight->rides.count; i++) {
    const struct ride *ride = &flight->rides.items[i];
    (void)add_op(build, STORE_DROP, RECORD_OUT, ride->out->id, NULL);
    if (ride->name != NULL) (void)add_op(build, STORE_SENT, RECORD_OUT, ride->name, ride->message);
    if (ride->out->sealed != NULL) (void)add_op(build, STORE_DROP, RECORD_SEALED, ride->out->sealed, NULL);
  }
}

/* How far rows may go from now on: in the store before one of them goes there. */
static void add_marks(struct build *build, struct flight *flight) {
  flight->marks = serve_marks_due(build->serve);
  if (flight->marks) (void)add_op(build, STORE_SENT, RECORD_OUT, MARKS_NAME, serve_marks_text(build->serve, build->arena));
}

/* All goes but the counters: ids, and the event ids made of them, never come twice. */
static void add_reset(struct build *build) {
  const struct counter *counter = model_get(build->serve->model, RECORD_COUNTER, "counter");
  (void)add_op(build, STORE_WIPE, RECORD_SCHEME, NULL, NULL);
  if (counter != NULL) (void)add_op(build, STORE_PUT, RECORD_COUNTER, "counter", encoded(build, RECORD_COUNTER, counter));
}

static void send_commit(struct build *build, struct flight *flight) {
  struct serve *serve = build->serve;
  struct store_commit commit = {.event_id = flight->has_event ? flight->event_hash : NULL, .seq = ++serve->seq,
                                .now_ms = serve_now(serve), .system_ms = serve_system(serve), .ops = build->ops, .op_count = build->count};
  if (serve->now_floor_ms != 0) serve->now_floor_ms = commit.now_ms;
  if (serve->oldest == NULL) serve->oldest = flight;
  else serve->newest->next = flight;
  serve->in_flight++;
  serve->newest = flight;
  fault_point(FAULT_commit_built);
  store_commit(serve->options.store, &commit, committed, flight);
  fault_point(FAULT_commit_sent);
}

static struct flight *new_flight(struct serve *serve) {
  struct flight *flight = calloc(1, sizeof *flight);
  assert(flight != NULL);
  flight->serve = serve;
  return flight;
}

/* ---- the three kinds ---- */
void serve_commit_turn(struct attempt *attempt) {
  struct serve *serve = attempt->serve;
  struct flight *flight = new_flight(serve);
  struct build build = {.serve = serve, .arena = attempt->arena};
  flight->has_event = attempt->named;
  memcpy(flight->event_hash, attempt->hash, sizeof flight->event_hash);
  if (is_from_adapter(attempt->event)) owe(flight, attempt->event, serve_reply(attempt));
  flight->reset = txn_is_reset(attempt->txn);
  if (flight->reset) add_reset(&build);
  if (attempt->take != NULL) (void)add_op(&build, STORE_TAKE, RECORD_SCHEME, attempt->take, NULL);
  add_txn(&build, attempt->txn, flight);
  add_keeps(&build, attempt->event->workspace, attempt->keeps, attempt->keep_count);
  if (attempt->keep_count > 0)
    flight->keeps = serve_keeps_new(attempt->event->workspace, attempt->event->id, false, attempt->keeps, attempt->keep_count);
  add_rides(&build, flight);
  add_marks(&build, flight);
  model_apply(serve->model, attempt->txn);
  if (attempt->event->id != NULL) seen_add(serve->seen, flight->event_hash);
  send_commit(&build, flight);
}

void serve_commit_rides(struct serve *serve) {
  struct arena *arena = serve_scratch(serve);
  struct build build = {.serve = serve, .arena = arena};
  struct flight *flight = new_flight(serve);
  add_rides(&build, flight);
  add_marks(&build, flight);
  send_commit(&build, flight);
  fault_point(FAULT_results_sent);
  arena_clear(arena);
}

void serve_commit_keep(struct serve *serve, const struct link_frame *frame) {
  struct arena *arena = serve_scratch(serve);
  struct build build = {.serve = serve, .arena = arena};
  struct flight *flight = new_flight(serve);
  flight->keeps = serve_keeps_new(frame->workspace, frame->id, true, frame->blobs, frame->blob_count);
  add_keeps(&build, frame->workspace, frame->blobs, frame->blob_count);
  add_rides(&build, flight);
  add_marks(&build, flight);
  send_commit(&build, flight);
  arena_clear(arena);
}
