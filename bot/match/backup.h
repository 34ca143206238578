/* backup.h: a second choice for each mentee, from a second solve without the pairs of the first; nobody is everybody's reserve.
 *
 * Sequential on purpose: the first solve knows nothing of the second, so that no second choice makes a first one worse. Among second choices the
 * order is the engine's: as many mentees as can be have one, at the least sum of costs. The transportation problem with some pairs forbidden and
 * other seats: Bertsekas and Castanon 1989, LIDS-P-1850, as in assign.h. */
#ifndef MENTORD_BACKUP_H
#define MENTORD_BACKUP_H

#include "bot/match/assign.h"

struct backup_options {
  int32_t per_mentor;                  /* mentees who may have the same mentor as second choice, 1 or more; 0: as many as the mentor has seats */
  const struct assign_options *engine; /* borrowed from the caller, or NULL; `fair`: the worst second choice as good as can be, before the sum */
};

/* What was solved stands beside what came out: certificate_check of the two, at any later time, is the proof. */
struct backup {
  struct assign_problem problem; /* the arena's: the pairs without the first choices; its seats are how many each mentor may be reserve for */
  struct assign_result result;   /* the arena's; mentor_of is each mentee's second choice, or ASSIGN_NOBODY */
};

/* `first_choice` is per mentee the mentor they have, or ASSIGN_NOBODY; one who is on no list forbids nothing. A mentor without seats is nobody's
 * reserve. The arena, which the caller owns, must allow backup_bytes. Scratch memory is the engine's. The same input gives the same bytes.
 * ERR_BAD_INPUT for what arcs_check refuses, and for per_mentor below 0; the engine's errors else. `options` may be NULL. */
enum err backup_solve(const struct assign_problem *problem, const int32_t *first_choice, const struct backup_options *options, struct arena *arena,
                      struct backup *ret_backup) MUST_CHECK;
size_t backup_bytes(const struct assign_problem *problem); /* of a problem that arcs_check has passed: 8 bytes a pair, about 30 a person */

#endif
