/* test_telling.c: so many people a turn, each once, nobody a third time in a week; failures are counted; crowded means later. */
#include "bot/jobs/jobs.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

enum { MANY = 250 };

static struct announcement *put(struct stage *stage, enum audience audience) {
  struct announcement *one = txn_add(stage_hand(stage), RECORD_ANNOUNCEMENT, NULL);
  one->programme = "pilot-1";
  one->by = stage_id(stage, "jo");
  one->audience = audience;
  one->text = "The room has changed.";
  one->sent_ms = stage->now_ms;
  one->due_ms = stage->now_ms + 1;
  return one;
}

static const struct announcement *now(struct stage *stage) {
  return model_at(stage->model, RECORD_ANNOUNCEMENT, 0);
}

static void run_queued(struct stage *stage, bool crowded, size_t queued) {
  const struct announcement *one = now(stage);
  struct event event = {.kind = EVENT_TIMER, .id = arena_format(stage->arena, "timer/%lld", (long long)one->due_ms),
                        .record = arena_format(stage->arena, "announcement/%s", one->id), .due_ms = one->due_ms, .crowded = crowded, .queued = queued};
  stage->now_ms = one->due_ms;
  stage_run(stage, &event);
}

static void run_due(struct stage *stage, bool crowded) {
  run_queued(stage, crowded, 0);
}

static size_t letters(const struct stage *stage) {
  size_t count = 0;
  for (size_t i = 0; i < stage->row_count; i++) count += strcmp(stage->rows[i]->words, "tell.letter") == 0;
  return count;
}

static void crowd(struct stage *stage) {
  stage_cast(stage);
  for (int i = 0; i < MANY; i++) (void)stage_person(stage, arena_format(stage->arena, "u%d", i), "Somebody");
}

Test(telling, a_hundred_a_turn_and_each_person_once) {
  STAGE(stage);
  crowd(&stage);
  (void)put(&stage, AUDIENCE_PEOPLE);
  stage_apply(&stage);
  size_t told = 0, turns = 0, people = model_count(stage.model, RECORD_PERSON);
  while (now(&stage)->due_ms != 0) {
    run_due(&stage, false);
    cr_assert_leq(letters(&stage), TELLING_ROWS_MAX);
    told += letters(&stage);
    turns++;
    cr_assert_eq(now(&stage)->told, told);
  }
  cr_assert_eq(told, people);
  cr_assert_eq(turns, people / TELLING_ROWS_MAX + 2, "and one more, when the last ones have left");
  SAID(&stage, "jo", "tell.done");
  for (size_t i = 0; i < people; i++) {
    const struct person *person = model_at(stage.model, RECORD_PERSON, i);
    cr_assert(person->nudged_ms != 0 && person->nudged_before_ms == 0, "%s heard once", person->id);
  }
}

Test(telling, while_many_rows_wait_nothing_is_written) {
  STAGE(stage);
  crowd(&stage);
  (void)put(&stage, AUDIENCE_PEOPLE);
  stage_apply(&stage);
  int64_t before = now(&stage)->due_ms;
  run_due(&stage, true);
  cr_assert_eq(letters(&stage), 0);
  cr_assert_gt(now(&stage)->due_ms, before, "it comes again, under another name");
  run_due(&stage, false);
  cr_assert_eq(letters(&stage), TELLING_ROWS_MAX);
}

static int64_t told_shown(struct stage *stage) {
  stage_text(stage, "jo", "message");
  const struct out *out = stage_said(stage, "jo", "tell.running");
  cr_assert_not_null(out);
  cr_assert_str_eq(out->params.items[0].name, "told");
  return strtoll(out->params.items[0].values.items[0], NULL, 10);
}

Test(telling, what_has_not_left_was_told_to_nobody_yet) {
  STAGE(stage);
  crowd(&stage);
  (void)put(&stage, AUDIENCE_PEOPLE);
  stage_apply(&stage);
  int64_t people = (int64_t)model_count(stage.model, RECORD_PERSON), began_ms = stage.now_ms;
  for (int i = 0; i < 3; i++) run_queued(&stage, false, (size_t)now(&stage)->queued);
  cr_assert_eq(now(&stage)->told, people);
  cr_assert_eq(told_shown(&stage), 0, "all are written, none has left");
  run_queued(&stage, false, 40);
  NOT_SAID(&stage, "jo", "tell.done");
  cr_assert_eq(told_shown(&stage), people - 40);
  for (int i = 0; i < 100; i++) run_queued(&stage, false, 40);
  cr_assert_gt(now(&stage)->due_ms - began_ms, 100 * 4000, "an adapter that is away is not asked after many times a second");
  run_due(&stage, false);
  SAID(&stage, "jo", "tell.done");
}

/* Every other one is where it is night. */
static void spread(struct stage *stage, const char *zone) {
  struct txn *txn = stage->open;
  for (size_t i = 0; i < model_count(stage->model, RECORD_PERSON); i += 2) {
    const struct person *person = model_at(stage->model, RECORD_PERSON, i);
    ((struct person *)txn_edit(txn, RECORD_PERSON, person->id))->zone = zone;
  }
}

static size_t has_letter(const struct stage *stage, const char *zone) {
  size_t count = 0;
  for (size_t i = 0; i < model_count(stage->model, RECORD_PERSON); i++) {
    const struct person *person = model_at(stage->model, RECORD_PERSON, i);
    bool there = person->zone != NULL && strcmp(person->zone, zone) == 0;
    count += there && person->letter != NULL;
  }
  return count;
}

Test(telling, whose_day_has_not_begun_holds_nobody_up) {
  STAGE(stage);
  crowd(&stage);
  (void)put(&stage, AUDIENCE_PEOPLE);
  spread(&stage, "America/Los_Angeles"); /* 2 in the morning there */
  stage_apply(&stage);
  size_t people = model_count(stage.model, RECORD_PERSON), far = (people + 1) / 2, told = 0;
  int64_t began_ms = stage.now_ms, hour_ms = 3600000;
  while (now(&stage)->due_ms < began_ms + hour_ms) {
    run_due(&stage, false);
    for (size_t i = 0; i < stage.row_count; i++) cr_assert_eq(stage.rows[i]->not_before_ms, 0, "no row waits for a morning");
    told += letters(&stage);
  }
  cr_assert_eq(told, people - far, "those who can be told are");
  cr_assert_eq(has_letter(&stage, "America/Los_Angeles"), 0);
  cr_assert_eq(now(&stage)->waiting, far);
  cr_assert_eq(now(&stage)->due_ms, began_ms + 8 * hour_ms, "10:00 there");
  stage_text(&stage, "jo", "message");
  cr_assert(stage_has_line(stage_said(&stage, "jo", "tell.running"), "tell.waiting"));
  while (now(&stage)->due_ms != 0) {
    run_due(&stage, false);
    told += letters(&stage);
  }
  cr_assert_eq(told, people, "each of them once");
  cr_assert_eq(now(&stage)->told, people);
  cr_assert_eq(now(&stage)->left_out, 0);
  SAID(&stage, "jo", "tell.done");
}

Test(telling, whose_day_begins_while_others_are_written_to_comes_first) {
  STAGE(stage);
  crowd(&stage);
  (void)put(&stage, AUDIENCE_PEOPLE);
  spread(&stage, "America/Los_Angeles");
  stage_apply(&stage);
  run_due(&stage, false);
  int64_t opens_ms = now(&stage)->again_ms;
  cr_assert_gt(now(&stage)->waiting, 0);
  while (now(&stage)->due_ms < opens_ms) run_due(&stage, true); /* an adapter that is slow all day */
  run_due(&stage, false);
  cr_assert_eq(letters(&stage), TELLING_ROWS_MAX);
  cr_assert_gt(has_letter(&stage, "America/Los_Angeles"), 0);
}

Test(telling, a_timer_that_is_out_of_date_does_nothing) {
  STAGE(stage);
  crowd(&stage);
  (void)put(&stage, AUDIENCE_PEOPLE);
  stage_apply(&stage);
  int64_t first = now(&stage)->due_ms;
  run_due(&stage, false);
  stage_due(&stage, arena_format(stage.arena, "announcement/%s", now(&stage)->id), first);
  cr_assert_eq(letters(&stage), 0);
}

Test(telling, who_heard_twice_this_week_or_has_gone_is_left_out) {
  STAGE(stage);
  stage_cast(&stage);
  (void)put(&stage, AUDIENCE_EVERYONE);
  struct txn *txn = stage.open;
  struct person *aisha = txn_edit(txn, RECORD_PERSON, stage_id(&stage, "aisha"));
  aisha->nudged_before_ms = stage.now_ms - STAGE_DAY_MS;
  aisha->nudged_ms = stage.now_ms;
  stage_apply(&stage);
  run_due(&stage, false);
  NOT_SAID(&stage, "aisha", "tell.letter");
  SAID(&stage, "ben", "tell.letter");
  NOT_SAID(&stage, "jo", "tell.letter");
  cr_assert_eq(now(&stage)->left_out, 1);
  run_due(&stage, false);
  cr_assert(stage_has_line(stage_said(&stage, "jo", "tell.done"), "tell.left_out"));
}

Test(telling, letters_that_do_not_arrive_are_counted_and_no_news_each) {
  STAGE(stage);
  stage_cast(&stage);
  (void)put(&stage, AUDIENCE_MENTEES);
  stage_apply(&stage);
  run_due(&stage, false);
  const struct out *row = stage_said(&stage, "aisha", "tell.letter");
  cr_assert_not_null(row);
  stage_result(&stage, row, RESULT_FAILED, NULL);
  cr_assert_eq(now(&stage)->failed, 1);
  NOT_SAID(&stage, "jo", "outbox.undelivered");
}
