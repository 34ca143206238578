/* chance.h: the season's own generator: one seed, several streams that do not disturb each other. */
#ifndef MENTORD_SEASON_CHANCE_H
#define MENTORD_SEASON_CHANCE_H

#include "bot/base/base.h"

struct chance {
  uint64_t state;
};

struct chance chance_of(uint64_t seed, uint64_t stream);
uint64_t chance_next(struct chance *chance);
size_t chance_below(struct chance *chance, size_t bound);              /* 0 … bound - 1; bound at least 1 */
int64_t chance_between(struct chance *chance, int64_t from, int64_t to); /* both included */
bool chance_percent(struct chance *chance, double percent);
void chance_fill(struct chance *chance, void *ret_bytes, size_t count);
/* libsodium draws keys and nonces from this stream from here on; call it before anything else of libsodium. */
void chance_for_sodium(struct chance *chance);

#endif
