/* standing.c: the state of an enrolment and the pairs of its person, as one word. */
#include "bot/standing.h"

#include <string.h>

#include "bot/cards.h"
#include "bot/match/pairs.h"

static bool is_half_of(const struct pair *pair, const struct enrolment *enrolment) {
  const char *half = enrolment->role == ROLE_MENTEE ? pair->mentee_enrolment : pair->mentor_enrolment;
  return half != NULL && strcmp(half, enrolment->id) == 0;
}

bool standing_has_pair(struct txn *txn, const struct enrolment *enrolment) {
  enum record_index index = enrolment->role == ROLE_MENTEE ? INDEX_pair_mentee : INDEX_pair_mentor;
  struct strs pairs = txn_find(txn, index, enrolment->person);
  for (size_t i = 0; i < pairs.count; i++) {
    const struct pair *pair = txn_get(txn, RECORD_PAIR, pairs.items[i]);
    if (match_pair_is_live(pair) && is_half_of(pair, enrolment)) return true;
  }
  return false;
}

static const char *const state_words[ENROLMENT_STATE_MAX_] = {
    [ENROLMENT_PREFILLED] = W("state.prefilled"),   [ENROLMENT_DRAFT] = W("state.draft"),       [ENROLMENT_APPLIED] = W("state.applied"),
    [ENROLMENT_ACCEPTED] = W("state.accepted"),     [ENROLMENT_WAITLISTED] = W("state.waitlisted"),
    [ENROLMENT_DECLINED] = W("state.declined"),     [ENROLMENT_LEFT] = W("state.left")};

const char *standing_words(struct txn *txn, const struct enrolment *enrolment) {
  if (enrolment->state != ENROLMENT_ACCEPTED || enrolment->role == ROLE_MANAGER) return state_words[enrolment->state];
  if (standing_has_pair(txn, enrolment)) return W("state.paired");
  return enrolment->trained ? W("state.waiting") : W("state.untrained");
}
