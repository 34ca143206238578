/* round.c: a whole round: pins, then everybody else at once, then the list that a manager reviews. */
#include "bot/match/match.h"

#include <string.h>

#include "bot/match/assign.h"
#include "bot/match/couples.h"
#include "bot/match/table.h"

/* Dearer than all the scores of a round together: one reserve more is never worth any gain in score. */
enum { RESERVE_SURCHARGE = MATCH_SIDE_MAX * SCORE_MAX + 1 };
static_assert(RESERVE_SURCHARGE + SCORE_MAX <= ASSIGN_COST_MAX, "the engine takes such costs");

struct draft {
  struct match_table table;
  int32_t *mentor_of;  /* per mentee: position in the table, or ASSIGN_NOBODY */
  bool *pinned;        /* per mentee: a manager's word stands, met or not; the solver leaves them alone */
  int32_t *seats_left; /* per mentor */
};

static enum err check_sides(const struct match_table *table) {
  if (table->mentees.count <= MATCH_SIDE_MAX && table->mentors.count <= MATCH_SIDE_MAX) return ERR_NONE;
  return err_note(ERR_LIMITED, "A round takes at most %d mentees and %d mentors. This one has %zu mentees and %zu mentors with a seat.",
                  MATCH_SIDE_MAX, MATCH_SIDE_MAX, table->mentees.count, table->mentors.count);
}

static struct draft draft_new(const struct match_table *table) {
  struct arena *arena = txn_arena(table->txn);
  size_t mentees = table->mentees.count, mentors = table->mentors.count;
  struct draft draft = {.table = *table};
  draft.mentor_of = arena_alloc(arena, mentees * sizeof *draft.mentor_of);
  draft.pinned = arena_alloc(arena, mentees * sizeof *draft.pinned);
  draft.seats_left = arena_alloc(arena, mentors * sizeof *draft.seats_left);
  for (size_t i = 0; i < mentees; i++) draft.mentor_of[i] = ASSIGN_NOBODY;
  for (size_t j = 0; j < mentors; j++) draft.seats_left[j] = table->seats[j];
  return draft;
}

/* ---- pins ---- */
static void pin(struct draft *draft, size_t mentee, const char *enrolment) {
  ptrdiff_t mentor = match_table_mentor(&draft->table, enrolment);
  draft->pinned[mentee] = true;
  if (mentor < 0 || draft->seats_left[mentor] == 0) return;
  if (!match_table_allows(&draft->table, mentee, (size_t)mentor)) return;
  draft->mentor_of[mentee] = (int32_t)mentor;
  draft->seats_left[mentor]--;
}

static void pin_all(struct draft *draft) {
  for (size_t i = 0; i < draft->table.mentees.count; i++) {
    const char *mentor = match_couples_pin(draft->table.round, draft->table.mentees.items[i].enrolment->id);
    if (mentor != NULL) pin(draft, i, mentor);
  }
}

/* ---- everybody else ---- */
static bool is_arc(const struct draft *draft, size_t mentee, size_t mentor) {
  return !draft->pinned[mentee] && draft->seats_left[mentor] > 0 && match_table_allows(&draft->table, mentee, mentor);
}

static int32_t cost_of(const struct match_table *table, size_t mentee, size_t mentor) {
  int32_t cost = SCORE_MAX - match_table_points(table, mentee, mentor);
  return match_table_is_reserve(table, mentor) ? cost + RESERVE_SURCHARGE : cost;
}

/* The pairs of a round, mentee by mentee, as the engine takes them. */
struct pairs {
  int64_t *first;
  int32_t *mentor, *cost;
};

static struct pairs pairs_of(const struct draft *draft) {
  const struct match_table *table = &draft->table;
  struct arena *arena = txn_arena(table->txn);
  size_t mentees = table->mentees.count, mentors = table->mentors.count;
  struct pairs pairs = {.first = arena_alloc(arena, (mentees + 1) * sizeof *pairs.first)};
  pairs.mentor = arena_alloc(arena, (mentees * mentors + 1) * sizeof *pairs.mentor);
  pairs.cost = arena_alloc(arena, (mentees * mentors + 1) * sizeof *pairs.cost);
  int64_t count = 0;
  for (size_t i = 0; i < mentees; i++) {
    pairs.first[i] = count;
    for (size_t j = 0; j < mentors; j++) {
      if (!is_arc(draft, i, j)) continue;
      pairs.mentor[count] = (int32_t)j;
      pairs.cost[count++] = cost_of(table, i, j);
    }
  }
  pairs.first[mentees] = count;
  return pairs;
}

/* What has no certificate is shown to nobody: the engine then gives an error. */
static enum err solve_rest(struct draft *draft) {
  const struct match_table *table = &draft->table;
  size_t mentees = table->mentees.count, mentors = table->mentors.count;
  struct pairs pairs = pairs_of(draft);
  struct assign_problem problem = {mentees, mentors, draft->seats_left, pairs.first, pairs.mentor, pairs.cost};
  struct assign_result result;
  enum err err = assign_solve(&problem, NULL, txn_arena(table->txn), &result);
  if (err != ERR_NONE) return err;
  for (size_t i = 0; i < mentees; i++)
    if (!draft->pinned[i]) draft->mentor_of[i] = result.mentor_of[i];
  return ERR_NONE;
}

/* ---- the list ---- */
static bool was_held(const struct round *round, const char *mentee) {
  for (size_t i = 0; i < round->matches.count; i++)
    if (round->matches.items[i].state == MATCH_HELD && strcmp(round->matches.items[i].mentee, mentee) == 0) return true;
  return false;
}

static struct match row_of(const struct draft *draft, size_t mentee) {
  const char *id = draft->table.mentees.items[mentee].enrolment->id;
  struct match match = {.mentee = arena_text(txn_arena(draft->table.txn), id), .state = MATCH_NOBODY};
  if (draft->mentor_of[mentee] != ASSIGN_NOBODY) {
    match = match_table_match(&draft->table, mentee, (size_t)draft->mentor_of[mentee]);
    if (was_held(draft->table.round, id)) match.state = MATCH_HELD;
  }
  match.pinned = draft->pinned[mentee];
  return match;
}

static void write_down(const struct draft *draft, struct round *round) {
  size_t count = draft->table.mentees.count;
  struct match *rows = arena_alloc(txn_arena(draft->table.txn), count * sizeof *rows);
  for (size_t i = 0; i < count; i++) rows[i] = row_of(draft, i);
  round->matches.items = rows;
  round->matches.count = count;
}

enum err match_round(struct txn *txn, const struct programme *programme, const char *manager, struct round *round) {
  struct match_table table = match_table_of(txn, programme, manager, round);
  enum err err = check_sides(&table);
  if (err != ERR_NONE) return err;
  match_table_average(&table);
  struct draft draft = draft_new(&table);
  pin_all(&draft);
  err = solve_rest(&draft);
  if (err != ERR_NONE) return err;
  write_down(&draft, round);
  return ERR_NONE;
}
