/* test_link_frame.c: every line there and back, every bad line with the place that is wrong. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/kit/link_frame.h"

static struct arena *arena;
static struct text written;

static void begin(void) {
  arena = arena_new(LINK_ARENA_BYTES_MAX);
  text_init(&written, 2 * LINK_FRAME_BYTES_MAX);
  err_note_clear();
}

static void end(void) {
  arena = arena_free(arena);
  text_done(&written);
}

TestSuite(link_frame, .init = begin, .fini = end);

static enum err decode(const char *line, struct link_frame *ret_frame) {
  err_note_clear();
  arena_clear(arena);
  return link_frame_decode(line, strlen(line), arena, ret_frame);
}

static const char *encode(const struct link_frame *frame) {
  text_clear(&written);
  cr_assert_eq(link_frame_encode(frame, &written), ERR_NONE, "%s", err_note_text());
  cr_assert(!written.full);
  return text_str(&written);
}

/* ---- there and back ---- */

#define PERSON "\"person\":{\"id\":\"aisha\",\"name\":\"Aisha Khan\",\"zone\":\"Europe/London\",\"lang\":\"en\"}"
#define ROOM "\"room\":{\"id\":\"D1\",\"kind\":\"direct\",\"name\":\"Aisha\"}"
#define EVENT(kind) "{\"t\":\"event\",\"id\":\"web/city/7\",\"workspace\":\"web/city\",\"at\":1772445600123,\"kind\":\"" kind "\""
#define ACTION(kind) "{\"t\":\"action\",\"id\":\"o88\",\"order\":\"web/city/aisha\",\"workspace\":\"web/city\",\"kind\":\"" kind "\""
#define CARD                                                                                                            \
  "\"card\":{\"key\":\"intake.topics\",\"title\":\"T\",\"text\":\"x\",\"lines\":[\"a\",\"b\"],\"who\":\"Jo\",\"progress\":\"3 of 6\","              \
  "\"input\":\"select_many\",\"choices\":[{\"token\":\"t.1\",\"label\":\"Yes\",\"primary\":true},{\"token\":\"t.2\",\"label\":\"No\"}]," \
  "\"max\":2,\"input_token\":\"t.in\",\"input_label\":\"Topics\",\"chars_max\":300,"                                       \
  "\"extras\":[{\"token\":\"t.skip\",\"label\":\"Skip\"}],\"plain\":\"x\\n1 Yes\\n2 No\"}"

static const char *const good_lines[] = {
  "{\"t\":\"hello\",\"v\":1,\"bot\":\"b1\",\"serves\":[{\"workspace\":\"web/city\",\"fence\":\"3.17\"}],\"credits\":256}",
  "{\"t\":\"hello\",\"v\":1,\"bot\":\"b1\",\"token\":\"0123456789abcdef\",\"serves\":[],\"credits\":1}",
  "{\"t\":\"hello\",\"v\":1,\"platform\":\"web\",\"workspaces\":[{\"id\":\"web/city\",\"name\":\"City Police\"}],"
  "\"can\":{\"buttons\":5,\"select\":true,\"form\":true,\"edit\":true,\"ephemeral\":true,\"text_max\":3000,\"file_max\":1048576,\"per_minute\":200,\"image\":true,"
  "\"rooms\":true,\"may_repeat_with_new_id\":true},\"demo\":true}",
  "{\"t\":\"hello\",\"v\":1,\"platform\":\"irc\",\"workspaces\":[]}",
  EVENT("text") "," PERSON "," ROOM ",\"text\":\"hi \xf0\x9f\x99\x82 \\\"you\\\"\"}",
  EVENT("text") ",\"put\":[{\"key\":\"cursor\",\"version\":41,\"blob\":\"YWJj\"}]," PERSON ",\"text\":\"\"}",
  EVENT("press") "," PERSON "," ROOM ",\"message\":\"D1/3\",\"button\":\"talk7.topics.n4.2\"}",
  EVENT("form") "," PERSON ",\"message\":\"D1/4\",\"form\":\"talk7.text.n9\",\"values\":{\"note\":\"x\",\"topics\":[\"a\",\"b\"],\"none\":[]}}",
  EVENT("command") "," PERSON ",\"room\":{\"id\":\"C1\",\"kind\":\"public\"},\"command\":\"pairs\",\"args\":\"quiet\"}",
  EVENT("directory") ",\"person\":{\"id\":\"U9\"},\"change\":\"gone\"}",
  EVENT("room") ",\"room\":{\"id\":\"C2\",\"kind\":\"private\",\"name\":\"custody\"}," PERSON ",\"change\":\"renamed\"}",
  EVENT("home") "," PERSON "}",
  EVENT("demo") ",\"change\":\"clock_to\",\"due\":1772445600000}",
  "{\"t\":\"ack\",\"id\":\"web/city/7\"}",
  "{\"t\":\"ack\",\"id\":\"web/city/7\",\"reply\":{\"say\":\"Only you see this.\"}}",
  ACTION("send") ",\"to\":{\"person\":\"aisha\"}," CARD ",\"until\":1772450000000}",
  ACTION("send") ",\"to\":{\"room\":\"C1\"},\"only\":\"aisha\",\"card\":{\"plain\":\"x\"}}",
  ACTION("send") ",\"first\":true,\"to\":{\"person\":\"aisha\"},\"card\":{\"plain\":\"x\"}}",
  ACTION("edit") ",\"to\":{\"person\":\"aisha\"},\"message\":\"D1/3\",\"card\":{\"plain\":\"x\"}}",
  ACTION("delete") ",\"message\":\"D1/3\"}",
  ACTION("form") ",\"to\":{\"person\":\"aisha\"},\"card\":{\"input\":\"text\",\"input_token\":\"t.9\",\"plain\":\"x\"}}",
  ACTION("send") ",\"to\":{\"person\":\"aisha\"},\"card\":{\"input\":\"date\",\"input_token\":\"t.9\",\"input_label\":\"The day\","
  "\"date_min\":\"2027-01-11\",\"date_max\":\"2028-02-29\",\"date_set\":\"2027-03-01\",\"plain\":\"x\"}}",
  ACTION("home") ",\"to\":{\"person\":\"aisha\"},\"card\":{\"plain\":\"x\"}}",
  ACTION("room_open") ",\"members\":[\"aisha\",\"ben\"],\"name\":\"Aisha & Ben\"}",
  ACTION("room_invite") ",\"to\":{\"room\":\"R1\"},\"members\":[\"cleo\"]}",
  ACTION("room_leave") ",\"to\":{\"room\":\"R1\"}}",
  ACTION("upload") ",\"to\":{\"person\":\"aisha\"},\"card\":{\"plain\":\"x\"},"
  "\"file\":{\"blob\":\"o88\",\"name\":\"people.csv\",\"type\":\"text/csv\",\"bytes\":48211}}",
  "{\"t\":\"done\",\"id\":\"o88\",\"result\":\"sent\",\"message\":\"D1/3\"}",
  "{\"t\":\"done\",\"id\":\"o89\",\"result\":\"later\",\"seconds\":30}",
  "{\"t\":\"done\",\"id\":\"o90\",\"result\":\"failed\",\"why\":\"person_gone\"}",
  "{\"t\":\"done\",\"id\":\"o91\",\"result\":\"ambiguous\"}",
  "{\"t\":\"done\",\"id\":\"o91\",\"result\":\"not_found\"}",
  "{\"t\":\"done\",\"id\":\"o91\",\"result\":\"cannot_tell\"}",
  "{\"t\":\"done\",\"id\":\"o92\",\"result\":\"unsupported\"}",
  "{\"t\":\"got\",\"id\":\"o88\"}",
  "{\"t\":\"ask\",\"id\":\"o91\"}",
  "{\"t\":\"keep_get\",\"id\":\"k1\",\"workspace\":\"web/city\",\"prefix\":\"\"}",
  "{\"t\":\"keep_is\",\"id\":\"k1\",\"blobs\":[{\"key\":\"cursor\",\"version\":40,\"blob\":\"YQ==\"}],\"more\":true}",
  "{\"t\":\"keep_is\",\"id\":\"k1\",\"blobs\":[]}",
  "{\"t\":\"keep\",\"id\":\"k5\",\"workspace\":\"web/city\",\"put\":[{\"key\":\"cursor\",\"version\":0,\"blob\":\"\"}]}",
  "{\"t\":\"kept\",\"id\":\"k5\"}",
  "{\"t\":\"kept\",\"id\":\"k5\",\"conflict\":[\"cursor\",\"ratchet\"]}",
  "{\"t\":\"credit\",\"n\":128}",
  "{\"t\":\"blob_get\",\"id\":\"o88\",\"workspace\":\"web/city\",\"from\":32768}",
  "{\"t\":\"blob_is\",\"id\":\"o88\",\"workspace\":\"web/city\",\"from\":0,\"data\":\"YWJj\"}",
  "{\"t\":\"blob_is\",\"id\":\"o88\",\"workspace\":\"web/city\",\"from\":0}",
  "{\"t\":\"notice\",\"what\":\"link_down\",\"why\":\"auth\",\"say\":\"The platform refused the token.\"}",
  "{\"t\":\"notice\",\"what\":\"platform_down\",\"workspace\":\"web/city\",\"say\":\"Could not resolve host.\"}",
  "{\"t\":\"clock\",\"workspace\":\"web/city\",\"now\":1772445600000,\"next_at\":1772532000000,\"next\":\"check-in to Ben\"}",
  "{\"t\":\"clock\",\"now\":1772445600000}",
  "{\"t\":\"bye\",\"why\":\"fenced\",\"workspace\":\"web/city\"}",
  "{\"t\":\"bye\",\"why\":\"stop\"}",
};

Test(link_frame, every_line_comes_back_as_it_was) {
  for (size_t i = 0; i < ARRAY_LEN(good_lines); i++) {
    struct link_frame frame;
    cr_assert_eq(decode(good_lines[i], &frame), ERR_NONE, "%s: %s", good_lines[i], err_note_text());
    const char *again = encode(&frame);
    size_t length = strlen(good_lines[i]);
    cr_assert(strncmp(again, good_lines[i], length) == 0 && strcmp(again + length, "\n") == 0, "wanted %s\ngot    %s", good_lines[i], again);
  }
}

Test(link_frame, a_copy_needs_nothing_of_the_first) {
  CLEANUP(arena_freep) struct arena *mine = arena_new(LINK_ARENA_BYTES_MAX);
  for (size_t i = 0; i < ARRAY_LEN(good_lines); i++) {
    struct link_frame frame, copy;
    cr_assert_eq(decode(good_lines[i], &frame), ERR_NONE);
    link_frame_copy(&frame, mine, &copy);
    memset(&frame, 0xff, sizeof frame);
    arena_clear(arena);
    memset(arena_alloc(arena, 15000), 0xff, 15000); /* over what it was read into */
    const char *again = encode(&copy);
    cr_expect(strncmp(again, good_lines[i], strlen(good_lines[i])) == 0, "wanted %s\ngot    %s", good_lines[i], again);
    if (copy.line == LINE_ACTION) cr_expect_str_eq(copy.id, copy.action.id);
  }
}

Test(link_frame, the_good_lines_hold_every_line_kind_and_result) {
  bool lines[LINE_MAX_] = {0}, events[EVENT_TIMER] = {0}, actions[ACTION_MAX_] = {0}, results[RESULT_MAX_] = {0};
  for (size_t i = 0; i < ARRAY_LEN(good_lines); i++) {
    struct link_frame frame;
    cr_assert_eq(decode(good_lines[i], &frame), ERR_NONE);
    lines[frame.line] = true;
    if (frame.line == LINE_EVENT) events[frame.event.kind] = true;
    if (frame.line == LINE_ACTION) actions[frame.action.kind] = true;
    if (frame.line == LINE_DONE) results[frame.result] = true;
  }
  for (int i = 0; i < LINE_MAX_; i++) cr_expect(lines[i], "no %s", link_line_name((enum link_line)i));
  for (int i = 0; i < EVENT_TIMER; i++) cr_expect(events[i], "no %s", event_kind_name((enum event_kind)i));
  for (int i = 0; i < ACTION_MAX_; i++) cr_expect(actions[i], "no %s", action_kind_name((enum action_kind)i));
  for (int i = 0; i < RESULT_MAX_; i++) cr_expect(results[i], "no %s", action_result_name((enum action_result)i));
}

Test(link_frame, an_event_lands_in_its_fields) {
  struct link_frame frame;
  cr_assert_eq(decode(EVENT("form") ",\"put\":[{\"key\":\"c\",\"version\":2,\"blob\":\"YQ==\"}]," PERSON "," ROOM
                      ",\"form\":\"t.9\",\"values\":{\"a\":\"x\",\"b\":[\"y\",\"z\"]}}", &frame), ERR_NONE, "%s", err_note_text());
  cr_expect_eq(frame.line, LINE_EVENT);
  cr_expect_str_eq(frame.id, "web/city/7");
  cr_expect_str_eq(frame.workspace, "web/city");
  cr_expect_str_eq(frame.event.id, "web/city/7");
  cr_expect_eq(frame.event.kind, EVENT_FORM);
  cr_expect_eq(frame.event.at_ms, 1772445600123);
  cr_expect_str_eq(frame.event.person.language, "en");
  cr_expect_eq(frame.event.room.kind, ROOM_DIRECT);
  cr_expect_str_eq(frame.event.button, "t.9");
  cr_expect_eq(frame.event.value_count, 2);
  cr_expect_str_eq(frame.event.values[1].name, "b");
  cr_expect_eq(frame.event.values[1].value_count, 2);
  cr_expect_str_eq(frame.event.values[1].values[1], "z");
  cr_expect_eq(frame.blob_count, 1);
  cr_expect_eq(frame.blobs[0].version, 2);
}

Test(link_frame, a_card_lands_in_its_fields) {
  struct link_frame frame;
  cr_assert_eq(decode(ACTION("send") ",\"to\":{\"person\":\"aisha\"}," CARD "}", &frame), ERR_NONE, "%s", err_note_text());
  const struct card *card = frame.action.card;
  cr_assert_not_null(card);
  cr_expect_str_eq(frame.action.person, "aisha");
  cr_expect_null(frame.action.room);
  cr_expect_eq(card->input, INPUT_SELECT_MANY);
  cr_expect_eq(card->line_count, 2);
  cr_expect_str_eq(card->lines[1], "b");
  cr_expect_eq(card->choice_count, 2);
  cr_expect(card->choices[0].primary && !card->choices[1].primary);
  cr_expect_eq(card->choose_max, 2);
  cr_expect_eq(card->input_chars_max, 300);
  cr_expect_str_eq(card->extras[0].label, "Skip");
}

Test(link_frame, seconds_are_rounded_up_and_come_back_as_milliseconds) {
  struct link_frame frame = {.line = LINE_DONE, .id = "o1", .result = RESULT_LATER, .wait_ms = 1001}, back;
  cr_assert_eq(decode(encode(&frame), &back), ERR_NONE);
  cr_expect_eq(back.wait_ms, 2000);
}

/* ---- what is lenient on purpose ---- */

Test(link_frame, unknown_fields_and_null_are_as_if_not_there) {
  struct link_frame frame;
  cr_assert_eq(decode("{\"new\":{\"deep\":[1]},\"t\":\"got\",\"id\":\"o1\"}", &frame), ERR_NONE);
  cr_assert_eq(decode(EVENT("text") ",\"person\":{\"id\":\"a\",\"name\":null,\"new\":1},\"room\":null,\"text\":\"x\"}", &frame), ERR_NONE);
  cr_expect_null(frame.event.person.name);
  cr_expect_null(frame.event.room.id);
}

Test(link_frame, an_action_of_an_unknown_kind_keeps_its_id) {
  struct link_frame frame;
  cr_assert_eq(decode(ACTION("dance") ",\"to\":5}", &frame), ERR_NONE);
  cr_expect_eq(frame.action.kind, ACTION_INVALID_);
  cr_expect_str_eq(frame.id, "o88");
  cr_expect_str_eq(frame.workspace, "web/city");
}

Test(link_frame, an_event_of_an_unknown_kind_keeps_its_id) {
  struct link_frame frame;
  cr_assert_eq(decode(EVENT("form_closed") ",\"person\":5}", &frame), ERR_NONE);
  cr_expect_eq(frame.event.kind, EVENT_INVALID_);
  cr_expect_str_eq(frame.id, "web/city/7");
}

Test(link_frame, a_hello_of_another_version_is_read_no_further) {
  struct link_frame frame;
  cr_assert_eq(decode("{\"t\":\"hello\",\"v\":2,\"bot\":{}}", &frame), ERR_NONE);
  cr_expect_eq(frame.version, 2);
}

Test(link_frame, an_unknown_room_kind_is_public) {
  struct link_frame frame;
  cr_assert_eq(decode(EVENT("text") ",\"person\":{\"id\":\"a\"},\"room\":{\"id\":\"r\",\"kind\":\"huddle\"},\"text\":\"x\"}", &frame), ERR_NONE);
  cr_expect_eq(frame.event.room.kind, ROOM_PUBLIC);
}

/* ---- bad lines ---- */

#define P "\"person\":{\"id\":\"a\"}"
static const struct {
  const char *line, *note;
} bad_lines[] = {
  {"", "JSON"},
  {"{", "JSON"},
  {"[]", "not an object"},
  {"7", "not an object"},
  {"{\"t\":\"got\",\"id\":\"o1\"} x", "behind the value"},
  {"{\"t\":\"got\",\"id\":\"o1\",\"id\":\"o2\"}", "twice"},
  {"{\"t\":\"got\",\"id\":\"\\u0000\"}", "NUL"},
  {"{\"t\":\"got\",\"id\":\"\\ud800\"}", "surrogate"},
  {"{\"t\":\"got\",\"id\":\"\xff\"}", "UTF-8"},
  {"{\"t\":\"got\",\"id\":\"o\",\"x\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}", "nested"},
  {"{\"id\":\"o1\"}", "t is no line"},
  {"{\"t\":\"Got\",\"id\":\"o1\"}", "t is no line"},
  {"{\"t\":7,\"id\":\"o1\"}", "t is no line"},
  {"{\"t\":\"dance\"}", "t is no line"},
  {"{\"t\":\"got\"}", "got.id is missing"},
  {"{\"t\":\"got\",\"id\":null}", "got.id is missing"},
  {"{\"t\":\"got\",\"id\":7}", "got.id is not a text"},
  {"{\"t\":\"got\",\"id\":\"\"}", "got.id is empty"},
  {"{\"t\":\"got\",\"id\":\"a\\nb\"}", "got.id holds a control"},
  {"{\"t\":\"hello\",\"v\":1,\"bot\":\"b\",\"credits\":1}", "hello.serves is missing"},
  {"{\"t\":\"hello\",\"v\":1,\"serves\":[],\"credits\":1}", "hello.bot is missing"},
  {"{\"t\":\"hello\",\"v\":1,\"bot\":\"b\",\"serves\":{},\"credits\":1}", "hello.serves is not a list"},
  {"{\"t\":\"hello\",\"v\":1,\"bot\":\"b\",\"serves\":[7],\"credits\":1}", "hello.serves holds something that is not an object"},
  {"{\"t\":\"hello\",\"v\":1,\"bot\":\"b\",\"serves\":[{\"workspace\":\"w\"}],\"credits\":1}", "hello.serves.fence is missing"},
  {"{\"t\":\"hello\",\"v\":1,\"bot\":\"b\",\"serves\":[],\"credits\":65537}", "hello.credits is out of bounds"},
  {"{\"t\":\"hello\",\"v\":1,\"bot\":\"b\",\"serves\":[],\"credits\":-1}", "hello.credits is out of bounds"},
  {"{\"t\":\"hello\",\"v\":1,\"bot\":\"b\",\"serves\":[],\"credits\":1.5}", "hello.credits is not a whole number"},
  {"{\"t\":\"hello\",\"v\":\"1\",\"bot\":\"b\",\"serves\":[],\"credits\":1}", "hello.v is not a whole number"},
  {"{\"t\":\"hello\",\"v\":1,\"platform\":\"p\"}", "hello.workspaces is missing"},
  {"{\"t\":\"hello\",\"v\":1,\"platform\":\"p\",\"workspaces\":[],\"can\":[]}", "hello.can is not an object"},
  {"{\"t\":\"hello\",\"v\":1,\"platform\":\"p\",\"workspaces\":[],\"can\":{\"select\":1}}", "hello.can.select is neither"},
  {"{\"t\":\"event\",\"id\":\"e\",\"workspace\":\"w\",\"kind\":\"text\"," P ",\"text\":\"x\"}", "event.at is missing"},
  {"{\"t\":\"event\",\"id\":\"e\",\"at\":1,\"kind\":\"text\"," P ",\"text\":\"x\"}", "event.workspace is missing"},
  {"{\"t\":\"event\",\"id\":\"e\",\"workspace\":\"w\",\"at\":-1,\"kind\":\"text\"," P ",\"text\":\"x\"}", "event.at is out of bounds"},
  {EVENT("text") ",\"text\":\"x\"}", "event.person is missing"},
  {EVENT("text") ",\"person\":{},\"text\":\"x\"}", "event.person.id is missing"},
  {EVENT("text") ",\"person\":\"a\",\"text\":\"x\"}", "event.person is not an object"},
  {EVENT("text") "," P "}", "event.text is missing"},
  {EVENT("text") "," P ",\"text\":[]}", "event.text is not a text"},
  {EVENT("text") "," P ",\"room\":{\"id\":\"r\"},\"text\":\"x\"}", "event.room.kind is missing"},
  {EVENT("press") "," P "}", "event.button is missing"},
  {EVENT("form") "," P ",\"values\":{}}", "event.form is missing"},
  {EVENT("form") "," P ",\"form\":\"f\"}", "event.values is missing"},
  {EVENT("form") "," P ",\"form\":\"f\",\"values\":[]}", "event.values is not an object"},
  {EVENT("form") "," P ",\"form\":\"f\",\"values\":{\"a\":7}}", "event.values holds something that is not a text"},
  {EVENT("form") "," P ",\"form\":\"f\",\"values\":{\"\":\"x\"}}", "event.values holds a bad name"},
  {EVENT("command") "," P "}", "event.command is missing"},
  {EVENT("directory") "," P "}", "event.change is missing"},
  {EVENT("room") ",\"change\":\"left\"}", "event.room is missing"},
  {EVENT("demo") "}", "event.change is missing"},
  {EVENT("timer") "}", "event.kind is not one of its words"},
  {EVENT("control") ",\"payload\":\"x\"}", "event.kind is not one of its words"},
  {EVENT("job") "}", "event.kind is not one of its words"},
  {EVENT("result") "}", "event.kind is not one of its words"},
  {EVENT("text") ",\"put\":[{\"key\":\"c\",\"version\":1,\"blob\":\"a\"}]," P ",\"text\":\"x\"}", "put.blob is not base64"},
  {EVENT("text") ",\"put\":[{\"key\":\"c\",\"version\":1,\"blob\":\"a===\"}]," P ",\"text\":\"x\"}", "put.blob is not base64"},
  {EVENT("text") ",\"put\":[{\"key\":\"c\",\"version\":1,\"blob\":\"a=bc\"}]," P ",\"text\":\"x\"}", "put.blob is not base64"},
  {EVENT("text") ",\"put\":[{\"key\":\"c\",\"version\":1}]," P ",\"text\":\"x\"}", "put.blob is missing"},
  {ACTION("send") ",\"card\":{\"plain\":\"x\"}}", "action.to is missing"},
  {ACTION("send") ",\"to\":{},\"card\":{\"plain\":\"x\"}}", "action.to is empty"},
  {ACTION("send") ",\"to\":{\"person\":\"a\"}}", "action.card is missing"},
  {ACTION("send") ",\"to\":{\"person\":\"a\"},\"card\":{}}", "action.card.plain is missing"},
  {ACTION("send") ",\"to\":{\"person\":\"a\"},\"card\":{\"plain\":\"x\",\"choices\":[{\"label\":\"x\"}]}}", "action.card.choices.token is missing"},
  {ACTION("send") ",\"to\":{\"person\":\"a\"},\"card\":{\"plain\":\"x\",\"lines\":[1]}}", "action.card.lines holds something that is not a text"},
  {ACTION("send") ",\"to\":{\"person\":\"a\"},\"card\":{\"plain\":\"x\",\"max\":501}}", "action.card.max is out of bounds"},
  {ACTION("send") ",\"to\":{\"person\":\"a\",\"room\":\"r\"},\"card\":{\"plain\":\"x\"}}", "a person and a room"},
  {ACTION("edit") ",\"card\":{\"plain\":\"x\"}}", "action.message is missing"},
  {ACTION("delete") "}", "action.message is missing"},
  {ACTION("room_open") ",\"name\":\"x\"}", "action.members is missing"},
  {ACTION("room_invite") ",\"members\":[\"a\"]}", "action.to is missing"},
  {"{\"t\":\"ack\",\"id\":\"e\",\"reply\":{}}", "ack.reply.say is missing"},
  {"{\"t\":\"ack\",\"id\":\"e\",\"reply\":\"x\"}", "ack.reply is not an object"},
  {"{\"t\":\"done\",\"id\":\"o\"}", "done.result is missing"},
  {"{\"t\":\"done\",\"id\":\"o\",\"result\":\"maybe\"}", "done.result is not one of its words"},
  {"{\"t\":\"done\",\"id\":\"o\",\"result\":\"later\",\"seconds\":604801}", "done.seconds is out of bounds"},
  {"{\"t\":\"keep\",\"id\":\"k\",\"workspace\":\"w\"}", "keep.put is missing"},
  {"{\"t\":\"keep_is\",\"id\":\"k\"}", "keep_is.blobs is missing"},
  {"{\"t\":\"kept\",\"id\":\"k\",\"conflict\":[1]}", "kept.conflict holds something that is not a text"},
  {"{\"t\":\"credit\"}", "credit.n is missing"},
  {"{\"t\":\"credit\",\"n\":9007199254740993}", "credit.n is not a whole number"},
  {ACTION("upload") ",\"to\":{\"person\":\"a\"}}", "action.file is missing"},
  {ACTION("upload") ",\"to\":{\"person\":\"a\"},\"file\":{\"blob\":\"o\",\"name\":\"x\",\"type\":\"t\"}}", "action.file.bytes is missing"},
  {ACTION("upload") ",\"to\":{\"person\":\"a\"},\"file\":{\"blob\":\"o\",\"name\":\"x\",\"type\":\"t\",\"bytes\":4194305}}",
   "action.file.bytes is out of bounds"},
  {"{\"t\":\"blob_get\",\"id\":\"o\",\"from\":0}", "blob_get.workspace is missing"},
  {"{\"t\":\"blob_get\",\"id\":\"o\",\"workspace\":\"w\",\"from\":4194304}", "blob_get.from is out of bounds"},
  {"{\"t\":\"blob_is\",\"id\":\"o\",\"workspace\":\"w\",\"from\":0,\"data\":\"YWJ\"}", "blob_is.data is not base64"},
  {"{\"t\":\"notice\"}", "notice.what is missing"},
  {"{\"t\":\"clock\"}", "clock.now is missing"},
  {"{\"t\":\"bye\"}", "bye.why is missing"},
};

Test(link_frame, a_bad_line_is_refused_with_its_place) {
  for (size_t i = 0; i < ARRAY_LEN(bad_lines); i++) {
    struct link_frame frame = {.line = LINE_MAX_};
    cr_expect_eq(decode(bad_lines[i].line, &frame), ERR_BAD_INPUT, "%s", bad_lines[i].line);
    cr_expect(strstr(err_note_text(), bad_lines[i].note) != NULL, "%s\nwanted %s\ngot    %s", bad_lines[i].line, bad_lines[i].note, err_note_text());
    cr_expect_eq(frame.line, LINE_MAX_, "touched by %s", bad_lines[i].line);
  }
}

/* A line of `count` times `piece` between head and tail. */
static const char *long_line(const char *head, const char *piece, size_t count, const char *tail) {
  text_clear(&written);
  text_add(&written, head);
  for (size_t i = 0; i < count; i++) text_add(&written, piece);
  text_add(&written, tail);
  cr_assert(!written.full);
  return text_str(&written);
}

static const struct {
  const char *head, *piece;
  size_t most;
  const char *tail, *note;
} bounds[] = {
  {"{\"t\":\"got\",\"id\":\"", "i", 512, "\"}", "got.id is too long"},
  {EVENT("text") "," P ",\"text\":\"", "x", 32768, "\"}", "event.text is too long"},
  {EVENT("text") ",\"text\":\"\",\"person\":{\"id\":\"a\",\"name\":\"", "n", 1024, "\"}}", "event.person.name is too long"},
  {"{\"t\":\"kept\",\"id\":\"k\",\"conflict\":[\"\"", ",\"\"", 63, "]}", "kept.conflict holds too many"},
  {ACTION("room_open") ",\"members\":[\"\"", ",\"\"", 999, "]}", "action.members holds too many"},
  {ACTION("send") ",\"to\":{\"person\":\"a\"},\"card\":{\"plain\":\"\",\"lines\":[\"\"", ",\"\"", 499, "]}}", "action.card.lines holds too many"},
  {ACTION("send") ",\"to\":{\"person\":\"a\"},\"card\":{\"plain\":\"\",\"date_min\":\"", "9", 10, "\"}}", "action.card.date_min is too long"},
  {EVENT("form") "," P ",\"form\":\"f\",\"values\":{\"a\":[\"\"", ",\"\"", 499, "]}}", "event.values holds a text"},
  {"{\"t\":\"keep\",\"id\":\"k\",\"workspace\":\"w\",\"put\":[{\"key\":\"c\",\"version\":1,\"blob\":\"", "YWJj", 10923, "\"}]}", "put.blob is too long"},
};

Test(link_frame, what_is_just_within_bounds_is_taken_and_one_more_is_not) {
  for (size_t i = 0; i < ARRAY_LEN(bounds); i++) {
    struct link_frame frame;
    enum err err = decode(long_line(bounds[i].head, bounds[i].piece, bounds[i].most, bounds[i].tail), &frame);
    cr_expect_eq(err, ERR_NONE, "%s at its bound: %s", bounds[i].note, err_note_text());
    err = decode(long_line(bounds[i].head, bounds[i].piece, bounds[i].most + 1, bounds[i].tail), &frame);
    cr_expect_eq(err, ERR_BAD_INPUT, "%s past its bound", bounds[i].note);
    cr_expect(strncmp(err_note_text(), bounds[i].note, 12) == 0, "wanted %s, got %s", bounds[i].note, err_note_text());
  }
}

Test(link_frame, a_line_of_more_than_64_kib_is_refused) {
  struct link_frame frame;
  const char *line = long_line("{\"t\":\"got\",\"id\":\"o\",\"x\":\"", "x", LINK_FRAME_BYTES_MAX, "\"}");
  cr_expect_eq(decode(line, &frame), ERR_BAD_INPUT);
}

/* The worst a line can do to the arena: as many small things as 64 KiB hold. */
Test(link_frame, no_line_fills_the_arena) {
  struct link_frame frame;
  const char *line = long_line(EVENT("form") "," P ",\"form\":\"f\",\"values\":{\"a\":[\"\"", ",\"\"", 21700, "]}}");
  cr_expect_eq(decode(line, &frame), ERR_BAD_INPUT);
  cr_expect_lt(arena_bytes(arena), LINK_ARENA_BYTES_MAX / 2);
}

/* Changes a byte, drops one, or doubles a stretch, always the same way for the same seed. */
static size_t spoil(char *line, size_t length, size_t room, uint32_t *seed) {
  static const char bytes[] = "\"{}[]:,\\u0019-x\x01\xff";
  *seed = *seed * 1664525 + 1013904223;
  size_t at = (*seed >> 8) % length, stretch = 1 + (*seed >> 4) % 16;
  switch (*seed >> 30) {
    case 0: line[at] = bytes[(*seed >> 16) % (sizeof bytes - 1)]; return length;
    case 1: memmove(line + at, line + at + 1, length - at - 1); return length - 1;
    default:
      if (at + stretch > length || length + stretch > room) return length;
      memmove(line + at + stretch, line + at, length - at);
      return length + stretch;
  }
}

/* An adapter may write again what it has read: what decodes must pass the check, and come back the same. */
Test(link_frame, what_is_read_can_be_written) {
  size_t taken = 0;
  uint32_t seed = 1;
  for (int round = 0; round < 200000; round++) {
    char line[4096], first[8192];
    const char *good = good_lines[(size_t)round % ARRAY_LEN(good_lines)];
    size_t length = strlen(good);
    memcpy(line, good, length);
    for (int i = 0; i < 1 + round % 3; i++) length = spoil(line, length, sizeof line, &seed);
    struct link_frame frame, again;
    arena_clear(arena);
    err_note_clear();
    if (link_frame_decode(line, length, arena, &frame) != ERR_NONE) continue;
    bool unknown = (frame.line == LINE_EVENT && frame.event.kind == EVENT_INVALID_) || (frame.line == LINE_ACTION && frame.action.kind == ACTION_INVALID_);
    if (unknown || (frame.line == LINE_HELLO && frame.version != LINK_VERSION)) continue;
    taken++;
    snprintf(first, sizeof first, "%s", encode(&frame));
    cr_assert_eq(decode(first, &again), ERR_NONE, "%s: %s", first, err_note_text());
    cr_assert_str_eq(encode(&again), first);
  }
  cr_expect_gt(taken, 10000, "only %zu lines were good enough to look at", taken);
}

/* ---- what goes out is checked too ---- */

Test(link_frame, an_incomplete_frame_is_refused_before_it_is_written) {
  static const struct link_frame frames[] = {
    {.line = LINE_GOT},
    {.line = LINE_GOT, .id = ""},
    {.line = LINE_EVENT, .event = {.kind = EVENT_TEXT, .id = "e", .workspace = "w", .text = "x"}},
    {.line = LINE_EVENT, .event = {.kind = EVENT_TIMER, .id = "e", .workspace = "w"}},
    {.line = LINE_EVENT, .event = {.kind = EVENT_INVALID_, .id = "e", .workspace = "w"}},
    {.line = LINE_ACTION, .action = {.kind = ACTION_INVALID_, .id = "o", .workspace = "w"}},
    {.line = LINE_ACTION, .action = {.kind = ACTION_ROOM_LEAVE, .id = "o", .workspace = "w"}},
    {.line = LINE_ACTION, .action = {.kind = ACTION_ROOM_LEAVE, .id = "o", .workspace = "w", .person = "a", .room = "r"}},
    {.line = LINE_DONE, .id = "o", .result = RESULT_MAX_},
    {.line = LINE_DONE, .id = "o", .result = RESULT_LATER, .wait_ms = -2000},
    {.line = LINE_CREDIT, .credits = -1},
  };
  for (size_t i = 0; i < ARRAY_LEN(frames); i++) {
    err_note_clear();
    cr_expect_eq(link_frame_encode(&frames[i], &written), ERR_BAD_INPUT, "frame %zu", i);
    cr_expect(err_note_text()[0] != '\0');
    cr_expect_eq(written.length, 0);
  }
}

Test(link_frame, who_may_send_what) {
  cr_expect(link_line_from_bot(LINE_HELLO) && link_line_from_adapter(LINE_HELLO));
  cr_expect(link_line_from_bot(LINE_ACTION) && !link_line_from_adapter(LINE_ACTION));
  cr_expect(!link_line_from_bot(LINE_EVENT) && link_line_from_adapter(LINE_EVENT));
  cr_expect(link_line_from_bot(LINE_BYE) && link_line_from_adapter(LINE_BYE));
}
