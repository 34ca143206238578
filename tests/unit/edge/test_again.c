/* test_again.c: what counts as one thing that a platform brought twice, and what somebody just said twice. */
#include "bot/edge/again.h"

#include <criterion/criterion.h>

#define MINA .workspace = "web/city", .person = {.id = "mina"}
#define SAID(...) (struct event){.kind = EVENT_TEXT, MINA, .room = {.id = "d1"}, __VA_ARGS__}

static struct again *again;

static void begin(void) {
  again = again_new();
}

static void end(void) {
  again = again_free(again);
}

TestSuite(again, .init = begin, .fini = end);

static bool is(struct event event) {
  return again_is(again, &event);
}

Test(again, the_same_words_under_another_id) {
  cr_assert_not(is(SAID(.id = "e1", .text = "yes", .at_ms = 1000)));
  cr_assert(is(SAID(.id = "e2", .text = "yes", .at_ms = 1500)));
  cr_assert(is(SAID(.id = "e0", .text = "yes", .at_ms = 500)), "also when the later one came first");
}

Test(again, the_same_id_is_only_sent_again) {
  cr_assert_not(is(SAID(.id = "e1", .text = "yes", .at_ms = 1000)));
  cr_assert_not(is(SAID(.id = "e1", .text = "yes", .at_ms = 1000)), "it was not acknowledged yet");
}

Test(again, a_minute_counts_from_the_first) {
  cr_assert_not(is(SAID(.id = "e1", .text = "1", .at_ms = 1000)));
  cr_assert(is(SAID(.id = "e2", .text = "1", .at_ms = 41000)));
  cr_assert_not(is(SAID(.id = "e3", .text = "1", .at_ms = 81000)), "who says 1 every now and then means it");
  cr_assert(is(SAID(.id = "e4", .text = "1", .at_ms = 82000)), "and is the first of the next minute");
}

Test(again, anything_else_is_something_else) {
  const struct event others[] = {
      {.id = "e2", .text = "no", .kind = EVENT_TEXT, MINA, .room = {.id = "d1"}},
      {.id = "e2", .text = "yes", .kind = EVENT_TEXT, .workspace = "web/city", .person = {.id = "ben"}, .room = {.id = "d1"}},
      {.id = "e2", .text = "yes", .kind = EVENT_TEXT, .workspace = "web/docks", .person = {.id = "mina"}, .room = {.id = "d1"}},
      {.id = "e2", .text = "yes", .kind = EVENT_TEXT, MINA, .room = {.id = "c7"}},
      {.id = "e2", .command = "yes", .kind = EVENT_COMMAND, MINA, .room = {.id = "d1"}},
  };
  for (size_t i = 0; i < ARRAY_LEN(others); i++) {
    cr_assert_not(is(SAID(.id = "e1", .text = "yes")));
    cr_assert_not(again_is(again, &others[i]), "%zu", i);
    again = again_free(again);
    again = again_new();
  }
}

Test(again, a_press_is_never_one_but_stands_between_words) {
  struct event press = {.kind = EVENT_PRESS, .id = "p1", MINA, .room = {.id = "d1"}, .button = "t1.ask.1.0", .at_ms = 2000};
  cr_assert_not(is(SAID(.id = "e1", .text = "back", .at_ms = 1000)));
  cr_assert_not(is(press));
  press.id = "p2";
  cr_assert_not(is(press), "it names its question, and so is known by itself");
  cr_assert_not(is(SAID(.id = "e2", .text = "back", .at_ms = 3000)), "they went on in between, and mean it anew");
}
