/* slack_bucket.c: buckets in thousandths of a call, filled by the time that passed. Channels that stand full are forgotten. */
#include "adapters/slack/slack_bucket.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/map.h"

enum { MINUTE_MS = 60000, CALL = 60000, CHANNELS_MAX = 4096, RISE_EVERY_MS = 60000, OBJECTION_MS = 5000, RISE = 10, RISE_BACK = 40,
       BURST_PARTS = 6, KEEP_PARTS = 4, SAFE_PERCENT = 90 };

/* One call weighs CALL; a bucket of n calls a minute gains n a millisecond. */
struct bucket {
  int64_t holds, at_ms; /* as of at_ms */
  int64_t closed_ms;    /* nothing leaves before */
  bool known;
};

struct channel {
  struct channel *next; /* owned */
  char *name;           /* owned */
  struct bucket bucket;
};

struct slack_buckets {
  struct bucket *methods;  /* owned */
  size_t method_count;
  struct bucket posts;
  int posts_minute;
  int safe_minute;         /* a little below where Slack objected last: up to there they rise fast again; 0: it never did */
  int64_t rise_ms;         /* when posts_minute may rise next */
  int64_t halved_ms;       /* until when another 429 is the same objection */
  struct map *channels;    /* owned; of `first`'s list */
  struct channel *first;   /* owned */
};

/* What it holds at most: a sixth of a minute's calls, at least two. */
static int64_t room(int minute) {
  int64_t calls = minute / BURST_PARTS;
  return (calls < 2 ? 2 : calls) * CALL;
}

static int64_t held(const struct bucket *bucket, int minute, int64_t most, int64_t now_ms) {
  if (!bucket->known) return most;
  int64_t gained = now_ms > bucket->at_ms ? (now_ms - bucket->at_ms) * minute : 0, all = bucket->holds + gained;
  return all > most ? most : all;
}

/* `spare` is left for others. */
static int64_t wait_for(const struct bucket *bucket, int minute, int64_t most, int64_t spare, int64_t now_ms) {
  int64_t closed = bucket->closed_ms > now_ms ? bucket->closed_ms - now_ms : 0;
  int64_t missing = CALL + spare - held(bucket, minute, most, now_ms);
  int64_t wait = missing <= 0 ? 0 : (missing + minute - 1) / minute;
  return wait > closed ? wait : closed;
}

static void take(struct bucket *bucket, int minute, int64_t most, int64_t now_ms) {
  bucket->holds = held(bucket, minute, most, now_ms) - CALL;
  bucket->at_ms = now_ms;
  bucket->known = true;
}

static void shut(struct bucket *bucket, int64_t until_ms, int64_t now_ms) {
  if (until_ms > bucket->closed_ms) bucket->closed_ms = until_ms;
  bucket->holds = CALL;
  bucket->at_ms = now_ms;
  bucket->known = true;
}

/* ---- channels ---- */

enum { CHANNEL_MINUTE = MINUTE_MS / SLACK_CHANNEL_MS, CHANNEL_ROOM = SLACK_CHANNEL_BURST * CALL };

static void forget_full(struct slack_buckets *buckets, int64_t now_ms) {
  for (struct channel **slot = &buckets->first; *slot != NULL;) {
    struct channel *channel = *slot;
    bool full = held(&channel->bucket, CHANNEL_MINUTE, CHANNEL_ROOM, now_ms) == CHANNEL_ROOM && channel->bucket.closed_ms <= now_ms;
    if (!full) {
      slot = &channel->next;
      continue;
    }
    *slot = channel->next;
    (void)map_drop(buckets->channels, channel->name);
    free(channel->name);
    free(channel);
  }
}

static struct bucket *channel_of(struct slack_buckets *buckets, const char *name, int64_t now_ms) {
  struct channel *channel = map_get(buckets->channels, name);
  if (channel != NULL) return &channel->bucket;
  if (map_count(buckets->channels) >= CHANNELS_MAX) forget_full(buckets, now_ms);
  channel = calloc(1, sizeof *channel);
  assert(channel != NULL);
  channel->name = strdup(name);
  assert(channel->name != NULL);
  channel->next = buckets->first;
  buckets->first = channel;
  (void)map_put(buckets->channels, name, channel);
  return &channel->bucket;
}

/* ---- the three together ---- */

static int64_t spare(const struct slack_wish *wish, int64_t most) {
  return wish->interactive ? 0 : most / KEEP_PARTS / CALL * CALL;
}

static int64_t longer(int64_t a, int64_t b) {
  return a > b ? a : b;
}

int64_t slack_buckets_wait_ms(struct slack_buckets *buckets, const struct slack_wish *wish, int64_t now_ms) {
  int64_t wait = 0;
  assert(wish->method < buckets->method_count);
  const struct bucket *method = &buckets->methods[wish->method];
  if (wish->minute > 0 && !wish->post) wait = wait_for(method, wish->minute, room(wish->minute), spare(wish, room(wish->minute)), now_ms);
  else if (method->closed_ms > now_ms) wait = method->closed_ms - now_ms;
  if (wish->post) {
    int64_t most = room(buckets->posts_minute);
    wait = longer(wait, wait_for(&buckets->posts, buckets->posts_minute, most, spare(wish, most), now_ms));
  }
  if (wish->channel != NULL) wait = longer(wait, wait_for(channel_of(buckets, wish->channel, now_ms), CHANNEL_MINUTE, CHANNEL_ROOM, 0, now_ms));
  return wait;
}

static void maybe_rise(struct slack_buckets *buckets, int64_t now_ms) {
  if (buckets->rise_ms == 0) buckets->rise_ms = now_ms + RISE_EVERY_MS;
  bool used = held(&buckets->posts, buckets->posts_minute, room(buckets->posts_minute), now_ms) < room(buckets->posts_minute) / 2;
  if (now_ms < buckets->rise_ms || !used) return;
  buckets->rise_ms = now_ms + RISE_EVERY_MS;
  if (buckets->posts_minute + RISE_BACK <= buckets->safe_minute) buckets->posts_minute += RISE_BACK;
  else if (buckets->posts_minute < SLACK_POSTS_MAX) buckets->posts_minute += RISE;
}

void slack_buckets_take(struct slack_buckets *buckets, const struct slack_wish *wish, int64_t now_ms) {
  assert(wish->method < buckets->method_count);
  if (wish->minute > 0 && !wish->post) take(&buckets->methods[wish->method], wish->minute, room(wish->minute), now_ms);
  if (wish->post) {
    take(&buckets->posts, buckets->posts_minute, room(buckets->posts_minute), now_ms);
    maybe_rise(buckets, now_ms);
  }
  if (wish->channel != NULL) take(channel_of(buckets, wish->channel, now_ms), CHANNEL_MINUTE, CHANNEL_ROOM, now_ms);
}

/* A 429 on a post is nearly always about its channel; the workspace's own limit has no other sign, so all become fewer too. */
void slack_buckets_slow(struct slack_buckets *buckets, const struct slack_wish *wish, int64_t wait_ms, int64_t now_ms) {
  int64_t until_ms = now_ms + wait_ms;
  assert(wish->method < buckets->method_count);
  if (wish->channel != NULL) shut(channel_of(buckets, wish->channel, now_ms), until_ms, now_ms);
  else shut(&buckets->methods[wish->method], until_ms, now_ms);
  if (!wish->post || now_ms < buckets->halved_ms) return;
  buckets->halved_ms = now_ms + OBJECTION_MS;
  buckets->safe_minute = buckets->posts_minute * SAFE_PERCENT / 100;
  buckets->posts_minute = buckets->posts_minute / 2 < SLACK_POSTS_MIN ? SLACK_POSTS_MIN : buckets->posts_minute / 2;
  buckets->rise_ms = now_ms + RISE_EVERY_MS;
}

int slack_buckets_posts_minute(const struct slack_buckets *buckets) {
  return buckets->posts_minute;
}

int64_t slack_buckets_estimate_ms(const struct slack_buckets *buckets, const struct slack_wish *wish, size_t count) {
  int minute = wish->post ? buckets->posts_minute : wish->minute;
  return minute == 0 ? 0 : (int64_t)count * MINUTE_MS / minute;
}

struct slack_buckets *slack_buckets_new(size_t method_count) {
  struct slack_buckets *buckets = calloc(1, sizeof *buckets);
  assert(buckets != NULL);
  *buckets = (struct slack_buckets){.methods = calloc(method_count, sizeof *buckets->methods), .method_count = method_count,
                                    .posts_minute = SLACK_POSTS_BEGIN, .channels = map_new()};
  assert(buckets->methods != NULL);
  return buckets;
}

struct slack_buckets *slack_buckets_free(struct slack_buckets *buckets) {
  if (buckets == NULL) return NULL;
  while (buckets->first != NULL) {
    struct channel *channel = buckets->first;
    buckets->first = channel->next;
    free(channel->name);
    free(channel);
  }
  buckets->channels = map_free(buckets->channels, NULL);
  free(buckets->methods);
  free(buckets);
  return NULL;
}
