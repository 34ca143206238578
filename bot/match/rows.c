/* rows.c: the one look that every pair gets: bounds, order, least and most, at the speed of memory.
 *
 * All of it is sums of bits and least numbers, without a branch, so that the compiler can do eight pairs at a time where the processor
 * can. Both ways are made from the same lines, and neither rounds anything: they give the same. */
#include "bot/match/rows.h"

#include "bot/match/wide.h"

#include <string.h>

enum rows_width rows_width(void) {
  return wide_here() ? ROWS_WIDE : ROWS_NARROW;
}

size_t rows_bytes(const struct assign_problem *problem) {
  size_t pairs = (size_t)problem->first[problem->mentees];
  return (pairs / ROWS_BLOCK + 1 + problem->mentees) * sizeof(int32_t) + 64;
}

void rows_init(struct rows *rows, const struct assign_problem *problem, struct arena *arena) {
  size_t blocks = (size_t)problem->first[problem->mentees] / ROWS_BLOCK + 1;
  *rows = (struct rows){.width = rows_width(), .pairs = problem->first[problem->mentees], .cost_max = -1};
  rows->block_least = arena_alloc(arena, blocks * sizeof *rows->block_least);
  rows->row_least = arena_alloc(arena, problem->mentees * sizeof *rows->row_least);
  for (size_t block = 0; block < blocks; block++) rows->block_least[block] = INT32_MAX;
  for (size_t i = 0; i < problem->mentees; i++)
    if (problem->first[i + 1] - problem->first[i] > rows->longest) rows->longest = problem->first[i + 1] - problem->first[i];
}

/* A number that is below nothing, or above its most, leaves the sign in `wrong`; a mentor who does not follow the one before, in `disorder`. */
struct sums { uint32_t mentor_most, cost_most, wrong, disorder; int32_t least, most; };

ALWAYS_INLINE void add_pairs(const int32_t *mentor, const int32_t *cost, size_t count, struct sums *sums) {
  uint32_t wrong = 0, disorder = 0;
  int32_t least = sums->least, most = sums->most;
  for (size_t k = 0; k < count; k++) {
    uint32_t who = (uint32_t)mentor[k], before = (uint32_t)mentor[(int64_t)k - 1], much = (uint32_t)cost[k];
    wrong |= who | (sums->mentor_most - who) | much | (sums->cost_most - much);
    disorder |= who - before - 1;
    least = cost[k] < least ? cost[k] : least;
    most = cost[k] > most ? cost[k] : most;
  }
  sums->wrong |= wrong;
  sums->disorder |= disorder;
  sums->least = least;
  sums->most = most;
}

/* A block by itself: its least is kept apart. */
ALWAYS_INLINE void add_block(const int32_t *mentor, const int32_t *cost, size_t count, int32_t *block_least, struct sums *sums) {
  struct sums block = *sums;
  block.least = INT32_MAX;
  if (count == ROWS_BLOCK) add_pairs(mentor, cost, ROWS_BLOCK, &block);
  else add_pairs(mentor, cost, count, &block);
  if (block_least != NULL && block.least < *block_least) *block_least = block.least;
  block.least = block.least < sums->least ? block.least : sums->least;
  *sums = block;
}

/* The first pair of a list has nobody before it. */
static void add_first(int32_t mentor, int32_t cost, int32_t *block_least, struct sums *sums) {
  uint32_t who = (uint32_t)mentor, much = (uint32_t)cost;
  sums->wrong |= who | (sums->mentor_most - who) | much | (sums->cost_most - much);
  sums->least = sums->most = cost;
  if (block_least != NULL && cost < *block_least) *block_least = cost;
}

ALWAYS_INLINE void add_row(const int32_t *mentor, const int32_t *cost, int64_t from, int64_t to, int32_t *block_least, struct sums *sums) {
  if (from == to) return;
  add_first(mentor[from], cost[from], block_least == NULL ? NULL : &block_least[from / ROWS_BLOCK], sums);
  for (int64_t at = from + 1, next; at < to; at = next) {
    next = (at / ROWS_BLOCK + 1) * ROWS_BLOCK;
    if (next > to) next = to;
    add_block(mentor + at, cost + at, (size_t)(next - at), block_least == NULL ? NULL : &block_least[at / ROWS_BLOCK], sums);
  }
}

static void add_row_narrow(const int32_t *mentor, const int32_t *cost, int64_t from, int64_t to, int32_t *block_least, struct sums *sums) {
  add_row(mentor, cost, from, to, block_least, sums);
}

WIDE static void add_row_wide(const int32_t *mentor, const int32_t *cost, int64_t from, int64_t to, int32_t *block_least, struct sums *sums) {
  add_row(mentor, cost, from, to, block_least, sums);
}

struct rows_look rows_look(const struct assign_problem *problem, size_t mentee, int32_t cost_max, enum rows_width width, int32_t *block_least) {
  int64_t from = problem->first[mentee], to = problem->first[mentee + 1];
  struct sums sums = {(uint32_t)problem->mentors - 1, (uint32_t)cost_max, 0, 0, INT32_MAX, -1};
  if (width == ROWS_WIDE) add_row_wide(problem->mentor, problem->cost, from, to, block_least, &sums);
  else add_row_narrow(problem->mentor, problem->cost, from, to, block_least, &sums);
  return (struct rows_look){sums.wrong >> 31 == 0, sums.disorder >> 31 == 0, sums.least, sums.most};
}

/* ---- finding the cheap ones again ---- */
enum { BLOCKS_AHEAD = 64 };

/* The blocks that have something cheap: listed before they are entered, so that the machine fetches many at once. */
static size_t list_blocks(const struct rows *rows, const int32_t *cost, int64_t *block, int64_t last, int32_t most, int64_t *ret_blocks) {
  size_t count = 0;
  int64_t at = *block;
  for (; at <= last && count < BLOCKS_AHEAD; at++) {
    ret_blocks[count] = at;
    if (rows->block_least[at] > most) continue;
    count++;
    __builtin_prefetch(cost + at * ROWS_BLOCK);
    __builtin_prefetch(cost + at * ROWS_BLOCK + ROWS_BLOCK / 2);
  }
  *block = at;
  return count;
}

/* Bit k says whether pair k of the block is looked for. */
ALWAYS_INLINE uint32_t block_bits(const int32_t *mentor, const int32_t *cost, uint32_t count, const struct rows_span *span) {
  uint32_t range = (uint32_t)span->most - (uint32_t)span->least, bits = 0;
  for (uint32_t k = 0; k < count; k++) bits |= (uint32_t)((uint32_t)cost[k] - (uint32_t)span->least <= range) << k;
  if (span->price == NULL || bits == 0) return bits;
  uint32_t near = 0;
  for (uint32_t k = 0; k < count; k++) near |= (uint32_t)(cost[k] + span->price[mentor[k]] <= span->together) << k;
  return bits & near;
}

/* Bits of the places `from` to before `stop` of a block that begins at `start`. */
static uint32_t bits_within(int64_t start, const struct rows_span *span) {
  int64_t from = span->from - start, stop = span->stop - start;
  uint32_t bits = from > 0 ? UINT32_MAX << from : UINT32_MAX;
  return stop < ROWS_BLOCK ? bits & ~(UINT32_MAX << stop) : bits;
}

/* A block at the edge of the list is read as a whole, and the neighbour's pairs are taken away; the last of all is read as far as it goes. */
ALWAYS_INLINE size_t find(const struct rows *rows, const struct assign_problem *problem, const struct rows_span *span, int64_t *ret_places) {
  int64_t blocks[BLOCKS_AHEAD], last = (span->stop - 1) / ROWS_BLOCK;
  size_t found = 0;
  if (span->from >= span->stop || span->least > span->most) return 0;
  for (int64_t block = span->from / ROWS_BLOCK; block <= last;) {
    size_t count = list_blocks(rows, problem->cost, &block, last, span->most, blocks);
    for (size_t k = 0; k < count; k++) {
      int64_t start = blocks[k] * ROWS_BLOCK, rest = rows->pairs - start;
      const int32_t *mentor = problem->mentor + start, *cost = problem->cost + start;
      uint32_t bits = rest >= ROWS_BLOCK ? block_bits(mentor, cost, ROWS_BLOCK, span) : block_bits(mentor, cost, (uint32_t)rest, span);
      for (bits &= bits_within(start, span); bits != 0; bits &= bits - 1) ret_places[found++] = start + __builtin_ctz(bits);
    }
  }
  return found;
}

static size_t find_narrow(const struct rows *rows, const struct assign_problem *problem, const struct rows_span *span, int64_t *ret_places) {
  return find(rows, problem, span, ret_places);
}

WIDE static size_t find_wide(const struct rows *rows, const struct assign_problem *problem, const struct rows_span *span, int64_t *ret_places) {
  return find(rows, problem, span, ret_places);
}

size_t rows_find(const struct rows *rows, const struct assign_problem *problem, const struct rows_span *span, int64_t *ret_places) {
  return (rows->width == ROWS_WIDE ? find_wide : find_narrow)(rows, problem, span, ret_places);
}
