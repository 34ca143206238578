/* box.h: bytes closed under one key and for one place: version, fresh nonce, XChaCha20-Poly1305. */
#ifndef MENTORD_BOX_H
#define MENTORD_BOX_H

#include "bot/base/base.h"

enum { BOX_VERSION = 1, BOX_KEY_BYTES = 32, BOX_NONCE_BYTES = 24, BOX_TAG_BYTES = 16 };
enum { BOX_EXTRA_BYTES = 1 + BOX_NONCE_BYTES + BOX_TAG_BYTES }; /* a box is that much longer than what it holds */

/* `place` is text that must be the same when the box is opened ("key|p17"). ret_box takes bytes + BOX_EXTRA_BYTES. */
void box_close(const uint8_t key[BOX_KEY_BYTES], const char *place, const void *plain, size_t bytes, uint8_t *ret_box);
/* ret_plain takes bytes - BOX_EXTRA_BYTES. False when key or place are others, a byte was changed, the box is short, or its
 * version is none of ours; ret_plain then holds nothing of it. */
bool box_open(const uint8_t key[BOX_KEY_BYTES], const char *place, const uint8_t *box, size_t bytes, void *ret_plain) MUST_CHECK;

#endif
