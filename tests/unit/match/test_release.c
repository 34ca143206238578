/* test_release.c: test_rules.c goes through the line states one by one; here are both halves at once. */
#include "tests/unit/match/world.h"

#include <criterion/criterion.h>

Test(release, both_halves_must_be_known) {
  for (int mentee = 0; mentee < LINE_STATE_MAX_; mentee++)
    for (int mentor = 0; mentor < LINE_STATE_MAX_; mentor++) {
      WORLD(world);
      const struct match match = {.mentee = world_join(&world, "p1", ROLE_MENTEE)->id, .mentor = world_join(&world, "p2", ROLE_MENTOR)->id};
      world_person(&world, "p1")->line_state = (enum line_state)mentee;
      world_person(&world, "p2")->line_state = (enum line_state)mentor;
      bool open = mentee == LINE_UNKNOWN || mentee == LINE_ASK_MANAGER || mentor == LINE_UNKNOWN || mentor == LINE_ASK_MANAGER;
      cr_assert_eq(match_releasable(world.txn, &match), !open);
    }
}
