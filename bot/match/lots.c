/* lots.c: a keyed hash of (seed, person): nobody can choose an id that comes first without knowing the seed. */
#include "bot/match/lots.h"

#include <stdlib.h>
#include <string.h>

static_assert(HASH_TEXT_BYTES > HASH_KEY_BYTES, "the digits of a hash are enough for a key");

static int by_lot(const void *a, const void *b) {
  const struct match_side *one = a, *other = b;
  int order = memcmp(one->lot, other->lot, HASH_BYTES);
  return order != 0 ? order : strcmp(one->person->id, other->person->id);
}

void match_lots_draw(struct match_people *people, const char *seed) {
  char digits[HASH_TEXT_BYTES];
  uint8_t key[HASH_KEY_BYTES];
  hash_text(NULL, seed == NULL ? "" : seed, digits);
  memcpy(key, digits, sizeof key);
  for (size_t i = 0; i < people->count; i++) {
    struct match_side *side = &people->items[i];
    hash_bytes(key, side->person->id, strlen(side->person->id), side->lot);
  }
  if (people->count > 1) qsort(people->items, people->count, sizeof *people->items, by_lot);
}
