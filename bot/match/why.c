/* why.c: questions to a proven round, each one shortest path or less. */
#include "bot/match/why.h"

#include "bot/match/arcs.h"
#include "bot/match/certificate.h"
#include "bot/match/why_parts.h"

#include <stdlib.h>
#include <string.h>

enum { MAGIC = 0x57687921 };
static const int64_t SUM_MAX = INT64_C(1) << 60;

/* ---- set up ---- */
static size_t bytes_of(const struct assign_problem *problem) {
  return sizeof(struct why) + (problem->mentors + 1) * 3 * sizeof(int64_t) + problem->mentees * (sizeof(int64_t) + 2 * sizeof(int32_t)) + 8 * 16 +
         why_search_bytes(problem);
}

/* More than twice all points together, so that a change tells people from points. */
static int64_t choose_big(const struct assign_problem *problem, const struct assign_result *result) {
  int64_t most = result->alone > 0 ? result->alone : 0;
  for (size_t j = 0; j < problem->mentors; j++) most = result->price[j] > most ? result->price[j] : most;
  return most + (int64_t)(problem->mentees + 2) * 4 * (ASSIGN_COST_MAX + 1);
}

/* Staying alone gets as dear as `big`, and so do seats of the mentors in the cover: who is not in it can have no others. */
static void lift_prices(struct why *why) {
  const struct assign_result *result = why->result;
  bool some_out = result->matched < why->problem->mentees;
  for (size_t j = 0; j < why->problem->mentors; j++) {
    why->price[j] = result->price[j];
    if (some_out && result->most.mentors[j]) why->price[j] += why->big - result->alone;
    if (why->problem->seats[j] == 0) why->price[j] = why->big;
  }
}

static int32_t cost_of(const struct assign_problem *problem, size_t mentee, int32_t mentor) {
  for (int64_t at = problem->first[mentee]; at < problem->first[mentee + 1]; at++)
    if (problem->mentor[at] == mentor) return problem->cost[at];
  return -1;
}

static void seat_people(struct why *why) {
  const struct assign_problem *problem = why->problem;
  for (size_t i = 0; i < problem->mentees; i++) {
    int32_t mentor = why->result->mentor_of[i];
    if (mentor == ASSIGN_NOBODY) {
      why->alone[why->alone_count++] = (int32_t)i;
      why->pays[i] = why->big;
      continue;
    }
    why->pays[i] = cost_of(problem, i, mentor) + why->price[mentor];
    why->seated_first[mentor + 1]++;
  }
  for (size_t j = 0; j < problem->mentors; j++) why->seated_first[j + 1] += why->seated_first[j];
  /* Each list is filled from its end, which moves down to its start; one place on, that is where it is looked for. */
  for (size_t i = problem->mentees; i-- > 0;) {
    int32_t mentor = why->result->mentor_of[i];
    if (mentor != ASSIGN_NOBODY) why->seated[--why->seated_first[mentor + 1]] = (int32_t)i;
  }
  memmove(why->seated_first, why->seated_first + 1, problem->mentors * sizeof *why->seated_first);
  why->seated_first[problem->mentors] = (int64_t)why->result->matched;
}

static void search_from_out(struct why *why) {
  why_search_begin(why);
  why_reach(why, why_out(why), 0, ASSIGN_NOBODY);
  (void)why_search(why, SIZE_MAX);
  memcpy(why->from_out, why->distance, why->problem->mentors * sizeof *why->from_out);
}

static enum err check(const struct assign_problem *problem, const struct assign_result *result) {
  int64_t pair;
  enum err err = arcs_check(problem, ASSIGN_COST_MAX, &pair);
  if (err != ERR_NONE) return err;
  if (result->fairest.mentees != NULL) return err_note(ERR_BAD_INPUT, "only plain rounds are explained");
  enum certificate_flaw flaw = certificate_check(problem, result, false);
  if (flaw != CERTIFICATE_NONE) return err_note(ERR_BAD_INPUT, "what is not proven is not explained: %s", certificate_flaw_text(flaw));
  if (choose_big(problem, result) > SUM_MAX) return err_note(ERR_LIMITED, "the costs and the number of people are too large together");
  return ERR_NONE;
}

enum err why_new(const struct assign_problem *problem, const struct assign_result *result, struct why **ret_why) {
  enum err err = check(problem, result);
  if (err != ERR_NONE) return err;
  struct arena *arena = arena_new(bytes_of(problem));
  struct why *why = arena_alloc(arena, sizeof *why);
  *why = (struct why){.magic = MAGIC, .arena = arena, .problem = problem, .result = result, .big = choose_big(problem, result)};
  why->price = arena_alloc(arena, problem->mentors * sizeof *why->price);
  why->pays = arena_alloc(arena, problem->mentees * sizeof *why->pays);
  why->seated_first = arena_alloc(arena, (problem->mentors + 1) * sizeof *why->seated_first);
  why->seated = arena_alloc(arena, problem->mentees * sizeof *why->seated);
  why->alone = arena_alloc(arena, problem->mentees * sizeof *why->alone);
  why->from_out = arena_alloc(arena, problem->mentors * sizeof *why->from_out);
  why_search_init(why);
  lift_prices(why);
  seat_people(why);
  search_from_out(why);
  *ret_why = why;
  return ERR_NONE;
}

struct why *why_free(struct why *why) {
  if (why == NULL) return NULL;
  assert(why->magic == MAGIC);
  why->magic = 0;
  (void)arena_free(why->arena);
  return NULL;
}

void why_freep(struct why **why) {
  *why = why_free(*why);
}

/* ---- what a way means ---- */
/* So many times `big` are people, the rest is points, which are less than half of it. */
static struct why_change change_of(const struct why *why, int64_t length) {
  int64_t shifted = length + why->big / 2, people = shifted >= 0 ? shifted / why->big : -((why->big - 1 - shifted) / why->big);
  return (struct why_change){(int32_t)-people, length - people * why->big};
}

/* Where the way of a mentee who moves must end: with what they leave. */
static size_t left_by(const struct why *why, size_t mentee) {
  int32_t mentor = why->result->mentor_of[mentee];
  return mentor == ASSIGN_NOBODY ? why_out(why) : (size_t)mentor;
}

static enum err check_mentee(const struct why *why, size_t mentee) {
  assert(why->magic == MAGIC);
  return mentee < why->problem->mentees ? ERR_NONE : err_note(ERR_BAD_INPUT, "mentee %zu is not there", mentee);
}

/* ---- about a pair ---- */
enum err why_without(struct why *why, size_t mentee, struct why_next *ret_next) {
  enum err err = check_mentee(why, mentee);
  if (err != ERR_NONE) return err;
  int32_t mentor = why->result->mentor_of[mentee];
  if (mentor == ASSIGN_NOBODY) return err_note(ERR_BAD_INPUT, "mentee %zu has nobody", mentee);
  why_search_begin(why);
  why_reach(why, why_out(why), why->big - why->pays[mentee], ASSIGN_NOBODY);
  why_reach_list(why, mentee, mentor);
  int64_t length = why_search(why, (size_t)mentor);
  *ret_next = (struct why_next){why->first[mentor], change_of(why, length)};
  return ERR_NONE;
}

enum err why_with(struct why *why, size_t mentee, size_t mentor, struct why_change *ret_change) {
  enum err err = check_mentee(why, mentee);
  if (err != ERR_NONE) return err;
  int32_t cost = mentor < why->problem->mentors ? cost_of(why->problem, mentee, (int32_t)mentor) : -1;
  if (cost < 0 || why->problem->seats[mentor] == 0) return err_note(ERR_BAD_INPUT, "mentee %zu cannot have mentor %zu", mentee, mentor);
  why_search_begin(why);
  why_reach(why, mentor, cost + why->price[mentor] - why->pays[mentee], (int32_t)mentor);
  *ret_change = change_of(why, why_search(why, left_by(why, mentee)));
  return ERR_NONE;
}

/* ---- about one thing more ---- */
struct why_change why_seat(const struct why *why, size_t mentor) {
  assert(why->magic == MAGIC && mentor < why->problem->mentors);
  int64_t length = why->from_out[mentor] - why->price[mentor];
  return change_of(why, length < 0 ? length : 0);
}

static enum err check_links(const struct repair_link *links, size_t count, size_t people) {
  for (size_t k = 0; k < count; k++) {
    if (links[k].person < 0 || (size_t)links[k].person >= people) return err_note(ERR_BAD_INPUT, "person %d is not there", (int)links[k].person);
    if (links[k].cost < 0 || links[k].cost > ASSIGN_COST_MAX) return err_note(ERR_BAD_INPUT, "a pair costs %d", (int)links[k].cost);
  }
  return ERR_NONE;
}

/* The way may begin with a gain: only there, since nobody else's list is longer. */
enum err why_more(struct why *why, size_t mentee, const struct repair_link *mentors, size_t count, struct why_next *ret_next) {
  enum err err = check_mentee(why, mentee);
  if (err == ERR_NONE) err = check_links(mentors, count, why->problem->mentors);
  if (err != ERR_NONE) return err;
  size_t left = left_by(why, mentee);
  why_search_begin(why);
  for (size_t k = 0; k < count; k++) {
    int32_t mentor = mentors[k].person;
    if (why->problem->seats[mentor] > 0) why_reach(why, (size_t)mentor, mentors[k].cost + why->price[mentor] - why->pays[mentee], mentor);
  }
  int64_t length = why_search(why, left);
  struct why_next next = {why->result->mentor_of[mentee], {0, 0}};
  *ret_next = length < 0 ? (struct why_next){why->first[left], change_of(why, length)} : next;
  return ERR_NONE;
}

enum err why_newcomer(const struct why *why, const struct repair_link *mentees, size_t count, struct why_change *ret_change) {
  assert(why->magic == MAGIC);
  enum err err = check_links(mentees, count, why->problem->mentees);
  if (err != ERR_NONE) return err;
  int64_t best = 0;
  for (size_t k = 0; k < count; k++) {
    int32_t mentor = why->result->mentor_of[mentees[k].person];
    int64_t length = (mentor == ASSIGN_NOBODY ? 0 : why->from_out[mentor]) + mentees[k].cost - why->pays[mentees[k].person];
    best = length < best ? length : best;
  }
  *ret_change = change_of(why, best);
  return ERR_NONE;
}

/* ---- about somebody who has nobody ---- */
static void gather(const struct why *why, size_t mentee, int32_t *queue, bool *of_mentees, bool *of_mentors, struct why_crowd *crowd) {
  const struct assign_problem *problem = why->problem;
  queue[crowd->mentees++] = (int32_t)mentee;
  of_mentees[mentee] = true;
  for (size_t head = 0; head < crowd->mentees; head++) {
    for (int64_t at = problem->first[queue[head]]; at < problem->first[queue[head] + 1]; at++) {
      int32_t mentor = problem->mentor[at];
      if (of_mentors[mentor] || problem->seats[mentor] == 0) continue;
      of_mentors[mentor] = true;
      crowd->mentors++;
      crowd->seats += problem->seats[mentor];
      for (int64_t k = why->seated_first[mentor]; k < why->seated_first[mentor + 1]; k++) {
        of_mentees[why->seated[k]] = true;
        queue[crowd->mentees++] = why->seated[k];
      }
    }
  }
}

/* Whoever else has nobody and wants these seats and no others. */
static void gather_alone(const struct why *why, bool *of_mentees, const bool *of_mentors, struct why_crowd *crowd) {
  const struct assign_problem *problem = why->problem;
  for (size_t k = 0; k < why->alone_count; k++) {
    int32_t mentee = why->alone[k];
    bool wants = false, others = of_mentees[mentee];
    for (int64_t at = problem->first[mentee]; at < problem->first[mentee + 1]; at++) {
      bool has_seats = problem->seats[problem->mentor[at]] > 0, here = of_mentors[problem->mentor[at]];
      wants = wants || here;
      others = others || (has_seats && !here);
    }
    if (!wants || others) continue;
    of_mentees[mentee] = true;
    crowd->mentees++;
  }
}

enum err why_crowd(struct why *why, size_t mentee, struct arena *arena, struct why_crowd *ret_crowd) {
  enum err err = check_mentee(why, mentee);
  if (err != ERR_NONE) return err;
  if (why->result->mentor_of[mentee] != ASSIGN_NOBODY) return err_note(ERR_BAD_INPUT, "mentee %zu has somebody", mentee);
  CLEANUP(arena_freep) struct arena *scratch = arena_new(why->problem->mentees * sizeof(int32_t) + 32);
  bool *of_mentees = arena_alloc(arena, why->problem->mentees), *of_mentors = arena_alloc(arena, why->problem->mentors);
  struct why_crowd crowd = {.of_mentees = of_mentees, .of_mentors = of_mentors};
  gather(why, mentee, arena_alloc(scratch, why->problem->mentees * sizeof(int32_t)), of_mentees, of_mentors, &crowd);
  gather_alone(why, of_mentees, of_mentors, &crowd);
  crowd.could = crowd.mentors > 0;
  if (crowd.could) {
    why_search_begin(why);
    why_reach_list(why, mentee, ASSIGN_NOBODY);
    crowd.instead = why_search(why, why_out(why));
  }
  *ret_crowd = crowd;
  return ERR_NONE;
}
