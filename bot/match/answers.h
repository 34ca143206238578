/* answers.h: what somebody answered to one question: something, anything ("no preference"), or nothing. */
#ifndef MENTORD_MATCH_ANSWERS_H
#define MENTORD_MATCH_ANSWERS_H

#include "bot/match/sides.h"

enum match_saying {
  MATCH_SAID_NOTHING, /* not asked, or skipped: we know nothing, which is not a no */
  MATCH_SAID_ANY,     /* "any", "no matter": everything fits */
  MATCH_SAID
};

struct match_said {
  enum match_saying how;
  struct strs values; /* borrowed from the enrolment; empty unless MATCH_SAID */
};

struct match_said match_said(const struct enrolment *enrolment, const char *question);
/* True when the mentee was asked, or their question set would ask them. */
bool match_was_asked(const struct match_sides *sides, const char *question);
/* Position of the first value in `names`, or -1. */
int match_said_which(const struct match_said *said, const char *const *names, size_t count);
/* One bit for each of `names` that is among the values; all bits for MATCH_SAID_ANY. At most 32 names. */
uint32_t match_said_mask(const struct match_said *said, const char *const *names, size_t count);

#endif
