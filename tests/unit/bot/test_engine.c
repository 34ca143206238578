/* test_engine.c: talks are asked, go on and back, wait for each other, remind and end; nobody else changes a step. */
#include "bot/engine.h"

#include <criterion/criterion.h>
#include <string.h>

#include "bot/schedule.h"
#include "tests/unit/bot/stage.h"

static const struct talk *talk_of(struct stage *stage, const char *id) {
  return model_get(stage->model, RECORD_TALK, id);
}

static const char *id_of(struct stage *stage, const struct talk *talk) {
  cr_assert_not_null(talk);
  return arena_text(stage->arena, talk->id);
}

static void wait_ms(struct stage *stage, int64_t ms) {
  stage->now_ms += ms;
}

/* ---- asking ---- */
Test(engine, a_talk_begins_with_its_first_question) {
  STAGE(stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  stage_text(&stage, "mina", "join");
  const struct talk *talk = stage_talk(&stage, "mina");
  cr_assert_str_eq(talk->flow, "intake");
  cr_assert_str_eq(talk->step, "limits");
  cr_assert_eq(talk->nonce, 1);
  cr_assert_eq(talk->offers.count, 2);
  cr_assert_eq(talk->touched_ms, stage.now_ms);
  cr_assert_str_eq(talk->workspace, "web/city");
  const struct out *row = stage_said(&stage, "mina", "intake.limits");
  cr_assert_str_eq(row->talk, talk->id);
  cr_assert_str_eq(row->name, talk->shown);
  cr_assert_eq(row->nonce, talk->nonce);
  for (size_t i = 0; i < talk->offers.count; i++) cr_assert(talk->offers.items[i].label != NULL && talk->offers.items[i].label[0] != '\0');
}

Test(engine, the_nonce_goes_up_with_every_question) {
  static const char *const words[] = {"why", "banana", "back", "skip", "next", "help"};
  STAGE(stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  stage_text(&stage, "mina", "join");
  for (size_t i = 0; i < ARRAY_LEN(words); i++) {
    int64_t before = stage_talk(&stage, "mina")->nonce;
    stage_text(&stage, "mina", words[i]);
    cr_assert_eq(stage_talk(&stage, "mina")->nonce, before + 1, "%s", words[i]);
    SAID(&stage, "mina", "intake.limits");
  }
}

/* ---- back along the trail ---- */
Test(engine, back_goes_the_way_one_came_with_its_details) {
  static const char *const way[] = {"ask/how_often", "ask/how", "ask/topics", "line_manager", "about_you"};
  STAGE(stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  (void)stage_signing_up(&stage, "mina", "ask/times");
  for (size_t i = 0; i < ARRAY_LEN(way); i++) {
    stage_text(&stage, "mina", "back");
    cr_assert_str_eq(stage_talk(&stage, "mina")->step, way[i]);
  }
  stage_text(&stage, "mina", "back");
  SAID(&stage, "mina", "talk.no_back");
  cr_assert_str_eq(stage_talk(&stage, "mina")->step, "about_you", "yes to the limits is not taken back");
  stage_choose(&stage, "mina", "right");
  stage_choose(&stage, "mina", "none");
  cr_assert_str_eq(stage_talk(&stage, "mina")->step, "ask/topics", "and on again the same way");
  stage_text(&stage, "mina", "back");
  cr_assert_str_eq(stage_talk(&stage, "mina")->step, "line_manager");
}

Test(engine, back_and_skip_are_on_the_card_where_they_work) {
  STAGE(stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  stage_text(&stage, "mina", "join");
  cr_assert_eq(stage_said(&stage, "mina", "intake.limits")->extras.count, 0);
  (void)stage_choose(&stage, "mina", "yes");
  const struct out *role = stage_said(&stage, "mina", "intake.role");
  cr_assert_eq(role->extras.count, 1, "why alone");
  cr_assert_str_eq(role->extras.items[0].value, "why");
  stage_choose(&stage, "mina", "mentee");
  stage_choose(&stage, "mina", "right");
  stage_choose(&stage, "mina", "none");
  const struct out *topics = stage_said(&stage, "mina", "intake.topics");
  cr_assert_eq(topics->extras.count, 3);
}

/* ---- reminders ---- */
Test(engine, reminders_come_by_their_table_and_end) {
  STAGE(stage);
  stage_cast(&stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  wait_ms(&stage, STAGE_DAY_MS); /* a Tuesday: no two reminders fall on one Monday */
  const char *id = id_of(&stage, stage_signing_up(&stage, "mina", "ask/topics"));
  const int64_t start = stage.now_ms;
  const struct scheme *scheme = model_get(stage.model, RECORD_SCHEME, "scheme");
  static const int days[] = {2, 5, 7, 30};
  for (size_t i = 0; i < ARRAY_LEN(days); i++) {
    cr_assert_eq(talk_of(&stage, id)->due_ms, schedule_after(scheme, "Europe/London", start, days[i], false), "day %d", days[i]);
    stage_talk_due(&stage, id);
    if (i < 2) SAID(&stage, "mina", "intake.remind");
    if (i < 2) SAID(&stage, "mina", "intake.topics");
    if (i == 2) SAID(&stage, "jo", "intake.unfinished");
    if (i == 2) cr_assert_eq(stage_told(&stage, "mina"), 0);
  }
  SAID(&stage, "mina", "intake.given_up");
  cr_assert_eq(talk_of(&stage, id)->state, TALK_GIVEN_UP);
  cr_assert_eq(stage_enrolment(&stage, "mina")->state, ENROLMENT_DRAFT, "nothing is lost");
  stage_talk_due(&stage, id);
  cr_assert_null(talk_of(&stage, id), "30 days after its end it is gone");
  cr_assert_eq(stage.row_count, 0);
}

Test(engine, a_recused_manager_is_not_told_who_did_not_finish) {
  STAGE(stage);
  stage_cast(&stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  stage_line(&stage, "mina", "jo");
  stage_text(&stage, "mina", "join");
  const char *id = id_of(&stage, stage_talk(&stage, "mina"));
  for (int i = 0; i < 3; i++) stage_talk_due(&stage, id);
  cr_assert_eq(stage.row_count, 0);
}

Test(engine, an_answer_begins_the_reminders_anew) {
  STAGE(stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  const char *id = id_of(&stage, stage_signing_up(&stage, "mina", "ask/topics"));
  stage_talk_due(&stage, id);
  cr_assert_eq(talk_of(&stage, id)->nudges, 1);
  stage_text(&stage, "mina", "1");
  cr_assert_eq(talk_of(&stage, id)->nudges, 0);
  cr_assert_gt(talk_of(&stage, id)->due_ms, stage.now_ms + STAGE_DAY_MS);
}

Test(engine, two_reminders_a_week_and_no_more) {
  STAGE(stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  const char *id = id_of(&stage, stage_signing_up(&stage, "mina", "ask/topics"));
  int64_t first = 0;
  for (int i = 0; i < 2; i++) {
    stage_talk_due(&stage, id);
    SAID(&stage, "mina", "intake.remind");
    if (i == 0) first = stage.now_ms;
    stage_text(&stage, "mina", "1");
  }
  stage_talk_due(&stage, id);
  NOT_SAID(&stage, "mina", "intake.remind");
  cr_assert_geq(talk_of(&stage, id)->due_ms, first + 7 * (int64_t)STAGE_DAY_MS - 3600000, "not before the first is a week old");
  cr_assert_eq(talk_of(&stage, id)->nudges, 0, "it is put off, not left out");
  stage_talk_due(&stage, id);
  SAID(&stage, "mina", "intake.remind");
}

Test(engine, after_an_outage_reminders_do_not_come_in_a_heap) {
  STAGE(stage);
  stage_cast(&stage);
  (void)stage_person(&stage, "mina", "Mina Park");
  const char *id = id_of(&stage, stage_signing_up(&stage, "mina", "ask/topics"));
  wait_ms(&stage, 40 * (int64_t)STAGE_DAY_MS);
  for (int i = 0; i < 3; i++) {
    int64_t now = stage.now_ms;
    stage_talk_due(&stage, id);
    cr_assert_gt(talk_of(&stage, id)->due_ms, now, "reminder %d: the next is in the past", i);
  }
}

Test(engine, a_reminder_knows_the_readers_own_morning) {
  STAGE(stage);
  const char *id = stage_person(&stage, "mina", "Mina Park");
  ((struct person *)txn_edit(stage_hand(&stage), RECORD_PERSON, id))->zone = "Asia/Tokyo";
  stage_apply(&stage);
  stage_text(&stage, "mina", "join");
  const struct scheme *scheme = model_get(stage.model, RECORD_SCHEME, "scheme");
  cr_assert_eq(stage_talk(&stage, "mina")->due_ms, schedule_after(scheme, "Asia/Tokyo", STAGE_NOW_MS, 2, false));
}

/* ---- foreground and queue ---- */
static const char *propose_to_aisha(struct stage *stage) {
  stage_text(stage, "jo", "match");
  stage_choose(stage, "jo", "release");
  stage_choose(stage, "jo", "ask");
  cr_assert_not_null(stage_last_pair(stage));
  return id_of(stage, stage_last_talk(stage, "aisha"));
}

Test(engine, a_question_of_ours_waits_until_half_an_hour_was_quiet) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "aisha", "me");
  const char *me = id_of(&stage, stage_talk(&stage, "aisha"));
  wait_ms(&stage, 10 * STAGE_MINUTE_MS);
  const char *proposal = propose_to_aisha(&stage);
  NOT_SAID(&stage, "aisha", "proposal.mentee");
  cr_assert_eq(talk_of(&stage, proposal)->state, TALK_QUEUED);
  cr_assert_eq(talk_of(&stage, proposal)->due_ms, STAGE_NOW_MS + 30 * STAGE_MINUTE_MS);
  wait_ms(&stage, 10 * STAGE_MINUTE_MS);
  stage_text(&stage, "aisha", "why");
  stage_talk_due(&stage, proposal);
  NOT_SAID(&stage, "aisha", "proposal.mentee");
  cr_assert_eq(talk_of(&stage, proposal)->due_ms, STAGE_NOW_MS + 50 * STAGE_MINUTE_MS, "again half an hour");
  stage_talk_due(&stage, proposal);
  SAID(&stage, "aisha", "proposal.mentee");
  cr_assert_eq(stage_open_talks(&stage, "aisha"), 1);
  cr_assert_eq(talk_of(&stage, me)->state, TALK_QUEUED);
}

Test(engine, what_a_manager_just_began_is_not_interrupted) {
  STAGE(stage);
  stage_cast(&stage);
  (void)stage_pair(&stage, "aisha", "jo", PAIR_ASKING_MENTEE);
  stage_text(&stage, "jo", "line @Ben Okoro");
  const char *line = id_of(&stage, stage_talk(&stage, "jo"));
  struct turn turn = {.event = &(struct event){.workspace = "web/city"}, .now_ms = stage.now_ms + STAGE_MINUTE_MS, .words = stage.words,
                      .txn = stage_hand(&stage), .arena = stage.arena};
  const char *asked = id_of(&stage, engine_start(&turn, stage_id(&stage, "jo"), "proposal", "answer", stage_last_pair(&stage)->id, true));
  stage_apply(&stage);
  cr_assert_eq(talk_of(&stage, line)->state, TALK_OPEN);
  cr_assert_eq(talk_of(&stage, asked)->state, TALK_QUEUED);
  cr_assert_eq(talk_of(&stage, asked)->due_ms, STAGE_NOW_MS + 30 * STAGE_MINUTE_MS, "half an hour from their own first word");
}

Test(engine, the_talk_that_stood_aside_comes_back) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "aisha", "me");
  const char *me = id_of(&stage, stage_talk(&stage, "aisha"));
  wait_ms(&stage, 31 * STAGE_MINUTE_MS);
  const char *proposal = propose_to_aisha(&stage);
  SAID(&stage, "aisha", "proposal.mentee");
  stage_choose(&stage, "aisha", "yes");
  cr_assert_eq(talk_of(&stage, proposal)->state, TALK_DONE);
  cr_assert_eq(talk_of(&stage, me)->state, TALK_OPEN);
  SAID(&stage, "aisha", "intake.review");
  cr_assert_eq(stage_open_talks(&stage, "aisha"), 1);
}

Test(engine, what_a_person_asks_for_comes_to_the_front) {
  STAGE(stage);
  stage_cast(&stage);
  const char *proposal = propose_to_aisha(&stage);
  stage_text(&stage, "aisha", "me");
  cr_assert_str_eq(stage_talk(&stage, "aisha")->flow, "intake");
  cr_assert_eq(stage_open_talks(&stage, "aisha"), 1);
  stage_choose(&stage, "aisha", "done");
  cr_assert_eq(talk_of(&stage, proposal)->state, TALK_OPEN);
  SAID(&stage, "aisha", "proposal.mentee");
}

Test(engine, a_press_on_a_waiting_talk_brings_it_forward) {
  STAGE(stage);
  stage_cast(&stage);
  const char *proposal = propose_to_aisha(&stage);
  const char *yes = stage_token(&stage, talk_of(&stage, proposal), "yes");
  stage_text(&stage, "aisha", "me");
  stage_press(&stage, "aisha", yes);
  SAID(&stage, "aisha", "proposal.yes_mentee");
  cr_assert_eq(stage_open_talks(&stage, "aisha"), 1);
  cr_assert_str_eq(stage_talk(&stage, "aisha")->flow, "intake", "which comes back");
}

Test(engine, a_talk_aside_whose_reminder_comes_does_not_ask_for_ever) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "aisha", "me");
  const char *me = id_of(&stage, stage_talk(&stage, "aisha"));
  wait_ms(&stage, 31 * STAGE_MINUTE_MS);
  (void)propose_to_aisha(&stage);
  cr_assert_eq(talk_of(&stage, me)->state, TALK_QUEUED);
  stage_talk_due(&stage, me);
  cr_assert_gt(talk_of(&stage, me)->due_ms, stage.now_ms);
  cr_assert_eq(stage_open_talks(&stage, "aisha"), 1);
}

Test(engine, a_cancelled_question_comes_back_once) {
  STAGE(stage);
  stage_cast(&stage);
  const char *proposal = propose_to_aisha(&stage);
  stage_text(&stage, "aisha", "cancel");
  cr_assert_eq(talk_of(&stage, proposal)->state, TALK_QUEUED);
  stage_talk_due(&stage, proposal);
  SAID(&stage, "aisha", "proposal.mentee");
  cr_assert_gt(talk_of(&stage, proposal)->due_ms, stage.now_ms);
}

Test(engine, nobody_ever_has_two_open_questions) {
  static const char *const words[] = {"match", "applicants", "line @Ben Okoro", "match", "me", "release", "undo", "next", "help", "applicants", "release", "match @Aisha Khan with @Ben Okoro"};
  STAGE(stage);
  stage_cast(&stage);
  (void)stage_enrol(&stage, "jo", ROLE_MENTOR, ENROLMENT_ACCEPTED);
  for (size_t i = 0; i < ARRAY_LEN(words); i++) {
    stage_text(&stage, "jo", words[i]);
    if (strncmp(words[i], "line", 4) == 0) stage_press(&stage, "jo", "do:applicants"); /* words would be the answer */
    cr_assert_leq(stage_open_talks(&stage, "jo"), 1, "after %s", words[i]);
  }
}

/* ---- what this release knows no more ---- */
static const char *strange_talk(struct stage *stage, const char *flow, const char *step) {
  const char *person = stage_id(stage, "aisha");
  struct talk *talk = txn_add(stage_hand(stage), RECORD_TALK, NULL);
  talk->person = person;
  talk->flow = flow;
  talk->step = step;
  talk->state = TALK_OPEN;
  talk->due_ms = stage->now_ms + 5;
  const char *id = arena_text(stage->arena, talk->id);
  stage_apply(stage);
  return id;
}

Test(engine, a_flow_or_step_that_a_release_took_away_does_no_harm) {
  static const char *const flows[][2] = {{"dance", "tango"}, {"intake", "tango"}, {"intake", ""}, {"intake", "/x"}, {"proposal", "answers"}};
  for (size_t i = 0; i < ARRAY_LEN(flows); i++) {
    STAGE(stage);
    stage_cast(&stage);
    const char *id = strange_talk(&stage, flows[i][0], flows[i][1]);
    stage_text(&stage, "aisha", "banana");
    cr_assert_gt(stage_told(&stage, "aisha"), 0);
    stage_press(&stage, "aisha", arena_format(stage.arena, "%s.%s.0.0", id, flows[i][1]));
    cr_assert_eq(stage.err, ERR_NONE);
    stage_text(&stage, "aisha", "next");
    SAID(&stage, "aisha", "next.accepted");
    stage_talk_due(&stage, id);
    cr_assert_eq(talk_of(&stage, id)->state, TALK_GIVEN_UP);
  }
}

Test(engine, slots) {
  STAGE(stage);
  struct txn *txn = stage_hand(&stage);
  struct turn turn = {.txn = txn, .arena = txn_arena(txn)};
  struct talk talk = {.id = "t1", .step = "ask/a/b"};
  cr_assert_null(engine_slot(&talk, "x"));
  engine_set_slot(&turn, &talk, "x", NULL);
  cr_assert_eq(talk.slots.count, 0, "forgetting what never was");
  engine_set_slot(&turn, &talk, "x", "1");
  engine_set_slot(&turn, &talk, "y", "2");
  engine_set_slot(&turn, &talk, "x", "3");
  cr_assert_str_eq(engine_slot(&talk, "x"), "3");
  engine_set_slot(&turn, &talk, "x", NULL);
  cr_assert_null(engine_slot(&talk, "x"));
  cr_assert_str_eq(engine_slot(&talk, "y"), "2");
  struct talking talking = {.turn = &turn, .talk = &talk};
  cr_assert_str_eq(engine_detail(&talking), "a/b");
  talk.step = "limits";
  cr_assert_str_empty(engine_detail(&talking));
  stage_apply(&stage);
}
