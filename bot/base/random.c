/* random.c: libsodium's random bytes, BLAKE2b and SipHash under our names. */
#include "bot/base/random.h"

#include <sodium.h>
#include <string.h>

static_assert(HASH_BYTES >= crypto_generichash_BYTES_MIN, "the short hash is one BLAKE2b makes");
static_assert(HASH_TEXT_BYTES == 2 * HASH_BYTES + 1, "two digits a byte and a NUL");
static_assert(HASH_KEY_BYTES == crypto_generichash_KEYBYTES, "the key is the usual one");

bool random_init(void) {
  return sodium_init() >= 0;
}

void random_bytes(void *ret_bytes, size_t count) {
  randombytes_buf(ret_bytes, count);
}

void hash_bytes(const uint8_t *key, const void *data, size_t count, uint8_t ret_hash[HASH_BYTES]) {
  int failed = crypto_generichash(ret_hash, HASH_BYTES, data, count, key, key == NULL ? 0 : HASH_KEY_BYTES);
  assert(!failed);
}

uint64_t hash_place(const char *text) {
  static const uint8_t key[crypto_shorthash_KEYBYTES];
  uint64_t hash;
  static_assert(sizeof hash == crypto_shorthash_BYTES, "its bytes are one number");
  (void)crypto_shorthash((uint8_t *)&hash, (const uint8_t *)text, strlen(text), key); /* cannot fail */
  return hash;
}

void hash_text(const uint8_t *key, const char *text, char ret_hex[HASH_TEXT_BYTES]) {
  uint8_t hash[HASH_BYTES];
  hash_bytes(key, text, strlen(text), hash);
  sodium_bin2hex(ret_hex, HASH_TEXT_BYTES, hash, sizeof hash);
}
