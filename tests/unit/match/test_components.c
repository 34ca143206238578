/* test_components.c: what all components have in common: the table, who spoke, and codes with lists. */
#include "tests/unit/match/world.h"

#include <criterion/criterion.h>

static const struct { enum match_component which; const char *question, *mentee, *mentor; } asked[] = {
    {MATCH_TOPICS, "topics", "conflict", "conflict"},
    {MATCH_STYLE, "style", "questions", "questions"},
    {MATCH_TIMES, "times", "lunch", "lunch"},
    {MATCH_HOW, "how", "video", "video"},
};

Test(components, weights_have_the_ratio_of_the_paper) {
  cr_assert_eq(match_component_weight(MATCH_TOPICS), 4000);
  cr_assert_eq(match_component_weight(MATCH_STYLE), 1000);
  cr_assert_eq(match_component_weight(MATCH_GRADE), 1000);
  cr_assert_eq(match_component_weight(MATCH_TIMES), 1000);
  cr_assert_eq(match_component_weight(MATCH_PLACE), 800);
  cr_assert_eq(match_component_weight(MATCH_HOW), 600);
}

Test(components, standing_tells_who_was_silent) {
  cr_assert_eq(match_standing(false, true, true), MATCH_OFF);
  cr_assert_eq(match_standing(true, false, true), MATCH_MENTEE_SILENT);
  cr_assert_eq(match_standing(true, false, false), MATCH_MENTEE_SILENT);
  cr_assert_eq(match_standing(true, true, false), MATCH_MENTOR_SILENT);
  cr_assert_eq(match_standing(true, true, true), MATCH_KNOWN);
}

Test(components, said_skipped_and_no_preference_are_three_things) {
  for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
    WORLD(world);
    struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE), *mentor = world_join(&world, "p2", ROLE_MENTOR);
    world_answer(&world, mentee, asked[i].question, asked[i].mentee);
    cr_assert_eq(world_part(&world, asked[i].which, mentee, mentor).standing, MATCH_MENTOR_SILENT, "%s", asked[i].question);
    world_answer(&world, mentor, asked[i].question, asked[i].mentor);
    struct world_part part = world_part(&world, asked[i].which, mentee, mentor);
    cr_assert(part.standing == MATCH_KNOWN && part.value == SCORE_MAX && part.reason != NULL, "%s", asked[i].question);
    world_answer(&world, mentee, asked[i].question, NULL);
    cr_assert_eq(world_part(&world, asked[i].which, mentee, mentor).standing, MATCH_MENTEE_SILENT, "%s", asked[i].question);
    world_answer(&world, mentee, asked[i].question, "-");
    part = world_part(&world, asked[i].which, mentee, mentor);
    cr_assert(part.standing == MATCH_KNOWN && part.value == SCORE_MAX && part.weak == NULL, "%s", asked[i].question);
    world_answer(&world, mentee, asked[i].question, asked[i].mentee);
    world_answer(&world, mentor, asked[i].question, "-");
    part = world_part(&world, asked[i].which, mentee, mentor);
    cr_assert(part.standing == MATCH_KNOWN && part.value == SCORE_MAX && part.weak == NULL, "%s", asked[i].question);
  }
}

Test(components, a_question_that_the_set_does_not_ask_is_off) {
  WORLD(world);
  struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE), *mentor = world_join(&world, "p2", ROLE_MENTOR);
  struct question_set *set = txn_add(world.txn, RECORD_QUESTION_SET, "q-pilot-1");
  LIST_ADD(world.arena, &set->questions)->id = "topics";
  world.programme->question_set = "q-pilot-1";
  for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
    enum match_standing want = asked[i].which == MATCH_TOPICS ? MATCH_MENTEE_SILENT : MATCH_OFF;
    cr_assert_eq(world_part(&world, asked[i].which, mentee, mentor).standing, want, "%s", asked[i].question);
  }
  /* Somebody who answered an older set keeps what they said. */
  world_answer(&world, mentee, "style", "stories");
  cr_assert_eq(world_part(&world, MATCH_STYLE, mentee, mentor).standing, MATCH_MENTOR_SILENT);
  struct question_set *older = txn_add(world.txn, RECORD_QUESTION_SET, "q-pilot-0");
  LIST_ADD(world.arena, &older->questions)->id = "times";
  mentee->question_set = "q-pilot-0";
  cr_assert_eq(world_part(&world, MATCH_TIMES, mentee, mentor).standing, MATCH_MENTEE_SILENT);
  cr_assert_eq(world_part(&world, MATCH_TOPICS, mentee, mentor).standing, MATCH_OFF);
}

Test(components, an_answer_marked_not_asked_says_nothing) {
  WORLD(world);
  struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE), *mentor = world_join(&world, "p2", ROLE_MENTOR);
  world_answer(&world, mentee, "style", "stories");
  mentee->answers.items[0].state = ANSWER_NOT_ASKED;
  cr_assert_eq(world_part(&world, MATCH_STYLE, mentee, mentor).standing, MATCH_MENTEE_SILENT);
}

Test(components, code_lists_are_joined_in_the_order_of_the_names) {
  WORLD(world);
  static const char *const names[] = {"a", "b", "c"};
  cr_assert_str_eq(match_code_list(world.arena, "x", names, 3, 5), "x:a,c");
  cr_assert_str_eq(match_code_list(world.arena, "x", names, 3, 2), "x:b");
  cr_assert_str_eq(match_code_list(world.arena, "x", names, 3, 0), "x");
}
