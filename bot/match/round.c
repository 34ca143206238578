/* round.c: a whole round: pins, then everybody else at once, then the list that a manager reviews. */
#include "bot/match/match.h"

#include <string.h>

#include "bot/match/assign.h"
#include "bot/match/couples.h"
#include "bot/match/draft.h"
#include "bot/match/explain.h"

enum { LISTED_MAX = 1000 * 1000 };

/* ---- how many ---- */
bool match_work_fits(struct match_sizes sizes) {
  if (sizes.places && sizes.mentees * sizes.mentors > MATCH_WORK_PLACED_MAX) return false;
  return sizes.mentees <= MATCH_WORK_SIDE_MAX && sizes.mentors <= MATCH_WORK_SIDE_MAX;
}

struct match_sizes match_round_sizes(struct txn *txn, const struct programme *programme, const char *manager) {
  struct match_people mentors = match_people_mentors(txn, programme, manager);
  struct match_sizes sizes = {.mentees = match_people_mentees(txn, programme, manager).count, .places = match_places_of(txn, programme).count > 0};
  for (size_t j = 0; j < mentors.count; j++) sizes.mentors += match_seats(txn, mentors.items[j].enrolment) > 0;
  return sizes;
}

static enum err check_sides(const struct match_table *table) {
  struct match_sizes sizes = {table->mentees.count, table->mentors.count, match_places_of(table->txn, table->programme).count > 0};
  int most = table->work != NULL ? MATCH_WORK_SIDE_MAX : MATCH_SIDE_MAX;
  if (table->work != NULL ? match_work_fits(sizes) : sizes.mentees <= MATCH_SIDE_MAX && sizes.mentors <= MATCH_SIDE_MAX) return ERR_NONE;
  return err_note(ERR_LIMITED, "A round takes at most %d mentees and %d mentors. This one has %zu mentees and %zu mentors with a seat.", most, most,
                  sizes.mentees, sizes.mentors);
}

/* Dearer than all the scores of a round together: one reserve more is never worth any gain in score. In very large rounds that
 * leaves room for coarser scores only: nobody sees a difference of a few basis points. */
int32_t match_draft_surcharge(size_t mentees, int32_t *step) {
  int32_t people = (int32_t)(mentees > MATCH_SIDE_MAX ? mentees : MATCH_SIDE_MAX);
  while ((int64_t)(people + 1) * (SCORE_MAX / *step + 1) + 1 > ASSIGN_COST_MAX) (*step)++;
  return people * (SCORE_MAX / *step) + 1;
}

static void price_reserves(struct match_draft *draft) {
  const struct match_table *table = &draft->table;
  bool any = false;
  for (size_t j = 0; j < table->mentors.count; j++) any = any || match_table_is_reserve(table, j);
  draft->step = 1;
  draft->surcharge = any ? match_draft_surcharge(table->mentees.count, &draft->step) : 0;
}

static struct match_draft draft_new(const struct match_table *table) {
  struct arena *arena = txn_arena(table->txn);
  size_t mentees = table->mentees.count, mentors = table->mentors.count;
  struct match_draft draft = {.table = *table};
  price_reserves(&draft);
  draft.places = match_places_of(table->txn, table->programme);
  draft.mentor_of = arena_alloc(arena, mentees * sizeof *draft.mentor_of);
  draft.pinned = arena_alloc(arena, mentees * sizeof *draft.pinned);
  draft.seats_left = arena_alloc(arena, mentors * sizeof *draft.seats_left);
  draft.second_of = arena_alloc(arena, mentees * sizeof *draft.second_of);
  for (size_t i = 0; i < mentees; i++) draft.mentor_of[i] = draft.second_of[i] = ASSIGN_NOBODY;
  for (size_t j = 0; j < mentors; j++) draft.seats_left[j] = table->seats[j];
  return draft;
}

/* ---- pins ---- */
static void pin(struct match_draft *draft, size_t mentee, const char *enrolment) {
  ptrdiff_t mentor = match_table_mentor(&draft->table, enrolment);
  draft->pinned[mentee] = true;
  if (mentor < 0 || draft->seats_left[mentor] == 0) return;
  if (!match_table_allows(&draft->table, mentee, (size_t)mentor)) return;
  const struct person *who = draft->table.mentees.items[mentee].person, *with = draft->table.mentors.items[mentor].person;
  if (!match_places_allow(&draft->places, who, with)) return;
  match_places_take(&draft->places, who, with);
  draft->mentor_of[mentee] = (int32_t)mentor;
  draft->seats_left[mentor]--;
}

static void pin_all(struct match_draft *draft) {
  for (size_t i = 0; i < draft->table.mentees.count; i++) {
    const char *mentor = match_couples_pin(draft->table.round, draft->table.mentees.items[i].enrolment->id);
    if (mentor != NULL) pin(draft, i, mentor);
  }
}

/* ---- everybody else ---- */
bool match_draft_allows(const struct match_draft *draft, size_t mentee, size_t mentor) {
  return !draft->pinned[mentee] && draft->seats_left[mentor] > 0 && match_table_allows(&draft->table, mentee, mentor);
}

int32_t match_draft_cost(const struct match_draft *draft, size_t mentee, size_t mentor) {
  int32_t cost = (SCORE_MAX - match_table_points(&draft->table, mentee, mentor)) / draft->step;
  return match_table_is_reserve(&draft->table, mentor) ? cost + draft->surcharge : cost;
}

/* The pairs of a round, mentee by mentee, as the engine takes them. */
struct pairs {
  int64_t *first;
  int32_t *mentor, *cost;
};

static struct pairs pairs_of(const struct match_draft *draft) {
  const struct match_table *table = &draft->table;
  struct arena *arena = txn_arena(table->txn);
  size_t mentees = table->mentees.count, mentors = table->mentors.count;
  struct pairs pairs = {.first = arena_alloc(arena, (mentees + 1) * sizeof *pairs.first)};
  pairs.mentor = arena_alloc(arena, (mentees * mentors + 1) * sizeof *pairs.mentor);
  pairs.cost = arena_alloc(arena, (mentees * mentors + 1) * sizeof *pairs.cost);
  int64_t count = 0;
  for (size_t i = 0; i < mentees; i++) {
    pairs.first[i] = count;
    if (!match_table_goes_on(table, (struct match_way){45, 90}, i, mentees)) continue; /* the rest is empty, and nobody will read it */
    for (size_t j = 0; j < mentors; j++) {
      if (!match_draft_allows(draft, i, j)) continue;
      pairs.mentor[count] = (int32_t)j;
      pairs.cost[count++] = match_draft_cost(draft, i, j);
    }
  }
  pairs.first[mentees] = count;
  return pairs;
}

static void take_result(struct match_draft *draft, const int32_t *mentor_of) {
  for (size_t i = 0; i < draft->table.mentees.count; i++)
    if (!draft->pinned[i]) draft->mentor_of[i] = mentor_of[i];
}

static enum err solve_first(struct match_draft *draft, const struct assign_problem *problem, const struct assign_options *options) {
  struct assign_result result;
  const int32_t *mentor_of;
  enum err err = ERR_NONE;
  if (draft->places.count > 0) {
    err = match_draft_with_places(draft, problem, options, &mentor_of);
  } else {
    err = assign_solve(problem, options, txn_arena(draft->table.txn), &result);
    mentor_of = result.mentor_of;
  }
  if (err == ERR_NONE) take_result(draft, mentor_of);
  return err;
}

static enum err solve_pairs(struct match_draft *draft) {
  const struct match_table *table = &draft->table;
  struct pairs pairs = pairs_of(draft);
  struct assign_problem problem = {table->mentees.count, table->mentors.count, draft->seats_left, pairs.first, pairs.mentor, pairs.cost};
  struct assign_options options = {.cancel = table->work == NULL ? NULL : table->work->cancel};
  enum err err = solve_first(draft, &problem, &options);
  return err == ERR_NONE ? match_draft_seconds(draft, &problem, &options) : err;
}

static enum err solve_candidates(struct match_draft *draft) {
  struct assign_result result;
  enum err err = match_draft_candidates(draft, &result);
  if (err == ERR_NONE) take_result(draft, result.mentor_of);
  return err;
}

/* All pairs stand in memory at once, 8 bytes each: up to here. With places they do in any case: lists of likely ones prove nothing then. */
static bool are_too_many(const struct match_draft *draft) {
  const struct match_table *table = &draft->table;
  size_t most = table->work == NULL || table->work->listed_max == 0 ? LISTED_MAX : table->work->listed_max;
  return table->work != NULL && draft->places.count == 0 && table->mentees.count * table->mentors.count > most;
}

/* What has no certificate is shown to nobody: the engine then gives an error. */
static enum err solve_rest(struct match_draft *draft) {
  return are_too_many(draft) ? solve_candidates(draft) : solve_pairs(draft);
}

/* ---- the list ---- */
static bool was_held(const struct round *round, const char *mentee) {
  for (size_t i = 0; i < round->matches.count; i++)
    if (round->matches.items[i].state == MATCH_HELD && strcmp(round->matches.items[i].mentee, mentee) == 0) return true;
  return false;
}

/* Asked now, since it takes a look at many: whoever reads the list later has no time for that. */
static struct strs why_nobody(const struct match_draft *draft, size_t mentee) {
  const struct match_table *table = &draft->table;
  const char *no_place = match_draft_no_place(draft, mentee);
  if (no_place != NULL) return strs_of(txn_arena(table->txn), 1, no_place);
  if (table->work == NULL) return (struct strs){0};
  const struct enrolment *enrolment = table->mentees.items[mentee].enrolment;
  return strs_of(txn_arena(table->txn), 1, explain_nobody(table->txn, table->programme, table->round, enrolment, &draft->everyone));
}

static const char *second_of(const struct match_draft *draft, size_t mentee) {
  int32_t second = draft->second_of[mentee];
  return second == ASSIGN_NOBODY ? NULL : arena_text(txn_arena(draft->table.txn), draft->table.mentors.items[second].enrolment->id);
}

static struct match row_of(const struct match_draft *draft, size_t mentee) {
  const char *id = draft->table.mentees.items[mentee].enrolment->id;
  struct match match = {.mentee = arena_text(txn_arena(draft->table.txn), id), .state = MATCH_NOBODY};
  if (draft->mentor_of[mentee] != ASSIGN_NOBODY) {
    match = match_table_match(&draft->table, mentee, (size_t)draft->mentor_of[mentee]);
    if (was_held(draft->table.round, id)) match.state = MATCH_HELD;
    match.second = second_of(draft, mentee);
  } else {
    match.weak = why_nobody(draft, mentee);
  }
  match.pinned = draft->pinned[mentee];
  return match;
}

static void write_down(struct match_draft *draft, struct round *round) {
  size_t count = draft->table.mentees.count;
  struct match *rows = arena_alloc(txn_arena(draft->table.txn), count * sizeof *rows);
  if (draft->table.work != NULL) draft->everyone = match_people_mentors(draft->table.txn, draft->table.programme, round->by);
  for (size_t i = 0; i < count && match_table_goes_on(&draft->table, (struct match_way){95, 100}, i, count); i++) rows[i] = row_of(draft, i);
  round->matches.items = rows;
  round->matches.count = count;
  match_draft_fill(draft, round);
}

static bool is_cancelled(const struct match_work *work) {
  return work != NULL && atomic_load_explicit(work->cancel, memory_order_relaxed);
}

enum err match_round_work(struct txn *txn, const struct programme *programme, const char *manager, struct round *round,
                          const struct match_work *work) {
  struct match_table table = match_table_of(txn, programme, manager, round);
  table.work = work;
  enum err err = check_sides(&table);
  if (err != ERR_NONE) return err;
  match_table_average(&table);
  struct match_draft draft = draft_new(&table);
  pin_all(&draft);
  err = solve_rest(&draft);
  if (err == ERR_NONE && !is_cancelled(work)) write_down(&draft, round);
  if (is_cancelled(work)) return err_note(ERR_GONE, "the round was stopped");
  return err;
}

enum err match_round(struct txn *txn, const struct programme *programme, const char *manager, struct round *round) {
  return match_round_work(txn, programme, manager, round, NULL);
}
