/* pairs.c: looks through the pairs of one person. */
#include "bot/match/pairs.h"

#include <string.h>

bool match_pair_is_asked(const struct pair *pair) {
  return pair->state == PAIR_ASKING_MENTEE || pair->state == PAIR_ASKING_MENTOR || pair->state == PAIR_ASKING_BOTH;
}

bool match_pair_is_live(const struct pair *pair) {
  return match_pair_is_asked(pair) || pair->state == PAIR_INTRODUCED;
}

bool match_pair_is_known(const struct pair *pair, bool to_mentee) {
  return match_pair_is_live(pair) && (to_mentee || pair->state != PAIR_ASKING_MENTEE);
}

/* A pair that a manager took back failed nobody. */
static bool has_failed(const struct pair *pair) {
  return pair->state == PAIR_DECLINED || pair->state == PAIR_EXPIRED || pair->state == PAIR_ENDED;
}

static bool is(const char *a, const char *b) {
  return a != NULL && strcmp(a, b) == 0;
}

bool match_pairs_has_mentor(struct txn *txn, const char *mentee, const char *programme) {
  struct strs ids = txn_find(txn, INDEX_pair_mentee, mentee);
  for (size_t i = 0; i < ids.count; i++) {
    const struct pair *pair = txn_get(txn, RECORD_PAIR, ids.items[i]);
    if (pair != NULL && match_pair_is_live(pair) && is(pair->programme, programme)) return true;
  }
  return false;
}

size_t match_pairs_mentees(struct txn *txn, const char *mentor) {
  struct strs ids = txn_find(txn, INDEX_pair_mentor, mentor);
  size_t live = 0;
  for (size_t i = 0; i < ids.count; i++) {
    const struct pair *pair = txn_get(txn, RECORD_PAIR, ids.items[i]);
    if (pair != NULL && match_pair_is_live(pair)) live++;
  }
  return live;
}

static bool failed_as(struct txn *txn, const char *mentee, const char *mentor) {
  struct strs ids = txn_find(txn, INDEX_pair_mentee, mentee);
  for (size_t i = 0; i < ids.count; i++) {
    const struct pair *pair = txn_get(txn, RECORD_PAIR, ids.items[i]);
    if (pair != NULL && has_failed(pair) && is(pair->mentor, mentor)) return true;
  }
  return false;
}

bool match_pairs_failed(struct txn *txn, const char *one, const char *other) {
  return failed_as(txn, one, other) || failed_as(txn, other, one);
}
