/* places.c: gathers the rules, then counts the pairs that fill them. */
#include "bot/match/places.h"

#include <string.h>

#include "bot/match/pairs.h"

/* ---- the rules ---- */
static const struct places *own_of(const struct programme *programme, const char *organisation) {
  for (size_t i = 0; i < programme->places.count; i++)
    if (strcmp(programme->places.items[i].organisation, organisation) == 0) return &programme->places.items[i];
  return NULL;
}

static struct match_place place_of(const struct programme *programme, const struct organisation *organisation) {
  const struct places *own = own_of(programme, organisation->id);
  if (own != NULL) return (struct match_place){organisation, own->mentees_at_least, own->mentees_at_most, own->gives_at_most, 0, 0};
  return (struct match_place){organisation, organisation->mentees_at_least, organisation->mentees_at_most, organisation->gives_at_most, 0, 0};
}

static struct match_places rules_of(struct txn *txn, const struct programme *programme) {
  struct strs ids = txn_all(txn, RECORD_ORGANISATION);
  struct match_places places = {arena_alloc(txn_arena(txn), (ids.count + 1) * sizeof *places.items), 0};
  for (size_t i = 0; i < ids.count; i++) {
    struct match_place place = place_of(programme, txn_get(txn, RECORD_ORGANISATION, ids.items[i]));
    if (place.at_least > 0 || place.at_most > 0 || place.gives > 0) places.items[places.count++] = place;
  }
  return places;
}

/* ---- who fills them ---- */
ptrdiff_t match_places_at(const struct match_places *places, const struct person *person) {
  if (person == NULL || person->organisation == NULL) return -1;
  for (size_t o = 0; o < places->count; o++)
    if (strcmp(places->items[o].organisation->id, person->organisation) == 0) return (ptrdiff_t)o;
  return -1;
}

void match_places_take(struct match_places *places, const struct person *mentee, const struct person *mentor) {
  ptrdiff_t from = match_places_at(places, mentee), to = match_places_at(places, mentor);
  if (from >= 0) places->items[from].placed++;
  if (to >= 0) places->items[to].given++;
}

bool match_places_allow(const struct match_places *places, const struct person *mentee, const struct person *mentor) {
  ptrdiff_t from = match_places_at(places, mentee), to = match_places_at(places, mentor);
  const struct match_place *takes = from < 0 ? NULL : &places->items[from], *gives = to < 0 ? NULL : &places->items[to];
  bool full = takes != NULL && takes->at_most > 0 && takes->placed >= takes->at_most;
  return !full && (gives == NULL || gives->gives == 0 || gives->given < gives->gives);
}

struct match_places match_places_of(struct txn *txn, const struct programme *programme) {
  struct match_places places = rules_of(txn, programme);
  struct strs pairs = places.count == 0 ? (struct strs){0} : txn_find(txn, INDEX_pair_programme, programme->id);
  for (size_t i = 0; i < pairs.count; i++) {
    const struct pair *pair = txn_get(txn, RECORD_PAIR, pairs.items[i]);
    if (pair == NULL || !match_pair_is_live(pair)) continue;
    match_places_take(&places, txn_get(txn, RECORD_PERSON, pair->mentee), txn_get(txn, RECORD_PERSON, pair->mentor));
  }
  return places;
}

/* ---- two people alone ---- */
static int64_t live_in(struct txn *txn, const struct programme *programme, enum record_index index, const char *person) {
  struct strs pairs = txn_find(txn, index, person);
  int64_t count = 0;
  for (size_t i = 0; i < pairs.count; i++) {
    const struct pair *pair = txn_get(txn, RECORD_PAIR, pairs.items[i]);
    count += pair != NULL && match_pair_is_live(pair) && strcmp(pair->programme, programme->id) == 0;
  }
  return count;
}

/* By its people or by the programme's pairs, whichever are fewer: of a large scheme one sheet of a round asks this forty times. */
static int64_t taken_of(struct txn *txn, const struct programme *programme, const struct person *person, bool gives) {
  struct strs people = txn_find(txn, INDEX_person_organisation, person->organisation);
  if (people.count > txn_find(txn, INDEX_pair_programme, programme->id).count) {
    struct match_places places = match_places_of(txn, programme);
    const struct match_place *place = &places.items[match_places_at(&places, person)];
    return gives ? place->given : place->placed;
  }
  int64_t count = 0;
  for (size_t i = 0; i < people.count; i++) count += live_in(txn, programme, gives ? INDEX_pair_mentor : INDEX_pair_mentee, people.items[i]);
  return count;
}

static bool is_full(struct txn *txn, const struct programme *programme, const struct person *person, bool gives) {
  const struct organisation *organisation =
      person == NULL || person->organisation == NULL ? NULL : txn_get(txn, RECORD_ORGANISATION, person->organisation);
  if (organisation == NULL) return false;
  struct match_place place = place_of(programme, organisation);
  int64_t rule = gives ? place.gives : place.at_most;
  return rule > 0 && taken_of(txn, programme, person, gives) >= rule;
}

bool match_places_left(struct txn *txn, const struct programme *programme, const struct person *mentee, const struct person *mentor) {
  return !is_full(txn, programme, mentee, false) && !is_full(txn, programme, mentor, true);
}
