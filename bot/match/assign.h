/* assign.h: who sits where, in rounds of any size: most people first, then the best worst score if wanted, then the least cost. */
#ifndef MENTORD_ASSIGN_H
#define MENTORD_ASSIGN_H

#include "bot/base/arena.h"
#include "bot/base/err.h"

#include <stdatomic.h>

enum { ASSIGN_COST_MAX = 1 << 24, ASSIGN_SIDE_MAX = 1 << 22, ASSIGN_NOBODY = -1 };

/* Everything is borrowed until the call returns, and only read. Positions count from 0. */
struct assign_problem {
  size_t mentees, mentors;
  const int32_t *seats;  /* borrowed from the caller; per mentor, 0 or more */
  const int64_t *first;  /* borrowed from the caller; mentees + 1: the pairs of mentee i are those from first[i] to first[i + 1] - 1 */
  const int32_t *mentor; /* borrowed from the caller; per pair, in any order, nobody twice for one mentee */
  const int32_t *cost;   /* borrowed from the caller; per pair, 0 to ASSIGN_COST_MAX; staying alone is dearer than all of them */
};

/* ASSIGN_STAGE(NAME, "what is being done") */
#define ASSIGN_STAGE_LIST(STAGE) STAGE(COUNT, "count") STAGE(FAIR, "fair") STAGE(AUCTION, "auction") STAGE(PROOF, "proof")
#define ASSIGN_STAGE_AS_ENUM(name, text) ASSIGN_##name,
enum assign_stage { ASSIGN_STAGE_LIST(ASSIGN_STAGE_AS_ENUM) ASSIGN_STAGE_MAX_ };
#undef ASSIGN_STAGE_AS_ENUM
const char *assign_stage_name(enum assign_stage stage);

typedef void assign_progress(void *context, enum assign_stage stage);

struct assign_options {
  bool fair;                  /* the dearest pair as cheap as can be, before the sum */
  const atomic_bool *cancel;  /* borrowed from the caller, or NULL; set by another thread, the solver gives up soon after */
  assign_progress *progress;  /* or NULL; called when a stage begins, and again in each of its rounds */
  void *context;              /* borrowed from the caller */
};

/* Mentees and mentors so chosen that every pair has one of them: then no matching holds more people than they have seats. */
struct assign_cover {
  const bool *mentees; /* the result's arena; NULL: no cover is needed */
  const bool *mentors; /* the result's arena */
};

struct assign_result {
  size_t matched;
  int64_t cost;               /* of all pairs made */
  int32_t worst;              /* the dearest pair made; -1 without any */
  const int32_t *mentor_of;   /* the result's arena; per mentee, or ASSIGN_NOBODY */
  const int64_t *price;       /* the result's arena; per mentor: what one of the seats is worth to those who have none */
  int64_t alone;              /* what staying alone is worth: no matched mentee pays more, nobody alone could pay less */
  struct assign_cover most;   /* why no more can be matched; not needed when everybody is */
  struct assign_cover fairest; /* fair only: why, with pairs cheaper than `worst` alone, fewer would be matched */
};

/* Solves and proves. The result lives in `arena`, at most assign_result_bytes of it; scratch memory is freed before the
 * return (README.md, section 4, says how much). The same problem gives the same result, bit for bit.
 * ERR_BAD_INPUT for what arcs_check refuses; ERR_LIMITED when sums could pass 2^61; ERR_GONE when cancelled; ERR_INTERNAL
 * when the certificate fails, which no result survives. `options` may be NULL. */
enum err assign_solve(const struct assign_problem *problem, const struct assign_options *options, struct arena *arena,
                      struct assign_result *ret_result) MUST_CHECK;
size_t assign_result_bytes(size_t mentees, size_t mentors);

#endif
