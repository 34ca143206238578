/* test_random.c: bytes that differ and hashes that do not. */
#include "bot/base/random.h"

#include <criterion/criterion.h>
#include <string.h>

static void begin(void) {
  cr_assert(random_init());
}

TestSuite(random, .init = begin);

Test(random, init_may_come_again) {
  cr_assert(random_init());
}

Test(random, bytes_differ_and_stay_in_their_place) {
  uint8_t a[34] = {0}, b[34] = {0};
  random_bytes(a + 1, 32);
  random_bytes(b + 1, 32);
  cr_assert_neq(memcmp(a, b, sizeof a), 0);
  cr_assert(a[0] == 0 && a[33] == 0);
}

/* BLAKE2b with 16 bytes out of "abc": printf abc | b2sum -l 128. */
Test(random, hash_is_blake2b_of_16_bytes) {
  char hex[HASH_TEXT_BYTES];
  hash_text(NULL, "abc", hex);
  cr_assert_str_eq(hex, "cf4ab791c62b8d2b2109c90275287816");
  hash_text(NULL, "", hex);
  cr_assert_str_eq(hex, "cae66941d9efbd404e4d88758ea67670");
}

Test(random, hash_of_bytes_and_of_text_agree) {
  uint8_t hash[HASH_BYTES];
  char hex[HASH_TEXT_BYTES];
  hash_bytes(NULL, "abc", 3, hash);
  hash_text(NULL, "abc", hex);
  cr_assert_eq(hash[0], 0xcf);
  cr_assert_eq(hash[15], 0x16);
  cr_assert_eq(strlen(hex), 32);
}

Test(random, key_changes_the_hash) {
  uint8_t key[HASH_KEY_BYTES] = {1}, other[HASH_KEY_BYTES] = {2};
  char plain[HASH_TEXT_BYTES], one[HASH_TEXT_BYTES], again[HASH_TEXT_BYTES], two[HASH_TEXT_BYTES];
  hash_text(NULL, "abc", plain);
  hash_text(key, "abc", one);
  hash_text(key, "abc", again);
  hash_text(other, "abc", two);
  cr_assert_str_eq(one, again);
  cr_assert_str_neq(one, plain);
  cr_assert_str_neq(one, two);
}

Test(random, nothing_can_be_hashed) {
  uint8_t hash[HASH_BYTES] = {0};
  hash_bytes(NULL, NULL, 0, hash);
  cr_assert_eq(hash[0], 0xca);
}
