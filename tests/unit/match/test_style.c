/* test_style.c: wanted and offered style. */
#include "tests/unit/match/world.h"

#include <criterion/criterion.h>
#include <string.h>

static struct world_part style(const char *wanted, const char *offered, char *ret_reason) {
  WORLD(world);
  struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE), *mentor = world_join(&world, "p2", ROLE_MENTOR);
  world_answer(&world, mentee, "style", wanted);
  world_answer(&world, mentor, "style", offered);
  struct world_part part = world_part(&world, MATCH_STYLE, mentee, mentor);
  ret_reason[0] = '\0';
  if (part.reason != NULL) strncat(ret_reason, part.reason, 63);
  return part;
}

Test(style, the_same_is_a_reason) {
  char reason[64];
  cr_assert_eq(style("questions", "questions", reason).value, SCORE_MAX);
  cr_assert_str_eq(reason, "style:questions");
}

Test(style, another_is_weak) {
  char reason[64];
  struct world_part part = style("questions", "advice", reason);
  cr_assert_eq(part.value, 0);
  cr_assert_str_eq(part.weak, "style");
  cr_assert_str_empty(reason);
}

Test(style, no_preference_fits_all_and_is_no_reason) {
  char reason[64];
  cr_assert_eq(style("no_preference", "advice", reason).value, SCORE_MAX);
  cr_assert_str_empty(reason);
  cr_assert_eq(style("advice", "no_preference", reason).value, SCORE_MAX);
  cr_assert_str_empty(reason);
}
