/* columns.c: turns rows into columns by counting, and leaves room, since a core that grows gets few pairs at a time. */
#include "bot/match/columns.h"

enum { ROOM_PART = 8, ROOM_LEAST = 2 };

static size_t room_for(size_t pairs) {
  return pairs + pairs / ROOM_PART + ROOM_LEAST;
}

void columns_make(struct market *market) {
  struct columns *columns = &market->columns;
  if (columns->arena != NULL) return;
  size_t pairs = (size_t)market->first[market->mentees], room = pairs + pairs / ROOM_PART + ROOM_LEAST * market->mentors;
  columns->arena = arena_new(2 * (market->mentors + 2) * sizeof(int64_t) + 2 * room * sizeof(int32_t) + 64);
  columns->first = arena_alloc(columns->arena, (market->mentors + 1) * sizeof *columns->first);
  columns->stop = arena_alloc(columns->arena, (market->mentors + 1) * sizeof *columns->stop);
  columns->mentee = arena_alloc(columns->arena, room * sizeof *columns->mentee);
  columns->cost = arena_alloc(columns->arena, room * sizeof *columns->cost);
  for (size_t at = 0; at < pairs; at++) columns->stop[word_person(market->pairs[at])]++;
  for (size_t j = 0; j < market->mentors; j++) {
    columns->first[j + 1] = columns->first[j] + (int64_t)room_for((size_t)columns->stop[j]);
    columns->stop[j] = columns->first[j];
  }
  for (size_t i = 0; i < market->mentees; i++)
    for (int64_t at = market->first[i]; at < market->first[i + 1]; at++) columns_add(market, i, market->pairs[at]);
}

void columns_add(struct market *market, size_t mentee, uint64_t pair) {
  struct columns *columns = &market->columns;
  uint32_t mentor = word_person(pair);
  if (columns->arena == NULL) return;
  if (columns->stop[mentor] == columns->first[mentor + 1]) {
    columns_clear(market);
    return;
  }
  int64_t to = columns->stop[mentor]++;
  columns->mentee[to] = (int32_t)mentee;
  columns->cost[to] = (int32_t)word_cost(pair);
}

void columns_clear(struct market *market) {
  market->columns.arena = arena_free(market->columns.arena);
}
