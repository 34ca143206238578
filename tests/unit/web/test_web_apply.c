/* test_web_apply.c: what lines do, once and twice, live and again from the beginning. */
#include "adapters/web/web_apply.h"

#include <string.h>

#include "adapters/web/web_show.h"
#include "stage.h"

TestSuite(web_apply, .init = stage_begin, .fini = stage_end);

static size_t messages_in(const char *room) {
  size_t count = 0;
  for (const struct web_message *message = web_rooms_room(stage.rooms, room)->first; message != NULL; message = message->after) count++;
  return count;
}

#define ASK "\"kind\":\"send\",\"to\":{\"person\":\"aisha\"},\"card\":{\"plain\":\"Shall we?\",\"text\":\"Shall we?\",\"input\":\"buttons\"," \
            "\"choices\":[{\"token\":\"7.0\",\"label\":\"Yes\"}],\"extras\":[{\"token\":\"7.why\",\"label\":\"Why\"}]}"

Test(web_apply, the_same_n_twice_is_one_message) {
  int64_t first = stage_say("aisha", "n1", "d:aisha", "hi");
  stage_say("aisha", "n1", "d:aisha", "hi");
  cr_assert_eq(messages_in("d:aisha"), 1);
  cr_assert_eq(web_events_count(stage.events), 1);
  cr_assert_str_eq(web_rooms_room(stage.rooms, "d:aisha")->last->id, stage_id('m', first));
  stage_say("ben", "n1", "hall", "another person's n");
  cr_assert_eq(messages_in("hall"), 1);
  cr_assert(web_rooms_seen(stage.rooms, stage_person("ben"), "n1"));
  cr_assert(!web_rooms_seen(stage.rooms, stage_person("jo"), "n1"));
}

Test(web_apply, the_same_press_twice_is_one_event_but_a_second_press_is_another) {
  const char *message = stage_act("\"id\":\"o1\"," ASK)->message;
  struct web_line press = {.kind = WEB_LINE_PRESS, .person = "aisha", .n = "p1", .message = message, .token = "7.0"};
  stage_apply(press);
  stage_apply(press);
  cr_assert_eq(web_events_count(stage.events), 1);
  press.n = "p2";
  stage_apply(press);
  cr_assert_eq(web_events_count(stage.events), 2);
  cr_assert(!web_rooms_message(stage.rooms, message)->closed, "only the bot's edit closes a card");
}

Test(web_apply, the_same_action_id_is_done_once_and_answered_the_same) {
  const struct web_outcome *first = stage_act("\"id\":\"o1\"," ASK);
  const struct web_outcome *again = stage_act("\"id\":\"o1\",\"kind\":\"send\",\"to\":{\"person\":\"ben\"},\"card\":{\"plain\":\"other\"}");
  cr_assert_eq(first, again);
  cr_assert_eq(first->result, RESULT_SENT);
  cr_assert_eq(messages_in("d:aisha"), 1);
  cr_assert_eq(messages_in("d:ben"), 0);
  const struct web_outcome *failed = stage_act("\"id\":\"o2\",\"kind\":\"send\",\"to\":{\"person\":\"nobody\"},\"card\":{\"plain\":\"x\"}");
  cr_assert_str_eq(failed->why, "person_gone");
  cr_assert_eq(stage_act("\"id\":\"o2\"," ASK), failed, "a failure is remembered too");
}

Test(web_apply, a_private_command_in_a_room_is_its_writers) {
  int64_t said = stage_say("aisha", "n1", "cell", "/me");
  const struct web_message *message = web_rooms_message(stage.rooms, stage_id('m', said));
  cr_assert_eq(message->only, stage_person("aisha"));
  cr_assert(!web_rooms_sees(stage.rooms, message, stage_person("jo")));
  cr_assert_eq(web_rooms_unread_total(stage.rooms, stage_person("jo")), 0);
}

Test(web_apply, unread_counts_what_others_wrote_and_one_may_see) {
  const struct web_play_person *jo = stage_person("jo");
  int64_t first = stage_say("aisha", "n1", "cell", "one");
  stage_say("aisha", "n2", "hall", "two");
  stage_act("\"id\":\"o1\",\"kind\":\"send\",\"to\":{\"room\":\"cell\"},\"only\":\"aisha\",\"card\":{\"plain\":\"x\"}");
  cr_assert_eq(web_rooms_unread_total(stage.rooms, jo), 2);
  cr_assert_eq(web_rooms_unread_total(stage.rooms, stage_person("ben")), 1);
  stage_apply((struct web_line){.kind = WEB_LINE_READ, .person = "jo", .room = "cell", .message = stage_id('m', first)});
  cr_assert_eq(web_rooms_unread_total(stage.rooms, jo), 1);
  stage_say("jo", "n3", "hall", "whoever writes has read");
  cr_assert_eq(web_rooms_unread_total(stage.rooms, jo), 0);
  cr_assert_eq(web_rooms_unread_total(stage.rooms, stage_person("aisha")), 2);
}

Test(web_apply, acks_end_events) {
  int64_t number;
  const char *change, *person;
  int64_t first = stage_say("aisha", "n1", "d:aisha", "one"), second = stage_say("aisha", "n2", "d:aisha", "two");
  stage_apply((struct web_line){.kind = WEB_LINE_ACK, .acked = first});
  stage_apply((struct web_line){.kind = WEB_LINE_ACK, .acked = first});
  cr_assert_eq(web_events_count(stage.events), 1);
  cr_assert(web_events_ack(stage.events, web_events_next(stage.events, 0)->id, &number, &change, &person));
  cr_assert_eq(number, second);
  cr_assert_str_eq(person, "aisha");
  cr_assert(!web_events_waits_for(stage.events, "aisha"));
}

Test(web_apply, a_reset_is_seen_until_it_is_acked) {
  int64_t number = stage_apply((struct web_line){.kind = WEB_LINE_DEMO, .person = "aisha", .change = "reset"});
  cr_assert(web_events_has_reset(stage.events));
  stage_apply((struct web_line){.kind = WEB_LINE_ACK, .acked = number});
  cr_assert(!web_events_has_reset(stage.events));
}

Test(web_apply, answered_is_any_answer_but_an_extra) {
  const char *message = stage_act("\"id\":\"o1\"," ASK)->message;
  const struct web_message *asked = web_rooms_message(stage.rooms, message);
  stage_apply((struct web_line){.kind = WEB_LINE_PRESS, .person = "aisha", .n = "p1", .message = message, .token = "7.why"});
  cr_assert(!asked->answered);
  stage_say("aisha", "n1", "hall", "elsewhere");
  cr_assert(!asked->answered);
  stage_say("aisha", "n2", "d:aisha", "yes");
  cr_assert(asked->answered);
  stage_act(arena_format(stage.arena, "\"id\":\"o2\",\"kind\":\"edit\",\"message\":\"%s\",\"card\":{\"plain\":\"Again?\",\"input\":\"buttons\","
                                      "\"choices\":[{\"token\":\"8.0\",\"label\":\"Yes\"}]}", message));
  cr_assert(!asked->answered && !asked->closed);
}

Test(web_apply, private_rooms) {
  const char *room = stage_act("\"id\":\"o1\",\"kind\":\"room_open\",\"members\":[\"aisha\",\"ben\"],\"name\":\"Aisha & Ben\"")->message;
  cr_assert_eq(web_rooms_room(stage.rooms, room)->kind, ROOM_PRIVATE);
  cr_assert(!web_rooms_has(stage.rooms, web_rooms_room(stage.rooms, room), stage_person("jo")));
  stage_act(arena_format(stage.arena, "\"id\":\"o2\",\"kind\":\"room_invite\",\"to\":{\"room\":\"%s\"},\"members\":[\"jo\"]", room));
  cr_assert(web_rooms_has(stage.rooms, web_rooms_room(stage.rooms, room), stage_person("jo")));
  stage_act(arena_format(stage.arena, "\"id\":\"o3\",\"kind\":\"room_leave\",\"to\":{\"room\":\"%s\"}", room));
  stage_say("aisha", "n1", room, "@Mentor are you there");
  cr_assert_eq(web_events_count(stage.events), 0, "the bot is not in that room any more");
  cr_assert_eq(messages_in(room), 1);
}

Test(web_apply, a_line_about_what_is_not_there_changes_nothing) {
  stage_say("nobody", "n1", "hall", "x");
  stage_say("zoe", "n1", "hall", "x");
  stage_say("aisha", "n1", "nowhere", "x");
  stage_apply((struct web_line){.kind = WEB_LINE_PRESS, .person = "aisha", .n = "n2", .message = "m404", .token = "t"});
  stage_apply((struct web_line){.kind = WEB_LINE_READ, .person = "aisha", .room = "hall", .message = "m404"});
  stage_apply((struct web_line){.kind = WEB_LINE_ACK, .acked = 404});
  stage_apply((struct web_line){.kind = WEB_LINE_ACTION, .frame = "{\"t\":\"got\",\"id\":\"o9\"}"});
  cr_assert_eq(web_events_count(stage.events), 0);
  cr_assert_eq(messages_in("hall"), 0);
}

Test(web_apply, the_clock_is_an_offset) {
  int64_t number = stage_apply((struct web_line){.kind = WEB_LINE_CLOCK, .now_ms = 500000, .next_ms = 600000, .next = "reminder"});
  cr_assert_eq(stage.rooms->clock.offset_ms, 500000 - 1000 * number);
  cr_assert_str_eq(stage.rooms->clock.next, "reminder");
}

/* ---- the whole story again ---- */

static void play_story(void) {
  stage.next_number = 1;
  stage_apply((struct web_line){.kind = WEB_LINE_START, .journal = "abc"});
  stage_apply((struct web_line){.kind = WEB_LINE_CLOCK, .now_ms = 1799661600000});
  stage_say("aisha", "n1", "d:aisha", "hi");
  const char *message = stage_act("\"id\":\"o1\"," ASK)->message;
  stage_apply((struct web_line){.kind = WEB_LINE_PRESS, .person = "aisha", .n = "p1", .message = message, .token = "7.0"});
  stage_act("\"id\":\"o2\",\"kind\":\"edit\",\"message\":\"m4\",\"card\":{\"plain\":\"You said yes\",\"text\":\"You said yes\"}");
  const char *room = stage_act("\"id\":\"o3\",\"kind\":\"room_open\",\"members\":[\"aisha\",\"ben\"],\"name\":\"A & B\"")->message;
  stage_say("ben", "n2", room, "hello");
  stage_apply((struct web_line){.kind = WEB_LINE_ACK, .acked = 3});
  stage_apply((struct web_line){.kind = WEB_LINE_READ, .person = "aisha", .room = "d:aisha", .message = message});
  stage_act("\"id\":\"o4\",\"kind\":\"delete\",\"message\":\"m404\"");
}

#define UPLOAD "\"kind\":\"upload\",\"file\":{\"blob\":\"o1\",\"name\":\"people.csv\",\"type\":\"text/csv\",\"bytes\":48211}"

Test(web_apply, a_file_hangs_on_its_message_until_that_is_deleted) {
  const char *id = stage_upload("abc0", "\"id\":\"o1\",\"to\":{\"person\":\"jo\"},\"card\":{\"plain\":\"Here.\",\"text\":\"Here.\"}," UPLOAD)->message;
  const struct web_message *message = web_rooms_message(stage.rooms, id);
  cr_assert_str_eq(message->text, "Here.");
  cr_assert_str_eq(message->file->name, "people.csv");
  cr_assert_str_eq(message->file->type, "text/csv");
  cr_assert_eq(message->file->bytes, 48211);
  cr_assert_eq(web_rooms_with_file(stage.rooms, "abc0"), message);
  cr_assert_null(web_rooms_with_file(stage.rooms, "abc1"));
  cr_assert_null(web_rooms_with_file(stage.rooms, id), "what is told to everybody opens nothing");
  stage_act(arena_format(stage.arena, "\"id\":\"o2\",\"kind\":\"edit\",\"message\":\"%s\",\"card\":{\"plain\":\"There.\"}", id));
  cr_assert_eq(web_rooms_with_file(stage.rooms, "abc0"), message);
  stage_act(arena_format(stage.arena, "\"id\":\"o3\",\"kind\":\"delete\",\"message\":\"%s\"", id));
  cr_assert_null(web_rooms_with_file(stage.rooms, "abc0"));
}

Test(web_apply, a_file_needs_no_words_but_its_bytes_and_somebody_to_get_it) {
  const struct web_outcome *sent = stage_upload("abc0", "\"id\":\"o1\",\"to\":{\"person\":\"jo\"}," UPLOAD);
  cr_assert_str_eq(web_rooms_message(stage.rooms, sent->message)->text, "");
  cr_assert_null(web_rooms_message(stage.rooms, sent->message)->card);
  cr_assert_eq(stage_upload("abc1", "\"id\":\"o1\",\"to\":{\"person\":\"jo\"}," UPLOAD), sent);
  cr_assert_null(web_rooms_with_file(stage.rooms, "abc1"), "the same action again is nothing new");
  cr_assert_str_eq(stage_upload("abc2", "\"id\":\"o2\",\"to\":{\"person\":\"nobody\"}," UPLOAD)->why, "person_gone");
  cr_assert_null(web_rooms_with_file(stage.rooms, "abc2"));
  cr_assert_str_eq(stage_upload(NULL, "\"id\":\"o3\",\"to\":{\"person\":\"jo\"}," UPLOAD)->why, "broken");
  cr_assert_eq(messages_in("d:jo"), 1);
  web_rooms_clear(stage.rooms);
  cr_assert_null(web_rooms_with_file(stage.rooms, "abc0"));
}

static const char *whole_state(void) {
  struct text text;
  const struct web_show show = {.commands = "[]", .link_up = true};
  const char *all = "";
  for (size_t i = 0; i < stage.play->person_count; i++) {
    text_init(&text, WEB_SHOW_BYTES_MAX);
    web_show_state(stage.rooms, &stage.play->people[i], &show, 1000, &text);
    all = arena_format(stage.arena, "%s%s\n", all, text_str(&text));
    text_done(&text);
  }
  return arena_format(stage.arena, "%s%zu events", all, web_events_count(stage.events));
}

Test(web_apply, a_replay_makes_the_same_state) {
  play_story();
  const char *live = whole_state();
  cr_assert_not_null(strstr(live, "You said yes"));
  cr_assert_not_null(strstr(live, "\"closed\":true"));
  web_events_clear(stage.events);
  web_rooms_clear(stage.rooms);
  cr_assert_str_neq(whole_state(), live);
  play_story();
  cr_assert_str_eq(whole_state(), live);
}

Test(web_apply, clearing_leaves_the_clock_and_nothing_else) {
  play_story();
  web_events_clear(stage.events);
  web_rooms_clear(stage.rooms);
  cr_assert(stage.rooms->clock.known);
  cr_assert_eq(messages_in("d:aisha"), 0);
  cr_assert_null(web_rooms_outcome(stage.rooms, "o1"));
  cr_assert(!web_rooms_seen(stage.rooms, stage_person("aisha"), "n1"));
  cr_assert_null(web_rooms_message(stage.rooms, "m4"));
}

/* A demo that runs for days edits the same questions over and over: each edit kept its words for good. */
Test(web_apply, an_edit_gives_back_what_it_replaces) {
  enum { EDITS = 300, LONG = 1500, EACH_MAX = 300 };
  const char *message = stage_act("\"id\":\"o1\"," ASK)->message;
  char *words = arena_alloc(stage.arena, LONG + 1);
  memset(words, 'w', LONG);
  size_t before = arena_bytes(stage.rooms->arena);
  for (int i = 0; i < EDITS; i++)
    stage_act(arena_format(stage.arena, "\"id\":\"e%d\",\"kind\":\"edit\",\"message\":\"%s\",\"card\":{\"plain\":\"%s\",\"text\":\"%s\"}", i, message, words, words));
  cr_expect_lt(arena_bytes(stage.rooms->arena) - before, (size_t)EDITS * EACH_MAX, "%zu bytes an edit", (arena_bytes(stage.rooms->arena) - before) / EDITS);
  cr_expect_str_eq(web_rooms_message(stage.rooms, message)->text, words);
}
