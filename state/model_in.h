/* model_in.h: what model.c and txn.c tell each other and nobody else; for state/ only. */
#ifndef MENTORD_MODEL_IN_H
#define MENTORD_MODEL_IN_H

#include <string.h>

#include "state/txn.h"

/* Every id of the kind, in order; borrowed until the next model_apply. */
struct strs model_ids(const struct model *model, enum record_kind kind);
/* Every person with this account, in order of id: one, unless two records claim it. */
struct strs model_accounts(const struct model *model, const char *workspace, const char *user);
bool model_asked_apart(const struct model *model, const char *person, const char *other); /* `person` asked for it */

/* The line and apart seals of a turn, kept apart from the requests, whose texts the vault wipes. */
enum txn_fact_kind { TXN_FACT_LINE, TXN_FACT_APART };
struct txn_fact {
  enum txn_fact_kind kind;
  const char *person;
  char *plain; /* wiped by txn_wipe */
};
size_t txn_facts(const struct txn *txn, const struct txn_fact **ret_facts); /* in order of sealing: the last one holds */

/* Before the model lets go of the records the turn began with: what is to be committed is decided, once and for all. */
void txn_settle(const struct txn *txn);

enum { LINE_STEPS_MAX = 64 }; /* managers above managers: more than that is a loop */

/* A walk up a line. One of those it passed is marked, a later one at each power of two: in a loop the mark is met again soon. */
struct climb {
  const char *mark; /* borrowed from the line */
  int steps, next_mark;
};

/* Asked before each step: `person` was here before, or this is more than any line. */
static inline bool climb_is_over(struct climb *climb, const char *person) {
  if (climb->steps == LINE_STEPS_MAX) return true;
  if (climb->mark != NULL && person != NULL && strcmp(climb->mark, person) == 0) return true;
  if (climb->steps++ < climb->next_mark) return false;
  climb->mark = person;
  climb->next_mark = 2 * climb->steps;
  return false;
}

#endif
