/* test_round.c: a round's job: sheets are taken in once and in order, without those who changed; it is begun, stopped and given up. */
#include "bot/jobs/jobs.h"
#include "bot/sealing.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/bot/round_feed.h"

/* A round of aisha and ben as if there were thousands: its job is put there by hand. */
static void cast(struct stage *stage) {
  stage_cast(stage);
  struct txn *txn = stage_hand(stage);
  struct round *round = txn_add(txn, RECORD_ROUND, NULL);
  round->programme = "pilot-1";
  round->by = stage_id(stage, "jo");
  round->seed = "5eed";
  round->state = ROUND_WORKING;
  struct job *job = txn_add(txn, RECORD_JOB, "job-1");
  job->kind = JOB_ROUND;
  job->state = JOB_RUNNING;
  job->round = round->id;
  job->by = round->by;
  stage_apply(stage);
}

static const struct round *the_round(struct stage *stage) {
  return stage_last_round(stage);
}

static size_t pairs(struct stage *stage) {
  size_t count = 0;
  for (size_t s = 0; s < model_count(stage->model, RECORD_SHEET); s++) {
    const struct sheet *sheet = model_at(stage->model, RECORD_SHEET, s);
    for (size_t i = 0; i < sheet->matches.count; i++) count += sheet->matches.items[i].mentor != NULL;
  }
  return count;
}

Test(round, a_sheet_is_taken_in) {
  STAGE(stage);
  cast(&stage);
  feed_all(&stage);
  cr_assert_eq(pairs(&stage), 1);
  cr_assert_eq(the_round(&stage)->sheets, 1);
  cr_assert_eq(the_round(&stage)->state, ROUND_REVIEW);
  cr_assert_eq(feed_job(&stage)->state, JOB_FINISHED);
  SAID(&stage, "jo", "round.large");
  cr_assert_eq(stage.row_count, 1, "nobody else hears of it");
}

/* ---- who changed ---- */
static struct enrolment *enrolment_of(struct stage *stage, struct txn *txn, const char *user) {
  return txn_edit(txn, RECORD_ENROLMENT, arena_text(stage->arena, stage_enrolment(stage, user)->id));
}

static struct person *person_of(struct stage *stage, struct txn *txn, const char *user) {
  return txn_edit(txn, RECORD_PERSON, stage_id(stage, user));
}

static void leave(struct stage *stage, struct txn *txn, const char *user) {
  enrolment_of(stage, txn, user)->state = ENROLMENT_LEFT;
}

static void answer(struct stage *stage, struct txn *txn, const char *user) {
  struct answer *answer = LIST_ADD(stage->turn_arena, &enrolment_of(stage, txn, user)->answers);
  answer->question = "topics";
  answer->state = ANSWER_SKIPPED;
}

static void move(struct stage *stage, struct txn *txn, const char *user) {
  person_of(stage, txn, user)->department = "Elsewhere";
}

static void go(struct stage *stage, struct txn *txn, const char *user) {
  person_of(stage, txn, user)->gone_ms = stage->now_ms;
}

static void say_line(struct stage *stage, struct txn *txn, const char *user) {
  person_of(stage, txn, user)->line = txn_seal(txn, stage_id(stage, user), "person.line", "?somebody");
}

static void say_apart(struct stage *stage, struct txn *txn, const char *user) {
  struct person *person = person_of(stage, txn, user);
  person->apart_state = ANSWER_ANSWERED;
  person->apart = txn_seal(txn, stage_id(stage, user), "person.apart", "?somebody");
}

static void no_change(struct stage *stage, struct txn *txn, const char *user) {
  struct person *person = person_of(stage, txn, user);
  person->name = "Another Name";
  person->nudged_ms = stage->now_ms;
  person->zone = "Europe/Paris";
}

static const struct {
  const char *what;
  void (*change)(struct stage *stage, struct txn *txn, const char *user);
  bool stays;
} changes[] = {{"left", leave, false},          {"an answer", answer, false},      {"another department", move, false}, {"gone", go, false},
               {"a line manager", say_line, false}, {"keep apart", say_apart, false}, {"a name, a zone, a reminder", no_change, true}};

Test(round, pairs_of_people_who_changed_since_the_snapshot_are_left_out) {
  static const char *const whom[] = {"aisha", "ben"};
  for (size_t i = 0; i < 2 * ARRAY_LEN(changes); i++) {
    STAGE(stage);
    cast(&stage);
    struct round_work *work = feed_made(&stage, "7");
    changes[i / 2].change(&stage, stage_hand(&stage), whom[i % 2]);
    stage_apply(&stage);
    feed_sheets(&stage, work);
    (void)round_work_free(work);
    cr_assert_eq(pairs(&stage), changes[i / 2].stays, "%s: %s", whom[i % 2], changes[i / 2].what);
    cr_assert_eq(the_round(&stage)->left_out, !changes[i / 2].stays, "%s: %s", whom[i % 2], changes[i / 2].what);
    cr_assert_eq(stage_has_line(stage_said(&stage, "jo", "round.large"), "round.large_changed"), !changes[i / 2].stays);
  }
}

/* What left them out is not told: a line manager who turned up reads like a move to another department. */
Test(round, what_changed_reads_the_same_whatever_it_was) {
  const char *first = NULL;
  STAGE(keep);
  for (size_t i = 0; i + 1 < ARRAY_LEN(changes); i++) {
    STAGE(stage);
    cast(&stage);
    struct round_work *work = feed_made(&stage, "7");
    changes[i].change(&stage, stage_hand(&stage), "ben");
    stage_apply(&stage);
    feed_sheets(&stage, work);
    (void)round_work_free(work);
    struct text text;
    text_init(&text, 65536);
    struct out row = *stage_said(&stage, "jo", "round.large");
    row.id = row.talk = row.name = "o"; /* sealing took a number, too */
    record_encode(RECORD_OUT, &row, &text);
    if (first == NULL) first = arena_text(keep.arena, text_str(&text));
    cr_assert_str_eq(text_str(&text), first, "%s", changes[i].what);
    text_done(&text);
  }
}

static void pair_up(struct stage *stage, const char *mentee, const char *mentor) {
  stage_add(stage, "zoe", "Zoe Fox", mentee == NULL ? ROLE_MENTEE : ROLE_MENTOR);
  (void)stage_pair(stage, mentee == NULL ? "zoe" : mentee, mentor == NULL ? "zoe" : mentor, PAIR_INTRODUCED);
}

Test(round, who_got_somebody_meanwhile_is_left_out) {
  for (int i = 0; i < 2; i++) {
    STAGE(stage);
    cast(&stage);
    struct round_work *work = feed_made(&stage, "7");
    pair_up(&stage, i == 0 ? "aisha" : NULL, i == 0 ? NULL : "ben"); /* ben takes one */
    feed_sheets(&stage, work);
    (void)round_work_free(work);
    cr_assert_eq(pairs(&stage), 0, "%d", i);
    cr_assert_eq(the_round(&stage)->left_out, 1);
  }
}

Test(round, a_manager_who_is_in_their_line_by_now_sees_no_row_of_theirs) {
  STAGE(stage);
  cast(&stage);
  struct round_work *work = feed_made(&stage, "7");
  stage_line(&stage, "aisha", "jo");
  feed_sheets(&stage, work);
  (void)round_work_free(work);
  const struct sheet *sheet = model_at(stage.model, RECORD_SHEET, 0);
  cr_assert_eq(sheet->matches.count, 0);
  SAID(&stage, "jo", "round.large");
  cr_assert_not(stage_names(&stage, stage_said(&stage, "jo", "round.large"), "aisha"));
}

/* ---- once, in order, of this snapshot ---- */
Test(round, pieces_out_of_turn_change_nothing) {
  STAGE(stage);
  cast(&stage);
  struct round_work *work = feed_made(&stage, "7");
  const char *sheet = arena_text(stage.arena, round_work_sheet(work, 0));
  struct round_work *later = feed_made(&stage, "8");
  feed(&stage, sheet);
  cr_assert_str_empty(stage.ops, "of an earlier snapshot");
  feed_sheets(&stage, later);
  feed(&stage, round_work_sheet(later, 0));
  cr_assert_str_empty(stage.ops, "it is over");
  cr_assert_eq(pairs(&stage), 1);
  (void)round_work_free(work);
  (void)round_work_free(later);
}

Test(round, begun_again_it_forgets_what_was_taken_in) {
  STAGE(stage);
  cast(&stage);
  struct round_work *work = feed_made(&stage, "7");
  struct text text;
  text_init(&text, 65536);
  const char *last = strstr(round_work_sheet(work, 0), "\"last\":true"); /* as if others were to follow */
  text_add_n(&text, round_work_sheet(work, 0), (size_t)(last - round_work_sheet(work, 0)));
  text_addf(&text, "\"last\":false%s", last + strlen("\"last\":true"));
  feed(&stage, text_str(&text));
  text_done(&text);
  cr_assert_eq(pairs(&stage), 1);
  cr_assert_eq(feed_job(&stage)->state, JOB_RUNNING);
  (void)round_work_free(work);
  feed_all(&stage);
  cr_assert_eq(pairs(&stage), 1);
  cr_assert_eq(the_round(&stage)->sheets, 1);
  cr_assert_eq(feed_job(&stage)->tries, 2);
}

/* ---- how it ends otherwise ---- */
Test(round, a_manager_no_more_gets_nothing) {
  STAGE(stage);
  cast(&stage);
  ((struct sheet *)txn_add(stage_hand(&stage), RECORD_SHEET, NULL))->round = arena_text(stage.arena, the_round(&stage)->id); /* of an earlier list */
  leave(&stage, stage_hand(&stage), "jo");
  stage_apply(&stage);
  feed(&stage, "{\"do\":\"begin\",\"run\":\"7\"}");
  cr_assert_eq(feed_job(&stage)->state, JOB_STOPPED);
  cr_assert_eq(the_round(&stage)->state, ROUND_UNDONE);
  cr_assert_eq(model_count(stage.model, RECORD_SHEET), 0);
  cr_assert_eq(stage.row_count, 0);
}

Test(round, what_fails_is_told) {
  static const char *const pieces[] = {"{\"do\":\"failed\",\"why\":\"limited\"}", "{", "{\"do\":\"sheet\",\"run\":\"7\",\"from\":0,\"sheet\":\"{\",\"marks\":[]}"};
  for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
    STAGE(stage);
    cast(&stage);
    feed(&stage, "{\"do\":\"begin\",\"run\":\"7\"}");
    feed(&stage, pieces[i]);
    cr_assert_eq(feed_job(&stage)->state, JOB_FAILED, "%zu", i);
    cr_assert_eq(feed_job(&stage)->troubles.count, 1);
    cr_assert_eq(the_round(&stage)->state, ROUND_UNDONE);
    SAID(&stage, "jo", "round.failed");
  }
}
