/* test_flows.c: the list of flows, and who hears of what became of our messages. */
#include "bot/flows/flows.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

#define AS_NAME(name) #name,
static const char *const names[] = {FLOW_LIST(AS_NAME)};
#undef AS_NAME

Test(flows, each_is_found_by_its_stored_name) {
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    const struct flow *flow = flow_by_name(names[i]);
    cr_assert_not_null(flow);
    cr_assert_str_eq(flow->name, names[i]);
  }
  cr_assert_null(flow_by_name("dance"));
  cr_assert_null(flow_by_name(""));
}

static bool has_step(const struct flow *flow, const char *name) {
  for (size_t k = 0; k < flow->step_count; k++)
    if (strcmp(flow->steps[k].name, name) == 0) return true;
  return false;
}

Test(flows, every_step_can_be_asked_read_and_left) {
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    const struct flow *flow = flow_by_name(names[i]);
    for (size_t k = 0; k < flow->step_count; k++) {
      const struct step *step = &flow->steps[k];
      cr_assert(step->ask != NULL && step->read != NULL && (step->next != NULL) != (step->then != NULL), "%s/%s", names[i], step->name);
      cr_assert(step->then == NULL || strcmp(step->then, STEP_END) == 0 || has_step(flow, step->then), "%s/%s", names[i], step->name);
      cr_assert(step->why == NULL || step->why_now == NULL, "%s/%s", names[i], step->name);
      cr_assert(strpbrk(step->name, "/. ") == NULL, "%s", step->name);
      for (size_t j = 0; j < k; j++) cr_assert_str_neq(step->name, flow->steps[j].name);
    }
  }
}

Test(flows, reminders_stand_in_the_order_of_their_days) {
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    const struct flow *flow = flow_by_name(names[i]);
    for (size_t k = 1; k < flow->reminder_count; k++) cr_assert_lt(flow->reminders[k - 1].days, flow->reminders[k].days, "%s", names[i]);
  }
}

/* ---- results ---- */
static const struct out *said_to(struct stage *stage, const char *user, const char *text, const char *key) {
  stage_text(stage, user, text);
  SAID(stage, user, key);
  return record_copy(RECORD_OUT, stage_said(stage, user, key), stage->arena);
}

Test(flows, managers_hear_of_a_message_that_did_not_arrive) {
  STAGE(stage);
  stage_cast(&stage);
  const struct out *row = said_to(&stage, "aisha", "next", "next.accepted");
  stage_result(&stage, row, RESULT_FAILED, NULL);
  SAID(&stage, "jo", "outbox.undelivered");
  cr_assert(stage_names(&stage, stage_said(&stage, "jo", "outbox.undelivered"), "aisha"));
  cr_assert(stage_ops_have(&stage, arena_format(stage.arena, "drop out %s", row->id)));
}

Test(flows, managers_above_them_do_not) {
  STAGE(stage);
  stage_cast(&stage);
  stage_line(&stage, "aisha", "jo");
  stage_result(&stage, said_to(&stage, "aisha", "next", "next.accepted"), RESULT_FAILED, NULL);
  cr_assert_eq(stage.row_count, 0);
}

Test(flows, what_arrived_is_told_to_nobody) {
  STAGE(stage);
  stage_cast(&stage);
  stage_result(&stage, said_to(&stage, "aisha", "next", "next.accepted"), RESULT_SENT, "m1");
  cr_assert_eq(stage.row_count, 0);
}

/* Two managers who cannot be reached must not tell each other of it for ever. */
Test(flows, news_that_do_not_arrive_make_no_news) {
  STAGE(stage);
  stage_cast(&stage);
  stage_add(&stage, "sam", "Sam Reed", ROLE_MANAGER);
  stage_result(&stage, said_to(&stage, "aisha", "next", "next.accepted"), RESULT_FAILED, NULL);
  const struct out *news = record_copy(RECORD_OUT, stage_said(&stage, "jo", "outbox.undelivered"), stage.arena);
  stage_result(&stage, news, RESULT_FAILED, NULL);
  cr_assert_eq(stage.row_count, 0, "%s", stage_all(&stage));
}

Test(flows, results_of_nothing_do_nothing) {
  STAGE(stage);
  static const char *const payloads[] = {NULL, "", "{", "{}", "{\"id\":7}", "{\"id\":\"o1\",\"kind\":\"dance\"}"};
  for (size_t i = 0; i < ARRAY_LEN(payloads); i++) {
    struct event event = {.kind = EVENT_RESULT, .workspace = "web/city", .action = "o1", .result = RESULT_FAILED, .payload = payloads[i]};
    stage_run(&stage, &event);
    cr_assert_eq(stage.err, ERR_NONE);
    cr_assert_eq(stage.row_count, 0);
  }
}
