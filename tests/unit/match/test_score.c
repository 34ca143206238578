/* test_score.c: the score of two people by themselves. */
#include "tests/unit/match/world.h"

#include <criterion/criterion.h>

struct cast { struct enrolment *aisha, *ben, *silent; };

/* Ben and a mentor who skipped everything; Aisha wants what Ben has. */
static struct cast cast_of(struct world *world) {
  struct cast cast = {world_join(world, "aisha", ROLE_MENTEE), world_join(world, "ben", ROLE_MENTOR), world_join(world, "cleo", ROLE_MENTOR)};
  world_answer(world, cast.aisha, "topics", "confidence,career_move");
  world_answer(world, cast.ben, "topics", "career_move,confidence");
  world_answer(world, cast.aisha, "times", "lunch");
  world_answer(world, cast.ben, "times", "any");
  world_answer(world, cast.silent, "topics", NULL);
  world_answer(world, cast.silent, "times", NULL);
  return cast;
}

Test(score, aisha_and_ben) {
  WORLD(world);
  struct cast cast = cast_of(&world);
  struct match_score score = world_score(&world, cast.aisha, cast.ben);
  cr_assert_eq(score.rule, MATCH_FREE);
  cr_assert_eq(score.score, SCORE_MAX);
  cr_assert_eq(score.answered, 2);
  cr_assert_eq(score.asked, 6);
  cr_assert_str_eq(world_codes(&world, score.reasons), "topics:confidence,career_move times:lunch");
  cr_assert_eq(score.weak.count, 0);
}

/* Matching knows its questions by their ids: what a scheme asks for besides, such as a day, has no say, whatever it is called. */
Test(score, an_answer_that_is_a_day_has_no_say) {
  WORLD(world);
  struct cast cast = cast_of(&world);
  struct match_score before = world_score(&world, cast.aisha, cast.ben);
  world_answer(&world, cast.aisha, "start", "2027-03-01");
  world_answer(&world, cast.ben, "start", "2027-09-01");
  struct match_score after = world_score(&world, cast.aisha, cast.ben);
  cr_assert_eq(after.score, before.score);
  cr_assert_eq(after.asked, before.asked);
  cr_assert_str_eq(world_codes(&world, after.reasons), "topics:confidence,career_move times:lunch");
  static const char *const own[] = {"topics", "times", "how", "how_often", "style", "capacity", "times_grid", "grade_wish"};
  for (size_t i = 0; i < ARRAY_LEN(own); i++) { /* of a scheme that asks them as days: they fit nothing, and break nothing */
    world_answer(&world, cast.aisha, own[i], "2027-03-01");
    world_answer(&world, cast.ben, own[i], "2027-09-01");
    after = world_score(&world, cast.aisha, cast.ben);
    cr_assert(after.score >= 0 && after.score <= SCORE_MAX, "%s: %d", own[i], after.score);
    cr_assert_eq(after.rule, MATCH_FREE, "%s", own[i]);
  }
}

Test(score, a_mentor_who_skipped_all_stands_where_the_average_mentor_does) {
  WORLD(world);
  struct cast cast = cast_of(&world);
  struct match_score score = world_score(&world, cast.aisha, cast.silent);
  cr_assert_eq(score.score, SCORE_MAX, "the only mentor who answered fits: %d", score.score);
  cr_assert_eq(score.answered, 0);
  cr_assert_eq(score.reasons.count, 0);
  struct enrolment *far = world_join(&world, "dan", ROLE_MENTOR);
  world_answer(&world, far, "topics", "clients");
  world_answer(&world, far, "times", "mornings");
  cr_assert_eq(world_score(&world, cast.aisha, cast.silent).score, SCORE_MAX / 2);
  cr_assert_eq(world_score(&world, cast.aisha, far).score, 0);
}

Test(score, a_mentee_who_skipped_all_is_in_the_middle) {
  WORLD(world);
  struct cast cast = cast_of(&world);
  struct enrolment *quiet = world_join(&world, "eve", ROLE_MENTEE);
  struct match_score score = world_score(&world, quiet, cast.ben);
  cr_assert_eq(score.rule, MATCH_FREE);
  cr_assert_eq(score.score, SCORE_MAX / 2);
  cr_assert_eq(score.answered, 0);
  cr_assert_eq(score.asked, 6);
}

/* Taking back an answer never makes the rest count less: a fit that was full stays full. */
Test(score, skipping_one_by_one_never_brings_a_zero) {
  WORLD(world);
  struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE), *mentor = world_join(&world, "p2", ROLE_MENTOR);
  static const char *const questions[] = {"topics", "style", "times", "how"}, *const values[] = {"clients", "advice", "lunch", "phone"};
  for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
    world_answer(&world, mentee, questions[i], values[i]);
    world_answer(&world, mentor, questions[i], values[i]);
  }
  for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
    cr_assert_eq(world_score(&world, mentee, mentor).score, SCORE_MAX);
    cr_assert_eq(world_score(&world, mentee, mentor).answered, (int)(ARRAY_LEN(questions) - i));
    world_answer(&world, i % 2 ? mentee : mentor, questions[i], NULL);
  }
}

Test(score, names_rows_and_other_mentees_change_nothing) {
  WORLD(world);
  struct cast cast = cast_of(&world);
  int before = world_score(&world, cast.aisha, cast.silent).score;
  world_person(&world, "aisha")->name = "Zoe";
  world_person(&world, "ben")->name = "Aaron";
  (void)world_join(&world, "a0", ROLE_MENTEE);
  cr_assert_eq(world_score(&world, cast.aisha, cast.silent).score, before);
}

Test(score, no_seat_is_a_rule_and_rules_come_with_nothing_else) {
  WORLD(world);
  struct cast cast = cast_of(&world);
  world_pair(&world, "x1", "other", "ben", PAIR_INTRODUCED);
  struct match_score score = world_score(&world, cast.aisha, cast.ben);
  cr_assert_eq(score.rule, MATCH_RULE_CAPACITY);
  cr_assert(score.score == 0 && score.asked == 0 && score.reasons.count == 0 && score.weak.count == 0);
}
