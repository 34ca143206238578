/* serve.c: the life of a served scheme: take it, load it, serve it, start over when the store says so, give it up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/log.h"
#include "bot/base/fault.h"
#include "bot/edge/blackbox.h"
#include "bot/edge/serve_parts.h"

void serve_wake(struct serve *serve, int64_t in_ms) {
  serve->options.ports->wake(serve->options.who, in_ms < 0 ? 0 : in_ms);
}

struct arena *serve_scratch(struct serve *serve) {
  assert(arena_bytes(serve->scratch) == 0);
  return serve->scratch;
}

struct serve *serve_new(const struct serve_options *options) {
  struct serve *serve = calloc(1, sizeof *serve);
  assert(serve != NULL);
  serve->options = *options;
  serve->scheme = strdup(options->scheme);
  serve->owner = strdup(options->owner);
  serve->spool = options->spool == NULL ? NULL : strdup(options->spool);
  hash_bytes(NULL, serve->scheme, strlen(serve->scheme), serve->hash_key); /* the other half stays zero */
  serve->vault = vault_new(options->keystore, options->scheme);
  serve->outbox = outbox_new();
  serve->marks.marks = marks_new();
  serve->files = files_new();
  serve->again = again_new();
  serve->scratch = arena_new(SERVE_ARENA_BYTES);
  serve->names = map_new();
  serve->stale = map_new();
  serve->trouble = "";
  serve->marks.was_away = serve_was_away(serve);
  return serve;
}

static void set_trouble(struct serve *serve, enum log_tag tag, const char *text) {
  serve->trouble_tag = tag;
  (void)snprintf(serve->trouble_text, sizeof serve->trouble_text, "%s", text);
  serve->trouble = serve->trouble_text;
}

/* Said once: what is known already is not logged again. */
static void new_trouble(struct serve *serve, enum log_tag tag, const char *why) {
  if (strncmp(serve->trouble, why, sizeof serve->trouble_text - 1) == 0) return;
  set_trouble(serve, tag, why);
  log_line(tag, "scheme=%s note=\"%s\"", serve->scheme, why);
}

/* ---- loading: records come one by one, in no order ---- */
static bool is_fact(const struct sealed *sealed) {
  return strcmp(sealed->field, "person.line") == 0 || strcmp(sealed->field, "person.apart") == 0;
}

static void keep_row(struct serve *serve, const struct out *out) {
  if (serve->loaded_count == serve->loaded_capacity) {
    serve->loaded_capacity = serve->loaded_capacity == 0 ? 64 : 2 * serve->loaded_capacity;
    serve->loaded_rows = reallocarray(serve->loaded_rows, serve->loaded_capacity, sizeof(struct out *));
    assert(serve->loaded_rows != NULL);
  }
  serve->loaded_rows[serve->loaded_count++] = record_pack(RECORD_OUT, out);
}

static void each_record(void *who, enum record_kind kind, const char *id, const char *json, size_t bytes) {
  struct serve *serve = who;
  void *record;
  fault_point(FAULT_load_record);
  err_note_clear();
  if (record_decode(kind, json, bytes, serve->loading, &record) != ERR_NONE) {
    log_line(LOG_record_bad, "kind=%s id=%s note=\"%s\"", record_kind_name(kind), id, err_note_text());
    if (kind == RECORD_SCHEME || kind == RECORD_COUNTER) serve->unreadable = true; /* ids would be given out twice */
  } else if (kind == RECORD_SEALED) {
    if (is_fact(record)) free(map_put(serve->facts, id, record_pack(kind, record)));
  } else if (kind == RECORD_OUT) {
    keep_row(serve, record);
  } else {
    model_load(serve->model, kind, record);
  }
  arena_clear(serve->loading);
}

static void each_seen(void *who, const uint8_t event_id[STORE_EVENT_ID_BYTES]) {
  struct serve *serve = who;
  seen_add(serve->seen, event_id);
}

static void drop_model(struct serve *serve) {
  for (size_t i = 0; i < serve->loaded_count; i++) free(serve->loaded_rows[i]);
  free(serve->loaded_rows);
  serve->loaded_rows = NULL;
  serve->loaded_count = serve->loaded_capacity = 0;
  serve->facts = map_free(serve->facts, free);
  serve->loading = arena_free(serve->loading);
  serve->model = model_free(serve->model);
  serve->seen = seen_free(serve->seen);
  serve->outbox = outbox_free(serve->outbox);
  serve->outbox = outbox_new();
  files_drop_all(serve->files);
  serve_drop_names(serve);
  serve_drop_waiting(serve);
  serve->job = job_rows_free(serve->job);
  serve_drop_round(serve);
}

/* ---- loaded: facts opened, rows in order, then ready ---- */
static void open_fact(struct serve *serve, const char *reference) {
  const struct sealed *sealed = reference == NULL ? NULL : map_get(serve->facts, reference);
  if (sealed != NULL) vault_open_facts(serve->vault, serve->model, sealed);
}

static void open_facts(struct serve *serve) {
  for (size_t i = 0; i < model_count(serve->model, RECORD_PERSON); i++) {
    const struct person *person = model_at(serve->model, RECORD_PERSON, i);
    open_fact(serve, person->line);
    open_fact(serve, person->apart);
  }
  vault_facts_end(serve->vault, serve->model);
  size_t unreadable = 0;
  for (size_t i = 0; i < model_count(serve->model, RECORD_PERSON); i++) {
    if (model_unreadable(serve->model, record_id(RECORD_PERSON, model_at(serve->model, RECORD_PERSON, i)))) unreadable++;
  }
  serve->unreadable_people = unreadable;
  if (unreadable > 0) log_line(LOG_vault_closed, "scheme=%s people=%zu note=\"their sealed facts cannot be opened: restore the key folder\"", serve->scheme, unreadable);
  serve->facts = map_free(serve->facts, free);
}

static int by_id(const void *a, const void *b) {
  const struct out *const *left = a, *const *right = b;
  long long one = strtoll((*left)->id + 1, NULL, 10), two = strtoll((*right)->id + 1, NULL, 10);
  return one < two ? -1 : one > two;
}

static void fill_outbox(struct serve *serve) {
  if (serve->loaded_count > 0) qsort(serve->loaded_rows, serve->loaded_count, sizeof(struct out *), by_id);
  serve_marks_loaded(serve);
  for (size_t i = 0; i < serve->loaded_count; i++) {
    struct outbox_row *row = outbox_add(serve->outbox, serve->loaded_rows[i]);
    row->handed = !marks_above(serve->marks.marks, row->out); /* perhaps: the result may be what was lost */
  }
  serve->loaded_count = 0; /* they are the outbox's now */
}

/* What must not be served at all, as a sentence; NULL when it may. */
static const char *refused(const struct serve *serve) {
  const struct scheme *scheme = model_get(serve->model, RECORD_SCHEME, "scheme");
  if (serve->unreadable) return "The scheme's own record cannot be read. Restore a backup: see deploy/README.md, \"Restore\".";
  if (scheme == NULL) return NULL;
  if (scheme->version > RECORDS_VERSION) return "The stored scheme was written by a newer release. Start that release, or restore a backup.";
  if (serve->options.demo && !scheme->demo)
    return "This store holds a real scheme, and the configuration says demo: true. Use another data folder for the demo.";
  return NULL;
}

static void ready(struct serve *serve) {
  serve_clock_begin(serve);
  serve->loading = arena_free(serve->loading);
  serve->phase = SERVE_READY;
  serve->marks.was_away = false;
  serve->trouble = "";
  serve->retry_wait_ms = 0;
  serve->spool_swept = serve->control_empty = false;
  serve->sheets_left = SIZE_MAX;
  blackbox_keep(serve->options.blackbox, serve->scheme, serve->seq);
  log_line(LOG_store_up, "scheme=%s fence=%s seq=%lld persons=%zu rows=%zu", serve->scheme, serve->fence, (long long)serve->seq,
           model_count(serve->model, RECORD_PERSON), outbox_count(serve->outbox));
  serve->options.ports->serving(serve->options.who, serve->fence);
  serve_wake(serve, 0);
}

static void probed(void *who, const struct store_result *result) {
  struct serve *serve = who;
  if (serve->phase != SERVE_LOADING) return;
  if (result->answer != STORE_OK) {
    serve_again(serve, LOG_store_down, result->note);
    return;
  }
  serve->doubted = false;
  ready(serve);
}

/* A store may be read and owned though it keeps nothing more: no memory, no disk. A commit of nothing tells, before adapters
 * send everything again only to be refused again. */
static void probe(struct serve *serve) {
  struct store_commit commit = {.seq = ++serve->seq, .now_ms = serve_now(serve), .system_ms = serve_system(serve)};
  store_commit(serve->options.store, &commit, probed, serve);
}

static void keys_ready(void *who, enum err err, const char *note) {
  struct serve *serve = who;
  if (serve->phase != SERVE_LOADING) return;
  serve->seq = serve->head.seq;
  if (serve->held != NULL) serve_again(serve, LOG_space, serve->held); /* it came while the store was asked */
  else if (err != ERR_NONE) serve_again(serve, LOG_vault_closed, note);
  else if (serve->doubted) probe(serve);
  else ready(serve);
}

static int64_t next_person(const struct serve *serve) {
  const struct counter *counter = model_get(serve->model, RECORD_COUNTER, "counter");
  return counter == NULL ? 1 : counter->next_person;
}

static void all_loaded(void *who, const struct store_result *result) {
  struct serve *serve = who;
  if (result->answer != STORE_OK) {
    serve_again(serve, LOG_store_down, result->note);
    return;
  }
  fault_point(FAULT_load_end);
  model_loaded(serve->model);
  const char *why = refused(serve);
  if (why != NULL) {
    log_line(LOG_config_bad, "scheme=%s note=\"%s\"", serve->scheme, why);
    drop_model(serve);
    serve->phase = SERVE_STOPPED;
    set_trouble(serve, LOG_config_bad, why);
    return;
  }
  open_facts(serve);
  fill_outbox(serve);
  keystore_ahead(serve->options.keystore, next_person(serve), keys_ready, serve);
}

static void records_loaded(void *who, const struct store_result *result) {
  struct serve *serve = who;
  if (result->answer != STORE_OK) serve_again(serve, LOG_store_down, result->note);
  else store_load_seen(serve->options.store, serve_system(serve), each_seen, all_loaded, serve);
}

static const char EMPTY_NOTE[] = "Redis holds nothing of this scheme, and this bot kept it there before: was its folder moved, or is this another Redis? "
                                 "Put the folder back or restore a backup; the bot goes on by itself. To begin anew on purpose: stop the bot, "
                                 "remove the file `turn` from the data folder, start.";
static const char OLD_NOTE[] = "Redis is older than what this bot kept there: a restored backup? What was said and done since is lost. Tell your managers.";

/* What was acknowledged must not be begun anew as if it had never been. */
static bool is_lost(struct serve *serve) {
  int64_t kept = blackbox_kept(serve->options.blackbox, serve->scheme);
  bool old = serve->head.seq > 0 && serve->head.seq < kept;
  if (old) log_line(LOG_store_lost, "scheme=%s seq=%lld kept=%lld note=\"%s\"", serve->scheme, (long long)serve->head.seq, (long long)kept, OLD_NOTE);
  if (old) serve->store_old = true;
  if (kept == 0 || serve->head.seq > 0) return false;
  serve_again(serve, LOG_store_lost, EMPTY_NOTE);
  return true;
}

static void taken(void *who, const struct store_result *result, const struct store_head *head) {
  struct serve *serve = who;
  if (serve->phase != SERVE_TAKING) return;
  if (result->answer != STORE_OK) {
    bool other = result->answer == STORE_FENCED;
    if (other) serve->marks.watched_seq = result->head;
    serve_again(serve, other ? LOG_stands_by : LOG_store_down, other ? "Another bot serves this scheme; this one stands by." : result->note);
    return;
  }
  fault_point(FAULT_lease_taken);
  serve->head = *head;
  if (is_lost(serve)) return;
  if (keystore_look_again(serve->options.keystore) != ERR_NONE) {
    serve_again(serve, LOG_vault_closed, err_note_text());
    return;
  }
  (void)snprintf(serve->fence, sizeof serve->fence, "%lld.%lld", (long long)head->incarnation, (long long)head->epoch);
  serve->phase = SERVE_LOADING;
  serve->model = model_new(serve->scheme);
  serve->seen = seen_new();
  serve->facts = map_new();
  serve->unreadable = false;
  serve->loading = arena_new(SERVE_ARENA_BYTES);
  serve_marks_begin(serve);
  store_load(serve->options.store, each_record, records_loaded, serve);
}

/* ---- starting, and starting over ---- */
void serve_start(struct serve *serve) {
  serve->phase = SERVE_TAKING;
  serve->retry_ms = 0;
  store_take(serve->options.store, serve->owner, taken, serve);
}

/* Nothing that is on its way counts any more. What the adapters were not told is sent by them again. */
void serve_fenced(struct serve *serve) {
  log_line(LOG_fenced, "scheme=%s fence=%s", serve->scheme, serve->fence);
  serve_again(serve, LOG_stands_by, "Another bot serves this scheme; this one stands by.");
}

/* The connection knows better than a call that was lost with it. */
static const char *better(const struct serve *serve, enum log_tag tag, const char *why) {
  const char *trouble = tag == LOG_store_down ? store_trouble(serve->options.store) : "";
  return trouble[0] != '\0' ? trouble : why;
}

void serve_again(struct serve *serve, enum log_tag tag, const char *why) {
  if (serve->phase == SERVE_STOPPING || serve->phase == SERVE_STOPPED) return;
  if (serve->phase == SERVE_READY) serve->options.ports->serving(serve->options.who, NULL);
  if (why != NULL) new_trouble(serve, tag, better(serve, tag, why));
  serve->retry_wait_ms = serve->retry_wait_ms == 0 || !serve->doubted ? SERVE_RETRY_MS : 2 * serve->retry_wait_ms;
  if (serve->retry_wait_ms > SERVE_RETRY_MS_MAX) serve->retry_wait_ms = SERVE_RETRY_MS_MAX;
  serve->phase = SERVE_TAKING;
  serve->retry_ms = serve_system(serve) + serve->retry_wait_ms;
  drop_model(serve);
  serve_wake(serve, serve->retry_wait_ms);
}

static const char SLOW_NOTE[] = "Redis takes more than a second to answer, and people wait as long. Look at its machine: the disk, the memory, other work there.";

static void time_renewal(struct serve *serve) {
  bool slow = serve->options.ports->boot_ms(serve->options.who) - serve->renew_sent_ms > SERVE_SLOW_MS;
  if (slow != serve->store_slow) log_line(LOG_store_slow, "scheme=%s note=\"%s\"", serve->scheme, slow ? SLOW_NOTE : "Redis answers in time again.");
  serve->store_slow = slow;
}

static void renewed(void *who, const struct store_result *result) {
  struct serve *serve = who;
  serve->renew_asked = false;
  time_renewal(serve);
  if (serve->phase != SERVE_READY) return;
  if (result->answer == STORE_OK) {
    serve_wake(serve, serve->renew_ms - serve_system(serve));
    return;
  }
  if (result->answer == STORE_FENCED) serve_fenced(serve);
  else serve_again(serve, LOG_store_down, result->note != NULL ? result->note : "The lease could not be renewed.");
}

static void renew(struct serve *serve, int64_t now) {
  if (serve->renew_asked || now < serve->renew_ms) return;
  serve->renew_ms = now + SERVE_RENEW_MS;
  serve->renew_asked = true;
  serve->renew_sent_ms = serve->options.ports->boot_ms(serve->options.who);
  store_renew(serve->options.store, renewed, serve);
}

/* A tick used up the wake that brought it: what is still to come is wished for again. */
static void plan_tick(struct serve *serve, int64_t now) {
  if (!serve->renew_asked) serve_wake(serve, serve->renew_ms - now);
  if (!serve->scarce && !serve->control_asked && serve->in_flight == 0 && !serve->waiting_for_key) serve_wake(serve, serve->control_ms - now);
  if (serve->rides.count > 0) serve_wake(serve, serve->ride_ms - now);
}

void serve_tick(struct serve *serve) {
  serve_clock_look(serve);
  int64_t now = serve_system(serve);
  if (serve->phase == SERVE_TAKING && serve->retry_ms != 0 && serve->in_flight == 0 && serve->held == NULL) {
    if (now >= serve->retry_ms) serve_start(serve);
    else serve_wake(serve, serve->retry_ms - now);
  }
  if (serve->phase != SERVE_READY) return;
  renew(serve, now);
  serve_run_waiting(serve);
  serve_time(serve);
  if (serve->phase == SERVE_READY) serve_send(serve);
  bool rides_due = serve->rides.count > 0 && now >= serve->ride_ms;
  if (serve->phase == SERVE_READY && (rides_due || serve_marks_due(serve))) serve_commit_rides(serve);
  plan_tick(serve, now);
}

/* ---- what others ask ---- */
bool serve_is_ready(const struct serve *serve) {
  return serve->phase == SERVE_READY;
}

bool serve_is_idle(const struct serve *serve) {
  struct due due;
  if (serve->phase != SERVE_READY || serve->in_flight > 0 || serve->rides.count > 0 || serve->waiting_first != NULL) return false;
  if (!outbox_rests(serve->outbox) || serve->job != NULL || serve->making.work != NULL) return false;
  return model_due(serve->model, &due, 1) == 0 || due.ms > serve_now(serve);
}

const struct model *serve_model(const struct serve *serve) {
  return serve->phase == SERVE_READY ? serve->model : NULL;
}

const char *serve_trouble(const struct serve *serve) {
  return serve->trouble[0] != '\0' ? serve->trouble : serve_clock_trouble(serve);
}

void serve_look(const struct serve *serve, struct serve_view *ret_view) {
  size_t waiting = 0;
  for (const struct waiting *one = serve->waiting_first; one != NULL; one = one->next) waiting++;
  *ret_view = (struct serve_view){.serving = serve->phase == SERVE_READY, .tag = serve->trouble[0] != '\0' ? serve->trouble_tag : LOG_clock_jump,
                                  .trouble = serve_trouble(serve), .fence = serve->fence, .store_slow = serve->store_slow ? SLOW_NOTE : "",
                                  .store_old = serve->store_old ? OLD_NOTE : "",
                                  .commits = serve->commits, .acks = serve->acks, .set_aside_ms = serve->set_aside_ms,
                                  .outbox = outbox_count(serve->outbox), .waiting = waiting, .unreadable = serve->unreadable_people};
}

void serve_notice(struct serve *serve) {
  const char *trouble = store_trouble(serve->options.store);
  bool asks = serve->phase == SERVE_TAKING && (serve->trouble[0] == '\0' || serve->trouble_tag == LOG_store_down);
  if (asks && trouble[0] != '\0') new_trouble(serve, LOG_store_down, trouble);
}

/* ---- the disk ---- */
void serve_hold(struct serve *serve, const char *why) {
  bool change = (why != NULL) != (serve->held != NULL);
  serve->held = why;
  if (!change) return;
  if (why != NULL) serve_again(serve, LOG_space, why);
  else serve_wake(serve, 0);
}

void serve_spare(struct serve *serve, bool scarce) {
  if (scarce == serve->scarce) return;
  serve->scarce = scarce;
  serve->told_scarce = false;
  serve_wake(serve, 0);
}

size_t serve_piece(const struct serve *serve, const struct link_frame *get, const void **ret_bytes) {
  return files_piece(serve->files, get->id, get->workspace, (size_t)get->from, LINK_PIECE_BYTES_MAX, ret_bytes);
}

void serve_link_down(struct serve *serve, const char *workspace) {
  files_drop_workspace(serve->files, workspace);
}

void serve_link_up(struct serve *serve, const char *workspace) {
  if (serve->phase != SERVE_READY) return;
  serve_link_down(serve, workspace); /* what the last one asked for, this one asks for anew */
  outbox_link_lost(serve->outbox, workspace);
  serve_pace_learn(serve, workspace);
  serve_tell_clock(serve);
  serve_wake(serve, 0);
}

/* ---- the end ---- */
static void released(void *who, const struct store_result *result) {
  struct serve *serve = who;
  (void)result;
  serve->phase = SERVE_STOPPED;
  if (serve->stopped != NULL) serve->stopped(serve->options.who);
}

void serve_stop(struct serve *serve, void (*stopped)(void *who)) {
  bool owns = serve->phase == SERVE_READY;
  serve->stopped = stopped;
  serve_drop_round(serve);
  files_drop_all(serve->files);
  serve->phase = SERVE_STOPPING;
  if (owns) {
    serve->options.ports->serving(serve->options.who, NULL);
    if (serve_marks_due(serve)) serve_commit_rides(serve);
    store_release(serve->options.store, released, serve); /* behind every commit under way */
  } else {
    released(serve, NULL);
  }
}

struct serve *serve_free(struct serve *serve) {
  if (serve == NULL) return NULL;
  serve_drop_flights(serve);
  serve_drop_fetches(serve);
  serve_pace_drop(&serve->paces);
  drop_model(serve);
  serve_rides_free(&serve->rides);
  (void)outbox_free(serve->outbox);
  (void)marks_free(serve->marks.marks);
  (void)files_free(serve->files);
  (void)again_free(serve->again);
  (void)arena_free(serve->scratch);
  (void)map_free(serve->names, free);
  (void)map_free(serve->stale, NULL);
  (void)vault_free(serve->vault);
  free(serve->scheme);
  free(serve->owner);
  free(serve->spool);
  free(serve);
  return NULL;
}
