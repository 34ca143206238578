/* test_web_line.c: every kind of line there and back, and what is no line. */
#include "adapters/web/web_line.h"

#include <criterion/criterion.h>
#include <string.h>

static struct arena *arena;
static struct text text;

static void begin(void) {
  arena = arena_new(4 * 1024 * 1024);
  text_init(&text, WEB_LINE_BYTES_MAX);
}

static void end(void) {
  arena = arena_free(arena);
  text_done(&text);
}

TestSuite(web_line, .init = begin, .fini = end);

static struct web_line there_and_back(struct web_line line) {
  struct web_line read;
  text_clear(&text);
  web_line_encode(&line, &text);
  cr_assert_eq(text_str(&text)[text.length - 1], '\n');
  cr_assert_eq(web_line_decode(text_str(&text), text.length - 1, arena, &read), ERR_NONE, "%s", err_note_text());
  struct text again;
  text_init(&again, WEB_LINE_BYTES_MAX);
  web_line_encode(&read, &again);
  cr_assert_str_eq(text_str(&again), text_str(&text));
  text_done(&again);
  return read;
}

Test(web_line, all_kinds_come_back) {
  const char *choices[] = {"t.0", "t.1"}, *words[] = {"a \"quote\",\na line, and 🙂"};
  struct field_value values[] = {{"choice", choices, 2}, {"text", words, 1}};
  struct web_line lines[] = {
      {.kind = WEB_LINE_START, .number = 1, .at_ms = 5, .journal = "abcd"},
      {.kind = WEB_LINE_SAY, .number = 2, .at_ms = 5, .shown_ms = 6, .person = "a", .n = "n1", .room = "d:a", .text = words[0]},
      {.kind = WEB_LINE_PRESS, .number = 3, .at_ms = 5, .person = "a", .n = "n2", .message = "m2", .token = "t.0"},
      {.kind = WEB_LINE_FORM, .number = 4, .at_ms = 5, .person = "a", .n = "n3", .message = "m2", .token = "t", .values = values, .value_count = 2},
      {.kind = WEB_LINE_READ, .number = 5, .at_ms = 5, .person = "a", .room = "d:a", .message = "m2"},
      {.kind = WEB_LINE_DEMO, .number = 6, .at_ms = 5, .person = "a", .change = "clock_to", .due_ms = 1799661600000},
      {.kind = WEB_LINE_ACTION, .number = 7, .at_ms = 5, .frame = "{\"t\":\"action\",\"id\":\"o1\"}"},
      {.kind = WEB_LINE_ACK, .number = 8, .at_ms = 5, .acked = 2},
      {.kind = WEB_LINE_CLOCK, .number = 9, .at_ms = 5, .now_ms = 7, .next_ms = 8, .next = "reminder"},
  };
  cr_assert_eq(ARRAY_LEN(lines), WEB_LINE_MAX_);
  for (size_t i = 0; i < ARRAY_LEN(lines); i++) (void)there_and_back(lines[i]);
  struct web_line form = there_and_back(lines[3]);
  cr_assert_eq(form.value_count, 2);
  cr_assert_str_eq(form.values[0].values[1], "t.1");
  cr_assert_str_eq(form.values[1].values[0], words[0]);
  cr_assert_str_eq(there_and_back(lines[6]).frame, lines[6].frame);
}

Test(web_line, what_is_no_line) {
  static const char *const bad[] = {
      "", "x", "[]", "{}", "{\"k\":\"say\"}",
      "{\"j\":1,\"k\":\"say\",\"at\":1}",
      "{\"j\":1,\"k\":\"shout\",\"at\":1}",
      "{\"j\":0,\"k\":\"ack\",\"at\":1,\"acked\":1}",
      "{\"j\":1.5,\"k\":\"ack\",\"at\":1,\"acked\":1}",
      "{\"j\":1,\"k\":\"ack\",\"at\":1}",
      "{\"j\":1,\"k\":\"start\",\"at\":1,\"v\":2,\"journal\":\"a\"}",
      "{\"j\":1,\"k\":\"start\",\"at\":1,\"v\":1}",
      "{\"j\":1,\"k\":\"form\",\"at\":1,\"person\":\"a\",\"n\":\"n\",\"message\":\"m\",\"token\":\"t\",\"values\":{\"x\":[1]}}",
      "{\"j\":1,\"k\":\"ack\",\"at\":1,\"acked\":1}{",
  };
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    struct web_line line = {.number = 77};
    cr_expect_eq(web_line_decode(bad[i], strlen(bad[i]), arena, &line), ERR_BAD_INPUT, "%s", bad[i]);
    cr_expect_eq(line.number, 77, "untouched: %s", bad[i]);
    err_note_clear();
  }
}
