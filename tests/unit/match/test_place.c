/* test_place.c: organisation and profession, as wished and as they are. */
#include "tests/unit/match/world.h"

#include <criterion/criterion.h>
#include <string.h>

struct place_case {
  enum other_rule rule;
  const char *wish, *profession;                     /* of the mentee */
  const char *mentor_organisation, *mentor_department; /* the mentee is of city, Custody */
  enum match_standing standing;
  int value;
  const char *reason, *weak;
};

static const struct place_case cases[] = {
    {OTHER_OFF, "prefer_other", NULL, "borough", "Custody", MATCH_KNOWN, SCORE_MAX, "organisation:other", NULL},
    {OTHER_OFF, "prefer_other", NULL, "city", "Custody", MATCH_KNOWN, 0, NULL, "organisation"},
    {OTHER_OFF, "prefer_same", NULL, "city", "Policy", MATCH_KNOWN, SCORE_MAX, "organisation:same", NULL},
    {OTHER_OFF, "must_other", NULL, "borough", NULL, MATCH_KNOWN, SCORE_MAX, "organisation:other", NULL},
    {OTHER_OFF, "no_matter", NULL, "city", NULL, MATCH_KNOWN, SCORE_MAX, NULL, NULL},
    {OTHER_OFF, NULL, NULL, "city", NULL, MATCH_MENTEE_SILENT, 0, NULL, NULL},
    {OTHER_OFF, "prefer_same", NULL, NULL, NULL, MATCH_MENTOR_SILENT, 0, NULL, NULL},
    {OTHER_OFF, NULL, "prefer_same", "borough", "Custody", MATCH_KNOWN, SCORE_MAX, NULL, NULL},
    {OTHER_OFF, NULL, "prefer_same", "borough", "Policy", MATCH_KNOWN, 0, NULL, "organisation"},
    {OTHER_OFF, NULL, "prefer_same", "borough", NULL, MATCH_MENTOR_SILENT, 0, NULL, NULL},
    {OTHER_OFF, "prefer_other", "prefer_same", "borough", "Policy", MATCH_KNOWN, 5000, "organisation:other", NULL},
    {OTHER_OFF, "prefer_other", "prefer_same", "borough", NULL, MATCH_KNOWN, SCORE_MAX, "organisation:other", NULL},
    {OTHER_PREFER, NULL, NULL, "borough", NULL, MATCH_KNOWN, SCORE_MAX, "organisation:other", NULL},
    {OTHER_PREFER, NULL, NULL, "city", NULL, MATCH_KNOWN, 0, NULL, "organisation"},
    {OTHER_PREFER, "prefer_same", NULL, "city", NULL, MATCH_KNOWN, 5000, "organisation:same", NULL},
    {OTHER_PREFER, NULL, NULL, NULL, NULL, MATCH_MENTOR_SILENT, 0, NULL, NULL},
};

static bool same(const char *a, const char *b) {
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

Test(place, wishes_and_facts) {
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    const struct place_case *c = &cases[i];
    WORLD(world);
    struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE), *mentor = world_join(&world, "p2", ROLE_MENTOR);
    world.programme->other_organisation = c->rule;
    world_person(&world, "p1")->department = "Custody";
    world_person(&world, "p2")->organisation = c->mentor_organisation;
    world_person(&world, "p2")->department = c->mentor_department;
    world_answer(&world, mentee, "organisation_wish", c->wish);
    world_answer(&world, mentee, "profession_wish", c->profession);
    struct world_part part = world_part(&world, MATCH_PLACE, mentee, mentor);
    cr_assert(part.standing == c->standing && part.value == c->value, "case %zu: %d, %d", i, part.standing, part.value);
    cr_assert(same(part.reason, c->reason) && same(part.weak, c->weak), "case %zu", i);
  }
}

Test(place, the_mentor_has_a_voice_too) {
  WORLD(world);
  struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE), *mentor = world_join(&world, "p2", ROLE_MENTOR);
  world_answer(&world, mentee, "organisation_wish", "prefer_same");
  world_answer(&world, mentor, "organisation_wish", "prefer_other");
  cr_assert_eq(world_part(&world, MATCH_PLACE, mentee, mentor).value, 5000);
}

Test(place, off_where_nobody_asks) {
  WORLD(world);
  struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE), *mentor = world_join(&world, "p2", ROLE_MENTOR);
  (void)txn_add(world.txn, RECORD_QUESTION_SET, "q-pilot-1");
  world.programme->question_set = "q-pilot-1";
  cr_assert_eq(world_part(&world, MATCH_PLACE, mentee, mentor).standing, MATCH_OFF);
  world.programme->other_organisation = OTHER_PREFER;
  cr_assert_eq(world_part(&world, MATCH_PLACE, mentee, mentor).standing, MATCH_KNOWN);
}
