/* test_box.c: a box opens with its key, in its place, unchanged; and in no other way. */
#include "state/box.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <string.h>

enum { TEXT_BYTES = 6, BYTES = TEXT_BYTES + BOX_EXTRA_BYTES };

static uint8_t key[BOX_KEY_BYTES] = {7}, box[BYTES], plain[BYTES];

static void begin(void) {
  cr_assert_geq(sodium_init(), 0);
  box_close(key, "key|p17", "secret", TEXT_BYTES, box);
}

TestSuite(box, .init = begin);

Test(box, opens_again) {
  cr_assert(box_open(key, "key|p17", box, sizeof box, plain));
  cr_assert_eq(memcmp(plain, "secret", TEXT_BYTES), 0);
}

Test(box, in_no_other_place_and_with_no_other_key) {
  uint8_t other[BOX_KEY_BYTES] = {8};
  cr_assert_not(box_open(key, "key|p1", box, sizeof box, plain));
  cr_assert_not(box_open(key, "", box, sizeof box, plain));
  cr_assert_not(box_open(other, "key|p17", box, sizeof box, plain));
}

Test(box, any_changed_bit_is_seen) {
  for (size_t bit = 0; bit < 8 * sizeof box; bit++) {
    box[bit / 8] ^= (uint8_t)(1U << bit % 8);
    cr_assert_not(box_open(key, "key|p17", box, sizeof box, plain), "bit %zu", bit);
    box[bit / 8] ^= (uint8_t)(1U << bit % 8);
  }
  cr_assert(box_open(key, "key|p17", box, sizeof box, plain));
}

Test(box, any_missing_byte_is_seen) {
  for (size_t bytes = 0; bytes < sizeof box; bytes++) cr_assert_not(box_open(key, "key|p17", box, bytes, plain), "%zu bytes", bytes);
}

Test(box, no_two_are_alike) {
  uint8_t other[BYTES];
  box_close(key, "key|p17", "secret", TEXT_BYTES, other);
  cr_assert_neq(memcmp(box + 1, other + 1, BOX_NONCE_BYTES), 0);
  cr_assert_neq(memcmp(box + 1 + BOX_NONCE_BYTES, other + 1 + BOX_NONCE_BYTES, TEXT_BYTES), 0);
}

Test(box, holds_nothing_too) {
  uint8_t empty[BOX_EXTRA_BYTES];
  box_close(key, "x", "", 0, empty);
  cr_assert(box_open(key, "x", empty, sizeof empty, plain));
}
