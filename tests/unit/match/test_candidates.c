/* test_candidates.c: lists of likely pairs and the proof over all: the same value as the whole problem, however short the lists. */
#include "bot/match/candidates.h"

#include "tests/unit/match/market_day.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SIDE = 80, TOPICS = 12, WISHES = 4, SETS = 6, WORDS = (SIDE + 63) / 64 };

/* A world in which the cost of any pair is known: wishes met, an odd part of each pair, and sets that some must be in. */
struct world {
  size_t mentees, mentors;
  int32_t seats[SIDE], apart[SIDE];
  int64_t offered_first[SIDE + 1], wanted_first[SIDE + 1], term_first[SIDE + 1];
  uint32_t offered[SIDE * TOPICS];
  struct candidates_wish wanted[SIDE * WISHES];
  struct candidates_term terms[SIDE * 3];
  uint64_t bits[SETS * WORDS];
  int32_t odd_max;       /* the rest of a pair's cost is below this */
  uint32_t forbidden;    /* of a hundred pairs, by a rule that no set tells */
  uint64_t calls;
};

static bool offers(const struct world *world, size_t mentor, uint32_t topic) {
  for (int64_t at = world->offered_first[mentor]; at < world->offered_first[mentor + 1]; at++)
    if (world->offered[at] == topic) return true;
  return false;
}

static bool in_set(const struct world *world, uint32_t set, size_t mentor) {
  return (world->bits[set * ((world->mentors + 63) / 64) + mentor / 64] >> mentor % 64 & 1) != 0;
}

/* Read anew and plainly: groups of terms, one of each must hold. */
static bool terms_hold(const struct world *world, size_t mentee, size_t mentor) {
  bool group = false;
  for (int64_t at = world->term_first[mentee]; at < world->term_first[mentee + 1]; at++) {
    group |= in_set(world, world->terms[at].set, mentor) != world->terms[at].without;
    bool last = !world->terms[at].or_next || at + 1 == world->term_first[mentee + 1];
    if (last && !group) return false;
    if (last) group = false;
  }
  return true;
}

static int32_t cost_of(void *context, size_t mentee, size_t mentor) {
  struct world *world = context;
  struct chance odd = {(uint64_t)mentee * 1000003 + mentor};
  world->calls++;
  if (!terms_hold(world, mentee, mentor) || chance_below(&odd, 100) < world->forbidden) return -1;
  int32_t cost = world->apart[mentee] + (int32_t)chance_below(&odd, (uint32_t)world->odd_max + 1);
  for (int64_t at = world->wanted_first[mentee]; at < world->wanted_first[mentee + 1]; at++)
    if (offers(world, mentor, world->wanted[at].topic)) cost -= world->wanted[at].points;
  return cost;
}

static void draw_mentee(struct world *world, struct chance *chance, size_t i) {
  int64_t to = world->wanted_first[i], term = world->term_first[i];
  int32_t points = 0;
  for (uint32_t topic = 0; topic < TOPICS && to < world->wanted_first[i] + WISHES; topic++) {
    if (chance_below(chance, 4) > 0) continue;
    world->wanted[to] = (struct candidates_wish){topic, (int32_t)chance_below(chance, 500)};
    points += world->wanted[to++].points;
  }
  world->apart[i] = points + (int32_t)chance_below(chance, 100);
  world->wanted_first[i + 1] = to;
  for (uint32_t count = chance_below(chance, 4); count > 0; count--)
    world->terms[term++] = (struct candidates_term){chance_below(chance, SETS), chance_below(chance, 2) == 0, chance_below(chance, 2) == 0};
  world->term_first[i + 1] = term;
}

static void world_draw(struct world *world, struct chance *chance, size_t most) {
  memset(world, 0, sizeof *world);
  world->mentees = 1 + chance_below(chance, (uint32_t)most);
  world->mentors = 1 + chance_below(chance, (uint32_t)most);
  world->odd_max = chance_below(chance, 2) == 0 ? 40 : 2000;
  world->forbidden = chance_below(chance, 3) * 25;
  for (size_t j = 0; j < world->mentors; j++) {
    int64_t to = world->offered_first[j];
    world->seats[j] = (int32_t)chance_below(chance, 4);
    for (uint32_t topic = 0; topic < TOPICS; topic++)
      if (chance_below(chance, 5) == 0) world->offered[to++] = topic;
    world->offered_first[j + 1] = to;
  }
  for (size_t word = 0; word < SETS * WORDS; word++) world->bits[word] = (uint64_t)chance_below(chance, UINT32_MAX) << 32 | chance_below(chance, UINT32_MAX);
  for (size_t i = 0; i < world->mentees; i++) draw_mentee(world, chance, i);
}

static struct candidates_problem problem_of(struct world *world) {
  return (struct candidates_problem){.mentees = world->mentees, .mentors = world->mentors, .topics = TOPICS, .sets = SETS, .seats = world->seats,
      .offered_first = world->offered_first, .offered = world->offered, .wanted_first = world->wanted_first, .wanted = world->wanted,
      .set_bits = world->bits, .term_first = world->term_first, .terms = world->terms, .apart = world->apart, .cost = cost_of, .context = world};
}

static struct day_answer whole(struct world *world, struct day *day, bool brute) {
  day->mentees = world->mentees;
  day->mentors = world->mentors;
  day->count = 0;
  memcpy(day->seats, world->seats, sizeof world->seats);
  for (size_t i = 0; i < world->mentees; i++)
    for (size_t j = 0; j < world->mentors; j++)
      if (cost_of(world, i, j) >= 0) day_add(day, i, j, cost_of(world, i, j));
  return brute ? day_brute(day, false) : day_solve(day, false);
}

static void assert_same(struct world *world, struct day *day, size_t per_mentee, size_t per_mentor, bool brute, size_t number) {
  CLEANUP(arena_freep) struct arena *arena = arena_new(assign_result_bytes(SIDE, SIDE));
  struct candidates_problem problem = problem_of(world);
  struct candidates_options options = {.per_mentee = per_mentee, .per_mentor = per_mentor};
  struct assign_result result;
  struct candidates_report report;
  err_note_clear();
  cr_assert_eq(candidates_solve(&problem, &options, arena, &result, &report), ERR_NONE, "%s", err_note_text());
  struct day_answer want = whole(world, day, brute);
  cr_assert(result.matched == want.matched && result.cost == want.cost, "world %zu: %zu for %" PRId64 ", all pairs: %zu for %" PRId64, number,
            result.matched, result.cost, want.matched, want.cost);
  int64_t cost = 0;
  for (size_t i = 0; i < world->mentees; i++)
    if (result.mentor_of[i] != ASSIGN_NOBODY) cost += cost_of(world, i, (size_t)result.mentor_of[i]);
  cr_assert_eq(cost, result.cost, "the pairs cost what the caller says");
}

Test(candidates, lists_of_any_length_lead_to_the_best_of_all_pairs) {
  static struct world world;
  struct chance chance = {instance_seed()};
  DAY(day);
  for (size_t n = 0; n < 150; n++) {
    world_draw(&world, &chance, SIDE);
    assert_same(&world, &day, 1 + chance_below(&chance, 8), 1 + chance_below(&chance, 3), false, n);
  }
}

Test(candidates, the_smallest_worlds_agree_with_everything_tried) {
  static struct world world;
  struct chance chance = {instance_seed()};
  DAY(day);
  for (size_t n = 0; n < 400; n++) {
    world_draw(&world, &chance, 6);
    assert_same(&world, &day, 1 + chance_below(&chance, 2), 1, true, n);
  }
}

Test(candidates, lists_hold_the_cheapest_of_those_who_meet_a_wish) {
  static struct world world;
  struct chance chance = {instance_seed()};
  do world_draw(&world, &chance, SIDE);
  while (world.mentees < 60 || world.mentors < 60 || world.forbidden > 0);
  struct candidates_problem problem = problem_of(&world);
  struct candidates_options options = {.per_mentee = 5, .per_mentor = 2};
  struct candidates_lists lists;
  cr_assert_eq(candidates_build(&problem, &options, &lists), ERR_NONE);
  for (size_t i = 0; i < world.mentees; i++) {
    int32_t dearest = -1, met = 0;
    int64_t first = lists.problem.first[i], count = lists.problem.first[i + 1] - first;
    for (int64_t at = first; at < first + count; at++) {
      cr_assert_eq(lists.problem.cost[at], cost_of(&world, i, (size_t)lists.problem.mentor[at]));
      cr_assert_gt(world.seats[lists.problem.mentor[at]], 0);
      if (at < first + 5) dearest = lists.problem.cost[at] > dearest ? lists.problem.cost[at] : dearest;
    }
    for (size_t j = 0; j < world.mentors; j++) { /* among those who meet a wish, nobody cheaper was left out */
      int32_t cost = world.seats[j] > 0 ? cost_of(&world, i, j) : -1;
      bool meets = false;
      for (int64_t at = world.wanted_first[i]; at < world.wanted_first[i + 1]; at++) meets |= offers(&world, j, world.wanted[at].topic);
      met += cost >= 0 && meets && cost < dearest;
    }
    cr_assert_leq(met, 5);
  }
  candidates_lists_done(&lists);
}

/* ---- promises, cancel, progress ---- */
Test(candidates, a_cost_below_what_was_promised_and_a_topic_that_is_not_there_are_refused) {
  static struct world world;
  struct chance chance = {instance_seed()};
  CLEANUP(arena_freep) struct arena *arena = arena_new(assign_result_bytes(SIDE, SIDE));
  struct candidates_options options = {0};
  struct assign_result result;
  struct candidates_report report;
  do world_draw(&world, &chance, SIDE);
  while (world.mentees < 30 || world.mentors < 30);
  struct candidates_problem problem = problem_of(&world);
  static int32_t apart[SIDE];
  for (size_t i = 0; i < SIDE; i++) apart[i] = world.apart[i] + 5000;
  problem.apart = apart;
  cr_assert_eq(candidates_solve(&problem, &options, arena, &result, &report), ERR_BAD_INPUT);
  err_note_clear();
  problem = problem_of(&world);
  problem.topics = 1;
  cr_assert_eq(candidates_solve(&problem, &options, arena, &result, &report), ERR_BAD_INPUT);
}

struct watching { atomic_bool cancel; size_t told[CANDIDATES_STAGE_MAX_]; bool stop; };
static void watch(void *context, enum candidates_stage stage, size_t done, size_t all) {
  struct watching *watching = context;
  watching->told[stage]++;
  if (watching->stop && stage == CANDIDATES_PROOF) atomic_store(&watching->cancel, true);
}

Test(candidates, each_stage_is_told_and_cancel_ends_it) {
  static struct world world;
  struct chance chance = {instance_seed()};
  CLEANUP(arena_freep) struct arena *arena = arena_new(2 * assign_result_bytes(SIDE, SIDE));
  world_draw(&world, &chance, SIDE);
  struct watching watching = {.stop = false};
  struct candidates_problem problem = problem_of(&world);
  struct candidates_options options = {.cancel = &watching.cancel, .progress = watch, .context = &watching};
  struct assign_result result;
  struct candidates_report report;
  cr_assert_eq(candidates_solve(&problem, &options, arena, &result, &report), ERR_NONE);
  for (size_t stage = 0; stage < CANDIDATES_STAGE_MAX_; stage++) cr_assert_gt(watching.told[stage], 0, "%s", candidates_stage_name((enum candidates_stage)stage));
  watching.stop = true;
  cr_assert_eq(candidates_solve(&problem, &options, arena, &result, &report), ERR_GONE);
}
