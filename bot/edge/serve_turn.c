/* serve_turn.c: an event becomes a turn, the turn is sealed, committed, and only then spoken of. */
#include <stdlib.h>
#include <string.h>

#include "bot/base/fault.h"
#include "bot/base/log.h"
#include "bot/base/random.h"
#include "bot/edge/event_copy.h"
#include "bot/edge/blackbox.h"
#include "bot/edge/serve_parts.h"
#include "bot/cards.h"
#include "bot/render.h"
#include "bot/turn.h"

void serve_hash(const struct serve *serve, const char *workspace, const char *id, uint8_t ret_hash[STORE_EVENT_ID_BYTES]) {
  struct text text;
  text_init(&text, 4096);
  text_add(&text, workspace == NULL ? "" : workspace);
  text_add(&text, "\n");
  text_add(&text, id);
  hash_bytes(serve->hash_key, text_str(&text), text.length, ret_hash);
  text_done(&text);
}

struct attempt { /* one event on its way through */
  struct serve *serve;
  const struct event *event;
  const struct link_blob *keeps;
  size_t keep_count;
  const char *take;
  bool named;                            /* it has an id, and so … */
  uint8_t hash[STORE_EVENT_ID_BYTES];    /* … this is it */
  struct arena *arena;
  struct txn *txn;
  const struct line *reply;
};

static struct attempt attempt_at(struct serve *serve, const struct event *event, const struct link_blob *keeps, size_t keep_count) {
  struct attempt attempt = {.serve = serve, .event = event, .keeps = keeps, .keep_count = keep_count, .named = event->id != NULL};
  if (attempt.named) serve_hash(serve, event->workspace, event->id, attempt.hash);
  return attempt;
}

/* ---- events that must wait ---- */
static bool run_turn(struct attempt *attempt);
static void acknowledge_later(struct serve *serve, const struct event *event, const char *reply);

static struct link_blob *copy_keeps(struct arena *arena, const struct link_blob *keeps, size_t count) {
  struct link_blob *copy = arena_alloc(arena, (count + 1) * sizeof *copy);
  for (size_t i = 0; i < count; i++) {
    copy[i] = (struct link_blob){.key = arena_text(arena, keeps[i].key), .version = keeps[i].version, .blob = arena_text(arena, keeps[i].blob)};
  }
  return copy;
}

static void wait_with(struct serve *serve, const struct event *event, const struct link_blob *keeps, size_t keep_count) {
  struct waiting *waiting = calloc(1, sizeof *waiting);
  assert(waiting != NULL);
  waiting->arena = arena_new(SERVE_EVENT_BYTES);
  waiting->event = event_copy(waiting->arena, event);
  waiting->keeps = copy_keeps(waiting->arena, keeps, keep_count);
  waiting->keep_count = keep_count;
  if (serve->waiting_last != NULL) serve->waiting_last->next = waiting;
  else serve->waiting_first = waiting;
  serve->waiting_last = waiting;
}

static struct waiting *pop_waiting(struct serve *serve) {
  struct waiting *waiting = serve->waiting_first;
  serve->waiting_first = waiting->next;
  if (waiting->next == NULL) serve->waiting_last = NULL;
  return waiting;
}

static void free_waiting(struct waiting *waiting) {
  (void)arena_free(waiting->arena);
  free(waiting);
}

void serve_drop_waiting(struct serve *serve) {
  while (serve->waiting_first != NULL) free_waiting(pop_waiting(serve));
  serve->waiting_for_key = false;
}

static bool must_wait(const struct serve *serve) {
  return serve->waiting_for_key || serve->in_flight >= SERVE_FLIGHT_MAX;
}

/* What came twice while it waited happens once. */
static bool is_repeat(const struct attempt *attempt) {
  struct serve *serve = attempt->serve;
  const struct event *event = attempt->event;
  if (!attempt->named || !seen_has(serve->seen, attempt->hash)) return false;
  if (log_may(&serve->repeats, LOG_event_repeat, serve->options.ports->boot_ms(serve->options.who)))
    log_line(LOG_event_repeat, "workspace=%s kind=%s", event->workspace, event_kind_name(event->kind));
  acknowledge_later(serve, event, NULL);
  return true;
}

void serve_run_waiting(struct serve *serve) {
  while (serve->phase == SERVE_READY && serve->waiting_first != NULL && !must_wait(serve)) {
    struct waiting *first = serve->waiting_first;
    struct attempt attempt = attempt_at(serve, first->event, first->keeps, first->keep_count);
    if (!is_repeat(&attempt) && !run_turn(&attempt)) return;
    if (serve->waiting_first == first) free_waiting(pop_waiting(serve));
  }
}

static void keys_are_there(struct serve *serve, enum err err, const char *note) {
  if (serve->phase != SERVE_READY) return;
  if (err != ERR_NONE) serve_again(serve, LOG_vault_closed, note);
  else serve_wake(serve, 0);
}

static void keys_came(void *who, enum err err, const char *note) {
  struct serve *serve = who;
  serve->waiting_for_key = false;
  keys_are_there(serve, err, note);
}

static void job_keys_came(void *who, enum err err, const char *note) {
  struct serve *serve = who;
  serve->job_waits = false;
  keys_are_there(serve, err, note);
}

/* What waits for a key holds back all that came after it, but a list has no order with what people do. */
static void ask_for_keys(struct serve *serve, const struct event *event) {
  bool is_job = event->kind == EVENT_JOB;
  if (is_job) serve->job_waits = true;
  else serve->waiting_for_key = true;
  keystore_ahead(serve->options.keystore, vault_lacks(serve->vault), is_job ? job_keys_came : keys_came, serve);
}

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
  const struct keeps_flown *keeps = flight->keeps;
  if (keeps != NULL && keeps->alone) serve->options.ports->kept(serve->options.who, keeps->workspace, keeps->id, NULL, 0);
  if (flight->reset) serve_again(serve, LOG_demo, NULL);
  else serve_wake(serve, 0);
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
  if (result->answer == STORE_OK && current) {
    settle(flight);
  } else if (current) {
    if (result->answer == STORE_DUP) acknowledge(flight);
    if (result->answer == STORE_BROKEN && flight->has_event) blackbox_blame(serve->options.blackbox, flight->event_hash);
    if (result->answer == STORE_CONFLICT && flight->keeps != NULL) serve_keeps_conflict(serve, flight->keeps);
    log_line(LOG_commit_refused, "scheme=%s answer=%s head=%lld note=\"%s\"", serve->scheme, store_answer_name(result->answer),
             (long long)result->head, result->note == NULL ? "" : result->note);
    if (result->answer == STORE_NOT_STORED) serve->doubted = true;
    if (result->answer == STORE_FENCED) serve_fenced(serve);
    else serve_again(serve, LOG_store_down, result->note == NULL || result->note[0] == '\0' ? store_answer_name(result->answer) : result->note);
  } else {
    serve_wake(serve, 0);
  }
  free_flight(flight);
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

static void add_txn(struct build *build, struct txn *txn, struct flight *flight) {
  const struct txn_op *ops;
  const char *const *lines;
  size_t count = txn_ops(txn, &ops);
  flight->rows = calloc(count + 1, sizeof(struct out *));
  for (size_t i = 0; i < count; i++) {
    bool put = ops[i].op == TXN_PUT;
    const char *json = put && ops[i].json == NULL ? encoded(build, ops[i].kind, ops[i].record) : ops[i].json;
    (void)add_op(build, put ? STORE_PUT : STORE_DROP, ops[i].kind, ops[i].id, json);
    if (put && ops[i].kind == RECORD_OUT) flight->rows[flight->row_count++] = record_pack(RECORD_OUT, ops[i].record);
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

/* Somebody waits for its acknowledgement. The demo's own clock steps are of an adapter's kind, but nobody sent them. */
static bool is_from_adapter(const struct event *event) {
  return event->kind <= EVENT_DEMO && event->workspace != NULL && event->id != NULL;
}

/* ---- the turn ---- */
static const char *reply_text(struct attempt *attempt) {
  struct serve *serve = attempt->serve;
  if (attempt->reply == NULL) return NULL;
  const char *reader = attempt->event->person.id == NULL ? NULL : txn_account(attempt->txn, attempt->event->workspace, attempt->event->person.id);
  return render_line(attempt->reply, attempt->txn, serve->options.words, reader, attempt->arena);
}

/* All goes but the counters: ids, and the event ids made of them, never come twice. */
static void add_reset(struct build *build) {
  const struct counter *counter = model_get(build->serve->model, RECORD_COUNTER, "counter");
  (void)add_op(build, STORE_WIPE, RECORD_SCHEME, NULL, NULL);
  if (counter != NULL) (void)add_op(build, STORE_PUT, RECORD_COUNTER, "counter", encoded(build, RECORD_COUNTER, counter));
}

static void commit_turn(struct attempt *attempt) {
  struct serve *serve = attempt->serve;
  struct flight *flight = new_flight(serve);
  struct build build = {.serve = serve, .arena = attempt->arena};
  flight->has_event = attempt->named;
  memcpy(flight->event_hash, attempt->hash, sizeof flight->event_hash);
  if (is_from_adapter(attempt->event)) owe(flight, attempt->event, reply_text(attempt));
  flight->reset = txn_is_reset(attempt->txn);
  if (flight->reset) add_reset(&build);
  if (attempt->take != NULL) (void)add_op(&build, STORE_TAKE, RECORD_SCHEME, attempt->take, NULL);
  add_txn(&build, attempt->txn, flight);
  add_keeps(&build, attempt->event->workspace, attempt->keeps, attempt->keep_count);
  if (attempt->keep_count > 0)
    flight->keeps = serve_keeps_new(attempt->event->workspace, attempt->event->id, false, attempt->keeps, attempt->keep_count);
  add_rides(&build, flight);
  model_apply(serve->model, attempt->txn);
  if (attempt->event->id != NULL) seen_add(serve->seen, flight->event_hash);
  send_commit(&build, flight);
}

/* Nothing changed, or it is kept already: no commit, but the acknowledgement waits for what is under way. */
static void acknowledge_later(struct serve *serve, const struct event *event, const char *reply) {
  if (!is_from_adapter(event)) return;
  if (serve->in_flight > 0) owe(serve->newest, event, reply);
  else acknowledge_one(serve, event->workspace, event->id, reply);
}

static bool has_nothing(const struct attempt *attempt) {
  return txn_is_empty(attempt->txn) && !txn_is_reset(attempt->txn) && attempt->keep_count == 0 && attempt->take == NULL;
}

/* What a turn has done is forgotten: it stood in its transaction only. */
static void start_afresh(struct attempt *attempt) {
  txn_wipe(attempt->txn);
  attempt->txn = txn_new(attempt->serve->model, attempt->arena);
}

/* Nothing of the event is done; it is acknowledged, and those concerned are told. The log has its kind and size, no more. */
static void set_aside(struct attempt *attempt, const char *why) {
  static const struct line sorry = {.words = W("turn.failed")};
  const struct event *event = attempt->event;
  log_line(LOG_event_poison, "kind=%s bytes=%zu note=\"%s\"", event_kind_name(event->kind), event_bytes(event), why);
  attempt->serve->set_aside_ms = serve_system(attempt->serve);
  start_afresh(attempt);
  turn_set_aside(event, serve_now(attempt->serve), attempt->serve->options.words, attempt->txn);
  attempt->reply = &sorry;
}

/* What cannot be meant for us is acknowledged, and nothing more; what we cannot do is set aside. */
static void give_up(struct attempt *attempt, enum err err) {
  if (err != ERR_BAD_INPUT) {
    set_aside(attempt, err_note_text());
    return;
  }
  log_line(LOG_event_refused, "kind=%s err=\"%s\" note=\"%s\"", event_kind_name(attempt->event->kind), err_name(err), err_note_text());
  start_afresh(attempt);
  attempt->reply = NULL;
}

static void finish(struct attempt *attempt) {
  if (has_nothing(attempt)) acknowledge_later(attempt->serve, attempt->event, reply_text(attempt));
  else commit_turn(attempt);
}

/* ERR_AGAIN: a key is not there yet. */
static enum err run(struct attempt *attempt) {
  struct serve *serve = attempt->serve;
  err_note_clear();
  if (attempt->named && blackbox_is(serve->options.blackbox, attempt->hash)) {
    set_aside(attempt, "it brought the bot down, or was refused by the store, twice");
    return ERR_NONE;
  }
  enum err err = turn_run(attempt->event, serve_now(serve), serve->options.words, attempt->txn, &attempt->reply);
  if (err == ERR_NONE) {
    fault_point(FAULT_turn_done);
    err = vault_seal_txn(serve->vault, attempt->txn);
  }
  if (err == ERR_AGAIN) return err;
  if (err != ERR_NONE) give_up(attempt, err);
  else fault_point(FAULT_seal_done);
  return ERR_NONE;
}

/* False: it must wait for a key. */
static bool run_turn(struct attempt *attempt) {
  struct serve *serve = attempt->serve;
  attempt->arena = serve_scratch(serve);
  attempt->txn = txn_new(serve->model, attempt->arena);
  if (attempt->named) blackbox_begin(serve->options.blackbox, attempt->hash);
  enum err err = run(attempt);
  if (err == ERR_NONE) finish(attempt);
  else ask_for_keys(serve, attempt->event);
  blackbox_end(serve->options.blackbox);
  txn_wipe(attempt->txn);
  arena_clear(attempt->arena);
  return err == ERR_NONE;
}

bool serve_turn(struct serve *serve, const struct event *event, const char *take) {
  struct attempt attempt = attempt_at(serve, event, NULL, 0);
  attempt.take = take;
  return run_turn(&attempt);
}

static bool is_spoken(const struct event *event) {
  return event->kind == EVENT_TEXT || event->kind == EVENT_PRESS || event->kind == EVENT_FORM || event->kind == EVENT_COMMAND;
}

/* A platform takes about one message a second for one person. Who writes faster than that for long would fill the store with
 * answers that nobody reads, and hold the credit that others need. */
static bool is_too_fast(struct serve *serve, const struct event *event) {
  const char *person = is_spoken(event) && event->person.id != NULL ? model_account(serve->model, event->workspace, event->person.id) : NULL;
  if (person == NULL) return false;
  struct arena *arena = serve_scratch(serve);
  bool crowded = outbox_crowded(serve->outbox, ARENA_JOIN(arena, event->workspace, "/", person), SERVE_ANSWERS_MAX);
  arena_clear(arena);
  return crowded;
}

/* Somebody wrote so long ago that it may have been kept under an id nobody remembers: it is answered, and not done again. */
static bool is_forgotten(const struct serve *serve, const struct event *event) {
  int64_t today = serve_system(serve) / SERVE_DAY_MS;
  return is_spoken(event) && event->at_ms > 0 && event->at_ms / SERVE_DAY_MS < today - SERVE_REMEMBERED_DAYS;
}

/* With the acknowledgement. Nothing is done, but what the adapter keeps is kept: the acknowledgement says so. */
static void only_say(struct attempt *attempt, const char *words) {
  const struct line line = {.words = words};
  attempt->reply = &line;
  attempt->arena = serve_scratch(attempt->serve);
  attempt->txn = txn_new(attempt->serve->model, attempt->arena);
  finish(attempt);
  txn_wipe(attempt->txn);
  arena_clear(attempt->arena);
}

/* Asked only of what is not known by its id. */
static bool comes_again(struct serve *serve, const struct event *event) {
  const struct capabilities *can = serve->options.ports->can(serve->options.who, event->workspace);
  return can != NULL && can->may_repeat_with_new_id && again_is(serve->again, event);
}

/* ---- doors ---- */
void serve_event(struct serve *serve, const struct event *event, const struct link_blob *keeps, size_t keep_count) {
  struct event drawn = *event;
  if (serve->phase != SERVE_READY) return; /* the adapter sends it again */
  fault_point(FAULT_event_in);
  struct attempt attempt = attempt_at(serve, &drawn, keeps, keep_count);
  if (is_repeat(&attempt) || serve_keeps_refused(serve, event->workspace, event->id, keeps, keep_count)) return;
  bool too_fast = is_too_fast(serve, event);
  if (too_fast || is_forgotten(serve, event)) {
    only_say(&attempt, too_fast ? W("turn.too_fast") : W("turn.away"));
    return;
  }
  drawn.again = comes_again(serve, event);
  serve->options.ports->random(serve->options.who, drawn.seed, sizeof drawn.seed);
  drawn.scarce = serve->scarce;
  drawn.round_side = serve->options.round_side;
  if (event->kind == EVENT_DEMO) drawn.at_ms = serve_system(serve);
  if (must_wait(serve) || serve->waiting_first != NULL || !run_turn(&attempt))
    wait_with(serve, &drawn, keeps, keep_count);
  serve_wake(serve, 0);
}

void serve_commit_rides(struct serve *serve) {
  struct arena *arena = serve_scratch(serve);
  struct build build = {.serve = serve, .arena = arena};
  struct flight *flight = new_flight(serve);
  add_rides(&build, flight);
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
  send_commit(&build, flight);
  arena_clear(arena);
}
