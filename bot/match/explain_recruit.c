/* explain_recruit.c: where to look for more mentors: the topic whose mentors, were there more like them, would give most people somebody. */
#include "bot/match/explain.h"

#include "bot/match/answers.h"
#include "bot/match/arcs.h"
#include "bot/match/couples.h"
#include "bot/match/people.h"
#include "bot/match/rules.h"
#include "bot/match/why.h"
#include "bot/may_see.h"

#include <string.h>

enum { CELLS_MAX = 4 * MATCH_SIDE_MAX * MATCH_SIDE_MAX, TOPICS_MAX = 32 };

/* Only who may have whom counts here, and how many: all pairs cost nothing. */
struct recruiting { /* in the transaction's arena */
  struct txn *txn;
  struct match_people mentees, mentors;
  bool *allowed;                /* per mentee, per mentor */
  int32_t *seats;               /* per mentor */
  struct arcs_pair *pairs;
};

/* ---- people ---- */
static void gather_mentees(struct recruiting *recruiting, const struct round *round) {
  struct match_people *mentees = &recruiting->mentees;
  mentees->items = arena_alloc(txn_arena(recruiting->txn), (round->matches.count + 1) * sizeof *mentees->items);
  for (size_t i = 0; i < round->matches.count; i++) {
    const struct match *match = &round->matches.items[i];
    const struct enrolment *enrolment = txn_get(recruiting->txn, RECORD_ENROLMENT, match->mentee);
    if (match->pinned || match->state == MATCH_RELEASED || enrolment == NULL || enrolment->person == NULL) continue;
    struct match_side side = match_side_of(recruiting->txn, enrolment);
    if (side.person != NULL && may_manage(recruiting->txn, round->by, side.person->id)) mentees->items[mentees->count++] = side;
  }
}

static int32_t seats_beside_pins(struct txn *txn, const struct round *round, const struct enrolment *mentor) {
  int32_t seats = match_seats(txn, mentor);
  for (size_t i = 0; i < round->matches.count; i++) {
    const struct match *match = &round->matches.items[i];
    if (match->pinned && match->state != MATCH_RELEASED && match->mentor != NULL && strcmp(match->mentor, mentor->id) == 0) seats--;
  }
  return seats > 0 ? seats : 0;
}

static void look_at_all(struct recruiting *recruiting, const struct programme *programme, const struct round *round) {
  struct arena *arena = txn_arena(recruiting->txn);
  size_t mentees = recruiting->mentees.count, mentors = recruiting->mentors.count;
  recruiting->allowed = arena_alloc(arena, mentees * mentors + 1);
  recruiting->seats = arena_alloc(arena, (mentors + 1) * sizeof *recruiting->seats);
  recruiting->pairs = arena_alloc(arena, (2 * mentees * mentors + 1) * sizeof *recruiting->pairs);
  for (size_t j = 0; j < mentors; j++) recruiting->seats[j] = seats_beside_pins(recruiting->txn, round, recruiting->mentors.items[j].enrolment);
  for (size_t i = 0; i < mentees; i++) {
    for (size_t j = 0; j < mentors; j++) {
      struct match_sides sides = match_sides_of(recruiting->txn, programme, &recruiting->mentees.items[i], &recruiting->mentors.items[j]);
      recruiting->allowed[i * mentors + j] = match_couples_allow(round, sides.mentee.enrolment->id, sides.mentor.enrolment->id) &&
                                             match_rule_between(recruiting->txn, &sides) == MATCH_FREE;
    }
  }
}

/* ---- topics ---- */
static bool offers(const struct match_side *mentor, const char *topic) {
  struct match_said said = match_said(mentor->enrolment, "topics");
  return said.how == MATCH_SAID && strs_has(said.values, topic);
}

static bool wants(const struct match_side *mentee, const char *topic) {
  struct match_said said = match_said(mentee->enrolment, "topics");
  return said.how == MATCH_SAID_ANY || (said.how == MATCH_SAID && strs_has(said.values, topic));
}

static struct strs topics_offered(const struct recruiting *recruiting) {
  struct strs topics = {NULL, 0};
  for (size_t j = 0; j < recruiting->mentors.count; j++) {
    struct match_said said = match_said(recruiting->mentors.items[j].enrolment, "topics");
    for (size_t k = 0; said.how == MATCH_SAID && k < said.values.count && topics.count < TOPICS_MAX; k++) {
      const char *topic = said.values.items[k];
      if (strcmp(topic, "other") != 0 && !strs_has(topics, topic)) topics = strs_plus(txn_arena(recruiting->txn), topics, topic);
    }
  }
  return topics;
}

/* ---- solving ---- */
/* The round as it is; with a topic, and beside each mentor who offers it as many like them as mentees who want it. */
static struct assign_problem problem_with(const struct recruiting *recruiting, const char *topic, struct arena *arena) {
  size_t mentees = recruiting->mentees.count, mentors = recruiting->mentors.count, count = 0;
  int32_t *seats = arena_alloc(arena, 2 * mentors * sizeof *seats);
  for (size_t i = 0; i < mentees; i++) {
    bool more = topic != NULL && wants(&recruiting->mentees.items[i], topic);
    for (size_t j = 0; j < mentors; j++) {
      if (!recruiting->allowed[i * mentors + j]) continue;
      recruiting->pairs[count++] = (struct arcs_pair){(uint32_t)i, (uint32_t)j, 0};
      if (more) recruiting->pairs[count++] = (struct arcs_pair){(uint32_t)i, (uint32_t)(mentors + j), 0};
    }
  }
  for (size_t j = 0; j < mentors; j++) {
    seats[j] = recruiting->seats[j];
    seats[mentors + j] = topic != NULL && offers(&recruiting->mentors.items[j], topic) ? (int32_t)mentees : 0;
  }
  return arcs_build(mentees, 2 * mentors, seats, recruiting->pairs, count, arena);
}

static size_t problem_bytes(const struct recruiting *recruiting) {
  size_t mentees = recruiting->mentees.count, mentors = recruiting->mentors.count;
  return 16 * mentees * mentors + 8 * mentees + 8 * mentors + assign_result_bytes(mentees, 2 * mentors) + 256;
}

/* What not even one more mentor would change who may be for all whom any of the topic's may be for, no number of them changes. */
static bool could_help(const struct recruiting *recruiting, const struct why *why, const char *topic, struct repair_link *links) {
  size_t mentors = recruiting->mentors.count, count = 0;
  struct why_change change;
  for (size_t i = 0; i < recruiting->mentees.count; i++) {
    bool reached = false;
    for (size_t j = 0; j < mentors && !reached; j++)
      reached = recruiting->allowed[i * mentors + j] && offers(&recruiting->mentors.items[j], topic);
    if (reached && wants(&recruiting->mentees.items[i], topic)) links[count++] = (struct repair_link){(int32_t)i, 0};
  }
  return why_newcomer(why, links, count, &change) == ERR_NONE && change.matched > 0;
}

static int helped_by(const struct recruiting *recruiting, const char *topic, size_t matched) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(problem_bytes(recruiting));
  struct assign_problem problem = problem_with(recruiting, topic, arena);
  struct assign_result result;
  return assign_solve(&problem, NULL, arena, &result) == ERR_NONE ? (int)(result.matched - matched) : 0;
}

static struct explain_recruit best_topic(const struct recruiting *recruiting, struct strs topics) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(problem_bytes(recruiting) + recruiting->mentees.count * sizeof(struct repair_link) + 32);
  CLEANUP(why_freep) struct why *why = NULL;
  struct explain_recruit best = {NULL, 0};
  struct assign_problem problem = problem_with(recruiting, NULL, arena);
  struct assign_result result;
  if (assign_solve(&problem, NULL, arena, &result) != ERR_NONE || why_new(&problem, &result, &why) != ERR_NONE) return best;
  struct repair_link *links = arena_alloc(arena, recruiting->mentees.count * sizeof *links);
  for (size_t k = 0; k < topics.count; k++) {
    if (!could_help(recruiting, why, topics.items[k], links)) continue;
    int people = helped_by(recruiting, topics.items[k], result.matched);
    if (people > best.people) best = (struct explain_recruit){topics.items[k], people};
  }
  return best;
}

struct explain_recruit explain_recruit(struct txn *txn, const struct programme *programme, const struct round *round) {
  struct recruiting recruiting = {.txn = txn};
  if (round->filled.count > 0) return (struct explain_recruit){NULL, 0}; /* more mentors may not help where places are taken */
  gather_mentees(&recruiting, round);
  recruiting.mentors = match_people_mentors(txn, programme, round->by);
  if (recruiting.mentees.count * recruiting.mentors.count > CELLS_MAX || recruiting.mentees.count == 0) return (struct explain_recruit){NULL, 0};
  look_at_all(&recruiting, programme, round);
  return best_topic(&recruiting, topics_offered(&recruiting));
}
