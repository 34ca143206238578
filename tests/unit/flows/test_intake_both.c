/* test_intake_both.c: two roles, two enrolments; what counts for both is asked once, what is sealed is not copied. */
#include "bot/flows/flows.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

/* Walks from `join` to the step, choosing "both" and the first offer everywhere. */
static void walk_to(struct stage *stage, const char *step) {
  (void)stage_person(stage, "mina", "Mina Park");
  stage_text(stage, "mina", "join");
  stage_choose(stage, "mina", "yes");
  stage_choose(stage, "mina", "both");
  for (int i = 0; i < 30 && strcmp(stage_step(stage, "mina"), step) != 0; i++) {
    if (strcmp(stage_step(stage, "mina"), "review") == 0) stage_choose(stage, "mina", "done");
    else if (strcmp(stage_step(stage, "mina"), "line_manager") == 0) stage_text(stage, "mina", "1");
    else if (strcmp(stage_step(stage, "mina"), "apart") == 0) stage_text(stage, "mina", "no one");
    else stage_text(stage, "mina", "1");
  }
  cr_assert_str_eq(stage_step(stage, "mina"), step);
}

Test(intake_both, the_second_half_takes_over_what_counts_for_both) {
  STAGE(stage);
  walk_to(&stage, "half");
  const struct enrolment *second = stage_enrolment(&stage, "mina");
  cr_assert_eq(second->role, ROLE_MENTOR);
  cr_assert_eq(second->state, ENROLMENT_DRAFT);
  cr_assert_not_null(stage_answer(second, "how"));
  cr_assert_not_null(stage_answer(second, "times"));
  cr_assert_null(stage_answer(second, "topics"), "what one wants is not what one offers");
}

Test(intake_both, one_application_each) {
  STAGE(stage);
  walk_to(&stage, "enough");
  int applied = 0;
  for (size_t i = 0; i < model_count(stage.model, RECORD_ENROLMENT); i++) {
    const struct enrolment *enrolment = model_at(stage.model, RECORD_ENROLMENT, i);
    if (strcmp(enrolment->person, stage_enrolment(&stage, "mina")->person) == 0 && enrolment->state == ENROLMENT_APPLIED) applied++;
  }
  cr_assert_eq(applied, 2);
}

Test(intake_both, not_now_keeps_the_second_half_for_later) {
  STAGE(stage);
  walk_to(&stage, "half");
  stage_choose(&stage, "mina", "later");
  cr_assert_eq(stage_enrolment(&stage, "mina")->state, ENROLMENT_DRAFT);
  stage_text(&stage, "mina", "join");
  cr_assert_str_eq(stage_step(&stage, "mina"), "half");
  stage_choose(&stage, "mina", "on");
  cr_assert_str_eq(stage_step(&stage, "mina"), "ask/topics");
}

Test(intake_both, back_does_not_lead_into_the_first_half) {
  STAGE(stage);
  walk_to(&stage, "half");
  stage_choose(&stage, "mina", "on");
  stage_text(&stage, "mina", "back");
  cr_assert_str_eq(stage_step(&stage, "mina"), "ask/topics");
  cr_assert_eq(stage_enrolment(&stage, "mina")->role, ROLE_MENTOR);
}

Test(intake_both, a_changed_mind_about_the_role_makes_one_enrolment) {
  STAGE(stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  stage_text(&stage, "mina", "join");
  stage_choose(&stage, "mina", "yes");
  stage_choose(&stage, "mina", "both");
  stage_text(&stage, "mina", "back");
  stage_choose(&stage, "mina", "mentor");
  for (int i = 0; i < 30 && strcmp(stage_step(&stage, "mina"), "review") != 0; i++)
    stage_text(&stage, "mina", strcmp(stage_step(&stage, "mina"), "apart") == 0 ? "no one" : "1");
  stage_choose(&stage, "mina", "done");
  cr_assert_str_eq(stage_step(&stage, "mina"), "enough");
  cr_assert_eq(stage_enrolment(&stage, "mina")->role, ROLE_MENTOR);
}
