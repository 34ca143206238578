/* round_work.c: the turn's own matching over a copy; people without a match first, then the weakest pairs, so many a sheet. */
#include "bot/edge/round_work.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/json.h"
#include "bot/match/match.h"
#include "bot/match/snapshot.h"

/* Of the arena: all pairs that are listed at once, and rows with their words. */
static const size_t WORK_BYTES = (size_t)256 << 20;
static const size_t SHEET_BYTES = (size_t)512 << 10;

struct round_work {
  char *job, *run;           /* owned */
  struct model *snapshot;    /* owned; NULL: not taken, or done with */
  char *round;               /* owned: its id */
  struct arena *arena;       /* owned; the matches live here */
  struct match *matches;     /* the arena's */
  char (*marks)[2][SNAPSHOT_MARK_BYTES]; /* the arena's; per match: mentee and mentor; "" for nobody */
  size_t count;
  struct round places;       /* the arena's; of it `filled` alone: what became of the organisations' places */
  atomic_bool cancel;
  atomic_int percent;
  enum err err;
  bool begun, ended;
  struct text text;
};

struct round_work *round_work_new(const char *job, const char *run) {
  struct round_work *work = calloc(1, sizeof *work);
  assert(work != NULL);
  work->job = strdup(job);
  work->run = strdup(run);
  text_init(&work->text, SHEET_BYTES);
  return work;
}

const char *round_work_job(const struct round_work *work) {
  return work->job;
}

const char *round_work_run(const struct round_work *work) {
  return work->run;
}

void round_work_begin(struct round_work *work, const struct model *model, const struct round *round) {
  work->snapshot = snapshot_take(model, round);
  work->round = strdup(round->id);
  work->begun = true;
}

bool round_work_has_begun(const struct round_work *work) {
  return work->begun;
}

/* ---- on the other thread ---- */
struct place { /* a match on its way to its place */
  size_t at;
  int64_t score; /* -1: nobody */
};

static int by_score(const void *a, const void *b) {
  const struct place *one = a, *other = b;
  if (one->score != other->score) return one->score < other->score ? -1 : 1;
  return one->at < other->at ? -1 : 1;
}

/* Equals stay in the order of their lots. */
static void put_in_order(struct round_work *work, const struct round *round) {
  work->count = round->matches.count;
  work->matches = arena_alloc(work->arena, (work->count + 1) * sizeof *work->matches);
  struct place *places = arena_alloc(work->arena, (work->count + 1) * sizeof *places);
  for (size_t i = 0; i < work->count; i++) {
    const struct match *match = &round->matches.items[i];
    places[i] = (struct place){i, match->mentor == NULL ? -1 : match->score};
  }
  if (work->count > 1) qsort(places, work->count, sizeof *places, by_score);
  for (size_t i = 0; i < work->count; i++) work->matches[i] = round->matches.items[places[i].at];
}

static void mark(const struct txn *txn, const char *enrolment, char ret_mark[SNAPSHOT_MARK_BYTES]) {
  const struct enrolment *known = enrolment == NULL ? NULL : txn_get(txn, RECORD_ENROLMENT, enrolment);
  if (known != NULL) snapshot_mark(txn_get(txn, RECORD_PERSON, known->person), known, ret_mark);
}

static void make(struct round_work *work) {
  struct txn *txn = txn_new(work->snapshot, work->arena);
  struct round *round = txn_edit(txn, RECORD_ROUND, work->round);
  const struct programme *programme = txn_get(txn, RECORD_PROGRAMME, round->programme);
  struct match_work options = {.cancel = &work->cancel, .percent = &work->percent};
  work->err = programme == NULL ? ERR_GONE : match_round_work(txn, programme, round->by, round, &options);
  if (work->err != ERR_NONE) return;
  put_in_order(work, round);
  work->places = (struct round){.id = "round"};
  work->places.filled = round->filled;
  work->marks = arena_alloc(work->arena, (work->count + 1) * sizeof *work->marks);
  for (size_t i = 0; i < work->count; i++) {
    mark(txn, work->matches[i].mentee, work->marks[i][0]);
    mark(txn, work->matches[i].mentor, work->marks[i][1]);
  }
}

void round_work_run_it(void *who) {
  struct round_work *work = who;
  err_note_clear();
  work->arena = arena_new(WORK_BYTES);
  make(work);
  work->snapshot = model_free(work->snapshot);
}

void round_work_cancel(struct round_work *work) {
  atomic_store_explicit(&work->cancel, true, memory_order_relaxed);
}

int round_work_percent(const struct round_work *work) {
  return atomic_load_explicit(&work->percent, memory_order_relaxed);
}

/* ---- what came of it ---- */
void round_work_end(struct round_work *work) {
  work->ended = true;
}

bool round_work_has_ended(const struct round_work *work) {
  return work->ended;
}

enum err round_work_err(const struct round_work *work) {
  return work->err;
}

size_t round_work_matches(const struct round_work *work) {
  return work->count;
}

static void put_sheet(struct round_work *work, size_t from, size_t count, struct json_out *json) {
  struct sheet sheet = {.id = "sheet", .round = work->round};
  CLEANUP(text_done) struct text text;
  sheet.matches.items = &work->matches[from];
  sheet.matches.count = count;
  text_init(&text, RECORD_JSON_BYTES_MAX);
  record_encode(RECORD_SHEET, &sheet, &text);
  json_put_str(json, "sheet", text_str(&text));
}

/* Once, with the first piece. */
static void put_places(const struct round_work *work, struct json_out *json) {
  CLEANUP(text_done) struct text text;
  text_init(&text, RECORD_JSON_BYTES_MAX);
  record_encode(RECORD_ROUND, &work->places, &text);
  json_put_str(json, "places", text_str(&text));
}

const char *round_work_sheet(struct round_work *work, size_t from) {
  size_t left = work->count - from, count = left < ROUND_SHEET ? left : ROUND_SHEET;
  struct json_out json;
  text_clear(&work->text);
  json_out_init(&json, &work->text);
  json_open(&json, NULL, '{');
  json_put_str(&json, "do", "sheet");
  json_put_str(&json, "run", work->run);
  json_put_int(&json, "from", (int64_t)from);
  json_put_bool(&json, "last", count == left);
  put_sheet(work, from, count, &json);
  if (from == 0 && work->places.filled.count > 0) put_places(work, &json);
  json_open(&json, "marks", '[');
  for (size_t i = from; i < from + count; i++)
    for (int who = 0; who < 2; who++) json_put_str(&json, NULL, work->marks[i][who]);
  json_close(&json, ']');
  json_close(&json, '}');
  return text_str(&work->text);
}

struct round_work *round_work_free(struct round_work *work) {
  if (work == NULL) return NULL;
  (void)model_free(work->snapshot);
  (void)arena_free(work->arena);
  text_done(&work->text);
  free(work->round);
  free(work->job);
  free(work->run);
  free(work);
  return NULL;
}
