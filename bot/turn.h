/* turn.h: what happens next: (const model, event, now) -> a transaction. Pure: same inputs, same bytes. */
#ifndef MENTORD_TURN_H
#define MENTORD_TURN_H

#include "bot/message.h"
#include "bot/words/words.h"
#include "state/txn.h"

/* What a flow, a command or a job may touch while one event is handled. */
struct turn {
  const struct event *event;   /* borrowed for the turn */
  int64_t now_ms;              /* the scheme's time, one for the whole turn */
  struct txn *txn;             /* the only thing that is written to */
  struct arena *arena;         /* the transaction's */
  struct words *words;         /* the catalogue: labels of choices are compared with what people type */
  const char *person;          /* who acts: our id; NULL for timers, results, tools */
  bool belated;                /* person asked for this long ago (there was no bot): nobody waits for it any more */
  const struct line *reply;    /* said at once beside the ack, stored nowhere; NULL: nothing */
};

enum { TURN_OUTAGE_PAIRS = 100 }; /* a timer "outage/n" looks after the pairs from n times so many on */

/* Runs one event. The transaction then holds everything; nothing else was touched. Errors:
 * ERR_BAD_INPUT  the event cannot be meant for us: acknowledge it, log it, commit nothing;
 * ERR_INTERNAL   the turn grew past its bounds: quarantine it. */
enum err turn_run(const struct event *event, int64_t now_ms, struct words *words, struct txn *txn, const struct line **ret_reply) MUST_CHECK;

/* For an event whose turn crashed, was refused or grew past its bounds: does nothing it asks for, stops what would come again
 * by itself, and tells the person and the managers. Looks at none of its words. Acknowledge it once this is kept. */
void turn_set_aside(const struct event *event, int64_t now_ms, struct words *words, struct txn *txn);

/* ---- small readings that every flow needs; all borrowed as txn_get's are ---- */
const struct scheme *turn_scheme(const struct turn *turn);
const struct person *turn_person(const struct turn *turn, const char *id); /* NULL when absent */
struct person *turn_edit_person(struct turn *turn, const char *id);
/* The programme that people join: the first in order of id, since several side by side are not built; NULL: there is none. */
const struct programme *turn_programme(struct turn *turn);
/* The person's enrolment in this role ("any of mentee, mentor, reserve" when role is ROLE_INVALID_); NULL: none, or left. */
const struct enrolment *turn_enrolment(struct turn *turn, const char *person, const char *programme, enum role role);
/* All of them in this programme that are not left, the newest first: somebody may learn here and help there. */
struct strs turn_enrolments(struct turn *turn, const char *person, const char *programme);
/* Persons who manage the programme now, in order of id, without those recused from `about` (NULL: nobody is). */
struct strs turn_managers(struct turn *turn, const char *programme, const char *about);
struct strs turn_pair_managers(struct turn *turn, const struct pair *pair); /* without those recused from either of the two */
bool turn_manages(struct turn *turn, const char *person, const char *programme);
/* A running number drawn from the event's seed: the turn's only chance. */
uint64_t turn_chance(const struct turn *turn, unsigned which);

#endif
