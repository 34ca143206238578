/* test_slack_lately.c: who did something a moment ago is known for two minutes, in their thread; nothing grows. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "adapters/slack/slack_lately.h"

TestSuite(slack_lately);

enum { NOW_MS = 5000000 };

Test(slack_lately, who_did_something_is_waited_for_two_minutes_long) {
  struct slack_lately *lately = slack_lately_new();
  cr_expect(!slack_lately_waits(lately, "U1", NOW_MS));
  slack_lately_note(lately, "U1", NOW_MS);
  cr_expect(slack_lately_waits(lately, "U1", NOW_MS + SLACK_LATELY_MS - 1));
  cr_expect(!slack_lately_waits(lately, "U1", NOW_MS + SLACK_LATELY_MS));
  cr_expect(!slack_lately_waits(lately, "U2", NOW_MS), "nobody else");
  slack_lately_note(lately, "U1", NOW_MS + SLACK_LATELY_MS);
  cr_expect(slack_lately_waits(lately, "U1", NOW_MS + SLACK_LATELY_MS), "again");
  slack_lately_note(lately, NULL, NOW_MS);
  cr_expect(!slack_lately_waits(lately, NULL, NOW_MS));
  slack_lately_free(lately);
}

Test(slack_lately, the_thread_is_the_one_they_wrote_in_last) {
  struct slack_lately *lately = slack_lately_new();
  char too_long[SLACK_TS_BYTES + 1];
  slack_lately_note(lately, "U1", NOW_MS);
  cr_expect_null(slack_lately_thread(lately, "U1", NOW_MS), "who wrote in none is in none");
  slack_lately_note_in(lately, "U1", "1772445600.000100", NOW_MS);
  cr_expect_str_eq(slack_lately_thread(lately, "U1", NOW_MS + 1), "1772445600.000100");
  slack_lately_note(lately, "U1", NOW_MS + 5);
  cr_expect_str_eq(slack_lately_thread(lately, "U1", NOW_MS + 6), "1772445600.000100", "a press leaves them there");
  cr_expect_null(slack_lately_thread(lately, "U1", NOW_MS + 5 + SLACK_LATELY_MS));
  slack_lately_note_in(lately, "U1", NULL, NOW_MS + 6);
  cr_expect_null(slack_lately_thread(lately, "U1", NOW_MS + 6), "they wrote outside");
  slack_lately_note_in(lately, "U1", "1.1", NOW_MS + 6);
  slack_lately_leave_thread(lately, "U1");
  slack_lately_leave_thread(lately, "U2");
  cr_expect_null(slack_lately_thread(lately, "U1", NOW_MS + 6), "it was deleted");
  cr_expect(slack_lately_waits(lately, "U1", NOW_MS + 6) && !slack_lately_waits(lately, "U2", NOW_MS + 6));
  memset(too_long, '1', sizeof too_long - 1);
  too_long[sizeof too_long - 1] = '\0';
  slack_lately_note_in(lately, "U1", too_long, NOW_MS + 6);
  cr_expect_null(slack_lately_thread(lately, "U1", NOW_MS + 6), "half of an id is none");
  slack_lately_free(lately);
}

Test(slack_lately, the_last_persons_each_once) {
  struct slack_lately *lately = slack_lately_new();
  char id[SLACK_RECENT_BYTES + 1];
  cr_expect_null(slack_lately_recent(lately, 0));
  for (int i = 0; i < 3; i++) slack_lately_note_recent(lately, "U0");
  cr_expect_null(slack_lately_recent(lately, 1));
  for (int i = 1; i <= SLACK_RECENT_MAX; i++) {
    snprintf(id, sizeof id, "U%d", i);
    slack_lately_note_recent(lately, id);
  }
  cr_expect_str_eq(slack_lately_recent(lately, 0), "U8", "the oldest gives way");
  cr_expect_str_eq(slack_lately_recent(lately, 1), "U1");
  memset(id, 'U', sizeof id - 1);
  id[sizeof id - 1] = '\0';
  slack_lately_note_recent(lately, id);
  slack_lately_note_recent(lately, NULL);
  cr_expect_str_eq(slack_lately_recent(lately, 1), "U1", "what does not fit is nobody");
  slack_lately_free(lately);
}

Test(slack_lately, direct_messages_are_ours_once_something_was_said) {
  struct slack_lately *lately = slack_lately_new();
  char id[16];
  int known = 0;
  slack_lately_note_dm(lately, NULL);
  cr_expect(!slack_lately_is_dm(lately, NULL) && !slack_lately_is_dm(lately, "D1"));
  for (int i = 0; i < 100000; i++) {
    snprintf(id, sizeof id, "D%d", i);
    slack_lately_note_dm(lately, id);
    cr_assert(slack_lately_is_dm(lately, id), "the newest is always known");
  }
  for (int i = 0; i < 100000; i++) {
    snprintf(id, sizeof id, "D%d", i);
    known += slack_lately_is_dm(lately, id);
  }
  cr_expect(known > 4000 && known <= 8192, "%d of 100,000 are known", known);
  slack_lately_free(lately);
}

Test(slack_lately, what_was_put_off_is_known_until_it_begins) {
  struct slack_lately *lately = slack_lately_new();
  char id[16];
  int known = 0;
  cr_expect(!slack_lately_take_put_off(lately, "o1"));
  slack_lately_put_off(lately, "o1");
  slack_lately_put_off(lately, "o1");
  cr_expect(slack_lately_take_put_off(lately, "o1"));
  cr_expect(!slack_lately_take_put_off(lately, "o1"), "once it began nobody may say that it did not");
  for (int i = 0; i < 50000; i++) {
    snprintf(id, sizeof id, "o%d", i);
    slack_lately_put_off(lately, id);
  }
  for (int i = 0; i < 50000; i++) {
    snprintf(id, sizeof id, "o%d", i);
    known += slack_lately_take_put_off(lately, id);
    cr_assert(!slack_lately_take_put_off(lately, id));
  }
  cr_expect(known > 49000, "%d of 50,000 are known", known);
  slack_lately_free(lately);
}
