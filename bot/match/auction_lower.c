/* auction_lower.c: the reverse half of a phase: mentors with free seats lower their price until people come or it is nothing.
 *
 * A seat that stays free must cost nothing in the end, or the prices prove nothing. See Bertsekas, Castanon and Tsaknakis,
 * "Reverse auction and the solution of inequality constrained assignment problems", SIAM J. Opt. 3 (1993). */
#include "bot/match/auction.h"

struct lowering {
  struct market *market;   /* borrowed from the caller */
  int32_t *queue;          /* scratch; mentors with a free seat and a price, round the end */
  bool *queued;            /* scratch; per mentor */
  size_t head, count;
  struct held *wanted;     /* scratch; who would come, and what it is worth to them */
  int64_t *pays_most;      /* scratch; per mentee: what they paid when last looked at; it only falls, so most need no second look */
};

/* ---- columns ---- */
static void make_columns(struct market *market) {
  struct arena *scratch = market->core_arena;
  int64_t pairs = market->first[market->mentees], *first = arena_alloc(scratch, (market->mentors + 2) * sizeof *first);
  uint64_t *columns = arena_alloc(scratch, (size_t)pairs * sizeof *columns);
  for (int64_t at = 0; at < pairs; at++) first[word_person(market->pairs[at]) + 2]++;
  for (size_t j = 1; j <= market->mentors; j++) first[j + 1] += first[j];
  for (size_t i = 0; i < market->mentees; i++)
    for (int64_t at = market->first[i]; at < market->first[i + 1]; at++) {
      uint64_t pair = market->pairs[at];
      columns[first[word_person(pair) + 1]++] = pair_word((int32_t)word_cost(pair), (uint32_t)i);
    }
  market->column_first = first;
  market->columns = columns;
}

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

/* Those whom this mentor would suit better than what they pay, at a price of nothing: the `most` who save most. */
static size_t who_would_come(struct lowering *lowering, size_t mentor, size_t most, int64_t eps) {
  const struct market *market = lowering->market;
  size_t count = 0;
  int64_t least = eps; /* who saves no more stays */
  for (int64_t at = market->column_first[mentor]; at < market->column_first[mentor + 1]; at++) {
    uint32_t mentee = word_person(market->columns[at]);
    int64_t cost = word_cost(market->columns[at]) << market->shift;
    if (lowering->pays_most[mentee] - cost <= least || market->seat_of[mentee].mentor == (int32_t)mentor) continue;
    int64_t pays = market_pays(market, mentee);
    lowering->pays_most[mentee] = pays;
    if (pays - cost <= least) continue;
    count = want(lowering->wanted, count, most, (struct held){pays - cost, (int32_t)mentee});
    if (count == most && lowering->wanted[0].bid > least) least = lowering->wanted[0].bid;
  }
  return count;
}

static int32_t pair_cost(const struct market *market, size_t mentor, int32_t mentee) {
  int64_t at = market->column_first[mentor];
  while (word_person(market->columns[at]) != (uint32_t)mentee) at++;
  return (int32_t)word_cost(market->columns[at]);
}

static void move_here(struct lowering *lowering, size_t mentor, int32_t mentee) {
  struct market *market = lowering->market;
  struct mentee_seat *seat = &market->seat_of[mentee];
  int32_t left = seat->mentor;
  market->taken[left]--;
  market->taken[mentor]++;
  seat->mentor = (int32_t)mentor;
  seat->cost = pair_cost(market, mentor, mentee);
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
  for (size_t k = more ? 1 : 0; k < count; k++) move_here(lowering, mentor, lowering->wanted[k].mentee);
}

static size_t longest_column(const struct market *market) {
  int64_t longest = 0;
  for (size_t j = 0; j < market->mentors; j++) {
    int64_t size = market->column_first[j + 1] - market->column_first[j];
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
  if (market->columns == NULL) make_columns(market);
  size_t longest = longest_column(market);
  CLEANUP(arena_freep) struct arena *scratch = arena_new(market->mentors * 5 + market->mentees * 8 + longest * sizeof(struct held) + 256);
  struct lowering lowering = {.market = market};
  lowering.queue = arena_alloc(scratch, market->mentors * sizeof *lowering.queue);
  lowering.queued = arena_alloc(scratch, market->mentors * sizeof *lowering.queued);
  lowering.wanted = arena_alloc(scratch, (longest + 1) * sizeof *lowering.wanted);
  lowering.pays_most = arena_alloc(scratch, market->mentees * sizeof *lowering.pays_most);
  for (size_t i = 0; i < market->mentees; i++) lowering.pays_most[i] = market_pays(market, i);
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
