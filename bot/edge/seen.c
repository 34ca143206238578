/* seen.c: an open-addressed set of hashes; they are keyed hashes already, so their own bytes place them. */
#include "bot/edge/seen.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 1024, ID_BYTES = STORE_EVENT_ID_BYTES };

struct seen {
  uint8_t (*slots)[ID_BYTES]; /* owned; all zero: free */
  size_t slot_count, count;
};

static const uint8_t nothing[ID_BYTES];

struct seen *seen_new(void) {
  struct seen *seen = calloc(1, sizeof *seen);
  assert(seen != NULL);
  seen->slot_count = SLOTS_FIRST;
  seen->slots = calloc(SLOTS_FIRST, ID_BYTES);
  assert(seen->slots != NULL);
  return seen;
}

/* Where the id is, or where it would go. */
static size_t place(const struct seen *seen, const uint8_t *id) {
  uint64_t start;
  memcpy(&start, id, sizeof start);
  size_t at = start & (seen->slot_count - 1);
  while (memcmp(seen->slots[at], nothing, ID_BYTES) != 0 && memcmp(seen->slots[at], id, ID_BYTES) != 0) at = (at + 1) & (seen->slot_count - 1);
  return at;
}

bool seen_has(const struct seen *seen, const uint8_t id[STORE_EVENT_ID_BYTES]) {
  return memcmp(seen->slots[place(seen, id)], id, ID_BYTES) == 0;
}

static void grow(struct seen *seen) {
  struct seen larger = {.slot_count = seen->slot_count * 2};
  larger.slots = calloc(larger.slot_count, ID_BYTES);
  assert(larger.slots != NULL);
  for (size_t i = 0; i < seen->slot_count; i++) {
    if (memcmp(seen->slots[i], nothing, ID_BYTES) != 0) memcpy(larger.slots[place(&larger, seen->slots[i])], seen->slots[i], ID_BYTES);
  }
  free(seen->slots);
  seen->slots = larger.slots;
  seen->slot_count = larger.slot_count;
}

void seen_add(struct seen *seen, const uint8_t id[STORE_EVENT_ID_BYTES]) {
  if (seen->count * 2 >= seen->slot_count) grow(seen);
  size_t at = place(seen, id);
  if (memcmp(seen->slots[at], id, ID_BYTES) == 0) return;
  memcpy(seen->slots[at], id, ID_BYTES);
  seen->count++;
}

size_t seen_count(const struct seen *seen) {
  return seen->count;
}

struct seen *seen_free(struct seen *seen) {
  if (seen == NULL) return NULL;
  free(seen->slots);
  free(seen);
  return NULL;
}
