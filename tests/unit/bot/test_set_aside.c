/* test_set_aside.c: what cannot be handled does nothing, comes never again, and is told to those concerned without a word of it. */
#include "bot/turn.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static bool says(const struct out *row, const char *words) {
  struct text json;
  text_init(&json, RECORD_JSON_BYTES_MAX);
  record_encode(RECORD_OUT, row, &json);
  bool found = strstr(text_str(&json), words) != NULL;
  text_done(&json);
  return found;
}

/* Who was told what: "aisha turn.set_aside, jo …", by user id. */
static const char *set_aside(struct stage *stage, const struct event *event) {
  struct txn *txn = stage_hand(stage);
  const char *told = "";
  turn_set_aside(event, stage->now_ms, stage->words, txn);
  struct strs rows = txn_all(txn, RECORD_OUT);
  for (size_t i = 0; i < rows.count; i++) {
    const struct out *row = txn_get(txn, RECORD_OUT, rows.items[i]);
    const struct person *person = txn_get(txn, RECORD_PERSON, row->person);
    cr_assert_not(says(row, "secret"));
    told = arena_format(stage->arena, "%s%s%s %s", told, i == 0 ? "" : ", ", person->accounts.items[0].user, row->words);
  }
  cr_assert_eq(txn_audits(txn, &(const char *const *){NULL}), 1);
  stage_apply(stage);
  return told;
}

Test(set_aside, the_person_and_the_managers_are_told_and_nobody_hears_the_words) {
  STAGE(stage);
  stage_cast(&stage);
  struct event event = {.kind = EVENT_TEXT, .workspace = "web/city", .person = {.id = "aisha"}, .text = "a secret of mine"};
  cr_assert_str_eq(set_aside(&stage, &event), "aisha turn.set_aside, jo turn.set_aside_of");
}

Test(set_aside, a_manager_in_their_line_is_not_told_of_them) {
  STAGE(stage);
  stage_cast(&stage);
  stage_line(&stage, "aisha", "jo");
  struct event event = {.kind = EVENT_TEXT, .workspace = "web/city", .person = {.id = "aisha"}, .text = "x"};
  cr_assert_str_eq(set_aside(&stage, &event), "aisha turn.set_aside");
}

Test(set_aside, a_manager_is_not_told_about_themselves) {
  STAGE(stage);
  stage_cast(&stage);
  stage_add(&stage, "sam", "Sam Reed", ROLE_MANAGER);
  struct event event = {.kind = EVENT_TEXT, .workspace = "web/city", .person = {.id = "jo"}, .text = "x"};
  cr_assert_str_eq(set_aside(&stage, &event), "jo turn.set_aside, sam turn.set_aside_of");
}

Test(set_aside, of_very_many_managers_only_the_first_hear_of_it) {
  STAGE(stage);
  stage_cast(&stage);
  for (int i = 0; i < 40; i++) stage_add(&stage, arena_format(stage.arena, "m%d", i), "Somebody", ROLE_MANAGER);
  struct event event = {.kind = EVENT_TEXT, .workspace = "web/city", .person = {.id = "nobody"}, .text = "x"};
  struct txn *txn = stage_hand(&stage);
  turn_set_aside(&event, stage.now_ms, stage.words, txn);
  cr_assert_eq(txn_all(txn, RECORD_OUT).count, 20);
  stage_apply(&stage);
}

Test(set_aside, a_stranger_is_not_made_a_person) {
  STAGE(stage);
  stage_cast(&stage);
  size_t before = model_count(stage.model, RECORD_PERSON);
  struct event event = {.kind = EVENT_TEXT, .workspace = "web/city", .person = {.id = "nobody"}, .text = "x"};
  cr_assert_str_eq(set_aside(&stage, &event), "jo turn.set_aside_work");
  cr_assert_eq(model_count(stage.model, RECORD_PERSON), before);
}

Test(set_aside, a_timer_does_not_come_again) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "mina", "join");
  const struct talk *talk = stage_talk(&stage, "mina");
  struct event event = {.kind = EVENT_TIMER, .record = arena_format(stage.arena, "talk/%s", talk->id), .due_ms = talk->due_ms};
  cr_assert_neq(talk->due_ms, 0);
  cr_assert_str_eq(set_aside(&stage, &event), "jo turn.set_aside_work");
  cr_assert_eq(stage_talk(&stage, "mina")->due_ms, 0);
}

Test(set_aside, a_pairs_deadline_does_not_come_again) {
  STAGE(stage);
  stage_cast(&stage);
  const char *id = stage_pair(&stage, "aisha", "ben", PAIR_ASKING_MENTEE);
  struct txn *txn = stage_hand(&stage);
  ((struct pair *)txn_edit(txn, RECORD_PAIR, id))->answer_by_ms = stage.now_ms;
  stage_apply(&stage);
  struct event event = {.kind = EVENT_TIMER, .record = arena_format(stage.arena, "pair/%s", id), .due_ms = stage.now_ms};
  (void)set_aside(&stage, &event);
  cr_assert_eq(stage_last_pair(&stage)->answer_by_ms, 0);
}

Test(set_aside, a_tools_entry_has_failed_and_says_where_to_look) {
  STAGE(stage);
  stage_cast(&stage);
  struct event event = {.kind = EVENT_CONTROL, .payload = "{\"id\":\"job-9\",\"kind\":\"apply\"}"};
  (void)set_aside(&stage, &event);
  const struct job *job = model_get(stage.model, RECORD_JOB, "job-9");
  cr_assert_not_null(job);
  cr_assert_eq(job->state, JOB_FAILED);
  cr_assert_not_null(strstr(job->troubles.items[0], "event_poison"));
}
