/* test_web_show.c: the page's messages, as PAGE.md has them. */
#include "adapters/web/web_show.h"

#include <string.h>

#include "bot/base/json.h"
#include "stage.h"

static struct text text;

static void begin(void) {
  stage_begin();
  text_init(&text, WEB_SHOW_BYTES_MAX);
}

static void end(void) {
  text_done(&text);
  stage_end();
}

TestSuite(web_show, .init = begin, .fini = end);

static const char *shown(void) {
  cJSON *root = NULL;
  cr_assert_eq(json_parse(text_str(&text), text.length, WEB_SHOW_BYTES_MAX, &root), ERR_NONE, "%s: %s", text_str(&text), err_note_text());
  json_freep(&root);
  const char *copy = arena_text(stage.arena, text_str(&text));
  text_clear(&text);
  return copy;
}

Test(web_show, a_message_and_its_card) {
  const char *id = stage_act("\"id\":\"o1\",\"kind\":\"send\",\"to\":{\"person\":\"ben\"},\"card\":{\"plain\":\"P\",\"text\":\"T\"}")->message;
  struct web_message *message = web_rooms_message(stage.rooms, id);
  web_show_message(message, &text);
  cr_assert_str_eq(shown(), "{\"t\":\"message\",\"room\":\"d:ben\",\"message\":{\"id\":\"m2\",\"from\":\"bot\",\"name\":\"Mentor bot\",\"at\":2005,"
                            "\"text\":\"T\",\"card\":{\"plain\":\"P\",\"text\":\"T\"}}}");
  message->closed = true;
  web_show_message(message, &text);
  cr_assert_not_null(strstr(shown(), "\"card\":{\"closed\":true,\"plain\":\"P\",\"text\":\"T\"}"));
  message->card = "{}";
  web_show_message(message, &text);
  cr_assert_not_null(strstr(shown(), "\"card\":{\"closed\":true}"));
  web_show_gone(message, &text);
  cr_assert_str_eq(shown(), "{\"t\":\"gone\",\"room\":\"d:ben\",\"message\":\"m2\"}");
}

Test(web_show, a_file) {
  const char *id = stage_upload("0123456789abcdef0123456789abcdef",
                                "\"id\":\"o1\",\"kind\":\"upload\",\"to\":{\"person\":\"ben\"},"
                                "\"file\":{\"blob\":\"o1\",\"name\":\"a \\\"b\\\".csv\",\"type\":\"text/csv\",\"bytes\":7}")->message;
  web_show_message(web_rooms_message(stage.rooms, id), &text);
  cr_assert_not_null(strstr(shown(), "\"text\":\"\",\"file\":{\"name\":\"a \\\"b\\\".csv\",\"type\":\"text/csv\",\"bytes\":7,"
                                     "\"href\":\"/file/0123456789abcdef0123456789abcdef\"}}"));
}

Test(web_show, a_persons_message) {
  stage_say("aisha", "n1", "cell", "/me \"quoted\"\n<b>");
  web_show_message(web_rooms_room(stage.rooms, "cell")->last, &text);
  cr_assert_str_eq(shown(), "{\"t\":\"message\",\"room\":\"cell\",\"message\":{\"id\":\"m2\",\"from\":\"aisha\",\"name\":\"Aisha Khan\",\"at\":2005,"
                            "\"text\":\"/me \\\"quoted\\\"\\n<b>\",\"only\":\"aisha\"}}");
}

Test(web_show, a_state_holds_what_one_may_see) {
  const struct web_show show = {.commands = "[{\"name\":\"x\"}]", .link_up = true, .busy = true, .busy_done = 3};
  stage_say("jo", "n1", "cell", "for the cell");
  stage_say("aisha", "n2", "hall", "for all");
  stage_say("aisha", "n3", "hall", "/private");
  web_show_state(stage.rooms, stage_person("ben"), &show, 1000, &text);
  const char *state = shown();
  static const char *const in[] = {"\"me\":\"ben\"", "\"zone\":\"Europe/London\"", "for all", "\"commands\":[{\"name\":\"x\"}]", "\"link\":true",
                                   "{\"id\":\"hall\",\"kind\":\"public\",\"name\":\"# hall\",\"unread\":1}", "\"d:ben\":[]",
                                   "\"busy\":{\"what\":\"everyone\",\"done\":3}", "\"say\":\"I want a mentor\",\"done\":false",
                                   "{\"id\":\"aisha\",\"name\":\"Aisha Khan\",\"workspace\":\"web/one\",\"about\":\"wants a mentor\",\"unread\":1}"};
  static const char *const out[] = {"for the cell", "/private", "\"cell\"", "d:aisha", "\"clock\""};
  for (size_t i = 0; i < ARRAY_LEN(in); i++) cr_expect_not_null(strstr(state, in[i]), "%s is missing in %s", in[i], state);
  for (size_t i = 0; i < ARRAY_LEN(out); i++) cr_expect_null(strstr(state, out[i]), "%s is in %s", out[i], state);
}

Test(web_show, long_rooms_show_their_end) {
  const struct web_show show = {.commands = "[]"};
  for (int i = 0; i < WEB_SHOW_MESSAGES_MAX + 10; i++)
    stage_say("aisha", arena_format(stage.arena, "n%d", i), "hall", arena_format(stage.arena, "number %d.", i));
  web_show_state(stage.rooms, stage_person("ben"), &show, 1000, &text);
  const char *state = shown();
  cr_assert_null(strstr(state, "number 9."));
  cr_assert_not_null(strstr(state, "number 10."));
  cr_assert_not_null(strstr(state, "number 209."));
}

Test(web_show, the_clock_in_words) {
  stage.rooms->clock = (struct web_clock){.known = true, .offset_ms = 1799661600000 - 1000};
  web_show_clock(stage.rooms, 1000, &text);
  cr_assert_str_eq(shown(), "{\"t\":\"clock\",\"now\":1799661600000,\"words\":\"Mon 11 Jan 2027, 10:00\",\"zone\":\"Europe/London\"}");
  stage.rooms->clock.next_ms = 1799748000000;
  web_show_clock(stage.rooms, 1000, &text);
  cr_assert_not_null(strstr(shown(), "\"next\":1799748000000,\"next_words\":\"Tue 12 Jan 2027, 10:00\""));
  stage.rooms->clock.next = "reminder to Ben";
  web_show_clock(stage.rooms, 1000, &text);
  cr_assert_not_null(strstr(shown(), "\"next_words\":\"reminder to Ben\""));
}

Test(web_show, small_ones) {
  web_show_unread(stage.rooms, stage_person("ben"), &text);
  cr_assert_str_eq(shown(), "{\"t\":\"unread\",\"person\":\"ben\",\"rooms\":{},\"total\":0}");
  web_show_stored("n1", "m7", &text);
  cr_assert_str_eq(shown(), "{\"t\":\"stored\",\"n\":\"n1\",\"message\":\"m7\"}");
  web_show_stored("n1", NULL, &text);
  cr_assert_str_eq(shown(), "{\"t\":\"stored\",\"n\":\"n1\"}");
  web_show_refused(NULL, "No.", &text);
  cr_assert_str_eq(shown(), "{\"t\":\"refused\",\"say\":\"No.\"}");
  web_show_link(false, &text);
  cr_assert_str_eq(shown(), "{\"t\":\"link\",\"up\":false}");
  web_show_step(&stage.play->steps[0], &text);
  cr_assert_str_eq(shown(), "{\"t\":\"checklist\",\"id\":\"join\",\"done\":true}");
}
