/* test_seen.c: a set of event ids that grows; what is in it stays in it. */
#include "bot/edge/seen.h"

#include <criterion/criterion.h>
#include <string.h>

#include "bot/base/random.h"

static void id_of(uint64_t number, uint8_t ret_id[STORE_EVENT_ID_BYTES]) {
  hash_bytes(NULL, &number, sizeof number, ret_id);
}

Test(seen, many_ids) {
  enum { COUNT = 20000 };
  uint8_t id[STORE_EVENT_ID_BYTES];
  struct seen *seen = seen_new();
  for (uint64_t i = 0; i < COUNT; i++) {
    id_of(i, id);
    cr_assert_not(seen_has(seen, id));
    seen_add(seen, id);
    cr_assert(seen_has(seen, id));
  }
  for (uint64_t i = 0; i < COUNT; i++) {
    id_of(i, id);
    cr_assert(seen_has(seen, id));
    id_of(i + COUNT, id);
    cr_assert_not(seen_has(seen, id));
  }
  cr_assert_eq(seen_count(seen), COUNT);
  cr_assert_null(seen_free(seen));
}

Test(seen, twice_is_once) {
  uint8_t id[STORE_EVENT_ID_BYTES];
  struct seen *seen = seen_new();
  id_of(7, id);
  for (int i = 0; i < 5000; i++) seen_add(seen, id);
  cr_assert_eq(seen_count(seen), 1);
  (void)seen_free(seen);
}

/* All of them begin their search at one place. */
Test(seen, ids_that_collide) {
  uint8_t id[STORE_EVENT_ID_BYTES] = {0};
  struct seen *seen = seen_new();
  for (int i = 1; i < 3000; i++) {
    memcpy(id + 8, &i, sizeof i);
    cr_assert_not(seen_has(seen, id));
    seen_add(seen, id);
  }
  for (int i = 1; i < 3000; i++) {
    memcpy(id + 8, &i, sizeof i);
    cr_assert(seen_has(seen, id));
  }
  cr_assert_eq(seen_count(seen), 2999);
  (void)seen_free(seen);
}

Test(seen, around_the_end_of_the_table) {
  uint8_t id[STORE_EVENT_ID_BYTES];
  struct seen *seen = seen_new();
  for (int i = 0; i < 100; i++) {
    memset(id, 0xff, sizeof id);
    id[15] = (uint8_t)i;
    seen_add(seen, id);
    cr_assert(seen_has(seen, id));
  }
  cr_assert_eq(seen_count(seen), 100);
  (void)seen_free(seen);
}

Test(seen, nothing_to_free) {
  cr_assert_null(seen_free(NULL));
}
