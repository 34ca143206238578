/* chance.c: splitmix64 (Steele, Lea, Flood 2014): small, good enough to draw habits, the same everywhere. */
#include "tests/season/chance.h"

#include <sodium.h>
#include <string.h>

uint64_t chance_next(struct chance *chance) {
  uint64_t z = (chance->state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

struct chance chance_of(uint64_t seed, uint64_t stream) {
  struct chance chance = {.state = seed * 0x2545f4914f6cdd1du + stream};
  (void)chance_next(&chance);
  chance.state ^= stream << 32;
  return chance;
}

size_t chance_below(struct chance *chance, size_t bound) {
  assert(bound > 0);
  return (size_t)(chance_next(chance) % bound);
}

int64_t chance_between(struct chance *chance, int64_t from, int64_t to) {
  return from + (int64_t)chance_below(chance, (size_t)(to - from + 1));
}

bool chance_percent(struct chance *chance, double percent) {
  return (double)(chance_next(chance) >> 11) < percent / 100.0 * 9007199254740992.0;
}

void chance_fill(struct chance *chance, void *ret_bytes, size_t count) {
  uint8_t *bytes = ret_bytes;
  for (size_t i = 0; i < count; i += sizeof(uint64_t)) {
    uint64_t word = chance_next(chance);
    memcpy(bytes + i, &word, count - i < sizeof word ? count - i : sizeof word);
  }
}

/* ---- libsodium's own door to another generator ---- */
static struct chance *sodium_chance;

static const char *sodium_name(void) {
  return "season";
}

static uint32_t sodium_word(void) {
  return (uint32_t)chance_next(sodium_chance);
}

static void sodium_fill(void *const ret_bytes, const size_t count) {
  chance_fill(sodium_chance, ret_bytes, count);
}

static struct randombytes_implementation sodium_source = {.implementation_name = sodium_name, .random = sodium_word, .buf = sodium_fill};

void chance_for_sodium(struct chance *chance) {
  sodium_chance = chance;
  int failed = randombytes_set_implementation(&sodium_source);
  assert(!failed);
}
