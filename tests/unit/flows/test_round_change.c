/* test_round_change.c: another mentor, never these two, these two together; each a couple that undo takes back. */
#include "bot/flows/flows.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static void cast(struct stage *stage) {
  stage_cast(stage);
  stage_add(stage, "dev", "Dev Rao", ROLE_MENTOR);
}

static const char *enrolment(struct stage *stage, const char *user) {
  return arena_text(stage->arena, stage_enrolment(stage, user)->id);
}

/* Whom aisha has in the round: a user, or "nobody". */
static const char *mentor_now(struct stage *stage) {
  const struct match *match = &stage_last_round(stage)->matches.items[0];
  if (match->mentor == NULL) return "nobody";
  return strcmp(match->mentor, enrolment(stage, "ben")) == 0 ? "ben" : "dev";
}

static const char *other(const char *user) {
  return strcmp(user, "ben") == 0 ? "dev" : "ben";
}

Test(round_change, swap_to_the_next_best) {
  STAGE(stage);
  cast(&stage);
  stage_text(&stage, "jo", "match");
  const char *before = mentor_now(&stage), *after = other(before);
  stage_choose(&stage, "jo", "swap");
  SAID(&stage, "jo", "round.swap_whom");
  stage_choose(&stage, "jo", enrolment(&stage, "aisha"));
  const struct out *row = stage_said(&stage, "jo", "round.swap_which");
  cr_assert_eq(row->choices.count, 2, "the other one, and stay");
  stage_choose(&stage, "jo", enrolment(&stage, after));
  SAID(&stage, "jo", "round.review");
  cr_assert_str_eq(mentor_now(&stage), after);
  cr_assert(stage_last_round(&stage)->matches.items[0].pinned);
  stage_choose(&stage, "jo", "undo");
  cr_assert_str_eq(mentor_now(&stage), before);
  cr_assert_eq(stage_last_round(&stage)->couples.count, 0);
}

Test(round_change, stay_changes_nothing) {
  static const char *const doors[] = {"swap", "forbid"};
  for (size_t i = 0; i < 2; i++) {
    STAGE(stage);
    cast(&stage);
    stage_text(&stage, "jo", "match");
    const char *before = mentor_now(&stage);
    stage_choose(&stage, "jo", doors[i]);
    if (i == 0) stage_choose(&stage, "jo", enrolment(&stage, "aisha"));
    stage_choose(&stage, "jo", "stay");
    SAID(&stage, "jo", "round.review");
    cr_assert_str_eq(mentor_now(&stage), before);
    cr_assert_eq(stage_last_round(&stage)->couples.count, 0);
  }
}

Test(round_change, a_swap_back_along_the_trail) {
  STAGE(stage);
  cast(&stage);
  stage_text(&stage, "jo", "match");
  stage_choose(&stage, "jo", "swap");
  stage_choose(&stage, "jo", enrolment(&stage, "aisha"));
  stage_text(&stage, "jo", "back");
  SAID(&stage, "jo", "round.swap_whom");
  stage_text(&stage, "jo", "back");
  SAID(&stage, "jo", "round.review");
}

Test(round_change, never_these_two) {
  STAGE(stage);
  cast(&stage);
  stage_text(&stage, "jo", "match");
  const char *before = mentor_now(&stage);
  stage_choose(&stage, "jo", "forbid");
  stage_choose(&stage, "jo", enrolment(&stage, "aisha"));
  cr_assert_str_eq(mentor_now(&stage), other(before));
  stage_choose(&stage, "jo", "forbid");
  stage_choose(&stage, "jo", enrolment(&stage, "aisha"));
  cr_assert_str_eq(mentor_now(&stage), "nobody");
  stage_text(&stage, "jo", "undo");
  stage_text(&stage, "jo", "undo");
  cr_assert_str_eq(mentor_now(&stage), before);
  stage_text(&stage, "jo", "undo");
  SAID(&stage, "jo", "round.nothing_to_undo");
}

Test(round_change, these_two_together) {
  STAGE(stage);
  cast(&stage);
  stage_text(&stage, "jo", "match @Aisha Khan with @Dev Rao");
  SAID(&stage, "jo", "round.review");
  cr_assert_str_eq(mentor_now(&stage), "dev");
  stage_text(&stage, "jo", "match aisha with ben");
  cr_assert_str_eq(mentor_now(&stage), "ben", "the last word holds");
}

/* One wording for every rule: who asks learns nothing of who stands above whom. */
Test(round_change, not_available_whatever_the_rule) {
  for (int rule = 0; rule < 3; rule++) {
    STAGE(stage);
    cast(&stage);
    if (rule == 0) stage_line(&stage, "aisha", "dev");
    if (rule == 1) stage_line(&stage, "dev", "aisha");
    if (rule == 2) (void)stage_pair(&stage, "aisha", "dev", PAIR_DECLINED);
    stage_text(&stage, "jo", "match aisha with dev");
    SAID(&stage, "jo", "round.not_available");
    cr_assert_eq(stage.row_count, 1, "%s", stage_all(&stage));
    cr_assert_eq(model_count(stage.model, RECORD_ROUND), 0, "no round is left behind");
  }
}

Test(round_change, sentences_that_pin_nobody) {
  static const struct { const char *words, *key; } said[] = {
      {"match aisha", "round.how_to_pin"},        {"match aisha and ben", "round.how_to_pin"}, {"match ben with aisha", "round.no_mentee"},
      {"match aisha with jo", "round.no_mentor"}, {"match nobody with ben", "person.unknown"}, {"match aisha with nobody", "person.unknown"},
      {"match  with ", "round.how_to_pin"},       {"match aisha with ", "person.unknown"}};
  for (size_t i = 0; i < ARRAY_LEN(said); i++) {
    STAGE(stage);
    cast(&stage);
    stage_text(&stage, "jo", said[i].words);
    SAID(&stage, "jo", said[i].key);
    cr_assert_eq(model_count(stage.model, RECORD_ROUND), 0, "%s", said[i].words);
  }
}

Test(round_change, a_recused_manager_pins_nobody_of_theirs) {
  STAGE(stage);
  cast(&stage);
  stage_line(&stage, "aisha", "jo");
  stage_text(&stage, "jo", "match aisha with ben");
  SAID(&stage, "jo", "person.unknown");
  cr_assert_eq(model_count(stage.model, RECORD_ROUND), 0);
}
