/* test_couples.c: the latest word on a couple counts. */
#include "bot/match/couples.h"

#include <criterion/criterion.h>

#define ROUND(...)                                                   \
  struct couple items[] = {__VA_ARGS__};                             \
  const struct round round = {.couples = {.items = items, .count = ARRAY_LEN(items)}}

Test(couples, nothing_said) {
  const struct round round = {.couples = {.items = NULL, .count = 0}};
  cr_assert(match_couples_allow(&round, "e1", "e2") && match_couples_allow(NULL, "e1", "e2"));
  cr_assert(match_couples_pin(&round, "e1") == NULL && match_couples_pin(NULL, "e1") == NULL);
}

Test(couples, pinned_leaves_no_other) {
  ROUND({"e1", "e2", true}, {"e3", "e4", false});
  cr_assert_str_eq(match_couples_pin(&round, "e1"), "e2");
  cr_assert(match_couples_allow(&round, "e1", "e2"));
  cr_assert_not(match_couples_allow(&round, "e1", "e4"));
  cr_assert_not(match_couples_forbid(&round, "e1", "e4"));
  cr_assert_not(match_couples_allow(&round, "e3", "e4"));
  cr_assert(match_couples_allow(&round, "e3", "e2"));
}

Test(couples, the_later_pin_wins) {
  ROUND({"e1", "e2", true}, {"e1", "e4", true});
  cr_assert_str_eq(match_couples_pin(&round, "e1"), "e4");
}

Test(couples, a_later_forbid_takes_a_pin_back) {
  ROUND({"e1", "e2", true}, {"e1", "e2", false});
  cr_assert_null(match_couples_pin(&round, "e1"));
  cr_assert(match_couples_forbid(&round, "e1", "e2"));
}

Test(couples, a_later_pin_takes_a_forbid_back) {
  ROUND({"e1", "e2", false}, {"e1", "e2", true});
  cr_assert_str_eq(match_couples_pin(&round, "e1"), "e2");
  cr_assert(match_couples_allow(&round, "e1", "e2"));
}

Test(couples, half_a_couple_is_none) {
  ROUND({"e1", NULL, true}, {NULL, "e2", true}, {NULL, NULL, false});
  cr_assert_null(match_couples_pin(&round, "e1"));
  cr_assert(match_couples_allow(&round, "e1", "e2"));
}
