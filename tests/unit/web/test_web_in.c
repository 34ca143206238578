/* test_web_in.c: a page's words -> a line, a line -> the link's event. */
#include "adapters/web/web_in.h"

#include <stdlib.h>
#include <string.h>

#include "stage.h"

TestSuite(web_in, .init = stage_begin, .fini = stage_end);

static struct web_in hear(const char *me, const char *json) {
  struct web_in in;
  web_in_read(json, strlen(json), me == NULL ? NULL : stage_person(me), stage.rooms, stage.arena, &in);
  return in;
}

static const char *message_to(const char *person) {
  char action[300];
  static int count;
  snprintf(action, sizeof action, "\"id\":\"o-%d\",\"kind\":\"send\",\"to\":{\"person\":\"%s\"},\"card\":{\"plain\":\"x\"}", ++count, person);
  return stage_act(action)->message;
}

Test(web_in, takes_what_a_page_may_say) {
  const char *message = message_to("aisha");
  static const struct { const char *json; enum web_in_kind kind; enum web_line_kind line; } rows[] = {
      {"{\"t\":\"be\"}", WEB_IN_BE, WEB_LINE_INVALID_},
      {"{\"t\":\"be\",\"person\":\"ben\"}", WEB_IN_BE, WEB_LINE_INVALID_},
      {"{\"t\":\"say\",\"n\":\"1\",\"room\":\"d:aisha\",\"text\":\"hi\"}", WEB_IN_LINE, WEB_LINE_SAY},
      {"{\"t\":\"say\",\"n\":\"1\",\"room\":\"hall\",\"text\":\"hi\",\"more\":[1]}", WEB_IN_LINE, WEB_LINE_SAY},
      {"{\"t\":\"press\",\"n\":\"1\",\"message\":\"%s\",\"token\":\"7.a.1.2\"}", WEB_IN_LINE, WEB_LINE_PRESS},
      {"{\"t\":\"form\",\"n\":\"1\",\"message\":\"%s\",\"token\":\"7\",\"values\":{\"text\":\"x\",\"choice\":[\"a\",\"b\"]}}", WEB_IN_LINE, WEB_LINE_FORM},
      {"{\"t\":\"read\",\"room\":\"d:aisha\",\"message\":\"%s\"}", WEB_IN_LINE, WEB_LINE_READ},
      {"{\"t\":\"clock_next\"}", WEB_IN_LINE, WEB_LINE_DEMO},
      {"{\"t\":\"clock_to\",\"due\":1799661600000}", WEB_IN_LINE, WEB_LINE_DEMO},
      {"{\"t\":\"reset\",\"due\":-1}", WEB_IN_LINE, WEB_LINE_DEMO},
      {"{\"t\":\"everyone\"}", WEB_IN_EVERYONE, WEB_LINE_INVALID_},
      {"{\"t\":\"read\",\"room\":\"d:aisha\",\"message\":\"m404\"}", WEB_IN_NOTHING, WEB_LINE_INVALID_},
      {"{\"t\":\"read\",\"room\":\"d:ben\"}", WEB_IN_NOTHING, WEB_LINE_INVALID_},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const char *hole = strstr(rows[i].json, "%s");
    const char *json = hole == NULL ? rows[i].json : arena_format(stage.arena, "%.*s%s%s", (int)(hole - rows[i].json), rows[i].json, message, hole + 2);
    struct web_in in = hear("aisha", json);
    cr_expect_eq(in.kind, rows[i].kind, "%s: %s", json, in.say);
    if (in.kind == WEB_IN_LINE) cr_expect_eq(in.line.kind, rows[i].line, "%s", json);
    if (in.kind == WEB_IN_LINE) cr_expect_str_eq(in.line.person, "aisha", "%s", json);
  }
}

Test(web_in, a_chosen_person_is_a_typed_name) {
  const char *message = message_to("aisha");
  static const struct { const char *values, *text; } rows[] = {
      {"{\"person\":\"ben\",\"text\":\"Ben\"}", "Ben"}, {"{\"text\":\"Ben\",\"person\":\"ben\"}", "Ben"},
      {"{\"person\":\"ben\"}", "Ben Okoro"}, {"{\"person\":\"Somebody else\"}", "Somebody else"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const char *form = "{\"t\":\"form\",\"n\":\"1\",\"token\":\"t\",\"message\":";
    struct web_in in = hear("aisha", arena_format(stage.arena, "%s\"%s\",\"values\":%s}", form, message, rows[i].values));
    cr_assert_eq(in.kind, WEB_IN_LINE, "%s", in.say);
    cr_assert_eq(in.line.value_count, 1, "%s", rows[i].values);
    cr_expect_str_eq(in.line.values[0].name, "text");
    cr_expect_str_eq(in.line.values[0].values[0], rows[i].text);
  }
}

Test(web_in, refuses_with_a_sentence) {
  const char *message = message_to("ben");
  const char *press_bens = arena_format(stage.arena, "{\"t\":\"press\",\"n\":\"1\",\"message\":\"%s\",\"token\":\"t\"}", message);
  const struct { const char *me, *json, *say; } rows[] = {
      {NULL, "{\"t\":\"say\",\"n\":\"1\",\"room\":\"hall\",\"text\":\"hi\"}", "Say who you are first"},
      {NULL, "{\"t\":\"be\",\"person\":\"nobody\"}", "no such person"},
      {"aisha", "", "Reload the page"},
      {"aisha", "[]", "Reload the page"},
      {"aisha", "{\"t\":\"dance\"}", "Reload the page"},
      {"aisha", "{\"t\":\"say\",\"room\":\"hall\",\"text\":\"hi\"}", "Reload the page"},
      {"aisha", "{\"t\":\"say\",\"n\":7,\"room\":\"hall\",\"text\":\"hi\"}", "Reload the page"},
      {"aisha", "{\"t\":\"say\",\"n\":\"1\",\"room\":\"d:ben\",\"text\":\"hi\"}", "not in that room"},
      {"ben", "{\"t\":\"say\",\"n\":\"1\",\"room\":\"cell\",\"text\":\"hi\"}", "not in that room"},
      {"zoe", "{\"t\":\"say\",\"n\":\"1\",\"room\":\"hall\",\"text\":\"hi\"}", "not in that room"},
      {"aisha", "{\"t\":\"say\",\"n\":\"1\",\"room\":\"hall\",\"text\":\" \\n\\t\"}", "nothing to send"},
      {"aisha", press_bens, "not there any more"},
      {"aisha", "{\"t\":\"press\",\"n\":\"1\",\"message\":\"m404\",\"token\":\"t\"}", "not there any more"},
      {"ben", "{\"t\":\"press\",\"n\":\"1\",\"message\":\"m2\",\"token\":\"\"}", "Reload the page"},
      {"ben", "{\"t\":\"press\",\"n\":\"1\",\"message\":\"m2\",\"token\":\"a\\u0001b\"}", "Reload the page"},
      {"ben", "{\"t\":\"form\",\"n\":\"1\",\"message\":\"m2\",\"token\":\"t\",\"values\":{}}", "Reload the page"},
      {"ben", "{\"t\":\"form\",\"n\":\"1\",\"message\":\"m2\",\"token\":\"t\",\"values\":{\"x\":[]}}", "Reload the page"},
      {"ben", "{\"t\":\"form\",\"n\":\"1\",\"message\":\"m2\",\"token\":\"t\",\"values\":{\"x\":[1]}}", "Reload the page"},
      {"ben", "{\"t\":\"form\",\"n\":\"1\",\"message\":\"m2\",\"token\":\"t\"}", "Reload the page"},
      {"aisha", "{\"t\":\"clock_to\"}", "Reload the page"},
      {"aisha", "{\"t\":\"clock_to\",\"due\":-1}", "Reload the page"},
      {"aisha", "{\"t\":\"clock_to\",\"due\":253402300800000}", "Reload the page"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct web_in in = hear(rows[i].me, rows[i].json);
    cr_expect_eq(in.kind, WEB_IN_REFUSED, "%s", rows[i].json);
    if (in.kind == WEB_IN_REFUSED) cr_expect_not_null(strstr(in.say, rows[i].say), "%s: %s", rows[i].json, in.say);
    cr_expect_str_eq(err_note_text(), "", "no note is left for others");
  }
}

static char *say_of(size_t chars, const char *one) {
  char *json = arena_alloc(stage.arena, 100 + chars * strlen(one)), *at = json + sprintf(json, "{\"t\":\"say\",\"n\":\"1\",\"room\":\"hall\",\"text\":\"");
  for (size_t i = 0; i < chars; i++, at += strlen(one)) memcpy(at, one, strlen(one));
  memcpy(at, "\"}", 3);
  return json;
}

Test(web_in, counts_characters_not_bytes) {
  cr_assert_eq(hear("aisha", say_of(4000, "x")).kind, WEB_IN_LINE);
  cr_assert_eq(hear("aisha", say_of(4000, "🙂")).kind, WEB_IN_LINE);
  cr_assert_not_null(strstr(hear("aisha", say_of(4001, "x")).say, "That is 4001 characters long, and 4000 fit."));
  cr_assert_eq(hear("aisha", say_of(60000, "x")).kind, WEB_IN_REFUSED);
  cr_assert_eq(hear("aisha", say_of(70000, "x")).kind, WEB_IN_REFUSED);
}

/* ---- line -> event ---- */

static bool event_of(const char *person, const char *room, const char *text, struct event *ret_event) {
  struct web_line line = {.kind = WEB_LINE_SAY, .number = 12, .at_ms = 7000, .person = person, .n = "n", .room = room, .text = text};
  return web_in_event(&line, stage.rooms, stage.arena, ret_event);
}

Test(web_in, words_become_text_or_command) {
  static const struct { const char *room, *said, *command, *args, *text; } rows[] = {
      {"d:aisha", "hi", NULL, NULL, "hi"},
      {"d:aisha", "  hi there ", NULL, NULL, "hi there "},
      {"d:aisha", "/pairs quiet", "pairs", "quiet", NULL},
      {"d:aisha", " /pairs  quiet please ", "pairs", "quiet please ", NULL},
      {"d:aisha", "/mentor pairs quiet", "pairs", "quiet", NULL},
      {"d:aisha", "/MENTOR\npairs", "pairs", "", NULL},
      {"d:aisha", "/mentor", "next", "", NULL},
      {"d:aisha", "/", "next", "", NULL},
      {"d:aisha", "/mentors", "mentors", "", NULL},
      {"d:aisha", "@Mentor pairs", NULL, NULL, "pairs"},
      {"d:aisha", "@Mentor", NULL, NULL, "@Mentor"},
      {"hall", "@Mentor pairs", NULL, NULL, "@Mentor pairs"},
      {"hall", "@mentor, pairs", NULL, NULL, "@mentor, pairs"},
      {"hall", "/mentor pairs", "pairs", "", NULL},
      {"hall", "/pairs", "pairs", "", NULL},
      {"hall", "good morning", NULL, NULL, NULL},
      {"hall", "@Mentors are nice", NULL, NULL, NULL},
      {"hall", "ask @Mentor", NULL, NULL, NULL},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct event event = {.kind = EVENT_INVALID_};
    bool made = event_of("aisha", rows[i].room, rows[i].said, &event);
    cr_expect_eq(made, rows[i].command != NULL || rows[i].text != NULL, "%s", rows[i].said);
    if (made && rows[i].text != NULL) cr_expect(event.kind == EVENT_TEXT && strcmp(event.text, rows[i].text) == 0, "%s: %s", rows[i].said, event.text);
    if (made && rows[i].command != NULL)
      cr_expect(event.kind == EVENT_COMMAND && strcmp(event.command, rows[i].command) == 0 && strcmp(event.args, rows[i].args) == 0,
                "%s: %s, %s", rows[i].said, event.command, event.args);
  }
}

Test(web_in, every_event_is_one_the_link_takes) {
  static const char *const said[] = {"hi", "/\x01", "/a\x02\tb c", "/mentor \x03", "@Mentor", "/🙂", "\x7f"};
  for (size_t i = 0; i < ARRAY_LEN(said); i++) {
    struct event event;
    cr_assert(event_of("aisha", "d:aisha", said[i], &event));
    struct link_frame frame = {.line = LINE_EVENT, .id = event.id, .workspace = event.workspace, .event = event};
    cr_expect_eq(link_frame_check(&frame), ERR_NONE, "row %zu: %s", i, err_note_text());
    err_note_clear();
  }
  char long_command[3001] = "/";
  memset(long_command + 1, 'x', sizeof long_command - 2);
  struct event event;
  cr_assert(event_of("aisha", "d:aisha", long_command, &event));
  cr_assert_eq(event.kind, EVENT_TEXT, "nothing a command could be called");
}

Test(web_in, an_event_names_its_person_place_and_line) {
  struct event event;
  cr_assert(event_of("jo", "cell", "@Mentor hi", &event));
  cr_assert_str_eq(event.id, "web/one/abc-12");
  cr_assert_str_eq(event.workspace, "web/one");
  cr_assert_eq(event.at_ms, 7000, "the system's time, not the scheme's");
  cr_assert_str_eq(event.person.name, "Jo Patel");
  cr_assert_str_eq(event.person.zone, "Europe/Paris");
  cr_assert_eq(event.room.kind, ROOM_PUBLIC);
  cr_assert_str_eq(event.room.name, "# cell");
}

Test(web_in, presses_and_forms) {
  const char *message = message_to("aisha"), *texts[] = {"x"};
  struct field_value value = {"text", texts, 1};
  struct web_line press = {.kind = WEB_LINE_PRESS, .number = 12, .person = "aisha", .message = message, .token = "t.1"};
  struct web_line form = {.kind = WEB_LINE_FORM, .number = 13, .person = "aisha", .message = message, .token = "t", .values = &value, .value_count = 1};
  struct event event;
  cr_assert(web_in_event(&press, stage.rooms, stage.arena, &event));
  cr_assert(event.kind == EVENT_PRESS && strcmp(event.button, "t.1") == 0 && strcmp(event.message, message) == 0);
  cr_assert_str_eq(event.room.id, "d:aisha");
  cr_assert(web_in_event(&form, stage.rooms, stage.arena, &event));
  cr_assert(event.kind == EVENT_FORM && event.value_count == 1);
  press.person = "ben";
  cr_assert(!web_in_event(&press, stage.rooms, stage.arena, &event), "not theirs to press");
}

Test(web_in, nobody_presses_what_another_person_alone_was_shown) {
  const char *message = stage_act("\"id\":\"o-1\",\"kind\":\"send\",\"to\":{\"room\":\"cell\"},\"only\":\"jo\",\"card\":{\"plain\":\"x\"}")->message;
  struct web_line press = {.kind = WEB_LINE_PRESS, .number = 3, .at_ms = 5, .person = "jo", .n = "1", .message = message, .token = "t.1"};
  struct event event;
  cr_assert(web_in_event(&press, stage.rooms, stage.arena, &event));
  press.person = "aisha";
  cr_assert_not(web_in_event(&press, stage.rooms, stage.arena, &event), "she is in that room, and does not see it");
}

Test(web_in, a_late_press_on_a_deleted_message_still_reaches_the_bot) {
  const char *message = message_to("aisha");
  struct web_line press = {.kind = WEB_LINE_PRESS, .number = 12, .person = "aisha", .message = message, .token = "t"};
  struct event event;
  stage_act(arena_format(stage.arena, "\"id\":\"del\",\"kind\":\"delete\",\"message\":\"%s\"", message));
  cr_assert(web_in_event(&press, stage.rooms, stage.arena, &event));
}

Test(web_in, demo_controls) {
  struct web_line line = {.kind = WEB_LINE_DEMO, .number = 12, .person = "zoe", .change = "clock_to", .due_ms = 99};
  struct event event;
  cr_assert(web_in_event(&line, stage.rooms, stage.arena, &event));
  cr_assert(event.kind == EVENT_DEMO && event.due_ms == 99 && strcmp(event.change, "clock_to") == 0);
  cr_assert_str_eq(event.workspace, "web/two");
}
