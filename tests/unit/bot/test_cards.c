/* test_cards.c: rows of the outbox: to whom, through which workspace, in which order, with which parameters. */
#include "bot/cards.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static struct turn speaking(struct stage *stage, const struct event *event) {
  struct txn *txn = stage_hand(stage);
  return (struct turn){.event = event, .txn = txn, .arena = txn_arena(txn), .now_ms = stage->now_ms, .words = stage->words};
}

static const struct event from_docks = {.kind = EVENT_TEXT, .workspace = "web/docks"}, from_nowhere = {.kind = EVENT_TIMER};

static const char *two_accounts(struct stage *stage) {
  const char *id = stage_person(stage, "aisha", "Aisha Khan");
  struct txn *txn = stage_hand(stage);
  struct person *person = txn_edit(txn, RECORD_PERSON, id);
  *LIST_ADD(txn_arena(txn), &person->accounts) = (struct account){.workspace = "web/docks", .user = "akhan"};
  stage_apply(stage);
  return id;
}

Test(cards, the_answer_goes_where_the_person_writes_from) {
  STAGE(stage);
  const char *id = two_accounts(&stage);
  struct turn turn = speaking(&stage, &from_docks);
  turn.person = id;
  const struct out *out = card_to(&turn, id, W("next.welcome"));
  cr_assert_str_eq(out->workspace, "web/docks");
  cr_assert_str_eq(out->order, arena_format(stage.arena, "web/docks/%s", id));
  cr_assert_not(out->bulk);
  cr_assert_eq(out->kind, OUT_SEND);
  cr_assert_eq(out->made_ms, stage.now_ms);
  stage_apply(&stage);
}

Test(cards, what_comes_by_itself_goes_to_the_first_account_as_bulk) {
  STAGE(stage);
  const char *id = two_accounts(&stage);
  struct turn turn = speaking(&stage, &from_nowhere);
  const struct out *out = card_to(&turn, id, W("next.welcome"));
  cr_assert_str_eq(out->workspace, "web/city");
  cr_assert(out->bulk);
  turn.person = "p99";
  cr_assert(card_to(&turn, id, W("next.welcome"))->bulk, "somebody else's act");
  stage_apply(&stage);
}

Test(cards, what_comes_by_itself_waits_for_working_hours_there) {
  STAGE(stage);
  const char *id = two_accounts(&stage);
  ((struct person *)txn_edit(stage_hand(&stage), RECORD_PERSON, id))->zone = "Asia/Kolkata"; /* 10:00 in London is 15:30 there */
  stage_apply(&stage);
  struct turn turn = speaking(&stage, &from_nowhere);
  cr_assert_eq(card_to(&turn, id, W("next.welcome"))->not_before_ms, 0);
  turn.now_ms += 3 * 3600000;
  cr_assert_eq(card_to(&turn, id, W("next.welcome"))->not_before_ms, stage.now_ms + 66600000, "18:30 there: tomorrow at 10:00");
  turn.person = id;
  cr_assert_eq(card_to(&turn, id, W("next.welcome"))->not_before_ms, 0, "an answer comes at once");
  stage_apply(&stage);
}

Test(cards, a_person_without_an_account_still_has_an_order) {
  STAGE(stage);
  const char *id = stage_person(&stage, "aisha", "Aisha Khan");
  struct person *person = txn_edit(stage_hand(&stage), RECORD_PERSON, id);
  person->accounts.count = 0;
  stage_apply(&stage);
  struct turn turn = speaking(&stage, &from_nowhere);
  const struct out *out = card_to(&turn, id, W("next.welcome"));
  cr_assert_null(out->workspace);
  cr_assert_not_null(out->order);
  stage_apply(&stage);
}

Test(cards, a_room) {
  STAGE(stage);
  struct turn turn = speaking(&stage, &from_docks);
  const struct out *out = card_room(&turn, "web/city", "lobby", W("announce.text"));
  cr_assert_str_eq(out->order, "web/city/lobby");
  cr_assert_str_eq(out->room, "lobby");
  cr_assert_null(out->person);
  cr_assert(out->bulk);
  stage_apply(&stage);
}

Test(cards, choices_make_buttons_unless_something_else_was_chosen) {
  STAGE(stage);
  struct turn turn = speaking(&stage, &from_docks);
  struct out *out = card_room(&turn, "web/city", "lobby", W("announce.text"));
  cr_assert_eq(out->input, IN_NONE);
  (void)card_choice(&turn, out, "yes", W("proposal.button.yes"), NULL);
  cr_assert_eq(out->input, IN_BUTTONS);
  out->input = IN_SELECT_MANY;
  struct choice *choice = card_command(&turn, out, "people waiting", W("command.button.waiting"));
  cr_assert_eq(out->input, IN_SELECT_MANY);
  cr_assert_str_eq(choice->value, "do:people waiting");
  cr_assert_eq(out->choices.count, 2);
  stage_apply(&stage);
}

Test(cards, parameters_of_every_kind) {
  STAGE(stage);
  struct turn turn = speaking(&stage, &from_docks);
  struct out *out = card_room(&turn, "web/city", "lobby", W("announce.text"));
  struct strs two = strs_of(turn.arena, 2, "p1", "p2");
  param_text(WITH(&turn, out), &turn, "a", "text");
  param_text(WITH(&turn, out), &turn, "b", NULL);
  param_number(WITH(&turn, out), &turn, "c", INT64_MIN);
  param_time(WITH(&turn, out), &turn, "d", 5);
  param_date(WITH(&turn, out), &turn, "e", 6);
  param_person(WITH(&turn, out), &turn, "f", "p1");
  param_people(WITH(&turn, out), &turn, "g", two);
  param_words(WITH(&turn, out), &turn, "h", two);
  param_list(WITH(&turn, out), &turn, "i", two);
  static const struct { enum param_kind kind; size_t count; const char *first; } wanted[] = {
      {PARAM_TEXT, 1, "text"}, {PARAM_TEXT, 0, NULL}, {PARAM_NUMBER, 1, "-9223372036854775808"}, {PARAM_TIME, 1, "5"}, {PARAM_DATE, 1, "6"},
      {PARAM_PERSON, 1, "p1"}, {PARAM_PEOPLE, 2, "p1"}, {PARAM_WORDS, 2, "p1"}, {PARAM_TEXT, 2, "p1"}};
  cr_assert_eq(out->params.count, ARRAY_LEN(wanted));
  for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
    const struct param *param = &out->params.items[i];
    cr_assert_eq(param->kind, wanted[i].kind, "%s", param->name);
    cr_assert_eq(param->values.count, wanted[i].count, "%s", param->name);
    if (wanted[i].first != NULL) cr_assert_str_eq(param->values.items[0], wanted[i].first);
  }
  stage_apply(&stage);
}

Test(cards, rows_are_numbered_in_the_order_they_were_made) {
  STAGE(stage);
  const char *id = stage_person(&stage, "aisha", "Aisha Khan");
  struct turn turn = speaking(&stage, &from_docks);
  for (int i = 0; i < 30; i++) (void)card_to(&turn, id, W("next.welcome"));
  struct strs rows = txn_all(turn.txn, RECORD_OUT);
  cr_assert_eq(rows.count, 30);
  for (size_t i = 1; i < rows.count; i++) cr_assert_lt(record_id_order(rows.items[i - 1], rows.items[i]), 0);
  stage_apply(&stage);
}

Test(cards, the_reply_is_the_last_that_was_said) {
  STAGE(stage);
  struct turn turn = speaking(&stage, &from_docks);
  turn_say(&turn, W("room.private"));
  turn_say(&turn, W("press.gone"));
  cr_assert_str_eq(turn.reply->words, "press.gone");
  stage_apply(&stage);
}
