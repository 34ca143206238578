/* order.c: sorts short rows by counting, for each word, how many come before it; and long ones by dealing. */
#include "bot/match/order.h"

#include <string.h>

enum { SHORT = 64, PLACE_BITS = 6, PILES = 256 };
static_assert(ASSIGN_COST_MAX <= INT32_MAX >> PLACE_BITS, "a cost and a place in a short row fit one number");

/* Costs with the places behind them are all different. Everybody is compared with everybody, without a branch: as many steps as a
 * sort that chooses takes for rows as short as these, and eight at a time. */
static void sort_short(uint64_t *words, size_t count, uint64_t *spare) {
  int32_t keys[SHORT], ranks[SHORT] = {0};
  size_t even = (count + 7) / 8 * 8;
  for (size_t at = 0; at < even; at++) keys[at] = at < count ? (int32_t)(word_cost(words[at]) << PLACE_BITS | (int64_t)at) : INT32_MAX;
  for (size_t other = 0; other < count; other++)
    for (size_t at = 0; at < even; at++) ranks[at] += keys[other] < keys[at];
  for (size_t at = 0; at < count; at++) spare[ranks[at]] = words[at];
  memcpy(words, spare, count * sizeof *words);
}

/* Long rows are dealt into as many piles as a byte has values, byte after byte of the cost from the lowest. */
static void deal_row(uint64_t *words, size_t count, unsigned shift, uint64_t *to) {
  size_t start[PILES + 1] = {0};
  for (size_t at = 0; at < count; at++) start[(words[at] >> shift) % PILES + 1]++;
  for (size_t pile = 1; pile < PILES; pile++) start[pile] += start[pile - 1];
  for (size_t at = 0; at < count; at++) to[start[(words[at] >> shift) % PILES]++] = words[at];
}

static void sort_long(uint64_t *words, size_t count, uint64_t *spare) {
  uint64_t all = 0, *from = words, *to = spare;
  for (size_t at = 0; at < count; at++) all |= words[at];
  for (unsigned shift = 32; all >> shift > 0 && shift < 64; shift += 8) {
    deal_row(from, count, shift, to);
    uint64_t *other = from;
    from = to;
    to = other;
  }
  if (from != words) memcpy(words, from, count * sizeof *words);
}

void order_sort(uint64_t *words, size_t count, uint64_t *spare) {
  if (count <= SHORT) sort_short(words, count, spare);
  else sort_long(words, count, spare);
}

void order_merge(const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count, uint64_t *ret_words) {
  const uint64_t *a_end = a + a_count, *b_end = b + b_count;
  uint64_t *to = ret_words;
  while (a < a_end && b < b_end) *to++ = word_cost(*b) < word_cost(*a) ? *b++ : *a++;
  while (a < a_end) *to++ = *a++;
  while (b < b_end) *to++ = *b++;
}
