/* round.c: a round too large for a turn, piece by piece: made away from the turns and taken in sheet by sheet, released, taken back.
 *
 * The edge sees the running job and feeds its pieces, each an event of its own:
 *   {"do":"begin","run":"417"}                        a snapshot is about to be taken; what came of an earlier one is forgotten
 *   {"do":"progress","percent":40,"left_s":12}
 *   {"do":"sheet","run":"417","from":20,"last":false,"sheet":"{…}","marks":["…","…",…]}   marks: mentee, mentor, match by match
 *                                                    with the first also "places":"{…}", a round's `filled`
 *   {"do":"failed"}                                   it could not be made
 *   {"do":"part","from":3}                            the next piece of a release or of taking back */
#include <string.h>

#include "bot/flows/flows.h"
#include "bot/jobs/job_parts.h"
#include "bot/match/match.h"
#include "bot/match/pairs.h"
#include "bot/match/snapshot.h"

enum { TRIES_MAX = 5, TAKE_BACK_PART = 20, COST_NS = 2500, PEOPLE_US = 800, LATE_MS = 3600000 };

/* ---- begun and stopped ---- */
struct job *round_job_running(struct turn *turn, const char *round) {
  struct strs jobs = txn_find(turn->txn, INDEX_job_round, round);
  for (size_t i = 0; i < jobs.count; i++) {
    const struct job *job = txn_get(turn->txn, RECORD_JOB, jobs.items[i]);
    if (job->state == JOB_RUNNING) return txn_edit(turn->txn, RECORD_JOB, job->id);
  }
  return NULL;
}

struct job *round_job_start(struct turn *turn, const struct round *round, enum job_kind kind) {
  size_t before = txn_find(turn->txn, INDEX_job_round, round->id).count;
  struct job *job = txn_add(turn->txn, RECORD_JOB, arena_format(turn->arena, "%s-%zu", round->id, before + 1));
  job->kind = kind;
  job->state = JOB_RUNNING;
  job->round = round->id;
  job->by = turn->person;
  job->started_ms = turn->now_ms;
  txn_audit(turn->txn, turn->person, job_kind_name(kind), round->id);
  return job;
}

void round_job_make(struct turn *turn, struct round *round, size_t mentees, size_t mentors) {
  round->state = ROUND_WORKING;
  if (round_job_running(turn, round->id) != NULL) return;
  struct job *job = round_job_start(turn, round, JOB_ROUND);
  job->total = (int64_t)mentees;
  job->left_s = (int64_t)(mentees * mentors) * COST_NS / 1000000000 + (int64_t)(mentees + mentors) * PEOPLE_US / 1000000 + 1;
}

void round_job_stop(struct turn *turn, const char *round) {
  struct job *job = round_job_running(turn, round);
  if (job != NULL) job_end(turn, job, JOB_STOPPED);
}

void round_drop_sheets(struct turn *turn, struct round *round) {
  struct strs sheets = txn_find(turn->txn, INDEX_sheet_round, round->id);
  for (size_t i = 0; i < sheets.count; i++) txn_drop(turn->txn, RECORD_SHEET, sheets.items[i]);
  round->sheets = 0;
  round->left_out = 0;
}

void round_let_go(struct turn *turn, struct round *round) {
  round_drop_sheets(turn, round);
  round->state = ROUND_UNDONE;
}

bool round_sheet_is_left(const struct round *round) {
  return round == NULL || round->state == ROUND_UNDONE;
}

void round_sweep_sheets(struct turn *turn) {
  struct strs sheets = txn_all(turn->txn, RECORD_SHEET);
  size_t dropped = 0;
  for (size_t i = 0; i < sheets.count && dropped < ROUND_SWEEP_SHEETS; i++) {
    const struct sheet *sheet = txn_get(turn->txn, RECORD_SHEET, sheets.items[i]);
    const struct round *round = txn_get(turn->txn, RECORD_ROUND, sheet->round);
    if (!round_sheet_is_left(round)) continue;
    if (round != NULL) ((struct round *)txn_edit(turn->txn, RECORD_ROUND, round->id))->sheets = 0;
    txn_drop(turn->txn, RECORD_SHEET, sheets.items[i]);
    dropped++;
  }
}

static void give_up(struct turn *turn, struct job *job, struct round *round) {
  job_end(turn, job, JOB_FAILED);
  round_failed(turn, round);
}

/* Whoever asked may be a manager no more: nobody is told then, and nothing is made. */
static void begin(struct turn *turn, struct job *job, struct round *round, const cJSON *entry) {
  if (!turn_manages(turn, job->by, round->programme)) {
    job_end(turn, job, JOB_STOPPED);
    round_let_go(turn, round);
    return;
  }
  if (job->tries >= TRIES_MAX) {
    job_trouble(turn, job, "began again too often");
    give_up(turn, job, round);
    return;
  }
  job->tries++;
  job->run = arena_text(turn->arena, json_str_or(entry, "run", ""));
  job->cursor = job->percent = 0;
  round->filled.count = 0;
  round_drop_sheets(turn, round);
}

static void progress(struct turn *turn, struct job *job, struct round *round, const cJSON *entry) {
  job->percent = json_int_or(entry, "percent", 0);
  job->left_s = json_int_or(entry, "left_s", 0);
  round_progress(turn, round);
}

/* ---- a sheet is taken in: whoever changed since the snapshot is left out ---- */
static bool is_as_before(struct turn *turn, const struct enrolment *enrolment, const char *mark) {
  char now[SNAPSHOT_MARK_BYTES];
  const struct person *person = enrolment == NULL ? NULL : turn_person(turn, enrolment->person);
  if (person == NULL || mark == NULL) return false;
  snapshot_mark(person, enrolment, now);
  return strcmp(now, mark) == 0;
}

static size_t spoken_for(const struct match *matches, size_t count, const char *mentor) {
  size_t seats = 0;
  for (size_t i = 0; i < count; i++) seats += matches[i].mentor != NULL && strcmp(matches[i].mentor, mentor) == 0;
  return seats;
}

/* Seats that the sheets before have not spoken for. */
static bool has_seat(struct turn *turn, const struct round *round, const struct sheet *sheet, const struct enrolment *mentor) {
  struct strs sheets = txn_find(turn->txn, INDEX_sheet_round, round->id);
  size_t taken = spoken_for(sheet->matches.items, sheet->matches.count, mentor->id);
  for (size_t i = 0; i < sheets.count; i++) {
    const struct sheet *before = txn_get(turn->txn, RECORD_SHEET, sheets.items[i]);
    if (before->number != sheet->number) taken += spoken_for(before->matches.items, before->matches.count, mentor->id);
  }
  return taken < (size_t)match_seats(turn->txn, mentor);
}

static bool still_holds(struct turn *turn, const struct round *round, const struct sheet *sheet, const struct match *match, const cJSON *marks) {
  const struct programme *programme = txn_get(turn->txn, RECORD_PROGRAMME, round->programme);
  const struct enrolment *mentee = txn_get(turn->txn, RECORD_ENROLMENT, match->mentee);
  if (!is_as_before(turn, mentee, cJSON_GetStringValue(marks)) || !may_manage(turn->txn, round->by, mentee->person)) return false;
  if (match_pairs_has_mentor(turn->txn, mentee->person, round->programme)) return false;
  if (match->mentor == NULL) return true;
  const struct enrolment *mentor = txn_get(turn->txn, RECORD_ENROLMENT, match->mentor);
  if (!is_as_before(turn, mentor, cJSON_GetStringValue(marks->next)) || !may_manage(turn->txn, round->by, mentor->person)) return false;
  return match_allowed(turn->txn, programme, mentee, mentor) == MATCH_FREE && has_seat(turn, round, sheet, mentor);
}

/* A pair that is dropped fills no place. */
static void empty_place(struct round *round, const struct person *person, bool gives) {
  for (size_t i = 0; i < round->filled.count; i++) {
    struct filled *filled = &round->filled.items[i];
    bool ours = person != NULL && person->organisation != NULL && strcmp(filled->organisation, person->organisation) == 0;
    if (ours) *(gives ? &filled->given : &filled->placed) -= 1;
  }
}

static const struct person *person_of(struct turn *turn, const char *id) {
  const struct enrolment *enrolment = txn_get(turn->txn, RECORD_ENROLMENT, id);
  return enrolment == NULL ? NULL : turn_person(turn, enrolment->person);
}

static void leave_out(struct turn *turn, struct round *round, const struct match *match) {
  if (match->mentor == NULL) return;
  round->left_out++;
  empty_place(round, person_of(turn, match->mentee), false);
  empty_place(round, person_of(turn, match->mentor), true);
}

static bool take_places(struct turn *turn, struct round *round, const cJSON *entry) {
  const char *json = json_str_or(entry, "places", "");
  void *record = NULL;
  if (json[0] == '\0') return true;
  if (record_decode(RECORD_ROUND, json, strlen(json), turn->arena, &record) != ERR_NONE) return false;
  round->filled = ((const struct round *)record)->filled;
  return true;
}

/* Returns how many stood on the sheet, -1 when it cannot be read. */
static int64_t take_in(struct turn *turn, struct round *round, const cJSON *entry) {
  const char *json = json_str_or(entry, "sheet", "");
  const cJSON *marks = json_at(entry, "marks");
  const cJSON *mark = marks == NULL ? NULL : marks->child;
  void *record = NULL;
  if (record_decode(RECORD_SHEET, json, strlen(json), turn->arena, &record) != ERR_NONE) return -1;
  const struct sheet *made = record;
  if ((size_t)cJSON_GetArraySize(marks) != 2 * made->matches.count) return -1;
  if (!take_places(turn, round, entry)) return -1;
  struct sheet *sheet = txn_add(turn->txn, RECORD_SHEET, NULL);
  sheet->round = round->id;
  sheet->number = round->sheets;
  for (size_t i = 0; i < made->matches.count; i++, mark = mark->next->next) {
    const struct match *match = &made->matches.items[i];
    if (still_holds(turn, round, sheet, match, mark)) *LIST_ADD(turn->arena, &sheet->matches) = *match;
    else leave_out(turn, round, match);
  }
  bool only = round->sheets == 0 && json_bool_or(entry, "last", true); /* a large round has one sheet at least: that is how it is known */
  if (sheet->matches.count == 0 && !only) txn_drop(turn->txn, RECORD_SHEET, sheet->id);
  else round->sheets++;
  return (int64_t)made->matches.count;
}

static void take_sheet(struct turn *turn, struct job *job, struct round *round, const cJSON *entry) {
  if (job->run == NULL || strcmp(job->run, json_str_or(entry, "run", "")) != 0) return; /* of an earlier snapshot */
  if (json_int_or(entry, "from", -1) != job->cursor) return; /* done before */
  int64_t count = take_in(turn, round, entry);
  if (count < 0) {
    job_trouble(turn, job, err_note_text());
    give_up(turn, job, round);
    return;
  }
  job->cursor += count;
  job->changed = job->cursor - round->left_out;
  if (!json_bool_or(entry, "last", true)) return;
  job_end(turn, job, JOB_FINISHED);
  round_ready(turn, round);
}

/* ---- release, and taking back ---- */
static void release_part(struct turn *turn, struct job *job, struct round *round) {
  struct strs sheets = txn_find(turn->txn, INDEX_sheet_round, round->id);
  if ((size_t)job->cursor < sheets.count) {
    struct sheet *sheet = txn_edit(turn->txn, RECORD_SHEET, sheets.items[job->cursor++]);
    for (size_t i = 0; i < sheet->matches.count; i++) job->changed += round_release_one(turn, round, &sheet->matches.items[i]);
  }
  if ((size_t)job->cursor < sheets.count) return;
  job_end(turn, job, JOB_FINISHED);
  round_released(turn, round, job->changed);
}

static void take_back_part(struct turn *turn, struct job *job, struct round *round) {
  int64_t count = round_take_back(turn, round, TAKE_BACK_PART);
  job->changed += count;
  job->cursor++;
  if (count == TAKE_BACK_PART) return;
  job_end(turn, job, JOB_FINISHED);
  round_taken_back(turn, job->changed);
}

static void part(struct turn *turn, struct job *job, struct round *round, const cJSON *entry) {
  if (json_int_or(entry, "from", -1) != job->cursor) return; /* done before */
  if (job->kind == JOB_RELEASE) release_part(turn, job, round);
  else if (job->kind == JOB_TAKE_BACK) take_back_part(turn, job, round);
}

static void failed(struct turn *turn, struct job *job, struct round *round, const cJSON *entry) {
  job_trouble(turn, job, json_str_or(entry, "why", "it could not be made"));
  give_up(turn, job, round);
}

static const struct {
  const char *word;
  void (*run)(struct turn *turn, struct job *job, struct round *round, const cJSON *entry);
} pieces[] = {{"begin", begin}, {"progress", progress}, {"sheet", take_sheet}, {"failed", failed}, {"part", part}};

/* It speaks for the manager who asked, as if they had waited: what is told now waits for no morning, but after an hour without a bot. */
void round_job_step(struct turn *turn, struct job *job, const cJSON *entry) {
  struct round *round = txn_edit(turn->txn, RECORD_ROUND, job->round);
  const char *word = json_str_or(entry, "do", "");
  if (round == NULL || turn_person(turn, job->by) == NULL) {
    job_end(turn, job, JOB_STOPPED);
    return;
  }
  turn->person = job->by;
  turn->belated = turn->now_ms - job->started_ms > LATE_MS;
  for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
    if (strcmp(pieces[i].word, word) == 0) pieces[i].run(turn, job, round, entry);
}

void round_job_set_aside(struct turn *turn, struct job *job) {
  struct round *round = txn_edit(turn->txn, RECORD_ROUND, job->round);
  if (round == NULL || turn_person(turn, job->by) == NULL || job->kind != JOB_ROUND) return;
  turn->person = job->by;
  round_failed(turn, round);
  turn->person = NULL;
}
