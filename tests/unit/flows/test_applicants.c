/* test_applicants.c: accepted, wait-listed, declined, trained: each told to the person in the same turn, none by somebody above them. */
#include "bot/flows/flows.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

/* jo and sam manage; mina and kim applied, kim is below jo. */
static void cast(struct stage *stage) {
  stage_cast(stage);
  stage_add(stage, "sam", "Sam Reed", ROLE_MANAGER);
  (void)stage_person(stage, "mina", "Mina Park");
  (void)stage_enrol(stage, "mina", ROLE_MENTEE, ENROLMENT_APPLIED);
  (void)stage_person(stage, "kim", "Kim Lee");
  (void)stage_enrol(stage, "kim", ROLE_MENTEE, ENROLMENT_APPLIED);
  stage_line(stage, "kim", "jo");
}

static const char *id_of(struct stage *stage, const char *user) {
  return arena_text(stage->arena, stage_enrolment(stage, user)->id);
}

/* Jo decides one by one, and is asked what to tell Mina. */
static void ask_about_mina(struct stage *stage) {
  cast(stage);
  stage_text(stage, "jo", "applicants");
  stage_choose(stage, "jo", "one");
  stage_choose(stage, "jo", id_of(stage, "mina"));
}

static void set_trained(struct stage *stage, const char *user, bool trained) {
  const char *id = id_of(stage, user);
  ((struct enrolment *)txn_edit(stage_hand(stage), RECORD_ENROLMENT, id))->trained = trained;
  stage_apply(stage);
}

Test(applicants, everybody_at_once_but_those_below_the_manager) {
  STAGE(stage);
  cast(&stage);
  stage_text(&stage, "jo", "applicants");
  const struct out *row = stage_said(&stage, "jo", "applicants.list");
  cr_assert(stage_names(&stage, row, "mina") && !stage_names(&stage, row, "kim"));
  stage_choose(&stage, "jo", "accept_all");
  SAID(&stage, "mina", "applicants.accepted");
  cr_assert_eq(stage_told(&stage, "kim"), 0);
  cr_assert_eq(stage_enrolment(&stage, "mina")->state, ENROLMENT_ACCEPTED);
  cr_assert_eq(stage_enrolment(&stage, "kim")->state, ENROLMENT_APPLIED);
  SAID(&stage, "jo", "applicants.nobody");
  stage_text(&stage, "sam", "applicants");
  cr_assert(stage_names(&stage, stage_said(&stage, "sam", "applicants.list"), "kim"));
}

static const struct {
  const char *value, *words;
  enum enrolment_state state;
} decisions[] = {{"accept", "applicants.accepted", ENROLMENT_ACCEPTED},
                 {"wait", "applicants.waitlisted", ENROLMENT_WAITLISTED},
                 {"decline", "applicants.declined", ENROLMENT_DECLINED}};

Test(applicants, one_by_one) {
  for (size_t i = 0; i < ARRAY_LEN(decisions); i++) {
    STAGE(stage);
    ask_about_mina(&stage);
    SAID(&stage, "jo", "applicants.what");
    stage_choose(&stage, "jo", decisions[i].value);
    SAID(&stage, "mina", decisions[i].words);
    cr_assert_eq(stage_enrolment(&stage, "mina")->state, decisions[i].state);
    cr_assert_eq(stage_enrolment(&stage, "mina")->changed_ms, stage.now_ms);
    cr_assert_str_eq(stage_talk(&stage, "jo")->step, "list");
    cr_assert_eq(stage_audits(&stage, enrolment_state_name(decisions[i].state)), 1);
  }
}

Test(applicants, who_waits_is_decided_later) {
  STAGE(stage);
  cast(&stage);
  ((struct enrolment *)txn_edit(stage_hand(&stage), RECORD_ENROLMENT, id_of(&stage, "mina")))->state = ENROLMENT_WAITLISTED;
  stage_apply(&stage);
  stage_text(&stage, "jo", "applicants");
  const struct talk *talk = stage_talk(&stage, "jo");
  for (size_t i = 0; i < talk->offers.count; i++) cr_assert_str_neq(talk->offers.items[i].value, "accept_all", "the waiting are not swept in");
  stage_choose(&stage, "jo", "one");
  stage_choose(&stage, "jo", id_of(&stage, "mina"));
  stage_choose(&stage, "jo", "accept");
  cr_assert_eq(stage_enrolment(&stage, "mina")->state, ENROLMENT_ACCEPTED);
}

Test(applicants, a_right_lost_between_question_and_answer) {
  STAGE(stage);
  ask_about_mina(&stage);
  stage_line(&stage, "mina", "jo");
  stage_choose(&stage, "jo", "accept");
  cr_assert_eq(stage_enrolment(&stage, "mina")->state, ENROLMENT_APPLIED);
  cr_assert_eq(stage_told(&stage, "mina"), 0);
}

Test(applicants, a_question_asked_again_names_nobody_the_manager_lost) {
  STAGE(stage);
  ask_about_mina(&stage);
  stage_line(&stage, "mina", "jo");
  stage_text(&stage, "jo", "why");
  for (size_t i = 0; i < stage.row_count; i++) cr_assert_not(stage_names(&stage, stage.rows[i], "mina"), "%s", stage.rows[i]->words);
  stage_choose(&stage, "jo", "close");
  cr_assert_eq(stage_enrolment(&stage, "mina")->state, ENROLMENT_APPLIED);
  cr_assert_str_eq(stage_talk(&stage, "jo")->step, "list");
}

/* Decided by another manager meanwhile: an old question does not undo it. */
Test(applicants, an_old_question_decides_nothing_that_is_decided) {
  STAGE(stage);
  ask_about_mina(&stage);
  stage_text(&stage, "sam", "applicants");
  stage_choose(&stage, "sam", "accept_all");
  (void)stage_pair(&stage, "mina", "ben", PAIR_INTRODUCED);
  stage_choose(&stage, "jo", "decline");
  cr_assert_eq(stage_enrolment(&stage, "mina")->state, ENROLMENT_ACCEPTED);
  cr_assert_eq(stage_told(&stage, "mina"), 0);
}

/* ---- training ---- */
/* Aisha and Ben are not; Jo is asked who has done the course. */
static void ask_who_is_trained(struct stage *stage) {
  cast(stage);
  set_trained(stage, "aisha", false);
  set_trained(stage, "ben", false);
  stage_text(stage, "jo", "applicants");
  stage_choose(stage, "jo", "train");
}

Test(applicants, training_is_marked_for_several) {
  STAGE(stage);
  ask_who_is_trained(&stage);
  stage_text(&stage, "jo", "1, 2");
  SAID(&stage, "aisha", "applicants.trained");
  SAID(&stage, "ben", "applicants.trained");
  cr_assert(stage_enrolment(&stage, "aisha")->trained && stage_enrolment(&stage, "ben")->trained);
  cr_assert_str_eq(stage_talk(&stage, "jo")->step, "list");
}

/* Two managers tick the same names: who was trained hears of it once, who left meanwhile not at all. */
Test(applicants, training_that_another_manager_marked_is_not_told_again) {
  STAGE(stage);
  ask_who_is_trained(&stage);
  set_trained(&stage, "aisha", true);
  ((struct enrolment *)txn_edit(stage_hand(&stage), RECORD_ENROLMENT, id_of(&stage, "ben")))->state = ENROLMENT_LEFT;
  stage_apply(&stage);
  stage_text(&stage, "jo", "1, 2");
  cr_assert_eq(stage_told(&stage, "aisha") + stage_told(&stage, "ben"), 0);
  cr_assert_not(stage_enrolment(&stage, "ben")->trained);
  cr_assert_eq(stage_audits(&stage, "trained"), 0);
}

Test(applicants, when_nobody_is_left_to_train_there_is_a_way_back) {
  STAGE(stage);
  ask_who_is_trained(&stage);
  set_trained(&stage, "aisha", true);
  set_trained(&stage, "ben", true);
  stage_text(&stage, "jo", "why");
  SAID(&stage, "jo", "applicants.nobody");
  cr_assert_str_eq(stage_talk(&stage, "jo")->step, "train");
  stage_text(&stage, "jo", "1");
  cr_assert_str_eq(stage_talk(&stage, "jo")->step, "list");
}

Test(applicants, training_with_a_slip_marks_nobody) {
  STAGE(stage);
  cast(&stage);
  set_trained(&stage, "aisha", false);
  stage_text(&stage, "jo", "applicants");
  stage_choose(&stage, "jo", "train");
  stage_text(&stage, "jo", "1, bananas");
  SAID(&stage, "jo", "talk.not_understood");
  cr_assert_not(stage_enrolment(&stage, "aisha")->trained);
}

Test(applicants, a_recused_manager_trains_nobody_of_theirs) {
  STAGE(stage);
  cast(&stage);
  set_trained(&stage, "aisha", false);
  stage_text(&stage, "jo", "applicants");
  stage_choose(&stage, "jo", "train");
  stage_line(&stage, "aisha", "jo");
  stage_text(&stage, "jo", "1");
  cr_assert_not(stage_enrolment(&stage, "aisha")->trained);
  cr_assert_eq(stage_told(&stage, "aisha"), 0);
}

Test(applicants, close_ends_it) {
  STAGE(stage);
  cast(&stage);
  stage_text(&stage, "jo", "applicants");
  stage_choose(&stage, "jo", "close");
  cr_assert_eq(stage_open_talks(&stage, "jo"), 0);
}

static void crowd(struct stage *stage, int count) {
  cast(stage);
  for (int i = 0; i < count; i++) {
    const char *user = arena_format(stage->arena, "m%d", i);
    (void)stage_person(stage, user, user);
    (void)stage_enrol(stage, user, ROLE_MENTEE, ENROLMENT_APPLIED);
  }
}

/* A turn is bounded: the rest stands in the list that is shown again. */
Test(applicants, of_very_many_the_rest_waits_for_the_next_press) {
  STAGE(stage);
  crowd(&stage, 350);
  stage_text(&stage, "jo", "applicants");
  stage_choose(&stage, "jo", "accept_all");
  cr_assert_eq(stage.err, ERR_NONE);
  cr_assert_eq(stage_enrolment(&stage, "m150")->state, ENROLMENT_ACCEPTED);
  cr_assert_eq(stage_enrolment(&stage, "m349")->state, ENROLMENT_APPLIED);
  stage_choose(&stage, "jo", "accept_all");
  cr_assert_eq(stage.err, ERR_NONE);
  cr_assert_eq(stage_enrolment(&stage, "m349")->state, ENROLMENT_ACCEPTED);
}

Test(applicants, many_are_accepted_in_one_turn) {
  STAGE(stage);
  crowd(&stage, 150);
  stage_text(&stage, "jo", "applicants");
  cr_assert_leq(stage_said(&stage, "jo", "applicants.list")->lines.count, 80);
  stage_choose(&stage, "jo", "accept_all");
  cr_assert_eq(stage.err, ERR_NONE);
  cr_assert_eq(stage_enrolment(&stage, "m149")->state, ENROLMENT_ACCEPTED);
}

/* A card that was answered is told once more: whom the manager may not be shown since is not named on it. */
Test(applicants, a_closed_card_names_nobody_who_is_below_the_manager_by_now) {
  STAGE(stage);
  cast(&stage);
  stage_text(&stage, "jo", "applicants");
  stage_choose(&stage, "jo", "one");
  stage_line(&stage, "mina", "jo");
  stage_choose(&stage, "jo", id_of(&stage, "mina"));
  bool closed = false;
  for (size_t i = 0; i < stage.row_count; i++) {
    const struct out *row = stage.rows[i];
    if (row->kind != OUT_EDIT) continue;
    closed = true;
    for (size_t k = 0; k < row->lines.count; k++) {
      for (size_t p = 0; p < row->lines.items[k].params.count; p++) cr_assert_not(strs_has(row->lines.items[k].params.items[p].values, "Mina Park"));
    }
  }
  cr_assert(closed);
}
