/* test_seats.c: how many more a mentor takes. */
#include "tests/unit/match/world.h"

#include <criterion/criterion.h>

Test(seats, what_was_offered_within_the_ceiling) {
  static const struct { const char *capacity; int64_t ceiling; int seats; } cases[] = {
      {NULL, 3, 1}, {"-", 3, 1}, {"1", 3, 1}, {"2", 3, 2}, {"3", 3, 3}, {"3", 2, 2}, {"3", 0, 3}, {"9", 0, 3},
      {"nine", 3, 1}, {"0", 3, 1}, {"-4", 3, 1}, {"99999999999999999999", 3, 3}, {"2", INT64_MAX, 2}, {"99999", INT64_MAX, MATCH_SIDE_MAX},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    WORLD(world);
    struct enrolment *mentor = world_join(&world, "p1", ROLE_MENTOR);
    world.programme->mentees_max = cases[i].ceiling;
    world_answer(&world, mentor, "capacity", cases[i].capacity);
    cr_assert_eq(match_seats(world.txn, mentor), cases[i].seats, "case %zu", i);
  }
}

Test(seats, live_pairs_take_one_each_in_whatever_programme) {
  static const struct { enum pair_state state; int seats; } cases[] = {
      {PAIR_ASKING_MENTEE, 1}, {PAIR_ASKING_MENTOR, 1}, {PAIR_ASKING_BOTH, 1}, {PAIR_INTRODUCED, 1},
      {PAIR_DECLINED, 2}, {PAIR_EXPIRED, 2}, {PAIR_WITHDRAWN, 2}, {PAIR_ENDED, 2},
  };
  cr_assert_eq(ARRAY_LEN(cases), PAIR_STATE_MAX_);
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    WORLD(world);
    struct enrolment *mentor = world_join(&world, "p1", ROLE_MENTOR);
    world_answer(&world, mentor, "capacity", "2");
    world_pair(&world, "x1", "p2", "p1", cases[i].state);
    ((struct pair *)txn_edit(world.txn, RECORD_PAIR, "x1"))->programme = "another";
    world_pair(&world, "x2", "p1", "p3", PAIR_INTRODUCED); /* being a mentee costs no seat */
    cr_assert_eq(match_seats(world.txn, mentor), cases[i].seats, "case %zu", i);
  }
}

Test(seats, never_less_than_none) {
  WORLD(world);
  struct enrolment *mentor = world_join(&world, "p1", ROLE_MENTOR);
  world_pair(&world, "x1", "p2", "p1", PAIR_INTRODUCED);
  world_pair(&world, "x2", "p3", "p1", PAIR_ASKING_BOTH);
  cr_assert_eq(match_seats(world.txn, mentor), 0);
}
