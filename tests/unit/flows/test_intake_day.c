/* test_intake_day.c: a question for a day: what is taken, what is said instead, whose today it is, and what is kept. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "bot/flows/flows.h"
#include "tests/unit/bot/stage.h"

#define LATER "2027-03-01" /* a Monday, seven weeks from the stage's now */

static const struct answer *answer(struct stage *stage) {
  return stage_answer(stage_enrolment(stage, "mina"), "start");
}

/* The scheme asks one question of its own: a day, at most `days` ahead. */
static void ask_for_a_day(struct stage *stage, int64_t days, enum question_kind kind) {
  struct txn *txn = stage_hand(stage);
  struct question_set *set = txn_add(txn, RECORD_QUESTION_SET, "q-pilot-1-2");
  *LIST_ADD(txn_arena(txn), &set->questions) =
      (struct question){.id = "start", .kind = kind, .role = "all", .text = "When could you start?", .step = 3, .choose_max = days};
  ((struct programme *)txn_edit(txn, RECORD_PROGRAMME, "pilot-1"))->question_set = "q-pilot-1-2";
  stage_apply(stage);
}

static void in_zone(struct stage *stage, const char *zone) {
  struct txn *txn = stage_hand(stage);
  ((struct person *)txn_edit(txn, RECORD_PERSON, stage_id(stage, "mina")))->zone = zone;
  stage_apply(stage);
}

#define MINA_ASKED(stage, days)                            \
  STAGE(stage);                                            \
  (void)stage_person(&stage, "mina", "Mina Park");         \
  ask_for_a_day(&stage, days, QUESTION_DATE);              \
  (void)stage_signing_up(&stage, "mina", "ask/start")

static const struct out *question(struct stage *stage) {
  return stage_said(stage, "mina", "intake.own_question");
}

static const char *param(const struct out *row, const char *name) {
  for (size_t i = 0; i < row->params.count; i++) {
    if (strcmp(row->params.items[i].name, name) == 0) return row->params.items[i].values.items[0];
  }
  return NULL;
}

/* ---- asking ---- */
Test(intake_day, it_is_asked_with_its_bounds) {
  MINA_ASKED(stage, 60);
  const struct out *row = question(&stage);
  cr_assert_eq(row->input, IN_DATE);
  cr_assert_str_eq(row->date_min, "2027-01-11");
  cr_assert_str_eq(row->date_max, "2027-03-12");
  cr_assert_null(row->date_set);
  cr_assert(stage_has_line(row, "intake.date_days"));
  cr_assert_eq(row->choices.count, 0);
  cr_assert_eq(row->choose_max, 0, "days ahead are no characters");
}

Test(intake_day, without_a_bound_a_year_is_enough) {
  MINA_ASKED(stage, 0);
  cr_assert_str_eq(question(&stage)->date_max, "2028-01-12"); /* 366 days */
  stage_text(&stage, "mina", "13 January 2028");
  SAID(&stage, "mina", "intake.date_bounds");
  stage_text(&stage, "mina", "12 January 2028");
  cr_assert_str_eq(answer(&stage)->values.items[0], "2028-01-12");
}

Test(intake_day, today_is_the_persons_own) {
  MINA_ASKED(stage, 60); /* 10:00 in London */
  in_zone(&stage, "Pacific/Kiritimati");
  stage_text(&stage, "mina", "why");
  cr_assert_str_eq(question(&stage)->date_min, "2027-01-12", "it is past midnight there");
  stage_text(&stage, "mina", "11 January 2027");
  SAID(&stage, "mina", "intake.date_bounds");
  in_zone(&stage, "Pacific/Pago_Pago");
  stage_text(&stage, "mina", "today");
  cr_assert_str_eq(answer(&stage)->values.items[0], "2027-01-10", "it is still Sunday there");
}

/* ---- reading ---- */
Test(intake_day, what_was_read_is_said_with_the_day_and_stored_plain) {
  MINA_ASKED(stage, 60);
  stage_text(&stage, "mina", "1/3/2027");
  cr_assert_str_eq(param(stage_said(&stage, "mina", "intake.date_read"), "date"), LATER);
  cr_assert(stage_has_line(stage.rows[0], "talk.you_answered"), "words typed are not repeated, the day they were read as is");
  cr_assert_eq(answer(&stage)->state, ANSWER_ANSWERED);
  cr_assert_eq(answer(&stage)->values.count, 1);
  cr_assert_str_eq(answer(&stage)->values.items[0], LATER);
  cr_assert_str_eq(stage_step(&stage, "mina"), "apart");
  cr_assert_not(stage_ops_have(&stage, "Monday"), "no word of a language is stored");
}

Test(intake_day, a_day_from_a_field_needs_no_word) {
  MINA_ASKED(stage, 60);
  const char *dates[] = {LATER};
  const struct field_value values[] = {{.name = "text", .values = dates, .value_count = 1}};
  const struct talk *talk = stage_talk(&stage, "mina");
  char token[100];
  (void)snprintf(token, sizeof token, "%s.%s.%lld", talk->id, talk->step, (long long)talk->nonce);
  struct event event = {.kind = EVENT_FORM, .workspace = "web/city", .person = {.id = "mina"}, .button = token, .values = values, .value_count = 1};
  stage_run(&stage, &event);
  NOT_SAID(&stage, "mina", "intake.date_read");
  const struct out *closed = stage.rows[0]; /* the card itself says what was picked */
  cr_assert_eq(closed->kind, OUT_EDIT);
  const struct line *chose = &closed->lines.items[closed->lines.count - 1];
  cr_assert_str_eq(chose->words, "talk.you_chose");
  cr_assert_eq(chose->params.items[0].kind, PARAM_DAY);
  cr_assert_str_eq(chose->params.items[0].values.items[0], LATER);
  cr_assert_str_eq(answer(&stage)->values.items[0], LATER);
  stage_run(&stage, &event);
  cr_assert_str_eq(stage.reply, "press.late", "the same field once more");
}

Test(intake_day, what_cannot_be_taken_gets_a_sentence_and_the_question_again) {
  static const struct {
    const char *text, *said;
  } cases[] = {{"soon", "intake.date_unread"},      {"31 April", "intake.date_none"},     {"2027-02-29", "intake.date_none"},
               {"10 January 2027", "intake.date_bounds"}, {"13/3/2027", "intake.date_bounds"}, {"in a year", "intake.date_bounds"}};
  MINA_ASKED(stage, 60);
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    stage_text(&stage, "mina", cases[i].text);
    SAID(&stage, "mina", cases[i].said);
    cr_assert_not_null(question(&stage), "\"%s\": asked again", cases[i].text);
    cr_assert_null(answer(&stage), "\"%s\" was kept", cases[i].text);
  }
  stage_text(&stage, "mina", "2027-03-12"); /* the last day itself */
  cr_assert_str_eq(answer(&stage)->values.items[0], "2027-03-12");
}

Test(intake_day, the_sentences_name_days) {
  MINA_ASKED(stage, 60);
  stage_text(&stage, "mina", "in a year");
  const struct out *row = stage_said(&stage, "mina", "intake.date_bounds");
  cr_assert_str_eq(param(row, "date"), "2028-01-11");
  cr_assert_str_eq(param(row, "first"), "2027-01-11");
  cr_assert_str_eq(param(row, "last"), "2027-03-12");
  stage_text(&stage, "mina", "perhaps");
  cr_assert_str_eq(param(stage_said(&stage, "mina", "intake.date_unread"), "example"), "2027-01-25");
}

/* ---- skip, back, why, keep ---- */
Test(intake_day, it_is_skipped_like_any_question) {
  MINA_ASKED(stage, 60);
  stage_text(&stage, "mina", "why");
  SAID(&stage, "mina", "talk.why");
  stage_text(&stage, "mina", "skip");
  cr_assert_eq(answer(&stage)->state, ANSWER_SKIPPED);
  cr_assert_eq(answer(&stage)->values.count, 0);
}

Test(intake_day, a_day_can_be_kept_or_changed) {
  MINA_ASKED(stage, 60);
  stage_text(&stage, "mina", "1 March");
  stage_text(&stage, "mina", "back");
  const struct out *row = question(&stage);
  cr_assert_eq(row->input, IN_DATE);
  cr_assert_str_eq(row->date_set, LATER);
  cr_assert(stage_has_line(row, "intake.date_kept"));
  cr_assert_str_eq(row->choices.items[0].value, "keep");
  stage_choose(&stage, "mina", "keep");
  cr_assert_str_eq(answer(&stage)->values.items[0], LATER);
  stage_text(&stage, "mina", "back");
  stage_text(&stage, "mina", "tomorrow");
  cr_assert_str_eq(answer(&stage)->values.items[0], "2027-01-12");
}

Test(intake_day, a_day_that_is_over_is_not_offered_again) {
  MINA_ASKED(stage, 60);
  stage_text(&stage, "mina", "tomorrow");
  stage.now_ms += 2 * (int64_t)STAGE_DAY_MS;
  stage_text(&stage, "mina", "back");
  cr_assert_null(question(&stage)->date_set);
  cr_assert_eq(question(&stage)->choices.count, 0);
  stage_text(&stage, "mina", "skip");
  cr_assert_eq(answer(&stage)->state, ANSWER_SKIPPED);
}

/* ---- the review ---- */
static const struct param *reviewed(struct stage *stage) {
  const struct out *row = stage_said(stage, "mina", "intake.review");
  for (size_t i = 0; i < row->lines.count; i++) {
    const struct line *line = &row->lines.items[i];
    if (strcmp(line->words, "review.answer") == 0) return &line->params.items[line->params.count - 1];
  }
  return NULL;
}

Test(intake_day, the_review_shows_a_day_as_a_day) {
  MINA_ASKED(stage, 60);
  stage_text(&stage, "mina", "1 March");
  stage_choose(&stage, "mina", "nobody");
  const struct param *shown = reviewed(&stage);
  cr_assert_eq(shown->kind, PARAM_DAY);
  cr_assert_str_eq(shown->values.items[0], LATER);
}

Test(intake_day, words_from_before_it_was_a_day_stay_readable) {
  STAGE(stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  ask_for_a_day(&stage, 0, QUESTION_TEXT);
  (void)stage_signing_up(&stage, "mina", "ask/start");
  stage_text(&stage, "mina", "After Easter");
  struct txn *txn = stage_hand(&stage);
  ((struct question_set *)txn_edit(txn, RECORD_QUESTION_SET, "q-pilot-1-2"))->questions.items[0].kind = QUESTION_DATE;
  stage_apply(&stage);
  stage_choose(&stage, "mina", "nobody");
  cr_assert_str_eq(reviewed(&stage)->values.items[0], "After Easter");
  stage_choose(&stage, "mina", "ask/start");
  cr_assert_null(question(&stage)->date_set, "it is no day that could be kept");
}
