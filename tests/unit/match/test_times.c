/* test_times.c: overlap of two weeks. */
#include "tests/unit/match/world.h"

#include <criterion/criterion.h>
#include <string.h>

static void assert_times(const char *mentee_free, const char *mentor_free, int value, const char *reason) {
  WORLD(world);
  struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE), *mentor = world_join(&world, "p2", ROLE_MENTOR);
  world_answer(&world, mentee, "times", mentee_free);
  world_answer(&world, mentor, "times", mentor_free);
  struct world_part part = world_part(&world, MATCH_TIMES, mentee, mentor);
  cr_assert_eq(part.standing, MATCH_KNOWN);
  cr_assert_eq(part.value, value, "%s with %s: %d", mentee_free, mentor_free, part.value);
  if (reason != NULL) cr_assert_str_eq(part.reason, reason);
  else cr_assert(part.reason == NULL && strcmp(part.weak, "times") == 0);
}

Test(times, bands) {
  assert_times("lunch", "lunch", SCORE_MAX, "times:lunch");
  assert_times("mornings,lunch", "lunch,afternoons", SCORE_MAX, "times:lunch");
  assert_times("mornings,lunch", "mornings,lunch", SCORE_MAX, "times:mornings,lunch");
  assert_times("mornings", "afternoons", 0, NULL);
}

Test(times, any) {
  assert_times("any", "lunch", SCORE_MAX, "times:lunch");
  assert_times("lunch", "any", SCORE_MAX, "times:lunch");
  assert_times("any", "any", SCORE_MAX, "times:any");
  assert_times("mornings,lunch,afternoons", "any", SCORE_MAX, "times:any");
}

Test(times, cells_of_the_grid) {
  assert_times("mon_lunch", "mon_lunch", 6000, "times:lunch");
  assert_times("mon_lunch", "tue_lunch", 0, NULL);
  assert_times("mon_lunch,tue_morning,fri_afternoon", "mon_lunch,fri_afternoon", 8000, "times:lunch,afternoons");
  assert_times("mon_lunch,wed_lunch", "lunch", 8000, "times:lunch");
  assert_times("mon_morning,tue_morning,wed_morning,thu_lunch", "any", SCORE_MAX, "times:mornings,lunch");
  assert_times("mon_morning,mon_lunch,mon_afternoon", "any", SCORE_MAX, "times:mornings,lunch,afternoons");
}

/* "Go through the week": the cells stand in the next question's answer, and count only as long as that is the choice. */
Test(times, the_grid_may_have_its_own_question) {
  WORLD(world);
  struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE), *mentor = world_join(&world, "p2", ROLE_MENTOR);
  world_answer(&world, mentor, "times", "mornings,lunch");
  world_answer(&world, mentee, "times", "afternoons,grid");
  cr_assert_eq(world_part(&world, MATCH_TIMES, mentee, mentor).value, 0);
  world_answer(&world, mentee, "times_grid", "tue_lunch,wed_lunch");
  cr_assert_eq(world_part(&world, MATCH_TIMES, mentee, mentor).value, 8000);
  world_answer(&world, mentee, "times", "afternoons");
  cr_assert_eq(world_part(&world, MATCH_TIMES, mentee, mentor).value, 0);
  world_answer(&world, mentee, "times", "grid");
  world_answer(&world, mentee, "times_grid", NULL);
  cr_assert_eq(world_part(&world, MATCH_TIMES, mentee, mentor).standing, MATCH_MENTEE_SILENT);
}

Test(times, words_we_do_not_know_say_nothing) {
  WORLD(world);
  struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE), *mentor = world_join(&world, "p2", ROLE_MENTOR);
  world_answer(&world, mentee, "times", "nights");
  world_answer(&world, mentor, "times", "lunch");
  cr_assert_eq(world_part(&world, MATCH_TIMES, mentee, mentor).standing, MATCH_MENTEE_SILENT);
}
