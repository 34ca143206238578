/* test_proposal.c: the mentee is asked, then the mentor, or both: yes, no, silence and taking back, in every order; nobody half told. */
#include "bot/flows/flows.h"

#include <criterion/criterion.h>
#include <string.h>

#include "bot/schedule.h"
#include "tests/unit/bot/stage.h"

/* jo and sam manage, sam is above ben; a reserve waits. */
static void cast(struct stage *stage, enum ask_order order) {
  stage_cast(stage);
  stage_add(stage, "sam", "Sam Reed", ROLE_MANAGER);
  stage_line(stage, "ben", "sam");
  ((struct programme *)txn_edit(stage_hand(stage), RECORD_PROGRAMME, "pilot-1"))->ask = order;
  stage_apply(stage);
}

static void release(struct stage *stage, const char *after_no) {
  stage_text(stage, "jo", "match");
  stage_choose(stage, "jo", "release");
  stage_choose(stage, "jo", after_no);
  cr_assert_not_null(stage_last_pair(stage), "%s", stage_all(stage));
}

static const char *due_record(struct stage *stage) {
  return arena_format(stage->arena, "pair/%s", stage_last_pair(stage)->id);
}

static void expire(struct stage *stage, int64_t late_ms) {
  int64_t due = stage_last_pair(stage)->answer_by_ms;
  stage->now_ms = due + late_ms;
  stage_due(stage, due_record(stage), due);
}

static void no_managers_told(struct stage *stage) {
  cr_assert_eq(stage_told(stage, "jo") + stage_told(stage, "sam"), 0, "%s", stage_all(stage));
}

/* ---- the mentee first ---- */
Test(proposal, a_mentor_has_five_days_of_their_own) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "ask");
  stage.now_ms += 3 * (int64_t)STAGE_DAY_MS;
  stage_choose(&stage, "aisha", "yes");
  const struct scheme *scheme = model_get(stage.model, RECORD_SCHEME, "scheme");
  cr_assert_eq(stage_last_pair(&stage)->answer_by_ms, schedule_deadline(scheme, "Europe/London", stage.now_ms, 5), "not what the mentee left of theirs");
  cr_assert_eq(stage_said(&stage, "ben", "proposal.mentor")->until_ms, stage_last_pair(&stage)->answer_by_ms);
}

Test(proposal, only_the_mentee_is_asked_first) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "ask");
  const struct out *row = stage_said(&stage, "aisha", "proposal.mentee");
  cr_assert_not_null(row);
  cr_assert(stage_names(&stage, row, "ben"));
  cr_assert(stage_has_line(row, "proposal.then_mentor"));
  cr_assert_eq(stage_told(&stage, "ben"), 0);
  const struct pair *pair = stage_last_pair(&stage);
  cr_assert_eq(pair->state, PAIR_ASKING_MENTEE);
  const struct scheme *scheme = model_get(stage.model, RECORD_SCHEME, "scheme");
  cr_assert_eq(pair->answer_by_ms, schedule_deadline(scheme, "Europe/London", stage.now_ms, 5));
  cr_assert_eq(row->until_ms, pair->answer_by_ms);
  cr_assert_str_eq(pair->released_by, stage_id(&stage, "jo"));
}

Test(proposal, yes_and_yes) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "ask");
  stage_choose(&stage, "aisha", "yes");
  SAID(&stage, "aisha", "proposal.yes_mentee");
  SAID(&stage, "ben", "proposal.mentor");
  no_managers_told(&stage);
  cr_assert_eq(stage_last_pair(&stage)->state, PAIR_ASKING_MENTOR);
  stage_choose(&stage, "ben", "yes");
  cr_assert_eq(stage_last_pair(&stage)->state, PAIR_INTRODUCED);
  cr_assert_eq(stage_last_pair(&stage)->answer_by_ms, 0);
  SAID(&stage, "aisha", "introduction.both_yes");
  SAID(&stage, "ben", "introduction.both_yes");
  SAID(&stage, "jo", "introduction.managers");
  cr_assert_eq(stage_told(&stage, "sam"), 0, "above one of them");
}

Test(proposal, the_mentees_no_is_never_told_to_the_mentor) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "ask");
  stage_choose(&stage, "aisha", "no");
  SAID(&stage, "aisha", "proposal.thanks");
  cr_assert_eq(stage_told(&stage, "ben"), 0);
  SAID(&stage, "jo", "round.after_no");
  cr_assert_eq(stage_told(&stage, "sam"), 0);
  cr_assert_eq(stage_last_pair(&stage)->state, PAIR_DECLINED);
  cr_assert_str_eq(stage_last_pair(&stage)->said_no, stage_id(&stage, "aisha"));
  cr_assert_eq(stage_audits(&stage, "said no"), 1);
}

Test(proposal, the_mentors_no_is_told_to_the_mentee_in_the_same_turn) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "ask");
  stage_choose(&stage, "aisha", "yes");
  stage_choose(&stage, "ben", "no");
  SAID(&stage, "ben", "proposal.thanks_mentor");
  SAID(&stage, "aisha", "proposal.not_this_time");
  SAID(&stage, "jo", "round.after_no");
  cr_assert_str_eq(stage_last_pair(&stage)->said_no, stage_id(&stage, "ben"));
}

Test(proposal, who_said_no_is_seen_by_managers_who_are_not_recused) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "ask");
  stage_choose(&stage, "aisha", "yes");
  stage_choose(&stage, "ben", "no");
  const char *ben = stage_id(&stage, "ben");
  struct txn *txn = stage_hand(&stage);
  cr_assert(may_see(txn, stage_id(&stage, "jo"), ben, RECORD_PAIR, "said_no"));
  cr_assert_not(may_see(txn, stage_id(&stage, "sam"), ben, RECORD_PAIR, "said_no"));
  cr_assert_not(may_see(txn, stage_id(&stage, "aisha"), ben, RECORD_PAIR, "said_no"));
  stage_apply(&stage);
}

/* ---- silence ---- */
Test(proposal, the_mentee_is_silent) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "ask");
  expire(&stage, 0);
  SAID(&stage, "aisha", "proposal.expired");
  cr_assert_eq(stage_told(&stage, "ben"), 0, "who was never asked hears nothing");
  SAID(&stage, "jo", "round.after_silence");
  cr_assert_eq(stage_last_pair(&stage)->state, PAIR_EXPIRED);
  cr_assert_eq(stage_open_talks(&stage, "aisha"), 0);
  stage_due(&stage, due_record(&stage), stage.now_ms);
  cr_assert_str_empty(stage.ops, "once");
}

Test(proposal, the_mentor_is_silent) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "ask");
  stage_choose(&stage, "aisha", "yes");
  expire(&stage, 0);
  SAID(&stage, "aisha", "proposal.not_this_time");
  SAID(&stage, "ben", "proposal.expired");
  const struct out *row = stage_said(&stage, "jo", "round.after_silence");
  cr_assert_str_eq(row->params.items[0].values.items[0], stage_id(&stage, "ben"));
}

Test(proposal, a_press_after_the_end_is_told_apart) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "ask");
  const char *yes = stage_token(&stage, stage_talk(&stage, "aisha"), "yes");
  expire(&stage, 0);
  stage_press(&stage, "aisha", yes);
  cr_assert_str_eq(stage.reply, "press.finished");
  cr_assert_eq(stage_last_pair(&stage)->state, PAIR_EXPIRED);
}

Test(proposal, a_deadline_that_passed_in_an_outage_moves_on) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "ask");
  int64_t before = stage_last_pair(&stage)->answer_by_ms;
  expire(&stage, 3 * (int64_t)STAGE_DAY_MS);
  cr_assert_eq(stage_last_pair(&stage)->state, PAIR_ASKING_MENTEE);
  cr_assert_gt(stage_last_pair(&stage)->answer_by_ms, stage.now_ms);
  cr_assert_eq(stage.row_count, 0);
  stage_due(&stage, due_record(&stage), before);
  cr_assert_str_empty(stage.ops, "the old deadline is stale");
  expire(&stage, 0);
  cr_assert_eq(stage_last_pair(&stage)->state, PAIR_EXPIRED);
}

Test(proposal, reminders_come_twice_and_then_the_deadline) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "ask");
  const char *talk = arena_text(stage.arena, stage_talk(&stage, "aisha")->id);
  for (int i = 0; i < 2; i++) {
    stage_talk_due(&stage, talk);
    SAID(&stage, "aisha", "proposal.remind");
    SAID(&stage, "aisha", "proposal.mentee");
    cr_assert_lt(stage.now_ms, stage_last_pair(&stage)->answer_by_ms);
  }
  cr_assert_eq(((const struct talk *)model_get(stage.model, RECORD_TALK, talk))->due_ms, 0);
}

Test(proposal, cancel_is_no_answer) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "ask");
  const char *yes = stage_token(&stage, stage_talk(&stage, "aisha"), "yes");
  stage_text(&stage, "aisha", "cancel");
  SAID(&stage, "aisha", "proposal.cancelled");
  cr_assert_eq(stage_last_pair(&stage)->state, PAIR_ASKING_MENTEE);
  stage_press(&stage, "aisha", yes);
  cr_assert_eq(stage_last_pair(&stage)->state, PAIR_ASKING_MENTOR, "the old card still counts");
}

/* ---- both at once ---- */
Test(proposal, both_are_asked_in_one_turn) {
  STAGE(stage);
  cast(&stage, ASK_BOTH);
  release(&stage, "ask");
  SAID(&stage, "aisha", "proposal.mentee");
  SAID(&stage, "ben", "proposal.mentor");
  cr_assert(stage_has_line(stage_said(&stage, "aisha", "proposal.mentee"), "proposal.then_introduced"));
}

Test(proposal, both_say_yes_in_either_order) {
  static const char *const orders[][2] = {{"aisha", "ben"}, {"ben", "aisha"}};
  for (size_t i = 0; i < 2; i++) {
    STAGE(stage);
    cast(&stage, ASK_BOTH);
    release(&stage, "ask");
    stage_choose(&stage, orders[i][0], "yes");
    SAID(&stage, orders[i][0], "proposal.yes_waiting");
    cr_assert_eq(stage_told(&stage, orders[i][1]), 0);
    cr_assert_eq(stage_last_pair(&stage)->state, PAIR_ASKING_BOTH);
    stage_choose(&stage, orders[i][1], "yes");
    SAID(&stage, "aisha", "introduction.both_yes");
    SAID(&stage, "ben", "introduction.both_yes");
    cr_assert_eq(stage_open_talks(&stage, "aisha") + stage_open_talks(&stage, "ben"), 0);
  }
}

Test(proposal, one_no_ends_it_for_both_in_one_turn) {
  static const char *const orders[][2] = {{"aisha", "ben"}, {"ben", "aisha"}};
  static const char *const thanks[] = {"proposal.thanks", "proposal.thanks_mentor"};
  for (size_t i = 0; i < 4; i++) {
    STAGE(stage);
    cast(&stage, ASK_BOTH);
    release(&stage, "ask");
    if (i >= 2) stage_choose(&stage, orders[i % 2][1], "yes"); /* the other had said yes before */
    const char *late = i >= 2 ? NULL : stage_token(&stage, stage_talk(&stage, orders[i % 2][1]), "yes");
    stage_choose(&stage, orders[i % 2][0], "no");
    SAID(&stage, orders[i % 2][0], thanks[i % 2]);
    SAID(&stage, orders[i % 2][1], "proposal.not_this_time");
    cr_assert_str_eq(stage_last_pair(&stage)->said_no, stage_id(&stage, orders[i % 2][0]));
    if (late == NULL) continue;
    stage_press(&stage, orders[i % 2][1], late);
    cr_assert_str_eq(stage.reply, "press.finished");
    cr_assert_eq(stage_last_pair(&stage)->state, PAIR_DECLINED);
  }
}

Test(proposal, silence_of_both_of_one_and_of_the_other) {
  static const char *const said_yes[] = {NULL, "aisha", "ben"};
  static const char *const told[][2] = {
      {"proposal.expired", "proposal.expired"}, {"proposal.not_this_time", "proposal.expired"}, {"proposal.expired", "proposal.not_this_time"}};
  for (size_t i = 0; i < 3; i++) {
    STAGE(stage);
    cast(&stage, ASK_BOTH);
    release(&stage, "ask");
    if (said_yes[i] != NULL) stage_choose(&stage, said_yes[i], "yes");
    expire(&stage, 0);
    SAID(&stage, "aisha", told[i][0]);
    SAID(&stage, "ben", told[i][1]);
    SAID(&stage, "jo", "round.after_silence");
    cr_assert_eq(stage_open_talks(&stage, "aisha") + stage_open_talks(&stage, "ben"), 0);
  }
}

/* ---- taking back ---- */
static void withdraw(struct stage *stage) {
  stage_text(stage, "jo", "undo");
  stage_choose(stage, "jo", "yes");
}

Test(proposal, taken_back_before_the_mentor_knew) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "ask");
  const char *yes = stage_token(&stage, stage_talk(&stage, "aisha"), "yes");
  withdraw(&stage);
  SAID(&stage, "aisha", "proposal.withdrawn");
  cr_assert_eq(stage_told(&stage, "ben"), 0);
  cr_assert_eq(stage_last_pair(&stage)->state, PAIR_WITHDRAWN);
  stage_press(&stage, "aisha", yes);
  cr_assert_str_eq(stage.reply, "press.finished");
}

Test(proposal, what_the_mentor_knows_is_not_taken_back_by_undo) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "ask");
  stage_choose(&stage, "aisha", "yes");
  stage_text(&stage, "jo", "undo");
  SAID(&stage, "jo", "round.nothing_to_undo");
  cr_assert_eq(stage_last_pair(&stage)->state, PAIR_ASKING_MENTOR);
}

Test(proposal, withdrawing_tells_whoever_was_asked_and_only_once) {
  STAGE(stage);
  cast(&stage, ASK_BOTH);
  release(&stage, "ask");
  static const struct event nothing = {.kind = EVENT_TIMER};
  const char *pair = arena_text(stage.arena, stage_last_pair(&stage)->id);
  struct txn *txn = stage_hand(&stage);
  struct turn turn = {.event = &nothing, .txn = txn, .arena = txn_arena(txn), .words = stage.words, .now_ms = stage.now_ms};
  proposal_withdraw(&turn, pair);
  cr_assert_eq(txn_all(txn, RECORD_OUT).count, 2);
  proposal_withdraw(&turn, pair);
  proposal_withdraw(&turn, "x99");
  cr_assert_eq(txn_all(txn, RECORD_OUT).count, 2);
  stage_apply(&stage);
}

/* ---- the reserve ---- */
Test(proposal, after_a_no_the_reserve_is_asked) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "reserve");
  stage_add(&stage, "dev", "Dev Rao", ROLE_RESERVE); /* since the round: so nobody's second choice */
  stage_choose(&stage, "aisha", "yes");
  stage_choose(&stage, "ben", "no");
  SAID(&stage, "jo", "round.reserve_asked");
  const struct pair *pair = stage_last_pair(&stage);
  cr_assert_str_eq(pair->mentor, stage_id(&stage, "dev"));
  cr_assert_eq(pair->state, PAIR_ASKING_MENTEE);
  cr_assert_eq(pair->after_no, AFTER_NO_ASK, "one reserve, then the manager is asked");
  cr_assert_str_eq(pair->released_by, stage_id(&stage, "jo"), "not by whoever said no");
  SAID(&stage, "aisha", "proposal.mentee");
  cr_assert_eq(stage_told(&stage, "dev"), 0);
}

Test(proposal, a_mentor_who_is_no_reserve_is_not_asked_in_anothers_place) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "reserve");
  stage_add(&stage, "dev", "Dev Rao", ROLE_MENTOR);
  stage_choose(&stage, "aisha", "yes");
  stage_choose(&stage, "ben", "no");
  SAID(&stage, "jo", "round.after_no");
  NOT_SAID(&stage, "aisha", "proposal.mentee");
}

Test(proposal, no_reserve_no_promise) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "reserve");
  stage_choose(&stage, "aisha", "no");
  SAID(&stage, "jo", "round.after_no");
  NOT_SAID(&stage, "jo", "round.reserve_asked");
}

Test(proposal, a_reserve_whose_line_is_not_known_is_not_asked) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  const char *dev = stage_person(&stage, "dev", "Dev Rao");
  (void)stage_enrol(&stage, "dev", ROLE_RESERVE, ENROLMENT_ACCEPTED);
  release(&stage, "reserve");
  ((struct person *)txn_edit(stage_hand(&stage), RECORD_PERSON, dev))->line_state = LINE_UNKNOWN;
  stage_apply(&stage);
  stage_choose(&stage, "aisha", "no");
  SAID(&stage, "jo", "round.after_no");
  cr_assert_eq(model_count(stage.model, RECORD_PAIR), 1);
}

/* ---- what was said since ---- */
static void keep_apart(struct stage *stage, const char *user, const char *other) {
  const char *id = stage_id(stage, user);
  const char *names[] = {stage_id(stage, other)};
  ((struct person *)txn_edit(stage_hand(stage), RECORD_PERSON, id))->apart = "s-apart";
  stage_apply(stage);
  model_set_apart(stage->model, id, names, 1);
}

Test(proposal, a_yes_brings_nobody_together_who_is_kept_apart_by_now) {
  for (int line = 0; line < 2; line++) {
    STAGE(stage);
    cast(&stage, ASK_MENTEE_FIRST);
    release(&stage, "ask");
    if (line) stage_line(&stage, "aisha", "ben");
    else keep_apart(&stage, "aisha", "ben");
    stage_choose(&stage, "aisha", "yes");
    cr_assert_eq(stage_last_pair(&stage)->state, PAIR_WITHDRAWN);
    SAID(&stage, "aisha", "proposal.withdrawn");
    SAID(&stage, "jo", "proposal.taken_back");
    cr_assert_eq(stage_told(&stage, "ben"), 0, "nor is the mentor half told");
  }
}

Test(proposal, the_second_yes_brings_nobody_together_who_is_kept_apart_by_now) {
  STAGE(stage);
  cast(&stage, ASK_MENTEE_FIRST);
  release(&stage, "ask");
  stage_choose(&stage, "aisha", "yes");
  keep_apart(&stage, "ben", "aisha");
  stage_choose(&stage, "ben", "yes");
  cr_assert_eq(stage_last_pair(&stage)->state, PAIR_WITHDRAWN);
  SAID(&stage, "aisha", "proposal.withdrawn");
  SAID(&stage, "ben", "proposal.withdrawn");
  NOT_SAID(&stage, "aisha", "introduction.both_yes");
}
