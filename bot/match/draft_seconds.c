/* draft_seconds.c: the same people once more without the pairs of the round: whom each mentee would be asked about next.
 *
 * A seat that the round leaves free is worth more than any score: who has one can step in today. Others can if their own pair comes to
 * nothing. Reserves are there for this, and cost no more than anybody. */
#include "bot/match/backup.h"
#include "bot/match/draft.h"

struct seconds {
  const struct match_draft *draft;
  int32_t *free;      /* per mentor: seats that the round leaves */
  int32_t *seats;     /* per mentor: for so many they may be the second choice */
  int32_t step, late; /* basis points of score that count as one of cost; what nobody's free seat costs beside the score */
};

static void count_seats(struct seconds *seconds, struct arena *arena) {
  const struct match_draft *draft = seconds->draft;
  size_t mentors = draft->table.mentors.count;
  seconds->free = arena_alloc(arena, (mentors + 1) * sizeof *seconds->free);
  seconds->seats = arena_alloc(arena, (mentors + 1) * sizeof *seconds->seats);
  for (size_t j = 0; j < mentors; j++) seconds->free[j] = draft->seats_left[j];
  for (size_t i = 0; i < draft->table.mentees.count; i++)
    if (!draft->pinned[i] && draft->mentor_of[i] != ASSIGN_NOBODY) seconds->free[draft->mentor_of[i]]--;
  for (size_t j = 0; j < mentors; j++) seconds->seats[j] = seconds->free[j] > 0 ? seconds->free[j] : draft->seats_left[j];
}

/* Who has given all can give one more only in the place of a mentor of the same organisation. */
static bool may_be_second(const struct match_draft *draft, size_t mentee, size_t mentor) {
  if (draft->pinned[mentee] || draft->mentor_of[mentee] == ASSIGN_NOBODY) return false;
  if (match_draft_gives(draft, mentor)) return true;
  const struct match_side *mentors = draft->table.mentors.items;
  return match_places_at(&draft->places, mentors[mentor].person) == match_places_at(&draft->places, mentors[draft->mentor_of[mentee]].person);
}

static int32_t cost_of(const struct seconds *seconds, size_t mentor, int32_t cost) {
  const struct match_draft *draft = seconds->draft;
  int32_t score = match_table_is_reserve(&draft->table, mentor) ? cost - draft->surcharge : cost;
  int32_t scaled = score * draft->step / seconds->step;
  return seconds->free[mentor] > 0 ? scaled : scaled + seconds->late;
}

static struct assign_problem problem_of(const struct seconds *seconds, const struct assign_problem *pairs, struct arena *arena) {
  size_t count = (size_t)pairs->first[pairs->mentees];
  int64_t *first = arena_alloc(arena, (pairs->mentees + 1) * sizeof *first), kept = 0;
  int32_t *mentor = arena_alloc(arena, (count + 1) * sizeof *mentor), *cost = arena_alloc(arena, (count + 1) * sizeof *cost);
  first[0] = 0;
  for (size_t i = 0; i < pairs->mentees; i++) {
    for (int64_t at = pairs->first[i]; at < pairs->first[i + 1]; at++) {
      if (!may_be_second(seconds->draft, i, (size_t)pairs->mentor[at])) continue;
      mentor[kept] = pairs->mentor[at];
      cost[kept++] = cost_of(seconds, (size_t)pairs->mentor[at], pairs->cost[at]);
    }
    first[i + 1] = kept;
  }
  return (struct assign_problem){pairs->mentees, pairs->mentors, seconds->seats, first, mentor, cost};
}

static size_t bytes_of(const struct assign_problem *pairs) {
  return (size_t)pairs->first[pairs->mentees] * 8 + pairs->mentees * sizeof(int64_t) + pairs->mentors * 2 * sizeof(int32_t) + 200 + backup_bytes(pairs);
}

enum err match_draft_seconds(struct match_draft *draft, const struct assign_problem *pairs, const struct assign_options *options) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(bytes_of(pairs));
  struct seconds seconds = {.draft = draft, .step = draft->step};
  struct backup_options chosen = {.engine = options};
  struct backup backup;
  seconds.late = match_draft_surcharge(pairs->mentees, &seconds.step);
  count_seats(&seconds, arena);
  struct assign_problem problem = problem_of(&seconds, pairs, arena);
  enum err err = backup_solve(&problem, draft->mentor_of, &chosen, arena, &backup);
  for (size_t i = 0; i < pairs->mentees && err == ERR_NONE; i++) draft->second_of[i] = backup.result.mentor_of[i];
  return err;
}
