/* fair.c: the best worst score: halves the range of costs again and again, each time asking whether cheaper pairs suffice.
 *
 * Between `low`, with which fewer are matched, and `high`, with which all are, the middle is tried. The search goes on from the largest
 * matching found with `low`: all its pairs are allowed with more, so each question is only the difference to the last. */
#include "bot/match/fair.h"

#include <string.h>

static int32_t dearest(const struct count *count) {
  int32_t worst = -1;
  const struct assign_problem *problem = count->job->problem;
  for (size_t i = 0; i < problem->mentees; i++) {
    if (count->mentor_of[i] == ASSIGN_NOBODY) continue;
    int32_t cost = problem->cost[count->pair_of[i]];
    worst = cost > worst ? cost : worst;
  }
  return worst;
}

static void copy_matching(const struct count *from, struct count *to) {
  const struct assign_problem *problem = from->job->problem;
  to->matched = from->matched;
  memcpy(to->mentor_of, from->mentor_of, problem->mentees * sizeof *to->mentor_of);
  memcpy(to->pair_of, from->pair_of, problem->mentees * sizeof *to->pair_of);
  memcpy(to->taken, from->taken, problem->mentors * sizeof *to->taken);
  memcpy(to->seated, from->seated, (size_t)from->seat_first[problem->mentors] * sizeof *to->seated);
}

enum err fair_limit(struct assign_job *job, struct count *count, bool *ret_mentees, bool *ret_mentors) {
  size_t most = count->matched;
  CLEANUP(arena_freep) struct arena *scratch = arena_new(2 * count_bytes(job->problem));
  struct count trial, low_count;
  count_init(&trial, job, scratch);
  count_init(&low_count, job, scratch);
  int32_t low = -1, high = dearest(count); /* with pairs up to `low` fewer, up to `high` as many */
  job->limit = low;
  enum err err = count_most(&low_count); /* nobody sits, and everybody was asked: the cover when even 0 suffices */
  if (err == ERR_NONE) count_cover(&low_count, ret_mentees, ret_mentors);
  while (err == ERR_NONE && low + 1 < high) {
    assign_tell(job, ASSIGN_FAIR);
    job->limit = low + (high - low) / 2;
    copy_matching(&low_count, &trial);
    err = count_most(&trial);
    if (err != ERR_NONE) break;
    if (trial.matched == most) {
      high = dearest(&trial);
      copy_matching(&trial, count);
      continue;
    }
    low = job->limit;
    copy_matching(&trial, &low_count);
    count_cover(&trial, ret_mentees, ret_mentors);
  }
  job->limit = high;
  return err;
}
