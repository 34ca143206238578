/* core.c: chooses the pairs that the auction looks at, and asks of all others whether they would be better.
 *
 * In a good matching nearly everybody sits with one of their cheapest mentors. So the auction works on a core of those, and its
 * prices then say in one pass which of the pairs left out could improve on it: none, most often. Lee and Orlin 1993 (WP 3572-93).
 * Each row remembers its edge, the cost below which nothing was left out: where even the cheapest pair beyond it could not be better,
 * the row is not looked at again. */
#include "bot/match/core.h"

#include "bot/match/columns.h"
#include "bot/match/core_pick.h"
#include "bot/match/order.h"

#include <string.h>

enum { SAMPLE = 64 };

/* ---- the core ---- */
static size_t core_bytes(const struct market *market, size_t pairs) {
  return (market->mentees + 4) * sizeof(int64_t) + (pairs + 4) * sizeof(uint64_t);
}

static size_t row_size(const struct assign_problem *problem, size_t mentee) {
  return (size_t)(problem->first[mentee + 1] - problem->first[mentee]);
}

void core_build(struct market *market, const struct count *count, size_t wanted) {
  const struct assign_problem *problem = market->job->problem;
  size_t pairs = 0;
  for (size_t i = 0; i < market->mentees; i++) pairs += row_size(problem, i) < 2 * wanted + 1 ? row_size(problem, i) : 2 * wanted + 1;
  arena_free(market->core_arena);
  market->core_arena = arena_new(core_bytes(market, pairs));
  CLEANUP(arena_freep) struct arena *scratch = arena_new(core_pick_bytes(market, wanted));
  struct core_pick pick;
  core_pick_init(&pick, market, count, wanted, scratch);
  market->first = arena_alloc(market->core_arena, (market->mentees + 1) * sizeof *market->first);
  market->pairs = arena_alloc(market->core_arena, pairs * sizeof *market->pairs);
  for (size_t i = 0; i < market->mentees; i++)
    market->first[i + 1] = market->first[i] + (int64_t)core_pick_row(&pick, i, market->pairs + market->first[i], &market->edge[i]);
  columns_clear(market);
}

/* ---- asking after the others ---- */
struct asking {
  const struct market *market; /* borrowed from the caller */
  int32_t *price;              /* scratch; per mentor, in points, cut off: no more than in truth */
  int64_t *places;             /* scratch; as many as the longest row has */
};

static size_t asking_bytes(const struct market *market) {
  return market->mentors * sizeof(int32_t) + (size_t)(market->job->rows->longest + 1) * sizeof(int64_t) + 64;
}

static void asking_init(struct asking *asking, const struct market *market, struct arena *arena) {
  asking->market = market;
  asking->price = arena_alloc(arena, market->mentors * sizeof *asking->price);
  asking->places = arena_alloc(arena, (size_t)(market->job->rows->longest + 1) * sizeof *asking->places);
  for (size_t j = 0; j < market->mentors; j++) {
    int64_t points = market->price[j] >> market->shift;
    asking->price[j] = points < ROWS_PRICE_MAX ? (int32_t)points : ROWS_PRICE_MAX;
  }
}

/* No price is below the floor: pairs that cost more than this are no better than `best`, and need no look at their price. */
static int32_t dearest_below(const struct market *market, int64_t best) {
  int64_t bound = (best - market->floor) >> market->shift;
  return bound < market->job->limit ? (int32_t)bound : market->job->limit;
}

/* The places in the mentee's list beyond the edge that may be better than `below`, from the mentee's own on, round the end. */
static size_t find_outside(const struct asking *asking, size_t mentee, int64_t below) {
  const struct market *market = asking->market;
  const struct assign_job *job = market->job;
  int32_t least = market->edge[mentee], most = dearest_below(market, below);
  if (most < least) return 0;
  int32_t together = below >> market->shift < ROWS_PRICE_MAX ? (int32_t)(below >> market->shift) : ROWS_PRICE_MAX;
  int64_t from = job->problem->first[mentee], to = job->problem->first[mentee + 1], start = from + assign_turned(mentee, (uint32_t)(to - from));
  struct rows_span high = {start, to, least, most, together, asking->price}, low = {from, start, least, most, together, asking->price};
  size_t count = rows_find(job->rows, job->problem, &high, asking->places);
  return count + rows_find(job->rows, job->problem, &low, asking->places + count);
}

static int64_t offer_at(const struct market *market, int64_t place) {
  const struct assign_problem *problem = market->job->problem;
  return ((int64_t)problem->cost[place] << market->shift) + market->price[problem->mentor[place]];
}

static bool in_core(const struct market *market, size_t mentee, uint64_t pair) {
  for (int64_t at = market->first[mentee]; at < market->first[mentee + 1]; at++)
    if (market->pairs[at] == pair) return true;
  return false;
}

static uint64_t pair_at(const struct market *market, int64_t place) {
  const struct assign_problem *problem = market->job->problem;
  return pair_word(problem->cost[place], (uint32_t)problem->mentor[place]);
}

/* The least offer outside the core, as far as it is below `below`. */
static int64_t least_outside(const struct asking *asking, size_t mentee, int64_t below) {
  const struct market *market = asking->market;
  size_t count = find_outside(asking, mentee, below);
  for (size_t k = 0; k < count; k++) {
    int64_t offer = offer_at(market, asking->places[k]);
    if (offer < below && !in_core(market, mentee, pair_at(market, asking->places[k]))) below = offer;
  }
  return below;
}

struct core_sample core_ask_some(const struct market *market) {
  size_t asked = 0, unhappy = 0, far = 0, step = market->mentees / SAMPLE + 1;
  CLEANUP(arena_freep) struct arena *scratch = arena_new(asking_bytes(market));
  struct asking asking;
  asking_init(&asking, market, scratch);
  for (size_t i = 0; i < market->mentees; i += step) {
    int64_t best = market_offer(market, i).best;
    far += dearest_below(market, best) >= market->edge[i];
    unhappy += least_outside(&asking, i, best) < best;
    asked++;
  }
  return asked == 0 ? (struct core_sample){0, 0} : (struct core_sample){100 * unhappy / asked, 100 * far / asked};
}

/* ---- growing ---- */
struct wish { int64_t value; uint64_t pair; };
struct growing {
  struct market *market;      /* borrowed from the caller */
  struct core_growth *growth; /* borrowed from the caller */
  struct asking asking;
  struct wish *wishes;        /* scratch; a heap, the dearest on top */
  uint64_t *chosen, *spare;   /* scratch */
};

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

/* The best of the pairs left out, cheapest first, in growing->chosen. */
static size_t choose_better(struct growing *growing, size_t mentee) {
  const struct market *market = growing->market;
  int64_t below = market_offer(market, mentee).best + growing->growth->margin;
  size_t found = find_outside(&growing->asking, mentee, below), count = 0;
  for (size_t k = 0; k < found; k++) {
    int64_t value = offer_at(market, growing->asking.places[k]);
    uint64_t pair = pair_at(market, growing->asking.places[k]);
    if (value >= below || in_core(market, mentee, pair)) continue;
    count = wish_for(growing->wishes, count, growing->growth->most, (struct wish){value, pair});
  }
  for (size_t k = 0; k < count; k++) growing->chosen[k] = growing->wishes[k].pair;
  order_sort(growing->chosen, count, growing->spare);
  return count;
}

/* Marks whose rows shall grow; returns how many pairs that may add. */
static size_t find_unhappy(const struct growing *growing, bool *grows) {
  const struct market *market = growing->market;
  struct core_growth *growth = growing->growth;
  size_t pairs = 0;
  for (size_t i = 0; i < market->mentees; i++) {
    int64_t best = market_offer(market, i).best, below = best + growth->margin, least = least_outside(&growing->asking, i, below);
    grows[i] = least < below;
    if (!grows[i]) continue;
    size_t size = row_size(market->job->problem, i);
    pairs += size < growth->most ? size : growth->most;
    growth->unhappy += least < best;
    growth->gap = best - least > growth->gap ? best - least : growth->gap;
  }
  return pairs;
}

static void rebuild(struct growing *growing, const bool *grows, size_t pairs_max) {
  struct market *market = growing->market;
  struct arena *arena = arena_new(core_bytes(market, pairs_max));
  int64_t *first = arena_alloc(arena, (market->mentees + 1) * sizeof *first);
  uint64_t *pairs = arena_alloc(arena, pairs_max * sizeof *pairs);
  for (size_t i = 0; i < market->mentees; i++) {
    size_t had = (size_t)(market->first[i + 1] - market->first[i]);
    size_t more = grows[i] ? choose_better(growing, i) : 0;
    for (size_t k = 0; k < more; k++) columns_add(market, i, growing->chosen[k]);
    order_merge(market->pairs + market->first[i], had, growing->chosen, more, pairs + first[i]);
    first[i + 1] = first[i] + (int64_t)(had + more);
  }
  arena_free(market->core_arena);
  market->core_arena = arena;
  market->first = first;
  market->pairs = pairs;
}

void core_grow(struct market *market, struct core_growth *growth) {
  size_t most = growth->most < market->mentors ? growth->most : market->mentors;
  CLEANUP(arena_freep) struct arena *scratch =
      arena_new(asking_bytes(market) + market->mentees + (most + 1) * (sizeof(struct wish) + 16) + 256);
  struct growing growing = {.market = market, .growth = growth};
  bool *grows = arena_alloc(scratch, market->mentees * sizeof *grows);
  growth->most = most;
  growth->unhappy = 0;
  growth->gap = 0;
  asking_init(&growing.asking, market, scratch);
  size_t pairs = find_unhappy(&growing, grows);
  if (growth->unhappy == 0) return;
  growing.wishes = arena_alloc(scratch, (most + 1) * sizeof *growing.wishes);
  growing.chosen = arena_alloc(scratch, (most + 1) * sizeof *growing.chosen);
  growing.spare = arena_alloc(scratch, (most + 1) * sizeof *growing.spare);
  rebuild(&growing, grows, (size_t)market->first[market->mentees] + pairs);
}
