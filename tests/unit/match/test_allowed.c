/* test_allowed.c: the rule without a score is the rule with one. */
#include <criterion/criterion.h>

#include "tests/unit/match/crowd.h"

Test(allowed, says_what_a_score_says) {
  WORLD(world);
  size_t free = 0, kept = 0;
  (void)crowd(&world, 3, 30, 20);
  world_pair(&world, "taken", "m0", "t1", PAIR_INTRODUCED);
  for (int i = 0; i < 30; i++) {
    for (int j = 0; j < 20; j++) {
      const struct enrolment *mentee = txn_get(world.txn, RECORD_ENROLMENT, arena_format(world.arena, "e-m%d", i));
      const struct enrolment *mentor = txn_get(world.txn, RECORD_ENROLMENT, arena_format(world.arena, "e-t%d", j));
      enum match_rule rule = match_allowed(world.txn, world.programme, mentee, mentor);
      cr_assert_eq(rule, world_score(&world, mentee, mentor).rule);
      *(rule == MATCH_FREE ? &free : &kept) += 1;
    }
  }
  cr_assert(free > 0 && kept > 0);
}

Test(allowed, no_seat_is_a_rule) {
  WORLD(world);
  struct enrolment *aisha = world_join(&world, "aisha", ROLE_MENTEE), *ben = world_join(&world, "ben", ROLE_MENTOR);
  cr_assert_eq(match_allowed(world.txn, world.programme, aisha, ben), MATCH_FREE);
  world_pair(&world, "x1", "mina", "ben", PAIR_INTRODUCED);
  cr_assert_eq(match_allowed(world.txn, world.programme, aisha, ben), MATCH_RULE_CAPACITY);
}
