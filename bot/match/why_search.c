/* why_search.c: the shortest way through a round as it stands: mentee to mentor, mentor to a mentee who would have to make room; nothing moves.
 *
 * Prices make every step cost nothing or more, so it is Dijkstra's search. Free seats and people alone meet in one node, out: a way into it ends
 * with a free seat, or with somebody who stays alone; a way out of it begins with a seat that stays free, or with somebody alone who comes. */
#include "bot/match/why_parts.h"

size_t why_search_bytes(const struct assign_problem *problem) {
  return (problem->mentors + 1) * (sizeof(int64_t) + 3 * sizeof(int32_t)) + 4 * 16;
}

void why_search_init(struct why *why) {
  size_t nodes = why->problem->mentors + 1;
  why->distance = arena_alloc(why->arena, nodes * sizeof *why->distance);
  why->first = arena_alloc(why->arena, nodes * sizeof *why->first);
  why->heap = arena_alloc(why->arena, nodes * sizeof *why->heap);
  why->place = arena_alloc(why->arena, nodes * sizeof *why->place);
}

void why_search_begin(struct why *why) {
  why->heap_count = 0;
  for (size_t node = 0; node <= why_out(why); node++) {
    why->distance[node] = WHY_FAR;
    why->place[node] = -1;
  }
}

/* ---- nodes by distance ---- */
static void heap_put(struct why *why, size_t at, int32_t node) {
  why->heap[at] = node;
  why->place[node] = (int32_t)at;
}

static void heap_up(struct why *why, size_t at, int32_t node) {
  for (; at > 0 && why->distance[why->heap[(at - 1) / 2]] > why->distance[node]; at = (at - 1) / 2) heap_put(why, at, why->heap[(at - 1) / 2]);
  heap_put(why, at, node);
}

static size_t heap_pop(struct why *why) {
  int32_t top = why->heap[0], last = why->heap[--why->heap_count];
  size_t at = 0;
  why->place[top] = -1;
  if (why->heap_count == 0) return (size_t)top;
  for (size_t child = 1; child < why->heap_count; child = 2 * at + 1) {
    if (child + 1 < why->heap_count && why->distance[why->heap[child + 1]] < why->distance[why->heap[child]]) child++;
    if (why->distance[why->heap[child]] >= why->distance[last]) break;
    heap_put(why, at, why->heap[child]);
    at = child;
  }
  heap_put(why, at, last);
  return (size_t)top;
}

void why_reach(struct why *why, size_t node, int64_t distance, int32_t first) {
  if (distance >= why->distance[node]) return;
  why->distance[node] = distance;
  why->first[node] = first;
  heap_up(why, why->place[node] >= 0 ? (size_t)why->place[node] : why->heap_count++, (int32_t)node);
}

/* ---- steps ---- */
void why_reach_list(struct why *why, size_t mentee, int32_t but) {
  const struct assign_problem *problem = why->problem;
  for (int64_t at = problem->first[mentee]; at < problem->first[mentee + 1]; at++) {
    int32_t mentor = problem->mentor[at];
    if (mentor == but || problem->seats[mentor] == 0) continue;
    why_reach(why, (size_t)mentor, problem->cost[at] + why->price[mentor] - why->pays[mentee], mentor);
  }
}

/* Mentors without seats are reached too: what a seat there would be worth is asked of the search that begins outside. */
static void go_on_with(struct why *why, size_t mentee, int64_t so_far, int32_t first) {
  const struct assign_problem *problem = why->problem;
  why_reach(why, why_out(why), so_far + why->big - why->pays[mentee], first);
  for (int64_t at = problem->first[mentee]; at < problem->first[mentee + 1]; at++)
    why_reach(why, (size_t)problem->mentor[at], so_far + problem->cost[at] + why->price[problem->mentor[at]] - why->pays[mentee], first);
}

static void go_on_from_out(struct why *why) {
  int64_t so_far = why->distance[why_out(why)];
  int32_t first = why->first[why_out(why)];
  for (size_t j = 0; j < why->problem->mentors; j++)
    if (why_taken(why, j) > 0) why_reach(why, j, so_far + why->price[j], first);
  for (size_t k = 0; k < why->alone_count; k++) go_on_with(why, (size_t)why->alone[k], so_far, first);
}

static void go_on_from(struct why *why, size_t mentor) {
  int64_t so_far = why->distance[mentor];
  int32_t first = why->first[mentor];
  if (why_taken(why, mentor) < why->problem->seats[mentor]) why_reach(why, why_out(why), so_far, first);
  for (int64_t at = why->seated_first[mentor]; at < why->seated_first[mentor + 1]; at++) go_on_with(why, (size_t)why->seated[at], so_far, first);
}

int64_t why_search(struct why *why, size_t target) {
  while (why->heap_count > 0) {
    size_t node = heap_pop(why);
    if (node == target) break;
    if (node == why_out(why)) go_on_from_out(why);
    else go_on_from(why, node);
  }
  return target == SIZE_MAX ? 0 : why->distance[target];
}
