/* test_round_places.c: a manager reads what a round makes of the organisations' places; no way round them is left open. */
#include "bot/flows/flows.h"
#include "bot/match/match.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/bot/round_feed.h"

static const char *const letters = "abcdefghijklmnopqr";

/* jo manages; each of so many organisations has a mentee "ma", "mb" … and a mentor "ta", "tb" …, who also helps the city's ben. */
static void cast(struct stage *stage, size_t organisations) {
  stage_cast(stage);
  struct txn *txn = stage_hand(stage);
  for (size_t o = 0; o < organisations; o++) {
    const char *id = arena_format(stage->arena, "o%c", letters[o]);
    ((struct organisation *)txn_add(txn, RECORD_ORGANISATION, id))->name = arena_format(stage->arena, "House %c", letters[o]);
    stage_join(stage, arena_format(stage->arena, "m%c", letters[o]), ROLE_MENTEE, id);
    stage_join(stage, arena_format(stage->arena, "t%c", letters[o]), ROLE_MENTOR, id);
  }
  stage_apply(stage);
}

static void rule(struct stage *stage, const char *id, int64_t at_least, int64_t at_most, int64_t gives) {
  struct organisation *organisation = txn_edit(stage_hand(stage), RECORD_ORGANISATION, id);
  organisation->mentees_at_least = at_least;
  organisation->mentees_at_most = at_most;
  organisation->gives_at_most = gives;
  stage_apply(stage);
}

static size_t lines(const struct out *row, const char *words) {
  size_t count = 0;
  for (size_t i = 0; i < row->lines.count; i++) count += strcmp(row->lines.items[i].words, words) == 0;
  return count;
}

static int64_t in_line(const struct out *row, const char *words, const char *name) {
  for (size_t i = 0; i < row->lines.count; i++) {
    const struct line *line = &row->lines.items[i];
    for (size_t p = 0; strcmp(line->words, words) == 0 && p < line->params.count; p++)
      if (strcmp(line->params.items[p].name, name) == 0) return strtoll(line->params.items[p].values.items[0], NULL, 10);
  }
  return -1;
}

static const struct out *review(struct stage *stage) {
  stage_text(stage, "jo", "match");
  SAID(stage, "jo", "round.review");
  return stage_said(stage, "jo", "round.review");
}

Test(round_places, without_a_rule_nothing_is_said_of_them) {
  STAGE(stage);
  cast(&stage, 2);
  cr_assert_eq(lines(review(&stage), "round.places"), 0);
}

Test(round_places, what_is_filled_and_who_has_nobody_for_want_of_a_place) {
  STAGE(stage);
  cast(&stage, 2);
  rule(&stage, "oa", 0, 1, 1);
  stage_add(&stage, "ma2", "ma2", ROLE_MENTEE);
  ((struct person *)txn_edit(stage_hand(&stage), RECORD_PERSON, stage_id(&stage, "ma2")))->organisation = "oa";
  stage_apply(&stage);
  const struct out *row = review(&stage);
  cr_assert_eq(lines(row, "round.places"), 1);
  cr_assert(in_line(row, "round.places", "placed") == 1 && in_line(row, "round.places", "most") == 1);
  cr_assert(in_line(row, "round.places", "given") <= 1 && in_line(row, "round.places", "gives") == 1);
  cr_assert_eq(lines(row, "round.nobody_full"), 1);
  cr_assert(!stage_offers(row, "places"), "one organisation needs no pages");
}

Test(round_places, what_is_missing_is_told_apart) {
  STAGE(stage);
  cast(&stage, 1);
  rule(&stage, "oa", 2, 0, 0);
  const struct out *row = review(&stage);
  cr_assert_eq(lines(row, "round.places_short"), 1);
  cr_assert_eq(in_line(row, "round.places_short", "could"), 1, "there is one mentee of theirs");
  rule(&stage, "oa", 1, 0, 0);
  rule(&stage, "city", 1, 0, 0);
  struct enrolment *gone = txn_edit(stage_hand(&stage), RECORD_ENROLMENT, stage_enrolment(&stage, "ta")->id);
  gone->state = ENROLMENT_LEFT;
  stage_apply(&stage);
  row = review(&stage);
  cr_assert_eq(lines(row, "round.places_clash"), 1, "one mentor for two who each should have one");
  cr_assert_eq(lines(row, "round.places"), 1);
}

Test(round_places, many_are_folded_and_shown_by_pages) {
  STAGE(stage);
  cast(&stage, 18);
  for (size_t o = 0; o < 18; o++) rule(&stage, arena_format(stage.arena, "o%c", letters[o]), o == 9 ? 4 : 1, 5, 5);
  const struct out *row = review(&stage);
  cr_assert_eq(lines(row, "round.places_short"), 1, "what is missing is told first");
  cr_assert_eq(lines(row, "round.places"), 0);
  cr_assert_eq(in_line(row, "round.places_rest", "rest"), 17);
  cr_assert_eq(in_line(row, "round.places_rest", "short"), 0);
  stage_choose(&stage, "jo", "places");
  row = stage_said(&stage, "jo", "round.places_page");
  cr_assert_eq(row->lines.count, 10);
  cr_assert_str_eq(row->lines.items[0].words, "round.places_short");
  stage_choose(&stage, "jo", "on");
  row = stage_said(&stage, "jo", "round.places_page");
  cr_assert_eq(row->lines.count, 8);
  cr_assert(!stage_offers(row, "on"));
  stage_choose(&stage, "jo", "back");
  SAID(&stage, "jo", "round.places_page");
  stage_choose(&stage, "jo", "review");
  SAID(&stage, "jo", "round.review");
}

/* ---- no way round ---- */
Test(round_places, a_pin_beyond_a_place_is_refused_with_its_reason) {
  STAGE(stage);
  cast(&stage, 2);
  (void)stage_pair(&stage, "mb", "ta", PAIR_INTRODUCED);
  stage_add(&stage, "ta2", "ta2", ROLE_MENTOR);
  ((struct person *)txn_edit(stage_hand(&stage), RECORD_PERSON, stage_id(&stage, "ta2")))->organisation = "oa";
  stage_apply(&stage);
  rule(&stage, "oa", 0, 0, 1);
  stage_text(&stage, "jo", "match @aisha with @ta2");
  SAID(&stage, "jo", "round.no_place");
}

Test(round_places, what_was_filled_since_the_review_is_held_at_release) {
  STAGE(stage);
  cast(&stage, 1);
  rule(&stage, "oa", 0, 1, 0);
  (void)review(&stage);
  stage_join(&stage, "mz", ROLE_MENTEE, "oa");
  stage_join(&stage, "tz", ROLE_MENTOR, "city");
  stage_apply(&stage);
  (void)stage_pair(&stage, "mz", "tz", PAIR_ASKING_MENTEE);
  stage_choose(&stage, "jo", "release");
  stage_choose(&stage, "jo", "ask");
  SAID(&stage, "jo", "round.released");
  NOT_SAID(&stage, "ma", "proposal.mentee");
  SAID(&stage, "aisha", "proposal.mentee");
}

/* ---- large rounds ---- */
Test(round_places, a_large_round_keeps_and_tells_them_and_a_pair_that_is_dropped_fills_none) {
  STAGE(stage);
  cast(&stage, 1);
  rule(&stage, "oa", 0, 7, 0);
  rule(&stage, "city", 20, 0, 15);
  for (int i = 0; i < 150; i++)
    stage_join(&stage, arena_format(stage.arena, "%c%d", i < 110 ? 'm' : 't', i), i < 110 ? ROLE_MENTEE : ROLE_MENTOR, i % 2 == 0 ? "oa" : "city");
  stage_apply(&stage);
  stage_text(&stage, "jo", "match");
  SAID(&stage, "jo", "round.working");
  struct round_work *work = feed_made(&stage, "7");
  feed_sheets(&stage, work);
  (void)round_work_free(work);
  SAID(&stage, "jo", "round.large");
  const struct round *round = stage_last_round(&stage);
  cr_assert_eq(round->filled.count, 2);
  const struct filled *oa = strcmp(round->filled.items[0].organisation, "oa") == 0 ? &round->filled.items[0] : &round->filled.items[1];
  const struct filled *city = oa == &round->filled.items[0] ? &round->filled.items[1] : &round->filled.items[0];
  cr_assert(oa->placed <= 7 && city->given == 15 && oa->given == 21 && city->placed >= 20);
  cr_assert_eq(oa->placed + city->placed, 36, "every seat that may be given: %lld and %lld", (long long)oa->placed, (long long)city->placed);
  cr_assert_eq(lines(stage_said(&stage, "jo", "round.large"), "round.places"), 2);
}

Test(round_places, who_changed_while_a_large_round_was_made_fills_no_place) {
  STAGE(stage);
  cast(&stage, 1);
  rule(&stage, "city", 1, 0, 0);
  for (int i = 0; i < 220; i++) stage_join(&stage, arena_format(stage.arena, "%c%d", i < 110 ? 'm' : 't', i), i < 110 ? ROLE_MENTEE : ROLE_MENTOR, "city");
  stage_apply(&stage);
  stage_text(&stage, "jo", "match");
  struct round_work *work = feed_made(&stage, "7");
  ((struct enrolment *)txn_edit(stage_hand(&stage), RECORD_ENROLMENT, stage_enrolment(&stage, "m3")->id))->state = ENROLMENT_LEFT;
  stage_apply(&stage);
  feed_sheets(&stage, work);
  (void)round_work_free(work);
  const struct round *round = stage_last_round(&stage);
  cr_assert_eq(round->left_out, 1);
  cr_assert(round->filled.items[0].placed == 110 && round->filled.items[0].given <= 111, "%lld", (long long)round->filled.items[0].placed);
}
