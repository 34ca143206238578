/* test_map.c: a map against what it must hold, small and with 100,000 keys. */
#include "bot/base/map.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 100000 };

static int numbers[MANY];
static size_t freed;

static void count_freed(void *value) {
  freed++;
  (*(int *)value)++;
}

static const char *key_of(size_t i, char buffer[32]) {
  snprintf(buffer, 32, "slack/T01/U%zu", i);
  return buffer;
}

Test(map, holds_gives_and_forgets) {
  int one = 1, two = 2;
  struct map *map = map_new();
  cr_assert_null(map_get(map, "a"));
  cr_assert_null(map_put(map, "a", &one));
  cr_assert_null(map_put(map, "A", &two));
  cr_assert_eq(map_get(map, "a"), &one);
  cr_assert_eq(map_count(map), 2);
  cr_assert_eq(map_put(map, "a", &two), &one);
  cr_assert_eq(map_count(map), 2);
  cr_assert_eq(map_drop(map, "a"), &two);
  cr_assert_null(map_drop(map, "a"));
  cr_assert_null(map_get(map, "a"));
  cr_assert_eq(map_get(map, "A"), &two);
  cr_assert_eq(map_count(map), 1);
  cr_assert_null(map_free(map, NULL));
}

Test(map, copies_its_keys) {
  int one = 1;
  char key[] = "key";
  struct map *map = map_new();
  map_put(map, key, &one);
  key[0] = 'X';
  cr_assert_eq(map_get(map, "key"), &one);
  cr_assert_null(map_get(map, key));
  map_free(map, NULL);
}

Test(map, takes_the_empty_key_and_null_values) {
  int one = 1;
  struct map *map = map_new();
  map_put(map, "", &one);
  cr_assert_eq(map_get(map, ""), &one);
  map_put(map, "nothing", NULL);
  cr_assert_eq(map_count(map), 2);
  cr_assert_null(map_get(map, "nothing"));
  map_free(map, NULL);
}

/* Short keys stand in their slot, long ones do not: each beginning of a text is a key of its own, the same again for other bytes. */
Test(map, tells_keys_of_each_length_apart) {
  enum { LENGTH = 24, FIRSTS = 3 };
  static const char firsts[FIRSTS] = {'a', '\x01', '\xff'};
  struct map *map = map_new();
  char key[LENGTH + 1];
  for (int round = 0; round < 2; round++) {
    for (int first = 0; first < FIRSTS; first++) {
      for (size_t length = 1; length <= LENGTH; length++) {
        int *value = &numbers[first * LENGTH + (int)length];
        memset(key, firsts[first], length);
        key[length] = '\0';
        cr_assert_eq(round == 0 ? map_put(map, key, value) : map_get(map, key), round == 0 ? NULL : (void *)value, "%zu times %d", length, firsts[first]);
        key[length - 1] = 'z';
        cr_assert_null(map_get(map, key), "%zu times %d", length, firsts[first]);
      }
    }
  }
  cr_assert_eq(map_count(map), LENGTH * FIRSTS);
  map_free(map, NULL);
}

Test(map, free_gives_every_value_once) {
  char key[32];
  struct map *map = map_new();
  for (size_t i = 0; i < 1000; i++) map_put(map, key_of(i, key), &numbers[i]);
  map_drop(map, key_of(7, key));
  cr_assert_null(map_free(map, count_freed));
  cr_assert_eq(freed, 999);
  for (size_t i = 0; i < 1000; i++) cr_assert_eq(numbers[i], i == 7 ? 0 : 1);
  cr_assert_null(map_free(NULL, count_freed));
}

Test(map, holds_100000_keys_while_every_third_goes) {
  char key[32];
  struct map *map = map_new();
  for (size_t i = 0; i < MANY; i++) cr_assert_null(map_put(map, key_of(i, key), &numbers[i]));
  cr_assert_eq(map_count(map), MANY);
  for (size_t i = 0; i < MANY; i += 3) cr_assert_eq(map_drop(map, key_of(i, key)), &numbers[i]);
  for (size_t i = 0; i < MANY; i++) cr_assert_eq(map_get(map, key_of(i, key)), i % 3 == 0 ? NULL : &numbers[i]);
  for (size_t i = 0; i < MANY; i += 3) cr_assert_null(map_put(map, key_of(i, key), &numbers[i]));
  for (size_t i = 0; i < MANY; i++) cr_assert_eq(map_get(map, key_of(i, key)), &numbers[i]);
  cr_assert_eq(map_count(map), MANY);
  map_free(map, NULL);
}

/* Few keys, put and dropped many times: gaps are closed right whatever stood around them. */
Test(map, agrees_with_a_plain_table_through_200000_changes) {
  enum { KEYS = 40 };
  void *plain[KEYS] = {NULL};
  char key[32];
  uint32_t dice = 12345;
  struct map *map = map_new();
  for (size_t step = 0; step < 200000; step++) {
    dice = dice * 1664525u + 1013904223u;
    size_t i = (dice >> 8) % KEYS;
    void *value = (dice >> 30) != 0 ? &numbers[step % MANY] : NULL;
    void *before = value == NULL ? map_drop(map, key_of(i, key)) : map_put(map, key_of(i, key), value);
    cr_assert_eq(before, plain[i]);
    plain[i] = value;
    for (size_t j = 0; j < KEYS && step % 64 == 0; j++) cr_assert_eq(map_get(map, key_of(j, key)), plain[j]);
  }
  map_free(map, NULL);
}
