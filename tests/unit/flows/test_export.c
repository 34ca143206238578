/* test_export.c: a manager asks for a list: the row and the audit line in one commit, a question where the words are none, and who hears of a failure. */
#include "bot/commands.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static const struct out *upload_of(struct stage *stage) {
  for (size_t i = 0; i < stage->row_count; i++) {
    if (stage->rows[i]->kind == OUT_UPLOAD) return record_copy(RECORD_OUT, stage->rows[i], stage->arena);
  }
  return NULL;
}

Test(export, the_row_says_of_what_and_the_audit_who_and_what) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "jo", "export people");
  const struct out *row = upload_of(&stage);
  cr_assert_not_null(row);
  cr_assert_str_eq(row->file, "people");
  cr_assert_str_eq(row->person, stage_id(&stage, "jo"));
  cr_assert_eq(row->file_parts, 0, "one file");
  cr_assert_not(row->bulk, "somebody waits for it");
  cr_assert_eq(stage_audits(&stage, "exported people"), 1);
  cr_assert_eq(stage_audits(&stage, "pilot-1"), 1);
  cr_assert_eq(stage_audits(&stage, stage_id(&stage, "jo")), 1);
  cr_assert_not(stage_ops_have(&stage, "Aisha"), "what is in it is not kept");
  stage_command(&stage, "jo", "Export PAIRS.", ROOM_DIRECT);
  cr_assert_str_eq(upload_of(&stage)->file, "pairs");
  cr_assert_eq(stage_audits(&stage, "exported pairs"), 1);
}

Test(export, without_a_list_it_asks_which) {
  STAGE(stage);
  stage_cast(&stage);
  static const char *const bare[] = {"export", "download", "csv"};
  for (size_t i = 0; i < ARRAY_LEN(bare); i++) {
    stage_text(&stage, "jo", bare[i]);
    SAID(&stage, "jo", "export.which");
    cr_assert(stage_offers(stage_said(&stage, "jo", "export.which"), "do:export people"));
    cr_assert(stage_offers(stage_said(&stage, "jo", "export.which"), "do:export pairs"));
    cr_assert_eq(stage_audits(&stage, "exported"), 0);
  }
  stage_press(&stage, "jo", "do:export pairs");
  cr_assert_str_eq(upload_of(&stage)->file, "pairs");
}

Test(export, a_wrong_word_gets_a_suggestion_and_no_file) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "jo", "export everything");
  SAID(&stage, "jo", "export.no_such");
  cr_assert_null(upload_of(&stage));
  cr_assert_eq(stage_audits(&stage, "exported"), 0);
  cr_assert_str_eq(command_near(stage.arena, "exprot"), "export");
}

Test(export, who_manages_nothing_hears_where_they_are) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "aisha", "export people");
  cr_assert_null(upload_of(&stage));
  cr_assert_eq(stage_told(&stage, "aisha"), 1);
  NOT_SAID(&stage, "aisha", "export.which");
  cr_assert_eq(stage_audits(&stage, "exported"), 0);
}

Test(export, a_file_that_did_not_arrive_is_said_to_whoever_asked_alone) {
  STAGE(stage);
  stage_cast(&stage);
  stage_add(&stage, "sam", "Sam Reed", ROLE_MANAGER);
  stage_text(&stage, "jo", "export people");
  const struct out *row = upload_of(&stage);
  static const enum action_result none[] = {RESULT_FAILED, RESULT_UNSUPPORTED};
  for (size_t i = 0; i < ARRAY_LEN(none); i++) {
    stage_result(&stage, row, none[i], NULL);
    SAID(&stage, "jo", "export.failed");
    cr_assert_eq(stage_told(&stage, "sam"), 0);
  }
  stage_result(&stage, row, RESULT_AMBIGUOUS, NULL);
  SAID(&stage, "jo", "export.unknown");
  cr_assert(stage_ops_have(&stage, "drop out"), "and the row is gone");
}

Test(export, a_long_list_is_several_rows_of_one_commit) {
  STAGE(stage);
  stage_cast(&stage);
  char *name = arena_alloc(stage.arena, 20001);
  memset(name, 'n', 20000);
  for (size_t i = 0; i < 200; i++) stage_join(&stage, arena_format(stage.arena, "u%zu", i), ROLE_MENTEE, "city");
  for (size_t i = 0; i < 200; i++) {
    const char *id = txn_account(stage.open, "web/city", arena_format(stage.arena, "u%zu", i));
    ((struct person *)txn_edit(stage.open, RECORD_PERSON, id))->name = name;
  }
  stage_apply(&stage);
  stage_text(&stage, "jo", "export people");
  cr_assert_eq(stage.row_count, 2);
  cr_assert_eq(stage.rows[0]->file_part, 1);
  cr_assert_eq(stage.rows[1]->file_part, 2);
  cr_assert_eq(stage.rows[1]->file_parts, 2);
  cr_assert_str_eq(stage.rows[0]->file_before, stage.rows[1]->file_from);
  cr_assert(stage_has_line(stage.rows[1], "export.part"));
  cr_assert_eq(stage_audits(&stage, "exported people"), 1, "asked once");
}
