/* people.c: goes through a programme's enrolments and keeps those who may be matched. */
#include "bot/match/people.h"

#include <string.h>

#include "bot/base/map.h"
#include "bot/match/pairs.h"
#include "bot/may_see.h"

enum wanted { WANT_MENTEES, WANT_MENTORS };

static bool is_wanted(const struct enrolment *enrolment, enum wanted wanted) {
  if (enrolment->state != ENROLMENT_ACCEPTED) return false;
  if (wanted == WANT_MENTEES) return enrolment->role == ROLE_MENTEE;
  return enrolment->role == ROLE_MENTOR || enrolment->role == ROLE_RESERVE;
}

/* Somebody who is mentor and reserve at once is a mentor. */
static void keep(struct match_people *people, struct map *places, const struct match_side *side) {
  struct match_side *before = map_get(places, side->person->id);
  if (before == NULL) {
    (void)map_put(places, side->person->id, &people->items[people->count]);
    people->items[people->count++] = *side;
  } else if (before->enrolment->role == ROLE_RESERVE) {
    *before = *side;
  }
}

/* Of a long list most may not have joined yet: room is made for those who did. */
static size_t count_wanted(struct txn *txn, struct strs ids, enum wanted wanted) {
  size_t count = 0;
  for (size_t i = 0; i < ids.count; i++) {
    const struct enrolment *enrolment = txn_get(txn, RECORD_ENROLMENT, ids.items[i]);
    count += enrolment != NULL && is_wanted(enrolment, wanted);
  }
  return count;
}

static struct match_people accepted(struct txn *txn, const struct programme *programme, enum wanted wanted) {
  struct strs ids = txn_find(txn, INDEX_enrolment_programme, programme->id);
  struct match_people people = {arena_alloc(txn_arena(txn), (count_wanted(txn, ids, wanted) + 1) * sizeof *people.items), 0};
  struct map *places = map_new();
  for (size_t i = 0; i < ids.count; i++) {
    const struct enrolment *enrolment = txn_get(txn, RECORD_ENROLMENT, ids.items[i]);
    if (enrolment == NULL || !is_wanted(enrolment, wanted)) continue;
    struct match_side side = match_side_of(txn, enrolment);
    if (side.person != NULL) keep(&people, places, &side);
  }
  (void)map_free(places, NULL);
  return people;
}

static bool takes_part(struct txn *txn, const struct programme *programme, const char *manager, const struct match_side *side) {
  if (programme->training == TRAINING_GATE && !side->enrolment->trained) return false;
  if (side->person->gone_ms != 0) return false;
  return manager == NULL || may_manage(txn, manager, side->person->id);
}

static struct match_people taking_part(struct txn *txn, const struct programme *programme, const char *manager, enum wanted wanted) {
  struct match_people people = accepted(txn, programme, wanted);
  size_t kept = 0;
  for (size_t i = 0; i < people.count; i++)
    if (takes_part(txn, programme, manager, &people.items[i])) people.items[kept++] = people.items[i];
  people.count = kept;
  return people;
}

struct match_people match_people_offering(struct txn *txn, const struct programme *programme) {
  return accepted(txn, programme, WANT_MENTORS);
}

struct match_people match_people_mentors(struct txn *txn, const struct programme *programme, const char *manager) {
  return taking_part(txn, programme, manager, WANT_MENTORS);
}

struct match_people match_people_mentees(struct txn *txn, const struct programme *programme, const char *manager) {
  struct match_people people = taking_part(txn, programme, manager, WANT_MENTEES);
  size_t kept = 0;
  for (size_t i = 0; i < people.count; i++)
    if (!match_pairs_has_mentor(txn, people.items[i].person->id, programme->id)) people.items[kept++] = people.items[i];
  people.count = kept;
  return people;
}
