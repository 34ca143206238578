/* chance.h: the one stream of numbers that a race draws from: the same seed gives the same people, problems and changes. */
#ifndef BENCH_CHANCE_H
#define BENCH_CHANCE_H

#include <stdint.h>

static uint64_t chance_state = 2026; /* the seed, until the first draw */

static uint32_t below(uint32_t bound) { /* splitmix64 */
  uint64_t z = chance_state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return (uint32_t)((z ^ z >> 31) % bound);
}

#endif
