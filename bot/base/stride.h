/* stride.h: most of any text is plain: it is gone over eight bytes at once. What is odd is for the caller to say. */
#ifndef MENTORD_STRIDE_H
#define MENTORD_STRIDE_H

#include <endian.h>
#include <string.h>

#include "bot/base/base.h"

#define STRIDE_ONES UINT64_C(0x0101010101010101)
enum { STRIDE_BYTES = 8 };

/* Of the eight bytes, the first of the text lowest: a set top bit says that this byte is odd. The lowest set one is right; those
 * above may be spoilt by what a subtraction borrowed. */
typedef uint64_t stride_odd(uint64_t eight);

/* Controls, and what is not ASCII: a difference has its top bit set where it went below zero. */
static inline uint64_t stride_foreign(uint64_t eight) {
  return eight | (eight - STRIDE_ONES * ' ');
}

static inline uint64_t stride_equal(uint64_t eight, char c) {
  return (eight ^ STRIDE_ONES * (uint8_t)c) - STRIDE_ONES;
}

static inline uint64_t stride_odds(const char *text, stride_odd *odd) {
  uint64_t eight;
  memcpy(&eight, text, sizeof eight);
  return odd(le64toh(eight)) & (STRIDE_ONES << 7);
}

/* Where the first odd byte stands, from `at` on; `bytes` when there is none. The last stride may begin before the end of the one
 * before; `plain` says of each byte that it is not odd, for what no stride settles. */
static inline size_t stride_until(const char *text, size_t at, size_t bytes, stride_odd *odd, const bool plain[256]) {
  for (; bytes - at >= STRIDE_BYTES; at += STRIDE_BYTES) {
    uint64_t found = stride_odds(text + at, odd);
    if (found != 0) return at + (size_t)__builtin_ctzll(found) / 8;
  }
  if (bytes >= STRIDE_BYTES && stride_odds(text + bytes - STRIDE_BYTES, odd) == 0) return bytes;
  while (at < bytes && plain[(uint8_t)text[at]]) at++;
  return at;
}

#endif
