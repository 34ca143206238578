/* random.h: libsodium's random bytes and hashes, by our names. Pure code may hash; only edges may draw. */
#ifndef MENTORD_RANDOM_H
#define MENTORD_RANDOM_H

#include "bot/base/base.h"

enum { HASH_BYTES = 16, HASH_TEXT_BYTES = 33, HASH_KEY_BYTES = 32 };

bool random_init(void); /* once per process, before anything else here; false when libsodium cannot start */
void random_bytes(void *ret_bytes, size_t count);
/* BLAKE2b with 16 bytes out. `key` has HASH_KEY_BYTES or is NULL. */
void hash_bytes(const uint8_t *key, const void *data, size_t count, uint8_t ret_hash[HASH_BYTES]);
uint64_t hash_place(const char *text); /* SipHash without a secret: for places in a table that nothing is lost by sharing */
void hash_text(const uint8_t *key, const char *text, char ret_hex[HASH_TEXT_BYTES]); /* the same in 32 hex digits and a NUL */

#endif
