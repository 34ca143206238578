/* test_fair.c: the dearest pair is as cheap as can be, and never at the price of somebody left out. */
#include "tests/unit/match/market_day.h"

#include <criterion/criterion.h>

enum { ROUNDS = 120 };

/* 0 and 1 both like A best. Cheapest in sum: 0 with A, 1 with B for 90 together; fair: 30 and 70. */
Test(fair, the_dearest_pair_counts_before_the_sum) {
  DAY(day);
  day.mentees = day.mentors = 2;
  day.seats[0] = day.seats[1] = 1;
  day_add(&day, 0, 0, 10);
  day_add(&day, 0, 1, 70);
  day_add(&day, 1, 0, 30);
  day_add(&day, 1, 1, 80);
  struct day_answer plain = day_solve(&day, false), fair = day_solve(&day, true);
  cr_assert(plain.cost == 90 && plain.worst == 80);
  cr_assert(fair.cost == 100 && fair.worst == 70);
}

Test(fair, nobody_is_left_out_for_it) {
  DAY(day);
  day.mentees = day.mentors = 2;
  day.seats[0] = day.seats[1] = 1;
  day_add(&day, 0, 0, 1);
  day_add(&day, 1, 0, 2);
  day_add(&day, 1, 1, 10000);
  struct day_answer fair = day_solve(&day, true);
  cr_assert(fair.matched == 2 && fair.worst == 10000 && fair.cost == 10001);
}

/* With all pairs dearer than the fair limit taken away, the plain solver finds the same; with those of the limit itself gone too, fewer. */
Test(fair, is_the_plain_best_of_the_pairs_within_the_limit) {
  struct chance chance = {instance_seed()};
  DAY(day);
  for (size_t n = 0; n < ROUNDS; n++) {
    struct instance_shape shape = {80, 30, 25, 4, 1000};
    day_draw(&day, &shape, &chance);
    struct day_answer fair = day_solve(&day, true), plain = day_solve(&day, false);
    cr_assert(fair.matched == plain.matched && fair.worst <= plain.worst && fair.cost >= plain.cost);
    if (fair.matched == 0) continue;
    for (int step = 0; step < 2; step++) {
      size_t left = 0;
      for (size_t at = 0; at < day.count; at++)
        if (day.pairs[at].cost <= fair.worst - step) day.pairs[left++] = day.pairs[at];
      day.count = left;
      struct day_answer within = day_solve(&day, false);
      if (step == 0) cr_assert(within.matched == fair.matched && within.cost == fair.cost && within.worst == fair.worst);
      else cr_assert_lt(within.matched, fair.matched);
    }
  }
}
