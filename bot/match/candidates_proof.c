/* candidates_proof.c: asks with the prices of a result whether any pair outside the lists would better it.
 *
 * A pair helps only if its cost and the mentor's price are less than what the mentee pays now. The cost is at least what the promise of
 * candidates.h says, so the price alone rules most pairs out. Nothing found: the prices hold for all pairs, and by the same argument as in
 * certificate.c no matching is better. Staying alone is made so dear that it counts before all sums; prices of mentors in the cover
 * rise with it (as in repair.c). */
#include "bot/match/candidates_parts.h"

#include <stdlib.h>
#include <string.h>

enum { ADD_FIRST = 8, ADD_MOST = 1 << 22, MARGIN = 400 };

struct priced { int64_t price; uint32_t mentor; };
struct better { int64_t value; uint32_t mentor; int32_t cost; };
struct proving {
  struct search search;
  const struct assign_result *result;   /* borrowed from the caller */
  const struct assign_problem *lists;   /* borrowed from the caller */
  int64_t big;                          /* what it costs to stay alone */
  int64_t *price;                       /* scratch; per mentor */
  struct priced *by_price;              /* scratch; those with seats, cheapest first */
  size_t seated;
  uint32_t *listed;                     /* scratch; per mentor: the last mentee, and one, whose list has them */
  struct better *better;                /* scratch; for one mentee, the best first */
  size_t better_count, most;
  int64_t margin;                       /* pairs that are no better, but by less than this no worse, may be wanted once prices move */
  size_t unhappy;                       /* mentees for whom a better pair was left out */
  struct arcs_pair *more;               /* scratch */
  size_t count, count_max;
};

static int by_price(const void *a, const void *b) {
  const struct priced *x = a, *y = b;
  if (x->price != y->price) return x->price < y->price ? -1 : 1;
  return (x->mentor > y->mentor) - (x->mentor < y->mentor);
}

static void lift_prices(struct proving *proving) {
  const struct assign_result *result = proving->result;
  size_t mentors = proving->lists->mentors, mentees = proving->lists->mentees;
  bool some_out = result->matched < mentees;
  int64_t lift = (int64_t)(mentees + 1) * (ASSIGN_COST_MAX + 1);
  proving->big = result->alone + lift;
  for (size_t j = 0; j < mentors; j++) {
    proving->price[j] = result->price[j] + (some_out && result->most.mentors[j] ? lift : 0);
    if (proving->lists->seats[j] > 0) proving->by_price[proving->seated++] = (struct priced){proving->price[j], (uint32_t)j};
  }
  qsort(proving->by_price, proving->seated, sizeof *proving->by_price, by_price);
}

/* What the mentee pays; marks whom the list has. */
static int64_t read_list(struct proving *proving, size_t mentee) {
  const struct assign_problem *lists = proving->lists;
  int64_t pays = proving->big;
  for (int64_t at = lists->first[mentee]; at < lists->first[mentee + 1]; at++) {
    int32_t mentor = lists->mentor[at];
    proving->listed[mentor] = (uint32_t)mentee + 1;
    if (mentor == proving->result->mentor_of[mentee]) pays = lists->cost[at] + proving->price[mentor];
  }
  return pays;
}

static void keep_better(struct proving *proving, struct better better) {
  size_t at = proving->better_count;
  if (at == proving->most && proving->better[at - 1].value <= better.value) return;
  if (at < proving->most) proving->better_count++;
  else at--;
  for (; at > 0 && proving->better[at - 1].value > better.value; at--) proving->better[at] = proving->better[at - 1];
  proving->better[at] = better;
}

static enum err ask(struct proving *proving, size_t mentee, uint32_t mentor, int64_t below) {
  int32_t cost;
  if (proving->listed[mentor] == mentee + 1) return ERR_NONE;
  enum err err = search_ask(&proving->search, mentee, mentor, &cost);
  if (err == ERR_NONE && cost >= 0 && cost + proving->price[mentor] < below)
    keep_better(proving, (struct better){cost + proving->price[mentor], mentor, cost});
  return err;
}

static enum err ask_all(struct proving *proving, size_t mentee, int64_t below) {
  const struct search *search = &proving->search;
  int64_t apart = search->problem->apart[mentee];
  enum err err = ERR_NONE;
  for (size_t k = 0; k < search->met_count && err == ERR_NONE; k++) {
    uint32_t mentor = search->met[k];
    if (apart - search->points[mentor] + proving->price[mentor] < below) err = ask(proving, mentee, mentor, below);
  }
  for (size_t k = 0; k < proving->seated && err == ERR_NONE && apart + proving->by_price[k].price < below; k++) {
    uint32_t mentor = proving->by_price[k].mentor;
    if (search_allows(search, mentor) && search->points[mentor] == 0) err = ask(proving, mentee, mentor, below);
  }
  return err;
}

static enum err prove_mentee(struct proving *proving, size_t mentee) {
  proving->better_count = 0;
  int64_t pays = read_list(proving, mentee);
  search_begin(&proving->search, mentee);
  enum err err = ask_all(proving, mentee, pays + (pays < proving->big ? proving->margin : 0));
  search_end(&proving->search);
  proving->unhappy += proving->better_count > 0 && proving->better[0].value < pays;
  for (size_t k = 0; k < proving->better_count && proving->count < proving->count_max; k++)
    proving->more[proving->count++] = (struct arcs_pair){(uint32_t)mentee, proving->better[k].mentor, proving->better[k].cost};
  return err;
}

static void proving_init(struct proving *proving, const struct assign_result *result, const struct candidates_lists *lists, size_t most,
                         struct arena *scratch) {
  size_t mentors = lists->problem.mentors;
  proving->result = result;
  proving->lists = &lists->problem;
  proving->most = most;
  proving->price = arena_alloc(scratch, mentors * sizeof *proving->price);
  proving->by_price = arena_alloc(scratch, mentors * sizeof *proving->by_price);
  proving->listed = arena_alloc(scratch, mentors * sizeof *proving->listed);
  proving->better = arena_alloc(scratch, most * sizeof *proving->better);
  proving->more = arena_alloc(scratch, proving->count_max * sizeof *proving->more);
  lift_prices(proving);
}

/* Looks through all pairs that are allowed for those that would better `result`, which is of `lists`, and adds up to `most` for each mentee; if
 * there are any, those too that are dearer than what the mentee pays by less than `margin`, which spares later rounds.
 * *ret_added 0: there is none, and the result is the best of all pairs, not only of the lists. */
MUST_CHECK static enum err grow(const struct candidates_problem *problem, const struct candidates_options *options, const struct assign_result *result,
                                size_t most, int64_t margin, struct candidates_lists *lists, size_t *ret_added) {
  struct proving proving = {.margin = margin};
  if (most > problem->mentors) most = problem->mentors;
  proving.count_max = problem->mentees * most < ADD_MOST ? problem->mentees * most : ADD_MOST;
  CLEANUP(arena_freep) struct arena *scratch =
      arena_new(search_bytes(problem) + problem->mentors * 28 + most * sizeof(struct better) + proving.count_max * sizeof(struct arcs_pair) + 256);
  enum err err = search_init(&proving.search, problem, options, scratch);
  if (err != ERR_NONE) return err;
  proving_init(&proving, result, lists, most, scratch);
  for (size_t i = 0; i < problem->mentees && (proving.count < proving.count_max || proving.unhappy == 0); i++) {
    err = search_pause(&proving.search, CANDIDATES_PROOF, i);
    if (err == ERR_NONE) err = prove_mentee(&proving, i);
    if (err != ERR_NONE) return err;
  }
  lists->asked += proving.search.asked;
  *ret_added = proving.unhappy == 0 ? 0 : proving.count;
  return *ret_added > 0 ? lists_merge(lists, proving.more, proving.count) : ERR_NONE;
}

/* ---- until nothing is added ---- */
static const void *copied(struct arena *arena, const void *from, size_t bytes) {
  void *to = arena_alloc(arena, bytes);
  return bytes > 0 ? memcpy(to, from, bytes) : to;
}

static void keep_result(const struct assign_result *result, const struct assign_problem *lists, struct arena *arena, struct assign_result *ret_result) {
  *ret_result = *result;
  ret_result->mentor_of = copied(arena, result->mentor_of, lists->mentees * sizeof *result->mentor_of);
  ret_result->price = copied(arena, result->price, lists->mentors * sizeof *result->price);
  if (result->most.mentees == NULL) return;
  ret_result->most.mentees = copied(arena, result->most.mentees, lists->mentees);
  ret_result->most.mentors = copied(arena, result->most.mentors, lists->mentors);
}

enum err candidates_solve(const struct candidates_problem *problem, const struct candidates_options *options, struct arena *arena,
                          struct assign_result *ret_result, struct candidates_report *ret_report) {
  struct candidates_lists lists;
  struct candidates_report report = {0};
  struct assign_options solving = {.cancel = options->cancel};
  struct assign_result result;
  CLEANUP(arena_freep) struct arena *scratch = arena_new(assign_result_bytes(problem->mentees, problem->mentors));
  enum err err = candidates_build(problem, options, &lists);
  if (err != ERR_NONE) return err;
  for (size_t added = 1, most = ADD_FIRST; err == ERR_NONE && added > 0; most *= 2) {
    arena_clear(scratch);
    if (options->progress != NULL) options->progress(options->context, CANDIDATES_SOLVE, report.rounds, report.rounds);
    report.rounds++;
    report.pairs = (size_t)lists.problem.first[lists.problem.mentees];
    err = assign_solve(&lists.problem, &solving, scratch, &result);
    if (err == ERR_NONE) err = grow(problem, options, &result, most, MARGIN, &lists, &added);
  }
  report.asked = lists.asked;
  if (err == ERR_NONE) keep_result(&result, &lists.problem, arena, ret_result);
  if (err == ERR_NONE) *ret_report = report;
  candidates_lists_done(&lists);
  return err;
}
