/* wide.h: inner loops are compiled twice from the same lines: for any processor, and for those that do eight numbers at a time. */
#ifndef MENTORD_WIDE_H
#define MENTORD_WIDE_H

#include <stdbool.h>

/* Whole numbers only, so nothing is rounded, and both ways give the same. A loop is written once as ALWAYS_INLINE, and taken into two
 * functions: a plain one, and one that is WIDE, which may be called only where wide_here() says so. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

#if defined(__x86_64__)
#define HAS_WIDE 1
#define WIDE __attribute__((target("avx2,tune=haswell")))
static inline bool wide_here(void) { return __builtin_cpu_supports("avx2") != 0; }
#else
#define HAS_WIDE 0
#define WIDE
static inline bool wide_here(void) { return false; }
#endif

#endif
