/* test_line.c: a manager enters somebody's line manager: entered, never read; the person is told that it was done. */
#include "bot/flows/flows.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static void cast(struct stage *stage) {
  stage_cast(stage);
  stage_add(stage, "sam", "Sam Reed", ROLE_MANAGER);
  ((struct person *)txn_edit(stage_hand(stage), RECORD_PERSON, stage_id(stage, "aisha")))->line_state = LINE_ASK_MANAGER;
  stage_apply(stage);
}

Test(line, a_manager_enters_it_and_both_are_told) {
  STAGE(stage);
  cast(&stage);
  stage_text(&stage, "jo", "line @Aisha Khan");
  SAID(&stage, "jo", "line.ask");
  stage_text(&stage, "jo", "Sam Reed");
  SAID(&stage, "jo", "line.kept");
  SAID(&stage, "aisha", "line.told");
  cr_assert_not(stage_names(&stage, stage_said(&stage, "aisha", "line.told"), "sam"), "told that, not whom");
  cr_assert_eq(stage_get_person(&stage, "aisha")->line_state, LINE_GIVEN);
  cr_assert_str_eq(model_line(stage.model, stage_id(&stage, "aisha")), stage_id(&stage, "sam"));
  cr_assert_not(stage_ops_have(&stage, "Sam"));
  cr_assert_eq(stage_told(&stage, "sam"), 0);
  cr_assert_eq(stage_audits(&stage, "line"), 1);
}

Test(line, from_then_on_the_one_above_is_recused) {
  STAGE(stage);
  cast(&stage);
  stage_text(&stage, "jo", "line aisha");
  stage_text(&stage, "jo", "Sam Reed");
  stage_text(&stage, "sam", "line aisha");
  SAID(&stage, "sam", "person.unknown");
  stage_text(&stage, "sam", "people");
  cr_assert_not(stage_names(&stage, stage_said(&stage, "sam", "people.all"), "aisha"));
}

Test(line, words_that_are_no_name_leave_the_one_above_out) {
  static const char *const words[] = {"second", "yes", "people waiting"};
  for (size_t i = 0; i < ARRAY_LEN(words); i++) {
    STAGE(stage);
    cast(&stage);
    stage_text(&stage, "jo", "line aisha");
    stage_text(&stage, "jo", words[i]);
    NOT_SAID(&stage, "aisha", "line.told");
    cr_assert_null(stage_get_person(&stage, "aisha")->line, "%s", words[i]);
    cr_assert_str_eq(stage_step(&stage, "jo"), "ask");
  }
}

Test(line, nobody_above_them) {
  STAGE(stage);
  cast(&stage);
  stage_text(&stage, "jo", "line aisha");
  stage_choose(&stage, "jo", "none");
  cr_assert_eq(stage_get_person(&stage, "aisha")->line_state, LINE_NONE);
}

Test(line, a_manager_who_names_themselves_is_out) {
  STAGE(stage);
  cast(&stage);
  stage_text(&stage, "jo", "line aisha");
  stage_text(&stage, "jo", "Jo Miller");
  struct txn *txn = stage_hand(&stage);
  cr_assert_not(may_manage(txn, stage_id(&stage, "jo"), stage_id(&stage, "aisha")));
  stage_apply(&stage);
}

Test(line, a_right_lost_between_question_and_answer) {
  STAGE(stage);
  cast(&stage);
  stage_text(&stage, "jo", "line aisha");
  stage_line(&stage, "aisha", "jo");
  stage_text(&stage, "jo", "Sam Reed");
  SAID(&stage, "jo", "person.unknown");
  cr_assert_str_eq(model_line(stage.model, stage_id(&stage, "aisha")), stage_id(&stage, "jo"));
  cr_assert_eq(stage_told(&stage, "aisha"), 0);
}

Test(line, asked_again_after_it_was_lost_it_names_nobody) {
  STAGE(stage);
  cast(&stage);
  stage_text(&stage, "jo", "line aisha");
  stage_line(&stage, "aisha", "jo");
  stage_text(&stage, "jo", "why");
  for (size_t i = 0; i < stage.row_count; i++) cr_assert_not(stage_names(&stage, stage.rows[i], "aisha"));
}

Test(line, without_a_name_it_says_how) {
  STAGE(stage);
  cast(&stage);
  stage_text(&stage, "jo", "line");
  SAID(&stage, "jo", "line.how");
  cr_assert_eq(stage_open_talks(&stage, "jo"), 0);
}

Test(line, longer_than_a_name) {
  STAGE(stage);
  cast(&stage);
  stage_text(&stage, "jo", "line aisha");
  char *text = arena_alloc(stage.arena, 20001);
  memset(text, 'x', 20000);
  stage_text(&stage, "jo", text);
  SAID(&stage, "jo", "intake.too_long");
  SAID(&stage, "jo", "line.ask");
  cr_assert_eq(stage_get_person(&stage, "aisha")->line_state, LINE_ASK_MANAGER);
}
