/* test_how.c: means and rhythm of meeting. */
#include "tests/unit/match/world.h"

#include <criterion/criterion.h>
#include <string.h>

struct how_case {
  const char *mentee_how, *mentor_how, *mentee_often, *mentor_often;
  enum match_standing standing;
  int value;
  const char *reason, *weak;
};

static const struct how_case cases[] = {
    {"video", "video,phone", "weekly", "weekly", MATCH_KNOWN, SCORE_MAX, "how:video", NULL},
    {"video", "any", "weekly", "fortnightly", MATCH_KNOWN, 8333, "how:video", NULL},
    {"any", "any", "weekly", "monthly", MATCH_KNOWN, 6666, "how:any", NULL},
    {"chat", "phone", "monthly", "monthly", MATCH_KNOWN, 3333, NULL, "how"},
    {"chat", "phone", NULL, "monthly", MATCH_KNOWN, 0, NULL, "how"},
    {"in_person,chat", "chat,in_person", NULL, NULL, MATCH_KNOWN, SCORE_MAX, "how:in_person,chat", NULL},
    {NULL, "phone", "monthly", "-", MATCH_KNOWN, SCORE_MAX, NULL, NULL},
    {NULL, "phone", "weekly", "monthly", MATCH_KNOWN, 0, NULL, "how"},
    {NULL, "phone", NULL, "monthly", MATCH_MENTEE_SILENT, 0, NULL, NULL},
    {"phone", NULL, NULL, "monthly", MATCH_MENTOR_SILENT, 0, NULL, NULL},
    {"phone", NULL, "weekly", NULL, MATCH_MENTOR_SILENT, 0, NULL, NULL},
};

static bool same(const char *a, const char *b) {
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

Test(how, means_count_twice_and_rhythm_once) {
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    const struct how_case *c = &cases[i];
    WORLD(world);
    struct enrolment *mentee = world_join(&world, "p1", ROLE_MENTEE), *mentor = world_join(&world, "p2", ROLE_MENTOR);
    world_answer(&world, mentee, "how", c->mentee_how);
    world_answer(&world, mentor, "how", c->mentor_how);
    world_answer(&world, mentee, "how_often", c->mentee_often);
    world_answer(&world, mentor, "how_often", c->mentor_often);
    struct world_part part = world_part(&world, MATCH_HOW, mentee, mentor);
    cr_assert(part.standing == c->standing && part.value == c->value, "case %zu: %d, %d", i, part.standing, part.value);
    cr_assert(same(part.reason, c->reason) && same(part.weak, c->weak), "case %zu", i);
  }
}
