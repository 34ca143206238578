/* slack_inbox.c: a list in the order events came, and a map of their ids. */
#include "adapters/slack/slack_inbox.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/map.h"

enum { INBOX_BYTES_MAX = 64 * 1024 * 1024 };

struct slack_inbox {
  struct map *by_id;
  struct slack_row *first, *last; /* owned */
  struct slack_row *unsent;       /* all before it were sent; NULL: all */
  size_t bytes, hurried;          /* hurried: rows that somebody waits for */
};

struct slack_inbox *slack_inbox_new(void) {
  struct slack_inbox *inbox = calloc(1, sizeof *inbox);
  assert(inbox != NULL);
  inbox->by_id = map_new();
  return inbox;
}

struct slack_row *slack_inbox_find(const struct slack_inbox *inbox, const char *event) {
  return map_get(inbox->by_id, event);
}

void slack_inbox_again(struct slack_row *row, const char *envelope, uint64_t connection) {
  if (row->envelope_count == SLACK_ENVELOPES_MAX || strlen(envelope) >= SLACK_ENVELOPE_BYTES) return;
  struct slack_envelope *slot = &row->envelopes[row->envelope_count++];
  slot->connection = connection;
  (void)snprintf(slot->id, sizeof slot->id, "%s", envelope);
}

struct slack_row *slack_inbox_add(struct slack_inbox *inbox, struct arena *arena, const struct slack_in *in, uint64_t connection, int64_t now_ms) {
  bool full = map_count(inbox->by_id) >= SLACK_INBOX_MAX || inbox->bytes + arena_bytes(arena) > INBOX_BYTES_MAX;
  if (full) {
    arena_free(arena);
    return NULL;
  }
  struct slack_row *row = malloc(sizeof *row);
  assert(row != NULL && slack_inbox_find(inbox, in->event.id) == NULL);
  memset(row, 0, offsetof(struct slack_row, envelopes));
  row->before = inbox->last;
  row->arena = arena;
  row->bytes = arena_bytes(arena);
  row->in = *in;
  row->came_ms = now_ms;
  slack_inbox_again(row, in->envelope, connection);
  *(inbox->last == NULL ? &inbox->first : &inbox->last->behind) = row;
  inbox->last = row;
  inbox->bytes += row->bytes;
  inbox->hurried += in->source != SLACK_FROM_EVENT;
  if (inbox->unsent == NULL) inbox->unsent = row;
  (void)map_put(inbox->by_id, in->event.id, row);
  return row;
}

struct slack_row *slack_inbox_next(struct slack_inbox *inbox) {
  while (inbox->unsent != NULL && inbox->unsent->sent) inbox->unsent = inbox->unsent->behind;
  for (struct slack_row *row = inbox->unsent; row != NULL; row = row->behind)
    if (!row->sent && !row->held) return row;
  return NULL;
}

void slack_inbox_rewind(struct slack_inbox *inbox) {
  for (struct slack_row *row = inbox->first; row != NULL; row = row->behind) row->sent = false;
  inbox->unsent = inbox->first;
}

struct slack_row *slack_inbox_late(const struct slack_inbox *inbox, int64_t now_ms, int64_t *ret_next_ms) {
  *ret_next_ms = INT64_MAX;
  if (inbox->hurried == 0) return NULL;
  for (struct slack_row *row = inbox->first; row != NULL; row = row->behind) {
    if (row->in.source == SLACK_FROM_EVENT || row->answered) continue;
    if (now_ms - row->came_ms >= SLACK_HURRY_MS) return row;
    *ret_next_ms = row->came_ms + SLACK_HURRY_MS; /* they stand in the order they came */
    return NULL;
  }
  return NULL;
}

void slack_inbox_drop(struct slack_inbox *inbox, struct slack_row *row) {
  if (inbox->unsent == row) inbox->unsent = row->behind;
  *(row->before == NULL ? &inbox->first : &row->before->behind) = row->behind;
  *(row->behind == NULL ? &inbox->last : &row->behind->before) = row->before;
  (void)map_drop(inbox->by_id, row->in.event.id);
  inbox->bytes -= row->bytes;
  inbox->hurried -= row->in.source != SLACK_FROM_EVENT;
  arena_free(row->arena);
  free(row);
}

size_t slack_inbox_count(const struct slack_inbox *inbox) {
  return map_count(inbox->by_id);
}

struct slack_inbox *slack_inbox_free(struct slack_inbox *inbox) {
  if (inbox == NULL) return NULL;
  while (inbox->first != NULL) slack_inbox_drop(inbox, inbox->first);
  inbox->by_id = map_free(inbox->by_id, NULL);
  free(inbox);
  return NULL;
}
