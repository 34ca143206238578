/* slack_queue.h: calls that wait for their buckets: the oldest that may leave is next, and none waits behind one that must wait for
 * something else. Pure: time comes in. */
#ifndef MENTORD_SLACK_QUEUE_H
#define MENTORD_SLACK_QUEUE_H

#include "adapters/slack/slack_bucket.h"

struct slack_queue; struct slack_lane;

struct slack_waiter { /* is carried by who waits */
  const struct slack_wish *wish; /* borrowed until it is taken out. In one queue, all of a method wish the same but for the channel */
  void *owner;                   /* borrowed */
  struct slack_waiter *before, *behind;
  struct slack_lane *lane;
  int64_t number;
};

struct slack_queue *slack_queue_new(struct slack_buckets *buckets, size_t method_count); /* `buckets` is borrowed until the end */
void slack_queue_add(struct slack_queue *queue, struct slack_waiter *waiter);
void slack_queue_remove(struct slack_queue *queue, struct slack_waiter *waiter);
/* Who may leave now; it stays in the queue. NULL: nobody; then *ret_wait_ms is how long until somebody may, when that is less than it was. */
struct slack_waiter *slack_queue_next(struct slack_queue *queue, int64_t now_ms, int64_t *ret_wait_ms);
struct slack_waiter *slack_queue_any(const struct slack_queue *queue); /* for taking all out; NULL: empty */
size_t slack_queue_count(const struct slack_queue *queue);
struct slack_queue *slack_queue_free(struct slack_queue *queue); /* an empty one. Takes NULL, returns NULL */

#endif
