/* test_intake.c: signing up from the limits of confidentiality to the review; stopping, going on, changing; nothing is lost. */
#include "bot/flows/flows.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static void mina(struct stage *stage) {
  (void)stage_person(stage, "mina", "Mina Park");
}

static void send_in(struct stage *stage) {
  (void)stage_signing_up(stage, "mina", "review");
  stage_choose(stage, "mina", "done");
}

Test(intake, the_limits_come_before_anything_is_asked) {
  STAGE(stage);
  mina(&stage);
  stage_text(&stage, "mina", "join");
  const struct out *row = stage_said(&stage, "mina", "intake.limits");
  cr_assert(stage_has_line(row, "intake.limits.kept") && stage_has_line(row, "intake.limits.told") && stage_has_line(row, "intake.limits.platform"));
  stage_choose(&stage, "mina", "what");
  SAID(&stage, "mina", "intake.what");
  SAID(&stage, "mina", "intake.limits");
  cr_assert_eq(stage_get_person(&stage, "mina")->limits_version, 0);
  stage_choose(&stage, "mina", "yes");
  cr_assert_gt(stage_get_person(&stage, "mina")->limits_version, 0);
  cr_assert_eq(stage_get_person(&stage, "mina")->limits_ms, stage.now_ms);
}

Test(intake, the_core_in_order) {
  static const char *const steps[] = {"limits", "role", "about_you", "line_manager", "ask/topics", "ask/how", "ask/how_often", "ask/times", "apart", "review"};
  static const char *const answers[] = {"yes", "mentee", "right", "none", "conflict", "video", "weekly", "any", "nobody"};
  STAGE(stage);
  mina(&stage);
  stage_text(&stage, "mina", "join");
  for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
    cr_assert_str_eq(stage_step(&stage, "mina"), steps[i]);
    cr_assert_eq(stage_enrolment(&stage, "mina")->state, ENROLMENT_DRAFT);
    if (i < ARRAY_LEN(answers)) stage_choose(&stage, "mina", answers[i]);
  }
  stage_choose(&stage, "mina", "done");
  cr_assert_eq(stage_enrolment(&stage, "mina")->state, ENROLMENT_APPLIED);
  cr_assert_eq(stage_enrolment(&stage, "mina")->applied_ms, stage.now_ms);
  cr_assert_str_eq(stage_step(&stage, "mina"), "enough");
  stage_choose(&stage, "mina", "later");
  SAID(&stage, "mina", "intake.end");
  cr_assert_eq(stage_open_talks(&stage, "mina"), 0);
}

Test(intake, progress_never_goes_back) {
  STAGE(stage);
  mina(&stage);
  static const char *const answers[] = {"yes", "mentee", "right", "none", "conflict", "video", "weekly", "any"};
  stage_text(&stage, "mina", "join");
  int64_t last = 0;
  for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
    const struct out *row = stage.rows[stage.row_count - 1];
    cr_assert_geq(row->progress, last);
    cr_assert_leq(row->progress, row->progress_of);
    cr_assert_eq(row->progress_of, 6, "four minutes, six steps");
    last = row->progress;
    stage_choose(&stage, "mina", answers[i]);
  }
}

Test(intake, mentors_and_reserves_are_asked_how_many) {
  static const char *const ways[] = {"be a mentor", "i can be a reserve"};
  static const enum role roles[] = {ROLE_MENTOR, ROLE_RESERVE};
  static const char *const answers[] = {"yes", "right", "none", "conflict", "video", "weekly"};
  for (size_t i = 0; i < 2; i++) {
    STAGE(stage);
    mina(&stage);
    stage_text(&stage, "mina", ways[i]);
    for (size_t k = 0; k < ARRAY_LEN(answers); k++) stage_choose(&stage, "mina", answers[k]);
    cr_assert_str_eq(stage_step(&stage, "mina"), "ask/capacity");
    cr_assert_eq(stage_enrolment(&stage, "mina")->role, roles[i]);
    stage_choose(&stage, "mina", "2");
    cr_assert_str_eq(stage_step(&stage, "mina"), "ask/times");
  }
}

/* ---- changing, from the review ---- */
Test(intake, each_change_leads_back_to_the_review) {
  STAGE(stage);
  mina(&stage);
  (void)stage_signing_up(&stage, "mina", "review");
  static const char *const changes[][2] = {{"ask/topics", "planning"}, {"ask/how_often", "weekly"}, {"about_you", "right"}, {"line_manager", "tell"}, {"apart", "nobody"}};
  for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
    stage_choose(&stage, "mina", changes[i][0]);
    cr_assert_str_eq(stage_step(&stage, "mina"), changes[i][0]);
    stage_choose(&stage, "mina", changes[i][1]);
    cr_assert_str_eq(stage_step(&stage, "mina"), "review");
  }
}

Test(intake, a_bit_of_about_you_changed_leads_back_too) {
  STAGE(stage);
  mina(&stage);
  (void)stage_signing_up(&stage, "mina", "review");
  stage_choose(&stage, "mina", "about_you");
  stage_choose(&stage, "mina", "grade");
  stage_choose(&stage, "mina", "inspector");
  cr_assert_str_eq(stage_get_person(&stage, "mina")->grade, "inspector");
  cr_assert_str_eq(stage_step(&stage, "mina"), "about_you");
  stage_choose(&stage, "mina", "right");
  cr_assert_str_eq(stage_step(&stage, "mina"), "review");
}

Test(intake, me_changes_answers_after_sending_and_keeps_the_state) {
  static const enum enrolment_state states[] = {ENROLMENT_APPLIED, ENROLMENT_ACCEPTED, ENROLMENT_WAITLISTED, ENROLMENT_DECLINED};
  for (size_t i = 0; i < ARRAY_LEN(states); i++) {
    STAGE(stage);
    mina(&stage);
    (void)stage_enrol(&stage, "mina", ROLE_MENTEE, states[i]);
    stage_text(&stage, "mina", "me");
    stage_choose(&stage, "mina", "ask/topics");
    stage_text(&stage, "mina", "2");
    stage_choose(&stage, "mina", "done");
    cr_assert_eq(stage_enrolment(&stage, "mina")->state, states[i]);
    cr_assert_eq(stage_enrolment(&stage, "mina")->answers.count, 1);
    cr_assert_eq(stage_open_talks(&stage, "mina"), 0);
  }
}

Test(intake, me_before_joining_has_nothing_to_show) {
  STAGE(stage);
  mina(&stage);
  stage_text(&stage, "mina", "me");
  SAID(&stage, "mina", "me.nothing");
  (void)stage_enrol(&stage, "mina", ROLE_MENTEE, ENROLMENT_PREFILLED);
  stage_text(&stage, "mina", "me");
  SAID(&stage, "mina", "me.nothing");
  cr_assert_eq(stage_enrolment(&stage, "mina")->state, ENROLMENT_PREFILLED);
}

/* ---- stopping and going on ---- */
Test(intake, who_has_signed_up_is_not_told_to_sign_up_when_they_stop) {
  STAGE(stage);
  mina(&stage);
  (void)stage_enrol(&stage, "mina", ROLE_MENTEE, ENROLMENT_APPLIED);
  stage_text(&stage, "mina", "me");
  SAID(&stage, "mina", "intake.review");
  stage_text(&stage, "mina", "stop");
  SAID(&stage, "mina", "talk.cancelled");
  cr_assert_eq(stage_enrolment(&stage, "mina")->state, ENROLMENT_APPLIED);
}

Test(intake, join_goes_on_where_it_stopped) {
  static const char *const steps[] = {"limits", "about_you", "line_manager", "ask/topics", "ask/times", "apart", "review"};
  for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
    STAGE(stage);
    mina(&stage);
    (void)stage_signing_up(&stage, "mina", steps[i]);
    stage_text(&stage, "mina", "cancel");
    cr_assert_str_eq(stage_step(&stage, "mina"), "nothing");
    stage_text(&stage, "mina", "join");
    cr_assert_str_eq(stage_step(&stage, "mina"), steps[i]);
    cr_assert_eq(stage_enrolment(&stage, "mina")->role, ROLE_MENTEE);
  }
}

Test(intake, join_twice_is_one_talk) {
  STAGE(stage);
  mina(&stage);
  (void)stage_signing_up(&stage, "mina", "ask/how");
  const char *id = arena_text(stage.arena, stage_talk(&stage, "mina")->id);
  stage_text(&stage, "mina", "join mentor");
  cr_assert_str_eq(stage_talk(&stage, "mina")->id, id);
  cr_assert_str_eq(stage_step(&stage, "mina"), "ask/how");
  cr_assert_eq(model_count(stage.model, RECORD_ENROLMENT), 1);
}

Test(intake, who_is_in_is_told_so) {
  STAGE(stage);
  mina(&stage);
  send_in(&stage);
  stage_choose(&stage, "mina", "later");
  stage_text(&stage, "mina", "join");
  SAID(&stage, "mina", "intake.already");
  cr_assert_eq(model_count(stage.model, RECORD_ENROLMENT), 1);
}

Test(intake, who_left_may_come_again) {
  STAGE(stage);
  mina(&stage);
  (void)stage_enrol(&stage, "mina", ROLE_MENTOR, ENROLMENT_LEFT);
  stage_text(&stage, "mina", "i want a mentor");
  cr_assert_eq(stage_enrolment(&stage, "mina")->state, ENROLMENT_DRAFT);
  cr_assert_not(stage_enrolment(&stage, "mina")->trained);
  cr_assert_eq(model_count(stage.model, RECORD_ENROLMENT), 2);
}

Test(intake, a_manager_may_take_part_too) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "jo", "be a mentor");
  SAID(&stage, "jo", "intake.limits");
  cr_assert(model_find(stage.model, INDEX_enrolment_person, stage_id(&stage, "jo")).count == 2);
  stage_text(&stage, "jo", "people");
  SAID(&stage, "jo", "people.all");
}

/* ---- the two minutes more ---- */
Test(intake, more_questions_for_a_better_match) {
  static const char *const steps[] = {"ask/six_months", "ask/style", "ask/organisation_wish", "ask/profession_wish", "ask/grade_wish", "ask/bio", "ask/identity_consent"};
  static const char *const answers[] = {"A new role", "advice", "must_other", "no_matter", "no_matter", "Hello", "no"};
  STAGE(stage);
  mina(&stage);
  send_in(&stage);
  stage_choose(&stage, "mina", "more");
  for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
    cr_assert_str_eq(stage_step(&stage, "mina"), steps[i]);
    stage_text(&stage, "mina", answers[i]);
  }
  SAID(&stage, "mina", "intake.end");
  cr_assert_eq(stage_enrolment(&stage, "mina")->state, ENROLMENT_APPLIED);
}
