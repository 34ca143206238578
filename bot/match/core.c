/* core.c: chooses the pairs that the auction looks at, and asks of all others whether they would be better.
 *
 * In a good matching nearly everybody sits with one of their cheapest mentors. So the auction works on a core of those, and its
 * prices then say in one pass which of the pairs left out could improve on it: none, most often. Lee and Orlin 1993 (WP 3572-93). */
#include "bot/match/core.h"

#include <string.h>

enum { BUCKETS_MIN = 64, BUCKETS_MAX = 4096, RUN = 96, PILES = 256, SAMPLE = 256, FEW = 64 };

/* ---- sorting a row: equals stay in the order they came ---- */
static void sort_run(uint64_t *words, size_t count) {
  for (size_t at = 1; at < count; at++) {
    uint64_t word = words[at];
    size_t to = at;
    for (; to > 0 && word_cost(words[to - 1]) > word_cost(word); to--) words[to] = words[to - 1];
    words[to] = word;
  }
}

static void merge(const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count, uint64_t *to) {
  const uint64_t *a_end = a + a_count, *b_end = b + b_count;
  while (a < a_end && b < b_end) *to++ = word_cost(*b) < word_cost(*a) ? *b++ : *a++;
  while (a < a_end) *to++ = *a++;
  while (b < b_end) *to++ = *b++;
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

/* `spare` has room for as many words. */
static void sort_row(uint64_t *words, size_t count, uint64_t *spare) {
  if (count <= RUN) sort_run(words, count);
  else sort_long(words, count, spare);
}

/* ---- choosing the cheapest of a row ---- */
/* What is taken: all below `edge`, and from there to `upper` as many as there is room for. */
struct cut { int32_t edge, upper; size_t below; };
/* Costs from lo to hi in buckets of 2^width: those below `last` hold less than is wanted, with it they hold enough. */
struct buckets { int32_t lo, hi; unsigned width; uint32_t last; size_t below, with; };

static unsigned bit_length(uint32_t number) {
  return number == 0 ? 0 : 32 - (unsigned)__builtin_clz(number);
}

static void count_buckets(const int32_t *cost, size_t size, size_t wanted, uint32_t *counts, struct buckets *cut) {
  size_t many = BUCKETS_MIN;
  while (many < BUCKETS_MAX && many * wanted < 8 * size) many *= 2;
  unsigned bits = bit_length((uint32_t)(cut->hi - cut->lo)), most = bit_length((uint32_t)many) - 1;
  cut->width = bits > most ? bits - most : 0;
  memset(counts, 0, (many + 1) * sizeof *counts);
  uint32_t range = (uint32_t)(cut->hi - cut->lo);
  for (size_t at = 0; at < size; at++) {
    uint32_t above = (uint32_t)(cost[at] - cut->lo);
    counts[above <= range ? above >> cut->width : many]++;
  }
  cut->below = 0;
  cut->last = 0;
  while (cut->below + counts[cut->last] < wanted && cut->last < range >> cut->width) cut->below += counts[cut->last++];
  cut->with = cut->below + counts[cut->last];
}

static struct cut find_cut(const int32_t *cost, size_t size, int32_t limit, size_t wanted, uint32_t *counts) {
  struct buckets buckets = {INT32_MAX, -1, 0, 0, 0, 0};
  for (size_t at = 0; at < size; at++) {
    buckets.lo = cost[at] < buckets.lo ? cost[at] : buckets.lo;
    buckets.hi = cost[at] > buckets.hi ? cost[at] : buckets.hi;
  }
  if (buckets.hi > limit) buckets.hi = limit;
  if (size <= wanted || buckets.hi < buckets.lo) return (struct cut){0, buckets.hi, 0};
  for (;;) {
    count_buckets(cost, size, wanted, counts, &buckets);
    int32_t edge = buckets.lo + (int32_t)(buckets.last << buckets.width);
    int64_t upper = edge + ((int64_t)1 << buckets.width) - 1;
    if (upper > buckets.hi) upper = buckets.hi;
    if (buckets.with <= 2 * wanted || buckets.width == 0 || upper == buckets.hi) return (struct cut){edge, (int32_t)upper, buckets.below};
    buckets.hi = (int32_t)upper;
  }
}

struct picking {
  const struct market *market;      /* borrowed from the caller */
  const struct count *count;        /* borrowed from the caller */
  size_t wanted, room;              /* at most `room` words a row, and one */
  int32_t guess;                    /* where the row before was cut: rows are often alike, and to count is quicker than to search */
  uint32_t counts[BUCKETS_MAX + 1];
  uint64_t *spare;                  /* scratch */
  int32_t *few;                     /* scratch; as many costs as the longest row has */
};

/* The costs up to `upper` in picking->few. */
static size_t costs_up_to(const struct picking *picking, int64_t from, int64_t to, int32_t upper) {
  const struct rows *rows = picking->market->job->rows;
  const int32_t *cost = picking->market->job->problem->cost;
  size_t count = 0;
  for (int64_t at = rows_skip(rows, from, to, upper); at < to;) {
    int64_t stop = (at / ROWS_BLOCK + 1) * ROWS_BLOCK < to ? (at / ROWS_BLOCK + 1) * ROWS_BLOCK : to;
    for (; at < stop; at++) {
      picking->few[count] = cost[at];
      count += cost[at] <= upper;
    }
    at = rows_skip(rows, at, to, upper);
  }
  return count;
}

/* As many blocks as are wanted, the two at the edges apart, have a pair up to this cost. */
static int32_t upper_by_blocks(struct picking *picking, int64_t from, int64_t to) {
  int64_t first = (from + ROWS_BLOCK - 1) / ROWS_BLOCK, count = to / ROWS_BLOCK - first;
  int32_t limit = picking->market->job->limit;
  if (count <= (int64_t)picking->wanted) return limit;
  const int32_t *least = picking->market->job->rows->block_least + first;
  struct cut cut = find_cut(least, (size_t)count, limit, picking->wanted, picking->counts);
  return cut.upper >= 0 ? cut.upper : limit;
}

static size_t take_part(const struct picking *picking, int64_t from, int64_t to, const struct cut *cut, size_t *room, uint64_t *row) {
  const struct assign_problem *problem = picking->market->job->problem;
  const struct rows *rows = picking->market->job->rows;
  size_t taken = 0;
  for (int64_t at = rows_skip(rows, from, to, cut->upper); at < to; at = rows_next(rows, at, to, cut->upper)) {
    int32_t cost = problem->cost[at];
    if (cost > cut->upper || (cost >= cut->edge && *room == 0)) continue;
    if (picking->market->seats[problem->mentor[at]] == 0) continue;
    if (cost >= cut->edge) --*room;
    row[taken++] = pair_word(cost, (uint32_t)problem->mentor[at]);
  }
  return taken;
}

/* From the mentee's own place on, round the end. */
static size_t take_row(const struct picking *picking, size_t mentee, const struct cut *cut, uint64_t *row) {
  const struct assign_problem *problem = picking->market->job->problem;
  int64_t from = problem->first[mentee], to = problem->first[mentee + 1], start = from + assign_turned(mentee, (uint32_t)(to - from));
  size_t room = picking->room - cut->below, taken = take_part(picking, start, to, cut, &room, row);
  return taken + take_part(picking, from, start, cut, &room, row + taken);
}

static struct cut cut_row(struct picking *picking, int64_t from, int64_t to) {
  int32_t limit = picking->market->job->limit;
  if (to - from > BUCKETS_MIN && picking->guess <= limit) {
    size_t count = costs_up_to(picking, from, to, picking->guess);
    if (count >= picking->wanted && count <= picking->room) return (struct cut){picking->guess, picking->guess, 0};
  }
  size_t few = costs_up_to(picking, from, to, upper_by_blocks(picking, from, to));
  struct cut cut = find_cut(picking->few, few, limit, picking->wanted, picking->counts);
  picking->guess = cut.upper;
  return cut;
}

static size_t add_sure(const struct picking *picking, size_t mentee, uint64_t *row, size_t taken) {
  if (picking->count->mentor_of[mentee] == ASSIGN_NOBODY) return taken;
  const struct assign_problem *problem = picking->market->job->problem;
  int64_t at = picking->count->pair_of[mentee];
  uint64_t sure = pair_word(problem->cost[at], (uint32_t)problem->mentor[at]);
  for (size_t k = 0; k < taken; k++)
    if (row[k] == sure) return taken;
  row[taken] = sure;
  return taken + 1;
}

static size_t pick_row(struct picking *picking, size_t mentee, uint64_t *row) {
  const struct assign_problem *problem = picking->market->job->problem;
  int64_t from = problem->first[mentee], to = problem->first[mentee + 1];
  if (from == to) return 0;
  struct cut cut = cut_row(picking, from, to);
  size_t taken = add_sure(picking, mentee, row, take_row(picking, mentee, &cut, row));
  sort_row(row, taken, picking->spare);
  return taken;
}

/* ---- the core ---- */
static size_t core_bytes(const struct market *market, size_t pairs) {
  return (market->mentees + market->mentors + 4) * sizeof(int64_t) + 2 * (pairs + 4) * sizeof(uint64_t);
}

void core_build(struct market *market, const struct count *count, size_t wanted) {
  const struct assign_problem *problem = market->job->problem;
  struct picking picking = {.market = market, .count = count, .wanted = wanted, .room = 2 * wanted, .guess = -1};
  size_t pairs = 0, longest = 0;
  for (size_t i = 0; i < market->mentees; i++) {
    size_t size = (size_t)(problem->first[i + 1] - problem->first[i]);
    longest = size > longest ? size : longest;
    pairs += size < picking.room + 1 ? size : picking.room + 1;
  }
  arena_free(market->core_arena);
  market->core_arena = arena_new(core_bytes(market, pairs));
  CLEANUP(arena_freep) struct arena *scratch = arena_new((picking.room + 2) * sizeof *picking.spare + (longest + 1) * sizeof *picking.few + 64);
  picking.spare = arena_alloc(scratch, (picking.room + 1) * sizeof *picking.spare);
  picking.few = arena_alloc(scratch, (longest + 1) * sizeof *picking.few);
  market->first = arena_alloc(market->core_arena, (market->mentees + 1) * sizeof *market->first);
  market->pairs = arena_alloc(market->core_arena, pairs * sizeof *market->pairs);
  for (size_t i = 0; i < market->mentees; i++)
    market->first[i + 1] = market->first[i] + (int64_t)pick_row(&picking, i, market->pairs + market->first[i]);
  market->columns = NULL;
}

/* ---- growing ---- */
struct wish { int64_t value; uint64_t pair; };
struct growing {
  struct market *market;    /* borrowed from the caller */
  struct core_growth *growth; /* borrowed from the caller */
  struct wish *wishes;      /* scratch; a heap, the dearest on top */
  uint64_t *chosen, *spare; /* scratch */
};

/* No price is below the floor: pairs that cost more than this are no better than `best`, and need no look at their price. */
static int32_t dearest_below(const struct market *market, int64_t best) {
  int64_t bound = (best - market->floor) >> market->shift;
  return bound < market->job->limit ? (int32_t)bound : market->job->limit;
}

struct few { int64_t at[FEW + ROWS_BLOCK]; size_t count; };

/* First the places alone, then what stands there: so the machine fetches many at once. */
static int64_t least_of_few(const struct market *market, struct few *few, int64_t best) {
  const struct assign_problem *problem = market->job->problem;
  for (size_t k = 0; k < few->count; k++) {
    int64_t value = ((int64_t)problem->cost[few->at[k]] << market->shift) + market->price[problem->mentor[few->at[k]]];
    best = value < best ? value : best;
  }
  few->count = 0;
  return best;
}

/* The least offer of the whole row, as far as it is below `best`. */
static int64_t least_below(const struct market *market, size_t mentee, int64_t best) {
  const struct rows *rows = market->job->rows;
  const int32_t *cost = market->job->problem->cost;
  int64_t end = market->job->problem->first[mentee + 1];
  int32_t most = dearest_below(market, best);
  struct few few;
  few.count = 0;
  for (int64_t at = rows_skip(rows, market->job->problem->first[mentee], end, most); at < end; at = rows_skip(rows, at, end, most)) {
    int64_t stop = (at / ROWS_BLOCK + 1) * ROWS_BLOCK < end ? (at / ROWS_BLOCK + 1) * ROWS_BLOCK : end;
    for (; at < stop; at++) {
      few.at[few.count] = at;
      few.count += cost[at] <= most;
    }
    if (few.count < FEW) continue;
    best = least_of_few(market, &few, best);
    most = dearest_below(market, best);
  }
  return least_of_few(market, &few, best);
}

static size_t wish_for(struct wish *heap, size_t count, size_t most, struct wish wish) {
  size_t at = 0;
  if (count < most) {
    for (at = count++; at > 0 && heap[(at - 1) / 2].value < wish.value; at = (at - 1) / 2) heap[at] = heap[(at - 1) / 2];
  } else {
    if (heap[0].value <= wish.value) return count;
    for (size_t child = 1; child < count; child = 2 * at + 1) {
      if (child + 1 < count && heap[child + 1].value > heap[child].value) child++;
      if (heap[child].value <= wish.value) break;
      heap[at] = heap[child];
      at = child;
    }
  }
  heap[at] = wish;
  return count;
}

static bool in_core(const struct market *market, size_t mentee, uint64_t pair) {
  for (int64_t at = market->first[mentee]; at < market->first[mentee + 1]; at++)
    if (market->pairs[at] == pair) return true;
  return false;
}

static size_t choose_part(struct growing *growing, size_t mentee, int64_t from, int64_t to, int64_t below, size_t count) {
  const struct market *market = growing->market;
  const struct assign_problem *problem = market->job->problem;
  const struct rows *rows = market->job->rows;
  int32_t dearest = dearest_below(market, below);
  for (int64_t at = rows_skip(rows, from, to, dearest); at < to; at = rows_next(rows, at, to, dearest)) {
    if (problem->cost[at] > dearest) continue;
    int64_t value = ((int64_t)problem->cost[at] << market->shift) + market->price[problem->mentor[at]];
    uint64_t pair = pair_word(problem->cost[at], (uint32_t)problem->mentor[at]);
    if (value >= below || in_core(market, mentee, pair)) continue;
    count = wish_for(growing->wishes, count, growing->growth->most, (struct wish){value, pair});
  }
  return count;
}

/* The best of the pairs left out, cheapest first, in growing->chosen. */
static size_t choose_better(struct growing *growing, size_t mentee) {
  const struct assign_problem *problem = growing->market->job->problem;
  int64_t from = problem->first[mentee], to = problem->first[mentee + 1], start = from + assign_turned(mentee, (uint32_t)(to - from));
  int64_t below = market_offer(growing->market, mentee).best + growing->growth->margin;
  size_t count = choose_part(growing, mentee, start, to, below, 0);
  count = choose_part(growing, mentee, from, start, below, count);
  for (size_t k = 0; k < count; k++) growing->chosen[k] = growing->wishes[k].pair;
  sort_row(growing->chosen, count, growing->spare);
  return count;
}

size_t core_unhappy_percent(const struct market *market) {
  size_t asked = 0, unhappy = 0, step = market->mentees / SAMPLE + 1;
  for (size_t i = 0; i < market->mentees; i += step) {
    int64_t best = market_offer(market, i).best;
    unhappy += least_below(market, i, best) < best;
    asked++;
  }
  return asked == 0 ? 0 : 100 * unhappy / asked;
}

/* Marks whose rows shall grow: with a margin all. */
static void find_unhappy(const struct market *market, struct core_growth *growth, bool *grows) {
  for (size_t i = 0; i < market->mentees; i++) {
    int64_t best = market_offer(market, i).best, gap = best - least_below(market, i, best);
    grows[i] = gap > 0;
    growth->unhappy += gap > 0;
    growth->gap = gap > growth->gap ? gap : growth->gap;
  }
  if (growth->margin > 0) memset(grows, true, market->mentees);
}

static void rebuild(struct growing *growing, const bool *grows, size_t pairs_max) {
  struct market *market = growing->market;
  struct arena *arena = arena_new(core_bytes(market, pairs_max));
  int64_t *first = arena_alloc(arena, (market->mentees + 1) * sizeof *first);
  uint64_t *pairs = arena_alloc(arena, pairs_max * sizeof *pairs);
  for (size_t i = 0; i < market->mentees; i++) {
    size_t had = (size_t)(market->first[i + 1] - market->first[i]);
    size_t more = grows[i] ? choose_better(growing, i) : 0;
    merge(market->pairs + market->first[i], had, growing->chosen, more, pairs + first[i]);
    first[i + 1] = first[i] + (int64_t)(had + more);
  }
  arena_free(market->core_arena);
  market->core_arena = arena;
  market->first = first;
  market->pairs = pairs;
  market->columns = NULL;
}

void core_grow(struct market *market, struct core_growth *growth) {
  size_t most = growth->most < market->mentors ? growth->most : market->mentors, pairs_max = (size_t)market->first[market->mentees];
  const int64_t *full = market->job->problem->first;
  CLEANUP(arena_freep) struct arena *scratch = arena_new(market->mentees + (most + 1) * (sizeof(struct wish) + 16) + 256);
  bool *grows = arena_alloc(scratch, market->mentees * sizeof *grows);
  growth->most = most;
  growth->unhappy = 0;
  growth->gap = 0;
  find_unhappy(market, growth, grows);
  if (growth->unhappy == 0 ) return;
  struct growing growing = {.market = market, .growth = growth};
  growing.wishes = arena_alloc(scratch, (most + 1) * sizeof *growing.wishes);
  growing.chosen = arena_alloc(scratch, (most + 1) * sizeof *growing.chosen);
  growing.spare = arena_alloc(scratch, (most + 1) * sizeof *growing.spare);
  for (size_t i = 0; i < market->mentees; i++)
    if (grows[i]) pairs_max += (size_t)(full[i + 1] - full[i]) < most ? (size_t)(full[i + 1] - full[i]) : most;
  rebuild(&growing, grows, pairs_max);
}
