/* test_reasons.c: codes of a match become lines; what the catalogue has no sentence for is left out, never shown raw. */
#include "bot/reasons.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static const struct event nothing = {.kind = EVENT_TIMER};

static const struct out *lines_for(struct stage *stage, struct strs reasons, struct strs weak, bool for_mentor) {
  struct pair pair = {.id = "x1", .reasons = reasons, .weak = weak};
  struct txn *txn = stage_hand(stage);
  struct turn turn = {.event = &nothing, .txn = txn, .arena = txn_arena(txn), .words = stage->words};
  struct out *out = card_room(&turn, "web/city", "lobby", W("round.review"));
  reasons_lines(&turn, out, &pair, for_mentor);
  for (size_t i = 0; i < out->lines.count; i++) cr_assert(words_has(stage->words, out->lines.items[i].words), "%s", out->lines.items[i].words);
  stage->open = NULL; /* thrown away */
  return out;
}

#define CODES(...) ((struct strs){(const char *[]){__VA_ARGS__}, ARRAY_LEN(((const char *[]){__VA_ARGS__}))})

Test(reasons, topics_name_their_values) {
  STAGE(stage);
  const struct out *out = lines_for(&stage, CODES("topics:confidence,career_move"), (struct strs){0}, false);
  cr_assert_eq(out->lines.count, 1);
  cr_assert_str_eq(out->lines.items[0].words, "reason.topics");
  const struct param *values = &out->lines.items[0].params.items[0];
  cr_assert_eq(values->kind, PARAM_WORDS);
  cr_assert_eq(values->values.count, 2);
  cr_assert_str_eq(values->values.items[0], "option.topics.confidence");
}

Test(reasons, values_without_a_sentence_are_left_out) {
  STAGE(stage);
  const struct out *out = lines_for(&stage, CODES("topics:confidence,beekeeping"), (struct strs){0}, false);
  cr_assert_eq(out->lines.items[0].params.items[0].values.count, 1);
}

Test(reasons, codes_without_a_sentence_do_not_take_a_place) {
  STAGE(stage);
  const struct out *out = lines_for(&stage, CODES("moonphase", "topics:confidence"), CODES("tides", "topics:none"), false);
  cr_assert_eq(out->lines.count, 2, "%zu", out->lines.count);
  cr_assert_str_eq(out->lines.items[0].words, "reason.topics");
  cr_assert_eq(strncmp(out->lines.items[1].words, "snag.", 5), 0);
}

Test(reasons, at_most_so_many_and_one_snag) {
  STAGE(stage);
  struct strs many = CODES("topics:confidence", "topics:conflict", "topics:planning", "topics:clients");
  cr_assert_eq(lines_for(&stage, many, CODES("topics:none", "topics:none"), false)->lines.count, REASONS_MAX + 1);
  cr_assert_eq(lines_for(&stage, (struct strs){0}, (struct strs){0}, false)->lines.count, 0);
}

Test(reasons, a_mentor_reads_what_the_mentee_wants) {
  STAGE(stage);
  const struct out *out = lines_for(&stage, CODES("topics:confidence", "times:lunch"), CODES("topics:none"), true);
  cr_assert_str_eq(out->lines.items[0].words, "reason.topics.mentor");
  cr_assert_str_eq(out->lines.items[1].words, "reason.times");
  cr_assert_str_eq(out->lines.items[2].words, "snag.topics.mentor");
}

Test(reasons, codes_of_any_shape) {
  STAGE(stage);
  (void)lines_for(&stage, CODES("", ":", "topics:", ":confidence", "topics:,,,", "topics:a:b", "../x:y"), CODES("", ":"), false);
}
