/* base.h: the handful of macros every room uses. No function of ours lives here. */
#ifndef MENTORD_BASE_H
#define MENTORD_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* An owning local carries CLEANUP(its _freep) and leaves the function by TAKE. */
#define CLEANUP(f) __attribute__((cleanup(f)))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define MUST_CHECK __attribute__((warn_unused_result))

/* Hands an owned pointer to the caller and leaves NULL behind. */
static inline void *take_pointer(void *slot) {
  void **p = slot, *value = *p;
  *p = NULL;
  return value;
}
#define TAKE(p) take_pointer(&(p))

#endif
