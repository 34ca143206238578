/* test_slack_bucket.c: nobody waits for a limit that is not theirs, and all limits hold. */
#include <criterion/criterion.h>
#include <malloc.h>
#include <stdio.h>

#include "adapters/slack/slack_bucket.h"

TestSuite(slack_bucket);

enum { POST, UPDATE, METHODS };
static const struct slack_wish post_a = {.method = POST, .minute = 200, .post = true, .channel = "A", .interactive = true};
static const struct slack_wish post_b = {.method = POST, .minute = 200, .post = true, .channel = "B", .interactive = true};
static const struct slack_wish update = {.method = UPDATE, .minute = 50, .interactive = true};

/* Sends as fast as it may from `from_ms` on; how many left within `span_ms`. */
static int sent_within(struct slack_buckets *buckets, const struct slack_wish *wish, int64_t from_ms, int64_t span_ms) {
  int count = 0;
  for (int64_t now_ms = from_ms; now_ms < from_ms + span_ms;) {
    int64_t wait_ms = slack_buckets_wait_ms(buckets, wish, now_ms);
    if (wait_ms == 0) {
      slack_buckets_take(buckets, wish, now_ms);
      count++;
    }
    now_ms += wait_ms;
  }
  return count;
}

Test(slack_bucket, a_channel_gets_a_burst_and_then_one_a_second) {
  struct slack_buckets *buckets = slack_buckets_new(METHODS);
  int count = sent_within(buckets, &post_a, 1000, 20000);
  cr_expect(count >= 20 && count <= 20 + SLACK_CHANNEL_BURST, "%d in 20 s", count);
  cr_expect_eq(slack_buckets_wait_ms(buckets, &post_b, 21000), 0, "another channel does not wait");
  slack_buckets_free(buckets);
}

Test(slack_bucket, a_method_keeps_its_tier) {
  struct slack_buckets *buckets = slack_buckets_new(METHODS);
  int count = sent_within(buckets, &update, 5, 60000 * 5);
  cr_expect(count >= 250 && count <= 260, "%d in 5 minutes at 50 a minute", count);
  slack_buckets_free(buckets);
}

Test(slack_bucket, one_429_stops_only_its_own) {
  struct slack_buckets *buckets = slack_buckets_new(METHODS);
  slack_buckets_slow(buckets, &post_a, 30000, 1000);
  cr_expect_eq(slack_buckets_wait_ms(buckets, &post_a, 1000), 30000);
  cr_expect_eq(slack_buckets_wait_ms(buckets, &post_a, 21000), 10000);
  cr_expect_eq(slack_buckets_wait_ms(buckets, &post_b, 1000), 0);
  cr_expect_eq(slack_buckets_wait_ms(buckets, &update, 1000), 0);
  slack_buckets_slow(buckets, &update, 7000, 1000);
  cr_expect_eq(slack_buckets_wait_ms(buckets, &update, 1000), 7000);
  cr_expect_eq(slack_buckets_wait_ms(buckets, &post_b, 1000), 0);
  slack_buckets_free(buckets);
}

static int bulk_within(struct slack_buckets *buckets, int64_t from_ms, int64_t span_ms) {
  int count = 0, number = 0;
  for (int64_t now_ms = from_ms; now_ms < from_ms + span_ms;) {
    char channel[16];
    snprintf(channel, sizeof channel, "D%d", number);
    struct slack_wish wish = {.method = POST, .minute = 200, .post = true, .channel = channel};
    int64_t wait_ms = slack_buckets_wait_ms(buckets, &wish, now_ms);
    if (wait_ms == 0) {
      slack_buckets_take(buckets, &wish, now_ms);
      count++;
      number++;
    }
    now_ms += wait_ms;
  }
  return count;
}

Test(slack_bucket, bulk_leaves_room_for_those_who_wait) {
  struct slack_buckets *buckets = slack_buckets_new(METHODS);
  int count = bulk_within(buckets, 1000, 60000);
  cr_expect(count >= 190 && count <= 240, "%d to as many channels in a minute", count);
  struct slack_wish bulk = {.method = POST, .minute = 200, .post = true};
  while (slack_buckets_wait_ms(buckets, &bulk, 61000) == 0) slack_buckets_take(buckets, &bulk, 61000);
  cr_expect_eq(slack_buckets_wait_ms(buckets, &post_a, 61000), 0, "an answer leaves at once");
  slack_buckets_free(buckets);
}

Test(slack_bucket, posts_rise_without_objection_and_halve_on_one) {
  struct slack_buckets *buckets = slack_buckets_new(METHODS);
  (void)bulk_within(buckets, 1000, 10 * 60000);
  int risen = slack_buckets_posts_minute(buckets);
  cr_expect(risen > SLACK_POSTS_BEGIN + 50 && risen <= SLACK_POSTS_MAX, "%d", risen);
  slack_buckets_slow(buckets, &post_a, 1000, 700000);
  slack_buckets_slow(buckets, &post_b, 1000, 700003);
  cr_expect_eq(slack_buckets_posts_minute(buckets), risen / 2, "two at once are one objection");
  for (int i = 1; i < 10; i++) slack_buckets_slow(buckets, &post_a, 1000, 700000 + i * 60000);
  cr_expect_eq(slack_buckets_posts_minute(buckets), SLACK_POSTS_MIN);
  slack_buckets_free(buckets);
}

Test(slack_bucket, posts_come_back_fast_to_where_nobody_objected) {
  struct slack_buckets *buckets = slack_buckets_new(METHODS);
  slack_buckets_slow(buckets, &post_a, 1000, 1000);
  cr_expect_eq(slack_buckets_posts_minute(buckets), SLACK_POSTS_BEGIN / 2);
  (void)bulk_within(buckets, 2000, 3 * 60000);
  int back = slack_buckets_posts_minute(buckets);
  cr_expect(back > SLACK_POSTS_BEGIN * 3 / 4 && back <= SLACK_POSTS_BEGIN, "%d after three minutes", back);
  slack_buckets_free(buckets);
}

Test(slack_bucket, says_how_long_bulk_takes) {
  struct slack_buckets *buckets = slack_buckets_new(METHODS);
  struct slack_wish open = {.method = UPDATE, .minute = 50};
  cr_expect_eq(slack_buckets_estimate_ms(buckets, &post_a, 1000), 5 * 60000);
  cr_expect_eq(slack_buckets_estimate_ms(buckets, &open, 1000), 20 * 60000);
  slack_buckets_free(buckets);
}

static void post_to_many(struct slack_buckets *buckets, int from, int to) {
  for (int i = from; i < to; i++) {
    char channel[16];
    snprintf(channel, sizeof channel, "D%d", i);
    struct slack_wish wish = {.method = POST, .minute = 200, .post = true, .channel = channel};
    slack_buckets_take(buckets, &wish, 1000 + i);
  }
}

/* What stands in memory; 0 under a sanitizer, whose allocator does not say. */
static size_t bytes_held(void) {
  return mallinfo2().uordblks;
}

Test(slack_bucket, thousands_of_channels_are_forgotten_again) {
  struct slack_buckets *buckets = slack_buckets_new(METHODS);
  size_t begin = bytes_held();
  post_to_many(buckets, 0, 4000);
  size_t few = bytes_held() - begin;
  post_to_many(buckets, 4000, 40000);
  size_t many = bytes_held() - begin;
  cr_expect_lt(many, 3 * few + 1, "%zu bytes for 4,000 channels, %zu for 40,000", few, many);
  slack_buckets_free(buckets);
}
