/* table.c: gathers the people once, so that each cell costs no search. */
#include "bot/match/table.h"

#include <string.h>

#include "bot/match/couples.h"
#include "bot/match/lots.h"
#include "bot/match/rules.h"

static struct match_sides cell(const struct match_table *table, size_t mentee, size_t mentor) {
  return match_sides_of(table->txn, table->programme, &table->mentees.items[mentee], &table->mentors.items[mentor]);
}

static void seat_mentors(struct match_table *table, const char *manager) {
  struct match_people people = match_people_mentors(table->txn, table->programme, manager);
  match_lots_draw(&people, table->round == NULL ? NULL : table->round->seed);
  table->seats = arena_alloc(txn_arena(table->txn), (people.count + 1) * sizeof *table->seats);
  size_t kept = 0;
  for (size_t j = 0; j < people.count; j++) {
    int seats = match_seats(table->txn, people.items[j].enrolment);
    if (seats == 0) continue;
    table->seats[kept] = seats;
    people.items[kept++] = people.items[j];
  }
  people.count = kept;
  table->mentors = people;
}

bool match_table_goes_on(const struct match_table *table, struct match_way way, size_t done, size_t all) {
  const struct match_work *work = table->work;
  if (work == NULL) return true;
  atomic_store_explicit(work->percent, way.from + (int)((size_t)(way.to - way.from) * done / (all + 1)), memory_order_relaxed);
  return !atomic_load_explicit(work->cancel, memory_order_relaxed);
}

void match_table_average(struct match_table *table) {
  struct match_people offering = match_people_offering(table->txn, table->programme);
  table->averages = arena_alloc(txn_arena(table->txn), (table->mentees.count + 1) * sizeof *table->averages);
  for (size_t i = 0; i < table->mentees.count && match_table_goes_on(table, (struct match_way){0, 45}, i, table->mentees.count); i++) {
    const struct match_side *mentee = &table->mentees.items[i];
    struct match_sides sides = match_sides_of(table->txn, table->programme, mentee, mentee);
    table->averages[i] = match_averages_of(&sides, &offering);
  }
}

struct match_table match_table_of(struct txn *txn, const struct programme *programme, const char *manager, const struct round *round) {
  struct match_table table = {.txn = txn, .programme = programme, .round = round};
  table.mentees = match_people_mentees(txn, programme, manager);
  match_lots_draw(&table.mentees, round == NULL ? NULL : round->seed);
  seat_mentors(&table, manager);
  return table;
}

struct match_table match_table_for(struct txn *txn, const struct programme *programme, const char *manager, const struct round *round,
                                   const struct enrolment *mentee) {
  struct match_table table = {.txn = txn, .programme = programme, .round = round};
  table.mentees = (struct match_people){arena_alloc(txn_arena(txn), sizeof *table.mentees.items), 1};
  table.mentees.items[0] = match_side_of(txn, mentee);
  if (table.mentees.items[0].person == NULL) table.mentees.count = 0;
  seat_mentors(&table, manager);
  return table;
}

bool match_table_allows(const struct match_table *table, size_t mentee, size_t mentor) {
  struct match_sides sides = cell(table, mentee, mentor);
  if (match_couples_forbid(table->round, sides.mentee.enrolment->id, sides.mentor.enrolment->id)) return false;
  return match_rule_between(table->txn, &sides) == MATCH_FREE;
}

int match_table_points(const struct match_table *table, size_t mentee, size_t mentor) {
  struct match_sides sides = cell(table, mentee, mentor);
  struct match_parts parts = match_parts_read(&sides);
  return match_points(&parts, &table->averages[mentee]);
}

bool match_table_is_reserve(const struct match_table *table, size_t mentor) {
  return table->mentors.items[mentor].enrolment->role == ROLE_RESERVE;
}

ptrdiff_t match_table_mentor(const struct match_table *table, const char *enrolment) {
  for (size_t j = 0; j < table->mentors.count; j++)
    if (strcmp(table->mentors.items[j].enrolment->id, enrolment) == 0) return (ptrdiff_t)j;
  return -1;
}

/* The ids are copied: the row lives in the round's record, the enrolments may be replaced when the turn is applied. */
struct match match_table_match(const struct match_table *table, size_t mentee, size_t mentor) {
  struct match_sides sides = cell(table, mentee, mentor);
  struct arena *arena = txn_arena(table->txn);
  struct match_score score = match_points_explained(&sides, &table->averages[mentee], arena);
  return (struct match){
      .mentee = arena_text(arena, sides.mentee.enrolment->id),
      .mentor = arena_text(arena, sides.mentor.enrolment->id),
      .state = MATCH_SUGGESTED,
      .score = score.score,
      .answered = score.answered,
      .asked = score.asked,
      .reasons = score.reasons,
      .weak = score.weak,
  };
}
