/* repair_search.c: the two shortest paths that mend a matching: one from a mentee to a seat, one from a free seat to whoever gains most.
 *
 * Prices make every step cost nothing or more, and nothing along the pairs that are made; so Dijkstra's search applies, and it ends at
 * the nearest end. Prices of those nearer than that end move by the difference: then all is as tight as before, and the path can be
 * walked (as in section 4 of README.md; here with prices that a solve has proven). */
#include "bot/match/repair_parts.h"

static const int64_t FAR = INT64_MAX / 4;

/* ---- mentors by distance ---- */
static void heap_put(struct repair *repair, size_t at, int32_t mentor) {
  repair->heap[at] = mentor;
  repair->place[mentor] = (int32_t)at;
}

static void heap_up(struct repair *repair, size_t at, int32_t mentor) {
  for (; at > 0 && repair->distance[repair->heap[(at - 1) / 2]] > repair->distance[mentor]; at = (at - 1) / 2)
    heap_put(repair, at, repair->heap[(at - 1) / 2]);
  heap_put(repair, at, mentor);
}

static int32_t heap_pop(struct repair *repair) {
  int32_t top = repair->heap[0], last = repair->heap[--repair->heap_count];
  size_t at = 0;
  repair->place[top] = -1;
  if (repair->heap_count == 0) return top;
  for (size_t child = 1; child < repair->heap_count; child = 2 * at + 1) {
    if (child + 1 < repair->heap_count && repair->distance[repair->heap[child + 1]] < repair->distance[repair->heap[child]]) child++;
    if (repair->distance[repair->heap[child]] >= repair->distance[last]) break;
    heap_put(repair, at, repair->heap[child]);
    at = child;
  }
  heap_put(repair, at, last);
  return top;
}

static void reach(struct repair *repair, int32_t mentor, int64_t distance, int32_t by, int32_t cost) {
  if (distance >= repair->distance[mentor]) return;
  if (repair->distance[mentor] == FAR) repair->touched[repair->touched_count++] = mentor;
  repair->distance[mentor] = distance;
  repair->by[mentor] = by;
  repair->by_cost[mentor] = cost;
  heap_up(repair, repair->place[mentor] >= 0 ? (size_t)repair->place[mentor] : repair->heap_count++, mentor);
}

static void forget(struct repair *repair) {
  for (size_t k = 0; k < repair->touched_count; k++) {
    repair->distance[repair->touched[k]] = FAR;
    repair->place[repair->touched[k]] = -1;
  }
  repair->touched_count = repair->heap_count = 0;
}

/* ---- from a mentee to a seat ---- */
/* Its end: a free seat of the mentor, or the mentee who stays alone, or comes from being alone. */
struct way { int64_t length; int32_t mentor, mentee, cost; };

static void reach_mentors_of(struct repair *repair, int32_t mentee, int64_t so_far, int64_t pays, struct way *way) {
  const struct links *row = &repair->rows[mentee];
  if (so_far + repair->big - pays < way->length) *way = (struct way){so_far + repair->big - pays, ASSIGN_NOBODY, mentee, 0};
  for (size_t k = 0; k < row->count; k++) {
    int32_t mentor = row->items[k].person;
    int64_t length = so_far + row->items[k].cost + repair->price[mentor] - pays;
    if (length >= way->length || repair->seats[mentor] == 0) continue;
    reach(repair, mentor, length, mentee, row->items[k].cost);
  }
}

static struct way search_seat(struct repair *repair, int32_t mentee) {
  struct way way = {FAR, ASSIGN_NOBODY, mentee, 0};
  reach_mentors_of(repair, mentee, 0, 0, &way);
  while (repair->heap_count > 0) {
    int32_t mentor = heap_pop(repair);
    int64_t distance = repair->distance[mentor];
    if (distance >= way.length) break;
    const struct links *seated = &repair->seated[mentor];
    if (seated->count < (size_t)repair->seats[mentor]) return (struct way){distance, mentor, ASSIGN_NOBODY, 0};
    for (size_t k = 0; k < seated->count; k++) {
      int32_t sits = seated->items[k].person;
      reach_mentors_of(repair, sits, distance, repair_pays(repair, (size_t)sits), &way);
    }
  }
  return way;
}

/* Back from the end: each moves to the mentor they reached, the last of all is the newcomer. */
static void walk_to_seat(struct repair *repair, int32_t newcomer, struct way way) {
  int32_t mentor = way.mentor;
  if (mentor == ASSIGN_NOBODY) {
    if (way.mentee == newcomer) return;
    mentor = repair->mentor_of[way.mentee];
    repair_stand(repair, (size_t)way.mentee);
    repair->moved++;
  }
  for (int32_t mentee = repair->by[mentor]; mentee != newcomer; mentee = repair->by[mentor]) {
    int32_t left = repair->mentor_of[mentee], cost = repair->by_cost[mentor];
    repair_stand(repair, (size_t)mentee);
    repair_sit(repair, (size_t)mentee, (size_t)mentor, cost);
    repair->moved++;
    mentor = left;
  }
  repair_sit(repair, (size_t)newcomer, (size_t)mentor, repair->by_cost[mentor]);
}

void repair_seat_mentee(struct repair *repair, size_t mentee) {
  struct way way = search_seat(repair, (int32_t)mentee);
  for (size_t k = 0; k < repair->touched_count; k++) {
    int32_t mentor = repair->touched[k];
    if (repair->distance[mentor] < way.length) repair->price[mentor] += way.length - repair->distance[mentor];
  }
  walk_to_seat(repair, (int32_t)mentee, way);
  forget(repair);
}

/* ---- from a free seat to whoever gains most ---- */
/* Who would come to this mentor, by how little they would lose at the price of now; and where their seats are. */
static void reach_mentees_of(struct repair *repair, int32_t mentor, struct way *way) {
  const struct links *column = &repair->columns[mentor];
  int64_t so_far = repair->distance[mentor];
  for (size_t k = 0; k < column->count; k++) {
    int32_t mentee = column->items[k].person, cost = column->items[k].cost, sits = repair->mentor_of[mentee];
    int64_t length = so_far + cost + repair->price[mentor] - repair_pays(repair, (size_t)mentee);
    if (length >= way->length || sits == mentor) continue;
    if (sits == ASSIGN_NOBODY) {
      *way = (struct way){length, mentor, mentee, cost};
      continue;
    }
    if (length < repair->distance[sits]) repair->to[sits] = mentor;
    reach(repair, sits, length, mentee, cost);
  }
}

/* An end is somebody alone who comes, or a seat that may as well stay free: its price falls to nothing. */
static struct way search_comer(struct repair *repair, int32_t mentor) {
  struct way way = {FAR, mentor, ASSIGN_NOBODY, 0};
  reach(repair, mentor, 0, ASSIGN_NOBODY, 0);
  while (repair->heap_count > 0) {
    int32_t nearest = heap_pop(repair);
    int64_t distance = repair->distance[nearest];
    if (distance >= way.length) break;
    if (distance + repair->price[nearest] < way.length) way = (struct way){distance + repair->price[nearest], nearest, ASSIGN_NOBODY, 0};
    reach_mentees_of(repair, nearest, &way);
  }
  return way;
}

/* From the end to the free seat: each makes room for the one before. */
static void walk_from_seat(struct repair *repair, int32_t free_at, struct way way) {
  if (way.mentee != ASSIGN_NOBODY) {
    repair_sit(repair, (size_t)way.mentee, (size_t)way.mentor, way.cost);
    repair->moved++;
  }
  for (int32_t mentor = way.mentor; mentor != free_at; mentor = repair->to[mentor]) {
    size_t mentee = (size_t)repair->by[mentor];
    repair_stand(repair, mentee);
    repair_sit(repair, mentee, (size_t)repair->to[mentor], repair->by_cost[mentor]);
    repair->moved++;
  }
}

void repair_fill_seat(struct repair *repair, size_t mentor) {
  struct way way = search_comer(repair, (int32_t)mentor);
  for (size_t k = 0; k < repair->touched_count; k++) {
    int32_t near = repair->touched[k];
    if (repair->distance[near] < way.length) repair->price[near] -= way.length - repair->distance[near];
  }
  walk_from_seat(repair, (int32_t)mentor, way);
  forget(repair);
}
