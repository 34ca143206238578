/* test_slack_inbox.c: events wait in their order, once each, with every envelope that brought them, and never more than there is room for. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "adapters/slack/slack_inbox.h"

static struct slack_inbox *inbox;

static void begin(void) {
  inbox = slack_inbox_new();
}

static void end(void) {
  inbox = slack_inbox_free(inbox);
}

TestSuite(slack_inbox, .init = begin, .fini = end);

static struct slack_row *came(const char *id, enum slack_source source, int64_t now_ms) {
  struct arena *arena = arena_new(4 << 20);
  struct slack_in in = {.envelope = "e1", .has_event = true, .source = source};
  in.event.id = arena_text(arena, id);
  return slack_inbox_add(inbox, arena, &in, 1, now_ms);
}

Test(slack_inbox, events_leave_in_the_order_they_came_held_ones_later) {
  struct slack_row *one = came("one", SLACK_FROM_EVENT, 0), *two = came("two", SLACK_FROM_EVENT, 0);
  cr_expect_eq(slack_inbox_next(inbox), one);
  one->held = true;
  cr_expect_eq(slack_inbox_next(inbox), two);
  two->sent = true;
  cr_expect_null(slack_inbox_next(inbox));
  one->held = false;
  cr_expect_eq(slack_inbox_next(inbox), one);
  one->sent = true;
  slack_inbox_rewind(inbox);
  cr_expect_eq(slack_inbox_next(inbox), one, "another bot: all is sent again, oldest first");
  one->sent = two->sent = true;
  cr_expect_null(slack_inbox_next(inbox));
  struct slack_row *three = came("three", SLACK_FROM_EVENT, 0), *four = came("four", SLACK_FROM_EVENT, 0);
  slack_inbox_drop(inbox, two);
  cr_expect_eq(slack_inbox_next(inbox), three);
  slack_inbox_drop(inbox, three);
  cr_expect_eq(slack_inbox_next(inbox), four);
  slack_inbox_drop(inbox, four);
  cr_expect_null(slack_inbox_next(inbox));
  slack_inbox_rewind(inbox);
  cr_expect_eq(slack_inbox_next(inbox), one);
}

Test(slack_inbox, what_came_again_waits_once_with_all_its_envelopes) {
  struct slack_row *row = came("one", SLACK_FROM_EVENT, 0);
  slack_inbox_again(row, "e2", 7);
  cr_expect_eq(slack_inbox_find(inbox, "one"), row);
  cr_expect_eq(slack_inbox_count(inbox), 1);
  cr_assert_eq(row->envelope_count, 2);
  cr_expect_str_eq(row->envelopes[1].id, "e2");
  cr_expect_eq(row->envelopes[1].connection, 7);
  for (int i = 0; i < 2 * SLACK_ENVELOPES_MAX; i++) slack_inbox_again(row, "e3", 1);
  cr_expect_eq(row->envelope_count, SLACK_ENVELOPES_MAX);
}

Test(slack_inbox, only_what_somebody_waits_for_gets_late_and_only_once) {
  int64_t next_ms = 0;
  (void)came("words", SLACK_FROM_EVENT, 0);
  struct slack_row *click = came("click", SLACK_FROM_MESSAGE, 100);
  (void)came("command", SLACK_FROM_COMMAND, 200);
  cr_expect_null(slack_inbox_late(inbox, 100 + SLACK_HURRY_MS - 1, &next_ms));
  cr_expect_eq(next_ms, 100 + SLACK_HURRY_MS);
  cr_expect_eq(slack_inbox_late(inbox, 100 + SLACK_HURRY_MS, &next_ms), click);
  click->answered = true;
  cr_expect_null(slack_inbox_late(inbox, 100 + SLACK_HURRY_MS, &next_ms));
  cr_expect_eq(next_ms, 200 + SLACK_HURRY_MS);
  slack_inbox_drop(inbox, slack_inbox_find(inbox, "command"));
  slack_inbox_drop(inbox, click);
  cr_expect_null(slack_inbox_late(inbox, 1000000, &next_ms));
  cr_expect_eq(next_ms, INT64_MAX);
}

/* A sentence said about an event lives in its arena, which was larger then than when it came. */
Test(slack_inbox, what_was_said_about_an_event_takes_no_room_from_others) {
  for (int i = 0; i < 100; i++) {
    struct slack_row *row = came("click", SLACK_FROM_MESSAGE, i);
    cr_assert_not_null(row, "the inbox is empty, and says it is full, at turn %d", i);
    (void)arena_alloc(row->arena, 1 << 20);
    slack_inbox_drop(inbox, row);
  }
}

Test(slack_inbox, few_events_that_are_large_fill_it_too) {
  enum { EVENT_BYTES = 3 << 20, MEMORY_BYTES = 64 << 20 };
  struct slack_row *first = NULL;
  int taken = 0;
  for (bool more = true; more; taken += more) {
    char id[16];
    struct arena *arena = arena_new(4 << 20);
    struct slack_in in = {.envelope = "e1", .has_event = true, .source = SLACK_FROM_EVENT};
    (void)snprintf(id, sizeof id, "n%d", taken);
    in.event.id = arena_text(arena, id);
    in.event.text = arena_alloc(arena, EVENT_BYTES);
    struct slack_row *row = slack_inbox_add(inbox, arena, &in, 1, 0);
    more = row != NULL && taken < 1000;
    if (first == NULL) first = row;
  }
  cr_expect(taken > 0 && taken <= MEMORY_BYTES / EVENT_BYTES, "%d", taken);
  slack_inbox_drop(inbox, first);
  cr_expect_not_null(came("small", SLACK_FROM_EVENT, 0), "there is room again");
}

Test(slack_inbox, a_full_inbox_takes_no_more_until_something_leaves) {
  char id[24];
  struct slack_row *first = came("first", SLACK_FROM_EVENT, 0);
  for (int i = 1; i < SLACK_INBOX_MAX; i++) {
    (void)snprintf(id, sizeof id, "ev%d", i);
    cr_assert_not_null(came(id, SLACK_FROM_EVENT, 0));
  }
  cr_expect_null(came("one too many", SLACK_FROM_EVENT, 0));
  slack_inbox_drop(inbox, first);
  cr_expect_not_null(came("there is room again", SLACK_FROM_EVENT, 0));
}
