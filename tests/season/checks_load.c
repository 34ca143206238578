/* checks_load.c: what must hold around a crash: what turns made of the model is what loading makes of the store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/season/watching.h"

enum { SNAPSHOT_BYTES_MAX = 64 << 20, DUE_MAX = 4096, NEIGHBOURS = 9 };

/* ---- the model as it was: copies of its records, and what follows from them as a text ---- */
struct snapshot {
  struct arena *arena; /* owned; the records are copies in it */
  const void **records[RECORD_KIND_MAX_];
  size_t counts[RECORD_KIND_MAX_];
  struct text rest; /* indexes, sealed facts, due times */
};

static void copy_records(struct snapshot *snapshot, const struct model *model, enum record_kind kind) {
  size_t count = snapshot->counts[kind] = model_count(model, kind);
  snapshot->records[kind] = arena_alloc(snapshot->arena, (count + 1) * sizeof(void *));
  for (size_t i = 0; i < count; i++) snapshot->records[kind][i] = record_copy(kind, model_at(model, kind, i), snapshot->arena);
}

static void add_found(struct text *text, const struct model *model, enum record_index index, const char *value) {
  struct strs found = model_find(model, index, value);
  text_addf(text, " %d:", (int)index);
  for (size_t i = 0; i < found.count; i++) text_addf(text, " %s", found.items[i]);
}

static void add_person(struct text *text, const struct model *model, size_t at) {
  size_t count = model_count(model, RECORD_PERSON);
  const struct person *person = model_at(model, RECORD_PERSON, at);
  const char *line = model_line(model, person->id);
  text_addf(text, "facts %s line=%s unreadable=%d apart=", person->id, line == NULL ? "-" : line, model_unreadable(model, person->id));
  for (size_t k = 1; k < NEIGHBOURS; k++) {
    const struct person *other = model_at(model, RECORD_PERSON, (at + k * k) % count);
    text_addf(text, "%d", model_apart(model, person->id, other->id));
  }
  add_found(text, model, INDEX_enrolment_person, person->id);
  add_found(text, model, INDEX_talk_person, person->id);
  add_found(text, model, INDEX_pair_mentee, person->id);
  add_found(text, model, INDEX_pair_mentor, person->id);
  text_add(text, "\n");
}

static void add_due(struct text *text, const struct model *model) {
  struct due *due = calloc(DUE_MAX, sizeof *due);
  assert(due != NULL);
  size_t count = model_due(model, due, DUE_MAX);
  for (size_t i = 0; i < count; i++) text_addf(text, "due %lld %s %s\n", (long long)due[i].ms, record_kind_name(due[i].kind), due[i].id);
  free(due);
}

static void add_rest(struct text *text, const struct model *model) {
  text_init(text, SNAPSHOT_BYTES_MAX);
  text_add(text, "model\n");
  for (size_t i = 0; i < model_count(model, RECORD_PERSON); i++) add_person(text, model, i);
  add_due(text, model);
  assert(!text->full);
}

static struct snapshot *snapshot_of(const struct model *model) {
  struct snapshot *snapshot = calloc(1, sizeof *snapshot);
  assert(snapshot != NULL);
  snapshot->arena = arena_new(SNAPSHOT_BYTES_MAX);
  for (enum record_kind kind = 0; kind < RECORD_KIND_MAX_; kind++) copy_records(snapshot, model, kind);
  add_rest(&snapshot->rest, model);
  return snapshot;
}

struct snapshot *snapshot_free(struct snapshot *snapshot) {
  if (snapshot == NULL) return NULL;
  (void)arena_free(snapshot->arena);
  text_done(&snapshot->rest);
  free(snapshot);
  return NULL;
}

/* ---- the store against the model ---- */
struct comparing {
  struct season *season;
  size_t counts[RECORD_KIND_MAX_];
};

static void compare(void *who, enum record_kind kind, const char *id, const char *json, size_t bytes) {
  struct comparing *comparing = who;
  const struct model *model = serve_model(comparing->season->serve);
  checks_plain(comparing->season, "the store", json, bytes);
  comparing->counts[kind]++;
  if (record_info(kind)->heat == HEAT_COLD) return;
  const void *record = model_get(model, kind, id);
  struct text text;
  text_init(&text, RECORD_JSON_BYTES_MAX);
  if (record != NULL) record_encode(kind, record, &text);
  check(comparing->season, CHECK_store_same, strcmp(text_str(&text), json) == 0, "%s %s\nstore: %s\nmodel: %s", record_kind_name(kind), id, json,
        text_str(&text));
  text_done(&text);
}

static void compared(void *who, const struct store_result *result) {
  (void)who, (void)result;
}

static void check_store(struct season *season) {
  struct comparing comparing = {.season = season};
  bool more;
  store_load(season->inner, compare, compared, &comparing);
  (void)store_memory_pump(season->inner, &more);
  for (enum record_kind kind = 0; kind < RECORD_KIND_MAX_; kind++) {
    if (record_info(kind)->heat == HEAT_COLD) continue;
    size_t count = model_count(serve_model(season->serve), kind);
    check(season, CHECK_store_same, comparing.counts[kind] == count, "%zu of %s in the store, %zu in the model", comparing.counts[kind],
          record_kind_name(kind), count);
  }
}

/* ---- the model before the crash against the one after ---- */
static void compare_records(struct season *season, enum record_kind kind, const void *before, const void *after) {
  struct text was, is;
  bool same = record_same(kind, before, after);
  text_init(&was, RECORD_JSON_BYTES_MAX);
  text_init(&is, RECORD_JSON_BYTES_MAX);
  if (!same) record_encode(kind, before, &was);
  if (!same) record_encode(kind, after, &is);
  check(season, CHECK_reload_same, same, "%s\nbefore: %s\nafter:  %s", record_kind_name(kind), text_str(&was), text_str(&is));
  text_done(&was);
  text_done(&is);
}

static void compare_texts(struct season *season, const char *before, const char *after) {
  size_t at = 0;
  while (before[at] != '\0' && before[at] == after[at]) at++;
  size_t line = at;
  while (line > 0 && before[line - 1] != '\n') line--;
  check(season, CHECK_reload_same, before[at] == after[at], "\nbefore: %.300s\nafter:  %.300s", before + line, after + line);
}

static void compare_models(struct season *season, const struct snapshot *before, const struct model *after) {
  struct text rest;
  for (enum record_kind kind = 0; kind < RECORD_KIND_MAX_; kind++) {
    size_t count = model_count(after, kind);
    check(season, CHECK_reload_same, before->counts[kind] == count, "%zu of %s before, %zu after", before->counts[kind], record_kind_name(kind), count);
    for (size_t i = 0; i < count; i++) compare_records(season, kind, before->records[kind][i], model_at(after, kind, i));
  }
  add_rest(&rest, after);
  compare_texts(season, text_str(&before->rest), text_str(&rest));
  text_done(&rest);
}

/* ---- doors ---- */
void checks_before_crash(struct season *season) {
  struct watching *watching = season->watching;
  watching->snapshot = snapshot_free(watching->snapshot);
  if (serve_model(season->serve) == NULL) return;
  watching->snapshot = snapshot_of(serve_model(season->serve));
  watching->snapshot_seq = watching->sent_seq;
}

void checks_loaded(struct season *season) {
  struct watching *watching = season->watching;
  season->running = NULL;
  watching->sent_seq = watching->kept_seq;
  watching->everybody_ms = 0;
  bool comparable = watching->snapshot != NULL && watching->snapshot_seq == watching->kept_seq;
  if (!comparable) check_store(season); /* else the model before the crash says as much of the store */
  if (comparable) compare_models(season, watching->snapshot, serve_model(season->serve));
  watching->snapshot = snapshot_free(watching->snapshot);
}

static void count_rows(void *who, enum record_kind kind, const char *id, const char *json, size_t bytes) {
  (void)id, (void)json, (void)bytes;
  if (kind == RECORD_OUT) ++*(size_t *)who;
}

void checks_end(struct season *season) {
  const struct model *model = serve_model(season->serve);
  size_t rows = 0;
  bool more;
  struct due due;
  season->running = NULL;
  check_store(season);
  store_load(season->inner, count_rows, compared, &rows);
  (void)store_memory_pump(season->inner, &more);
  check(season, CHECK_drained, rows == 0 && season->results == NULL && link_pending(season) == 0 && serve_is_idle(season->serve),
        "%zu rows in the store, %zu events on their way", rows, link_pending(season));
  bool any = model_due(model, &due, 1) == 1;
  check(season, CHECK_due_in_future, !any || due.ms > season->now_ms, "%s %s", any ? record_kind_name(due.kind) : "", any ? due.id : "");
}

void checks_resting(struct season *season) {
  const struct model *model = serve_model(season->serve);
  season->running = NULL;
  for (size_t i = 0; i < model_count(model, RECORD_TALK); i++) {
    const struct talk *talk = model_at(model, RECORD_TALK, i);
    check(season, CHECK_resting, talk->state != TALK_OPEN && talk->state != TALK_QUEUED, "%s is still asked: %s.%s, %s", talk->person, talk->flow,
          talk->step, talk_state_name(talk->state));
  }
}
