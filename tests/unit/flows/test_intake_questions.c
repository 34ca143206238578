/* test_intake_questions.c: the scheme's own questions: kinds, bounds, consent, versions; what is sealed never stands in a record. */
#include "bot/flows/flows.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static const struct answer *answer(struct stage *stage, const char *question) {
  return stage_answer(stage_enrolment(stage, "mina"), question);
}

#define MINA_AT(stage, step)                       \
  STAGE(stage);                                    \
  (void)stage_person(&stage, "mina", "Mina Park"); \
  (void)stage_signing_up(&stage, "mina", step)

static void at_question(struct stage *stage, const char *question) {
  const char *step = arena_format(stage->arena, "ask/%s", question);
  (void)stage_signing_up(stage, "mina", "review");
  stage_choose(stage, "mina", "done");
  stage_choose(stage, "mina", "more");
  for (int i = 0; i < 12 && strcmp(stage_step(stage, "mina"), step) != 0; i++) {
    if (strcmp(stage_step(stage, "mina"), "ask/identity_consent") == 0) stage_choose(stage, "mina", "yes");
    else stage_text(stage, "mina", "skip");
  }
  cr_assert_str_eq(stage_step(stage, "mina"), step);
}

Test(intake_questions, at_most_three_topics) {
  MINA_AT(stage, "ask/topics");
  stage_text(&stage, "mina", "1, 2, 3, 4");
  SAID(&stage, "mina", "intake.too_many");
  cr_assert_null(answer(&stage, "topics"));
  stage_text(&stage, "mina", "1, 2, 3");
  cr_assert_eq(answer(&stage, "topics")->values.count, 3);
}

Test(intake_questions, no_preference_is_its_own_answer) {
  STAGE(stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  at_question(&stage, "style");
  stage_choose(&stage, "mina", "no_preference");
  cr_assert_eq(answer(&stage, "style")->state, ANSWER_NO_PREFERENCE);
  stage_choose(&stage, "mina", "no_matter");
  cr_assert_eq(answer(&stage, "organisation_wish")->state, ANSWER_NO_PREFERENCE);
  stage_text(&stage, "mina", "skip");
  cr_assert_eq(answer(&stage, "profession_wish")->state, ANSWER_SKIPPED);
  cr_assert_null(answer(&stage, "grade_wish"), "not asked yet");
}

Test(intake_questions, the_grid_is_asked_of_those_who_wanted_it) {
  MINA_AT(stage, "ask/times");
  stage_choose(&stage, "mina", "grid");
  cr_assert_str_eq(stage_step(&stage, "mina"), "ask/times_grid");
  const struct talk *talk = stage_talk(&stage, "mina");
  cr_assert_eq(talk->offers.count, 15);
  stage_text(&stage, "mina", "1 15");
  cr_assert_eq(answer(&stage, "times_grid")->values.count, 2);
  cr_assert_str_eq(answer(&stage, "times_grid")->values.items[1], "fri_afternoon");
  cr_assert_str_eq(stage_step(&stage, "mina"), "apart");
  stage_choose(&stage, "mina", "nobody");
  const struct out *review = stage_said(&stage, "mina", "intake.review");
  size_t answers = 0;
  for (size_t i = 0; i < review->lines.count; i++) answers += strcmp(review->lines.items[i].words, "review.answer") == 0;
  cr_assert_eq(answers, 4, "topics, how, how often and the week itself, not that they went through it");
}

Test(intake_questions, long_words_are_asked_for_again) {
  STAGE(stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  at_question(&stage, "bio");
  char *text = arena_alloc(stage.arena, 1000);
  for (int i = 0; i < 301; i++) memcpy(text + 2 * i, "é", 2);
  stage_text(&stage, "mina", text);
  SAID(&stage, "mina", "intake.too_long");
  cr_assert_null(answer(&stage, "bio"));
  text[600] = '\0'; /* 300 characters, 600 bytes */
  stage_text(&stage, "mina", text);
  cr_assert_str_eq(answer(&stage, "bio")->values.items[0], text);
}

Test(intake_questions, identity_is_asked_after_consent_and_sealed) {
  STAGE(stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  at_question(&stage, "identity");
  stage_text(&stage, "mina", "MARKER-identity");
  const struct answer *identity = answer(&stage, "identity");
  cr_assert_eq(identity->state, ANSWER_ANSWERED);
  cr_assert_not_null(identity->sealed);
  cr_assert_eq(identity->values.count, 0);
  cr_assert_not(stage_ops_have(&stage, "MARKER"));
  const struct txn_seal_request *seals;
  cr_assert_eq(txn_seals(stage.last, &seals), 1);
  cr_assert_str_eq(seals[0].field, "enrolment.answers.identity");
  cr_assert_str_eq(seals[0].owner, stage_id(&stage, "mina"));
  cr_assert_str_eq(seals[0].plain, "MARKER-identity");
}

Test(intake_questions, a_sealed_answer_is_kept_changed_or_taken_back) {
  STAGE(stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  at_question(&stage, "identity");
  stage_text(&stage, "mina", "MARKER-identity");
  const char *first = arena_text(stage.arena, answer(&stage, "identity")->sealed);
  stage_text(&stage, "mina", "me");
  stage_choose(&stage, "mina", "ask/identity");
  const struct out *row = stage.rows[stage.row_count - 1];
  for (size_t i = 0; i < row->choices.count; i++) cr_assert_eq(row->choices.items[i].params.count, 0, "keep names nothing");
  stage_choose(&stage, "mina", "keep");
  cr_assert_str_eq(answer(&stage, "identity")->sealed, first);
  stage_choose(&stage, "mina", "ask/identity");
  stage_text(&stage, "mina", "MARKER-other");
  cr_assert_str_neq(answer(&stage, "identity")->sealed, first);
  stage_choose(&stage, "mina", "ask/identity");
  stage_text(&stage, "mina", "skip");
  cr_assert_null(answer(&stage, "identity")->sealed);
  cr_assert_eq(answer(&stage, "identity")->state, ANSWER_SKIPPED);
}

Test(intake_questions, no_consent_no_question) {
  STAGE(stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  at_question(&stage, "identity_consent");
  stage_choose(&stage, "mina", "no");
  cr_assert_str_eq(stage_step(&stage, "mina"), "nothing");
  cr_assert_null(answer(&stage, "identity"));
}

Test(intake_questions, what_was_said_before_is_kept_with_one_tap) {
  MINA_AT(stage, "ask/how");
  stage_text(&stage, "mina", "back");
  const struct talk *talk = stage_talk(&stage, "mina");
  cr_assert_str_eq(talk->offers.items[talk->offers.count - 1].value, "keep");
  stage_choose(&stage, "mina", "keep");
  cr_assert_str_eq(answer(&stage, "topics")->values.items[0], "confidence");
  cr_assert_str_eq(stage_step(&stage, "mina"), "ask/how");
}

/* ---- versions: an open talk keeps its set ---- */
static void new_version(struct stage *stage, const char *question, bool required) {
  struct txn *txn = stage_hand(stage);
  struct question_set *set = txn_add(txn, RECORD_QUESTION_SET, "q-pilot-1-2");
  *LIST_ADD(txn_arena(txn), &set->questions) = (struct question){.id = question, .kind = QUESTION_TEXT, .role = "all", .text = "Own words?", .step = 3, .required = required};
  ((struct programme *)txn_edit(txn, RECORD_PROGRAMME, "pilot-1"))->question_set = "q-pilot-1-2";
  stage_apply(stage);
}

Test(intake_questions, an_open_talk_keeps_its_own_version) {
  MINA_AT(stage, "ask/topics");
  new_version(&stage, "rank", false);
  stage_text(&stage, "mina", "1");
  cr_assert_str_eq(stage_step(&stage, "mina"), "ask/how");
  stage_text(&stage, "mina", "cancel");
  stage_text(&stage, "mina", "join");
  cr_assert_str_eq(stage_step(&stage, "mina"), "ask/how", "also after a rest");
  (void)stage_person(&stage, "kim", "Kim Lee");
  (void)stage_signing_up(&stage, "kim", "ask/rank");
}

Test(intake_questions, own_questions_in_own_words) {
  STAGE(stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  new_version(&stage, "rank", true);
  (void)stage_signing_up(&stage, "mina", "ask/rank");
  const struct out *row = stage_said(&stage, "mina", "intake.own_question");
  cr_assert_str_eq(row->params.items[0].values.items[0], "Own words?");
  stage_text(&stage, "mina", "skip");
  SAID(&stage, "mina", "talk.no_skip");
  stage_text(&stage, "mina", "Sergeant at heart");
  cr_assert_str_eq(answer(&stage, "rank")->values.items[0], "Sergeant at heart");
  cr_assert_str_eq(stage_step(&stage, "mina"), "apart");
}

Test(intake_questions, a_question_that_its_set_lost_does_not_hold_anybody_up) {
  MINA_AT(stage, "ask/topics");
  struct txn *txn = stage_hand(&stage);
  struct question_set *set = txn_edit(txn, RECORD_QUESTION_SET, "q-pilot-1-1");
  set->questions.count = 0;
  stage_apply(&stage);
  stage_text(&stage, "mina", "why");
  stage_text(&stage, "mina", "skip");
  cr_assert_str_eq(stage_step(&stage, "mina"), "apart");
}
