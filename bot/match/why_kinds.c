/* why_kinds.c: where to recruit: each kind of mentor with as many more seats as anybody wants, and what that would change. */
#include "bot/match/why_parts.h"

#include <string.h>

/* Prices prove that seats for which nobody would pay change nothing, however many there are. */
static bool is_wanted(const struct why *why, const int32_t *mentors, int64_t count) {
  for (int64_t k = 0; k < count; k++)
    if (why->price[mentors[k]] > 0) return true;
  return false;
}

static void add_seats(const struct why *why, const int32_t *mentors, int64_t count, int32_t *seats) {
  int32_t more = (int32_t)why->problem->mentees;
  memcpy(seats, why->problem->seats, why->problem->mentors * sizeof *seats);
  for (int64_t k = 0; k < count; k++) {
    int32_t *has = &seats[mentors[k]], had = why->problem->seats[mentors[k]];
    *has = had > INT32_MAX - more ? INT32_MAX : had + more;
  }
}

static enum err solve_with(const struct why *why, const int32_t *seats, const struct assign_options *options, struct why_change *ret_change) {
  struct assign_problem problem = *why->problem;
  struct assign_result result;
  CLEANUP(arena_freep) struct arena *arena = arena_new(assign_result_bytes(problem.mentees, problem.mentors));
  problem.seats = seats;
  enum err err = assign_solve(&problem, options, arena, &result);
  if (err != ERR_NONE) return err;
  *ret_change = (struct why_change){(int32_t)((int64_t)result.matched - (int64_t)why->result->matched), result.cost - why->result->cost};
  return ERR_NONE;
}

static bool helps_more(const struct why_kind *a, const struct why_kind *b) {
  if (a->change.matched != b->change.matched) return a->change.matched > b->change.matched;
  return a->change.cost < b->change.cost;
}

/* Whoever came first stays first among equals. */
static void insert(struct why_kind *kinds, size_t count, struct why_kind kind) {
  size_t at = count;
  for (; at > 0 && helps_more(&kind, &kinds[at - 1]); at--) kinds[at] = kinds[at - 1];
  kinds[at] = kind;
}

enum err why_kinds(const struct why *why, size_t kinds, const int64_t *first, const int32_t *list, const struct assign_options *options,
                   struct why_kind *ret_kinds) {
  size_t mentors = why->problem->mentors;
  if (options != NULL && options->fair) return err_note(ERR_BAD_INPUT, "only plain rounds are explained");
  for (int64_t at = 0; at < first[kinds]; at++)
    if (list[at] < 0 || (size_t)list[at] >= mentors) return err_note(ERR_BAD_INPUT, "mentor %d is not there", (int)list[at]);
  CLEANUP(arena_freep) struct arena *scratch = arena_new(mentors * sizeof(int32_t) + 32);
  int32_t *seats = arena_alloc(scratch, mentors * sizeof *seats);
  for (size_t k = 0; k < kinds; k++) {
    struct why_kind kind = {.kind = k, .by_price = !is_wanted(why, list + first[k], first[k + 1] - first[k])};
    if (!kind.by_price) {
      add_seats(why, list + first[k], first[k + 1] - first[k], seats);
      enum err err = solve_with(why, seats, options, &kind.change);
      if (err != ERR_NONE) return err;
    }
    insert(ret_kinds, k, kind);
  }
  return ERR_NONE;
}
