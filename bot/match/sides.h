/* sides.h: one mentee beside one mentor, with the records that rules and scores read, looked up once. */
#ifndef MENTORD_MATCH_SIDES_H
#define MENTORD_MATCH_SIDES_H

#include "bot/base/random.h"
#include "state/txn.h"

enum match_wish { MATCH_WISH_ORGANISATION, MATCH_WISH_PROFESSION, MATCH_WISH_GRADE, MATCH_WISH_MAX_ };

/* All borrowed from the transaction until the turn's end. */
struct match_side {
  const struct enrolment *enrolment;
  const struct person *person;             /* NULL: erased */
  const struct organisation *organisation; /* NULL: not known */
  const struct question_set *questions;    /* that they were asked from; NULL: the programme's */
  bool unreadable;                         /* what rules must know of them cannot be opened */
  const char *wishes[MATCH_WISH_MAX_];     /* must_same, prefer_other …; NULL: none. Each couple asks for them */
  uint8_t lot[HASH_BYTES];                 /* drawn by lots.c: who comes first where all else is equal */
};

struct match_sides {
  const struct programme *programme;
  const struct question_set *questions;    /* NULL: not known; then everything counts as asked */
  struct match_side mentee, mentor;
};

struct match_side match_side_of(struct txn *txn, const struct enrolment *enrolment);
struct match_sides match_sides_of(struct txn *txn, const struct programme *programme, const struct match_side *mentee,
                                  const struct match_side *mentor);

#endif
