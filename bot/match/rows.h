/* rows.h: what one look at all pairs leaves behind: the least cost of each list and of each block of pairs, so that later looks skip most. */
#ifndef MENTORD_ROWS_H
#define MENTORD_ROWS_H

#include "bot/match/assign.h"

enum { ROWS_BLOCK = 32 };

/* Two ways to the same numbers: the wide one where the processor has it, as rows_width says. */
enum rows_width { ROWS_NARROW, ROWS_WIDE };
enum rows_width rows_width(void);

/* Blocks are counted over all pairs, whosever they are: a block at the edge of two lists has the least of both. */
struct rows {
  enum rows_width width;
  int64_t pairs, longest; /* in all; of the longest list */
  int32_t *block_least; /* the arena's; no pair of the block costs less */
  int32_t *row_least;   /* the arena's; per mentee; INT32_MAX without a pair */
  int32_t cost_max;     /* of all pairs; -1 without any */
};

/* What one list is like. */
struct rows_look { bool in_bounds, ascending; int32_t least, most; };
/* Looks at one list, and lowers `block_least` (or NULL) of the blocks it lies in, which begin at INT32_MAX. */
struct rows_look rows_look(const struct assign_problem *problem, size_t mentee, int32_t cost_max, enum rows_width width, int32_t *block_least);

size_t rows_bytes(const struct assign_problem *problem);
void rows_init(struct rows *rows, const struct assign_problem *problem, struct arena *arena);

/* The next place from `at` on, before `stop`, that may cost no more than `most`. */
static inline int64_t rows_skip(const struct rows *rows, int64_t at, int64_t stop, int32_t most) {
  while (at < stop && rows->block_least[at / ROWS_BLOCK] > most) at = (at / ROWS_BLOCK + 1) * ROWS_BLOCK;
  return at;
}

static inline int64_t rows_next(const struct rows *rows, int64_t at, int64_t stop, int32_t most) {
  at++;
  return at % ROWS_BLOCK == 0 ? rows_skip(rows, at, stop, most) : at;
}

/* What is looked for: places in a list, `from` to before `stop`, whose pairs cost `least` to `most`, both 0 or more; and with `price`
 * (or NULL), per mentor 0 or more, only those whose cost and price are at most `together`. */
struct rows_span { int64_t from, stop; int32_t least, most, together; const int32_t *price; /* borrowed from the caller */ };
enum { ROWS_PRICE_MAX = 1 << 30 };
/* Writes the places in their order, and returns how many; `ret_places` has room for all of the span. */
size_t rows_find(const struct rows *rows, const struct assign_problem *problem, const struct rows_span *span, int64_t *ret_places);

#endif
