/* test_why.c: every number that a round tells about itself is the difference of two full solves; and asking changes nothing. */
#include "bot/match/why.h"

#include "tests/unit/match/market_day.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { QUESTIONS = 6, ARENA_BYTES = 4 << 20 };

struct asked { /* a day, its round, and whom to ask */
  struct arena *arena; /* owned */
  struct assign_problem problem;
  struct assign_result result;
  struct why *why;     /* owned */
};

static void asked_done(struct asked *asked) {
  asked->why = why_free(asked->why);
  asked->arena = arena_free(asked->arena);
}

static void ask(struct asked *asked, const struct day *day) {
  asked->arena = arena_new(ARENA_BYTES);
  int32_t *seats = arena_alloc(asked->arena, (day->mentors + 1) * sizeof *seats); /* the day's own are changed by the tests */
  memcpy(seats, day->seats, day->mentors * sizeof *seats);
  asked->problem = arcs_build(day->mentees, day->mentors, seats, day->pairs, day->count, asked->arena);
  err_note_clear();
  cr_assert_eq(assign_solve(&asked->problem, NULL, asked->arena, &asked->result), ERR_NONE, "%s", err_note_text());
  cr_assert_eq(why_new(&asked->problem, &asked->result, &asked->why), ERR_NONE, "%s", err_note_text());
}
#define ASKED(name, day) CLEANUP(asked_done) struct asked name = {0}; ask(&name, day)

/* The day solved anew, `matched` and `cost` put on top, against the day as it was. */
static void assert_change(struct day *day, const struct asked *asked, struct why_change got, int32_t matched, int64_t cost, const char *what) {
  struct day_answer now = day_solve(day, false);
  int32_t want_matched = (int32_t)now.matched + matched - (int32_t)asked->result.matched;
  int64_t want_cost = now.cost + cost - asked->result.cost;
  cr_assert(got.matched == want_matched && got.cost == want_cost, "%s: %+d for %+" PRId64 ", but two solves differ by %+d for %+" PRId64, what,
            (int)got.matched, got.cost, (int)want_matched, want_cost);
}

static void draw(struct day *day, struct chance *chance, size_t side, int32_t cost_max) {
  static const uint32_t percents[] = {8, 25, 60, 100};
  struct instance_shape shape = {1 + chance_below(chance, (uint32_t)side), 1 + chance_below(chance, (uint32_t)side),
                                 percents[chance_below(chance, 4)], 1 + (int32_t)chance_below(chance, 3), cost_max};
  day_draw(day, &shape, chance);
}

static const int32_t COSTS[] = {0, 3, 100, SCORE_MAX, ASSIGN_COST_MAX};

static int64_t pair_at(const struct day *day, size_t mentee, int32_t mentor) {
  for (size_t at = 0; at < day->count; at++)
    if (day->pairs[at].mentee == mentee && (int32_t)day->pairs[at].mentor == mentor) return (int64_t)at;
  return -1;
}

/* ---- many questions about many days ---- */
struct tally { size_t told, more, better; }; /* answers that say anything; one matched more; as many, at a better fit */

/* Asks one question, proves the answer, and leaves the day as it was. `cost_max`: what links of its own may cost. */
typedef void question_fn(struct day *day, struct asked *asked, struct chance *chance, int32_t cost_max, struct tally *tally);

static struct tally ask_many(question_fn *question) {
  struct chance chance = {instance_seed()};
  struct tally tally = {0};
  DAY(day);
  for (size_t n = 0; n < 250; n++) {
    int32_t cost_max = COSTS[n % ARRAY_LEN(COSTS)];
    draw(&day, &chance, n % 2 == 0 ? 6 : 30, cost_max);
    ASKED(asked, &day);
    for (size_t k = 0; k < QUESTIONS; k++) question(&day, &asked, &chance, cost_max, &tally);
  }
  return tally;
}

static void count_change(struct tally *tally, struct why_change change) {
  tally->more += change.matched > 0;
  tally->better += change.matched == 0 && change.cost < 0;
}

/* ---- about a pair ---- */
static void without(struct day *day, struct asked *asked, struct chance *chance, int32_t cost_max, struct tally *tally) {
  (void)cost_max;
  struct why_next next;
  size_t mentee = chance_below(chance, (uint32_t)day->mentees);
  int32_t mentor = asked->result.mentor_of[mentee];
  if (mentor == ASSIGN_NOBODY) {
    cr_assert_eq(why_without(asked->why, mentee, &next), ERR_BAD_INPUT);
    return;
  }
  cr_assert_eq(why_without(asked->why, mentee, &next), ERR_NONE);
  size_t at = (size_t)pair_at(day, mentee, mentor);
  struct arcs_pair kept = day->pairs[at];
  day->pairs[at] = day->pairs[--day->count];
  assert_change(day, asked, next.change, 0, 0, "without the pair");
  day->pairs[day->count++] = day->pairs[at];
  day->pairs[at] = kept;
  cr_assert_neq(next.mentor, mentor);
  tally->told++;
  if (next.mentor == ASSIGN_NOBODY) return;
  struct why_change same;
  cr_assert_eq(why_with(asked->why, mentee, (size_t)next.mentor, &same), ERR_NONE, "the next best is on the list");
  cr_assert(same.matched == next.change.matched && same.cost == next.change.cost, "to have the next best costs what losing the best costs");
}

Test(why, without_a_pair_the_programme_loses_what_a_solve_without_it_says) {
  cr_assert_gt(ask_many(without).told, 500);
}

/* The mentee and the seat are taken out, and put on top. */
static void with(struct day *day, struct asked *asked, struct chance *chance, int32_t cost_max, struct tally *tally) {
  (void)cost_max;
  static struct arcs_pair kept[DAY_PAIRS_MAX];
  struct why_change got;
  if (day->count == 0) return;
  struct arcs_pair pair = day->pairs[chance_below(chance, (uint32_t)day->count)];
  enum err err = why_with(asked->why, pair.mentee, pair.mentor, &got);
  cr_assert_eq(err, day->seats[pair.mentor] > 0 ? ERR_NONE : ERR_BAD_INPUT);
  if (err != ERR_NONE) return;
  size_t count = day->count;
  memcpy(kept, day->pairs, count * sizeof *kept);
  day->count = 0;
  for (size_t at = 0; at < count; at++)
    if (kept[at].mentee != pair.mentee) day->pairs[day->count++] = kept[at];
  day->seats[pair.mentor]--;
  assert_change(day, asked, got, 1, pair.cost, "with this mentor");
  day->seats[pair.mentor]++;
  memcpy(day->pairs, kept, count * sizeof *kept);
  day->count = count;
  tally->told += got.matched != 0 || got.cost != 0;
}

Test(why, another_mentor_costs_what_a_solve_that_must_make_that_pair_says) {
  cr_assert_gt(ask_many(with).told, 300);
}

/* ---- about one thing more ---- */
static void one_more_seat(struct day *day, struct asked *asked, struct chance *chance, int32_t cost_max, struct tally *tally) {
  (void)cost_max;
  size_t mentor = chance_below(chance, (uint32_t)day->mentors);
  struct why_change got = why_seat(asked->why, mentor);
  day->seats[mentor]++;
  assert_change(day, asked, got, 0, 0, "one more seat");
  day->seats[mentor]--;
  count_change(tally, got);
}

Test(why, one_more_seat_changes_what_a_solve_with_it_says) {
  struct tally tally = ask_many(one_more_seat);
  cr_assert(tally.more > 100 && tally.better > 50, "%zu %zu", tally.more, tally.better);
}

static size_t draw_links(struct chance *chance, size_t people, int32_t cost_max, struct repair_link *links) {
  size_t count = 0;
  for (size_t k = 0; k < people; k++)
    if (chance_below(chance, 4) == 0) links[count++] = (struct repair_link){(int32_t)k, (int32_t)chance_below(chance, (uint32_t)cost_max + 1)};
  return count;
}

/* A link to who is on the list already is another cost for the pair: the lower one counts. */
static void add_links(struct day *day, size_t mentee, const struct repair_link *links, size_t count) {
  for (size_t k = 0; k < count; k++) {
    int64_t at = pair_at(day, mentee, links[k].person);
    if (at < 0) day_add(day, mentee, (size_t)links[k].person, links[k].cost);
    else if (links[k].cost < day->pairs[at].cost) day->pairs[at].cost = links[k].cost;
  }
}

static void more_mentors(struct day *day, struct asked *asked, struct chance *chance, int32_t cost_max, struct tally *tally) {
  static struct arcs_pair kept[DAY_PAIRS_MAX];
  struct repair_link links[40];
  size_t mentee = chance_below(chance, (uint32_t)day->mentees), count = draw_links(chance, day->mentors, cost_max, links), had = day->count;
  struct why_next next;
  cr_assert_eq(why_more(asked->why, mentee, links, count, &next), ERR_NONE);
  memcpy(kept, day->pairs, had * sizeof *kept);
  add_links(day, mentee, links, count);
  assert_change(day, asked, next.change, 0, 0, "more mentors");
  memcpy(day->pairs, kept, had * sizeof *kept);
  day->count = had;
  bool changes = next.change.matched != 0 || next.change.cost != 0;
  cr_assert(changes || next.mentor == asked->result.mentor_of[mentee], "who gains nothing stays");
  count_change(tally, next.change);
}

Test(why, more_mentors_for_one_mentee_change_what_a_solve_with_them_says) {
  struct tally tally = ask_many(more_mentors);
  cr_assert(tally.more > 50 && tally.better > 50, "%zu %zu", tally.more, tally.better);
}

static void new_mentor(struct day *day, struct asked *asked, struct chance *chance, int32_t cost_max, struct tally *tally) {
  struct repair_link links[40];
  size_t count = draw_links(chance, day->mentees, cost_max, links), had = day->count;
  struct why_change got;
  cr_assert_eq(why_newcomer(asked->why, links, count, &got), ERR_NONE);
  day->seats[day->mentors] = 1;
  for (size_t at = 0; at < count; at++) day_add(day, (size_t)links[at].person, day->mentors, links[at].cost);
  day->mentors++;
  assert_change(day, asked, got, 0, 0, "a new mentor");
  day->mentors--;
  day->count = had;
  count_change(tally, got);
}

Test(why, a_new_mentor_with_one_seat_changes_what_a_solve_with_them_says) {
  struct tally tally = ask_many(new_mentor);
  cr_assert(tally.more > 50 && tally.better > 50, "%zu %zu", tally.more, tally.better);
}

/* ---- about somebody who has nobody ---- */
static void assert_crowd(const struct day *day, const struct asked *asked, size_t mentee, const struct why_crowd *crowd) {
  size_t mentees = 0, mentors = 0;
  int64_t seats = 0;
  cr_assert(crowd->of_mentees[mentee]);
  for (size_t i = 0; i < day->mentees; i++) mentees += crowd->of_mentees[i];
  for (size_t j = 0; j < day->mentors; j++) {
    mentors += crowd->of_mentors[j];
    seats += crowd->of_mentors[j] ? day->seats[j] : 0;
    cr_assert(!crowd->of_mentors[j] || day->seats[j] > 0);
  }
  cr_assert(mentees == crowd->mentees && mentors == crowd->mentors && seats == crowd->seats);
  cr_assert_gt((int64_t)mentees, seats, "too many for the seats there are");
  for (size_t at = 0; at < day->count; at++)
    cr_assert(!crowd->of_mentees[day->pairs[at].mentee] || crowd->of_mentors[day->pairs[at].mentor] || day->seats[day->pairs[at].mentor] == 0,
              "nobody in the crowd could go elsewhere");
  for (size_t i = 0; i < day->mentees; i++) {
    size_t here = 0, elsewhere = 0;
    for (size_t at = 0; at < day->count; at++) {
      if (day->pairs[at].mentee != i || day->seats[day->pairs[at].mentor] == 0) continue;
      *(crowd->of_mentors[day->pairs[at].mentor] ? &here : &elsewhere) += 1;
    }
    bool waits = asked->result.mentor_of[i] == ASSIGN_NOBODY && here > 0 && elsewhere == 0;
    cr_assert(crowd->of_mentees[i] || !waits, "who wants these seats alone is in it");
    cr_assert(!crowd->of_mentees[i] || asked->result.mentor_of[i] == ASSIGN_NOBODY || crowd->of_mentors[asked->result.mentor_of[i]]);
  }
}

/* Whoever must be matched has one mentor or another: the cheapest of all rounds with one of those pairs. */
static void assert_instead(struct day *day, struct asked *asked, size_t mentee, const struct why_crowd *crowd) {
  int64_t least = INT64_MAX;
  for (size_t at = 0; at < day->count; at++) {
    struct why_change change;
    if (day->pairs[at].mentee != mentee || day->seats[day->pairs[at].mentor] == 0) continue;
    cr_assert_eq(why_with(asked->why, mentee, day->pairs[at].mentor, &change), ERR_NONE);
    cr_assert_eq(change.matched, 0, "somebody else makes room");
    least = change.cost < least ? change.cost : least;
  }
  cr_assert_eq(crowd->could, least != INT64_MAX);
  if (crowd->could) cr_assert_eq(crowd->instead, least);
}

Test(why, who_has_nobody_is_in_a_crowd_that_is_larger_than_its_seats) {
  struct chance chance = {instance_seed()};
  size_t told = 0;
  DAY(day);
  for (size_t n = 0; n < 250; n++) {
    draw(&day, &chance, n % 2 == 0 ? 6 : 30, COSTS[n % ARRAY_LEN(COSTS)]);
    ASKED(asked, &day);
    for (size_t i = 0; i < day.mentees; i++) {
      CLEANUP(arena_freep) struct arena *arena = arena_new(day.mentees + day.mentors + 64);
      struct why_crowd crowd;
      enum err err = why_crowd(asked.why, i, arena, &crowd);
      cr_assert_eq(err, asked.result.mentor_of[i] == ASSIGN_NOBODY ? ERR_NONE : ERR_BAD_INPUT);
      if (err != ERR_NONE) continue;
      assert_crowd(&day, &asked, i, &crowd);
      assert_instead(&day, &asked, i, &crowd);
      told++;
    }
  }
  cr_assert_gt(told, 500);
}

/* ---- about the programme ---- */
Test(why, kinds_of_mentors_are_ranked_by_what_solves_with_many_more_of_them_say) {
  enum { KINDS = 5 };
  struct chance chance = {instance_seed()};
  size_t by_price = 0, helpful = 0;
  DAY(day);
  for (size_t n = 0; n < 120; n++) {
    draw(&day, &chance, 20, COSTS[n % ARRAY_LEN(COSTS)]);
    ASKED(asked, &day);
    int32_t list[KINDS * 20];
    int64_t first[KINDS + 1] = {0};
    for (size_t k = 0; k < KINDS; k++) {
      first[k + 1] = first[k];
      for (size_t j = 0; j < day.mentors; j++)
        if (chance_below(&chance, 5) == 0) list[first[k + 1]++] = (int32_t)j;
    }
    struct why_kind kinds[KINDS];
    cr_assert_eq(why_kinds(asked.why, KINDS, first, list, NULL, kinds), ERR_NONE);
    bool seen[KINDS] = {false};
    for (size_t k = 0; k < KINDS; k++) {
      const struct why_kind *kind = &kinds[k];
      cr_assert(!seen[kind->kind]);
      seen[kind->kind] = true;
      for (int64_t at = first[kind->kind]; at < first[kind->kind + 1]; at++) day.seats[list[at]] += 1000;
      assert_change(&day, &asked, kind->change, 0, 0, "many more of a kind");
      for (int64_t at = first[kind->kind]; at < first[kind->kind + 1]; at++) day.seats[list[at]] -= 1000;
      cr_assert(k == 0 || kinds[k - 1].change.matched > kind->change.matched ||
                (kinds[k - 1].change.matched == kind->change.matched && kinds[k - 1].change.cost <= kind->change.cost));
      by_price += kind->by_price;
      helpful += kind->change.matched > 0;
    }
  }
  cr_assert(by_price > 20 && helpful > 100, "%zu %zu", by_price, helpful);
}

/* ---- by hand: A has one seat; 0 and 1 want it, 0 for 10, 1 for 4; B is free for 0 alone, for 50 ---- */
Test(why, what_one_pair_one_seat_and_one_language_are_worth) {
  DAY(day);
  day.mentees = 3;
  day.mentors = 2;
  day.seats[0] = day.seats[1] = 1;
  day_add(&day, 0, 0, 10);
  day_add(&day, 1, 0, 4);
  day_add(&day, 0, 1, 50);
  day_add(&day, 2, 0, 7);
  ASKED(asked, &day);
  cr_assert(asked.result.mentor_of[0] == 1 && asked.result.mentor_of[1] == 0 && asked.result.mentor_of[2] == ASSIGN_NOBODY);
  struct why_next next;
  cr_assert_eq(why_without(asked.why, 1, &next), ERR_NONE);
  cr_assert(next.mentor == ASSIGN_NOBODY && next.change.matched == 0 && next.change.cost == 3, "then 2 has A, for 3 more");
  struct why_change change = why_seat(asked.why, 0);
  cr_assert(change.matched == 1 && change.cost == 7);
  change = why_seat(asked.why, 1);
  cr_assert(change.matched == 0 && change.cost == 0, "nobody else wants B");
  struct repair_link language = {1, 20};
  cr_assert_eq(why_more(asked.why, 2, &language, 1, &next), ERR_NONE);
  cr_assert(next.change.matched == 0 && next.change.cost == -30, "2 has B for 20 in place of 0, who costs 50");
  cr_assert_eq(next.mentor, 1);
  struct why_crowd crowd;
  CLEANUP(arena_freep) struct arena *arena = arena_new(128);
  cr_assert_eq(why_crowd(asked.why, 2, arena, &crowd), ERR_NONE);
  cr_assert(crowd.mentees == 2 && crowd.seats == 1 && crowd.could && crowd.instead == 3 && !crowd.of_mentees[0]);
}

/* ---- what must not change anything ---- */
Test(why, order_of_people_and_a_constant_on_a_row_change_no_answer) {
  struct chance chance = {instance_seed()};
  DAY(day);
  for (size_t n = 0; n < 30; n++) {
    struct instance_shape shape = {40, 20, 50, 3, 100000}; /* so many costs that there is one best round */
    day_draw(&day, &shape, &chance);
    for (size_t j = 0; j < 20; j++) day.seats[j] = 2 + (int32_t)j % 2;
    ASKED(before, &day);
    cr_assert_eq(before.result.matched, 40);
    for (size_t at = 0; at < day.count; at++) day.pairs[at].cost += day.pairs[at].mentee == 5 ? 4321 : 0;
    for (size_t at = 0; at < day.count; at++) day.pairs[at].mentee = day.pairs[at].mentee * 7 % 40;
    ASKED(after, &day);
    for (size_t i = 0; i < 40; i++) {
      struct why_next one, two;
      cr_assert_eq(why_without(before.why, i, &one), ERR_NONE);
      cr_assert_eq(why_without(after.why, i * 7 % 40, &two), ERR_NONE);
      if (one.change.matched != 0) continue; /* then the constant is saved */
      cr_assert(one.change.cost == two.change.cost && two.change.matched == 0 && one.mentor == two.mentor);
    }
    for (size_t j = 0; j < 20; j++) cr_assert_eq(why_seat(before.why, j).cost, why_seat(after.why, j).cost);
  }
}

Test(why, asking_twice_gives_the_same_answer) {
  struct chance chance = {instance_seed()};
  DAY(day);
  struct instance_shape shape = {60, 30, 30, 2, 50};
  day_draw(&day, &shape, &chance);
  ASKED(asked, &day);
  struct why_next first[60], again;
  for (int round = 0; round < 2; round++)
    for (size_t i = 0; i < 60; i++) {
      if (asked.result.mentor_of[i] == ASSIGN_NOBODY) continue;
      cr_assert_eq(why_without(asked.why, i, round == 0 ? &first[i] : &again), ERR_NONE);
      if (round == 1) cr_assert(again.mentor == first[i].mentor && again.change.cost == first[i].change.cost);
    }
}

/* ---- the door ---- */
Test(why, what_is_not_proven_or_not_there_is_refused) {
  struct chance chance = {instance_seed()};
  DAY(day);
  struct instance_shape shape = {20, 10, 50, 2, 50};
  day_draw(&day, &shape, &chance);
  ASKED(asked, &day);
  struct why *why = NULL;
  struct assign_result wrong = asked.result, fair;
  wrong.cost--;
  cr_assert_eq(why_new(&asked.problem, &wrong, &why), ERR_BAD_INPUT);
  struct assign_options options = {.fair = true};
  cr_assert_eq(assign_solve(&asked.problem, &options, asked.arena, &fair), ERR_NONE);
  err_note_clear();
  cr_assert_eq(why_new(&asked.problem, &fair, &why), ERR_BAD_INPUT);
  cr_assert_null(why);
  struct why_next next;
  struct why_change change;
  struct why_kind kind;
  struct repair_link nobody = {10, 1}, dear = {1, ASSIGN_COST_MAX + 1};
  int64_t first[2] = {0, 1};
  int32_t list[1] = {10};
  cr_assert_eq(why_without(asked.why, 20, &next), ERR_BAD_INPUT);
  cr_assert_eq(why_with(asked.why, 0, 10, &change), ERR_BAD_INPUT);
  cr_assert_eq(why_more(asked.why, 0, &nobody, 1, &next), ERR_BAD_INPUT);
  cr_assert_eq(why_newcomer(asked.why, &dear, 1, &change), ERR_BAD_INPUT);
  cr_assert_eq(why_kinds(asked.why, 1, first, list, NULL, &kind), ERR_BAD_INPUT);
  list[0] = 1;
  cr_assert_eq(why_kinds(asked.why, 1, first, list, &options, &kind), ERR_BAD_INPUT);
}

Test(why, a_round_without_anybody_has_nothing_to_tell) {
  DAY(day);
  day.mentees = day.mentors = 0;
  ASKED(asked, &day);
  struct why_next next;
  struct why_kind kind;
  int64_t first[1] = {0};
  cr_assert_eq(why_without(asked.why, 0, &next), ERR_BAD_INPUT);
  cr_assert_eq(why_kinds(asked.why, 0, first, NULL, NULL, &kind), ERR_NONE);
}
