/* slack_queue.c: a road a method, on it a lane a channel; a lane whose channel must wait stands aside until its time. */
#include "adapters/slack/slack_queue.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/heap.h"
#include "bot/base/map.h"

struct road {
  struct map *lanes;   /* channel -> struct slack_lane, owned while somebody waits there; "": no channel. NULL: never used */
  struct heap ready;   /* lanes that may go as far as anybody knows, by their first one's number */
  struct heap waiting; /* lanes whose channel is closed, by when it opens: a bucket never opens earlier than it said */
};

struct slack_lane {
  struct slack_waiter *first, *last; /* borrowed: in the order they came */
  struct road *road;                 /* borrowed from the queue */
  struct heap_node node;
  struct heap *where;                /* borrowed: which of its road's heaps it stands in */
  char channel[];
};

struct slack_queue {
  struct slack_buckets *buckets; /* borrowed */
  struct road *roads;            /* owned: one a method */
  size_t method_count, count;
  int64_t numbers;
};

static void stand(struct slack_lane *lane, struct heap *heap, int64_t key) {
  if (lane->where != NULL) heap_remove(lane->where, &lane->node);
  lane->where = heap;
  if (heap != NULL) heap_add(heap, &lane->node, key, lane);
}

/* ---- in and out ---- */

static struct slack_lane *lane_of(struct slack_queue *queue, const struct slack_wish *wish) {
  struct road *road = &queue->roads[wish->method];
  const char *channel = wish->channel == NULL ? "" : wish->channel;
  if (road->lanes == NULL) road->lanes = map_new();
  struct slack_lane *lane = map_get(road->lanes, channel);
  if (lane != NULL) return lane;
  size_t bytes = strlen(channel) + 1;
  lane = calloc(1, sizeof *lane + bytes);
  assert(lane != NULL);
  lane->road = road;
  memcpy(lane->channel, channel, bytes);
  (void)map_put(road->lanes, channel, lane);
  return lane;
}

void slack_queue_add(struct slack_queue *queue, struct slack_waiter *waiter) {
  assert(waiter->wish->method < queue->method_count);
  struct slack_lane *lane = lane_of(queue, waiter->wish);
  waiter->lane = lane;
  waiter->number = ++queue->numbers;
  waiter->before = lane->last;
  waiter->behind = NULL;
  *(lane->last == NULL ? &lane->first : &lane->last->behind) = waiter;
  lane->last = waiter;
  queue->count++;
  if (lane->first == waiter) stand(lane, &lane->road->ready, waiter->number);
}

void slack_queue_remove(struct slack_queue *queue, struct slack_waiter *waiter) {
  struct slack_lane *lane = waiter->lane;
  bool was_first = lane->first == waiter;
  *(waiter->before == NULL ? &lane->first : &waiter->before->behind) = waiter->behind;
  *(waiter->behind == NULL ? &lane->last : &waiter->behind->before) = waiter->before;
  waiter->lane = NULL;
  queue->count--;
  if (lane->first == NULL) {
    stand(lane, NULL, 0);
    free(map_drop(lane->road->lanes, lane->channel));
  } else if (was_first && lane->where == &lane->road->ready) {
    stand(lane, &lane->road->ready, lane->first->number);
  }
}

/* ---- who is next ---- */

static void let_time_pass(struct road *road, int64_t now_ms) {
  while (road->waiting.count > 0 && heap_first_key(&road->waiting) <= now_ms) {
    struct slack_lane *lane = heap_first(&road->waiting);
    stand(lane, &road->ready, lane->first->number);
  }
}

static void shorten(int64_t *wait_ms, int64_t other_ms) {
  if (other_ms < *wait_ms) *wait_ms = other_ms;
}

/* What holds all of its method back is asked first, so that each look costs the lanes that move and no others. */
static struct slack_waiter *first_on(struct slack_queue *queue, struct road *road, int64_t now_ms, int64_t *wait_ms) {
  let_time_pass(road, now_ms);
  const struct slack_lane *any = heap_first(road->ready.count > 0 ? &road->ready : &road->waiting);
  struct slack_wish method = *any->first->wish;
  method.channel = NULL;
  int64_t all_ms = slack_buckets_wait_ms(queue->buckets, &method, now_ms);
  if (all_ms > 0) {
    shorten(wait_ms, all_ms);
    return NULL;
  }
  while (road->ready.count > 0) {
    struct slack_lane *lane = heap_first(&road->ready);
    int64_t lane_ms = slack_buckets_wait_ms(queue->buckets, lane->first->wish, now_ms);
    if (lane_ms == 0) return lane->first;
    stand(lane, &road->waiting, now_ms + lane_ms);
  }
  shorten(wait_ms, heap_first_key(&road->waiting) - now_ms);
  return NULL;
}

struct slack_waiter *slack_queue_next(struct slack_queue *queue, int64_t now_ms, int64_t *ret_wait_ms) {
  struct slack_waiter *next = NULL;
  for (size_t i = 0; i < queue->method_count; i++) {
    struct road *road = &queue->roads[i];
    if (road->lanes == NULL || map_count(road->lanes) == 0) continue;
    struct slack_waiter *waiter = first_on(queue, road, now_ms, ret_wait_ms);
    if (waiter != NULL && (next == NULL || waiter->number < next->number)) next = waiter;
  }
  return next;
}

struct slack_waiter *slack_queue_any(const struct slack_queue *queue) {
  for (size_t i = 0; i < queue->method_count; i++) {
    const struct road *road = &queue->roads[i];
    const struct slack_lane *lane = heap_first(road->ready.count > 0 ? &road->ready : &road->waiting);
    if (lane != NULL) return lane->first;
  }
  return NULL;
}

/* ---- life ---- */

size_t slack_queue_count(const struct slack_queue *queue) {
  return queue->count;
}

struct slack_queue *slack_queue_new(struct slack_buckets *buckets, size_t method_count) {
  struct slack_queue *queue = calloc(1, sizeof *queue);
  assert(queue != NULL);
  *queue = (struct slack_queue){.buckets = buckets, .roads = calloc(method_count, sizeof *queue->roads), .method_count = method_count};
  assert(queue->roads != NULL);
  return queue;
}

struct slack_queue *slack_queue_free(struct slack_queue *queue) {
  if (queue == NULL) return NULL;
  assert(queue->count == 0);
  for (size_t i = 0; i < queue->method_count; i++) {
    queue->roads[i].lanes = map_free(queue->roads[i].lanes, NULL);
    heap_done(&queue->roads[i].ready);
    heap_done(&queue->roads[i].waiting);
  }
  free(queue->roads);
  free(queue);
  return NULL;
}
