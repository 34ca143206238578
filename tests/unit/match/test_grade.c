/* test_grade.c: the band of the programme, ladders of different length, and wishes. */
#include "tests/unit/match/world.h"

#include <criterion/criterion.h>
#include <string.h>

#include "bot/match/wishes.h"

static const char *const ladder[] = {"constable", "sergeant", "inspector", "chief inspector", "superintendent"};

struct two { struct enrolment *mentee, *mentor; };

static struct two two_of(struct world *world, const char *mentee_grade, const char *mentor_grade) {
  struct two two = {world_join(world, "p1", ROLE_MENTEE), world_join(world, "p2", ROLE_MENTOR)};
  world_person(world, "p1")->grade = mentee_grade;
  world_person(world, "p2")->grade = mentor_grade;
  return two;
}

Test(grade, best_within_the_band_and_less_with_each_step_outside) {
  /* Gaps of -4 … 4 with a band of 1 to 3. */
  static const int want[] = {0, 0, 0, 3000, 6000, SCORE_MAX, SCORE_MAX, SCORE_MAX, 6000};
  for (int mentee = 0; mentee < 5; mentee++)
    for (int mentor = 0; mentor < 5; mentor++) {
      WORLD(world);
      struct two two = two_of(&world, ladder[mentee], ladder[mentor]);
      struct world_part part = world_part(&world, MATCH_GRADE, two.mentee, two.mentor);
      cr_assert_eq(part.value, want[mentor - mentee + 4], "%s under %s", ladder[mentee], ladder[mentor]);
      cr_assert_str_eq(part.value >= 5000 ? part.reason : part.weak, "grade");
      cr_assert_null(part.value >= 5000 ? part.weak : part.reason);
    }
}

Test(grade, peers_may_be_the_ideal) {
  WORLD(world);
  struct two two = two_of(&world, "sergeant", "sergeant");
  world.programme->grade_gap_min = world.programme->grade_gap_max = 0;
  cr_assert_eq(world_part(&world, MATCH_GRADE, two.mentee, two.mentor).value, SCORE_MAX);
}

Test(grade, unknown_grades_are_silence) {
  WORLD(world);
  struct two two = two_of(&world, NULL, "sergeant");
  cr_assert_eq(world_part(&world, MATCH_GRADE, two.mentee, two.mentor).standing, MATCH_MENTEE_SILENT);
  world_person(&world, "p1")->grade = "wizard";
  cr_assert_eq(world_part(&world, MATCH_GRADE, two.mentee, two.mentor).standing, MATCH_MENTEE_SILENT);
  world_person(&world, "p1")->grade = "sergeant";
  world_person(&world, "p2")->grade = NULL;
  cr_assert_eq(world_part(&world, MATCH_GRADE, two.mentee, two.mentor).standing, MATCH_MENTOR_SILENT);
}

Test(grade, off_where_there_are_no_grades) {
  WORLD(world);
  struct two two = two_of(&world, "sergeant", "inspector");
  world_organisation(&world, "flat", "everybody");
  world_person(&world, "p1")->organisation = "flat";
  cr_assert_eq(world_part(&world, MATCH_GRADE, two.mentee, two.mentor).standing, MATCH_OFF);
  world_person(&world, "p1")->organisation = NULL;
  cr_assert_eq(world_part(&world, MATCH_GRADE, two.mentee, two.mentor).standing, MATCH_OFF);
}

/* Top and bottom of a ladder of three are top and bottom of one of five. */
Test(grade, ladders_of_different_length_are_compared_by_height) {
  static const struct { const char *mentee, *mentor; int gap; } cases[] = {
      {"constable", "junior", 0}, {"constable", "middle", 2}, {"constable", "senior", 4},
      {"superintendent", "senior", 0}, {"superintendent", "junior", -4},
      {"constable", "1st", 0}, {"constable", "2nd", 1}, {"constable", "3rd", 3}, {"constable", "4th", 4},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    WORLD(world);
    struct two two = two_of(&world, cases[i].mentee, cases[i].mentor);
    world_organisation(&world, "borough", "junior,middle,senior");
    world_organisation(&world, "county", "1st,2nd,3rd,4th");
    world_person(&world, "p2")->organisation = strchr("jms", cases[i].mentor[0]) ? "borough" : "county";
    struct match_sides sides = world_sides(&world, two.mentee, two.mentor);
    int gap = 99;
    cr_assert(match_grade_gap(&sides, &gap));
    cr_assert_eq(gap, cases[i].gap, "case %zu: %d", i, gap);
  }
}

Test(grade, a_wish_is_a_second_voice) {
  WORLD(world);
  struct two two = two_of(&world, "sergeant", "sergeant");
  world_answer(&world, two.mentee, "grade_wish", "prefer_same");
  cr_assert_eq(world_part(&world, MATCH_GRADE, two.mentee, two.mentor).value, 8000);
  world_answer(&world, two.mentee, "grade_wish", "prefer_other");
  cr_assert_eq(world_part(&world, MATCH_GRADE, two.mentee, two.mentor).value, 3000);
  world_answer(&world, two.mentor, "grade_wish", "prefer_same");
  cr_assert_eq(world_part(&world, MATCH_GRADE, two.mentee, two.mentor).value, 5333);
  world_answer(&world, two.mentee, "grade_wish", "no_matter");
  world_answer(&world, two.mentor, "grade_wish", NULL);
  cr_assert_eq(world_part(&world, MATCH_GRADE, two.mentee, two.mentor).value, 6000);
}
