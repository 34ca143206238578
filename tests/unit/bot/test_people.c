/* test_people.c: names as people write them: full names before first names, accounts, and names that are nobody's. */
#include "bot/people.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static struct turn asking(struct stage *stage) {
  struct txn *txn = stage_hand(stage);
  return (struct turn){.txn = txn, .arena = txn_arena(txn), .words = stage->words, .now_ms = stage->now_ms};
}

static void crowd(struct stage *stage) {
  (void)stage_person(stage, "ben", "Ben Okoro");
  (void)stage_person(stage, "ben2", "Ben Adams");
  (void)stage_person(stage, "zoe", "Zoë Çelik");
  (void)stage_person(stage, "ben3", "Ben");
  (void)stage_person(stage, "Sam", "Rita Cole");
  (void)stage_person(stage, "sr", "Sam Reed");
}

static const struct {
  const char *words, *ids;
} names[] = {
    {"Ben Okoro", "p1 "}, {"@ben okoro", "p1 "}, {"  @Ben   Okoro. ", "p1 "}, {"ben2", "p2 "}, {"@BEN2", "p2 "},
    {"Zoë", "p3 "},       {"ZOË ÇELIK", "p3 "},  {"Ben Nobody", ""},          {"Be", ""},      {"Okoro", ""},
    {"Ben", "p1 p4 "}, /* p1 by account, p4 by full name: both are exact */
    {"Sam", "p5 "},    /* an account goes before a first name */
    {"Rita", "p5 "},
};

Test(people, meant) {
  STAGE(stage);
  crowd(&stage);
  struct turn turn = asking(&stage);
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    struct strs meant = people_meant(&turn, names[i].words);
    const char *ids = "";
    for (size_t k = 0; k < meant.count; k++) ids = arena_format(turn.arena, "%s%s ", ids, meant.items[k]);
    cr_assert_str_eq(ids, names[i].ids, "'%s'", names[i].words);
  }
  stage_apply(&stage);
}

Test(people, no_word_means_nobody) {
  static const char *const empty[] = {"", " ", "@", "@ @", " . "};
  STAGE(stage);
  crowd(&stage);
  const char *id = stage_person(&stage, "nameless", NULL);
  struct turn turn = asking(&stage);
  for (size_t i = 0; i < ARRAY_LEN(empty); i++) cr_assert_eq(people_meant(&turn, empty[i]).count, 0, "'%s' meant %s", empty[i], id);
  stage_apply(&stage);
}

Test(people, sealed_names) {
  STAGE(stage);
  crowd(&stage);
  struct turn turn = asking(&stage);
  cr_assert_str_eq(people_sealed_name(&turn, "Ben Okoro"), "p1");
  cr_assert_str_eq(people_sealed_name(&turn, "Somebody New"), "?Somebody New");
  cr_assert_str_eq(people_sealed_name(&turn, "Ben"), "?Ben", "two of them: a name, nobody guessed");
  stage_apply(&stage);
}
