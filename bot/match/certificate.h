/* certificate.h: the proof that a matching is best, checked from scratch: it trusts nothing of the solver and shares no code with it. */
#ifndef MENTORD_CERTIFICATE_H
#define MENTORD_CERTIFICATE_H

#include "bot/match/assign.h"

/* FLAW(NAME, "what is wrong") */
#define CERTIFICATE_FLAW_LIST(FLAW)                                                    \
  FLAW(NONE, "none")                                                                   \
  FLAW(NO_SUCH_PAIR, "somebody sits with a mentor who is not on their list")           \
  FLAW(SEATS, "a mentor has more mentees than seats")                                  \
  FLAW(SUMS, "the number, the cost or the worst cost is not that of the pairs")        \
  FLAW(COVER, "the cover leaves out a pair, or has more seats than people are matched") \
  FLAW(FAIR, "cheaper pairs alone might match as many")                                \
  FLAW(PRICE, "a price is below nothing")                                              \
  FLAW(VALUE, "the prices do not prove the cost")
#define CERTIFICATE_FLAW_AS_ENUM(name, text) CERTIFICATE_##name,
enum certificate_flaw { CERTIFICATE_FLAW_LIST(CERTIFICATE_FLAW_AS_ENUM) CERTIFICATE_FLAW_MAX_ };
#undef CERTIFICATE_FLAW_AS_ENUM
const char *certificate_flaw_text(enum certificate_flaw flaw);

/* CERTIFICATE_NONE: as many are matched as can be; with `fair`, the dearest pair is as cheap as can be; and the cost is the least.
 * The problem must have passed arcs_check. One pass over all pairs, one more with each cover. */
enum certificate_flaw certificate_check(const struct assign_problem *problem, const struct assign_result *result, bool fair);

#endif
