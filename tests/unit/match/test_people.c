/* test_people.c: who takes part in a round. */
#include "tests/unit/match/world.h"

#include <criterion/criterion.h>

static const char *ids_of(struct world *world, struct match_people people) {
  struct strs list = {NULL, 0};
  for (size_t i = 0; i < people.count; i++) list = strs_plus(world->arena, list, people.items[i].person->id);
  return world_codes(world, list);
}

static const char *mentees_of(struct world *world) {
  return ids_of(world, match_people_mentees(world->txn, world->programme, "boss"));
}

static const char *mentors_of(struct world *world) {
  return ids_of(world, match_people_mentors(world->txn, world->programme, "boss"));
}

Test(people, accepted_ones_by_role) {
  WORLD(world);
  (void)world_join(&world, "p1", ROLE_MENTEE);
  (void)world_join(&world, "p2", ROLE_MENTOR);
  (void)world_join(&world, "p3", ROLE_RESERVE);
  (void)world_join(&world, "p4", ROLE_COORDINATOR);
  for (int state = 0; state < ENROLMENT_STATE_MAX_; state++) {
    if (state == ENROLMENT_ACCEPTED) continue;
    world_join(&world, arena_format(world.arena, "q%d", state), ROLE_MENTEE)->state = (enum enrolment_state)state;
    world_join(&world, arena_format(world.arena, "r%d", state), ROLE_MENTOR)->state = (enum enrolment_state)state;
  }
  world_join(&world, "p5", ROLE_MENTEE)->programme = "another";
  cr_assert_str_eq(mentees_of(&world), "p1");
  cr_assert_str_eq(mentors_of(&world), "p2 p3");
}

Test(people, trained_where_training_is_a_gate) {
  WORLD(world);
  struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE), *mentor = world_join(&world, "p2", ROLE_MENTOR);
  struct enrolment *reserve = world_join(&world, "p3", ROLE_RESERVE);
  world.programme->training = TRAINING_GATE;
  cr_assert_str_empty(mentees_of(&world));
  cr_assert_str_empty(mentors_of(&world));
  mentee->trained = mentor->trained = reserve->trained = true;
  cr_assert_str_eq(mentees_of(&world), "p1");
  cr_assert_str_eq(mentors_of(&world), "p2 p3");
}

Test(people, not_those_who_are_gone) {
  WORLD(world);
  (void)world_join(&world, "p1", ROLE_MENTEE);
  (void)world_join(&world, "p2", ROLE_MENTOR);
  world_person(&world, "p1")->gone_ms = world_person(&world, "p2")->gone_ms = 1;
  world_join(&world, "p3", ROLE_MENTEE)->person = "erased";
  cr_assert_str_empty(mentees_of(&world));
  cr_assert_str_empty(mentors_of(&world));
}

Test(people, not_those_the_manager_is_recused_from) {
  WORLD(world);
  static const char *const persons[] = {"p1", "p2", "p3", "p4"};
  for (size_t i = 0; i < ARRAY_LEN(persons); i++) (void)world_join(&world, persons[i], i % 2 ? ROLE_MENTOR : ROLE_MENTEE);
  model_set_line(world.model, "p1", "boss");
  model_set_line(world.model, "p4", "between");
  model_set_line(world.model, "between", "boss");
  cr_assert_str_eq(mentees_of(&world), "p3");
  cr_assert_str_eq(mentors_of(&world), "p2");
  cr_assert_eq(match_people_mentees(world.txn, world.programme, NULL).count, 2);
  cr_assert_eq(match_people_mentees(world.txn, world.programme, "p2").count, 0, "who manages nothing sees nobody");
}

Test(people, not_mentees_who_have_a_mentor_here) {
  for (int state = 0; state < PAIR_STATE_MAX_; state++) {
    WORLD(world);
    (void)world_join(&world, "p1", ROLE_MENTEE);
    world_pair(&world, "x1", "p1", "p2", (enum pair_state)state);
    bool live = state == PAIR_ASKING_MENTEE || state == PAIR_ASKING_MENTOR || state == PAIR_ASKING_BOTH || state == PAIR_INTRODUCED;
    cr_assert_str_eq(mentees_of(&world), live ? "" : "p1");
    ((struct pair *)txn_edit(world.txn, RECORD_PAIR, "x1"))->programme = "another";
    cr_assert_str_eq(mentees_of(&world), "p1");
  }
}

Test(people, mentor_and_reserve_at_once_is_one_mentor) {
  for (int first = 0; first < 2; first++) {
    WORLD(world);
    (void)world_join(&world, "p1", first ? ROLE_MENTOR : ROLE_RESERVE);
    struct enrolment *again = txn_add(world.txn, RECORD_ENROLMENT, "z-p1");
    *again = (struct enrolment){.id = "z-p1", .person = "p1", .programme = "pilot", .role = first ? ROLE_RESERVE : ROLE_MENTOR, .state = ENROLMENT_ACCEPTED};
    struct match_people mentors = match_people_mentors(world.txn, world.programme, "boss");
    cr_assert_eq(mentors.count, 1);
    cr_assert_eq(mentors.items[0].enrolment->role, ROLE_MENTOR);
  }
}

Test(people, both_mentee_and_mentor_stands_on_both_sides) {
  WORLD(world);
  (void)world_join(&world, "p1", ROLE_MENTEE);
  struct enrolment *again = txn_add(world.txn, RECORD_ENROLMENT, "z-p1");
  *again = (struct enrolment){.id = "z-p1", .person = "p1", .programme = "pilot", .role = ROLE_MENTOR, .state = ENROLMENT_ACCEPTED};
  cr_assert_str_eq(mentees_of(&world), "p1");
  cr_assert_str_eq(mentors_of(&world), "p1");
}
