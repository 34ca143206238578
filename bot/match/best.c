/* best.c: the next best mentors for one mentee, when a manager wants to swap. */
#include "bot/match/match.h"

#include <string.h>

#include "bot/match/places.h"
#include "bot/match/table.h"
#include "bot/may_see.h"

/* Seats that the round's other matches have not spoken for. Released ones are pairs by now, which match_seats knows. */
static int32_t seats_left(const struct match_table *table, const char *mentee, size_t mentor) {
  int32_t left = table->seats[mentor];
  const char *id = table->mentors.items[mentor].enrolment->id;
  for (size_t i = 0; table->round != NULL && i < table->round->matches.count; i++) {
    const struct match *match = &table->round->matches.items[i];
    if (match->mentor == NULL || match->state == MATCH_RELEASED) continue;
    if (strcmp(match->mentor, id) == 0 && strcmp(match->mentee, mentee) != 0) left--;
  }
  return left;
}

/* The same of the places of organisations. */
static struct match_places places_left(const struct match_table *table, const char *mentee) {
  struct txn *txn = table->txn;
  struct match_places places = match_places_of(txn, table->programme);
  for (size_t i = 0; table->round != NULL && places.count > 0 && i < table->round->matches.count; i++) {
    const struct match *match = &table->round->matches.items[i];
    if (match->mentor == NULL || match->state == MATCH_RELEASED || strcmp(match->mentee, mentee) == 0) continue;
    const struct enrolment *who = txn_get(txn, RECORD_ENROLMENT, match->mentee), *with = txn_get(txn, RECORD_ENROLMENT, match->mentor);
    if (who == NULL || with == NULL) continue;
    match_places_take(&places, txn_get(txn, RECORD_PERSON, who->person), txn_get(txn, RECORD_PERSON, with->person));
  }
  return places;
}

static bool has_now(const struct round *round, const char *mentee, const char *mentor) {
  for (size_t i = 0; round != NULL && i < round->matches.count; i++) {
    const struct match *match = &round->matches.items[i];
    if (match->mentor != NULL && strcmp(match->mentee, mentee) == 0 && strcmp(match->mentor, mentor) == 0) return true;
  }
  return false;
}

struct best { /* positions in the table, best first */
  size_t *at;
  int *keys;
  size_t count, max;
};

/* Whoever came first stays first among equals: the table is in the order of the lots. */
static void best_add(struct best *best, size_t mentor, int key) {
  size_t at = best->count;
  while (at > 0 && best->keys[at - 1] < key) at--;
  if (at == best->max) return;
  size_t moved = best->count < best->max ? best->count++ : best->max - 1;
  for (; moved > at; moved--) {
    best->at[moved] = best->at[moved - 1];
    best->keys[moved] = best->keys[moved - 1];
  }
  best->at[at] = mentor;
  best->keys[at] = key;
}

static int key_of(const struct match_table *table, size_t mentor) {
  return match_table_points(table, 0, mentor) + (match_table_is_reserve(table, mentor) ? 0 : SCORE_MAX + 1);
}

size_t match_best(struct txn *txn, const struct programme *programme, const struct enrolment *mentee, const struct round *round,
                  size_t max, struct match *ret_matches) {
  const char *manager = round == NULL ? NULL : round->by;
  if (max == 0 || mentee->person == NULL || (manager != NULL && !may_manage(txn, manager, mentee->person))) return 0;
  struct match_table table = match_table_for(txn, programme, manager, round, mentee);
  if (table.mentees.count == 0) return 0;
  match_table_average(&table);
  struct match_places places = places_left(&table, mentee->id);
  struct arena *arena = txn_arena(txn);
  struct best best = {arena_alloc(arena, max * sizeof *best.at), arena_alloc(arena, max * sizeof *best.keys), 0, max};
  for (size_t j = 0; j < table.mentors.count; j++) {
    if (seats_left(&table, mentee->id, j) <= 0 || has_now(round, mentee->id, table.mentors.items[j].enrolment->id)) continue;
    if (!match_places_allow(&places, table.mentees.items[0].person, table.mentors.items[j].person)) continue;
    if (match_table_allows(&table, 0, j)) best_add(&best, j, key_of(&table, j));
  }
  for (size_t i = 0; i < best.count; i++) ret_matches[i] = match_table_match(&table, 0, best.at[i]);
  return best.count;
}
