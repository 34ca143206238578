/* test_invite.c: the first manager's code: good once, for 15 minutes, in a direct message; the code itself is stored nowhere. */
#include "bot/jobs/jobs.h"

#include <criterion/criterion.h>
#include <string.h>

#include "bot/base/random.h"
#include "tests/unit/bot/stage.h"

#define CODE "code-2345-6789-bcdf"

static void invite(struct stage *stage) {
  char hash[HASH_TEXT_BYTES];
  hash_text(NULL, CODE, hash);
  stage_control(stage, arena_format(stage->arena, "{\"id\":\"inv\",\"kind\":\"invite\",\"code_hash\":\"%s\"}", hash));
  cr_assert_eq(((const struct job *)model_get(stage->model, RECORD_JOB, "inv"))->state, JOB_FINISHED);
  cr_assert_not(stage_ops_have(stage, "2345"));
}

static bool manages(struct stage *stage, const char *user) {
  struct txn *txn = stage_hand(stage);
  struct turn turn = {.txn = txn, .arena = txn_arena(txn)};
  bool does = turn_manages(&turn, stage_id(stage, user), "pilot-1");
  stage_apply(stage);
  return does;
}

Test(invite, the_code_makes_a_manager_once) {
  STAGE(stage);
  invite(&stage);
  stage_text(&stage, "jo", "  Code-2345-6789-BCDF. ");
  SAID(&stage, "jo", "invite.welcome");
  cr_assert_not(stage_ops_have(&stage, "6789"));
  cr_assert_eq(stage_audits(&stage, "became manager"), 1);
  cr_assert(manages(&stage, "jo"));
  stage_text(&stage, "eve", CODE);
  SAID(&stage, "eve", "invite.unknown");
  cr_assert_not(manages(&stage, "eve"));
}

Test(invite, for_fifteen_minutes) {
  for (int late = 0; late < 2; late++) {
    STAGE(stage);
    invite(&stage);
    stage.now_ms += 15 * STAGE_MINUTE_MS + late;
    stage_text(&stage, "jo", CODE);
    cr_assert_eq(manages(&stage, "jo"), late == 0);
  }
}

Test(invite, only_in_a_direct_message) {
  STAGE(stage);
  invite(&stage);
  stage_room_text(&stage, "jo", CODE);
  cr_assert_not(manages(&stage, "jo"));
  stage_text(&stage, "jo", CODE);
  cr_assert(manages(&stage, "jo"), "and it was not used up by that");
}

Test(invite, wrong_codes_all_get_the_same_answer) {
  static const char *const wrong[] = {"code-2345-6789-bcdg", "code-2222-2222-2222", "code-1234-abcd-0000", "code-2345-6789-bcd\xc3\xa9"};
  STAGE(stage);
  invite(&stage);
  for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
    stage_text(&stage, "eve", wrong[i]);
    if (i < 3) SAID(&stage, "eve", "invite.unknown");
    cr_assert_not(manages(&stage, "eve"));
  }
}

Test(invite, what_is_no_code_is_ordinary_talk) {
  static const char *const words[] = {"code", "code-", "code-2345-6789", "code-2345-6789-bcdfg", "my code-2345-6789-bcdf", "code 2345 6789 bcdf"};
  STAGE(stage);
  invite(&stage);
  for (size_t i = 0; i < ARRAY_LEN(words); i++) {
    stage_text(&stage, "eve", words[i]);
    NOT_SAID(&stage, "eve", "invite.unknown");
    NOT_SAID(&stage, "eve", "invite.welcome");
  }
}

Test(invite, a_code_is_no_answer_to_an_open_question) {
  STAGE(stage);
  invite(&stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  (void)stage_signing_up(&stage, "mina", "line_manager");
  stage_text(&stage, "mina", CODE);
  SAID(&stage, "mina", "invite.welcome");
  cr_assert_str_eq(stage_talk(&stage, "mina")->step, "line_manager");
  cr_assert_null(stage_get_person(&stage, "mina")->line);
}

Test(invite, a_manager_who_types_it_stays_one_manager) {
  STAGE(stage);
  stage_cast(&stage);
  size_t before = model_count(stage.model, RECORD_ENROLMENT);
  invite(&stage);
  stage_text(&stage, "jo", CODE);
  SAID(&stage, "jo", "invite.welcome");
  cr_assert_eq(model_count(stage.model, RECORD_ENROLMENT), before);
}

Test(invite, without_a_programme_there_is_nothing_to_manage) {
  CLEANUP(stage_done) struct stage stage;
  stage_init_empty(&stage);
  stage_control(&stage, "{\"id\":\"inv\",\"kind\":\"invite\",\"code_hash\":\"0123456789abcdef0123456789abcdef\"}");
  cr_assert_eq(((const struct job *)model_get(stage.model, RECORD_JOB, "inv"))->state, JOB_FAILED);
  cr_assert_eq(model_count(stage.model, RECORD_INVITE), 0);
}
