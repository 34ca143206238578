/* slack_bucket.h: how fast we may call: a bucket for each method, one for each channel that is posted to, and one for all posts of
 * the workspace. One set a workspace. Pure: time comes in. */
#ifndef MENTORD_SLACK_BUCKET_H
#define MENTORD_SLACK_BUCKET_H

#include "bot/base/base.h"

struct slack_buckets;

/* Posts of a whole workspace: Slack says "several hundred a minute". We begin lower, rise slowly while nobody objects, halve
 * when somebody does, and come back fast to a little below that. */
enum { SLACK_POSTS_MIN = 30, SLACK_POSTS_BEGIN = 200, SLACK_POSTS_MAX = 500, SLACK_CHANNEL_MS = 1000, SLACK_CHANNEL_BURST = 3 };

struct slack_wish {
  size_t method;        /* which bucket */
  int minute;           /* calls a minute that this method may have; 0: no limit */
  bool post;            /* counts as a message of the workspace */
  const char *channel;  /* a post's channel or person; NULL: none */
  bool interactive;     /* bulk leaves the last quarter of every bucket to those who wait */
};

struct slack_buckets *slack_buckets_new(size_t method_count);
/* How long until this call may leave; 0: now. Changes nothing. */
int64_t slack_buckets_wait_ms(struct slack_buckets *buckets, const struct slack_wish *wish, int64_t now_ms);
/* It leaves. */
void slack_buckets_take(struct slack_buckets *buckets, const struct slack_wish *wish, int64_t now_ms);
/* Slack said 429: this method waits (a post: its channel, and all posts become fewer); others go on. */
void slack_buckets_slow(struct slack_buckets *buckets, const struct slack_wish *wish, int64_t wait_ms, int64_t now_ms);
int slack_buckets_posts_minute(const struct slack_buckets *buckets); /* what is planned with now */
/* About how long `count` bulk calls of this kind take. */
int64_t slack_buckets_estimate_ms(const struct slack_buckets *buckets, const struct slack_wish *wish, size_t count);
struct slack_buckets *slack_buckets_free(struct slack_buckets *buckets); /* takes NULL, returns NULL */

#endif
