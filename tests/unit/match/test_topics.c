/* test_topics.c: needs covered. */
#include "tests/unit/match/world.h"

#include <criterion/criterion.h>

static struct world_part topics(struct world *world, const char *wanted, const char *offered) {
  static int number;
  struct enrolment *mentee = world_join(world, arena_format(world->arena, "m%d", ++number), ROLE_MENTEE);
  struct enrolment *mentor = world_join(world, arena_format(world->arena, "m%d", ++number), ROLE_MENTOR);
  world_answer(world, mentee, "topics", wanted);
  world_answer(world, mentor, "topics", offered);
  return world_part(world, MATCH_TOPICS, mentee, mentor);
}

Test(topics, share_of_the_wanted_that_is_offered) {
  WORLD(world);
  struct world_part all = topics(&world, "confidence,career_move", "career_move,networks,confidence");
  cr_assert_eq(all.value, SCORE_MAX);
  cr_assert_str_eq(all.reason, "topics:confidence,career_move", "in the order in which the mentee named them");
  struct world_part some = topics(&world, "confidence,career_move,clients", "clients");
  cr_assert_eq(some.value, 3333);
  cr_assert_str_eq(some.reason, "topics:clients");
  cr_assert_null(some.weak);
}

Test(topics, none_is_weak) {
  WORLD(world);
  struct world_part part = topics(&world, "confidence", "clients");
  cr_assert_eq(part.value, 0);
  cr_assert_null(part.reason);
  cr_assert_str_eq(part.weak, "topics:none");
}

/* Two people who both picked "other" have not named the same thing. */
Test(topics, other_is_not_a_topic) {
  WORLD(world);
  cr_assert_eq(topics(&world, "other", "other,clients").standing, MATCH_MENTEE_SILENT);
  cr_assert_eq(topics(&world, "clients", "other").standing, MATCH_MENTOR_SILENT);
  struct world_part part = topics(&world, "clients,other", "clients,other");
  cr_assert_eq(part.value, SCORE_MAX);
  cr_assert_str_eq(part.reason, "topics:clients");
}

Test(topics, whoever_takes_anything_is_not_quoted) {
  WORLD(world);
  struct world_part part = topics(&world, "-", "clients");
  cr_assert(part.value == SCORE_MAX && part.reason == NULL && part.weak == NULL);
  part = topics(&world, "clients", "-");
  cr_assert(part.value == SCORE_MAX && part.reason == NULL && part.weak == NULL);
}

Test(topics, a_long_list_is_read_as_far_as_bits_go) {
  WORLD(world);
  const char *many = "t0";
  for (int i = 1; i < 40; i++) many = arena_format(world.arena, "%s,t%d", many, i);
  struct world_part part = topics(&world, many, "t0,t31,t39");
  cr_assert_eq(part.value, SCORE_MAX * 2 / 32);
  cr_assert_str_eq(part.reason, "topics:t0,t31");
}
