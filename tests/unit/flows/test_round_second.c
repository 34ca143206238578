/* test_round_second.c: a second choice is shown to managers who may know, asked at their word or by itself, and only while it holds. */
#include "bot/flows/flows.h"
#include "bot/match/match.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

/* jo and sam manage; aisha is a mentee; ben and dev can be mentors, both with a seat: one is the first choice, the other the second. */
static void cast(struct stage *stage) {
  stage_cast(stage);
  stage_add(stage, "sam", "Sam Reed", ROLE_MANAGER);
  stage_add(stage, "dev", "Dev Rao", ROLE_MENTOR);
}

static const char *first(struct stage *stage) {
  const struct pair *pair = stage_last_pair(stage);
  return strcmp(pair->mentor, stage_id(stage, "ben")) == 0 ? "ben" : "dev";
}

static const char *other(const char *mentor) {
  return strcmp(mentor, "ben") == 0 ? "dev" : "ben";
}

static void release(struct stage *stage, const char *after_no) {
  stage_text(stage, "jo", "match");
  stage_choose(stage, "jo", "release");
  stage_choose(stage, "jo", after_no);
  cr_assert_not_null(stage_last_pair(stage), "%s", stage_all(stage));
  cr_assert_not_null(stage_last_pair(stage)->second);
}

/* A row of this event to them names somebody, in a parameter or in a line. */
static bool named(struct stage *stage, const char *to, const char *user) {
  const char *reader = stage_id(stage, to);
  for (size_t r = 0; r < stage->row_count; r++) {
    const struct out *row = stage->rows[r];
    if (row->person != NULL && strcmp(row->person, reader) == 0 && stage_names(stage, row, user)) return true;
  }
  return false;
}

Test(round_second, a_manager_is_told_and_asks_and_the_mentee_hears_of_it_only_then) {
  STAGE(stage);
  cast(&stage);
  release(&stage, "ask");
  const char *ben = first(&stage), *dev = other(ben);
  cr_assert(!named(&stage, "aisha", dev));
  stage_choose(&stage, "aisha", "yes");
  cr_assert(!named(&stage, "aisha", dev));
  stage_choose(&stage, ben, "no");
  cr_assert(!named(&stage, "aisha", dev));
  const struct out *row = stage_said(&stage, "jo", "round.after_no");
  cr_assert(stage_has_line(row, "round.second_free"));
  cr_assert_str_eq(row->choices.items[0].value, "do:second Aisha Khan");
  cr_assert_eq(stage_told(&stage, dev), 0);
  stage_press(&stage, "jo", "do:second Aisha Khan");
  SAID(&stage, "jo", "round.second_question");
  stage_choose(&stage, "jo", "yes");
  SAID(&stage, "jo", "round.second_sent");
  row = stage_said(&stage, "aisha", "proposal.mentee");
  cr_assert(row != NULL && stage_names(&stage, row, dev));
  cr_assert_eq(stage_told(&stage, dev), 0, "the mentee is asked first, as always");
  cr_assert_null(stage_last_pair(&stage)->second, "a second choice has none of its own");
  cr_assert_eq(stage_audits(&stage, "asked second choice"), 1);
  stage_press(&stage, "sam", "do:second Aisha Khan");
  SAID(&stage, "sam", "round.second_none");
}

Test(round_second, leaving_it_asks_nobody) {
  STAGE(stage);
  cast(&stage);
  release(&stage, "ask");
  stage_choose(&stage, "aisha", "no");
  stage_text(&stage, "jo", "second @aisha");
  SAID(&stage, "jo", "round.second_question");
  stage_choose(&stage, "jo", "no");
  SAID(&stage, "jo", "round.left");
  cr_assert_eq(model_count(stage.model, RECORD_PAIR), 1);
}

Test(round_second, by_itself_after_a_no_then_a_reserve_then_the_manager) {
  STAGE(stage);
  cast(&stage);
  release(&stage, "reserve");
  const char *ben = first(&stage), *dev = other(ben);
  stage_add(&stage, "kim", "Kim Lee", ROLE_RESERVE);
  stage_choose(&stage, "aisha", "yes");
  stage_choose(&stage, ben, "no");
  SAID(&stage, "jo", "round.second_asked");
  SAID(&stage, "aisha", "proposal.mentee");
  cr_assert_str_eq(stage_last_pair(&stage)->mentor, stage_id(&stage, dev));
  stage_choose(&stage, "aisha", "no");
  SAID(&stage, "jo", "round.reserve_asked");
  cr_assert_str_eq(stage_last_pair(&stage)->mentor, stage_id(&stage, "kim"));
  stage_choose(&stage, "aisha", "no");
  SAID(&stage, "jo", "round.after_no");
}

Test(round_second, silence_is_like_a_no) {
  STAGE(stage);
  cast(&stage);
  release(&stage, "reserve");
  const char *dev = other(first(&stage));
  int64_t due = stage_last_pair(&stage)->answer_by_ms;
  stage.now_ms = due + 1;
  stage_due(&stage, arena_format(stage.arena, "pair/%s", stage_last_pair(&stage)->id), due);
  SAID(&stage, "jo", "round.second_asked");
  SAID(&stage, "aisha", "proposal.mentee");
  cr_assert_str_eq(stage_last_pair(&stage)->mentor, stage_id(&stage, dev));
}

static void not_offered(struct stage *stage) {
  stage_choose(stage, "aisha", "no");
  const struct out *row = stage_said(stage, "jo", "round.after_no");
  cr_assert(row != NULL && !stage_has_line(row, "round.second_free"), "%s", stage_all(stage));
  stage_text(stage, "jo", "second @aisha");
  SAID(stage, "jo", "round.second_none");
}

Test(round_second, whose_seat_is_taken_since_is_not_asked) {
  STAGE(stage);
  cast(&stage);
  release(&stage, "reserve");
  stage_add(&stage, "mina", "Mina Park", ROLE_MENTEE);
  (void)stage_pair(&stage, "mina", other(first(&stage)), PAIR_ASKING_MENTEE);
  not_offered(&stage);
}

Test(round_second, who_left_or_is_not_trained_any_more_is_not_asked) {
  for (int how = 0; how < 3; how++) {
    STAGE(stage);
    cast(&stage);
    release(&stage, "reserve");
    const char *dev = other(first(&stage));
    const char *id = arena_text(stage.arena, stage_enrolment(&stage, dev)->id);
    struct txn *txn = stage_hand(&stage);
    if (how == 0) ((struct enrolment *)txn_edit(txn, RECORD_ENROLMENT, id))->state = ENROLMENT_LEFT;
    if (how == 1) ((struct enrolment *)txn_edit(txn, RECORD_ENROLMENT, id))->trained = false;
    if (how == 1) ((struct programme *)txn_edit(txn, RECORD_PROGRAMME, "pilot-1"))->training = TRAINING_GATE;
    if (how == 2) ((struct person *)txn_edit(txn, RECORD_PERSON, stage_id(&stage, dev)))->gone_ms = 1;
    stage_apply(&stage);
    not_offered(&stage);
  }
}

Test(round_second, no_place_is_gone_beyond) {
  STAGE(stage);
  cast(&stage);
  release(&stage, "reserve");
  const char *dev = other(first(&stage));
  stage_add(&stage, "mina", "Mina Park", ROLE_MENTEE);
  stage_add(&stage, "kim", "Kim Lee", ROLE_MENTOR);
  struct txn *txn = stage_hand(&stage);
  struct organisation *docks = txn_add(txn, RECORD_ORGANISATION, "docks");
  docks->name = "Docks";
  docks->gives_at_most = 1;
  ((struct person *)txn_edit(txn, RECORD_PERSON, stage_id(&stage, dev)))->organisation = "docks";
  ((struct person *)txn_edit(txn, RECORD_PERSON, stage_id(&stage, "kim")))->organisation = "docks";
  stage_apply(&stage);
  (void)stage_pair(&stage, "mina", "kim", PAIR_INTRODUCED);
  not_offered(&stage);
}

/* Whoever may not know the second mentor does not hear of them, and cannot have them asked. */
Test(round_second, a_manager_who_is_recused_from_the_second_mentor_hears_nothing_of_them) {
  STAGE(stage);
  cast(&stage);
  release(&stage, "ask");
  const char *dev = other(first(&stage));
  stage_line(&stage, dev, "sam");
  stage_choose(&stage, "aisha", "no");
  cr_assert(stage_has_line(stage_said(&stage, "jo", "round.after_no"), "round.second_free"));
  cr_assert(!stage_has_line(stage_said(&stage, "sam", "round.after_no"), "round.second_free"));
  cr_assert(!named(&stage, "sam", dev));
  stage_text(&stage, "sam", "second @aisha");
  SAID(&stage, "sam", "round.second_none");
  stage_text(&stage, "aisha", "second @aisha");
  NOT_SAID(&stage, "aisha", "round.second_question");
  NOT_SAID(&stage, "aisha", "round.second_none");
}

Test(round_second, how_to_say_it) {
  STAGE(stage);
  cast(&stage);
  stage_text(&stage, "jo", "second");
  SAID(&stage, "jo", "round.second_how");
  stage_text(&stage, "jo", "second @aisha");
  SAID(&stage, "jo", "round.second_none");
}

Test(round_second, between_question_and_answer_it_may_be_gone) {
  STAGE(stage);
  cast(&stage);
  release(&stage, "ask");
  const char *dev = other(first(&stage));
  stage_choose(&stage, "aisha", "no");
  stage_text(&stage, "jo", "second @aisha");
  SAID(&stage, "jo", "round.second_question");
  ((struct enrolment *)txn_edit(stage_hand(&stage), RECORD_ENROLMENT, stage_enrolment(&stage, dev)->id))->state = ENROLMENT_LEFT;
  stage_apply(&stage);
  stage_choose(&stage, "jo", "yes");
  SAID(&stage, "jo", "round.second_gone");
  cr_assert_eq(model_count(stage.model, RECORD_PAIR), 1);
}
