/* map.c: open addressing with linear probing; what is dropped closes its gap, so there are no tombstones. */
#include "bot/base/map.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/random.h"

enum { SLOTS_FIRST = 16, MAGIC = 0x4d617021 };

struct slot {
  char *key; /* owned; NULL: the slot is free */
  void *value; /* borrowed from the caller until it is dropped */
  uint64_t hash;
};

struct map {
  uint32_t magic;
  size_t count, slots_count; /* slots_count is a power of two */
  struct slot *slots; /* owned */
};

static uint8_t hash_key[crypto_shorthash_KEYBYTES];
static pthread_once_t hash_key_once = PTHREAD_ONCE_INIT;

static void hash_key_draw(void) {
  bool ready = random_init();
  assert(ready);
  random_bytes(hash_key, sizeof hash_key);
}

static uint64_t hash_of(const char *key) {
  uint64_t hash;
  static_assert(sizeof hash == crypto_shorthash_BYTES, "one hash fills it");
  crypto_shorthash((unsigned char *)&hash, (const unsigned char *)key, strlen(key), hash_key);
  return hash;
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

/* Where the key stands, or the free slot where it would stand; there is always one. */
static size_t place_of(const struct map *map, const char *key, uint64_t hash) {
  size_t place = hash & (map->slots_count - 1);
  while (map->slots[place].key != NULL) {
    const struct slot *slot = &map->slots[place];
    if (slot->hash == hash && strcmp(slot->key, key) == 0) return place;
    place = place_after(map, place);
  }
  return place;
}

void *map_get(const struct map *map, const char *key) {
  assert(map->magic == MAGIC);
  return map->slots[place_of(map, key, hash_of(key))].value;
}

static void map_grow(struct map *map) {
  struct slot *old = map->slots;
  size_t old_count = map->slots_count;
  map->slots_count = 2 * old_count;
  map->slots = slots_new(map->slots_count);
  for (size_t i = 0; i < old_count; i++)
    if (old[i].key != NULL) map->slots[place_of(map, old[i].key, old[i].hash)] = old[i];
  free(old);
}

void *map_put(struct map *map, const char *key, void *value) {
  assert(map->magic == MAGIC);
  if (3 * (map->count + 1) > 2 * map->slots_count) map_grow(map);
  uint64_t hash = hash_of(key);
  struct slot *slot = &map->slots[place_of(map, key, hash)];
  void *before = slot->value;
  slot->value = value;
  if (slot->key != NULL) return before;
  slot->key = strdup(key);
  assert(slot->key != NULL);
  slot->hash = hash;
  map->count++;
  return NULL;
}

/* Moves back whoever was pushed past the gap, so that a search never ends before its key. */
static void close_gap(struct map *map, size_t gap) {
  size_t mask = map->slots_count - 1;
  for (size_t next = place_after(map, gap); map->slots[next].key != NULL; next = place_after(map, next)) {
    size_t home = map->slots[next].hash & mask;
    if (((next - home) & mask) < ((next - gap) & mask)) continue;
    map->slots[gap] = map->slots[next];
    gap = next;
  }
  map->slots[gap] = (struct slot){0};
}

void *map_drop(struct map *map, const char *key) {
  assert(map->magic == MAGIC);
  size_t place = place_of(map, key, hash_of(key));
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
