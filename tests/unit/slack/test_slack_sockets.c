/* test_slack_sockets.c: two connections at all times, a third before one goes, and never giving up; with made-up time. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "adapters/slack/slack_sockets.h"

TestSuite(slack_sockets);

enum { LIFE_S = 3600, STEP_MS = 50 };

static struct slack_sockets sockets;
static int64_t now_ms;
static int fetches, pings, closes, drops;
static bool slack_answers, auto_pong;

static double chance(void) {
  return 0.5;
}

/* What a Slack in good health does. */
static void serve(void) {
  for (;;) {
    struct slack_todo todo = slack_sockets_next(&sockets, now_ms, chance());
    if (todo.what == SLACK_DO_NOTHING) return;
    fetches += todo.what == SLACK_DO_FETCH;
    pings += todo.what == SLACK_DO_PING;
    closes += todo.what == SLACK_DO_CLOSE;
    drops += todo.what == SLACK_DO_DROP;
    if (todo.what == SLACK_DO_PING && auto_pong) slack_sockets_heard(&sockets, todo.slot, now_ms);
    if (todo.what != SLACK_DO_FETCH) continue;
    if (!slack_answers) {
      slack_sockets_gone(&sockets, todo.slot, SLACK_TROUBLE_AGAIN, 0, now_ms, chance());
      continue;
    }
    slack_sockets_address(&sockets, todo.slot);
    slack_sockets_hello(&sockets, todo.slot, LIFE_S, now_ms, chance());
  }
}

static void pass(int64_t ms) {
  for (int64_t end_ms = now_ms + ms; now_ms < end_ms; now_ms += STEP_MS) serve();
}

static void begin(void) {
  slack_sockets_init(&sockets);
  now_ms = 1000000;
  fetches = pings = closes = drops = 0;
  slack_answers = auto_pong = true;
  serve();
}

static int first_in(enum slack_slot_state state) {
  for (int i = 0; i < SLACK_SLOTS; i++)
    if (sockets.slots[i].state == state) return i;
  return -1;
}

Test(slack_sockets, two_stand) {
  begin();
  cr_expect_eq(slack_sockets_up(&sockets), 2);
  cr_expect(slack_sockets_open(&sockets));
  cr_expect_eq(fetches, 2);
  pass(600000);
  cr_expect_eq(fetches, 2);
  cr_expect_eq(sockets.gap_ms, 0);
}

Test(slack_sockets, up_means_hello) {
  slack_sockets_init(&sockets);
  struct slack_todo todo = slack_sockets_next(&sockets, 5000, 0);
  cr_assert_eq(todo.what, SLACK_DO_FETCH);
  slack_sockets_address(&sockets, todo.slot);
  cr_expect_eq(slack_sockets_up(&sockets), 0);
  slack_sockets_hello(&sockets, todo.slot, 0, 5100, 0);
  cr_expect_eq(slack_sockets_up(&sockets), 1);
}

Test(slack_sockets, the_new_one_stands_before_the_old_one_goes) {
  static const enum slack_reason reasons[] = {SLACK_REASON_WARNING, SLACK_REASON_REFRESH, SLACK_REASON_OTHER};
  for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
    begin();
    int old = first_in(SLACK_SLOT_UP);
    slack_sockets_bye(&sockets, old, reasons[i], now_ms, chance());
    cr_expect_eq(slack_sockets_up(&sockets), 2, "it still carries");
    serve();
    cr_expect_eq(fetches, 3);
    cr_expect_eq(slack_sockets_up(&sockets), 3);
    cr_expect_eq(sockets.slots[old].state, SLACK_SLOT_DRAINING);
    pass(SLACK_DRAIN_MS - STEP_MS);
    cr_expect_eq(closes, 0, "it is read for a while");
    pass(4 * STEP_MS);
    cr_expect_eq(closes, 1);
    cr_expect_eq(slack_sockets_up(&sockets), 2);
  }
}

Test(slack_sockets, an_old_one_is_kept_until_a_new_one_stands) {
  begin();
  slack_answers = false;
  slack_sockets_bye(&sockets, first_in(SLACK_SLOT_UP), SLACK_REASON_REFRESH, now_ms, chance());
  pass(120000);
  cr_expect_eq(closes, 0);
  cr_expect_eq(slack_sockets_up(&sockets), 2);
}

Test(slack_sockets, both_lost_come_back_at_once) {
  begin();
  pass(SLACK_STEADY_MS + STEP_MS);
  slack_sockets_gone(&sockets, 0, SLACK_TROUBLE_AGAIN, 0, now_ms, chance());
  slack_sockets_gone(&sockets, 1, SLACK_TROUBLE_AGAIN, 0, now_ms, chance());
  cr_expect_eq(slack_sockets_up(&sockets), 0);
  now_ms += 40;
  serve();
  cr_expect_eq(slack_sockets_up(&sockets), 2);
  cr_expect_eq(sockets.gap_ms, 40);
}

Test(slack_sockets, waits_longer_each_time_but_never_gives_up) {
  begin();
  slack_answers = false;
  pass(SLACK_STEADY_MS + STEP_MS);
  fetches = 0;
  slack_sockets_gone(&sockets, 0, SLACK_TROUBLE_AGAIN, 0, now_ms, chance());
  slack_sockets_gone(&sockets, 1, SLACK_TROUBLE_AGAIN, 0, now_ms, chance());
  pass(3600 * 1000);
  cr_expect(fetches > 60 && fetches < 260, "%d tries in an hour", fetches);
  slack_answers = true;
  pass(SLACK_BACKOFF_MS_MAX);
  cr_expect_eq(slack_sockets_up(&sockets), 2);
}

Test(slack_sockets, what_slack_asks_for_is_waited_up_to_an_hour) {
  static const struct { int64_t asked_ms, waited_ms; } rows[] = {{120000, 120000}, {3600 * 1000, 3600 * 1000}, {INT64_C(999999999999999000), 3600 * 1000}};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    begin();
    slack_sockets_gone(&sockets, 0, SLACK_TROUBLE_AGAIN, rows[i].asked_ms, now_ms, chance());
    slack_sockets_gone(&sockets, 1, SLACK_TROUBLE_AGAIN, rows[i].asked_ms, now_ms, chance());
    fetches = 0;
    pass(rows[i].waited_ms);
    cr_expect_eq(fetches, 0, "%lld ms", (long long)rows[i].asked_ms);
    pass(SLACK_BACKOFF_MS_MAX);
    cr_expect_gt(fetches, 0, "%lld ms", (long long)rows[i].asked_ms);
  }
}

Test(slack_sockets, one_that_dies_young_is_no_success) {
  begin();
  for (int i = 0; i < 2000; i++) {
    int slot = first_in(SLACK_SLOT_UP);
    if (slot >= 0) slack_sockets_gone(&sockets, slot, SLACK_TROUBLE_AGAIN, 0, now_ms, chance());
    pass(STEP_MS);
  }
  cr_expect_lt(fetches, 60, "%d in 100 s", fetches);
}

Test(slack_sockets, silence_is_noticed) {
  begin();
  auto_pong = false;
  pass(SLACK_PING_MS + STEP_MS);
  cr_expect_eq(pings, 2);
  cr_expect_eq(drops, 0);
  pass(SLACK_SILENT_MS - SLACK_PING_MS);
  cr_expect_eq(drops, 2, "half-open connections are hung up on");
  cr_expect_eq(slack_sockets_up(&sockets), 2, "and replaced");
}

Test(slack_sockets, opening_has_ten_seconds_in_all) {
  slack_sockets_init(&sockets);
  struct slack_todo todo = slack_sockets_next(&sockets, 5000, 0);
  slack_sockets_address(&sockets, todo.slot);
  int slot = todo.slot;
  (void)slack_sockets_next(&sockets, 5000, 0); /* the second's fetch */
  todo = slack_sockets_next(&sockets, 5000 + SLACK_OPEN_MS - 1, 0);
  cr_expect_eq(todo.what, SLACK_DO_NOTHING);
  todo = slack_sockets_next(&sockets, 5000 + SLACK_OPEN_MS, 0);
  cr_expect_eq(todo.what, SLACK_DO_DROP);
  cr_expect_eq(todo.slot, slot);
}

Test(slack_sockets, renews_before_slack_does_one_at_a_time) {
  begin();
  int least = SLACK_SLOTS;
  for (int i = 0; i < LIFE_S * 1000 / STEP_MS; i++) {
    pass(STEP_MS);
    if (slack_sockets_up(&sockets) < least) least = slack_sockets_up(&sockets);
  }
  cr_expect_eq(fetches, 4, "%d", fetches);
  cr_expect_eq(least, 2);
  cr_expect_eq(closes, 2);
}

Test(slack_sockets, a_refused_token_is_looked_at_every_few_minutes) {
  slack_sockets_init(&sockets);
  now_ms = 1000000;
  for (int i = 0; i < 2; i++) {
    struct slack_todo todo = slack_sockets_next(&sockets, now_ms, 0);
    cr_assert_eq(todo.what, SLACK_DO_FETCH);
    slack_sockets_gone(&sockets, todo.slot, SLACK_TROUBLE_REFUSED, 0, now_ms, 0);
    cr_expect_eq(slack_sockets_next(&sockets, now_ms + SLACK_REFUSED_MS - 1, 0).what, SLACK_DO_NOTHING);
    cr_expect_eq(slack_sockets_wake_ms(&sockets), now_ms + SLACK_REFUSED_MS);
    now_ms += SLACK_REFUSED_MS;
  }
  slack_sockets_gone(&sockets, 0, SLACK_TROUBLE_REFUSED, 0, now_ms, 0);
  slack_sockets_hurry(&sockets);
  cr_expect_eq(slack_sockets_next(&sockets, now_ms, 0).what, SLACK_DO_FETCH, "its file was changed");
}

Test(slack_sockets, does_what_slack_asks) {
  begin();
  slack_sockets_bye(&sockets, 0, SLACK_REASON_TOO_MANY, now_ms, chance());
  slack_sockets_gone(&sockets, 0, SLACK_TROUBLE_AGAIN, 0, now_ms, chance());
  pass(59000);
  cr_expect_eq(fetches, 2, "not for a minute");
  pass(65000);
  cr_expect_eq(fetches, 3);
  slack_sockets_bye(&sockets, 0, SLACK_REASON_LINK_DISABLED, now_ms, chance());
  slack_sockets_gone(&sockets, 0, SLACK_TROUBLE_AGAIN, 0, now_ms, chance());
  pass(SLACK_DISABLED_MS - STEP_MS);
  cr_expect_eq(fetches, 3);
  slack_sockets_gone(&sockets, 1, SLACK_TROUBLE_AGAIN, 90000, now_ms, chance());
  pass(89000);
  cr_expect_eq(fetches, 3, "Retry-After counts");
}

/* Whatever happens, in any order: a slot is never asked for twice, and as long as Slack answers, two stand again. */
Test(slack_sockets, any_order_of_troubles) {
  unsigned seed = 20261122;
  slack_sockets_init(&sockets);
  now_ms = 1000000;
  slack_answers = auto_pong = true;
  for (int i = 0; i < 100000; i++) {
    int slot = (int)((unsigned)rand_r(&seed) % SLACK_SLOTS), what = (int)((unsigned)rand_r(&seed) % 40);
    bool open = sockets.slots[slot].state != SLACK_SLOT_CLOSED;
    if (open && what == 0) slack_sockets_gone(&sockets, slot, SLACK_TROUBLE_AGAIN, 0, now_ms, chance());
    if (open && what == 1) slack_sockets_bye(&sockets, slot, SLACK_REASON_REFRESH, now_ms, chance());
    if (what == 2) slack_answers = !slack_answers;
    pass(STEP_MS);
    cr_assert_leq(slack_sockets_up(&sockets), SLACK_SLOTS);
  }
  slack_answers = true;
  pass(2 * SLACK_BACKOFF_MS_MAX);
  cr_expect_geq(slack_sockets_up(&sockets), 2, "seed 20261122");
}
