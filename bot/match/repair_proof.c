/* repair_proof.c: the problem and the result of now, with the cover, as the certificate wants them. */
#include "bot/match/repair_parts.h"

#include <string.h>

#include "bot/match/certificate.h"

static size_t pairs_of(const struct repair *repair) {
  size_t pairs = 0;
  for (size_t i = 0; i < repair->mentees; i++) pairs += repair->rows[i].count;
  return pairs;
}

size_t repair_snapshot_bytes(const struct repair *repair) {
  return pairs_of(repair) * 8 + repair->mentees * (sizeof(int64_t) + sizeof(int32_t) * 2 + 1) + repair->mentors * 1 + 256;
}

/* From whoever is alone over all their pairs to mentors, and on to those who sit there: what is reached this way has no free seat. */
static void make_cover(const struct repair *repair, struct arena *arena, struct assign_cover *ret_cover) {
  bool *mentees = arena_alloc(arena, repair->mentees), *mentors = arena_alloc(arena, repair->mentors);
  int32_t *queue = arena_alloc(arena, repair->mentees * sizeof *queue);
  size_t reached = 0;
  memset(mentees, true, repair->mentees);
  for (size_t i = 0; i < repair->mentees; i++)
    if (repair->mentor_of[i] == ASSIGN_NOBODY) queue[reached++] = (int32_t)i;
  for (size_t at = 0; at < reached; at++) {
    const struct links *row = &repair->rows[queue[at]];
    mentees[queue[at]] = false;
    for (size_t k = 0; k < row->count; k++) {
      const struct links *seated = &repair->seated[row->items[k].person];
      if (mentors[row->items[k].person]) continue;
      mentors[row->items[k].person] = true;
      for (size_t s = 0; s < seated->count; s++) queue[reached++] = seated->items[s].person;
    }
  }
  *ret_cover = (struct assign_cover){mentees, mentors};
}

static int32_t dearest(const struct repair *repair) {
  int32_t worst = -1;
  for (size_t i = 0; i < repair->mentees; i++)
    if (repair->mentor_of[i] != ASSIGN_NOBODY && repair->cost_of[i] > worst) worst = repair->cost_of[i];
  return worst;
}

void repair_snapshot(const struct repair *repair, struct arena *arena, struct assign_problem *ret_problem, struct assign_result *ret_result) {
  size_t pairs = pairs_of(repair);
  int64_t *first = arena_alloc(arena, (repair->mentees + 1) * sizeof *first);
  int32_t *mentor = arena_alloc(arena, pairs * sizeof *mentor), *cost = arena_alloc(arena, pairs * sizeof *cost);
  int64_t at = 0;
  for (size_t i = 0; i < repair->mentees; i++) {
    for (size_t k = 0; k < repair->rows[i].count; k++, at++) {
      mentor[at] = repair->rows[i].items[k].person;
      cost[at] = repair->rows[i].items[k].cost;
    }
    first[i + 1] = at;
  }
  *ret_problem = (struct assign_problem){repair->mentees, repair->mentors, repair->seats, first, mentor, cost};
  *ret_result = (struct assign_result){.matched = repair->matched, .cost = repair->cost, .worst = dearest(repair), .mentor_of = repair->mentor_of,
                                       .price = repair->price, .alone = repair->big};
  make_cover(repair, arena, &ret_result->most);
}

enum err repair_certify(const struct repair *repair) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(repair_snapshot_bytes(repair));
  struct assign_problem problem;
  struct assign_result result;
  repair_snapshot(repair, arena, &problem, &result);
  enum certificate_flaw flaw = certificate_check(&problem, &result, false);
  return flaw == CERTIFICATE_NONE ? ERR_NONE : err_note(ERR_INTERNAL, "the certificate fails: %s", certificate_flaw_text(flaw));
}
