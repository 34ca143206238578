/* test_rules.c: each hard rule, from either side. */
#include "tests/unit/match/world.h"

#include <criterion/criterion.h>

#include "bot/match/rules.h"

struct two { struct enrolment *mentee, *mentor; };

static struct two two_of(struct world *world) {
  return (struct two){world_join(world, "p1", ROLE_MENTEE), world_join(world, "p2", ROLE_MENTOR)};
}

static enum match_rule rule_of(struct world *world, struct two two) {
  struct match_sides sides = world_sides(world, two.mentee, two.mentor);
  enum match_rule rule = match_rule_between(world->txn, &sides);
  cr_assert_eq(world_score(world, two.mentee, two.mentor).rule, rule);
  return rule;
}

/* The same with the roles turned round. */
static enum match_rule turned(struct world *world, struct two two) {
  return rule_of(world, (struct two){two.mentor, two.mentee});
}

Test(rules, codes) {
  cr_assert_str_eq(match_rule_code(MATCH_FREE), "");
  cr_assert_str_eq(match_rule_code(MATCH_RULE_LINE), "reporting_line");
  for (int rule = MATCH_FREE + 1; rule < MATCH_RULE_MAX_; rule++) cr_assert_str_not_empty(match_rule_code((enum match_rule)rule));
}

Test(rules, two_strangers_are_free) {
  WORLD(world);
  struct two two = two_of(&world);
  cr_assert_eq(rule_of(&world, two), MATCH_FREE);
  cr_assert_eq(turned(&world, two), MATCH_FREE);
}

Test(rules, self) {
  WORLD(world);
  struct two two = two_of(&world);
  two.mentor->person = "p1";
  cr_assert_eq(rule_of(&world, two), MATCH_RULE_SELF);
}

Test(rules, somebody_who_is_gone_cannot_be_read) {
  WORLD(world);
  struct two two = two_of(&world);
  two.mentor->person = "nobody";
  cr_assert_eq(rule_of(&world, two), MATCH_RULE_UNREADABLE);
  two.mentor->person = NULL;
  cr_assert_eq(rule_of(&world, two), MATCH_RULE_UNREADABLE);
}

Test(rules, line_in_both_directions_and_at_any_distance) {
  for (int up = 0; up < 2; up++)
    for (int steps = 1; steps < 4; steps++) {
      WORLD(world);
      struct two two = two_of(&world);
      const char *below = up ? "p1" : "p2", *above = up ? "p2" : "p1";
      for (int i = 1; i < steps; i++) {
        const char *between = arena_format(world.arena, "between%d", i);
        model_set_line(world.model, below, between);
        below = between;
      }
      model_set_line(world.model, below, above);
      cr_assert_eq(rule_of(&world, two), MATCH_RULE_LINE);
      cr_assert_eq(turned(&world, two), MATCH_RULE_LINE);
    }
}

Test(rules, a_common_line_manager_is_no_line) {
  WORLD(world);
  struct two two = two_of(&world);
  model_set_line(world.model, "p1", "boss");
  model_set_line(world.model, "p2", "boss");
  cr_assert_eq(rule_of(&world, two), MATCH_FREE);
}

Test(rules, a_line_given_in_this_very_turn_counts) {
  WORLD(world);
  struct two two = two_of(&world);
  (void)txn_add(world.txn, RECORD_SCHEME, "scheme");
  world_person(&world, "p1")->line = txn_seal(world.txn, "p1", "person.line", "p2");
  cr_assert_eq(rule_of(&world, two), MATCH_RULE_LINE);
}

Test(rules, an_unknown_line_may_be_scored_but_not_released) {
  static const struct { enum line_state state; bool known; } states[] = {
      {LINE_UNKNOWN, false}, {LINE_IMPORTED, true}, {LINE_GIVEN, true}, {LINE_NONE, true}, {LINE_ASK_MANAGER, false}};
  cr_assert_eq(ARRAY_LEN(states), LINE_STATE_MAX_);
  for (size_t i = 0; i < ARRAY_LEN(states); i++) {
    WORLD(world);
    struct two two = two_of(&world);
    const struct match match = {.mentee = two.mentee->id, .mentor = two.mentor->id};
    world_person(&world, "p1")->line_state = states[i].state;
    cr_assert_eq(rule_of(&world, two), MATCH_FREE);
    cr_assert_eq(match_releasable(world.txn, &match), states[i].known);
    world_person(&world, "p1")->line_state = LINE_NONE;
    world_person(&world, "p2")->line_state = states[i].state;
    cr_assert_eq(rule_of(&world, two), MATCH_FREE);
    cr_assert_eq(match_releasable(world.txn, &match), states[i].known);
  }
}

Test(rules, nobody_is_not_released) {
  WORLD(world);
  struct two two = two_of(&world);
  cr_assert_not(match_releasable(world.txn, &(struct match){.mentee = two.mentee->id}));
  cr_assert_not(match_releasable(world.txn, &(struct match){.mentee = two.mentee->id, .mentor = "e-gone"}));
}

Test(rules, who_cannot_be_opened_is_not_matched) {
  for (int half = 1; half <= 2; half++) {
    WORLD(world);
    struct two two = two_of(&world);
    model_set_unreadable(world.model, half == 1 ? "p1" : "p2");
    cr_assert_eq(rule_of(&world, two), MATCH_RULE_UNREADABLE);
    cr_assert_eq(turned(&world, two), MATCH_RULE_UNREADABLE);
    cr_assert_not(match_releasable(world.txn, &(struct match){.mentee = two.mentee->id, .mentor = two.mentor->id}));
  }
}

Test(rules, kept_apart_whoever_asked) {
  for (int half = 1; half <= 2; half++) {
    WORLD(world);
    struct two two = two_of(&world);
    const char *other = half == 1 ? "p2" : "p1";
    model_set_apart(world.model, half == 1 ? "p1" : "p2", &other, 1);
    cr_assert_eq(rule_of(&world, two), MATCH_RULE_APART);
    cr_assert_eq(turned(&world, two), MATCH_RULE_APART);
  }
}

Test(rules, a_failed_pair_is_not_tried_again_whoever_was_the_mentor) {
  static const struct { enum pair_state state; enum match_rule rule; } states[] = {
      {PAIR_DECLINED, MATCH_RULE_FAILED}, {PAIR_EXPIRED, MATCH_RULE_FAILED}, {PAIR_ENDED, MATCH_RULE_FAILED}, {PAIR_WITHDRAWN, MATCH_FREE}};
  for (size_t i = 0; i < ARRAY_LEN(states); i++) {
    WORLD(world);
    struct two two = two_of(&world);
    world_pair(&world, "x1", "p1", "p2", states[i].state);
    world_pair(&world, "x2", "p1", "boss", PAIR_ENDED); /* somebody else's matters not */
    cr_assert_eq(rule_of(&world, two), states[i].rule);
    cr_assert_eq(turned(&world, two), states[i].rule);
  }
}

Test(rules, other_organisation_when_it_is_a_must) {
  WORLD(world);
  struct two two = two_of(&world);
  world.programme->other_organisation = OTHER_PREFER;
  cr_assert_eq(rule_of(&world, two), MATCH_FREE);
  world.programme->other_organisation = OTHER_MUST;
  cr_assert_eq(rule_of(&world, two), MATCH_RULE_ORGANISATION);
  world_person(&world, "p2")->organisation = "borough";
  cr_assert_eq(rule_of(&world, two), MATCH_FREE);
  world_person(&world, "p2")->organisation = NULL; /* cannot be shown to be another one */
  cr_assert_eq(rule_of(&world, two), MATCH_RULE_ORGANISATION);
}

struct must_case { const char *question, *wish; bool same, broken; };

static const struct must_case musts[] = {
    {"organisation_wish", "must_same", true, false}, {"organisation_wish", "must_same", false, true},
    {"organisation_wish", "must_other", true, true}, {"organisation_wish", "must_other", false, false},
    {"profession_wish", "must_same", true, false},   {"profession_wish", "must_same", false, true},
    {"profession_wish", "must_other", true, true},   {"profession_wish", "must_other", false, false},
    {"grade_wish", "must_same", true, false},        {"grade_wish", "must_same", false, true},
    {"grade_wish", "must_other", true, true},        {"grade_wish", "must_other", false, false},
    {"organisation_wish", "prefer_same", false, false}, {"grade_wish", "prefer_other", true, false},
    {"profession_wish", "no_matter", false, false},
};

Test(rules, a_must_of_either_side) {
  for (size_t i = 0; i < ARRAY_LEN(musts); i++)
    for (int half = 1; half <= 2; half++) {
      WORLD(world);
      struct two two = two_of(&world);
      world_organisation(&world, "borough", "constable,sergeant,inspector,chief inspector,superintendent");
      struct person *one = world_person(&world, "p1"), *other = world_person(&world, "p2");
      one->department = "Custody";
      one->grade = "sergeant";
      other->organisation = musts[i].same ? "city" : "borough";
      other->department = musts[i].same ? "Custody" : "Policy";
      other->grade = musts[i].same ? "sergeant" : "inspector";
      world_answer(&world, half == 1 ? two.mentee : two.mentor, musts[i].question, musts[i].wish);
      cr_assert_eq(rule_of(&world, two), musts[i].broken ? MATCH_RULE_WISH : MATCH_FREE, "case %zu", i);
    }
}

Test(rules, a_must_about_what_is_not_known_does_not_hold) {
  WORLD(world);
  struct two two = two_of(&world);
  world_answer(&world, two.mentee, "profession_wish", "must_other");
  cr_assert_eq(rule_of(&world, two), MATCH_RULE_WISH);
}
