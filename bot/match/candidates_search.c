/* candidates_search.c: one mentee's look at all mentors, over what they want rather than over who there is.
 *
 * Each topic has a list of the mentors who offer it. A mentee's few wishes lead to those who meet at least one, with the points that
 * makes; filters are bits over mentors, joined 64 at a time. So most pairs are never looked at, and most of the others never asked. */
#include "bot/match/candidates_parts.h"

#include <string.h>

enum { PAUSE_EVERY = 512 };

const char *candidates_stage_name(enum candidates_stage stage) {
#define CANDIDATES_STAGE_AS_TEXT(name, text) text,
  static const char *const texts[] = {CANDIDATES_STAGE_LIST(CANDIDATES_STAGE_AS_TEXT)};
#undef CANDIDATES_STAGE_AS_TEXT
  return (unsigned)stage < CANDIDATES_STAGE_MAX_ ? texts[stage] : "?";
}

/* ---- what came from outside ---- */
static bool rises(const int64_t *first, size_t count) {
  if (first[0] != 0) return false;
  for (size_t k = 0; k < count; k++)
    if (first[k + 1] < first[k]) return false;
  return true;
}

static enum err check_parts(const struct candidates_problem *problem) {
  if (problem->mentees > ASSIGN_SIDE_MAX || problem->mentors > ASSIGN_SIDE_MAX || problem->topics > ASSIGN_SIDE_MAX)
    return err_note(ERR_LIMITED, "%zu mentees and %zu mentors are more than can be matched at once", problem->mentees, problem->mentors);
  if (!rises(problem->offered_first, problem->mentors) || !rises(problem->wanted_first, problem->mentees) || !rises(problem->term_first, problem->mentees))
    return err_note(ERR_BAD_INPUT, "a list ends before it begins");
  for (int64_t at = 0; at < problem->offered_first[problem->mentors]; at++)
    if (problem->offered[at] >= problem->topics) return err_note(ERR_BAD_INPUT, "topic %u is not there", problem->offered[at]);
  for (size_t i = 0; i < problem->mentees; i++) {
    int64_t points = 0;
    for (int64_t at = problem->wanted_first[i]; at < problem->wanted_first[i + 1]; at++) {
      const struct candidates_wish *wish = &problem->wanted[at];
      points += wish->points + 1;
      if (wish->topic >= problem->topics || wish->points < 0 || points > INT32_MAX)
        return err_note(ERR_BAD_INPUT, "a wish for topic %u and %d points cannot be", wish->topic, (int)wish->points);
    }
  }
  for (int64_t at = 0; at < problem->term_first[problem->mentees]; at++)
    if (problem->terms[at].set >= problem->sets) return err_note(ERR_BAD_INPUT, "set %u is not there", problem->terms[at].set);
  for (size_t j = 0; j < problem->mentors; j++)
    if (problem->seats[j] < 0) return err_note(ERR_BAD_INPUT, "mentor %zu has %d seats", j + 1, (int)problem->seats[j]);
  return ERR_NONE;
}

/* ---- postings ---- */
size_t search_bytes(const struct candidates_problem *problem) {
  return (problem->topics + 2) * 8 + (size_t)problem->offered_first[problem->mentors] * 4 + candidates_set_words(problem->mentors) * 16 +
         problem->mentors * 8 + 256;
}

static void make_postings(struct search *search, struct arena *arena) {
  const struct candidates_problem *problem = search->problem;
  int64_t *first = arena_alloc(arena, (problem->topics + 2) * sizeof *first);
  search->postings = arena_alloc(arena, (size_t)problem->offered_first[problem->mentors] * sizeof *search->postings);
  search->seated = arena_alloc(arena, candidates_set_words(problem->mentors) * sizeof *search->seated);
  for (int64_t at = 0; at < problem->offered_first[problem->mentors]; at++) first[problem->offered[at] + 2]++;
  for (size_t topic = 1; topic <= problem->topics; topic++) first[topic + 1] += first[topic];
  for (size_t j = 0; j < problem->mentors; j++) {
    if (problem->seats[j] > 0) search->seated[j / 64] |= UINT64_C(1) << j % 64;
    for (int64_t at = problem->offered_first[j]; at < problem->offered_first[j + 1]; at++)
      search->postings[first[problem->offered[at] + 1]++] = (uint32_t)j;
  }
  search->posting_first = first;
}

enum err search_init(struct search *search, const struct candidates_problem *problem, const struct candidates_options *options, struct arena *arena) {
  enum err err = check_parts(problem);
  if (err != ERR_NONE) return err;
  *search = (struct search){.problem = problem, .options = options};
  search->per_mentee = options->per_mentee > 0 ? options->per_mentee : 64;
  search->per_mentor = options->per_mentor > 0 ? options->per_mentor : 16;
  if (search->per_mentee > problem->mentors) search->per_mentee = problem->mentors;
  if (search->per_mentor > problem->mentees) search->per_mentor = problem->mentees;
  make_postings(search, arena);
  search->allowed = arena_alloc(arena, candidates_set_words(problem->mentors) * sizeof *search->allowed);
  search->points = arena_alloc(arena, problem->mentors * sizeof *search->points);
  search->met = arena_alloc(arena, (problem->mentors + 1) * sizeof *search->met); /* one is written beyond, and not counted */
  return ERR_NONE;
}

/* ---- one mentee ---- */
static void filter(struct search *search, size_t mentee) {
  const struct candidates_problem *problem = search->problem;
  const struct candidates_term *terms = problem->terms + problem->term_first[mentee];
  size_t words = candidates_set_words(problem->mentors), count = (size_t)(problem->term_first[mentee + 1] - problem->term_first[mentee]);
  memcpy(search->allowed, search->seated, words * sizeof *search->allowed);
  for (size_t from = 0, to; from < count; from = to) {
    for (to = from + 1; to < count && terms[to - 1].or_next; to++) continue;
    for (size_t word = 0; word < words; word++) {
      uint64_t some = 0;
      for (size_t k = from; k < to; k++) some |= problem->set_bits[terms[k].set * words + word] ^ (terms[k].without ? UINT64_MAX : 0);
      search->allowed[word] &= some;
    }
  }
}

/* A wish of no points still counts one: that keeps the promise, and says that somebody was met. */
void search_begin(struct search *search, size_t mentee) {
  const struct candidates_problem *problem = search->problem;
  size_t count = 0;
  filter(search, mentee);
  for (int64_t at = problem->wanted_first[mentee]; at < problem->wanted_first[mentee + 1]; at++) {
    struct candidates_wish wish = problem->wanted[at];
    int32_t points = wish.points > 0 ? wish.points : 1;
    for (int64_t k = search->posting_first[wish.topic]; k < search->posting_first[wish.topic + 1]; k++) {
      uint32_t mentor = search->postings[k];
      if (!search_allows(search, mentor)) continue;
      search->met[count] = mentor;
      count += search->points[mentor] == 0;
      search->points[mentor] += points;
    }
  }
  search->met_count = count;
}

void search_end(struct search *search) {
  for (size_t k = 0; k < search->met_count; k++) search->points[search->met[k]] = 0;
  search->met_count = 0;
}

enum err search_ask(struct search *search, size_t mentee, uint32_t mentor, int32_t *ret_cost) {
  const struct candidates_problem *problem = search->problem;
  int32_t cost = problem->cost(problem->context, mentee, mentor);
  search->asked++;
  *ret_cost = cost;
  if (cost < 0) return ERR_NONE;
  if (cost > ASSIGN_COST_MAX || cost < (int64_t)problem->apart[mentee] - search->points[mentor])
    return err_note(ERR_BAD_INPUT, "the pair of mentee %zu and mentor %u costs %d, which was said not to be", mentee + 1, mentor + 1, (int)cost);
  return ERR_NONE;
}

enum err search_pause(const struct search *search, enum candidates_stage stage, size_t mentee) {
  const struct candidates_options *options = search->options;
  if (mentee % PAUSE_EVERY != 0) return ERR_NONE;
  if (options->progress != NULL) options->progress(options->context, stage, mentee, search->problem->mentees);
  bool cancelled = options->cancel != NULL && atomic_load_explicit(options->cancel, memory_order_relaxed);
  return cancelled ? err_note(ERR_GONE, "the matching was cancelled") : ERR_NONE;
}
