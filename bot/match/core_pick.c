/* core_pick.c: where to cut a row, so that about as many pairs as are wanted are below. */
#include "bot/match/core_pick.h"

#include "bot/match/order.h"
#include "bot/match/wide.h"

enum { LONG_ROW = 256 };

size_t core_pick_bytes(const struct market *market, size_t wanted) {
  size_t longest = (size_t)market->job->rows->longest;
  return (2 * wanted + 2) * sizeof(uint64_t) + (longest + 1) * (sizeof(int64_t) + sizeof(int32_t)) + 96;
}

void core_pick_init(struct core_pick *pick, const struct market *market, const struct count *count, size_t wanted, struct arena *arena) {
  size_t longest = (size_t)market->job->rows->longest;
  *pick = (struct core_pick){.market = market, .count = count, .wide = wide_here(), .wanted = wanted, .room = 2 * wanted};
  pick->places = arena_alloc(arena, (longest + 1) * sizeof *pick->places);
  pick->costs = arena_alloc(arena, (longest + 1) * sizeof *pick->costs);
  pick->spare = arena_alloc(arena, (pick->room + 1) * sizeof *pick->spare);
}

/* ---- where to cut ---- */
/* What is taken: all below `edge`, and from there to `upper` as many as there is room for. */
struct cut { int32_t edge, upper; size_t below; };

ALWAYS_INLINE size_t count_up_to(const int32_t *cost, size_t size, int32_t most) {
  uint32_t count = 0;
  for (size_t at = 0; at < size; at++) count += cost[at] <= most;
  return count;
}

static size_t count_narrow(const int32_t *cost, size_t size, int32_t most) { return count_up_to(cost, size, most); }
WIDE static size_t count_wide(const int32_t *cost, size_t size, int32_t most) { return count_up_to(cost, size, most); }

/* Halves the range of costs from `least` to `most` until a cost leaves as many below as are wanted, and few more; or until the many who are
 * left cost the same. To count is so quick that this beats putting them in any order. */
static struct cut find_cut(const struct core_pick *pick, const int32_t *cost, size_t size, int32_t least, int32_t most) {
  size_t (*count)(const int32_t *, size_t, int32_t) = pick->wide ? count_wide : count_narrow;
  int32_t lo = least, hi = most;
  size_t below = 0;
  if (size <= pick->room) return (struct cut){most + 1, most, 0};
  while (lo < hi) {
    int32_t middle = lo + (hi - lo) / 2;
    size_t with = count(cost, size, middle);
    if (with >= pick->wanted && with <= pick->wanted + pick->wanted / 4) return (struct cut){middle + 1, middle, with};
    if (with < pick->wanted) lo = middle + 1, below = with;
    else hi = middle;
  }
  return (struct cut){lo, lo, below};
}

/* ---- what is taken ---- */
/* All places up to `upper`, from the mentee's own on, round the end. */
static size_t find_up_to(struct core_pick *pick, size_t mentee, int32_t upper) {
  const struct assign_job *job = pick->market->job;
  int64_t from = job->problem->first[mentee], to = job->problem->first[mentee + 1], start = from + assign_turned(mentee, (uint32_t)(to - from));
  size_t count = rows_find(job->rows, job->problem, &(struct rows_span){start, to, 0, upper, 0, NULL}, pick->places);
  return count + rows_find(job->rows, job->problem, &(struct rows_span){from, start, 0, upper, 0, NULL}, pick->places + count);
}

/* Where as many blocks as are wanted, the two at the edges apart, have a pair up to some cost, as many pairs cost no more. */
static int32_t upper_by_blocks(const struct core_pick *pick, size_t mentee, int32_t least, int32_t most) {
  const struct assign_job *job = pick->market->job;
  int64_t first = (job->problem->first[mentee] + ROWS_BLOCK - 1) / ROWS_BLOCK, count = job->problem->first[mentee + 1] / ROWS_BLOCK - first;
  return count <= (int64_t)pick->room ? most : find_cut(pick, job->rows->block_least + first, (size_t)count, least, most).upper;
}

/* A long row is not read: it is asked for what is cheap, by the guess or by its blocks, and that is cut. */
static struct cut cut_long_row(struct core_pick *pick, size_t mentee, int32_t least, int32_t most, size_t *ret_found) {
  int32_t upper = pick->reach < most - least ? least + pick->reach : most;
  size_t count = find_up_to(pick, mentee, upper);
  if (count < pick->wanted) {
    upper = upper_by_blocks(pick, mentee, least, most);
    count = find_up_to(pick, mentee, upper);
  }
  for (size_t k = 0; k < count; k++) pick->costs[k] = pick->market->job->problem->cost[pick->places[k]];
  struct cut cut = find_cut(pick, pick->costs, count, least, upper);
  pick->reach = cut.upper - least;
  if (cut.upper < upper) pick->reach += pick->reach / 4; /* too few found costs another look, some too many do not */
  *ret_found = cut.upper == upper ? count : find_up_to(pick, mentee, cut.upper);
  return cut;
}

static struct cut cut_row(struct core_pick *pick, size_t mentee, size_t *ret_found) {
  const struct assign_job *job = pick->market->job;
  const int64_t *first = &job->problem->first[mentee];
  int32_t least = job->rows->row_least[mentee], most = job->limit < job->rows->cost_max ? job->limit : job->rows->cost_max;
  *ret_found = 0;
  if (most < least) return (struct cut){0, -1, 0};
  if (first[1] - first[0] > LONG_ROW) return cut_long_row(pick, mentee, least, most, ret_found);
  struct cut cut = find_cut(pick, job->problem->cost + first[0], (size_t)(first[1] - first[0]), least, most);
  *ret_found = find_up_to(pick, mentee, cut.upper);
  return cut;
}

/* *ret_edge: no pair that costs less is left out. */
static size_t take_row(const struct core_pick *pick, const struct cut *cut, size_t found, uint64_t *row, int32_t *ret_edge) {
  const struct assign_problem *problem = pick->market->job->problem;
  size_t room = pick->room - cut->below, taken = 0;
  bool full = false;
  for (size_t k = 0; k < found; k++) {
    int32_t cost = problem->cost[pick->places[k]], mentor = problem->mentor[pick->places[k]];
    full |= cost >= cut->edge && room == 0;
    if (cost >= cut->edge && room == 0) continue;
    bool sits = pick->market->seats[mentor] > 0;
    row[taken] = pair_word(cost, (uint32_t)mentor);
    room -= cost >= cut->edge && sits;
    taken += sits;
  }
  *ret_edge = full ? cut->edge : cut->upper + 1;
  return taken;
}

static size_t add_sure(const struct core_pick *pick, size_t mentee, uint64_t *row, size_t taken) {
  if (pick->count->mentor_of[mentee] == ASSIGN_NOBODY) return taken;
  const struct assign_problem *problem = pick->market->job->problem;
  int64_t at = pick->count->pair_of[mentee];
  uint64_t sure = pair_word(problem->cost[at], (uint32_t)problem->mentor[at]);
  for (size_t k = 0; k < taken; k++)
    if (row[k] == sure) return taken;
  row[taken] = sure;
  return taken + 1;
}

size_t core_pick_row(struct core_pick *pick, size_t mentee, uint64_t *row, int32_t *ret_edge) {
  const struct assign_problem *problem = pick->market->job->problem;
  *ret_edge = INT32_MAX;
  if (problem->first[mentee] == problem->first[mentee + 1]) return 0;
  size_t found;
  struct cut cut = cut_row(pick, mentee, &found);
  size_t taken = add_sure(pick, mentee, row, take_row(pick, &cut, found, row, ret_edge));
  order_sort(row, taken, pick->spare);
  return taken;
}
