/* test_introduction.c: both are told in one turn; their room comes where they share a workspace, and the bot carries their words where not. */
#include "bot/flows/flows.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static void move_ben(struct stage *stage, const char *workspace) {
  const char *id = stage_id(stage, "ben");
  struct txn *txn = stage_hand(stage);
  struct person *ben = txn_edit(txn, RECORD_PERSON, id);
  ben->accounts.count = 0;
  ben->accounts.items = NULL;
  *LIST_ADD(txn_arena(txn), &ben->accounts) = (struct account){.workspace = workspace, .user = "ben"};
  stage_apply(stage);
}

static const struct event timer = {.kind = EVENT_TIMER};

/* Both said yes, wherever they are. */
static const char *introduced(struct stage *stage) {
  const char *pair = stage_pair(stage, "aisha", "ben", PAIR_INTRODUCED);
  return pair;
}

struct told {
  size_t mentee, mentor, manager, rooms;
  const char *first_line, *manager_words;
  struct out *room;
};

static struct told make(struct stage *stage, const char *pair, const char *mentee, const char *mentor) {
  struct told told = {0};
  struct txn *txn = stage_hand(stage);
  struct turn turn = {.event = &timer, .txn = txn, .arena = txn_arena(txn), .words = stage->words, .now_ms = stage->now_ms};
  introduction_make(&turn, pair);
  struct strs rows = txn_all(txn, RECORD_OUT);
  for (size_t i = 0; i < rows.count; i++) {
    const struct out *row = txn_get(txn, RECORD_OUT, rows.items[i]);
    bool both = strcmp(row->words, "introduction.both_yes") == 0;
    if (row->kind == OUT_ROOM_OPEN) told.rooms++, told.room = record_copy(RECORD_OUT, row, stage->arena);
    else if (both && strcmp(row->person, mentee) == 0) told.mentee++, told.first_line = row->lines.items[0].words;
    else if (both && strcmp(row->person, mentor) == 0) told.mentor++;
    else told.manager++, told.manager_words = arena_text(stage->arena, row->words);
  }
  told.first_line = arena_text(stage->arena, told.first_line);
  stage_apply(stage);
  return told;
}

Test(introduction, a_shared_workspace_gets_a_room) {
  STAGE(stage);
  stage_cast(&stage);
  const char *aisha = stage_id(&stage, "aisha"), *ben = stage_id(&stage, "ben"), *pair = introduced(&stage);
  struct told told = make(&stage, pair, aisha, ben);
  cr_assert(told.mentee == 1 && told.mentor == 1 && told.manager == 1 && told.rooms == 1);
  cr_assert_str_eq(told.first_line, "introduction.room_comes");
  cr_assert_str_eq(told.manager_words, "introduction.managers");
  cr_assert_eq(told.room->members.count, 2);
  cr_assert_str_eq(told.room->workspace, "web/city");
  cr_assert_str_eq(told.room->about, pair);
}

Test(introduction, without_one_the_bot_carries_their_words) {
  STAGE(stage);
  stage_cast(&stage);
  const char *aisha = stage_id(&stage, "aisha"), *ben = stage_id(&stage, "ben"), *pair = introduced(&stage);
  move_ben(&stage, "web/docks");
  struct told told = make(&stage, pair, aisha, ben);
  cr_assert(told.mentee == 1 && told.mentor == 1 && told.manager == 1 && told.rooms == 0);
  cr_assert_str_eq(told.first_line, "introduction.relay");
  cr_assert_str_eq(told.manager_words, "introduction.managers_relay");
}

Test(introduction, managers_in_a_line_hear_nothing) {
  static const char *const recused_from[] = {"aisha", "ben"};
  for (size_t i = 0; i < 2; i++) {
    STAGE(stage);
    stage_cast(&stage);
    stage_line(&stage, recused_from[i], "jo");
    const char *aisha = stage_id(&stage, "aisha"), *ben = stage_id(&stage, "ben");
    cr_assert_eq(make(&stage, introduced(&stage), aisha, ben).manager, 0);
  }
}

/* ---- what became of the room ---- */
static struct out *asked_for_room(struct stage *stage) {
  stage_cast(stage);
  const char *aisha = stage_id(stage, "aisha"), *ben = stage_id(stage, "ben");
  return make(stage, introduced(stage), aisha, ben).room;
}

/* Rows of one order leave one after the other: a pair whose room takes long would hold up all others. */
Test(introduction, no_pair_waits_for_another_pairs_room) {
  STAGE(stage);
  const struct out *one = asked_for_room(&stage);
  stage_add(&stage, "cem", "Cem Kaya", ROLE_MENTEE);
  const char *cem = stage_id(&stage, "cem"), *ben = stage_id(&stage, "ben");
  const struct out *other = make(&stage, stage_pair(&stage, "cem", "ben", PAIR_INTRODUCED), cem, ben).room;
  cr_assert_str_eq(one->workspace, other->workspace);
  cr_assert_str_neq(one->order, other->order);
}

Test(introduction, the_room_is_kept_and_opened_with_a_word) {
  STAGE(stage);
  struct out *row = asked_for_room(&stage);
  stage_result(&stage, row, RESULT_SENT, "room-7");
  const struct pair *pair = stage_last_pair(&stage);
  const struct room *room = model_get(stage.model, RECORD_ROOM, pair->room);
  cr_assert_str_eq(room->room, "room-7");
  cr_assert_str_eq(room->pair, pair->id);
  cr_assert_eq(stage.row_count, 1);
  cr_assert_str_eq(stage.rows[0]->room, "room-7");
  cr_assert_str_eq(stage.rows[0]->words, "introduction.room");
  stage_result(&stage, row, RESULT_SENT, "room-8");
  cr_assert_eq(model_count(stage.model, RECORD_ROOM), 1, "a second answer changes nothing");
  cr_assert_eq(stage.row_count, 0);
}

Test(introduction, a_room_that_cannot_be_had) {
  static const enum action_result results[] = {RESULT_FAILED, RESULT_UNSUPPORTED, RESULT_AMBIGUOUS};
  for (size_t i = 0; i < ARRAY_LEN(results); i++) {
    STAGE(stage);
    struct out *row = asked_for_room(&stage);
    stage_result(&stage, row, results[i], NULL);
    SAID(&stage, "jo", "introduction.managers_relay");
    SAID(&stage, "aisha", "introduction.room_failed");
    SAID(&stage, "ben", "introduction.room_failed");
    cr_assert_null(stage_last_pair(&stage)->room);
    cr_assert(stage_ops_have(&stage, arena_format(stage.arena, "drop out %s", row->id)));
  }
}

/* A group message without a word in it is shown to nobody: they would wait for a room that never comes. */
Test(introduction, a_room_in_which_nothing_can_be_said_is_none) {
  STAGE(stage);
  stage_result(&stage, asked_for_room(&stage), RESULT_SENT, "room-7");
  const struct out *welcome = record_copy(RECORD_OUT, stage.rows[0], stage.arena);
  stage_result(&stage, welcome, RESULT_AMBIGUOUS, NULL);
  cr_assert_not_null(stage_last_pair(&stage)->room, "it may stand there");
  stage_result(&stage, welcome, RESULT_FAILED, NULL);
  SAID(&stage, "jo", "introduction.managers_relay");
  SAID(&stage, "aisha", "introduction.room_failed");
  SAID(&stage, "ben", "introduction.room_failed");
  cr_assert_null(stage_last_pair(&stage)->room);
  cr_assert_eq(model_count(stage.model, RECORD_ROOM), 0);
}

Test(introduction, a_room_for_a_pair_that_ended_is_not_kept) {
  STAGE(stage);
  struct out *row = asked_for_room(&stage);
  ((struct pair *)txn_edit(stage_hand(&stage), RECORD_PAIR, row->about))->state = PAIR_ENDED;
  stage_apply(&stage);
  stage_result(&stage, row, RESULT_SENT, "room-7");
  cr_assert_eq(model_count(stage.model, RECORD_ROOM), 0);
}
