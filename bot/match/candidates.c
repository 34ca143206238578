/* candidates.c: the likely pairs: each mentee's cheapest, and of each mentor the cheapest who were asked for. */
#include "bot/match/candidates_parts.h"

#include <string.h>

enum { BUCKETS = 64 };

/* ---- keeping the smallest ---- */
/* A heap of words, the largest on top, that keeps the `most` smallest; how many it holds now. */
static size_t keep_smallest(uint64_t *heap, size_t count, size_t most, uint64_t word) {
  size_t at = 0;
  if (most == 0) return 0;
  if (count < most) {
    for (at = count++; at > 0 && heap[(at - 1) / 2] < word; at = (at - 1) / 2) heap[at] = heap[(at - 1) / 2];
  } else {
    if (heap[0] <= word) return count;
    for (size_t child = 1; child < count; child = 2 * at + 1) {
      if (child + 1 < count && heap[child + 1] > heap[child]) child++;
      if (heap[child] <= word) break;
      heap[at] = heap[child];
      at = child;
    }
  }
  heap[at] = word;
  return count;
}

/* ---- lists ---- */
void candidates_lists_done(struct candidates_lists *lists) {
  lists->arena = arena_free(lists->arena);
}

enum err lists_merge(struct candidates_lists *lists, const struct arcs_pair *more, size_t count) {
  const struct assign_problem *old = &lists->problem;
  size_t pairs = (size_t)old->first[old->mentees] + count;
  struct arena *arena = arena_new((old->mentees + 2) * 8 + pairs * 8 + 128);
  int64_t *first = arena_alloc(arena, (old->mentees + 2) * sizeof *first);
  int32_t *mentor = arena_alloc(arena, pairs * sizeof *mentor), *cost = arena_alloc(arena, pairs * sizeof *cost);
  for (size_t k = 0; k < count; k++) first[more[k].mentee + 2]++;
  for (size_t i = 0; i < old->mentees; i++) { /* begins where the one before ends; then counts on while it is filled */
    int64_t size = old->first[i + 1] - old->first[i], to = first[i + 1];
    memcpy(mentor + to, old->mentor + old->first[i], (size_t)size * sizeof *mentor);
    memcpy(cost + to, old->cost + old->first[i], (size_t)size * sizeof *cost);
    first[i + 2] += first[i + 1] + size;
    first[i + 1] += size;
  }
  for (size_t k = 0; k < count; k++) {
    int64_t to = first[more[k].mentee + 1]++;
    mentor[to] = (int32_t)more[k].mentor;
    cost[to] = more[k].cost;
  }
  arena_free(lists->arena);
  lists->arena = arena;
  lists->problem = (struct assign_problem){old->mentees, old->mentors, old->seats, first, mentor, cost};
  return ERR_NONE;
}

/* ---- one mentee's cheapest ---- */
struct making {
  struct search search;
  uint32_t *order;        /* scratch; those who meet a wish, roughly by points */
  uint64_t *kept;         /* scratch; per_mentee words */
  size_t kept_count;
  uint64_t *by_mentor;    /* scratch; per mentor a heap of per_mentor words */
  int32_t *by_mentor_count; /* scratch */
  uint32_t turn;          /* equals are taken from a place of each mentee's own on */
};

static uint64_t word_of(const struct making *making, int32_t cost, uint32_t mentor) {
  uint32_t mentors = (uint32_t)making->search.problem->mentors;
  return (uint64_t)(uint32_t)cost << 32 | (mentor + mentors - making->turn) % mentors;
}

static uint32_t mentor_in(const struct making *making, uint64_t word) {
  return ((uint32_t)word + making->turn) % (uint32_t)making->search.problem->mentors;
}

static enum err ask(struct making *making, size_t mentee, uint32_t mentor) {
  struct search *search = &making->search;
  int32_t cost;
  enum err err = search_ask(search, mentee, mentor, &cost);
  if (err != ERR_NONE || cost < 0) return err;
  making->kept_count = keep_smallest(making->kept, making->kept_count, search->per_mentee, word_of(making, cost, mentor));
  uint64_t *heap = making->by_mentor + (size_t)mentor * search->per_mentor;
  int32_t *count = &making->by_mentor_count[mentor];
  *count = (int32_t)keep_smallest(heap, (size_t)*count, search->per_mentor, (uint64_t)(uint32_t)cost << 32 | (uint32_t)mentee);
  return ERR_NONE;
}

/* Roughly by points, most first: as many buckets as are worth it. */
static void order_met(struct making *making) {
  const struct search *search = &making->search;
  size_t start[BUCKETS + 1] = {0};
  int32_t most = 1;
  for (size_t k = 0; k < search->met_count; k++) most = search->points[search->met[k]] > most ? search->points[search->met[k]] : most;
  int32_t width = most / BUCKETS + 1;
  for (size_t k = 0; k < search->met_count; k++) start[(most - search->points[search->met[k]]) / width + 1]++;
  for (size_t b = 1; b <= BUCKETS; b++) start[b] += start[b - 1];
  for (size_t k = 0; k < search->met_count; k++) {
    uint32_t mentor = search->met[k];
    making->order[start[(most - search->points[mentor]) / width]++] = mentor;
  }
}

/* Who cannot be cheaper than all that are kept is not asked. */
static enum err ask_met(struct making *making, size_t mentee) {
  const struct search *search = &making->search;
  order_met(making);
  for (size_t k = 0; k < search->met_count; k++) {
    uint32_t mentor = making->order[k];
    int64_t least = (int64_t)search->problem->apart[mentee] - search->points[mentor];
    if (making->kept_count == search->per_mentee && least > (int64_t)(making->kept[0] >> 32)) continue;
    enum err err = ask(making, mentee, mentor);
    if (err != ERR_NONE) return err;
  }
  return ERR_NONE;
}

/* Where wishes find too few, some of the others are asked, from the mentee's own place on. */
static enum err ask_others(struct making *making, size_t mentee) {
  struct search *search = &making->search;
  uint32_t mentors = (uint32_t)search->problem->mentors;
  size_t left = search->per_mentee - making->kept_count;
  for (uint32_t step = 0, at = making->turn; step < mentors && left > 0; step++, at = at + 1 == mentors ? 0 : at + 1) {
    if (!search_allows(search, at) || search->points[at] > 0) continue;
    enum err err = ask(making, mentee, at);
    if (err != ERR_NONE) return err;
    left--;
  }
  return ERR_NONE;
}

static uint32_t turn_of(size_t mentee, size_t mentors) {
  return (uint32_t)((uint64_t)((uint32_t)mentee * UINT32_C(0x9E3779B1)) * mentors >> 32);
}

static enum err list_mentee(struct making *making, size_t mentee) {
  making->turn = turn_of(mentee, making->search.problem->mentors);
  making->kept_count = 0;
  search_begin(&making->search, mentee);
  enum err err = ask_met(making, mentee);
  if (err == ERR_NONE && making->kept_count < making->search.per_mentee) err = ask_others(making, mentee);
  search_end(&making->search);
  return err;
}

/* ---- all ---- */
static bool in_list(const struct assign_problem *lists, size_t mentee, int32_t mentor) {
  for (int64_t at = lists->first[mentee]; at < lists->first[mentee + 1]; at++)
    if (lists->mentor[at] == mentor) return true;
  return false;
}

static enum err add_by_mentor(const struct making *making, struct candidates_lists *lists) {
  size_t mentors = making->search.problem->mentors, count = 0;
  CLEANUP(arena_freep) struct arena *scratch = arena_new((mentors * making->search.per_mentor + 1) * sizeof(struct arcs_pair));
  struct arcs_pair *more = arena_alloc(scratch, (mentors * making->search.per_mentor + 1) * sizeof *more);
  for (size_t j = 0; j < mentors; j++)
    for (int32_t k = 0; k < making->by_mentor_count[j]; k++) {
      uint64_t word = making->by_mentor[j * making->search.per_mentor + (size_t)k];
      if (!in_list(&lists->problem, (uint32_t)word, (int32_t)j)) more[count++] = (struct arcs_pair){(uint32_t)word, (uint32_t)j, (int32_t)(word >> 32)};
    }
  return lists_merge(lists, more, count);
}

static enum err list_all(struct making *making, struct candidates_lists *lists, int64_t *first, int32_t *mentor, int32_t *cost) {
  const struct candidates_problem *problem = making->search.problem;
  for (size_t i = 0; i < problem->mentees; i++) {
    enum err err = search_pause(&making->search, CANDIDATES_LISTS, i);
    if (err == ERR_NONE && problem->mentors > 0) err = list_mentee(making, i);
    if (err != ERR_NONE) return err;
    int64_t to = first[i];
    for (size_t k = 0; k < making->kept_count; k++, to++) {
      mentor[to] = (int32_t)mentor_in(making, making->kept[k]);
      cost[to] = (int32_t)(making->kept[k] >> 32);
    }
    first[i + 1] = to;
  }
  lists->problem = (struct assign_problem){problem->mentees, problem->mentors, problem->seats, first, mentor, cost};
  return ERR_NONE;
}

enum err candidates_build(const struct candidates_problem *problem, const struct candidates_options *options, struct candidates_lists *ret_lists) {
  struct making making = {.kept_count = 0};
  if (problem->mentees > ASSIGN_SIDE_MAX || problem->mentors > ASSIGN_SIDE_MAX) return err_note(ERR_LIMITED, "too many people to be matched at once");
  CLEANUP(arena_freep) struct arena *index = arena_new(search_bytes(problem));
  enum err err = search_init(&making.search, problem, options, index);
  if (err != ERR_NONE) return err;
  size_t pairs = problem->mentees * making.search.per_mentee;
  size_t words = making.search.per_mentor * problem->mentors + making.search.per_mentee + problem->mentors;
  CLEANUP(arena_freep) struct arena *scratch = arena_new(words * 8 + problem->mentors * 4 + 128);
  making.order = arena_alloc(scratch, problem->mentors * sizeof *making.order);
  making.kept = arena_alloc(scratch, making.search.per_mentee * sizeof *making.kept);
  making.by_mentor = arena_alloc(scratch, making.search.per_mentor * problem->mentors * sizeof *making.by_mentor);
  making.by_mentor_count = arena_alloc(scratch, problem->mentors * sizeof *making.by_mentor_count);
  struct candidates_lists lists = {.arena = arena_new((problem->mentees + 1) * 8 + pairs * 8 + 128)};
  int64_t *first = arena_alloc(lists.arena, (problem->mentees + 1) * sizeof *first);
  int32_t *mentor = arena_alloc(lists.arena, pairs * sizeof *mentor), *cost = arena_alloc(lists.arena, pairs * sizeof *cost);
  err = list_all(&making, &lists, first, mentor, cost);
  if (err == ERR_NONE) err = add_by_mentor(&making, &lists);
  lists.asked = making.search.asked;
  if (err == ERR_NONE) *ret_lists = lists;
  else candidates_lists_done(&lists);
  return err;
}
