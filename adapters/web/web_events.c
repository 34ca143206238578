/* web_events.c: one linked list a workspace, with a mark before the first event that was not sent. */
#include "adapters/web/web_events.h"

#include <stdlib.h>
#include <string.h>

struct waiting {
  struct waiting *next; /* owned */
  int64_t number;
  struct event event; /* its texts are borrowed from the platform's state until the ack */
};

struct queue {
  struct waiting *first, **end;
  struct waiting *unsent; /* borrowed from the list; NULL: all were sent */
};

struct web_events {
  const struct web_play *play; /* borrowed until web_events_free */
  struct queue *queues;        /* owned; one a workspace, in the order of the play */
  size_t count;
};

static void queue_init(struct queue *queue) {
  *queue = (struct queue){.first = NULL};
  queue->end = &queue->first;
}

struct web_events *web_events_new(const struct web_play *play) {
  struct web_events *events = calloc(1, sizeof *events);
  assert(events != NULL);
  events->play = play;
  events->queues = calloc(play->workspace_count, sizeof *events->queues);
  assert(events->queues != NULL);
  for (size_t i = 0; i < play->workspace_count; i++) queue_init(&events->queues[i]);
  return events;
}

static struct queue *queue_of(struct web_events *events, const char *workspace) {
  for (size_t i = 0; i < events->play->workspace_count; i++)
    if (strcmp(events->play->workspaces[i].id, workspace) == 0) return &events->queues[i];
  assert(false && "a workspace the play does not have");
  return NULL;
}

void web_events_add(struct web_events *events, int64_t number, const struct event *event) {
  struct queue *queue = queue_of(events, event->workspace);
  struct waiting *waiting = calloc(1, sizeof *waiting);
  assert(waiting != NULL);
  waiting->number = number;
  waiting->event = *event;
  *queue->end = waiting;
  queue->end = &waiting->next;
  if (queue->unsent == NULL) queue->unsent = waiting;
  events->count++;
}

const struct event *web_events_next(const struct web_events *events, size_t workspace) {
  const struct waiting *unsent = events->queues[workspace].unsent;
  return unsent == NULL ? NULL : &unsent->event;
}

void web_events_sent(struct web_events *events, size_t workspace) {
  struct queue *queue = &events->queues[workspace];
  queue->unsent = queue->unsent->next;
}

void web_events_rewind(struct web_events *events, size_t workspace) {
  events->queues[workspace].unsent = events->queues[workspace].first;
}

static void drop(struct web_events *events, struct queue *queue, struct waiting **place) {
  struct waiting *gone = *place;
  *place = gone->next;
  if (queue->end == &gone->next) queue->end = place;
  if (queue->unsent == gone) queue->unsent = gone->next;
  free(gone);
  events->count--;
}

bool web_events_ack(struct web_events *events, const char *id, int64_t *ret_number, const char **ret_change, const char **ret_person) {
  for (size_t i = 0; i < events->play->workspace_count; i++) {
    struct queue *queue = &events->queues[i];
    for (struct waiting **place = &queue->first; *place != NULL; place = &(*place)->next) {
      if (strcmp((*place)->event.id, id) != 0) continue;
      *ret_number = (*place)->number;
      *ret_change = (*place)->event.change;
      *ret_person = (*place)->event.person.id;
      drop(events, queue, place);
      return true;
    }
  }
  return false;
}

bool web_events_ack_number(struct web_events *events, int64_t number) {
  for (size_t i = 0; i < events->play->workspace_count; i++) {
    struct queue *queue = &events->queues[i];
    for (struct waiting **place = &queue->first; *place != NULL; place = &(*place)->next) {
      if ((*place)->number != number) continue;
      drop(events, queue, place);
      return true;
    }
  }
  return false;
}

bool web_events_waits_for(const struct web_events *events, const char *person) {
  for (size_t i = 0; i < events->play->workspace_count; i++)
    for (const struct waiting *waiting = events->queues[i].first; waiting != NULL; waiting = waiting->next)
      if (strcmp(waiting->event.person.id, person) == 0) return true;
  return false;
}

bool web_events_has_reset(const struct web_events *events) {
  for (size_t i = 0; i < events->play->workspace_count; i++)
    for (const struct waiting *waiting = events->queues[i].first; waiting != NULL; waiting = waiting->next)
      if (waiting->event.kind == EVENT_DEMO && strcmp(waiting->event.change, "reset") == 0) return true;
  return false;
}

size_t web_events_count(const struct web_events *events) {
  return events->count;
}

void web_events_clear(struct web_events *events) {
  for (size_t i = 0; i < events->play->workspace_count; i++)
    while (events->queues[i].first != NULL) drop(events, &events->queues[i], &events->queues[i].first);
}

struct web_events *web_events_free(struct web_events *events) {
  if (events == NULL) return NULL;
  web_events_clear(events);
  free(events->queues);
  free(events);
  return NULL;
}

void web_events_freep(struct web_events **events) {
  *events = web_events_free(*events);
}
