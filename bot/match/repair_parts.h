/* repair_parts.h: what repairs and their two searches share: lists that grow, prices, and a heap of mentors by distance. */
#ifndef MENTORD_REPAIR_PARTS_H
#define MENTORD_REPAIR_PARTS_H

#include "bot/match/repair.h"

struct links {
  struct repair_link *items; /* owned */
  size_t count, room;
};

/* Staying alone costs `big`, more than all pairs together can: so most people come first, and sums decide among equals. Always:
 * a mentee pays the least of `big` and cost + price over their list; a mentor with a free seat has price 0, one without seats `big`. */
struct repair {
  uint32_t magic;
  size_t mentees, mentors, mentees_max, mentors_max, matched, moved;
  int64_t cost, big;
  struct links *rows;      /* owned; per mentee, the mentors */
  struct links *columns;   /* owned; per mentor, the mentees */
  struct links *seated;    /* owned; per mentor, who sits there, with the cost */
  bool *here;              /* owned; per mentee: has not left */
  int32_t *mentor_of;      /* owned; per mentee */
  int32_t *cost_of;        /* owned; per mentee who sits */
  int32_t *seats;          /* owned; per mentor */
  int64_t *price;          /* owned; per mentor */
  /* one search */
  int64_t *distance;       /* owned; per mentor; FAR: not reached */
  int32_t *by, *by_cost;   /* owned; per mentor: the mentee through whom it was reached, and what the pair costs that they would make */
  int32_t *to;             /* owned; per mentor, from a free seat only: the mentor to whom that mentee would go */
  int32_t *heap, *place;   /* owned; mentors by distance; place per mentor, -1: not in the heap */
  int32_t *touched;        /* owned; mentors with a distance */
  size_t heap_count, touched_count;
};

static inline int64_t repair_pays(const struct repair *repair, size_t mentee) {
  int32_t mentor = repair->mentor_of[mentee];
  return mentor == ASSIGN_NOBODY ? repair->big : repair->cost_of[mentee] + repair->price[mentor];
}

void repair_sit(struct repair *repair, size_t mentee, size_t mentor, int32_t cost);
void repair_stand(struct repair *repair, size_t mentee);

/* Seats somebody who is alone and new to the prices, or leaves the one alone for whom that is best. */
void repair_seat_mentee(struct repair *repair, size_t mentee);
/* A seat has become free: whoever gains most comes, and on their seat the next, or the price falls to nothing. */
void repair_fill_seat(struct repair *repair, size_t mentor);

#endif
