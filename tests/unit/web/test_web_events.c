/* test_web_events.c: order, the unsent mark, and acks out of order. */
#include "adapters/web/web_events.h"

#include <string.h>

#include "stage.h"

TestSuite(web_events, .init = stage_begin, .fini = stage_end);

static void add(int64_t number, const char *id, const char *workspace) {
  struct event event = {.kind = EVENT_TEXT, .id = id, .workspace = workspace};
  event.person.id = "aisha";
  web_events_add(stage.events, number, &event);
}

static const char *next(size_t workspace) {
  const struct event *event = web_events_next(stage.events, workspace);
  if (event != NULL) web_events_sent(stage.events, workspace);
  return event == NULL ? "none" : event->id;
}

static bool ack(const char *id) {
  int64_t number;
  const char *change, *person;
  return web_events_ack(stage.events, id, &number, &change, &person);
}

static void add_three(void) {
  add(1, "a", "web/one");
  add(2, "z", "web/two");
  add(3, "b", "web/one");
  add(4, "c", "web/one");
}

Test(web_events, each_workspace_has_its_own_order) {
  add_three();
  cr_assert_str_eq(next(0), "a");
  cr_assert_str_eq(next(0), "b");
  cr_assert_str_eq(next(1), "z");
  cr_assert_str_eq(next(1), "none");
  cr_assert_str_eq(next(0), "c");
  cr_assert_str_eq(next(0), "none");
  add(5, "d", "web/one");
  cr_assert_str_eq(next(0), "d");
}

Test(web_events, a_rewind_sends_again_what_was_never_acked) {
  add_three();
  for (int i = 0; i < 3; i++) (void)next(0);
  cr_assert(ack("b"));
  cr_assert(!ack("b"));
  web_events_rewind(stage.events, 0);
  cr_assert_str_eq(next(0), "a");
  cr_assert_str_eq(next(0), "c");
  cr_assert_str_eq(next(0), "none");
}

Test(web_events, acks_move_the_marks_along) {
  add_three();
  cr_assert(ack("a"), "acked before it was sent: the bot had it from a link before");
  cr_assert_str_eq(next(0), "b");
  cr_assert(ack("c"));
  cr_assert_str_eq(next(0), "none");
  add(5, "d", "web/one");
  cr_assert_str_eq(next(0), "d");
  cr_assert(ack("b") && ack("d") && ack("z"));
  cr_assert_eq(web_events_count(stage.events), 0);
  cr_assert(!web_events_waits_for(stage.events, "aisha"));
  add(6, "e", "web/one");
  cr_assert_str_eq(next(0), "e");
}
