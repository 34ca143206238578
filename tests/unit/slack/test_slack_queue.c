/* test_slack_queue.c: the oldest that may leave goes first, however many wait before it for something else. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "adapters/slack/slack_queue.h"

TestSuite(slack_queue);

enum { POST, UPDATE, METHODS, MANY = 400, CHANNELS = 12 };

struct one {
  struct slack_wish wish;
  struct slack_waiter waiter;
  char channel[12];
  bool waits;
};

static struct slack_buckets *buckets;
static struct slack_queue *queue;
static struct one ones[MANY];

static void begin(void) {
  buckets = slack_buckets_new(METHODS);
  queue = slack_queue_new(buckets, METHODS);
}

static void end(void) {
  struct slack_waiter *waiter;
  for (waiter = slack_queue_any(queue); waiter != NULL; waiter = slack_queue_any(queue)) slack_queue_remove(queue, waiter);
  queue = slack_queue_free(queue);
  buckets = slack_buckets_free(buckets);
}

static void put(int i, size_t method, int channel) {
  struct one *one = &ones[i];
  snprintf(one->channel, sizeof one->channel, "C%d", channel);
  one->wish = (struct slack_wish){.method = method, .minute = method == POST ? 200 : 50, .post = method == POST,
                                  .channel = method == POST ? one->channel : NULL, .interactive = true};
  one->waiter = (struct slack_waiter){.wish = &one->wish, .owner = one};
  one->waits = true;
  slack_queue_add(queue, &one->waiter);
}

/* Which one left; -1: none. */
static int leave(int64_t now_ms, int64_t *wait_ms) {
  *wait_ms = INT64_MAX;
  struct slack_waiter *waiter = slack_queue_next(queue, now_ms, wait_ms);
  if (waiter == NULL) return -1;
  struct one *one = waiter->owner;
  slack_buckets_take(buckets, &one->wish, now_ms);
  slack_queue_remove(queue, waiter);
  one->waits = false;
  return (int)(one - ones);
}

Test(slack_queue, nobody_waits_behind_a_channel_that_is_closed) {
  int64_t wait_ms;
  begin();
  for (int i = 0; i < 300; i++) put(i, POST, 1);
  put(300, POST, 2);
  put(301, UPDATE, 0);
  for (int i = 0; i < SLACK_CHANNEL_BURST; i++) cr_expect_eq(leave(1000, &wait_ms), i);
  cr_expect_eq(leave(1000, &wait_ms), 300, "the other channel's, past 297 that wait");
  cr_expect_eq(leave(1000, &wait_ms), 301);
  cr_expect_eq(leave(1000, &wait_ms), -1);
  cr_expect_eq(wait_ms, SLACK_CHANNEL_MS);
  cr_expect_eq(leave(1000 + wait_ms, &wait_ms), SLACK_CHANNEL_BURST, "and then the first channel's next");
  cr_expect_eq(slack_queue_count(queue), 300 - SLACK_CHANNEL_BURST - 1);
  end();
}

Test(slack_queue, all_of_a_method_wait_for_its_limit_and_others_do_not) {
  int64_t wait_ms;
  begin();
  for (int i = 0; i < 100; i++) put(i, UPDATE, 0);
  put(100, POST, 1);
  slack_buckets_slow(buckets, &ones[0].wish, 7000, 1000);
  cr_expect_eq(leave(1000, &wait_ms), 100);
  cr_expect_eq(leave(1000, &wait_ms), -1);
  cr_expect_eq(wait_ms, 7000);
  cr_expect_eq(leave(8000, &wait_ms), 0);
  end();
}

/* The same as a look at each and every one that waits. */
static int slow_answer(int64_t now_ms, int64_t *wait_ms) {
  int next = -1;
  *wait_ms = INT64_MAX;
  for (int i = 0; i < MANY; i++) {
    if (!ones[i].waits) continue;
    int64_t one_ms = slack_buckets_wait_ms(buckets, &ones[i].wish, now_ms);
    if (one_ms == 0 && (next < 0 || ones[i].waiter.number < ones[next].waiter.number)) next = i;
    if (one_ms < *wait_ms) *wait_ms = one_ms;
  }
  return next;
}

static void step(int64_t *now_ms) {
  int i = rand() % MANY;
  int64_t wait_ms, slow_ms;
  if (!ones[i].waits) put(i, rand() % 4 == 0 ? UPDATE : POST, rand() % CHANNELS);
  else if (rand() % 8 == 0) {
    slack_queue_remove(queue, &ones[i].waiter);
    ones[i].waits = false;
  }
  if (rand() % 200 == 0) slack_buckets_slow(buckets, &ones[i].wish, 3000, *now_ms);
  int wanted = slow_answer(*now_ms, &slow_ms), left = leave(*now_ms, &wait_ms);
  cr_assert_eq(left, wanted);
  if (left < 0) cr_assert(wait_ms > 0 && wait_ms <= slow_ms, "sleeps %ld ms, %ld would do", (long)wait_ms, (long)slow_ms);
  if (left < 0 && rand() % 2 == 0) *now_ms += wait_ms > 5000 ? 5000 : wait_ms;
}

Test(slack_queue, gives_what_a_look_at_everybody_gives) {
  int64_t now_ms = 1000;
  unsigned seed = 20261122;
  begin();
  srand(seed);
  for (int i = 0; i < 20000; i++) step(&now_ms);
  cr_expect_gt(now_ms, 60000, "seed %u: time passed, %ld ms", seed, (long)now_ms);
  end();
}
