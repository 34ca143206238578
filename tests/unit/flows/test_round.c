/* test_round.c: review, release and taking back: everything is looked at once more before anybody is asked. */
#include "bot/flows/flows.h"
#include "bot/match/match.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

/* jo and sam manage; mentees aisha and mina; mentors ben and dev. */
static void cast(struct stage *stage) {
  stage_cast(stage);
  stage_add(stage, "sam", "Sam Reed", ROLE_MANAGER);
  stage_add(stage, "mina", "Mina Park", ROLE_MENTEE);
  stage_add(stage, "dev", "Dev Rao", ROLE_MENTOR);
}

static size_t pairs_of(struct stage *stage, enum record_index index, const char *user) {
  return model_find(stage->model, index, stage_id(stage, user)).count;
}

static const struct match *row_of(struct stage *stage, const struct round *round, const char *user) {
  const char *enrolment = stage_enrolment(stage, user)->id;
  for (size_t i = 0; i < round->matches.count; i++) {
    if (strcmp(round->matches.items[i].mentee, enrolment) == 0) return &round->matches.items[i];
  }
  return NULL;
}

static void review(struct stage *stage, const char *manager) {
  stage_text(stage, manager, "match");
  SAID(stage, manager, "round.review");
}

static void release(struct stage *stage, const char *manager) {
  stage_choose(stage, manager, "release");
  SAID(stage, manager, "round.after_no_question");
  stage_choose(stage, manager, "ask");
  SAID(stage, manager, "round.released");
}

Test(round, a_round_is_reviewed_and_released) {
  STAGE(stage);
  cast(&stage);
  review(&stage, "jo");
  cr_assert_eq(stage_number(stage_said(&stage, "jo", "round.review"), "pairs"), 2);
  cr_assert_eq(stage.row_count, 1, "nobody else hears of a review");
  release(&stage, "jo");
  cr_assert_eq(stage_number(stage_said(&stage, "jo", "round.released"), "sent"), 2);
  SAID(&stage, "aisha", "proposal.mentee");
  SAID(&stage, "mina", "proposal.mentee");
  const struct round *round = stage_last_round(&stage);
  cr_assert_eq(round->state, ROUND_RELEASED);
  cr_assert_eq(round->released_ms, stage.now_ms);
  cr_assert_eq(row_of(&stage, round, "aisha")->state, MATCH_RELEASED);
  cr_assert_eq(stage_audits(&stage, "released"), 1);
}

Test(round, not_yet_goes_back_to_the_review) {
  STAGE(stage);
  cast(&stage);
  review(&stage, "jo");
  stage_choose(&stage, "jo", "release");
  stage_choose(&stage, "jo", "wait");
  SAID(&stage, "jo", "round.review");
  cr_assert_eq(model_count(stage.model, RECORD_PAIR), 0);
}

Test(round, discarded) {
  STAGE(stage);
  cast(&stage);
  review(&stage, "jo");
  stage_choose(&stage, "jo", "discard");
  SAID(&stage, "jo", "round.discarded");
  cr_assert_eq(stage_last_round(&stage)->state, ROUND_UNDONE);
  stage_text(&stage, "jo", "release");
  SAID(&stage, "jo", "round.nothing");
}

/* ---- what changed between review and release ---- */
static void leave(struct stage *stage, const char *user) {
  const char *id = arena_text(stage->arena, stage_enrolment(stage, user)->id);
  ((struct enrolment *)txn_edit(stage_hand(stage), RECORD_ENROLMENT, id))->state = ENROLMENT_LEFT;
  stage_apply(stage);
}

static void forget_line(struct stage *stage, const char *user) {
  const char *id = stage_id(stage, user);
  ((struct person *)txn_edit(stage_hand(stage), RECORD_PERSON, id))->line_state = LINE_ASK_MANAGER;
  stage_apply(stage);
}

static void below_jo(struct stage *stage, const char *user) {
  stage_line(stage, user, "jo");
}

static void lock_out(struct stage *stage, const char *user) {
  model_set_unreadable(stage->model, stage_id(stage, user));
}

static void pair_up(struct stage *stage, const char *user) {
  (void)stage_person(stage, "zoe", "Zoe Fox");
  bool mentee = stage_enrolment(stage, user)->role == ROLE_MENTEE;
  (void)stage_enrol(stage, "zoe", mentee ? ROLE_MENTOR : ROLE_MENTEE, ENROLMENT_ACCEPTED);
  (void)stage_pair(stage, mentee ? user : "zoe", mentee ? "zoe" : user, PAIR_INTRODUCED);
}

static const struct {
  const char *what;
  void (*change)(struct stage *stage, const char *user);
} changes[] = {{"left", leave}, {"line not known any more", forget_line}, {"below the manager", below_jo},
               {"cannot be read", lock_out}, {"has a pair by now", pair_up}};

Test(round, release_looks_at_everybody_once_more) {
  static const char *const whom[] = {"aisha", "ben"};
  for (size_t i = 0; i < ARRAY_LEN(changes) * 2; i++) {
    STAGE(stage);
    stage_cast(&stage);
    review(&stage, "jo");
    changes[i / 2].change(&stage, whom[i % 2]);
    stage_choose(&stage, "jo", "release");
    if (stage_talk(&stage, "jo") != NULL && strcmp(stage_talk(&stage, "jo")->step, "after_no") == 0) stage_choose(&stage, "jo", "ask");
    const struct round *round = stage_last_round(&stage);
    NOT_SAID(&stage, "aisha", "proposal.mentee");
    cr_assert_eq(round->matches.items[0].state, MATCH_HELD, "%s: %s", whom[i % 2], changes[i / 2].what);
    cr_assert_eq(stage_number(stage_said(&stage, "jo", "round.released"), "held"), 1);
    cr_assert_eq(stage_number(stage_said(&stage, "jo", "round.released"), "sent"), 0);
  }
}

Test(round, nobody_is_proposed_to_somebody_above_them) {
  STAGE(stage);
  stage_cast(&stage);
  review(&stage, "jo");
  stage_line(&stage, "aisha", "ben");
  stage_choose(&stage, "jo", "release");
  stage_choose(&stage, "jo", "ask");
  cr_assert_eq(model_count(stage.model, RECORD_PAIR), 0);
}

Test(round, two_managers_rounds_do_not_ask_one_person_twice) {
  STAGE(stage);
  cast(&stage);
  review(&stage, "jo");
  review(&stage, "sam");
  release(&stage, "jo");
  release(&stage, "sam");
  cr_assert_eq(stage_number(stage_said(&stage, "sam", "round.released"), "sent"), 0);
  static const char *const mentees[] = {"aisha", "mina"}, *const mentors[] = {"ben", "dev"};
  for (size_t i = 0; i < 2; i++) {
    cr_assert_eq(pairs_of(&stage, INDEX_pair_mentee, mentees[i]), 1, "%s", mentees[i]);
    cr_assert_eq(pairs_of(&stage, INDEX_pair_mentor, mentors[i]), 1, "%s", mentors[i]);
  }
}

Test(round, an_unknown_line_is_shown_held_and_told_at_release) {
  STAGE(stage);
  stage_cast(&stage);
  forget_line(&stage, "aisha");
  review(&stage, "jo");
  cr_assert(stage_has_line(stage_said(&stage, "jo", "round.review"), "round.line_held"));
  const struct talk *talk = stage_talk(&stage, "jo");
  for (size_t i = 0; i < talk->offers.count; i++) cr_assert_str_neq(talk->offers.items[i].value, "release");
  stage_text(&stage, "jo", "release");
  stage_choose(&stage, "jo", "ask");
  cr_assert_eq(stage_last_round(&stage)->matches.items[0].state, MATCH_HELD);
  cr_assert_eq(model_count(stage.model, RECORD_PAIR), 0);
}

/* ---- recused ---- */
Test(round, a_recused_manager_sees_nothing_of_theirs_and_another_does_it) {
  STAGE(stage);
  cast(&stage);
  stage_line(&stage, "aisha", "jo");
  review(&stage, "jo");
  const struct out *row = stage_said(&stage, "jo", "round.review");
  cr_assert(!stage_names(&stage, row, "aisha") && stage_names(&stage, row, "mina"));
  cr_assert_null(row_of(&stage, stage_last_round(&stage), "aisha"));
  release(&stage, "jo");
  NOT_SAID(&stage, "aisha", "proposal.mentee");
  review(&stage, "sam");
  row = stage_said(&stage, "sam", "round.review");
  cr_assert(stage_names(&stage, row, "aisha") && !stage_names(&stage, row, "mina"));
}

/* Told of meanwhile: whatever is asked again names them no more. */
Test(round, a_review_shown_again_leaves_out_whom_the_manager_lost) {
  static const char *const doors[] = {"why", "swap", "forbid", "next"};
  for (size_t i = 0; i < ARRAY_LEN(doors) * 2; i++) {
    const char *lost = i % 2 == 0 ? "aisha" : "dev";
    STAGE(stage);
    cast(&stage);
    stage_text(&stage, "jo", "match aisha with dev");
    stage_line(&stage, lost, "jo");
    if (i / 2 == 1 || i / 2 == 2) stage_choose(&stage, "jo", doors[i / 2]);
    else stage_text(&stage, "jo", doors[i / 2]);
    for (size_t k = 0; k < stage.row_count; k++) cr_assert_not(stage_names(&stage, stage.rows[k], lost), "%s: %s", doors[i / 2], stage.rows[k]->words);
  }
}

Test(round, a_swap_of_somebody_the_manager_lost) {
  STAGE(stage);
  cast(&stage);
  review(&stage, "jo");
  stage_choose(&stage, "jo", "swap");
  stage_choose(&stage, "jo", arena_text(stage.arena, stage_enrolment(&stage, "aisha")->id));
  stage_line(&stage, "aisha", "jo");
  stage_text(&stage, "jo", "why");
  for (size_t k = 0; k < stage.row_count; k++) cr_assert_not(stage_names(&stage, stage.rows[k], "aisha"));
  stage_choose(&stage, "jo", "stay");
  SAID(&stage, "jo", "round.review");
  cr_assert_eq(stage_last_round(&stage)->couples.count, 0);
}

Test(round, when_nobody_may_do_it_the_lead_is_told) {
  STAGE(stage);
  stage_cast(&stage);
  const char *lea = stage_person(&stage, "lea", "Lea Stone");
  ((struct person *)txn_edit(stage_hand(&stage), RECORD_PERSON, lea))->lead = true;
  stage_apply(&stage);
  stage_text(&stage, "jo", "match");
  NOT_SAID(&stage, "lea", "round.lead_needed");
  stage_line(&stage, "aisha", "jo");
  stage_text(&stage, "jo", "match");
  SAID(&stage, "lea", "round.lead_needed");
  cr_assert_not(stage_names(&stage, stage_said(&stage, "lea", "round.lead_needed"), "aisha"));
}

/* ---- taking back ---- */
Test(round, undo_takes_back_what_nobody_answered) {
  STAGE(stage);
  cast(&stage);
  review(&stage, "jo");
  release(&stage, "jo");
  stage_choose(&stage, "mina", "yes");
  stage_text(&stage, "jo", "undo");
  cr_assert_eq(stage_number(stage_said(&stage, "jo", "round.undo_question"), "pairs"), 1);
  stage_choose(&stage, "jo", "yes");
  SAID(&stage, "aisha", "proposal.withdrawn");
  cr_assert_eq(stage_told(&stage, "mina"), 0);
  cr_assert_eq(stage_number(stage_said(&stage, "jo", "round.taken_back"), "pairs"), 1);
  stage_text(&stage, "jo", "undo");
  SAID(&stage, "jo", "round.nothing_to_undo");
}

Test(round, undo_answered_no_leaves_all) {
  STAGE(stage);
  stage_cast(&stage);
  review(&stage, "jo");
  release(&stage, "jo");
  stage_text(&stage, "jo", "undo");
  stage_choose(&stage, "jo", "no");
  SAID(&stage, "jo", "round.left");
  cr_assert_eq(stage_last_pair(&stage)->state, PAIR_ASKING_MENTEE);
}

Test(round, undo_leaves_out_whom_the_manager_is_recused_from) {
  STAGE(stage);
  cast(&stage);
  review(&stage, "jo");
  release(&stage, "jo");
  stage_line(&stage, "aisha", "sam");
  stage_text(&stage, "sam", "undo");
  cr_assert_eq(stage_number(stage_said(&stage, "sam", "round.undo_question"), "pairs"), 1);
  stage_choose(&stage, "sam", "yes");
  SAID(&stage, "mina", "proposal.withdrawn");
  cr_assert_eq(stage_told(&stage, "aisha"), 0);
}

Test(round, who_was_taken_back_is_in_the_next_round) {
  STAGE(stage);
  stage_cast(&stage);
  review(&stage, "jo");
  release(&stage, "jo");
  stage_text(&stage, "jo", "undo");
  stage_choose(&stage, "jo", "yes");
  review(&stage, "jo");
  cr_assert_eq(stage_number(stage_said(&stage, "jo", "round.review"), "pairs"), 1);
}

Test(round, a_refused_pair_is_not_proposed_again) {
  STAGE(stage);
  stage_cast(&stage);
  review(&stage, "jo");
  release(&stage, "jo");
  stage_choose(&stage, "aisha", "no");
  review(&stage, "jo");
  cr_assert_eq(stage_number(stage_said(&stage, "jo", "round.review"), "pairs"), 0);
  cr_assert_eq(stage_number(stage_said(&stage, "jo", "round.review"), "alone"), 1);
}

/* ---- where to look for more mentors ---- */
static void set_topics(struct stage *stage, const char *user, const char *topic) {
  const char *id = arena_text(stage->arena, stage_enrolment(stage, user)->id);
  struct enrolment *enrolment = txn_edit(stage_hand(stage), RECORD_ENROLMENT, id);
  struct answer *answer = LIST_ADD(stage->turn_arena, &enrolment->answers);
  *answer = (struct answer){.question = "topics", .state = ANSWER_ANSWERED};
  answer->values = strs_plus(stage->turn_arena, answer->values, topic);
  stage_apply(stage);
}

static const struct out *review_with_topics(struct stage *stage, const char *wanted, const char *offered) {
  set_topics(stage, "aisha", wanted);
  set_topics(stage, "ben", offered);
  review(stage, "jo");
  return stage_said(stage, "jo", "round.review");
}

Test(round, a_manager_hears_for_which_topic_more_people_would_help) {
  STAGE(stage);
  stage_cast(&stage);
  pair_up(&stage, "ben");
  const struct out *out = review_with_topics(&stage, "clients", "clients");
  cr_assert_eq(stage_number(out, "alone"), 1);
  cr_assert(stage_has_line(out, "round.recruit"));
}

Test(round, nothing_is_said_of_topics_that_would_help_nobody_or_have_no_words) {
  static const char *const topics[][2] = {{"clients", "planning"}, {"clients", "other"}, {"juggling", "juggling"}};
  for (size_t k = 0; k < ARRAY_LEN(topics); k++) {
    STAGE(stage);
    stage_cast(&stage);
    pair_up(&stage, "ben");
    cr_assert_not(stage_has_line(review_with_topics(&stage, topics[k][0], topics[k][1]), "round.recruit"), "%zu", k);
  }
  STAGE(stage);
  stage_cast(&stage);
  cr_assert_not(stage_has_line(review_with_topics(&stage, "clients", "clients"), "round.recruit"), "everybody has somebody");
}

Test(round, match_again_shows_the_same_review_anew) {
  STAGE(stage);
  cast(&stage);
  review(&stage, "jo");
  const char *seed = arena_text(stage.arena, stage_last_round(&stage)->seed);
  leave(&stage, "mina");
  review(&stage, "jo");
  cr_assert_eq(model_count(stage.model, RECORD_ROUND), 1);
  cr_assert_str_eq(stage_last_round(&stage)->seed, seed);
  cr_assert_eq(stage_last_round(&stage)->matches.count, 1);
}
