/* test_best.c: the next best mentors for a swap. */
#include "tests/unit/match/world.h"

#include <criterion/criterion.h>
#include <string.h>

#include "bot/match/lots.h"

enum { BEST = 3 };

static struct enrolment *join_with(struct world *world, const char *person, enum role role, const char *topics) {
  struct enrolment *enrolment = world_join(world, person, role);
  world_answer(world, enrolment, "topics", topics);
  return enrolment;
}

/* One mentee, p1, and mentors who fit less and less; r1 is a reserve who fits entirely. */
static struct enrolment *cast_of(struct world *world) {
  (void)join_with(world, "q1", ROLE_MENTOR, "clients");
  (void)join_with(world, "q2", ROLE_MENTOR, "clients,conflict,networks");
  (void)join_with(world, "q3", ROLE_MENTOR, "clients,conflict");
  (void)join_with(world, "q4", ROLE_MENTOR, "planning");
  (void)join_with(world, "r1", ROLE_RESERVE, "clients,conflict,networks");
  return join_with(world, "p1", ROLE_MENTEE, "clients,conflict,networks");
}

static const char *best_of(struct world *world, const struct enrolment *mentee, const struct round *round, size_t max) {
  struct match matches[8];
  cr_assert_leq(max, ARRAY_LEN(matches));
  const char *text = "";
  size_t count = match_best(world->txn, world->programme, mentee, round, max, matches);
  cr_assert_leq(count, max);
  for (size_t i = 0; i < count; i++) {
    cr_assert(matches[i].state == MATCH_SUGGESTED && strcmp(matches[i].mentee, mentee->id) == 0 && matches[i].asked > 0);
    text = arena_format(world->arena, "%s%s%s", text, i == 0 ? "" : " ", matches[i].mentor + 2);
  }
  return text;
}

static void put(struct world *world, struct round *round, const char *mentee, const char *mentor, enum match_state state) {
  struct match *match = LIST_ADD(world->arena, &round->matches);
  match->mentee = arena_format(world->arena, "e-%s", mentee);
  match->mentor = mentor == NULL ? NULL : arena_format(world->arena, "e-%s", mentor);
  match->state = state;
}

Test(best, best_first_and_reserves_last) {
  WORLD(world);
  struct enrolment *mentee = cast_of(&world);
  struct round *round = world_round(&world, "5eed");
  cr_assert_str_eq(best_of(&world, mentee, round, BEST), "q2 q3 q1");
  cr_assert_str_eq(best_of(&world, mentee, round, 8), "q2 q3 q1 q4 r1");
  cr_assert_str_eq(best_of(&world, mentee, NULL, 1), "q2");
  cr_assert_str_empty(best_of(&world, mentee, round, 0));
}

Test(best, not_whom_they_have_nor_whom_others_have) {
  WORLD(world);
  struct enrolment *mentee = cast_of(&world);
  struct round *round = world_round(&world, "5eed");
  put(&world, round, "p1", "q2", MATCH_SUGGESTED);
  put(&world, round, "p2", "q3", MATCH_HELD);
  put(&world, round, "p3", NULL, MATCH_NOBODY);
  cr_assert_str_eq(best_of(&world, mentee, round, 8), "q1 q4 r1");
  world_answer(&world, txn_edit(world.txn, RECORD_ENROLMENT, "e-q3"), "capacity", "2");
  cr_assert_str_eq(best_of(&world, mentee, round, 8), "q3 q1 q4 r1");
}

/* A released match is a pair by now: its seat is not counted twice. */
Test(best, released_matches_count_as_pairs_only) {
  WORLD(world);
  struct enrolment *mentee = cast_of(&world);
  struct round *round = world_round(&world, "5eed");
  put(&world, round, "p2", "q2", MATCH_RELEASED);
  world_pair(&world, "x1", "p2", "q2", PAIR_ASKING_MENTEE);
  world_answer(&world, txn_edit(world.txn, RECORD_ENROLMENT, "e-q2"), "capacity", "2");
  cr_assert_str_eq(best_of(&world, mentee, round, 1), "q2");
}

Test(best, rules_forbidden_couples_and_recusal_hold) {
  WORLD(world);
  struct enrolment *mentee = cast_of(&world);
  struct round *round = world_round(&world, "5eed");
  model_set_line(world.model, "p1", "q2");
  model_set_line(world.model, "q3", "boss");
  world_couple(&world, round, "p1", "q1", false);
  cr_assert_str_eq(best_of(&world, mentee, round, 8), "q4 r1");
  model_set_line(world.model, "p1", "boss");
  cr_assert_str_empty(best_of(&world, mentee, round, 8));
}

Test(best, a_pin_may_be_swapped_away) {
  WORLD(world);
  struct enrolment *mentee = cast_of(&world);
  struct round *round = world_round(&world, "5eed");
  world_couple(&world, round, "p1", "q4", true);
  cr_assert_eq(match_round(world.txn, world.programme, "boss", round), ERR_NONE);
  cr_assert_str_eq(world_mentor_of(round, "p1"), "q4");
  cr_assert_str_eq(best_of(&world, mentee, round, BEST), "q2 q3 q1");
}

Test(best, equals_come_in_the_order_of_the_lots) {
  WORLD(world);
  for (int i = 0; i < 4; i++) (void)world_join(&world, arena_format(world.arena, "q%d", i), ROLE_MENTOR);
  struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE);
  struct round *round = world_round(&world, "5eed");
  const char *order = best_of(&world, mentee, round, 4), *drawn = "";
  struct match_people mentors = match_people_mentors(world.txn, world.programme, "boss");
  match_lots_draw(&mentors, "5eed");
  for (size_t j = 0; j < 4; j++) drawn = arena_format(world.arena, "%s%s%s", drawn, j == 0 ? "" : " ", mentors.items[j].person->id);
  cr_assert_str_eq(order, drawn);
  cr_assert_eq(strncmp(best_of(&world, mentee, round, 2), order, strlen("q0 q1")), 0);
  bool other = false;
  for (int n = 0; n < 20; n++) {
    round->seed = arena_format(world.arena, "%d", n);
    other = other || strcmp(best_of(&world, mentee, round, 4), order) != 0;
  }
  cr_assert(other);
}
