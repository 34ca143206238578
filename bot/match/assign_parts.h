/* assign_parts.h: what the parts of the engine share: one job, with its limit, its scratch memory and its cancel flag. */
#ifndef MENTORD_ASSIGN_PARTS_H
#define MENTORD_ASSIGN_PARTS_H

#include "bot/match/rows.h"

struct assign_job {
  const struct assign_problem *problem;   /* borrowed from the caller of assign_solve */
  const struct assign_options *options;   /* borrowed from the caller of assign_solve */
  int32_t limit;                          /* dearer pairs do not exist; the fair stage lowers it */
  const struct rows *rows;                /* borrowed from assign_solve */
};

static inline bool assign_cancelled(const struct assign_job *job) {
  return job->options->cancel != NULL && atomic_load_explicit(job->options->cancel, memory_order_relaxed);
}

static inline void assign_tell(const struct assign_job *job, enum assign_stage stage) {
  if (job->options->progress != NULL) job->options->progress(job->options->context, stage);
}

static inline int64_t assign_pairs(const struct assign_problem *problem) {
  return problem->first[problem->mentees];
}

/* Where to begin in a list of `count`, so that neighbours who like all equally begin at different places (Fibonacci hashing). */
static inline uint32_t assign_turned(size_t mentee, uint32_t count) {
  uint32_t hash = (uint32_t)mentee * UINT32_C(0x9E3779B1);
  return (uint32_t)((uint64_t)hash * count >> 32);
}

#endif
