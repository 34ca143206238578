/* test_intake_people.c: the line manager, and whom to be kept apart from: sealed in the turn that hears them, nowhere in clear. */
#include "bot/flows/flows.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static const struct person *mina(struct stage *stage) {
  return stage_get_person(stage, "mina");
}

static void cast(struct stage *stage, const char *step) {
  stage_cast(stage);
  stage_add(stage, "sam", "Sam Reed", ROLE_MANAGER);
  (void)stage_person(stage, "mina", "Mina Park");
  (void)stage_signing_up(stage, "mina", step);
}

static const struct txn_seal_request *sealed(struct stage *stage) {
  const struct txn_seal_request *seals;
  cr_assert_eq(txn_seals(stage->last, &seals), 1);
  return &seals[0];
}

Test(intake_people, a_manager_named_is_recused_in_the_same_turn) {
  STAGE(stage);
  cast(&stage, "line_manager");
  stage_text(&stage, "mina", "Sam Reed");
  const char *sam = stage_id(&stage, "sam");
  cr_assert_str_eq(sealed(&stage)->plain, sam);
  cr_assert_str_eq(sealed(&stage)->field, "person.line");
  cr_assert_eq(mina(&stage)->line_state, LINE_GIVEN);
  cr_assert_str_eq(model_line(stage.model, stage_id(&stage, "mina")), sam);
  cr_assert_not(stage_ops_have(&stage, "Sam"));
  cr_assert_not(stage_ops_have(&stage, arena_format(stage.arena, "\"%s\"", sam)), "nor their id");
}

Test(intake_people, a_name_that_is_nobodys_is_sealed_too) {
  STAGE(stage);
  cast(&stage, "line_manager");
  stage_text(&stage, "mina", "MARKER Person");
  cr_assert_str_eq(sealed(&stage)->plain, "?MARKER Person");
  cr_assert_not(stage_ops_have(&stage, "MARKER"));
}

Test(intake_people, a_plain_yes_or_no_is_no_name) {
  static const char *const words[] = {"no", "No thanks", "nope"};
  STAGE(stage);
  cast(&stage, "line_manager");
  stage_text(&stage, "mina", "Yes.");
  cr_assert_null(mina(&stage)->line, "nobody is called Yes");
  stage_text(&stage, "mina", "Sam Reed");
  stage_text(&stage, "mina", "back");
  const char *sam = stage_id(&stage, "sam"), *me = stage_id(&stage, "mina");
  for (size_t i = 0; i < ARRAY_LEN(words); i++) {
    stage_text(&stage, "mina", words[i]);
    cr_assert_str_eq(stage_step(&stage, "mina"), "line_manager");
  }
  stage_text(&stage, "mina", "yes");
  cr_assert_str_eq(stage_step(&stage, "mina"), "ask/topics");
  cr_assert_str_eq(model_line(stage.model, me), sam);
  cr_assert_not(may_manage(stage_hand(&stage), sam, me), "a yes keeps the boss away");
  stage_apply(&stage);
}

Test(intake_people, a_command_is_nobodys_name) {
  static const char *const steps[] = {"line_manager", "apart"};
  for (size_t i = 0; i < 2; i++) {
    STAGE(stage);
    cast(&stage, steps[i]);
    stage_text(&stage, "mina", "who sees what");
    SAID(&stage, "mina", "privacy.text");
    cr_assert_str_eq(stage_step(&stage, "mina"), steps[i], "and the question stays");
    cr_assert_null(i == 0 ? mina(&stage)->line : mina(&stage)->apart);
  }
}

Test(intake_people, nobody_is_their_own_manager) {
  STAGE(stage);
  cast(&stage, "line_manager");
  stage_text(&stage, "mina", "Mina Park");
  SAID(&stage, "mina", "intake.line_manager_self");
  cr_assert_null(mina(&stage)->line);
  cr_assert_str_eq(stage_talk(&stage, "mina")->step, "line_manager");
}

Test(intake_people, none_and_rather_tell_a_manager_are_answers) {
  static const struct { const char *value; enum line_state state; } ways[] = {{"none", LINE_NONE}, {"tell", LINE_ASK_MANAGER}};
  for (size_t i = 0; i < 2; i++) {
    STAGE(stage);
    cast(&stage, "line_manager");
    stage_choose(&stage, "mina", ways[i].value);
    cr_assert_eq(mina(&stage)->line_state, ways[i].state);
    cr_assert_null(mina(&stage)->line);
    cr_assert_str_eq(stage_talk(&stage, "mina")->step, "ask/topics");
  }
}

Test(intake_people, none_after_a_name_forgets_the_name) {
  STAGE(stage);
  cast(&stage, "line_manager");
  stage_text(&stage, "mina", "Sam Reed");
  stage_text(&stage, "mina", "back");
  SAID(&stage, "mina", "intake.line_manager_known");
  stage_choose(&stage, "mina", "none");
  cr_assert_eq(mina(&stage)->line_state, LINE_NONE);
  const char *line = model_line(stage.model, stage_id(&stage, "mina"));
  cr_assert(line == NULL || line[0] == '\0', "%s", line);
  struct txn *txn = stage_hand(&stage);
  cr_assert(may_manage(txn, stage_id(&stage, "sam"), stage_id(&stage, "mina")));
  stage_apply(&stage);
}

Test(intake_people, an_imported_manager_is_confirmed) {
  STAGE(stage);
  stage_cast(&stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  stage_line(&stage, "mina", "jo");
  ((struct person *)txn_edit(stage_hand(&stage), RECORD_PERSON, stage_id(&stage, "mina")))->line_state = LINE_IMPORTED;
  stage_apply(&stage);
  (void)stage_signing_up(&stage, "mina", "line_manager");
  const struct out *row = stage_said(&stage, "mina", "intake.line_manager_known");
  cr_assert_eq(row->params.items[0].kind, PARAM_LINE);
  cr_assert_str_eq(row->params.items[0].values.items[0], mina(&stage)->id, "a reference, never the name");
  stage_choose(&stage, "mina", "right");
  cr_assert_eq(mina(&stage)->line_state, LINE_GIVEN);
}

/* ---- longer than any name ---- */
static const char *long_text(struct stage *stage, size_t count) {
  char *text = arena_alloc(stage->arena, count + 1);
  memset(text, 'x', count);
  return text;
}

Test(intake_people, what_is_longer_than_a_name_is_asked_for_again) {
  static const struct { const char *step; size_t most; } steps[] = {{"line_manager", 80}, {"apart", 300}};
  for (size_t i = 0; i < 2; i++) {
    STAGE(stage);
    cast(&stage, steps[i].step);
    stage_text(&stage, "mina", long_text(&stage, 20000)); /* more than can be sealed */
    SAID(&stage, "mina", "intake.too_long");
    cr_assert_str_eq(stage_talk(&stage, "mina")->step, steps[i].step);
    stage_text(&stage, "mina", long_text(&stage, steps[i].most + 1));
    SAID(&stage, "mina", "intake.too_long");
    stage_text(&stage, "mina", long_text(&stage, steps[i].most));
    NOT_SAID(&stage, "mina", "intake.too_long");
  }
}

/* ---- kept apart ---- */
Test(intake_people, several_names_one_seal) {
  STAGE(stage);
  cast(&stage, "apart");
  stage_text(&stage, "mina", "Ben Okoro, MARKER Person");
  const char *ben = stage_id(&stage, "ben");
  cr_assert_str_eq(sealed(&stage)->plain, arena_format(stage.arena, "%s\n?MARKER Person", ben));
  cr_assert(model_apart(stage.model, stage_id(&stage, "mina"), ben));
  cr_assert(model_apart(stage.model, ben, stage_id(&stage, "mina")), "both ways");
  cr_assert_not(stage_ops_have(&stage, "MARKER"));
  cr_assert_eq(mina(&stage)->apart_state, ANSWER_ANSWERED);
}

Test(intake_people, nobody_and_skip_take_names_back) {
  static const struct { const char *words; enum answer_state state; } ways[] = {{"nobody", ANSWER_ANSWERED}, {"skip", ANSWER_SKIPPED}};
  for (size_t i = 0; i < 2; i++) {
    STAGE(stage);
    cast(&stage, "apart");
    stage_text(&stage, "mina", "Ben Okoro");
    stage_choose(&stage, "mina", "apart");
    SAID(&stage, "mina", "intake.apart_known");
    if (i == 0) stage_choose(&stage, "mina", "nobody");
    else stage_text(&stage, "mina", "skip");
    cr_assert_eq(mina(&stage)->apart_state, ways[i].state);
    cr_assert_not(model_apart(stage.model, stage_id(&stage, "mina"), stage_id(&stage, "ben")));
    cr_assert(stage_has_line(stage_said(&stage, "mina", "intake.review"), "review.apart_none"), "and it is said so");
    cr_assert_null(mina(&stage)->apart, "nothing of them is kept");
  }
}

Test(intake_people, right_keeps_them) {
  STAGE(stage);
  cast(&stage, "apart");
  stage_text(&stage, "mina", "Ben Okoro");
  const char *reference = arena_text(stage.arena, mina(&stage)->apart);
  stage_choose(&stage, "mina", "apart");
  stage_choose(&stage, "mina", "right");
  cr_assert_str_eq(mina(&stage)->apart, reference);
  cr_assert(model_apart(stage.model, stage_id(&stage, "mina"), stage_id(&stage, "ben")));
}
