/* outbox.c: a list in order of id; an address whose first row is under way holds its later rows back. */
#include "bot/edge/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/map.h"
#include "state/vault.h"

struct entry {
  struct outbox_row row; /* first: a row is its entry */
  struct entry *older, *newer;
};

struct outbox {
  struct entry *oldest, *newest; /* owned */
  struct map *by_id;             /* borrows entries */
  size_t count;
};

struct outbox *outbox_new(void) {
  struct outbox *outbox = calloc(1, sizeof *outbox);
  assert(outbox != NULL);
  outbox->by_id = map_new();
  return outbox;
}

void outbox_add(struct outbox *outbox, const struct out *out) {
  struct entry *entry = calloc(1, sizeof *entry);
  assert(entry != NULL);
  entry->row.out = record_pack(RECORD_OUT, out);
  entry->row.tries = (int)out->tries;
  entry->older = outbox->newest;
  if (outbox->newest != NULL) outbox->newest->newer = entry;
  else outbox->oldest = entry;
  outbox->newest = entry;
  outbox->count++;
  (void)map_put(outbox->by_id, entry->row.out->id, entry);
}

static void sooner(int64_t *wait_ms, int64_t wait) {
  if (*wait_ms < 0 || wait < *wait_ms) *wait_ms = wait;
}

/* Addresses with a row under way, which need not be their first: it may have gone past a held one. */
static struct map *busy_addresses(const struct outbox *outbox) {
  struct map *busy = map_new();
  for (struct entry *entry = outbox->oldest; entry != NULL; entry = entry->newer) {
    if (entry->row.state != OUTBOX_WAITING) (void)map_put(busy, entry->row.out->order, entry);
  }
  return busy;
}

/* In order: the first row of each address is the only one that may go; `bulk` chooses the class. */
static struct outbox_row *first_of(struct outbox *outbox, bool bulk, int64_t now_ms, int64_t *wait_ms) {
  struct map *held = busy_addresses(outbox);
  struct outbox_row *found = NULL;
  for (struct entry *entry = outbox->oldest; entry != NULL && found == NULL; entry = entry->newer) {
    struct outbox_row *row = &entry->row;
    if (row->held && row->not_before_ms > now_ms) {
      sooner(wait_ms, row->not_before_ms - now_ms);
      continue;
    }
    bool is_first = map_put(held, row->out->order, row) == NULL;
    if (!is_first || row->state != OUTBOX_WAITING) continue;
    int64_t wait = row->not_before_ms - now_ms;
    if (wait > 0) sooner(wait_ms, wait);
    else if (row->out->bulk == bulk) found = row;
  }
  (void)map_free(held, NULL);
  return found;
}

struct outbox_row *outbox_next(struct outbox *outbox, int64_t now_ms, int64_t *ret_wait_ms) {
  *ret_wait_ms = -1;
  if (outbox->count == 0) return NULL;
  struct outbox_row *row = first_of(outbox, false, now_ms, ret_wait_ms);
  return row != NULL ? row : first_of(outbox, true, now_ms, ret_wait_ms);
}

struct outbox_row *outbox_find(struct outbox *outbox, const char *id) {
  struct entry *entry = map_get(outbox->by_id, id);
  return entry == NULL ? NULL : &entry->row;
}

void outbox_remove(struct outbox *outbox, struct outbox_row *row) {
  struct entry *entry = (struct entry *)row;
  (void)map_drop(outbox->by_id, row->out->id);
  if (entry->older != NULL) entry->older->newer = entry->newer;
  else outbox->oldest = entry->newer;
  if (entry->newer != NULL) entry->newer->older = entry->older;
  else outbox->newest = entry->older;
  outbox->count--;
  (void)vault_wipe(row->opened);
  free(row->out);
  free(entry);
}

void outbox_link_lost(struct outbox *outbox, const char *workspace) {
  for (struct entry *entry = outbox->oldest; entry != NULL; entry = entry->newer) {
    struct outbox_row *row = &entry->row;
    bool there = row->out->workspace != NULL && strcmp(row->out->workspace, workspace) == 0;
    if (there && row->state == OUTBOX_IN_FLIGHT) {
      row->state = OUTBOX_WAITING;
      row->asked = false; /* the answer went with the link */
    }
    if (there) row->not_before_ms = 0;
  }
}

void outbox_clock_moved(struct outbox *outbox) {
  for (struct entry *entry = outbox->oldest; entry != NULL; entry = entry->newer) {
    if (entry->row.held) entry->row.not_before_ms = 0;
  }
}

bool outbox_rests(const struct outbox *outbox) {
  const struct entry *entry = outbox->oldest;
  while (entry != NULL && entry->row.held) entry = entry->newer;
  return entry == NULL;
}

size_t outbox_count(const struct outbox *outbox) {
  return outbox->count;
}

struct outbox *outbox_free(struct outbox *outbox) {
  if (outbox == NULL) return NULL;
  while (outbox->oldest != NULL) outbox_remove(outbox, &outbox->oldest->row);
  (void)map_free(outbox->by_id, NULL);
  free(outbox);
  return NULL;
}
