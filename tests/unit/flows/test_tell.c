/* test_tell.c: a message to many is shown first with how many it is for, sent after a yes, twice a week, stopped at a word. */
#include "bot/flows/flows.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static const struct announcement *last(struct stage *stage) {
  size_t count = model_count(stage->model, RECORD_ANNOUNCEMENT);
  return count == 0 ? NULL : model_at(stage->model, RECORD_ANNOUNCEMENT, count - 1);
}

static void run_due_of(struct stage *stage, size_t at) {
  const struct announcement *one = model_at(stage->model, RECORD_ANNOUNCEMENT, at);
  if (stage->now_ms < one->due_ms) stage->now_ms = one->due_ms;
  stage_due(stage, arena_format(stage->arena, "announcement/%s", one->id), one->due_ms);
}

static void run_due(struct stage *stage) {
  run_due_of(stage, model_count(stage->model, RECORD_ANNOUNCEMENT) - 1);
}

Test(tell, nothing_goes_out_before_the_yes) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "jo", "message mentors The room has changed.");
  SAID(&stage, "jo", "tell.preview");
  cr_assert(stage_has_line(stage_said(&stage, "jo", "tell.preview"), "tell.letter"));
  cr_assert_eq(last(&stage)->due_ms, 0);
  stage_choose(&stage, "jo", "send");
  SAID(&stage, "jo", "tell.begun");
  NOT_SAID(&stage, "ben", "tell.letter");
  cr_assert_eq(last(&stage)->total, 1);
  cr_assert_eq(stage_audits(&stage, "sent to many"), 1);
  run_due(&stage);
  SAID(&stage, "ben", "tell.letter");
  NOT_SAID(&stage, "aisha", "tell.letter");
  NOT_SAID(&stage, "jo", "tell.done");
  run_due(&stage);
  SAID(&stage, "jo", "tell.done");
  cr_assert_eq(last(&stage)->due_ms, 0);
}

Test(tell, the_words_may_be_asked_for) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "jo", "message");
  SAID(&stage, "jo", "tell.whom");
  cr_assert_null(last(&stage));
  stage_text(&stage, "jo", "message everyone");
  SAID(&stage, "jo", "tell.ask");
  stage_text(&stage, "jo", "The room has changed.");
  SAID(&stage, "jo", "tell.preview");
  cr_assert_str_eq(last(&stage)->text, "The room has changed.");
}

Test(tell, not_sent_or_cancelled_leaves_nothing) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "jo", "message mentors The room has changed.");
  stage_choose(&stage, "jo", "not");
  SAID(&stage, "jo", "tell.not_sent");
  cr_assert_null(last(&stage));
  stage_text(&stage, "jo", "message mentors");
  stage_text(&stage, "jo", "cancel");
  SAID(&stage, "jo", "tell.not_sent");
  cr_assert_null(last(&stage));
}

Test(tell, too_many_words_are_asked_for_again) {
  STAGE(stage);
  stage_cast(&stage);
  char *words = arena_alloc(stage.arena, 1100);
  memset(words, 'x', 1001);
  words[1001] = '\0';
  stage_text(&stage, "jo", arena_format(stage.arena, "message mentors %s", words));
  SAID(&stage, "jo", "intake.too_long");
  SAID(&stage, "jo", "tell.ask");
  stage_text(&stage, "jo", words + 1);
  SAID(&stage, "jo", "tell.preview");
}

Test(tell, who_does_not_manage_writes_to_nobody) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "aisha", "message everyone hello");
  cr_assert_null(last(&stage));
}

Test(tell, one_at_a_time_and_it_can_be_seen_and_stopped) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "jo", "message everyone The room has changed.");
  stage_choose(&stage, "jo", "send");
  stage_text(&stage, "jo", "message mentors Something else.");
  SAID(&stage, "jo", "tell.running");
  stage_text(&stage, "jo", "message stop");
  SAID(&stage, "jo", "tell.stopped");
  cr_assert_eq(last(&stage)->due_ms, 0);
  cr_assert_eq(stage_audits(&stage, "stopped telling"), 1);
}

/* Both have a preview before them. */
Test(tell, of_two_managers_the_later_one_waits) {
  STAGE(stage);
  stage_cast(&stage);
  stage_add(&stage, "sam", "Sam Reed", ROLE_MANAGER);
  stage_text(&stage, "jo", "message mentors The room has changed.");
  stage_text(&stage, "sam", "message mentors The hour has changed.");
  SAID(&stage, "sam", "tell.preview");
  stage_choose(&stage, "jo", "send");
  stage_choose(&stage, "sam", "send");
  SAID(&stage, "sam", "tell.running");
  cr_assert_eq(stage_audits(&stage, "sent to many"), 0);
  NOT_SAID(&stage, "sam", "tell.begun");
  run_due_of(&stage, 0);
  SAID(&stage, "ben", "tell.letter");
  run_due_of(&stage, 0);
  stage_choose(&stage, "sam", "send");
  SAID(&stage, "sam", "tell.begun");
}

Test(tell, two_a_week) {
  STAGE(stage);
  stage_cast(&stage);
  for (int i = 0; i < 2; i++) {
    stage_text(&stage, "jo", "message mentors The room has changed.");
    stage_choose(&stage, "jo", "send");
    run_due(&stage);
    SAID(&stage, "ben", "tell.letter");
    run_due(&stage);
  }
  stage_text(&stage, "jo", "message mentors And again.");
  SAID(&stage, "jo", "tell.often");
  stage.now_ms += INT64_C(8) * STAGE_DAY_MS;
  stage_text(&stage, "jo", "message mentors And again.");
  SAID(&stage, "jo", "tell.preview");
}
