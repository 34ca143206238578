/* test_explain.c: as much as may be said about a mentee who has nobody. */
#include "bot/match/explain.h"

#include <criterion/criterion.h>

#include "bot/match/people.h"
#include "tests/unit/match/world.h"

static const char *why(struct world *world, const struct round *round) {
  struct match_people mentors = match_people_mentors(world->txn, world->programme, round == NULL ? NULL : round->by);
  return explain_nobody(world->txn, world->programme, round, txn_get(world->txn, RECORD_ENROLMENT, "e-p1"), &mentors);
}

Test(explain, all_who_fit_are_taken) {
  WORLD(world);
  (void)world_join(&world, "p1", ROLE_MENTEE);
  (void)world_join(&world, "q1", ROLE_MENTOR);
  world_pair(&world, "x1", "p2", "q1", PAIR_INTRODUCED);
  cr_assert_str_eq(why(&world, world_round(&world, "5eed")), "seats");
  cr_assert_str_eq(why(&world, NULL), "seats");
}

Test(explain, nobody_is_there) {
  WORLD(world);
  (void)world_join(&world, "p1", ROLE_MENTEE);
  cr_assert_str_eq(why(&world, world_round(&world, "5eed")), "none_allowed");
}

/* One wording for all rules: nobody learns which it was. */
Test(explain, no_rule_is_told_from_another) {
  for (int rule = 0; rule < 6; rule++) {
    WORLD(world);
    struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE);
    (void)world_join(&world, "q1", ROLE_MENTOR);
    struct round *round = world_round(&world, "5eed");
    const char *mentor = "q1";
    if (rule == 0) model_set_line(world.model, "p1", "q1");
    if (rule == 1) model_set_apart(world.model, "p1", &mentor, 1);
    if (rule == 2) world_pair(&world, "x1", "p1", "q1", PAIR_DECLINED);
    if (rule == 3) world_couple(&world, round, "p1", "q1", false);
    if (rule == 4) world_answer(&world, mentee, "organisation_wish", "must_other");
    if (rule == 5) model_set_unreadable(world.model, "q1");
    cr_assert_str_eq(why(&world, round), "none_allowed", "rule %d", rule);
  }
}

Test(explain, people_the_manager_is_recused_from_are_not_spoken_of) {
  WORLD(world);
  (void)world_join(&world, "p1", ROLE_MENTEE);
  (void)world_join(&world, "q1", ROLE_MENTOR);
  model_set_line(world.model, "q1", "boss");
  cr_assert_str_eq(why(&world, world_round(&world, "5eed")), "none_allowed");
}

Test(explain, of_a_pin_only_the_pinned_mentor_counts) {
  WORLD(world);
  (void)world_join(&world, "p1", ROLE_MENTEE);
  (void)world_join(&world, "q1", ROLE_MENTOR);
  (void)world_join(&world, "q2", ROLE_MENTOR);
  struct round *round = world_round(&world, "5eed");
  world_couple(&world, round, "p1", "q1", true);
  world_pair(&world, "x1", "p2", "q1", PAIR_INTRODUCED);
  cr_assert_str_eq(why(&world, round), "seats");
  model_set_line(world.model, "q1", "p1");
  cr_assert_str_eq(why(&world, round), "none_allowed");
}
