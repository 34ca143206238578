/* test_engine_hear.c: numbers, labels, lists, presses and forms become answers; what is none is told apart and answered kindly. */
#include "bot/engine.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

/* mina stands at this step of signing up. */
#define MINA_AT(stage, step)                       \
  STAGE(stage);                                    \
  (void)stage_person(&stage, "mina", "Mina Park"); \
  (void)stage_signing_up(&stage, "mina", step)

static const char *answer(struct stage *stage, const char *user, const char *question) {
  const struct enrolment *enrolment = stage_enrolment(stage, user);
  for (size_t i = 0; i < enrolment->answers.count; i++) {
    const struct answer *found = &enrolment->answers.items[i];
    if (strcmp(found->question, question) != 0) continue;
    const char *text = arena_format(stage->arena, "%s:", answer_state_name(found->state));
    for (size_t k = 0; k < found->values.count; k++) text = arena_format(stage->arena, "%s%s%s", text, k == 0 ? "" : ",", found->values.items[k]);
    return text;
  }
  return "none";
}

/* ---- typed ---- */
static const struct {
  const char *typed, *answer;
} lists[] = {
    {"1, 3", "answered:communication,conflict"},  {"1 3", "answered:communication,conflict"}, {"3,1", "answered:communication,conflict"},
    {"1;3", "answered:communication,conflict"},   {"1\n3", "answered:communication,conflict"}, {" 1 ,, 3 ", "answered:communication,conflict"},
    {"1 1 1", "answered:communication"},          {"14", "answered:other"},                    {"career_move", "answered:career_move"},
    {"CONFIDENCE.", "answered:confidence"},       {"1, 2, 3", "answered:communication,leading_people,conflict"},
    {"1 2 3", "answered:communication,leading_people,conflict"}, {"+2", "answered:leading_people"}, {"02", "answered:leading_people"},
};

Test(engine_hear, lists_of_numbers_and_values) {
  for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
    MINA_AT(stage, "ask/topics");
    stage_text(&stage, "mina", lists[i].typed);
    cr_assert_str_eq(answer(&stage, "mina", "topics"), lists[i].answer, "'%s'", lists[i].typed);
    cr_assert_str_eq(stage_step(&stage, "mina"), "ask/how");
  }
}

Test(engine_hear, labels_as_they_were_shown) {
  MINA_AT(stage, "ask/topics");
  const struct talk *talk = stage_talk(&stage, "mina");
  const char *label = arena_text(stage.arena, talk->offers.items[4].label), *other = arena_text(stage.arena, talk->offers.items[0].label);
  stage_text(&stage, "mina", arena_format(stage.arena, " %s,%s", label, other));
  cr_assert_str_eq(answer(&stage, "mina", "topics"), "answered:communication,problem_solving");
}

static const char *const no_offers[] = {"0", "15", "-1", "1.5", "1e3", "99999999999999999999", "0x1", "1, bananas", "bananas", "1 and 3", "1 15", "communications"};

Test(engine_hear, what_is_no_offer_changes_nothing) {
  for (size_t i = 0; i < ARRAY_LEN(no_offers); i++) {
    MINA_AT(stage, "ask/topics");
    stage_text(&stage, "mina", no_offers[i]);
    cr_assert_str_eq(answer(&stage, "mina", "topics"), "none", "'%s'", no_offers[i]);
    cr_assert_str_eq(stage_step(&stage, "mina"), "ask/topics");
    SAID(&stage, "mina", "talk.not_understood");
    SAID(&stage, "mina", "intake.topics");
  }
}

Test(engine_hear, more_than_one_where_one_is_asked) {
  MINA_AT(stage, "ask/how_often");
  stage_text(&stage, "mina", "1 2");
  SAID(&stage, "mina", "talk.only_one");
  cr_assert_str_eq(answer(&stage, "mina", "how_often"), "none");
  stage_text(&stage, "mina", "2");
  cr_assert_str_eq(answer(&stage, "mina", "how_often"), "answered:fortnightly");
}

Test(engine_hear, a_label_may_hold_commas) {
  STAGE(stage);
  struct txn *txn = stage_hand(&stage);
  ((struct organisation *)txn_add(txn, RECORD_ORGANISATION, "docks"))->name = "Docks, Quays, and Co.";
  stage_apply(&stage);
  stage_text(&stage, "mina", "i want a mentor");
  stage_choose(&stage, "mina", "yes");
  cr_assert_str_eq(stage_step(&stage, "mina"), "about_you/organisation");
  stage_text(&stage, "mina", "docks, quays, and co");
  cr_assert_str_eq(stage_get_person(&stage, "mina")->organisation, "docks");
}

/* ---- free words ---- */
static const char *mina_in_department(struct stage *stage) {
  stage_text(stage, "mina", "i want a mentor");
  stage_choose(stage, "mina", "yes");
  cr_assert_str_eq(stage_step(stage, "mina"), "about_you/department");
  return "about_you/department";
}

Test(engine_hear, typed_words_are_trimmed) {
  STAGE(stage);
  (void)mina_in_department(&stage);
  stage_text(&stage, "mina", " \t Custody, night shift \n");
  cr_assert_str_eq(stage_get_person(&stage, "mina")->department, "Custody, night shift");
}

Test(engine_hear, no_words_are_no_answer) {
  static const struct {
    const char *text, *answer;
  } blank[] = {{"", "text.only_words"}, {NULL, "text.only_words"}, {" ", "talk.not_understood"}, {"\t\n ", "talk.not_understood"}};
  for (size_t i = 0; i < ARRAY_LEN(blank); i++) {
    STAGE(stage);
    const char *step = mina_in_department(&stage);
    stage_text(&stage, "mina", blank[i].text);
    cr_assert_str_eq(stage_step(&stage, "mina"), step);
    cr_assert_null(stage_get_person(&stage, "mina")->department);
    SAID(&stage, "mina", blank[i].answer);
  }
}

Test(engine_hear, help_is_never_an_answer) {
  STAGE(stage);
  const char *step = mina_in_department(&stage);
  stage_text(&stage, "mina", "Help");
  SAID(&stage, "mina", "help.text");
  cr_assert_str_eq(stage_step(&stage, "mina"), step);
  cr_assert_null(stage_get_person(&stage, "mina")->department);
}

Test(engine_hear, a_sentence_with_an_offer_in_it_is_a_sentence) {
  MINA_AT(stage, "line_manager");
  stage_text(&stage, "mina", "Somebody Else, none");
  cr_assert_eq(stage_get_person(&stage, "mina")->line_state, LINE_GIVEN, "not 'none'");
}

/* ---- the words that always work ---- */
Test(engine_hear, skip_where_it_is_allowed) {
  MINA_AT(stage, "ask/topics");
  stage_text(&stage, "mina", "SKIP");
  cr_assert_str_eq(answer(&stage, "mina", "topics"), "skipped:");
  cr_assert_str_eq(stage_step(&stage, "mina"), "ask/how");
}

Test(engine_hear, skip_where_it_is_refused) {
  MINA_AT(stage, "line_manager");
  stage_text(&stage, "mina", "skip");
  SAID(&stage, "mina", "talk.no_skip");
  SAID(&stage, "mina", "intake.line_manager");
  cr_assert_str_eq(stage_step(&stage, "mina"), "line_manager");
}

Test(engine_hear, why_is_answered_and_the_question_stays) {
  static const struct { const char *step, *why, *question; } steps[] = {
      {"about_you", "why.about_you", "intake.about_you"}, {"line_manager", "why.line_manager", "intake.line_manager"}, {"ask/topics", "why.topics", "intake.topics"}};
  for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
    MINA_AT(stage, steps[i].step);
    stage_text(&stage, "mina", "why?");
    SAID(&stage, "mina", steps[i].why);
    SAID(&stage, "mina", steps[i].question);
    cr_assert_str_eq(stage_step(&stage, "mina"), steps[i].step);
  }
}

Test(engine_hear, cancel_ends_the_talk_and_keeps_what_was_said) {
  MINA_AT(stage, "ask/how");
  const char *id = arena_text(stage.arena, stage_talk(&stage, "mina")->id);
  stage_text(&stage, "mina", "cancel");
  SAID(&stage, "mina", "intake.cancelled");
  cr_assert_eq(((const struct talk *)model_get(stage.model, RECORD_TALK, id))->state, TALK_DONE);
  cr_assert_str_eq(answer(&stage, "mina", "topics"), "answered:confidence");
  cr_assert_eq(stage_open_talks(&stage, "mina"), 0);
}

Test(engine_hear, stop_is_cancel_where_no_button_says_it) {
  static const char *const steps[] = {"line_manager", "ask/how", "review"};
  for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
    MINA_AT(stage, steps[i]);
    stage_text(&stage, "mina", "Stop.");
    SAID(&stage, "mina", "intake.cancelled");
    cr_assert_eq(stage_open_talks(&stage, "mina"), 0, "%s", steps[i]);
  }
}

/* ---- a plain yes or no, whatever the buttons say ---- */
Test(engine_hear, a_plain_yes_goes_on) {
  static const struct { const char *step, *words, *then; } ways[] = {
      {"about_you", "yes", "line_manager"}, {"about_you", "Yes please", "line_manager"}, {"review", "ok", "enough"}, {"apart", "no", "review"}};
  for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
    MINA_AT(stage, ways[i].step);
    stage_text(&stage, "mina", ways[i].words);
    cr_assert_str_eq(stage_step(&stage, "mina"), ways[i].then, "%s", ways[i].words);
  }
}

Test(engine_hear, no_to_the_start_is_a_fine_answer) {
  STAGE(stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  stage_text(&stage, "mina", "i want a mentor");
  stage_text(&stage, "mina", "No, thanks.");
  SAID(&stage, "mina", "intake.cancelled");
  cr_assert_eq(stage_open_talks(&stage, "mina"), 0);
}

Test(engine_hear, a_plain_yes_means_nothing_where_nothing_was_asked_so) {
  MINA_AT(stage, "ask/topics");
  stage_text(&stage, "mina", "yes");
  SAID(&stage, "mina", "talk.not_understood");
  cr_assert_str_eq(stage_step(&stage, "mina"), "ask/topics");
}

/* ---- presses ---- */
static void refused(struct stage *stage, const char *user, const char *token, const char *why) {
  stage_press(stage, user, token);
  cr_assert_str_eq(stage->reply == NULL ? "counted" : stage->reply, why, "%s", token);
  cr_assert_str_empty(stage->ops, "%s", token);
}

Test(engine_hear, a_second_press_is_late) {
  MINA_AT(stage, "ask/how_often");
  const char *token = stage_token(&stage, stage_talk(&stage, "mina"), "weekly");
  stage_press(&stage, "mina", token);
  cr_assert_str_eq(answer(&stage, "mina", "how_often"), "answered:weekly");
  refused(&stage, "mina", token, "press.late");
}

Test(engine_hear, a_press_on_an_older_asking_is_late) {
  MINA_AT(stage, "ask/how_often");
  const char *token = stage_token(&stage, stage_talk(&stage, "mina"), "weekly");
  stage_text(&stage, "mina", "why");
  refused(&stage, "mina", token, "press.late");
}

Test(engine_hear, other_peoples_presses) {
  MINA_AT(stage, "ask/how_often");
  (void)stage_person(&stage, "ben", "Ben Okoro");
  refused(&stage, "ben", stage_token(&stage, stage_talk(&stage, "mina"), "weekly"), "press.not_yours");
}

Test(engine_hear, a_press_after_the_end) {
  MINA_AT(stage, "ask/how_often");
  const char *token = stage_token(&stage, stage_talk(&stage, "mina"), "weekly");
  stage_text(&stage, "mina", "cancel");
  refused(&stage, "mina", token, "press.finished");
}

Test(engine_hear, forged_presses) {
  MINA_AT(stage, "ask/topics");
  const struct talk *talk = stage_talk(&stage, "mina");
  const char *id = arena_text(stage.arena, talk->id);
  int64_t nonce = talk->nonce;
  const char *other_step = arena_format(stage.arena, "%s.review.%lld.0", id, (long long)nonce);
  refused(&stage, "mina", other_step, "press.late");
  static const char *const positions[] = {"14", "99999999999999999999", "-1", "", "x", "0x1"};
  for (size_t i = 0; i < ARRAY_LEN(positions); i++) {
    stage_press(&stage, "mina", arena_format(stage.arena, "%s.ask/topics.%lld.%s", id, (long long)nonce++, positions[i]));
    cr_assert_eq(stage.err, ERR_NONE);
    cr_assert_str_eq(answer(&stage, "mina", "topics"), "none", "%s", positions[i]);
  }
}

Test(engine_hear, buttons_back_skip_why) {
  MINA_AT(stage, "ask/how");
  stage_press(&stage, "mina", stage_token(&stage, stage_talk(&stage, "mina"), "why"));
  SAID(&stage, "mina", "intake.how");
  stage_press(&stage, "mina", stage_token(&stage, stage_talk(&stage, "mina"), "back"));
  cr_assert_str_eq(stage_step(&stage, "mina"), "ask/topics");
  stage_press(&stage, "mina", stage_token(&stage, stage_talk(&stage, "mina"), "skip"));
  cr_assert_str_eq(answer(&stage, "mina", "topics"), "skipped:");
}

/* ---- the card that was answered ---- */
static const struct out *edited(struct stage *stage) {
  for (size_t i = 0; i < stage->row_count; i++) {
    if (stage->rows[i]->kind == OUT_EDIT) return stage->rows[i];
  }
  return NULL;
}

Test(engine_hear, an_answered_card_loses_its_buttons_and_shows_the_choice) {
  MINA_AT(stage, "ask/how_often");
  const char *shown = arena_text(stage.arena, stage_talk(&stage, "mina")->shown);
  stage_choose(&stage, "mina", "weekly");
  const struct out *edit = edited(&stage);
  cr_assert_not_null(edit);
  cr_assert_str_eq(edit->name, shown);
  cr_assert_eq(edit->choices.count + edit->extras.count, 0);
  cr_assert_null(edit->who);
  const struct line *line = &edit->lines.items[edit->lines.count - 1];
  cr_assert_str_eq(line->words, "talk.you_chose");
  cr_assert_eq(line->params.items[0].values.count, 1);
}

Test(engine_hear, typed_words_are_not_repeated_on_it) {
  STAGE(stage);
  (void)mina_in_department(&stage);
  stage_text(&stage, "mina", "Zebra Unit");
  const struct out *edit = edited(&stage);
  cr_assert_str_eq(edit->lines.items[edit->lines.count - 1].words, "talk.you_answered");
  cr_assert_eq(edit->lines.items[edit->lines.count - 1].params.items[0].values.count, 0);
  for (size_t i = 0; i < stage.row_count; i++) {
    for (size_t k = 0; k < stage.rows[i]->params.count; k++) cr_assert_not(strs_has(stage.rows[i]->params.items[k].values, "Zebra Unit"));
  }
}

/* Whoever typed it finds no buttons left on the old card, as whoever answered does. */
Test(engine_hear, a_card_that_was_left_loses_its_buttons_too) {
  static const struct { const char *typed, *words; } ways[] = {{"skip", "talk.you_skipped"}, {"Back", "talk.you_went_back"}, {"cancel", "talk.you_stopped"}};
  for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
    MINA_AT(stage, "ask/how");
    const char *shown = arena_text(stage.arena, stage_talk(&stage, "mina")->shown);
    stage_text(&stage, "mina", ways[i].typed);
    const struct out *edit = edited(&stage);
    cr_assert_not_null(edit, "%s", ways[i].typed);
    cr_assert_str_eq(edit->words, "intake.how", "the card that was left, not the one that comes");
    cr_assert_str_eq(edit->name, shown);
    cr_assert_eq(edit->choices.count + edit->extras.count, 0);
    cr_assert_str_eq(edit->lines.items[edit->lines.count - 1].words, ways[i].words);
  }
}

Test(engine_hear, a_card_that_stays_keeps_its_buttons) {
  static const char *const refusals[] = {"skip", "back"};
  for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
    STAGE(stage);
    stage_text(&stage, "mina", "i want a mentor");
    stage_text(&stage, "mina", refusals[i]);
    SAID(&stage, "mina", i == 0 ? "talk.no_skip" : "talk.no_back");
    cr_assert_null(edited(&stage), "%s", refusals[i]);
  }
}

/* ---- forms ---- */
static void form(struct stage *stage, const char *button, const char *text, size_t choice_count, const char *const *choices) {
  const char *texts[1] = {text};
  struct field_value fields[2] = {{"choices", choices, choice_count}, {"text", texts, 1}};
  struct event event = {.kind = EVENT_FORM, .workspace = "web/city", .person = {.id = "mina"}, .button = button, .values = fields,
                        .value_count = text == NULL ? 1 : 2};
  stage_run(stage, &event);
}

static const char *field_token(struct stage *stage) {
  const struct talk *talk = stage_talk(stage, "mina");
  return arena_format(stage->arena, "%s.%s.%lld", talk->id, talk->step, (long long)talk->nonce);
}

Test(engine_hear, a_form_with_several_choices) {
  MINA_AT(stage, "ask/topics");
  const struct talk *talk = stage_talk(&stage, "mina");
  const char *choices[] = {stage_token(&stage, talk, "conflict"), stage_token(&stage, talk, "communication")};
  form(&stage, field_token(&stage), NULL, 2, choices);
  cr_assert_str_eq(stage_step(&stage, "mina"), "ask/how");
  cr_assert_not_null(strstr(answer(&stage, "mina", "topics"), "conflict"));
  cr_assert_not_null(strstr(answer(&stage, "mina", "topics"), "communication"));
}

Test(engine_hear, a_form_with_typed_words) {
  STAGE(stage);
  (void)mina_in_department(&stage);
  form(&stage, field_token(&stage), " Custody ", 0, NULL);
  cr_assert_str_eq(stage_get_person(&stage, "mina")->department, "Custody");
}

Test(engine_hear, words_in_a_form_may_name_offers) {
  MINA_AT(stage, "ask/topics");
  form(&stage, field_token(&stage), "1, 3", 0, NULL);
  cr_assert_str_eq(answer(&stage, "mina", "topics"), "answered:communication,conflict");
}

/* Whatever stands in a form, at whatever step: an answer or a kind word, never a crash. */
Test(engine_hear, forms_nobody_would_send) {
  static const char *const steps[] = {"about_you", "line_manager", "ask/topics", "ask/how_often", "apart", "review"};
  static const char *const texts[] = {NULL, "", " ", "bananas", "1, bananas", "back", "99", "skip"};
  for (size_t i = 0; i < ARRAY_LEN(steps) * ARRAY_LEN(texts); i++) {
    MINA_AT(stage, steps[i / ARRAY_LEN(texts)]);
    const char *choices[] = {"", "do:match", "t999.x.1.0", "t1.ask/topics.1.999", "nonsense", "a.b.c.d.e"};
    form(&stage, field_token(&stage), texts[i % ARRAY_LEN(texts)], ARRAY_LEN(choices), choices);
    cr_assert_eq(stage.err, ERR_NONE);
    cr_assert(stage.row_count > 0 || stage.reply != NULL, "%s", steps[i / ARRAY_LEN(texts)]);
  }
}

Test(engine_hear, a_form_nothing_was_put_into) {
  MINA_AT(stage, "ask/topics");
  form(&stage, field_token(&stage), NULL, 0, NULL);
  SAID(&stage, "mina", "talk.not_understood");
  cr_assert_str_eq(stage_step(&stage, "mina"), "ask/topics");
}

Test(engine_hear, one_choice_too_many_in_a_form) {
  MINA_AT(stage, "ask/how_often");
  const struct talk *talk = stage_talk(&stage, "mina");
  const char *choices[] = {stage_token(&stage, talk, "weekly"), stage_token(&stage, talk, "monthly")};
  form(&stage, field_token(&stage), NULL, 2, choices);
  SAID(&stage, "mina", "talk.only_one");
  cr_assert_str_eq(answer(&stage, "mina", "how_often"), "none");
}

Test(engine_hear, the_same_choice_twice_is_one) {
  MINA_AT(stage, "ask/how_often");
  const struct talk *talk = stage_talk(&stage, "mina");
  const char *choices[] = {stage_token(&stage, talk, "weekly"), stage_token(&stage, talk, "weekly")};
  form(&stage, field_token(&stage), NULL, 2, choices);
  cr_assert_str_eq(answer(&stage, "mina", "how_often"), "answered:weekly");
}
