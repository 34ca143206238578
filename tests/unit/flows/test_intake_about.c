/* test_intake_about.c: role, organisation, department and grade: confirmed where known, asked for bit by bit where not. */
#include "bot/flows/flows.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static void add_docks(struct stage *stage) {
  ((struct organisation *)txn_add(stage_hand(stage), RECORD_ORGANISATION, "docks"))->name = "Docks";
  stage_apply(stage);
}

static void begin(struct stage *stage) {
  stage_text(stage, "mina", "i want a mentor");
  stage_choose(stage, "mina", "yes");
}

Test(intake_about, one_organisation_is_not_asked_for) {
  STAGE(stage);
  begin(&stage);
  cr_assert_str_eq(stage_step(&stage, "mina"), "about_you/department");
  stage_text(&stage, "mina", "Custody");
  cr_assert_str_eq(stage_get_person(&stage, "mina")->organisation, "city");
  cr_assert_str_eq(stage_step(&stage, "mina"), "about_you/grade");
  stage_choose(&stage, "mina", "constable");
  cr_assert_str_eq(stage_step(&stage, "mina"), "about_you", "and then all of it is shown");
  stage_choose(&stage, "mina", "right");
  cr_assert_str_eq(stage_step(&stage, "mina"), "line_manager");
}

Test(intake_about, of_several_one_is_chosen_and_its_grades_follow) {
  STAGE(stage);
  add_docks(&stage);
  begin(&stage);
  cr_assert_str_eq(stage_step(&stage, "mina"), "about_you/organisation");
  stage_choose(&stage, "mina", "docks");
  stage_text(&stage, "mina", "Crane 4");
  cr_assert_eq(stage_talk(&stage, "mina")->offers.count, 0, "it names no grades");
  stage_text(&stage, "mina", "Foreman");
  cr_assert_str_eq(stage_get_person(&stage, "mina")->grade, "Foreman");
}

Test(intake_about, a_grade_off_the_list_is_asked_for_again) {
  STAGE(stage);
  begin(&stage);
  stage_text(&stage, "mina", "Custody");
  stage_text(&stage, "mina", "Emperor");
  SAID(&stage, "mina", "talk.not_understood");
  cr_assert_null(stage_get_person(&stage, "mina")->grade);
}

Test(intake_about, what_is_skipped_is_not_asked_twice) {
  STAGE(stage);
  begin(&stage);
  stage_text(&stage, "mina", "skip");
  stage_text(&stage, "mina", "skip");
  cr_assert_str_eq(stage_step(&stage, "mina"), "about_you");
  cr_assert_null(stage_get_person(&stage, "mina")->department);
  stage_choose(&stage, "mina", "department");
  stage_text(&stage, "mina", "Custody");
  cr_assert_str_eq(stage_step(&stage, "mina"), "about_you");
  stage_choose(&stage, "mina", "right");
  cr_assert_str_eq(stage_step(&stage, "mina"), "line_manager");
}

Test(intake_about, a_change_may_be_left_again) {
  static const char *const words[] = {"skip", "back"};
  static const char *const details[] = {"department", "grade"};
  for (size_t i = 0; i < 4; i++) {
    STAGE(stage);
    begin(&stage);
    stage_text(&stage, "mina", "Custody");
    stage_choose(&stage, "mina", "constable");
    stage_choose(&stage, "mina", details[i / 2]);
    stage_text(&stage, "mina", words[i % 2]);
    cr_assert_str_eq(stage_step(&stage, "mina"), "about_you", "%s %s", details[i / 2], words[i % 2]);
    stage_text(&stage, "mina", "Yes");
    cr_assert_str_eq(stage_step(&stage, "mina"), "line_manager");
    cr_assert_str_eq(stage_get_person(&stage, "mina")->grade, "constable");
    cr_assert_str_eq(stage_get_person(&stage, "mina")->department, "Custody");
  }
}

Test(intake_about, sixty_characters) {
  STAGE(stage);
  begin(&stage);
  char text[140] = "";
  for (int i = 0; i < 61; i++) memcpy(text + 2 * i, "é", 3);
  stage_text(&stage, "mina", text);
  SAID(&stage, "mina", "intake.too_long");
  cr_assert_null(stage_get_person(&stage, "mina")->department);
  text[120] = '\0';
  stage_text(&stage, "mina", text);
  cr_assert_str_eq(stage_get_person(&stage, "mina")->department, text);
}

Test(intake_about, back_from_a_detail) {
  STAGE(stage);
  begin(&stage);
  stage_text(&stage, "mina", "Custody");
  stage_text(&stage, "mina", "back");
  cr_assert_str_eq(stage_step(&stage, "mina"), "about_you/department");
  stage_text(&stage, "mina", "Control room");
  cr_assert_str_eq(stage_get_person(&stage, "mina")->department, "Control room");
  cr_assert_str_eq(stage_step(&stage, "mina"), "about_you/grade");
}

Test(intake_about, roles) {
  static const enum role roles[] = {ROLE_MENTEE, ROLE_MENTOR, ROLE_RESERVE};
  for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
    STAGE(stage);
    stage_text(&stage, "mina", "join");
    stage_choose(&stage, "mina", "yes");
    cr_assert_str_eq(stage_step(&stage, "mina"), "role");
    stage_choose(&stage, "mina", role_name(roles[i]));
    cr_assert_eq(stage_enrolment(&stage, "mina")->role, roles[i]);
  }
}

Test(intake_about, nobody_makes_themselves_a_manager) {
  static const char *const words[] = {"manager", "coordinator", "3, manager", "5"};
  STAGE(stage);
  stage_text(&stage, "mina", "join manager");
  stage_choose(&stage, "mina", "yes");
  for (size_t i = 0; i < ARRAY_LEN(words); i++) {
    stage_text(&stage, "mina", words[i]);
    cr_assert_str_eq(stage_step(&stage, "mina"), "role", "%s", words[i]);
    cr_assert_neq(stage_enrolment(&stage, "mina")->role, ROLE_MANAGER);
  }
}
