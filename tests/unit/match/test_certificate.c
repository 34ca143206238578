/* test_certificate.c: every kind of wrong result is refused, and a price made wrong on purpose proves nothing. */
#include "bot/match/certificate.h"
#include "tests/unit/match/market_day.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

enum { ROUNDS = 400, MENTEES = 7, MENTORS = 5 };

/* A result that may be written to. */
struct forged {
  struct assign_result result;
  int32_t mentor_of[MENTEES];
  int64_t price[MENTORS];
  bool mentees[2][MENTEES], mentors[2][MENTORS];
};

static void forge(struct forged *forged, const struct assign_problem *problem, const struct assign_result *result) {
  forged->result = *result;
  memcpy(forged->mentor_of, result->mentor_of, problem->mentees * sizeof *forged->mentor_of);
  memcpy(forged->price, result->price, problem->mentors * sizeof *forged->price);
  forged->result.mentor_of = forged->mentor_of;
  forged->result.price = forged->price;
  struct assign_cover *covers[2] = {&forged->result.most, &forged->result.fairest};
  for (int k = 0; k < 2; k++) {
    if (covers[k]->mentees == NULL) continue;
    memcpy(forged->mentees[k], covers[k]->mentees, problem->mentees);
    memcpy(forged->mentors[k], covers[k]->mentors, problem->mentors);
    *covers[k] = (struct assign_cover){forged->mentees[k], forged->mentors[k]};
  }
}

/* Four mentees; mentors with two, one and no seats. 0 and 1 want A; 2 wants A or B; 3 only C, who has no seat. Cheapest: 3 + 4 + 9. */
static const int32_t SEATS[] = {2, 1, 0}, MENTOR[] = {0, 0, 1, 0, 1, 2}, COST[] = {3, 4, 9, 7, 9, 0};
static const int64_t FIRST[] = {0, 1, 3, 5, 6};
static const struct assign_problem SMALL = {4, 3, SEATS, FIRST, MENTOR, COST};

static enum certificate_flaw check(struct forged *forged, bool fair) {
  return certificate_check(&SMALL, &forged->result, fair);
}

#define SMALL_SOLVED(forged, fair_mode)                                                          \
  CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);                                 \
  struct assign_options options = {.fair = fair_mode};                                           \
  struct assign_result solved;                                                                   \
  cr_assert_eq(assign_solve(&SMALL, &options, arena, &solved), ERR_NONE, "%s", err_note_text()); \
  struct forged forged;                                                                          \
  forge(&forged, &SMALL, &solved);                                                               \
  cr_assert_eq(check(&forged, fair_mode), CERTIFICATE_NONE)

Test(certificate, a_good_result_passes) {
  SMALL_SOLVED(forged, false);
  cr_assert(solved.matched == 3 && solved.cost == 16 && solved.worst == 9);
}

Test(certificate, pairs_that_are_on_no_list_are_refused) {
  SMALL_SOLVED(forged, false);
  forged.mentor_of[0] = 1;
  cr_assert_eq(check(&forged, false), CERTIFICATE_NO_SUCH_PAIR);
  forged.mentor_of[0] = 17;
  cr_assert_eq(check(&forged, false), CERTIFICATE_NO_SUCH_PAIR);
  forged.mentor_of[0] = -5;
  cr_assert_eq(check(&forged, false), CERTIFICATE_NO_SUCH_PAIR);
}

Test(certificate, more_people_than_seats_are_refused) {
  SMALL_SOLVED(forged, false);
  forged.mentor_of[0] = forged.mentor_of[1] = forged.mentor_of[2] = 0;
  cr_assert_eq(check(&forged, false), CERTIFICATE_SEATS);
  forged.mentor_of[2] = 1;
  forged.mentor_of[3] = 2;
  cr_assert_eq(check(&forged, false), CERTIFICATE_SEATS, "a mentor without a seat takes nobody");
}

Test(certificate, wrong_sums_are_refused) {
  SMALL_SOLVED(forged, false);
  forged.result.cost--;
  cr_assert_eq(check(&forged, false), CERTIFICATE_SUMS);
  forged.result.cost++;
  forged.result.worst = 4;
  cr_assert_eq(check(&forged, false), CERTIFICATE_SUMS);
  forged.result.worst = 9;
  forged.result.matched = 4;
  cr_assert_eq(check(&forged, false), CERTIFICATE_SUMS);
}

Test(certificate, somebody_left_out_needs_a_cover_that_holds) {
  SMALL_SOLVED(forged, false);
  struct assign_cover good = forged.result.most;
  forged.result.most = (struct assign_cover){NULL, NULL};
  cr_assert_eq(check(&forged, false), CERTIFICATE_COVER);
  forged.result.most = good;
  forged.mentors[0][0] = forged.mentors[0][1] = false;
  memset(forged.mentees[0], false, MENTEES);
  cr_assert_eq(check(&forged, false), CERTIFICATE_COVER, "pairs are left out");
  memset(forged.mentees[0], true, MENTEES);
  cr_assert_eq(check(&forged, false), CERTIFICATE_COVER, "four in the cover, three matched");
}

Test(certificate, fewer_matched_than_can_be_is_refused_however_cheap) {
  SMALL_SOLVED(forged, false);
  for (size_t i = 0; i < 4; i++) {
    if (forged.mentor_of[i] != 1) continue;
    forged.mentor_of[i] = ASSIGN_NOBODY;
  }
  forged.result.matched = 2;
  forged.result.cost = 0;
  forged.result.worst = 0;
  for (size_t i = 0; i < 2; i++) forged.result.cost += forged.mentor_of[i] == ASSIGN_NOBODY ? 0 : COST[FIRST[i]];
  if (forged.mentor_of[2] == 0) forged.result.cost += 7;
  forged.result.worst = forged.mentor_of[2] == 0 ? 7 : 4;
  cr_assert_eq(check(&forged, false), CERTIFICATE_COVER);
}

Test(certificate, prices_below_nothing_or_beyond_all_bounds_are_refused) {
  SMALL_SOLVED(forged, false);
  forged.price[1] = -1;
  cr_assert_eq(check(&forged, false), CERTIFICATE_PRICE);
  forged.price[1] = INT64_MAX;
  cr_assert_eq(check(&forged, false), CERTIFICATE_PRICE);
}

Test(certificate, a_fair_result_needs_the_proof_that_cheaper_pairs_do_not_suffice) {
  SMALL_SOLVED(forged, true);
  memset(forged.mentors[1], true, MENTORS);
  memset(forged.mentees[1], true, MENTEES);
  cr_assert_eq(check(&forged, true), CERTIFICATE_FAIR);
  forged.result.fairest = (struct assign_cover){NULL, NULL};
  cr_assert_eq(check(&forged, true), CERTIFICATE_FAIR);
  cr_assert_eq(check(&forged, false), CERTIFICATE_NONE, "the plain claim does not need it");
}

/* A matching that is dearer than need be is refused whatever the prices are: here those of the best one. */
Test(certificate, a_dearer_matching_is_refused_with_the_best_prices) {
  SMALL_SOLVED(forged, false);
  forged.mentor_of[0] = forged.mentor_of[2] = 0; /* 3 + 7, and 1 with B for 9 */
  forged.mentor_of[1] = 1;
  forged.result.cost = 19;
  cr_assert_eq(check(&forged, false), CERTIFICATE_VALUE);
}

/* One mentee with a long list, who sits with the one mentor that has a seat and pays 5 + 3; the others' price is 7. */
enum { LONG = 203, HERE = 101 };

static enum certificate_flaw check_long(size_t cheap, int32_t cheap_cost) {
  int32_t seats[LONG] = {[HERE] = 1}, mentor[LONG], cost[LONG];
  int64_t first[] = {0, LONG}, price[LONG];
  for (int32_t j = 0; j < LONG; j++) mentor[j] = j, cost[j] = 5, price[j] = j == HERE ? 3 : 7;
  cost[cheap] = cheap_cost;
  struct assign_problem problem = {1, LONG, seats, first, mentor, cost};
  struct assign_result result = {.matched = 1, .cost = 5, .worst = 5, .mentor_of = (int32_t[]){HERE}, .price = price};
  return certificate_check(&problem, &result, false);
}

Test(certificate, one_better_offer_anywhere_in_a_long_list_is_noticed) {
  for (size_t cheap = 0; cheap < LONG; cheap++) {
    if (cheap == HERE) continue;
    cr_assert_eq(check_long(cheap, 1), CERTIFICATE_NONE, "mentor %zu is as good", cheap);
    cr_assert_eq(check_long(cheap, 0), CERTIFICATE_VALUE, "mentor %zu is better", cheap);
  }
}

/* ---- random results, one price or pair made wrong ---- */
/* The day's true result, to be made wrong. */
static struct assign_problem forge_day(const struct day *day, struct arena *arena, struct forged *ret_forged) {
  struct assign_problem problem = arcs_build(day->mentees, day->mentors, day->seats, day->pairs, day->count, arena);
  struct assign_result result;
  cr_assert_eq(assign_solve(&problem, NULL, arena, &result), ERR_NONE);
  forge(ret_forged, &problem, &result);
  return problem;
}

static bool still_best(struct day *day, const struct forged *forged) {
  struct day_answer want = day_brute(day, false);
  return want.matched == forged->result.matched && want.cost == forged->result.cost;
}

Test(certificate, one_price_made_wrong_is_refused_or_the_result_is_best_all_the_same) {
  struct chance chance = {instance_seed()};
  size_t refused = 0;
  DAY(day);
  for (size_t n = 0; n < ROUNDS; n++) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct instance_shape shape = {MENTEES, MENTORS, 60, 3, 20};
    day_draw(&day, &shape, &chance);
    struct forged forged;
    struct assign_problem problem = forge_day(&day, arena, &forged);
    int64_t by = (int64_t)chance_below(&chance, 9) - 4;
    if (chance_below(&chance, 6) == 0) forged.result.alone += by;
    else forged.price[chance_below(&chance, MENTORS)] += by;
    bool passes = certificate_check(&problem, &forged.result, false) == CERTIFICATE_NONE;
    cr_assert(!passes || still_best(&day, &forged));
    refused += !passes;
  }
  cr_assert_gt(refused, ROUNDS / 4, "%zu of %d", refused, ROUNDS);
}

Test(certificate, another_mentor_for_somebody_is_refused_or_as_good) {
  struct chance chance = {instance_seed()};
  size_t passed = 0, refused = 0;
  DAY(day);
  for (size_t n = 0; n < ROUNDS; n++) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct instance_shape shape = {MENTEES, MENTORS, 80, 3, 2};
    day_draw(&day, &shape, &chance);
    struct forged forged;
    struct assign_problem problem = forge_day(&day, arena, &forged);
    if (day.count == 0) continue;
    const struct arcs_pair *pair = &day.pairs[chance_below(&chance, (uint32_t)day.count)];
    if (forged.mentor_of[pair->mentee] == ASSIGN_NOBODY) continue;
    for (size_t at = 0; at < day.count; at++)
      if (day.pairs[at].mentee == pair->mentee && (int32_t)day.pairs[at].mentor == forged.mentor_of[pair->mentee]) forged.result.cost -= day.pairs[at].cost;
    forged.mentor_of[pair->mentee] = (int32_t)pair->mentor;
    forged.result.cost += pair->cost;
    forged.result.worst = -1;
    for (size_t at = 0; at < day.count; at++)
      if (forged.mentor_of[day.pairs[at].mentee] == (int32_t)day.pairs[at].mentor && day.pairs[at].cost > forged.result.worst)
        forged.result.worst = day.pairs[at].cost;
    bool passes = certificate_check(&problem, &forged.result, false) == CERTIFICATE_NONE;
    cr_assert(!passes || still_best(&day, &forged));
    passed += passes;
    refused += !passes;
  }
  cr_assert(passed > 0 && refused > 0, "%zu passed, %zu refused", passed, refused);
}
