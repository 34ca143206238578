/* test_points.c: parts become one number: what is skipped is never a zero, and words come strongest first. */
#include "tests/unit/match/world.h"

#include <criterion/criterion.h>

static struct match_parts parts_of(enum match_standing standing, int value) {
  struct match_parts parts;
  for (int c = 0; c < MATCH_COMPONENT_MAX_; c++) parts.of[c] = (struct match_part){standing, value, 0};
  return parts;
}

static const struct match_averages no_averages = {{MATCH_NO_AVERAGE, MATCH_NO_AVERAGE, MATCH_NO_AVERAGE, MATCH_NO_AVERAGE, MATCH_NO_AVERAGE, MATCH_NO_AVERAGE}};

Test(points, a_mean_stays_where_all_parts_are) {
  for (int value = 0; value <= SCORE_MAX; value += 1250) {
    struct match_parts parts = parts_of(MATCH_KNOWN, value);
    cr_assert_eq(match_points(&parts, &no_averages), value);
  }
}

Test(points, weights_count) {
  struct match_parts parts = parts_of(MATCH_KNOWN, 0);
  parts.of[MATCH_TOPICS].value = SCORE_MAX;
  cr_assert_eq(match_points(&parts, &no_averages), 4762); /* 4000 of 8400 */
}

Test(points, what_the_mentee_skipped_is_left_out) {
  struct match_parts parts = parts_of(MATCH_KNOWN, 8000);
  for (int c = 0; c < MATCH_COMPONENT_MAX_; c++) {
    parts.of[c] = (struct match_part){c % 2 ? MATCH_MENTEE_SILENT : MATCH_OFF, 0, 0};
    int points = match_points(&parts, &no_averages);
    cr_assert_eq(points, c + 1 < MATCH_COMPONENT_MAX_ ? 8000 : 5000, "%d left out: %d", c + 1, points);
  }
}

Test(points, what_the_mentor_skipped_takes_the_average_or_is_left_out) {
  struct match_parts parts = parts_of(MATCH_KNOWN, SCORE_MAX);
  parts.of[MATCH_TOPICS].standing = MATCH_MENTOR_SILENT;
  struct match_averages averages = no_averages;
  cr_assert_eq(match_points(&parts, &averages), SCORE_MAX);
  averages.of[MATCH_TOPICS] = 2500;
  cr_assert_eq(match_points(&parts, &averages), 6429); /* (4000 x .25 + 4400) of 8400 */
}

Test(points, averages_are_over_the_accepted_mentors_who_answered) {
  WORLD(world);
  struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE);
  world_answer(&world, mentee, "style", "stories");
  static const char *const styles[] = {"stories", "stories", "advice", NULL, "stories"};
  for (size_t i = 0; i < ARRAY_LEN(styles); i++) {
    struct enrolment *mentor = world_join(&world, arena_format(world.arena, "p%zu", i + 2), i == 1 ? ROLE_RESERVE : ROLE_MENTOR);
    world_answer(&world, mentor, "style", styles[i]);
    if (i == 4) mentor->state = ENROLMENT_WAITLISTED;
  }
  struct enrolment *both = txn_add(world.txn, RECORD_ENROLMENT, "e-both"); /* the mentee mentors somebody else */
  *both = (struct enrolment){.id = "e-both", .person = "p1", .programme = "pilot", .role = ROLE_MENTOR, .state = ENROLMENT_ACCEPTED};
  world_answer(&world, both, "style", "stories");
  struct match_people offering = match_people_offering(world.txn, world.programme);
  cr_assert_eq(offering.count, 5);
  struct match_sides sides = world_sides(&world, mentee, mentee);
  struct match_averages averages = match_averages_of(&sides, &offering);
  cr_assert_eq(averages.of[MATCH_STYLE], 6666);
  cr_assert_eq(averages.of[MATCH_TIMES], MATCH_NO_AVERAGE);
}

Test(points, words_come_strongest_first) {
  WORLD(world);
  struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE), *mentor = world_join(&world, "p2", ROLE_MENTOR);
  static const char *const answers[][3] = {
      {"topics", "conflict,clients", "conflict"}, /* 4000 x 5000 */
      {"style", "advice", "stories"},             /* weak by 1000 */
      {"times", "mon_lunch", "lunch"},            /* 1000 x 6000 */
      {"how", "video", "phone,video"},            /* 600 */
  };
  for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
    world_answer(&world, mentee, answers[i][0], answers[i][1]);
    world_answer(&world, mentor, answers[i][0], answers[i][2]);
  }
  world_answer(&world, mentee, "organisation_wish", "prefer_other"); /* weak by 800 */
  world_person(&world, "p1")->grade = "constable";
  world_person(&world, "p2")->grade = "inspector"; /* 1000 */
  struct match_score score = world_score(&world, mentee, mentor);
  cr_assert_str_eq(world_codes(&world, score.reasons), "topics:conflict grade times:lunch how:video");
  cr_assert_str_eq(world_codes(&world, score.weak), "style organisation");
  cr_assert_eq(score.score, (4000 * 5000 + 1000 * 6000 + 600 * 10000 + 1000 * 10000 + 4200) / 8400);
  cr_assert(score.answered == 6 && score.asked == 6);
}
