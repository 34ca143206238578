/* test_web_out.c: the bot's actions -> what becomes of the platform. */
#include "adapters/web/web_out.h"

#include <string.h>

#include "stage.h"

TestSuite(web_out, .init = stage_begin, .fini = stage_end);

static const struct card plain_card = {.text = "x", .plain = "x"};

static struct web_change change_of(struct action action) {
  action.workspace = action.workspace == NULL ? "web/one" : action.workspace;
  action.card = &plain_card;
  return web_out_change(stage.rooms, &action, 1000);
}

Test(web_out, where_a_message_goes) {
  static const struct { struct action action; enum web_change_kind kind; const char *room, *only, *why; } rows[] = {
      {{.kind = ACTION_SEND, .person = "aisha"}, WEB_CHANGE_POST, "d:aisha", NULL, NULL},
      {{.kind = ACTION_FORM, .person = "aisha"}, WEB_CHANGE_POST, "d:aisha", NULL, NULL},
      {{.kind = ACTION_UPLOAD, .person = "aisha"}, WEB_CHANGE_POST, "d:aisha", NULL, NULL},
      {{.kind = ACTION_UPLOAD, .room = "cell", .only = "ben"}, WEB_CHANGE_NOTHING, NULL, NULL, "not_allowed"},
      {{.kind = ACTION_SEND, .room = "hall"}, WEB_CHANGE_POST, "hall", NULL, NULL},
      {{.kind = ACTION_SEND, .room = "cell", .only = "jo"}, WEB_CHANGE_POST, "cell", "jo", NULL},
      {{.kind = ACTION_SEND, .room = "cell", .only = "ben"}, WEB_CHANGE_NOTHING, NULL, NULL, "not_allowed"},
      {{.kind = ACTION_SEND, .room = "cell", .only = "nobody"}, WEB_CHANGE_NOTHING, NULL, NULL, "person_gone"},
      {{.kind = ACTION_SEND, .person = "nobody"}, WEB_CHANGE_NOTHING, NULL, NULL, "person_gone"},
      {{.kind = ACTION_SEND, .person = "zoe"}, WEB_CHANGE_NOTHING, NULL, NULL, "person_gone"},
      {{.kind = ACTION_SEND, .person = "zoe", .workspace = "web/two"}, WEB_CHANGE_POST, "d:zoe", NULL, NULL},
      {{.kind = ACTION_SEND, .room = "hall", .workspace = "web/two"}, WEB_CHANGE_NOTHING, NULL, NULL, "room_gone"},
      {{.kind = ACTION_SEND, .room = "p99"}, WEB_CHANGE_NOTHING, NULL, NULL, "room_gone"},
      {{.kind = ACTION_SEND, .person = "aisha", .until_ms = 999}, WEB_CHANGE_NOTHING, NULL, NULL, "too_late"},
      {{.kind = ACTION_SEND, .person = "aisha", .until_ms = 1000}, WEB_CHANGE_POST, "d:aisha", NULL, NULL},
      {{.kind = ACTION_EDIT, .message = "m404"}, WEB_CHANGE_NOTHING, NULL, NULL, "message_gone"},
      {{.kind = ACTION_DELETE, .message = "m404"}, WEB_CHANGE_NOTHING, NULL, NULL, "message_gone"},
      {{.kind = ACTION_ROOM_LEAVE, .room = "p99"}, WEB_CHANGE_NOTHING, NULL, NULL, "room_gone"},
      {{.kind = ACTION_ROOM_LEAVE, .room = "d:aisha"}, WEB_CHANGE_NOTHING, NULL, NULL, "not_allowed"},
      {{.kind = ACTION_ROOM_LEAVE, .room = "cell"}, WEB_CHANGE_LEAVE, "cell", NULL, NULL},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct web_change change = change_of(rows[i].action);
    cr_expect_eq(change.kind, rows[i].kind, "row %zu: %s", i, change.why);
    if (rows[i].why != NULL) cr_expect(change.result == RESULT_FAILED && strcmp(change.why, rows[i].why) == 0, "row %zu: %s", i, change.why);
    if (rows[i].why == NULL) cr_expect_eq(change.result, RESULT_SENT, "row %zu", i);
    if (rows[i].room != NULL) cr_expect_str_eq(change.room->id, rows[i].room, "row %zu", i);
    if (rows[i].only != NULL) cr_expect_eq(change.only, stage_person(rows[i].only), "row %zu", i);
  }
}

Test(web_out, rooms_need_people_that_are_there) {
  static const char *const pair[] = {"aisha", "ben"}, *const mixed[] = {"aisha", "zoe"};
  struct web_change change = change_of((struct action){.kind = ACTION_ROOM_OPEN, .members = pair, .member_count = 2});
  cr_assert(change.kind == WEB_CHANGE_OPEN && change.members == 3);
  change = change_of((struct action){.kind = ACTION_ROOM_OPEN, .members = mixed, .member_count = 2});
  cr_assert_str_eq(change.why, "person_gone");
  change = change_of((struct action){.kind = ACTION_ROOM_OPEN});
  cr_assert_str_eq(change.why, "person_gone");
  change = change_of((struct action){.kind = ACTION_ROOM_INVITE, .room = "cell", .members = pair + 1, .member_count = 1});
  cr_assert(change.kind == WEB_CHANGE_INVITE && change.members == 2);
}

Test(web_out, what_the_page_cannot_show_is_unsupported) {
  static const enum action_kind kinds[] = {ACTION_HOME, ACTION_INVALID_};
  for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
    cr_expect_eq(change_of((struct action){.kind = kinds[i], .person = "aisha"}).result, RESULT_UNSUPPORTED);
}

Test(web_out, only_the_bots_own_messages_are_edited) {
  int64_t said = stage_say("aisha", "n1", "d:aisha", "hi");
  struct web_change change = change_of((struct action){.kind = ACTION_EDIT, .message = stage_id('m', said)});
  cr_assert_str_eq(change.why, "message_gone");
}

Test(web_out, an_edit_closes_what_has_nothing_left_to_answer) {
  const struct card_choice choice = {.token = "t", .label = "Yes"};
  const struct card open_cards[] = {{.plain = "x", .choices = &choice, .choice_count = 1}, {.plain = "x", .extras = &choice, .extra_count = 1},
                                    {.plain = "x", .input_token = "t", .input = INPUT_TEXT}};
  const char *message = stage_act("\"id\":\"o1\",\"kind\":\"send\",\"to\":{\"person\":\"ben\"},\"card\":{\"plain\":\"x\"}")->message;
  cr_assert(change_of((struct action){.kind = ACTION_EDIT, .message = message}).closed);
  for (size_t i = 0; i < ARRAY_LEN(open_cards); i++) {
    struct action action = {.kind = ACTION_EDIT, .message = message, .workspace = "web/one", .card = &open_cards[i]};
    cr_expect(!web_out_change(stage.rooms, &action, 1).closed, "row %zu", i);
  }
}
