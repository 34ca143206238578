/* may_see.c: rights come from state at the moment of asking: who is who's partner, manager, line manager. */
#include "bot/may_see.h"

#include <string.h>

#include "bot/match/pairs.h"

bool may_manage_in(struct txn *txn, const char *person, const char *programme) {
  struct strs enrolments = txn_find(txn, INDEX_enrolment_person, person);
  for (size_t i = 0; i < enrolments.count; i++) {
    const struct enrolment *enrolment = txn_get(txn, RECORD_ENROLMENT, enrolments.items[i]);
    bool here = programme == NULL || strcmp(enrolment->programme, programme) == 0;
    if (here && enrolment->role == ROLE_MANAGER && enrolment->state == ENROLMENT_ACCEPTED) return true;
  }
  return false;
}

static bool manages_any(struct txn *txn, const char *person) {
  return may_manage_in(txn, person, NULL);
}

bool may_manage(struct txn *txn, const char *manager, const char *subject) {
  if (!manages_any(txn, manager)) return false;
  if (strcmp(manager, subject) == 0) return true;
  if (model_unreadable(txn_model(txn), subject)) return false;
  return !txn_in_line(txn, manager, subject);
}

/* A partner is one from the proposal on. */
static bool is_partner(struct txn *txn, const char *viewer, const char *subject) {
  struct strs as_mentee = txn_find(txn, INDEX_pair_mentee, viewer);
  for (size_t i = 0; i < as_mentee.count; i++) {
    const struct pair *pair = txn_get(txn, RECORD_PAIR, as_mentee.items[i]);
    if (strcmp(pair->mentor, subject) == 0 && match_pair_is_known(pair, true)) return true;
  }
  struct strs as_mentor = txn_find(txn, INDEX_pair_mentor, viewer);
  for (size_t i = 0; i < as_mentor.count; i++) {
    const struct pair *pair = txn_get(txn, RECORD_PAIR, as_mentor.items[i]);
    if (strcmp(pair->mentee, subject) == 0 && match_pair_is_known(pair, false)) return true;
  }
  return false;
}

/* Bit 0 S, 1 P, 2 M, 3 L: so that the answer is one of a few static texts. */
static const char *const letters_of[] = {"", "S", "P", "SP", "M", "SM", "PM", "SPM", "L", "SL", "PL", "SPL", "ML", "SML", "PML", "SPML"};

const char *may_see_as(struct txn *txn, const char *viewer, const char *subject) {
  unsigned bits = 0;
  const struct person *person = txn_get(txn, RECORD_PERSON, viewer);
  if (person == NULL || txn_get(txn, RECORD_PERSON, subject) == NULL) return "";
  if (strcmp(viewer, subject) == 0) bits |= 1;
  if (is_partner(txn, viewer, subject)) bits |= 2;
  if (may_manage(txn, viewer, subject)) bits |= 4;
  if (person->lead) bits |= 8;
  return letters_of[bits];
}

bool may_be_named(struct txn *txn, const char *reader, const char *subject) {
  if (!manages_any(txn, reader) || manages_any(txn, subject)) return true;
  return may_manage(txn, reader, subject) || is_partner(txn, reader, subject);
}

bool may_see_with(const char *letters, enum record_kind kind, const char *field) {
  const struct record_field *info = record_field(kind, field);
  assert(info != NULL);
  return strpbrk(info->sees, letters) != NULL;
}

bool may_see(struct txn *txn, const char *viewer, const char *subject, enum record_kind kind, const char *field) {
  return may_see_with(may_see_as(txn, viewer, subject), kind, field);
}
