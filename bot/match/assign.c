/* assign.c: the engine from door to door: count, limit, core, auction, exact prices, proof. */
#include "bot/match/assign.h"

#include "bot/match/arcs.h"
#include "bot/match/auction.h"
#include "bot/match/certificate.h"
#include "bot/match/columns.h"
#include "bot/match/core.h"
#include "bot/match/exact.h"
#include "bot/match/fair.h"

#include <string.h>

/* The core: pairs a mentee begins with (with long lists, of more than so many on average, a few more); pairs they get at most when it grows,
 * and how much more the next time; the phases after which it is asked whether it should; how near a pair must come to be added, in steps early
 * and in points late. */
enum { CORE_WANTED = 16, CORE_LONG = 20, LONG_LIST = 512, GROW_FIRST = 16, GROW_FACTOR = 4, LOOK_AFTER = 2, LOOK_AGAIN = 4, MARGIN = 4, NEAR_POINTS = 2 };
/* Steps: the first is this part of the dearest cost, or that where many must go without; each next one this part of the last; and when the
 * core grew late, this part of a point. Patience is bids for each mentee. */
enum { START_PART = 20, START_SCARCE = 5, STEP_PART = 7, LATE_PART = 49, PATIENCE = 4 };
/* How many are few, as a part of all; and unhappy mentees of a hundred: some, nearly all. */
enum { FEW_PART = 20, SOME = 5, UNHAPPY_ALL = 88 };
static const int64_t MONEY_MAX = INT64_C(1) << 61, NO_ENTRY = INT64_C(1) << 58;

const char *assign_stage_name(enum assign_stage stage) {
#define ASSIGN_STAGE_AS_TEXT(name, text) text,
  static const char *const texts[] = {ASSIGN_STAGE_LIST(ASSIGN_STAGE_AS_TEXT)};
#undef ASSIGN_STAGE_AS_TEXT
  return (unsigned)stage < ASSIGN_STAGE_MAX_ ? texts[stage] : "?";
}

/* The result while it is made: the same memory that assign_result shows for reading. */
struct making {
  struct assign_job job;
  struct count count;
  int32_t *cost_of;       /* scratch; per mentee who is matched: the cost of the pair */
  struct assign_result result;
  bool settled;           /* everybody sits with one of their cheapest: nothing is left to do */
  int32_t *mentor_of;     /* the result's arena, as all below */
  int64_t *price, alone;
  bool *most_mentees, *most_mentors, *fairest_mentees, *fairest_mentors;
};

size_t assign_result_bytes(size_t mentees, size_t mentors) {
  return mentees * (sizeof(int32_t) + 2) + mentors * (sizeof(int64_t) + 2) + 6 * 16;
}

static void making_init(struct making *making, struct arena *arena) {
  size_t mentees = making->job.problem->mentees, mentors = making->job.problem->mentors;
  making->mentor_of = arena_alloc(arena, mentees * sizeof *making->mentor_of);
  making->price = arena_alloc(arena, mentors * sizeof *making->price);
  making->most_mentees = arena_alloc(arena, mentees);
  making->most_mentors = arena_alloc(arena, mentors);
  making->fairest_mentees = arena_alloc(arena, mentees);
  making->fairest_mentors = arena_alloc(arena, mentors);
}

/* ---- count and limit ---- */
static enum err do_count(struct making *making, struct arena *scratch) {
  struct assign_job *job = &making->job;
  assign_tell(job, ASSIGN_COUNT);
  count_init(&making->count, job, scratch);
  making->settled = count_cheapest(&making->count);
  if (assign_cancelled(job)) return err_note(ERR_GONE, "the matching was cancelled");
  enum err err = count_most(&making->count);
  if (err != ERR_NONE) return err;
  if (making->count.matched < job->problem->mentees) count_cover(&making->count, making->most_mentees, making->most_mentors);
  return job->options->fair ? fair_limit(job, &making->count, making->fairest_mentees, making->fairest_mentors) : ERR_NONE;
}

/* ---- the market ---- */
/* More pieces in a point than there are people, and no sum of them past 2^61. */
static enum err set_money(struct market *market) {
  size_t people = market->mentees + market->mentors + 2;
  while (((size_t)1 << market->shift) <= people) market->shift++;
  __int128 most = (__int128)people * ((__int128)(market->cost_max + 1) << market->shift) * 8;
  if (most > MONEY_MAX) return err_note(ERR_LIMITED, "the costs and the number of people are too large together");
  return ERR_NONE;
}

static size_t market_bytes(const struct assign_problem *problem, const struct count *count) {
  size_t seats = (size_t)count->seat_first[problem->mentors] + problem->mentees - count->matched;
  return problem->mentees * (sizeof(struct mentee_seat) + 8) + (problem->mentors + 2) * 24 + seats * sizeof(struct held) + 256;
}

static void market_init(struct market *market, const struct making *making, struct arena *scratch) {
  const struct assign_problem *problem = making->job.problem;
  size_t mentees = problem->mentees, mentors = problem->mentors + 1;
  *market = (struct market){.job = &making->job, .mentees = mentees, .mentors = mentors};
  market->seat_of = arena_alloc(scratch, mentees * sizeof *market->seat_of);
  market->waiting = arena_alloc(scratch, mentees * sizeof *market->waiting);
  market->edge = arena_alloc(scratch, mentees * sizeof *market->edge);
  market->seats = arena_alloc(scratch, mentors * sizeof *market->seats);
  market->taken = arena_alloc(scratch, mentors * sizeof *market->taken);
  market->price = arena_alloc(scratch, mentors * sizeof *market->price);
  market->heap_first = arena_alloc(scratch, (mentors + 1) * sizeof *market->heap_first);
  memcpy(market->seats, making->count.seats, problem->mentors * sizeof *market->seats);
  market->seats[mentors - 1] = (int32_t)(mentees - making->count.matched);
  for (size_t j = 0; j < mentors; j++) market->heap_first[j + 1] = market->heap_first[j] + market->seats[j];
  market->held = arena_alloc(scratch, (size_t)market->heap_first[mentors] * sizeof *market->held);
  market->cost_max = making->job.rows->cost_max < making->job.limit ? making->job.rows->cost_max : making->job.limit;
  if (market->cost_max < 0) market->cost_max = 0;
  market->pool_cost = market->cost_max / 2;
}

/* ---- the auction, phase after phase ---- */
struct run {
  struct market *market;     /* borrowed from the caller */
  const struct count *count; /* borrowed from the caller */
  int64_t point, eps;        /* pieces in a point; the step */
  size_t phases, most;       /* since the beginning; how many pairs a mentee may get when the core grows */
  uint64_t patience;         /* of the next phase: bids before its step grows; 0: it is the right one */
  bool complete;             /* the core is all pairs */
};

/* Small steps are quick where there is something for everybody; where many must go without what they like best they are endless. */
static void start(struct run *run) {
  struct market *market = run->market;
  for (size_t i = 0; i < market->mentees; i++) market->seat_of[i].mentor = ASSIGN_NOBODY;
  for (size_t j = 0; j < market->mentors; j++) market->price[j] = market->seats[j] == 0 ? NO_ENTRY : 0;
  bool scarce = run->complete || (size_t)market->seats[market_pool(market)] * START_PART > market->mentees;
  run->eps = market->cost_max * run->point / (scarce ? START_SCARCE : START_PART) + 1;
  run->patience = PATIENCE * market->mentees;
  run->phases = 0;
}

static bool lists_are_long(const struct assign_problem *problem) {
  return (size_t)problem->first[problem->mentees] > LONG_LIST * problem->mentees;
}

/* While the step is still large what will be wanted soon is cheaper to add than in the end; where lists are long and would have to be read,
 * only if some want it. Where seven of eight want what the core left out, everybody likes the same few, the cheapest are no guide, and the
 * auction begins again with all pairs. */
static void look_early(struct run *run) {
  struct core_growth growth = {.most = run->most, .margin = MARGIN * run->eps};
  if (run->complete) return;
  struct core_sample sample = core_ask_some(run->market);
  if (run->phases == LOOK_AFTER && sample.unhappy_percent > UNHAPPY_ALL) {
    core_build(run->market, run->count, run->market->mentors);
    run->complete = true;
    start(run);
  } else if (!lists_are_long(run->market->job->problem) || sample.unhappy_percent > SOME || sample.read_percent <= SOME) {
    core_grow(run->market, &growth);
  }
}

/* Prices are whole points. True when they hold for all pairs. Else the core has grown, and the auction goes on from them. Where few are
 * unhappy all others sit well: a small step disturbs least, and grows where it does not do. Where many are, it begins with a larger one. */
static bool is_done(struct run *run) {
  struct core_growth growth = {.most = run->most, .margin = NEAR_POINTS * run->point};
  assign_tell(run->market->job, ASSIGN_PROOF);
  if (run->complete) return true;
  core_grow(run->market, &growth);
  if (growth.unhappy == 0) return true;
  run->most *= GROW_FACTOR;
  bool few = growth.unhappy * FEW_PART < run->market->mentees;
  run->eps = few ? run->point / LATE_PART + 1 : growth.gap / 4 + 1;
  run->patience = few ? run->market->mentees : 0;
  return false;
}

static enum err run_auction(struct market *market, const struct count *count) {
  struct run run = {.market = market, .count = count, .point = INT64_C(1) << market->shift, .most = GROW_FIRST};
  start(&run);
  for (;;) {
    assign_tell(market->job, ASSIGN_AUCTION);
    enum err err = auction_phase(market, run.patience, &run.eps);
    if (err != ERR_NONE) return err;
    run.patience = 0;
    bool whole = run.eps <= run.point && exact_round(market);
    if (whole && is_done(&run)) return ERR_NONE;
    if (whole) continue;
    if (run.eps == 1) return err_note(ERR_INTERNAL, "the prices cannot be rounded");
    run.eps = run.eps / STEP_PART > 1 ? run.eps / STEP_PART : 1;
    if (++run.phases == LOOK_AFTER || run.phases == LOOK_AGAIN) look_early(&run);
  }
}

/* ---- what comes out ---- */
static void keep_prices(struct making *making, const struct market *market) {
  const struct assign_problem *problem = making->job.problem;
  int64_t dearest = 0;
  for (size_t i = 0; i < problem->mentees; i++) {
    uint32_t mentor = (uint32_t)market->seat_of[i].mentor;
    int64_t pays = market_pays(market, i) >> market->shift;
    making->cost_of[i] = market->seat_of[i].cost;
    making->mentor_of[i] = mentor == market_pool(market) ? ASSIGN_NOBODY : (int32_t)mentor;
    dearest = pays > dearest ? pays : dearest;
  }
  for (size_t j = 0; j < problem->mentors; j++) making->price[j] = market->seats[j] == 0 ? dearest : market->price[j] >> market->shift;
  making->alone = market_has_pool(market) ? market->pool_cost + (market->price[market_pool(market)] >> market->shift) : dearest;
}

static enum err do_auction(struct making *making) {
  CLEANUP(arena_freep) struct arena *scratch = arena_new(market_bytes(making->job.problem, &making->count));
  struct market market;
  market_init(&market, making, scratch);
  enum err err = set_money(&market);
  if (err != ERR_NONE) return err;
  core_build(&market, &making->count, lists_are_long(making->job.problem) ? CORE_LONG : CORE_WANTED);
  err = run_auction(&market, &making->count);
  if (err == ERR_NONE) keep_prices(making, &market);
  arena_free(market.core_arena);
  columns_clear(&market);
  return err;
}

static void do_settled(struct making *making) {
  const struct assign_problem *problem = making->job.problem;
  for (size_t i = 0; i < problem->mentees; i++) {
    making->mentor_of[i] = making->count.mentor_of[i];
    making->cost_of[i] = making->job.rows->row_least[i];
    if (making->job.rows->row_least[i] > making->alone) making->alone = making->job.rows->row_least[i];
  }
}

static void sum_up(struct making *making) {
  const struct assign_problem *problem = making->job.problem;
  struct assign_result *result = &making->result;
  *result = (struct assign_result){.worst = -1, .mentor_of = making->mentor_of, .price = making->price, .alone = making->alone};
  for (size_t i = 0; i < problem->mentees; i++) {
    if (making->mentor_of[i] == ASSIGN_NOBODY) continue;
    result->matched++;
    result->cost += making->cost_of[i];
    if (making->cost_of[i] > result->worst) result->worst = making->cost_of[i];
  }
  if (result->matched < problem->mentees) result->most = (struct assign_cover){making->most_mentees, making->most_mentors};
  if (making->job.options->fair) result->fairest = (struct assign_cover){making->fairest_mentees, making->fairest_mentors};
}

static enum err make(struct making *making) {
  size_t mentees = making->job.problem->mentees;
  CLEANUP(arena_freep) struct arena *scratch = arena_new(count_bytes(making->job.problem) + mentees * sizeof(int32_t) + 64);
  making->cost_of = arena_alloc(scratch, mentees * sizeof *making->cost_of);
  enum err err = do_count(making, scratch);
  if (err != ERR_NONE) return err;
  if (making->settled) do_settled(making);
  else err = do_auction(making);
  if (err == ERR_NONE) sum_up(making);
  return err;
}

enum err assign_solve(const struct assign_problem *problem, const struct assign_options *options, struct arena *arena,
                      struct assign_result *ret_result) {
  static const struct assign_options usual = {0};
  struct rows rows;
  struct making making = {.job = {problem, options == NULL ? &usual : options, INT32_MAX, &rows}};
  CLEANUP(arena_freep) struct arena *rows_arena = NULL;
  enum err err = arcs_look(problem, ASSIGN_COST_MAX, &rows, &rows_arena);
  if (err != ERR_NONE) return err;
  making_init(&making, arena);
  err = make(&making);
  if (err != ERR_NONE) return err;
  assign_tell(&making.job, ASSIGN_PROOF);
  struct assign_result result = making.result;
  enum certificate_flaw flaw = certificate_check(problem, &result, making.job.options->fair);
  if (flaw != CERTIFICATE_NONE) return err_note(ERR_INTERNAL, "the certificate fails: %s", certificate_flaw_text(flaw));
  *ret_result = result;
  return ERR_NONE;
}
