/* certificate.c: a matching, prices, and one equation: together they leave no room for anything better.
 *
 * Say every mentor asks a price for a seat, never below nothing, and let u be the least a mentee could get away with: cost + price
 * over all of their list, or `alone`, the price of staying out. Take any matching of as many people. Each matched mentee causes cost >= u - price; so
 * its cost is at least the sum of all u, less the prices of all seats there are, less `alone` for each who is out. That is a bound which
 * holds for every matching, whoever made the prices. Ours reaches it: so none is cheaper. */
#include "bot/match/certificate.h"

#include "bot/match/wide.h"

#include <string.h>

enum { TOGETHER = 64, FEW = 64 };

const char *certificate_flaw_text(enum certificate_flaw flaw) {
#define CERTIFICATE_FLAW_AS_TEXT(name, text) text,
  static const char *const texts[] = {CERTIFICATE_FLAW_LIST(CERTIFICATE_FLAW_AS_TEXT)};
#undef CERTIFICATE_FLAW_AS_TEXT
  return (unsigned)flaw < CERTIFICATE_FLAW_MAX_ ? texts[flaw] : "?";
}

/* ---- one mentee's list ---- */
/* Where everybody stands in order, a mentor is at their own place; else the list is read. */
static bool row_cost(const struct assign_problem *problem, size_t mentee, int32_t mentor, int32_t *ret_cost) {
  int64_t at = problem->first[mentee], end = problem->first[mentee + 1];
  if (mentor >= 0 && mentor < end - at && problem->mentor[at + mentor] == mentor) at += mentor;
  while (at < end && problem->mentor[at] != mentor) at++;
  if (at == end) return false;
  *ret_cost = problem->cost[at];
  return true;
}

/* True when some pair costs less than `edge`: counted without a branch, so that many are looked at together. */
ALWAYS_INLINE bool some_below(const int32_t *cost, int32_t edge) {
  uint32_t below = 0;
  for (size_t k = 0; k < TOGETHER; k++) below |= ((uint32_t)cost[k] - (uint32_t)edge);
  return below >> 31 != 0;
}

struct few { int64_t at[FEW + TOGETHER]; size_t count; };

/* First the places alone, then what stands there: so the machine fetches many at once. */
ALWAYS_INLINE int64_t least_of_few(const struct assign_problem *problem, const int64_t *price, struct few *few, int64_t least) {
  for (size_t k = 0; k < few->count; k++) {
    int64_t offer = problem->cost[few->at[k]] + price[problem->mentor[few->at[k]]];
    least = offer < least ? offer : least;
  }
  few->count = 0;
  return least;
}

struct prices { const int64_t *of; int64_t lowest; int32_t limit; }; /* dearer pairs than the limit do not exist */

/* The least of `known`, which some pair of the list offers (or nobody, when it is very large), and all the others. No price is below
 * the lowest: a pair whose cost with that is as much as the least so far is none better. */
ALWAYS_INLINE int64_t least_in_row(const struct assign_problem *problem, const struct prices *prices, size_t mentee, int64_t known) {
  struct few few;
  int64_t least = known, end = problem->first[mentee + 1];
  int32_t most = prices->limit == INT32_MAX ? INT32_MAX : prices->limit + 1; /* only what costs less than this can be better */
  few.count = 0;
  for (int64_t at = problem->first[mentee], stop; at < end; at = stop) {
    int32_t edge = least - prices->lowest < most ? (int32_t)(least - prices->lowest) : most;
    stop = at + TOGETHER < end ? at + TOGETHER : end;
    if (stop - at == TOGETHER && !some_below(problem->cost + at, edge)) continue;
    for (; at < stop; at++) {
      few.at[few.count] = at;
      few.count += problem->cost[at] < edge;
    }
    if (few.count >= FEW) least = least_of_few(problem, prices->of, &few, least);
  }
  return least_of_few(problem, prices->of, &few, least);
}

static int64_t least_narrow(const struct assign_problem *problem, const struct prices *prices, size_t mentee, int64_t known) {
  return least_in_row(problem, prices, mentee, known);
}

WIDE static int64_t least_wide(const struct assign_problem *problem, const struct prices *prices, size_t mentee, int64_t known) {
  return least_in_row(problem, prices, mentee, known);
}

/* ---- covers ---- */
/* Each pair of at most `cost_max` has one of its two in the cover. Then a matching of such pairs has at most one for each mentee in it and
 * one for each seat in it. */
static bool cover_holds(const struct assign_problem *problem, const struct assign_cover *cover, int32_t cost_max, size_t most) {
  uint64_t size = 0;
  for (size_t j = 0; j < problem->mentors; j++) size += cover->mentors[j] ? (uint64_t)problem->seats[j] : 0;
  for (size_t i = 0; i < problem->mentees; i++) {
    size += cover->mentees[i];
    if (cover->mentees[i]) continue;
    for (int64_t at = problem->first[i]; at < problem->first[i + 1]; at++)
      if (!cover->mentors[problem->mentor[at]] && problem->cost[at] <= cost_max) return false;
  }
  return size <= most;
}

static enum certificate_flaw check_covers(const struct assign_problem *problem, const struct assign_result *result, bool fair) {
  if (result->matched < problem->mentees && (result->most.mentees == NULL || !cover_holds(problem, &result->most, INT32_MAX, result->matched)))
    return CERTIFICATE_COVER;
  if (!fair || result->matched == 0) return CERTIFICATE_NONE;
  if (result->fairest.mentees == NULL || !cover_holds(problem, &result->fairest, result->worst - 1, result->matched - 1)) return CERTIFICATE_FAIR;
  return CERTIFICATE_NONE;
}

/* ---- matching and prices, list by list, while the list is at hand ---- */
struct tally { size_t matched; int64_t cost; int32_t worst; int64_t price_lowest; __int128 bound; };

/* No price is below nothing; the seats' prices are taken off the bound. */
static bool count_prices(const struct assign_problem *problem, const struct assign_result *result, struct tally *tally) {
  static const int64_t price_max = INT64_C(1) << 61;
  for (size_t j = 0; j < problem->mentors; j++) {
    if (result->price[j] < 0 || result->price[j] > price_max) return false;
    tally->bound -= (__int128)result->price[j] * problem->seats[j];
    if (j == 0 || result->price[j] < tally->price_lowest) tally->price_lowest = result->price[j];
  }
  return true;
}

/* What the mentee pays is one of the list's offers. */
static enum certificate_flaw count_pair(const struct assign_problem *problem, const struct assign_result *result, size_t mentee, int32_t *load,
                                        struct tally *tally, int64_t *ret_pays) {
  int32_t mentor = result->mentor_of[mentee], cost;
  if (mentor == ASSIGN_NOBODY) return CERTIFICATE_NONE;
  if (!row_cost(problem, mentee, mentor, &cost)) return CERTIFICATE_NO_SUCH_PAIR;
  if (++load[mentor] > problem->seats[mentor]) return CERTIFICATE_SEATS;
  tally->matched++;
  tally->cost += cost;
  tally->worst = cost > tally->worst ? cost : tally->worst;
  *ret_pays = cost + result->price[mentor];
  return CERTIFICATE_NONE;
}

/* Fair rounds are the cheapest among those without dearer pairs than the worst: dearer ones do not exist for their prices. */
static enum certificate_flaw count_lists(const struct assign_problem *problem, const struct assign_result *result, bool fair, int32_t *load,
                                         struct tally *tally) {
  struct prices prices = {result->price, tally->price_lowest, fair ? result->worst : INT32_MAX};
  bool some_out = result->matched < problem->mentees, wide = wide_here();
  for (size_t i = 0; i < problem->mentees; i++) {
    int64_t pays = INT64_MAX;
    enum certificate_flaw flaw = count_pair(problem, result, i, load, tally, &pays);
    if (flaw != CERTIFICATE_NONE) return flaw;
    int64_t least = (wide ? least_wide : least_narrow)(problem, &prices, i, pays);
    tally->bound += some_out && result->alone < least ? result->alone : least;
  }
  bool same = tally->matched == result->matched && tally->cost == result->cost && tally->worst == result->worst;
  return same ? CERTIFICATE_NONE : CERTIFICATE_SUMS;
}

enum certificate_flaw certificate_check(const struct assign_problem *problem, const struct assign_result *result, bool fair) {
  CLEANUP(arena_freep) struct arena *scratch = arena_new((problem->mentors + 4) * sizeof(int32_t));
  int32_t *load = arena_alloc(scratch, problem->mentors * sizeof *load);
  struct tally tally = {.worst = -1};
  if (!count_prices(problem, result, &tally)) return CERTIFICATE_PRICE;
  enum certificate_flaw flaw = count_lists(problem, result, fair, load, &tally);
  if (flaw == CERTIFICATE_NONE) flaw = check_covers(problem, result, fair);
  if (flaw != CERTIFICATE_NONE) return flaw;
  tally.bound -= (__int128)result->alone * (int64_t)(problem->mentees - result->matched);
  return tally.bound == result->cost ? CERTIFICATE_NONE : CERTIFICATE_VALUE;
}
