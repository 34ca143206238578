/* map.c: open addressing with linear probing; what is dropped closes its gap, so there are no tombstones. Short keys, as ids
 * are, stand in their slot: they are hashed and compared without a call or a look elsewhere. */
#include "bot/base/map.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/random.h"

enum { SLOTS_FIRST = 16, MAGIC = 0x4d617021, SHORT_BYTES = 7 };
#define LONG_HEAD UINT64_MAX

struct probe { /* what a key is looked for by */
  uint64_t hash;
  uint64_t head; /* of a short key its bytes and its length, so that equal heads are equal keys; else LONG_HEAD */
};

struct slot {
  char *key; /* owned; NULL: the slot is free */
  void *value; /* borrowed from the caller until it is dropped */
  struct probe probe;
};

struct map {
  uint32_t magic;
  size_t count, slots_count; /* slots_count is a power of two */
  struct slot *slots; /* owned */
};

static uint64_t hash_key[2];
static pthread_once_t hash_key_once = PTHREAD_ONCE_INIT;

static void hash_key_draw(void) {
  bool ready = random_init();
  assert(ready);
  random_bytes(hash_key, sizeof hash_key);
}

/* ---- siphash-1-3, as the maps of many languages have it ---- */
struct sip {
  uint64_t a, b, c, d;
};

static inline uint64_t turned(uint64_t word, int bits) {
  return word << bits | word >> (64 - bits);
}

static inline void sip_round(struct sip *sip) {
  sip->a += sip->b;
  sip->c += sip->d;
  sip->b = turned(sip->b, 13) ^ sip->a;
  sip->d = turned(sip->d, 16) ^ sip->c;
  sip->a = turned(sip->a, 32);
  sip->c += sip->b;
  sip->a += sip->d;
  sip->b = turned(sip->b, 17) ^ sip->c;
  sip->d = turned(sip->d, 21) ^ sip->a;
  sip->c = turned(sip->c, 32);
}

static inline void sip_take(struct sip *sip, uint64_t word) {
  sip->d ^= word;
  sip_round(sip);
  sip->a ^= word;
}

static struct sip sip_begin(void) {
  return (struct sip){hash_key[0] ^ UINT64_C(0x736f6d6570736575), hash_key[1] ^ UINT64_C(0x646f72616e646f6d),
                      hash_key[0] ^ UINT64_C(0x6c7967656e657261), hash_key[1] ^ UINT64_C(0x7465646279746573)};
}

static uint64_t sip_end(struct sip sip) {
  sip.c ^= 0xff;
  for (int i = 0; i < 3; i++) sip_round(&sip);
  return sip.a ^ sip.b ^ sip.c ^ sip.d;
}

/* It is taken word by word; the last one holds what is left, and the length. Of a short key there is no other. */
static struct probe probe_of(const char *key) {
  size_t bytes = strlen(key), left = bytes;
  struct sip sip = sip_begin();
  uint64_t word;
  for (; left >= sizeof word; left -= sizeof word, key += sizeof word) {
    memcpy(&word, key, sizeof word);
    sip_take(&sip, word);
  }
  char last[sizeof word] = {0};
  for (size_t i = 0; i < left; i++) last[i] = key[i];
  last[SHORT_BYTES] = (char)bytes;
  memcpy(&word, last, sizeof word);
  sip_take(&sip, word);
  return (struct probe){sip_end(sip), bytes <= SHORT_BYTES ? word : LONG_HEAD};
}

static struct slot *slots_new(size_t count) {
  struct slot *slots = calloc(count, sizeof *slots);
  assert(slots != NULL);
  return slots;
}

struct map *map_new(void) {
  pthread_once(&hash_key_once, hash_key_draw);
  struct map *map = calloc(1, sizeof *map);
  assert(map != NULL);
  map->magic = MAGIC;
  map->slots_count = SLOTS_FIRST;
  map->slots = slots_new(map->slots_count);
  return map;
}

static size_t place_after(const struct map *map, size_t place) {
  return (place + 1) & (map->slots_count - 1);
}

static bool is_it(const struct slot *slot, const char *key, struct probe probe) {
  if (slot->probe.hash != probe.hash || slot->probe.head != probe.head) return false;
  return probe.head != LONG_HEAD || strcmp(slot->key, key) == 0;
}

/* Where the key stands, or the free slot where it would stand; there is always one. */
static size_t place_of(const struct map *map, const char *key, struct probe probe) {
  size_t place = probe.hash & (map->slots_count - 1);
  while (map->slots[place].key != NULL && !is_it(&map->slots[place], key, probe)) place = place_after(map, place);
  return place;
}

void *map_get(const struct map *map, const char *key) {
  assert(map->magic == MAGIC);
  return map->slots[place_of(map, key, probe_of(key))].value;
}

static void map_grow(struct map *map) {
  struct slot *old = map->slots;
  size_t old_count = map->slots_count;
  map->slots_count = 2 * old_count;
  map->slots = slots_new(map->slots_count);
  for (size_t i = 0; i < old_count; i++)
    if (old[i].key != NULL) map->slots[place_of(map, old[i].key, old[i].probe)] = old[i];
  free(old);
}

void *map_put(struct map *map, const char *key, void *value) {
  assert(map->magic == MAGIC);
  if (3 * (map->count + 1) > 2 * map->slots_count) map_grow(map);
  struct probe probe = probe_of(key);
  struct slot *slot = &map->slots[place_of(map, key, probe)];
  void *before = slot->value;
  slot->value = value;
  if (slot->key != NULL) return before;
  slot->key = strdup(key);
  assert(slot->key != NULL);
  slot->probe = probe;
  map->count++;
  return NULL;
}

/* Moves back whoever was pushed past the gap, so that a search never ends before its key. */
static void close_gap(struct map *map, size_t gap) {
  size_t mask = map->slots_count - 1;
  for (size_t next = place_after(map, gap); map->slots[next].key != NULL; next = place_after(map, next)) {
    size_t home = map->slots[next].probe.hash & mask;
    if (((next - home) & mask) < ((next - gap) & mask)) continue;
    map->slots[gap] = map->slots[next];
    gap = next;
  }
  map->slots[gap] = (struct slot){0};
}

void *map_drop(struct map *map, const char *key) {
  assert(map->magic == MAGIC);
  size_t place = place_of(map, key, probe_of(key));
  struct slot dropped = map->slots[place];
  if (dropped.key == NULL) return NULL;
  close_gap(map, place);
  free(dropped.key);
  map->count--;
  return dropped.value;
}

size_t map_count(const struct map *map) {
  assert(map->magic == MAGIC);
  return map->count;
}

struct map *map_free(struct map *map, void (*each)(void *value)) {
  if (map == NULL) return NULL;
  assert(map->magic == MAGIC);
  for (size_t i = 0; i < map->slots_count; i++) {
    if (map->slots[i].key != NULL && each != NULL) each(map->slots[i].value);
    free(map->slots[i].key);
  }
  free(map->slots);
  map->magic = 0;
  free(map);
  return NULL;
}
