/* wrapping_key.h: the one secret that wraps all data keys, in a file that nobody else may read. */
#ifndef MENTORD_WRAPPING_KEY_H
#define MENTORD_WRAPPING_KEY_H

#include "bot/base/err.h"

enum { WRAPPING_KEY_BYTES = 32 };

/* 32 bytes raw or 64 hex digits (white space behind them is allowed), into locked read-only memory that sodium_free ends.
 * ERR_GONE, without a note, when there is no file; ERR_DENIED when others may read it; ERR_BAD_INPUT when it is no key. A
 * systemd credential that only we may read, by an access list, is fine though its mode shows 0440.
 * When it returns, a power cut does not take the file's name away: whoever made it may have died before they fsynced its folder. */
enum err wrapping_key_read(const char *path, uint8_t **ret_key) MUST_CHECK;
/* Draws one and writes it, 64 hex digits, mode 0400. The caller has seen that there is none. */
enum err wrapping_key_make(const char *path, uint8_t **ret_key) MUST_CHECK;

#endif
