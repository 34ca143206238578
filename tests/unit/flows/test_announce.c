/* test_announce.c: the call is shown first, posted after a yes into the room where it was asked for, and counts who came by it. */
#include "bot/flows/flows.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static const struct announcement *last(struct stage *stage) {
  size_t count = model_count(stage->model, RECORD_ANNOUNCEMENT);
  return count == 0 ? NULL : model_at(stage->model, RECORD_ANNOUNCEMENT, count - 1);
}

static const struct out *in_room(struct stage *stage) {
  for (size_t i = 0; i < stage->row_count; i++) {
    if (stage->rows[i]->room != NULL) return stage->rows[i];
  }
  return NULL;
}

Test(announce, nothing_is_posted_before_the_yes) {
  STAGE(stage);
  stage_cast(&stage);
  stage_room_text(&stage, "jo", "@Mentor announce");
  SAID(&stage, "jo", "announce.preview");
  cr_assert(stage_has_line(stage_said(&stage, "jo", "announce.preview"), "announce.text"));
  cr_assert_null(in_room(&stage));
  cr_assert_eq(last(&stage)->sent_ms, 0);
  stage_choose(&stage, "jo", "post");
  const struct out *row = in_room(&stage);
  cr_assert_str_eq(row->room, "lobby");
  cr_assert_str_eq(row->workspace, "web/city");
  SAID(&stage, "jo", "announce.posted");
  cr_assert_eq(last(&stage)->sent_ms, stage.now_ms);
  cr_assert_eq(stage_audits(&stage, "announced"), 1);
}

Test(announce, who_asked_hears_that_it_did_not_arrive) {
  static const struct { enum action_result result; const char *words; } rows[] = {{RESULT_FAILED, "announce.failed"}, {RESULT_AMBIGUOUS, "announce.unknown"}};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    STAGE(stage);
    stage_cast(&stage);
    stage_room_text(&stage, "jo", "@Mentor announce");
    stage_choose(&stage, "jo", "post");
    const struct out *row = record_copy(RECORD_OUT, in_room(&stage), stage.arena);
    stage_result(&stage, row, rows[i].result, NULL);
    SAID(&stage, "jo", rows[i].words);
    cr_assert_eq(stage.row_count, 1, "%s", stage_all(&stage));
    stage_result(&stage, row, RESULT_SENT, "C1/1.2");
    cr_assert_eq(stage.row_count, 0);
  }
}

Test(announce, not_begun_while_the_disk_is_nearly_full) {
  STAGE(stage);
  stage_cast(&stage);
  struct event event = {.kind = EVENT_TEXT, .workspace = "web/city", .person = {.id = "jo"}, .room = {.id = "lobby", .kind = ROOM_PUBLIC}, .text = "announce", .scarce = true};
  stage_run(&stage, &event);
  SAID(&stage, "jo", "announce.no_room");
  cr_assert_null(last(&stage));
}

Test(announce, not_posted_leaves_nothing) {
  STAGE(stage);
  stage_cast(&stage);
  stage_command(&stage, "jo", "announce", ROOM_PRIVATE);
  stage_choose(&stage, "jo", "not");
  SAID(&stage, "jo", "announce.not_posted");
  cr_assert_null(in_room(&stage));
  cr_assert_null(last(&stage));
}

Test(announce, in_a_direct_message_it_asks_where) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "jo", "announce");
  SAID(&stage, "jo", "announce.where");
  cr_assert_null(last(&stage));
}

Test(announce, who_is_no_manager_calls_nobody) {
  STAGE(stage);
  stage_cast(&stage);
  stage_room_text(&stage, "ben", "announce");
  SAID(&stage, "ben", "next.accepted");
  cr_assert_null(last(&stage));
}

Test(announce, sign_ups_are_counted_once_a_person) {
  STAGE(stage);
  stage_cast(&stage);
  stage_room_text(&stage, "jo", "announce");
  stage_choose(&stage, "jo", "post");
  const char *button = arena_text(stage.arena, in_room(&stage)->choices.items[0].value);
  stage_press(&stage, "mina", button);
  SAID(&stage, "mina", "intake.limits");
  cr_assert_eq(last(&stage)->joined, 1);
  stage_press(&stage, "mina", button);
  SAID(&stage, "mina", "intake.limits");
  cr_assert_eq(last(&stage)->joined, 1);
  stage_press(&stage, "aisha", button);
  SAID(&stage, "aisha", "intake.already");
  cr_assert_eq(last(&stage)->joined, 1);
}

Test(announce, an_announcement_that_is_gone_still_lets_people_join) {
  STAGE(stage);
  stage_cast(&stage);
  stage_press(&stage, "mina", "do:join a99");
  SAID(&stage, "mina", "intake.limits");
}
