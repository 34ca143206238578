/* preview.c: runs the entry through the same turn as the bot will, and compares each record with what stood there. */
#include "bot/edge/preview.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/clock.h"
#include "bot/base/json.h"
#include "bot/base/map.h"
#include "bot/base/yaml.h"
#include "bot/edge/preview_diff.h"
#include "bot/edge/words_file.h"
#include "bot/jobs/jobs.h"
#include "bot/turn.h"

enum { TURN_ARENA_BYTES = 64 * 1024 * 1024, ROWS_BYTES_MAX = 768 * 1024, DETAIL_BYTES_MAX = 8 * 1024, DETAILS_MAX = 1000 };
#define JOB_ID "preview"

struct run {
  struct model *model;        /* borrowed; changed */
  struct preview *preview;
  struct words *words;        /* owned */
  struct arena *arena;        /* owned; of one turn */
  struct map *people;         /* owned, its values too; person's id -> struct detail */
  struct detail *first, *last;
  size_t details;
};
struct detail { /* what becomes of one person */
  struct detail *next;        /* in the order of the file */
  bool is_new, is_changed, is_compared;
  struct text text;
};

void preview_done(struct preview *preview) {
  text_done(&preview->text);
}

/* ---- turns ---- */
static enum err run_begin(struct run *run, struct model *model, struct preview *preview) {
  *run = (struct run){.model = model, .preview = preview};
  *preview = (struct preview){0};
  text_init(&preview->text, PREVIEW_BYTES_MAX);
  run->arena = arena_new(TURN_ARENA_BYTES);
  run->people = map_new();
  return words_from_program(&run->words);
}

static void run_end(struct run *run) {
  for (struct detail *detail = run->first, *next; detail != NULL; detail = next) {
    next = detail->next;
    text_done(&detail->text);
    free(detail);
  }
  (void)map_free(run->people, NULL);
  run->arena = arena_free(run->arena);
  run->words = words_free(run->words);
}

/* Why the bot would end the job at once; NULL: it would not. */
static const char *refusal(struct txn *txn) {
  const struct job *job = txn_get(txn, RECORD_JOB, JOB_ID);
  if (job == NULL) return "the bot would not know this entry";
  if (job->state != JOB_FAILED) return NULL;
  return job->troubles.count > 0 ? job->troubles.items[0] : "the bot would refuse it";
}

typedef void take_op(struct run *run, const struct txn_op *op);

static enum err run_turn(struct run *run, const struct event *event, take_op *take) {
  const struct line *reply;
  const struct txn_op *ops;
  struct txn *txn = txn_new(run->model, run->arena);
  const struct scheme *scheme = model_get(run->model, RECORD_SCHEME, "scheme");
  err_note_clear();
  enum err err = turn_run(event, clock_wall_ms() + (scheme == NULL ? 0 : scheme->offset_ms), run->words, txn, &reply);
  const char *why = err == ERR_NONE ? refusal(txn) : NULL;
  if (why != NULL) err = err_note(ERR_BAD_INPUT, "%s", why);
  size_t count = err == ERR_NONE ? txn_ops(txn, &ops) : 0;
  for (size_t i = 0; i < count; i++) {
    if (ops[i].op == TXN_PUT) take(run, &ops[i]);
  }
  if (err == ERR_NONE) model_apply(run->model, txn);
  txn_wipe(txn);
  arena_clear(run->arena);
  return err;
}

/* ---- apply ---- */
static void add_head(struct run *run, const char *what, const char *id, bool is_new) {
  text_addf(&run->preview->text, "  %s%s%s%s\n", what, id[0] == '\0' ? "" : " ", yaml_show(id).text, is_new ? " (new)" : "");
}

/* "q-pilot-1-3": the set that the programme asked until now. */
static const struct question_set *set_before(struct run *run, const char *id) {
  for (size_t i = 0; i < model_count(run->model, RECORD_PROGRAMME); i++) {
    const struct programme *programme = model_at(run->model, RECORD_PROGRAMME, i);
    const char *prefix = arena_format(run->arena, "q-%s-", programme->id);
    const char *rest = strncmp(id, prefix, strlen(prefix)) == 0 ? id + strlen(prefix) : "-", *asked = programme->question_set;
    if (rest[strspn(rest, "0123456789")] == '\0') return asked == NULL ? NULL : model_get(run->model, RECORD_QUESTION_SET, asked);
  }
  return NULL;
}

/* What differs in one record; nothing when only the number of its question set does: that is told with the questions. */
static void tell_record(const struct txn_op *op, const void *before, struct text *text) {
  if (op->kind == RECORD_QUESTION_SET) preview_diff_questions(before, op->record, text);
  else if (op->kind == RECORD_SCHEME || op->kind == RECORD_ORGANISATION || op->kind == RECORD_PROGRAMME) preview_diff(op->kind, before, op->record, text);
}

static void take_record(struct run *run, const struct txn_op *op) {
  CLEANUP(text_done) struct text told;
  bool questions = op->kind == RECORD_QUESTION_SET;
  const void *before = questions ? (const void *)set_before(run, op->id) : model_get(run->model, op->kind, op->id);
  text_init(&told, PREVIEW_BYTES_MAX);
  tell_record(op, before, &told);
  if (told.length == 0) return;
  add_head(run, questions ? "questions" : record_kind_name(op->kind), op->kind == RECORD_SCHEME ? "" : op->id, before == NULL);
  text_add(&run->preview->text, text_str(&told));
  if (before == NULL) run->preview->added++;
  else run->preview->changed++;
}

enum err preview_apply(struct model *model, const char *entry, struct preview *ret_preview) {
  struct run run;
  cJSON *root CLEANUP(json_freep) = NULL;
  enum err err = run_begin(&run, model, ret_preview);
  if (err == ERR_NONE) err = json_parse(entry, strlen(entry), TXN_BYTES_MAX, &root);
  if (err == ERR_NONE) {
    (void)cJSON_ReplaceItemInObjectCaseSensitive(root, "id", cJSON_CreateString(JOB_ID));
    char *payload = cJSON_PrintUnformatted(root);
    struct event event = {.kind = EVENT_CONTROL, .id = "control/" JOB_ID, .payload = payload};
    err = run_turn(&run, &event, take_record);
    cJSON_free(payload);
  }
  run_end(&run);
  return err;
}

/* ---- import ---- */
static struct detail *detail_of(struct run *run, const char *person) {
  struct detail *detail = map_get(run->people, person);
  if (detail != NULL) return detail;
  detail = calloc(1, sizeof *detail);
  assert(detail != NULL);
  text_init(&detail->text, run->details++ < DETAILS_MAX ? DETAIL_BYTES_MAX : 0); /* later ones are counted only */
  (void)map_put(run->people, person, detail);
  if (run->first == NULL) run->first = detail;
  else run->last->next = detail;
  run->last = detail;
  return detail;
}

static void begin_detail(struct detail *detail, const struct person *person, bool is_new) {
  const struct account *account = person == NULL || person->accounts.count == 0 ? NULL : &person->accounts.items[0];
  if (detail->text.length > 0 || account == NULL) return;
  text_addf(&detail->text, "  %s:%s%s\n", yaml_show(account->workspace).text, yaml_show(account->user).text, is_new ? " (new)" : "");
}

static void take_person(struct run *run, const struct txn_op *op) {
  CLEANUP(text_done) struct text told;
  const struct person *before = model_get(run->model, RECORD_PERSON, op->id);
  struct detail *detail = detail_of(run, op->id);
  text_init(&told, DETAIL_BYTES_MAX);
  preview_diff(RECORD_PERSON, before, op->record, &told);
  begin_detail(detail, op->record, before == NULL);
  text_add(&detail->text, text_str(&told));
  if (before == NULL) detail->is_new = true;
  if (strcmp(text_str(&told), PREVIEW_LINE_COMPARED) == 0) detail->is_compared = true;
  else detail->is_changed = true;
}

static void take_enrolment(struct run *run, const struct txn_op *op) {
  const struct enrolment *after = op->record;
  struct detail *detail = detail_of(run, after->person);
  begin_detail(detail, model_get(run->model, RECORD_PERSON, after->person), false);
  detail->is_changed = true;
  preview_diff(RECORD_ENROLMENT, model_get(run->model, RECORD_ENROLMENT, op->id), after, &detail->text);
}

static void take_row(struct run *run, const struct txn_op *op) {
  if (op->kind == RECORD_PERSON) take_person(run, op);
  if (op->kind == RECORD_ENROLMENT) take_enrolment(run, op);
}

/* The next lines of the spool file as a job's payload; returns how many bytes of it they were. */
static size_t next_rows(const char *at, int64_t from, struct text *text) {
  const char *start = at;
  struct json_out json;
  int rows = 0;
  text_clear(text);
  json_out_init(&json, text);
  json_open(&json, NULL, '{');
  json_put_int(&json, "from", from);
  json_open(&json, "rows", '[');
  for (; *at != '\0' && rows < JOB_ROWS_MAX && text->length < ROWS_BYTES_MAX; rows++) {
    size_t bytes = strcspn(at, "\n");
    if (rows > 0) text_add(text, ",");
    text_add_n(text, at, bytes);
    at += bytes + (at[bytes] == '\n');
  }
  json_close(&json, ']');
  json_put_bool(&json, "last", *at == '\0');
  json_close(&json, '}');
  return (size_t)(at - start);
}

static enum err run_rows(struct run *run, const struct people_file *people) {
  CLEANUP(text_done) struct text payload;
  enum err err = ERR_NONE;
  text_init(&payload, 2 * ROWS_BYTES_MAX);
  for (const char *at = text_str(&people->lines); *at != '\0' && err == ERR_NONE;) {
    const struct job *job = model_get(run->model, RECORD_JOB, JOB_ID);
    at += next_rows(at, job == NULL ? 0 : job->cursor, &payload);
    struct event event = {.kind = EVENT_JOB, .id = "job/" JOB_ID, .record = JOB_ID, .payload = text_str(&payload)};
    err = run_turn(run, &event, take_row);
  }
  return err;
}

static void sum_up(struct run *run, const struct people_file *people) {
  struct preview *preview = run->preview;
  size_t shown = 0, left = 0;
  for (const struct detail *detail = run->first; detail != NULL; detail = detail->next) {
    if (detail->is_new) preview->added++;
    else if (detail->is_changed) preview->changed++;
    else if (detail->is_compared) preview->compared++;
    if (!detail->is_new && !detail->is_changed) continue;
    if (shown++ < PREVIEW_PEOPLE_MAX) text_add(&preview->text, text_str(&detail->text));
    else left++;
  }
  if (left > 0) text_addf(&preview->text, "  … and %zu more people\n", left);
  size_t touched = preview->added + preview->changed + preview->compared;
  preview->unchanged = (size_t)people->people > touched ? (size_t)people->people - touched : 0;
}

/* We cannot read who manages whom: a name that is nobody's makes the turn take every known line manager for another one. */
static void hide_lines(struct model *model) {
  for (size_t i = 0; i < model_count(model, RECORD_PERSON); i++) {
    const struct person *person = model_at(model, RECORD_PERSON, i);
    if (person->line != NULL && person->line_state != LINE_NONE) model_set_line(model, person->id, "?");
  }
}

enum err preview_import(struct model *model, const struct people_file *people, struct preview *ret_preview) {
  static const char start[] = "{\"id\":\"" JOB_ID "\",\"kind\":\"import\",\"file\":\"-\"}";
  struct event event = {.kind = EVENT_CONTROL, .id = "control/" JOB_ID, .payload = start};
  struct run run;
  hide_lines(model);
  enum err err = run_begin(&run, model, ret_preview);
  if (err == ERR_NONE) err = run_turn(&run, &event, take_row);
  if (err == ERR_NONE) err = run_rows(&run, people);
  if (err == ERR_NONE) sum_up(&run, people);
  run_end(&run);
  return err;
}
