/* auction.c: the forward half of a phase: mentees bid for seats until all of them sit. */
#include "bot/match/auction.h"

#include <string.h>

enum { GROWTH = 7, LOOK_UP = 4096 };
static const int64_t MONEY_MAX = INT64_C(1) << 61;

/* ---- a mentor's heap: the lowest bid on top ---- */
static void put_at(struct market *market, int32_t mentor, int32_t place, struct held held) {
  market->held[market->heap_first[mentor] + place] = held;
  market->seat_of[held.mentee].place = place;
}

static void sift_up(struct market *market, int32_t mentor, int32_t place, struct held held) {
  const struct held *heap = &market->held[market->heap_first[mentor]];
  while (place > 0 && heap[(place - 1) / 2].bid > held.bid) {
    put_at(market, mentor, place, heap[(place - 1) / 2]);
    place = (place - 1) / 2;
  }
  put_at(market, mentor, place, held);
}

static void sift_down(struct market *market, int32_t mentor, int32_t place, struct held held) {
  const struct held *heap = &market->held[market->heap_first[mentor]];
  int32_t count = market->taken[mentor];
  for (int32_t child = 2 * place + 1; child < count; child = 2 * place + 1) {
    if (child + 1 < count && heap[child + 1].bid < heap[child].bid) child++;
    if (heap[child].bid >= held.bid) break;
    put_at(market, mentor, place, heap[child]);
    place = child;
  }
  put_at(market, mentor, place, held);
}

static void leave_seat(struct market *market, size_t mentee) {
  struct mentee_seat *seat = &market->seat_of[mentee];
  int32_t mentor = seat->mentor, place = seat->place, last = --market->taken[mentor];
  seat->mentor = ASSIGN_NOBODY;
  if (place == last) return;
  struct held moved = market->held[market->heap_first[mentor] + last];
  const struct held *above = &market->held[market->heap_first[mentor] + (place - 1) / 2];
  if (place > 0 && above->bid > moved.bid) sift_up(market, mentor, place, moved);
  else sift_down(market, mentor, place, moved);
}

/* ---- one bid ---- */
/* A full mentor's price is the lowest bid held; one with a free seat keeps the price of before. */
static void take_seat(struct market *market, size_t mentee, uint64_t pair, int64_t bid) {
  int32_t mentor = (int32_t)word_person(pair);
  struct held held = {bid, (int32_t)mentee}, *top = &market->held[market->heap_first[mentor]];
  market->seat_of[mentee] = (struct mentee_seat){bid, mentor, (int32_t)word_cost(pair), 0};
  if (market->taken[mentor] < market->seats[mentor]) {
    sift_up(market, mentor, market->taken[mentor]++, held);
  } else {
    market->seat_of[top->mentee].mentor = ASSIGN_NOBODY;
    market->waiting[market->waiting_count++] = top->mentee;
    sift_down(market, mentor, 0, held);
  }
  if (market->taken[mentor] == market->seats[mentor]) market->price[mentor] = top->bid;
}

/* Bids as much as makes the best offer worse than the second by one step. Who has one offer only has no second: they bid a whole cost more. */
static bool bid_for(struct market *market, size_t mentee, const struct offer *offer, int64_t eps) {
  int64_t second = offer->second;
  if (second == INT64_MAX / 2) second = offer->best + ((int64_t)market->cost_max << market->shift);
  int64_t bid = market->price[word_person(offer->pair)] + second - offer->best + eps;
  market->bids++;
  if (bid > MONEY_MAX) return false;
  take_seat(market, mentee, offer->pair, bid);
  return true;
}

/* ---- a phase ---- */
/* Heaps of those who sit, all with the price as their bid: who kept their seat through the last phase is as good as any. */
static void open_market(struct market *market) {
  memset(market->taken, 0, market->mentors * sizeof *market->taken);
  market->waiting_count = 0;
  market_set_floor(market);
  for (size_t i = 0; i < market->mentees; i++) {
    struct mentee_seat *seat = &market->seat_of[i];
    if (seat->mentor == ASSIGN_NOBODY) continue;
    seat->bid = market->price[seat->mentor];
    put_at(market, seat->mentor, market->taken[seat->mentor]++, (struct held){seat->bid, (int32_t)i});
  }
}

/* Keeps the seat of somebody who pays no more than a step above their best offer; else they bid, and so does whom that displaces. */
static bool settle(struct market *market, size_t mentee, int64_t eps) {
  struct offer offer = market_offer(market, mentee);
  if (market->seat_of[mentee].mentor != ASSIGN_NOBODY) {
    if (market_pays(market, mentee) <= offer.best + eps) return true;
    leave_seat(market, mentee);
  }
  return bid_for(market, mentee, &offer, eps);
}

static bool settle_waiting(struct market *market, int64_t eps) {
  while (market->waiting_count > 0) {
    size_t mentee = (size_t)market->waiting[--market->waiting_count];
    struct offer offer = market_offer(market, mentee);
    if (!bid_for(market, mentee, &offer, eps)) return false;
    if (market->bids % LOOK_UP == 0) return true;
  }
  return true;
}

/* Small steps are best when there are seats enough, and endless when many want the same few: then the step grows. */
static void grow(const struct market *market, uint64_t patience, uint64_t *next_growth, int64_t *eps) {
  int64_t eps_max = MONEY_MAX / 8 / (int64_t)(market->mentees + market->mentors);
  if (market->bids < *next_growth || *eps > eps_max / GROWTH) return;
  *eps *= GROWTH;
  *next_growth = market->bids + patience;
}

enum err auction_phase(struct market *market, uint64_t patience, int64_t *eps) {
  uint64_t next_growth = patience > 0 ? market->bids + patience : UINT64_MAX;
  open_market(market);
  for (size_t i = 0; i < market->mentees || market->waiting_count > 0;) {
    bool fine = market->waiting_count > 0 ? settle_waiting(market, *eps) : settle(market, i++, *eps);
    if (!fine) return err_note(ERR_LIMITED, "the costs and the number of people are too large together");
    if (assign_cancelled(market->job)) return err_note(ERR_GONE, "the matching was cancelled");
    grow(market, patience, &next_growth, eps);
  }
  return auction_lower(market, *eps);
}
