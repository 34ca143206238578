/* quota_check.c: the proof of a round with quotas, from scratch: every rule has a price, and the prices leave no room for anything better.
 *
 * Take any round that keeps the rules. Add to its cost, for each rule, price times (what it has - what it may have), which is never above
 * nothing: seats, gives, at_most, and for at_least (what is wanted - what is missing - what is placed). Sorted by people, each mentee now adds
 * at least the least of nothing and (cost + prices along the cheapest pair), and what does not depend on people is a number. So that sum is a
 * bound for every round; ours reaches it. Twice: first with "one missing" worth more than all people together and each one matched worth one;
 * then with the cost, among rounds with as many matched and no more missing. */
#include "bot/match/quota.h"

#include <string.h>

static const int64_t PRICE_MAX = INT64_C(1) << 60;

const char *quota_flaw_text(enum quota_flaw flaw) {
#define QUOTA_FLAW_AS_TEXT(name, text) text,
  static const char *const texts[] = {QUOTA_FLAW_LIST(QUOTA_FLAW_AS_TEXT)};
#undef QUOTA_FLAW_AS_TEXT
  return (unsigned)flaw < QUOTA_FLAW_MAX_ ? texts[flaw] : "?";
}

/* ---- what the pairs come to ---- */
struct sums { /* in scratch; per organisation */
  int32_t *mentees, *placed, *given, *load;
  size_t matched;
  int64_t cost;
};

static bool pair_cost(const struct assign_problem *pairs, size_t mentee, int32_t mentor, int32_t *ret_cost) {
  for (int64_t at = pairs->first[mentee]; at < pairs->first[mentee + 1]; at++) {
    if (pairs->mentor[at] != mentor) continue;
    *ret_cost = pairs->cost[at];
    return true;
  }
  return false;
}

static enum quota_flaw sum_up(const struct quota_problem *problem, const struct quota_result *result, struct sums *sums) {
  const struct assign_problem *pairs = problem->pairs;
  for (size_t i = 0; i < pairs->mentees; i++) {
    int32_t mentor = result->mentor_of[i], cost, from = problem->of_mentee[i];
    if (from != QUOTA_NONE) sums->mentees[from]++;
    if (mentor == ASSIGN_NOBODY) continue;
    if (!pair_cost(pairs, i, mentor, &cost)) return QUOTA_PAIR;
    if (++sums->load[mentor] > pairs->seats[mentor]) return QUOTA_SEATS;
    if (from != QUOTA_NONE) sums->placed[from]++;
    if (problem->of_mentor[mentor] != QUOTA_NONE) sums->given[problem->of_mentor[mentor]]++;
    sums->matched++;
    sums->cost += cost;
  }
  return QUOTA_NO_FLAW;
}

static int32_t missing(int32_t at_least, int32_t placed) {
  return at_least > placed ? at_least - placed : 0;
}

static enum quota_flaw check_accounts(const struct quota_problem *problem, const struct quota_result *result, const struct sums *sums) {
  int64_t short_by = 0;
  for (size_t o = 0; o < problem->organisations; o++) {
    const struct quota *quota = &problem->quotas[o];
    const struct quota_account *account = &result->accounts[o];
    if (quota->at_most != QUOTA_NONE && sums->placed[o] > quota->at_most) return QUOTA_BROKEN;
    if (quota->gives != QUOTA_NONE && sums->given[o] > quota->gives) return QUOTA_BROKEN;
    if (account->placed != sums->placed[o] || account->given != sums->given[o]) return QUOTA_SUMS;
    if (account->short_by != missing(quota->at_least, sums->placed[o])) return QUOTA_SUMS;
    short_by += account->short_by;
  }
  bool same = result->matched == sums->matched && result->cost == sums->cost && result->short_by == short_by;
  return same ? QUOTA_NO_FLAW : QUOTA_SUMS;
}

/* ---- the bound ---- */
/* Nobody can place more than there are, or than it may: what is wanted beyond that is missing in every round. */
static int32_t can_want(const struct quota *quota, int32_t mentees) {
  int32_t most = quota->at_most == QUOTA_NONE || quota->at_most > mentees ? mentees : quota->at_most;
  return quota->at_least < 0 ? 0 : quota->at_least < most ? quota->at_least : most;
}

static bool is_price(int64_t price, int64_t most) {
  return price >= 0 && price <= most;
}

/* What does not depend on people. A rule that is not there has no price. */
static bool add_rules(const struct quota_problem *problem, const struct quota_prices *prices, const struct sums *sums, __int128 *bound) {
  const struct assign_problem *pairs = problem->pairs;
  for (size_t j = 0; j < pairs->mentors; j++) {
    if (!is_price(prices->seat[j], PRICE_MAX)) return false;
    *bound -= (__int128)prices->seat[j] * pairs->seats[j];
  }
  for (size_t o = 0; o < problem->organisations; o++) {
    const struct quota *quota = &problem->quotas[o];
    if (!is_price(prices->at_least[o], prices->short_one) || !is_price(prices->at_most[o], PRICE_MAX) || !is_price(prices->gives[o], PRICE_MAX))
      return false;
    if ((quota->at_most == QUOTA_NONE && prices->at_most[o] > 0) || (quota->gives == QUOTA_NONE && prices->gives[o] > 0)) return false;
    *bound += (__int128)prices->at_least[o] * can_want(quota, sums->mentees[o]);
    if (prices->at_most[o] > 0) *bound -= (__int128)prices->at_most[o] * quota->at_most;
    if (prices->gives[o] > 0) *bound -= (__int128)prices->gives[o] * quota->gives;
  }
  return true;
}

/* The least of nothing and what the cheapest pair adds; a pair is worth `worth` by itself and costs `points` times its cost. */
static __int128 least_of(const struct quota_problem *problem, const struct quota_prices *prices, size_t mentee, int64_t points, int64_t worth) {
  const struct assign_problem *pairs = problem->pairs;
  int32_t from = problem->of_mentee[mentee];
  __int128 own = -(__int128)worth, least = 0;
  if (from != QUOTA_NONE) own += (__int128)prices->at_most[from] - prices->at_least[from];
  for (int64_t at = pairs->first[mentee]; at < pairs->first[mentee + 1]; at++) {
    int32_t to = problem->of_mentor[pairs->mentor[at]];
    __int128 adds = own + points * pairs->cost[at] + prices->seat[pairs->mentor[at]] + (to == QUOTA_NONE ? 0 : prices->gives[to]);
    least = adds < least ? adds : least;
  }
  return least;
}

static enum quota_flaw check_most(const struct quota_problem *problem, const struct quota_result *result, const struct sums *sums) {
  size_t mentees = problem->pairs->mentees;
  int64_t one = (int64_t)mentees + 1, surely = 0;
  __int128 bound = 0;
  if (result->most.short_one != one || !add_rules(problem, &result->most, sums, &bound)) return QUOTA_PRICE;
  for (size_t i = 0; i < mentees; i++) bound += least_of(problem, &result->most, i, 0, 1);
  for (size_t o = 0; o < problem->organisations; o++)
    surely += missing(problem->quotas[o].at_least, can_want(&problem->quotas[o], sums->mentees[o]));
  return bound == (__int128)one * (result->short_by - surely) - (__int128)result->matched ? QUOTA_NO_FLAW : QUOTA_MOST;
}

static enum quota_flaw check_cheapest(const struct quota_problem *problem, const struct quota_result *result, const struct sums *sums) {
  const struct quota_prices *prices = &result->cheapest;
  int64_t surely = 0;
  __int128 bound = 0;
  if (!is_price(prices->short_one, PRICE_MAX) || prices->person > PRICE_MAX || prices->person < -PRICE_MAX) return QUOTA_PRICE;
  if (!add_rules(problem, prices, sums, &bound)) return QUOTA_PRICE;
  for (size_t i = 0; i < problem->pairs->mentees; i++) bound += least_of(problem, prices, i, 1, prices->person);
  for (size_t o = 0; o < problem->organisations; o++)
    surely += missing(problem->quotas[o].at_least, can_want(&problem->quotas[o], sums->mentees[o]));
  bound += (__int128)prices->person * (int64_t)result->matched - (__int128)prices->short_one * (result->short_by - surely);
  return bound == result->cost ? QUOTA_NO_FLAW : QUOTA_VALUE;
}

enum quota_flaw quota_check(const struct quota_problem *problem, const struct quota_result *result) {
  size_t organisations = problem->organisations, mentors = problem->pairs->mentors;
  CLEANUP(arena_freep) struct arena *scratch = arena_new((3 * organisations + mentors) * sizeof(int32_t) + 128);
  struct sums sums = {arena_alloc(scratch, organisations * sizeof(int32_t)), arena_alloc(scratch, organisations * sizeof(int32_t)),
                      arena_alloc(scratch, organisations * sizeof(int32_t)), arena_alloc(scratch, mentors * sizeof(int32_t)), 0, 0};
  enum quota_flaw flaw = sum_up(problem, result, &sums);
  if (flaw == QUOTA_NO_FLAW) flaw = check_accounts(problem, result, &sums);
  if (flaw == QUOTA_NO_FLAW) flaw = check_most(problem, result, &sums);
  return flaw == QUOTA_NO_FLAW ? check_cheapest(problem, result, &sums) : flaw;
}
