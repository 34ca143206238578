/* exact.c: finds the one place in a point where all prices may be cut.
 *
 * After a phase nobody pays more than a step above their best offer. Count money from a shifted zero: all prices + r, then cut off
 * what is below a whole point. Cutting keeps every "at least as dear as": costs are whole points, so where cost + price >= offer
 * held before, it holds after. The one thing that can go wrong is that what somebody pays is above their best offer and a whole
 * point lies between the two; they then come out a point apart. Each such mentee forbids the r that bring a whole point into
 * the gap: as many as the gap has pieces. With a step of one piece that is at most one r a mentee, and a point has more pieces
 * than there are people: some r is left. Often one is left earlier, which saves the last phases. */
#include "bot/match/exact.h"

/* Marks r from `from` to `to`, round the end, by the differences of a running count. */
static void forbid(int32_t *marks, int64_t pieces, int64_t from, int64_t to) {
  marks[from]++;
  marks[to + 1]--;
  if (from <= to) return;
  marks[0]++;
  marks[pieces]--;
}

/* The first r that nobody forbids; -1: none. */
static int64_t allowed_shift(const int32_t *marks, int64_t pieces) {
  int64_t forbidden = 0;
  for (int64_t r = 0; r < pieces; r++) {
    forbidden += marks[r];
    if (forbidden == 0) return r;
  }
  return -1;
}

bool exact_round(struct market *market) {
  int64_t pieces = (int64_t)1 << market->shift;
  CLEANUP(arena_freep) struct arena *scratch = arena_new(((size_t)pieces + 4) * sizeof(int32_t));
  int32_t *marks = arena_alloc(scratch, ((size_t)pieces + 1) * sizeof *marks);
  for (size_t i = 0; i < market->mentees; i++) {
    int64_t best = market_offer(market, i).best, pays = market_pays(market, i);
    if (pays - best >= pieces) return false;
    if (pays > best) forbid(marks, pieces, -pays & (pieces - 1), (-best - 1) & (pieces - 1));
  }
  int64_t r = allowed_shift(marks, pieces);
  if (r < 0) return false;
  for (size_t j = 0; j < market->mentors; j++) market->price[j] = (market->price[j] + r) & -pieces;
  market_set_floor(market);
  return true;
}
