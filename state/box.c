/* box.c: the one layout of everything encrypted: version | nonce | cipher text and tag. */
#include "state/box.h"

#include <sodium.h>
#include <string.h>

static_assert(BOX_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "the cipher's key");
static_assert(BOX_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "the cipher's nonce, long enough to be drawn");
static_assert(BOX_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "the cipher's tag");

void box_close(const uint8_t key[BOX_KEY_BYTES], const char *place, const void *plain, size_t bytes, uint8_t *ret_box) {
  uint8_t *nonce = ret_box + 1, *cipher = nonce + BOX_NONCE_BYTES;
  ret_box[0] = BOX_VERSION;
  randombytes_buf(nonce, BOX_NONCE_BYTES);
  int failed = crypto_aead_xchacha20poly1305_ietf_encrypt(cipher, NULL, plain, bytes, (const uint8_t *)place, strlen(place),
                                                          NULL, nonce, key);
  assert(!failed);
}

bool box_open(const uint8_t key[BOX_KEY_BYTES], const char *place, const uint8_t *box, size_t bytes, void *ret_plain) {
  if (bytes < BOX_EXTRA_BYTES || box[0] != BOX_VERSION) return false;
  const uint8_t *nonce = box + 1, *cipher = nonce + BOX_NONCE_BYTES;
  size_t cipher_bytes = bytes - 1 - BOX_NONCE_BYTES;
  return crypto_aead_xchacha20poly1305_ietf_decrypt(ret_plain, NULL, NULL, cipher, cipher_bytes, (const uint8_t *)place,
                                                    strlen(place), nonce, key) == 0;
}
