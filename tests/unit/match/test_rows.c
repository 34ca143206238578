/* test_rows.c: what one look at a list says, by both ways of looking, against the plain definition. */
#include "bot/match/arcs.h"
#include "tests/unit/match/market_day.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

enum { LISTS = 400, LONGEST = 150, COST_MAX = 1000, MENTORS = 200 };

/* Lists of all lengths, beginning anywhere in a block; one in four has a flaw. */
struct drawn { int64_t first[LISTS + 1]; int32_t mentor[LISTS * LONGEST], cost[LISTS * LONGEST]; };

static void draw(struct drawn *drawn, struct chance *chance) {
  static const int32_t odd[] = {-1, INT32_MIN, INT32_MAX, MENTORS, COST_MAX + 1};
  int64_t pairs = 0;
  for (size_t i = 0; i < LISTS; i++) {
    uint32_t size = chance_below(chance, LONGEST), step = 1 + chance_below(chance, 2);
    for (uint32_t k = 0; k < size; k++, pairs++) {
      drawn->mentor[pairs] = (int32_t)(k * step % MENTORS);
      drawn->cost[pairs] = (int32_t)chance_below(chance, COST_MAX + 1);
    }
    int32_t *flawed = chance_below(chance, 2) == 0 ? drawn->mentor : drawn->cost;
    if (size > 0 && chance_below(chance, 4) == 0) flawed[pairs - 1 - chance_below(chance, size)] = odd[chance_below(chance, ARRAY_LEN(odd))];
    if (size > 1 && chance_below(chance, 4) == 0) drawn->mentor[pairs - 1] = drawn->mentor[pairs - 2];
    drawn->first[i + 1] = pairs;
  }
}

static struct rows_look plainly(const struct drawn *drawn, size_t mentee) {
  struct rows_look look = {true, true, INT32_MAX, -1};
  for (int64_t at = drawn->first[mentee]; at < drawn->first[mentee + 1]; at++) {
    int32_t mentor = drawn->mentor[at], cost = drawn->cost[at];
    if (mentor < 0 || mentor >= MENTORS || cost < 0 || cost > COST_MAX) look.in_bounds = false;
    if (at > drawn->first[mentee] && mentor <= drawn->mentor[at - 1]) look.ascending = false;
    if (cost < look.least) look.least = cost;
    if (cost > look.most) look.most = cost;
  }
  return look;
}

static void assert_looks(const struct drawn *drawn, enum rows_width width) {
  static int32_t blocks[LISTS * LONGEST / ROWS_BLOCK + 1];
  struct assign_problem problem = {LISTS, MENTORS, NULL, drawn->first, drawn->mentor, drawn->cost};
  for (size_t b = 0; b < ARRAY_LEN(blocks); b++) blocks[b] = INT32_MAX;
  for (size_t i = 0; i < LISTS; i++) {
    struct rows_look got = rows_look(&problem, i, COST_MAX, width, blocks), want = plainly(drawn, i);
    cr_assert_eq(got.in_bounds, want.in_bounds, "list %zu, width %d", i, (int)width);
    if (!want.in_bounds) continue; /* nothing more is asked of a list that is refused */
    cr_assert(got.ascending == want.ascending && got.least == want.least && got.most == want.most, "list %zu, width %d", i, (int)width);
  }
  for (size_t b = 0; (int64_t)(b * ROWS_BLOCK) < drawn->first[LISTS]; b++) {
    int32_t least = INT32_MAX;
    for (int64_t at = (int64_t)(b * ROWS_BLOCK); at < (int64_t)((b + 1) * ROWS_BLOCK) && at < drawn->first[LISTS]; at++)
      least = drawn->cost[at] < least ? drawn->cost[at] : least;
    cr_assert_eq(blocks[b], least, "block %zu, width %d", b, (int)width);
  }
}

Test(rows, both_ways_of_looking_see_what_is_there) {
  static struct drawn drawn;
  struct chance chance = {instance_seed()};
  for (size_t n = 0; n < 20; n++) {
    draw(&drawn, &chance);
    assert_looks(&drawn, ROWS_NARROW);
    assert_looks(&drawn, rows_width());
  }
}

/* A small day, and what one look at its lists says; the arena is the caller's to free. */
static struct assign_problem looked_at(struct day *day, struct chance *chance, struct rows *ret_rows, struct arena **ret_arena) {
  struct instance_shape shape = {60, 300, 40, 2, COST_MAX};
  day_draw(day, &shape, chance);
  struct assign_problem problem = day_problem(day);
  cr_assert_eq(arcs_look(&problem, COST_MAX, ret_rows, ret_arena), ERR_NONE);
  return problem;
}

/* Skipping finds exactly the places that cost no more, whatever is asked for. */
Test(rows, skipping_leaves_nothing_out) {
  struct chance chance = {instance_seed()};
  DAY(day);
  struct rows rows;
  CLEANUP(arena_freep) struct arena *arena = NULL;
  struct assign_problem problem = looked_at(&day, &chance, &rows, &arena);
  for (size_t i = 0; i < 60; i++) {
    int32_t most = (int32_t)chance_below(&chance, 60);
    int64_t to = problem.first[i + 1], met = 0, want = 0;
    for (int64_t at = problem.first[i]; at < to; at++) want += problem.cost[at] <= most;
    for (int64_t at = rows_skip(&rows, problem.first[i], to, most); at < to; at = rows_next(&rows, at, to, most)) met += problem.cost[at] <= most;
    cr_assert_eq(met, want);
    cr_assert(rows.row_least[i] <= rows.cost_max);
  }
}

/* ---- finding ---- */
static bool wanted(const struct assign_problem *problem, const struct rows_span *span, int64_t at) {
  int32_t cost = problem->cost[at];
  if (cost < span->least || cost > span->most) return false;
  return span->price == NULL || cost + span->price[problem->mentor[at]] <= span->together;
}

static void assert_found(const struct rows *rows, const struct assign_problem *problem, const struct rows_span *span) {
  int64_t places[512];
  size_t found = rows_find(rows, problem, span, places), met = 0;
  for (int64_t at = span->from; at < span->stop; at++) {
    if (!wanted(problem, span, at)) continue;
    cr_assert(met < found && places[met] == at, "pair %" PRId64 " of %" PRId64 " to %" PRId64, at, span->from, span->stop);
    met++;
  }
  cr_assert_eq(met, found);
}

/* Spans begin and end anywhere, in lists of all lengths; the last block of all is not a whole one. */
Test(rows, finding_finds_what_is_asked_for_and_nothing_else) {
  struct chance chance = {instance_seed()};
  DAY(day);
  struct rows rows;
  CLEANUP(arena_freep) struct arena *arena = NULL;
  struct assign_problem problem = looked_at(&day, &chance, &rows, &arena);
  int32_t price[300];
  for (size_t j = 0; j < ARRAY_LEN(price); j++) price[j] = chance_below(&chance, 9) == 0 ? ROWS_PRICE_MAX : (int32_t)chance_below(&chance, COST_MAX);
  enum rows_width widths[] = {ROWS_NARROW, rows_width()};
  for (size_t n = 0; n < 4000; n++) {
    size_t i = chance_below(&chance, 60);
    uint32_t size = (uint32_t)(problem.first[i + 1] - problem.first[i]), skip = size == 0 ? 0 : chance_below(&chance, size);
    struct rows_span span = {.from = problem.first[i] + skip, .stop = problem.first[i + 1]};
    if (chance_below(&chance, 2) == 0) span.stop -= chance_below(&chance, size - skip + 1);
    span.least = (int32_t)chance_below(&chance, COST_MAX);
    span.most = (int32_t)chance_below(&chance, COST_MAX + 1);
    span.together = (int32_t)chance_below(&chance, 2 * COST_MAX);
    span.price = chance_below(&chance, 2) == 0 ? price : NULL;
    rows.width = widths[n % 2];
    assert_found(&rows, &problem, &span);
  }
}
