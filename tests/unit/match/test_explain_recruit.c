/* test_explain_recruit.c: the topic by which most would have somebody, with its number, is the one that trying all topics finds. */
#include "bot/match/explain.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "bot/match/rules.h"
#include "tests/unit/match/instance.h"
#include "tests/unit/match/world.h"

enum { PEOPLE = 7, TOPICS = 4 };
static const char *const topics[TOPICS] = {"confidence", "career_move", "planning", "clients"};

/* p0, p1 … wish, q0, q1 … offer. */
struct market {
  struct round *round;
  size_t mentees, mentors;
  bool wants[PEOPLE][TOPICS], offers[PEOPLE][TOPICS], forbidden[PEOPLE][PEOPLE];
  int seats[PEOPLE], pin_of[PEOPLE]; /* -1: not pinned */
};

static const char *name(struct world *world, char side, size_t number) {
  return arena_format(world->arena, "%c%zu", side, number);
}

static void draw_topics(struct world *world, struct enrolment *enrolment, bool *has, struct chance *chance) {
  const char *values = NULL;
  for (size_t t = 0; t < TOPICS; t++) {
    has[t] = chance_below(chance, 3) == 0;
    if (has[t]) values = values == NULL ? topics[t] : arena_format(world->arena, "%s,%s", values, topics[t]);
  }
  world_answer(world, enrolment, "topics", values == NULL ? "other" : values);
}

static void draw(struct world *world, struct market *market, struct chance *chance) {
  *market = (struct market){.round = world_round(world, "5eed"), .mentees = 1 + chance_below(chance, PEOPLE), .mentors = 1 + chance_below(chance, 4)};
  for (size_t i = 0; i < market->mentees; i++) draw_topics(world, world_join(world, name(world, 'p', i), ROLE_MENTEE), market->wants[i], chance);
  for (size_t j = 0; j < market->mentors; j++) {
    struct enrolment *mentor = world_join(world, name(world, 'q', j), ROLE_MENTOR);
    draw_topics(world, mentor, market->offers[j], chance);
    market->seats[j] = 1 + (int)chance_below(chance, 2);
    world_answer(world, mentor, "capacity", market->seats[j] == 1 ? "1" : "2");
  }
  for (size_t i = 0; i < market->mentees; i++) {
    market->pin_of[i] = -1;
    for (size_t j = 0; j < market->mentors; j++) {
      market->forbidden[i][j] = chance_below(chance, 4) == 0;
      if (market->forbidden[i][j]) world_couple(world, market->round, name(world, 'p', i), name(world, 'q', j), false);
    }
  }
  if (chance_below(chance, 2) != 0 || market->forbidden[0][0]) return;
  market->pin_of[0] = 0;
  world_couple(world, market->round, "p0", "q0", true);
}

/* ---- counting by hand: one more at a time ---- */
struct seating { const struct market *market; int topic; int left[PEOPLE]; int mentor_of[PEOPLE]; bool seen[PEOPLE]; };

static bool seat(struct seating *seating, size_t mentee) {
  const struct market *market = seating->market;
  for (size_t j = 0; j < market->mentors; j++) {
    if (market->forbidden[mentee][j] || seating->seen[j]) continue;
    bool like_them = seating->topic >= 0 && market->offers[j][seating->topic] && market->wants[mentee][seating->topic];
    if (like_them) { /* somebody like q<j> is there for everybody who wants that */
      seating->mentor_of[mentee] = PEOPLE;
      return true;
    }
  }
  for (size_t j = 0; j < market->mentors; j++) {
    if (market->forbidden[mentee][j] || seating->seen[j]) continue;
    seating->seen[j] = true;
    bool free = seating->left[j] > 0;
    for (size_t other = 0; other < market->mentees && !free; other++) {
      free = seating->mentor_of[other] == (int)j && seat(seating, other);
      seating->left[j] += free; /* who sat there has found another place */
    }
    if (!free) continue;
    seating->left[j]--;
    seating->mentor_of[mentee] = (int)j;
    return true;
  }
  return false;
}

static int count(const struct market *market, int topic) {
  struct seating seating = {.market = market, .topic = topic};
  int matched = 0;
  for (size_t j = 0; j < market->mentors; j++) seating.left[j] = market->seats[j];
  for (size_t i = 0; i < market->mentees; i++) {
    seating.mentor_of[i] = -1;
    if (market->pin_of[i] >= 0) seating.left[market->pin_of[i]]--;
  }
  for (size_t i = 0; i < market->mentees; i++) {
    memset(seating.seen, 0, sizeof seating.seen);
    if (market->pin_of[i] < 0 && seat(&seating, i)) matched++;
  }
  return matched;
}

Test(explain_recruit, the_topic_that_helps_most_is_found_with_its_number) {
  struct chance chance = {instance_seed()};
  size_t helped = 0, several = 0, none = 0;
  for (size_t n = 0; n < 150; n++) {
    WORLD(world);
    struct market market;
    draw(&world, &market, &chance);
    cr_assert_eq(match_round(world.txn, world.programme, "boss", market.round), ERR_NONE);
    struct explain_recruit got = explain_recruit(world.txn, world.programme, market.round);
    int most = 0, base = count(&market, -1), told = 0;
    for (int t = 0; t < TOPICS; t++) {
      int more = count(&market, t) - base;
      most = more > most ? more : most;
      if (got.topic != NULL && strcmp(got.topic, topics[t]) == 0) told = more;
    }
    cr_assert(got.people == most && told == most, "market %zu: %s for %d more; but %d, and %d by trying all", n, got.topic, got.people, told, most);
    cr_assert_eq(got.topic == NULL, most == 0);
    helped += most > 0;
    several += most > 1;
    none += most == 0;
  }
  cr_assert(helped > 30 && several > 10 && none > 10, "%zu %zu %zu", helped, several, none);
}

Test(explain_recruit, a_mentor_whose_seats_are_taken_by_pairs_shows_what_more_like_them_would_do) {
  WORLD(world);
  world_answer(&world, world_join(&world, "p1", ROLE_MENTEE), "topics", "clients");
  world_answer(&world, world_join(&world, "q1", ROLE_MENTOR), "topics", "clients,planning");
  world_pair(&world, "x1", "p2", "q1", PAIR_INTRODUCED);
  struct round *round = world_round(&world, "5eed");
  cr_assert_eq(match_round(world.txn, world.programme, "boss", round), ERR_NONE);
  struct explain_recruit got = explain_recruit(world.txn, world.programme, round);
  cr_assert(got.people == 1 && strcmp(got.topic, "clients") == 0);
}

/* No number of mentors helps whom a rule keeps from all of them, and no rule is told from another. */
Test(explain_recruit, what_a_rule_forbids_stays_forbidden) {
  for (int rule = 0; rule < 4; rule++) {
    WORLD(world);
    world_answer(&world, world_join(&world, "p1", ROLE_MENTEE), "topics", "clients");
    world_answer(&world, world_join(&world, "q1", ROLE_MENTOR), "topics", "clients");
    world_pair(&world, "x1", "p2", "q1", PAIR_INTRODUCED);
    struct round *round = world_round(&world, "5eed");
    const char *mentor = "q1";
    if (rule == 0) model_set_line(world.model, "p1", "q1");
    if (rule == 1) model_set_apart(world.model, "p1", &mentor, 1);
    if (rule == 2) world_couple(&world, round, "p1", "q1", false);
    if (rule == 3) model_set_unreadable(world.model, "q1");
    cr_assert_eq(match_round(world.txn, world.programme, "boss", round), ERR_NONE);
    cr_assert_eq(explain_recruit(world.txn, world.programme, round).people, 0, "rule %d", rule);
  }
}

Test(explain_recruit, people_the_manager_is_recused_from_are_not_spoken_of) {
  WORLD(world);
  world_answer(&world, world_join(&world, "p1", ROLE_MENTEE), "topics", "clients");
  world_answer(&world, world_join(&world, "q1", ROLE_MENTOR), "topics", "clients");
  world_pair(&world, "x1", "p2", "q1", PAIR_INTRODUCED);
  struct round *round = world_round(&world, "5eed");
  cr_assert_eq(match_round(world.txn, world.programme, "boss", round), ERR_NONE);
  cr_assert_eq(explain_recruit(world.txn, world.programme, round).people, 1);
  model_set_line(world.model, "p1", "boss");
  cr_assert_eq(explain_recruit(world.txn, world.programme, round).people, 0, "nor the mentee");
  model_set_line(world.model, "p1", NULL);
  model_set_line(world.model, "q1", "boss");
  cr_assert_eq(explain_recruit(world.txn, world.programme, round).people, 0, "nor the mentor");
}

Test(explain_recruit, a_round_in_which_everybody_has_somebody_needs_nobody) {
  WORLD(world);
  struct round *round = world_round(&world, "5eed");
  cr_assert_null(explain_recruit(world.txn, world.programme, round).topic, "nor one without people");
  world_answer(&world, world_join(&world, "p1", ROLE_MENTEE), "topics", "clients");
  world_answer(&world, world_join(&world, "q1", ROLE_MENTOR), "topics", "clients");
  cr_assert_eq(match_round(world.txn, world.programme, "boss", round), ERR_NONE);
  cr_assert_null(explain_recruit(world.txn, world.programme, round).topic);
}
