/* auction_lower.c: the reverse half of a phase: mentors with free seats lower their price until people come or it is nothing.
 *
 * A seat that stays free must cost nothing in the end, or the prices prove nothing. See Bertsekas, Castanon and Tsaknakis,
 * "Reverse auction and the solution of inequality constrained assignment problems", SIAM J. Opt. 3 (1993). */
#include "bot/match/auction.h"

#include "bot/match/columns.h"
#include "bot/match/wide.h"

enum { NEAR = 4, FARTHER = 8, TOGETHER = 32, POINTS_MAX = 1 << 30 };

struct lowering {
  struct market *market;   /* borrowed from the caller */
  int32_t *queue;          /* scratch; mentors with a free seat and a price, round the end */
  bool *queued;            /* scratch; per mentor */
  size_t head, count;
  struct held *wanted;     /* scratch; who would come, as places in the column, and what it is worth to them */
  int32_t *pays_most;      /* scratch; per mentee: no less than what they pay, in points; that only falls, so most need no second look */
  bool wide;               /* as wide_here says */
};

/* ---- who would come ---- */
static void enqueue(struct lowering *lowering, size_t mentor) {
  const struct market *market = lowering->market;
  if (lowering->queued[mentor] || market->taken[mentor] >= market->seats[mentor] || market->price[mentor] <= 0) return;
  lowering->queued[mentor] = true;
  lowering->queue[(lowering->head + lowering->count++) % market->mentors] = (int32_t)mentor;
}

/* Keeps the `most` highest in a heap with the lowest of them on top. */
static size_t want(struct held *heap, size_t count, size_t most, struct held held) {
  size_t at = 0;
  if (count < most) {
    for (at = count++; at > 0 && heap[(at - 1) / 2].bid > held.bid; at = (at - 1) / 2) heap[at] = heap[(at - 1) / 2];
  } else {
    if (heap[0].bid >= held.bid) return count;
    for (size_t child = 1; child < count; child = 2 * at + 1) {
      if (child + 1 < count && heap[child + 1].bid < heap[child].bid) child++;
      if (heap[child].bid >= held.bid) break;
      heap[at] = heap[child];
      at = child;
    }
  }
  heap[at] = held;
  return count;
}

/* Bit k says whether pair k of a column may save more than `least` points. */
ALWAYS_INLINE uint32_t saving_bits(const int32_t *mentee, const int32_t *cost, size_t count, const int32_t *pays_most, int32_t least) {
  uint32_t bits = 0;
  for (size_t k = 0; k < count; k++) bits |= (uint32_t)(pays_most[mentee[k]] - cost[k] >= least) << k;
  return bits;
}

ALWAYS_INLINE uint32_t bits_of(const int32_t *mentee, const int32_t *cost, size_t count, const int32_t *pays_most, int32_t least) {
  return count >= TOGETHER ? saving_bits(mentee, cost, TOGETHER, pays_most, least) : saving_bits(mentee, cost, count, pays_most, least);
}

static uint32_t bits_narrow(const int32_t *mentee, const int32_t *cost, size_t count, const int32_t *pays_most, int32_t least) {
  return bits_of(mentee, cost, count, pays_most, least);
}

WIDE static uint32_t bits_wide(const int32_t *mentee, const int32_t *cost, size_t count, const int32_t *pays_most, int32_t least) {
  return bits_of(mentee, cost, count, pays_most, least);
}

static int32_t points_up(const struct market *market, int64_t money) {
  int64_t points = (money >> market->shift) + 1;
  return points < POINTS_MAX ? (int32_t)points : INT32_MAX;
}

static int32_t points_down(const struct market *market, int64_t money) {
  return money >> market->shift < POINTS_MAX / 2 ? (int32_t)(money >> market->shift) : POINTS_MAX / 2;
}

/* The `most` who save most, of those whom this mentor, at a price of nothing, would save more than `least`. */
static size_t who_saves(struct lowering *lowering, size_t mentor, size_t most, int64_t least) {
  const struct market *market = lowering->market;
  const int32_t *mentees = market->columns.mentee, *costs = market->columns.cost;
  size_t count = 0;
  for (int64_t at = market->columns.first[mentor], end = market->columns.stop[mentor]; at < end; at += TOGETHER) {
    uint32_t bits = (lowering->wide ? bits_wide : bits_narrow)(mentees + at, costs + at, (size_t)(end - at), lowering->pays_most, points_down(market, least));
    for (; bits != 0; bits &= bits - 1) {
      int64_t place = at + __builtin_ctz(bits);
      int32_t mentee = mentees[place];
      if (market->seat_of[mentee].mentor == (int32_t)mentor) continue;
      int64_t pays = market_pays(market, (size_t)mentee), saves = pays - ((int64_t)costs[place] << market->shift);
      lowering->pays_most[mentee] = points_up(market, pays);
      if (saves <= least) continue;
      count = want(lowering->wanted, count, most, (struct held){saves, (int32_t)(place - market->columns.first[mentor])});
      if (count == most && lowering->wanted[0].bid > least) least = lowering->wanted[0].bid;
    }
  }
  return count;
}

/* Those whom this mentor would suit better than what they pay by more than a step. Nobody saves more than the price of now and a step, or
 * they would be here; those who save most are mostly little below. So few are looked at, and more only when they do not suffice. */
static size_t who_would_come(struct lowering *lowering, size_t mentor, size_t most, int64_t eps) {
  int64_t price = lowering->market->price[mentor], least = price;
  for (int64_t below = NEAR * eps; least > eps; below *= FARTHER) {
    least = price - below > eps ? price - below : eps;
    size_t count = who_saves(lowering, mentor, most, least);
    if (count == most || least == eps) return count;
  }
  return who_saves(lowering, mentor, most, eps);
}

static void move_here(struct lowering *lowering, size_t mentor, int64_t place) {
  struct market *market = lowering->market;
  struct mentee_seat *seat = &market->seat_of[market->columns.mentee[place]];
  int32_t left = seat->mentor;
  market->taken[left]--;
  market->taken[mentor]++;
  seat->mentor = (int32_t)mentor;
  seat->cost = market->columns.cost[place];
  enqueue(lowering, (size_t)left);
}

/* f free seats go to the f who save most; the price is what makes it equal to the one behind them, less a step. */
static void lower_price(struct lowering *lowering, size_t mentor, int64_t eps) {
  struct market *market = lowering->market;
  size_t free_seats = (size_t)(market->seats[mentor] - market->taken[mentor]);
  size_t count = who_would_come(lowering, mentor, free_seats + 1, eps);
  bool more = count > free_seats; /* then the one on top stays where they are */
  int64_t price = more ? lowering->wanted[0].bid - eps : 0;
  if (price < market->price[mentor]) market->price[mentor] = price;
  for (size_t k = more ? 1 : 0; k < count; k++) move_here(lowering, mentor, market->columns.first[mentor] + lowering->wanted[k].mentee);
}

static size_t longest_column(const struct market *market) {
  int64_t longest = 0;
  for (size_t j = 0; j < market->mentors; j++) {
    int64_t size = market->columns.stop[j] - market->columns.first[j];
    longest = size > longest ? size : longest;
  }
  return (size_t)longest;
}

static bool is_needed(const struct market *market) {
  for (size_t j = 0; j < market->mentors; j++)
    if (market->taken[j] < market->seats[j] && market->price[j] > 0) return true;
  return false;
}

enum err auction_lower(struct market *market, int64_t eps) {
  if (!is_needed(market)) return ERR_NONE;
  columns_make(market);
  size_t longest = longest_column(market);
  CLEANUP(arena_freep) struct arena *scratch = arena_new(market->mentors * 5 + market->mentees * 4 + longest * sizeof(struct held) + 256);
  struct lowering lowering = {.market = market, .wide = wide_here()};
  lowering.queue = arena_alloc(scratch, market->mentors * sizeof *lowering.queue);
  lowering.queued = arena_alloc(scratch, market->mentors * sizeof *lowering.queued);
  lowering.wanted = arena_alloc(scratch, (longest + 1) * sizeof *lowering.wanted);
  lowering.pays_most = arena_alloc(scratch, market->mentees * sizeof *lowering.pays_most);
  for (size_t i = 0; i < market->mentees; i++) lowering.pays_most[i] = points_up(market, market_pays(market, i));
  for (size_t j = 0; j < market->mentors; j++) enqueue(&lowering, j);
  while (lowering.count > 0) {
    if (assign_cancelled(market->job)) return err_note(ERR_GONE, "the matching was cancelled");
    size_t mentor = (size_t)lowering.queue[lowering.head];
    lowering.head = (lowering.head + 1) % market->mentors;
    lowering.count--;
    lowering.queued[mentor] = false;
    lower_price(&lowering, mentor, eps);
  }
  market_set_floor(market);
  return ERR_NONE;
}
