/* test_serve_marks.c: what stood in line when the bot ended leaves for the first time in its next life; what may have gone never does. */
#include "bot/edge/serve.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "bot/base/map.h"
#include "bot/edge/blackbox.h"
#include "bot/edge/marks.h"
#include "serve_bench.h"

static void say(struct bench *bench, const char *user, const char *text) {
  bench_text(bench, NULL, user, text);
  bench_settle(bench);
}

/* aisha's answer stands in line: there is no link. */
static void stand_in_line(struct bench *bench) {
  bench->link = false;
  say(bench, "aisha", "hi");
  cr_assert_eq(bench_stored(bench, RECORD_OUT), 1);
  cr_assert_eq(bench->act_count, 0);
}

static void link_is_up(struct bench *bench) {
  bench->link = true;
  serve_link_up(bench->serve, "web/city");
}

static void link_comes(struct bench *bench) {
  link_is_up(bench);
  bench_settle(bench);
}

static bool left_first(struct bench *bench) {
  cr_assert_eq(bench_sent(bench, "aisha", "next.welcome"), 1);
  return bench_last(bench, "aisha", "next.welcome")->first;
}

Test(serve_marks, what_stood_in_line_leaves_for_the_first_time_after_a_restart) {
  BENCH(bench);
  stand_in_line(&bench);
  bench_restart(&bench);
  link_comes(&bench);
  cr_assert(left_first(&bench));
  bench_restart(&bench);
  cr_assert_not(bench_last(&bench, "aisha", "next.welcome")->first, "now an adapter has it");
}

Test(serve_marks, also_after_several_restarts_in_one_outage) {
  BENCH(bench);
  stand_in_line(&bench);
  for (int lives = 0; lives < 4; lives++) bench_restart(&bench);
  link_comes(&bench);
  cr_assert(left_first(&bench));
}

Test(serve_marks, also_after_a_clean_stop) {
  BENCH(bench);
  stand_in_line(&bench);
  serve_stop(bench.serve, NULL);
  bench_settle(&bench);
  bench_restart(&bench);
  link_comes(&bench);
  cr_assert(left_first(&bench));
}

Test(serve_marks, also_when_the_store_was_lost_meanwhile) {
  BENCH(bench);
  stand_in_line(&bench);
  store_memory_fault(bench.store, STORE_UNKNOWN, false, 1);
  say(&bench, "ben", "hi");
  bench_pass(&bench, 2000);
  cr_assert(serve_is_ready(bench.serve));
  link_comes(&bench);
  cr_assert(left_first(&bench));
}

/* ---- store before you say ---- */
Test(serve_marks, nothing_that_stood_in_line_goes_before_its_mark_is_kept) {
  BENCH(bench);
  stand_in_line(&bench);
  link_is_up(&bench);
  serve_tick(bench.serve);
  serve_tick(bench.serve);
  cr_assert_eq(bench.act_count, 0, "the store has not answered");
  bench_settle(&bench);
  cr_assert(left_first(&bench));
  cr_assert(bench_named(&bench, MARKS_NAME));
}

Test(serve_marks, a_death_between_mark_and_hand_over_only_costs_a_look) {
  BENCH(bench);
  stand_in_line(&bench);
  link_is_up(&bench);
  serve_tick(bench.serve);
  bench_restart(&bench);
  cr_assert_not(left_first(&bench), "nobody knows how far it came");
}

static void with_the_mark_lost(bool written) {
  BENCH(bench);
  stand_in_line(&bench);
  store_memory_fault(bench.store, STORE_UNKNOWN, written, 1);
  link_comes(&bench);
  cr_assert_eq(bench.act_count, 0, "its mark was not kept, as far as we know");
  bench_pass(&bench, 2000);
  cr_assert_eq(left_first(&bench), !written);
}

Test(serve_marks, a_mark_that_is_lost_with_the_store_is_stored_anew) {
  with_the_mark_lost(false);
}

Test(serve_marks, a_mark_whose_answer_is_lost_counts) {
  with_the_mark_lost(true);
}

/* ---- who is not believed ---- */
static void took(void *who, const struct store_result *result, const struct store_head *head) {
  (void)head;
  *(enum store_answer *)who = result->answer;
}

static void take_as(struct bench *bench, const char *owner) {
  enum store_answer answer = STORE_UNKNOWN;
  struct store *door = store_memory_again(bench->store, NULL);
  bool more = true;
  store_take(door, owner, took, &answer);
  while (more) (void)store_memory_pump(door, &more);
  cr_assert_eq(answer, STORE_OK);
  (void)store_free(door);
}

static void comes_back_in_doubt(struct bench *bench) {
  bench_restart(bench);
  link_comes(bench);
  cr_assert_not(left_first(bench));
}

Test(serve_marks, a_life_in_between_that_kept_no_marks_may_have_sent_all) {
  BENCH(bench);
  stand_in_line(&bench);
  take_as(&bench, "bench");
  comes_back_in_doubt(&bench);
}

Test(serve_marks, what_was_doubted_once_is_doubted_in_each_life_after_it) {
  BENCH(bench);
  stand_in_line(&bench);
  take_as(&bench, "bench");
  bench_restart(&bench);
  say(&bench, "ben", "hi"); /* stands in line, so that marks are stored again */
  bench_restart(&bench);
  link_comes(&bench);
  cr_assert_not(left_first(&bench));
  cr_assert(bench_last(&bench, "ben", "next.welcome")->first);
}

Test(serve_marks, a_store_that_is_older_than_what_was_kept) {
  BENCH(bench);
  stand_in_line(&bench);
  blackbox_keep(bench.blackbox, "city-pilot", 10000);
  comes_back_in_doubt(&bench);
}

Test(serve_marks, a_bot_that_was_away_for_long_may_stand_before_a_copy) {
  BENCH(bench);
  stand_in_line(&bench);
  bench.now_ms += 11 * 60 * 1000;
  comes_back_in_doubt(&bench);
}

Test(serve_marks, rows_of_an_older_release_count_as_sent) {
  BENCH_EMPTY(bench);
  bench_cast(&bench);
  bench_put(&bench, RECORD_OUT, "o5",
            "{\"id\":\"o5\",\"kind\":\"send\",\"order\":\"web/city/p2\",\"workspace\":\"web/city\",\"person\":\"p2\",\"words\":\"next.welcome\"}");
  bench_start(&bench);
  cr_assert_not(left_first(&bench));
}

/* ---- two bots ---- */
static void second_bot(struct bench *first, struct bench *second) {
  bench_init_empty(second);
  (void)store_free(second->store);
  second->store = store_memory_again(first->store, NULL);
  second->owner = "another";
}

static bool first_bot_of_the_second(bool watched) {
  BENCH(first);
  stand_in_line(&first);
  CLEANUP(bench_done) struct bench second;
  second_bot(&first, &second);
  if (watched) bench_start(&second);
  serve_stop(first.serve, NULL);
  bench_settle(&first);
  if (!watched) bench_start(&second);
  bench_pass(&second, 3000);
  cr_assert(serve_is_ready(second.serve), "%s", serve_trouble(second.serve));
  return left_first(&second);
}

Test(serve_marks, a_bot_that_stood_by_and_watched_knows) {
  cr_assert(first_bot_of_the_second(true));
}

Test(serve_marks, a_bot_that_comes_from_elsewhere_does_not) {
  cr_assert_not(first_bot_of_the_second(false));
}

/* ---- many ---- */
static int64_t commits(const struct bench *bench) {
  struct serve_view view;
  serve_look(bench->serve, &view);
  return view.commits;
}

Test(serve_marks, rows_that_go_at_once_cost_nothing) {
  BENCH(bench);
  int64_t before = commits(&bench);
  for (int i = 0; i < 20; i++) {
    say(&bench, "aisha", "hi");
    say(&bench, "ben", "hi");
    bench_arrive(&bench);
  }
  cr_assert_not(bench_named(&bench, MARKS_NAME));
  cr_assert_leq(commits(&bench) - before, 80, "an event and its result");
}

Test(serve_marks, hundreds_in_line_cost_a_commit_for_each_64_numbers) {
  BENCH(bench);
  enum { CROWD = 300 };
  char user[16];
  bench.link = false;
  for (int i = 0; i < CROWD; i++) {
    (void)snprintf(user, sizeof user, "u%d", i);
    say(&bench, user, "hi");
  }
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), CROWD);
  bench_restart(&bench);
  int64_t before = commits(&bench);
  link_comes(&bench);
  size_t first = 0;
  for (size_t i = 0; i < bench.act_count; i++) first += bench.acts[i].first;
  cr_assert_eq(bench.act_count, 256, "as many as may be under way");
  cr_assert_eq(first, 256);
  cr_assert_leq(commits(&bench) - before, 12, "64 numbers are about 30 of these rows");
  bench.act_count = 0;
  bench_restart(&bench);
  bench_arrive(&bench);
  size_t looked = 0;
  for (size_t i = 0; i < bench.act_count; i++) looked += !bench.acts[i].first;
  cr_assert_eq(bench.act_count, CROWD);
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 0);
  cr_assert_geq(looked, 256);
  cr_assert_lt(looked, CROWD, "what was beyond the window still leaves for the first time");
}

/* ---- whatever happens ---- */
struct lives {
  uint64_t seed, chance;
  struct map *handed; /* owned: ids */
  char last[32];      /* handed over last */
  bool died;          /* this step */
  size_t late;        /* left for the first time, though their bot had died */
};

/* An id that was handed over once never leaves for the first time again. */
static void look_at(struct bench *bench, struct lives *lives) {
  for (size_t i = 0; i < bench->act_count; i++) {
    const struct bench_act *act = &bench->acts[i];
    bool before = map_put(lives->handed, act->id, lives) != NULL;
    cr_assert_not(before && act->first, "seed %llu: %s went before", (unsigned long long)lives->seed, act->id);
    (void)snprintf(lives->last, sizeof lives->last, "%s", act->id);
    lives->late += act->first && lives->died;
  }
  bench->act_count = bench->ack_count = bench->got_count = bench->ask_count = 0;
}

static uint64_t draw(struct lives *lives, uint64_t below) {
  lives->chance ^= lives->chance << 13;
  lives->chance ^= lives->chance >> 7;
  lives->chance ^= lives->chance << 17;
  return lives->chance % below;
}

static void write_something(struct bench *bench, struct lives *lives) {
  static const char *const words[] = {"hi", "help", "join", "thanks"};
  char user[16];
  (void)snprintf(user, sizeof user, "u%d", (int)draw(lives, 12));
  bench_text(bench, NULL, user, words[draw(lives, ARRAY_LEN(words))]);
}

static void live_a_little(struct bench *bench, struct lives *lives) {
  uint64_t what = draw(lives, 10);
  lives->died = what == 2;
  switch (what) {
    case 0: bench->link = false; break;
    case 1:
      bench->link = true;
      serve_link_up(bench->serve, "web/city");
      break;
    case 2: bench_restart(bench); break;
    case 3: store_memory_fault(bench->store, STORE_UNKNOWN, draw(lives, 2) == 0, 1); break;
    case 4: bench_pass(bench, 1500); break;
    case 5: serve_tick(bench->serve); break;
    case 6: bench_finish(bench, lives->last, RESULT_SENT, "m", NULL, 0); break;
    case 7: (void)bench_pump(bench); break;
    default: write_something(bench, lives);
  }
}

Test(serve_marks, no_row_leaves_for_the_first_time_twice) {
  size_t late = 0;
  for (uint64_t seed = 1; seed <= 12; seed++) {
    BENCH(bench);
    struct lives lives = {.seed = seed, .chance = seed * 0x9e3779b97f4a7c15u, .handed = map_new()};
    for (int step = 0; step < 400; step++) {
      live_a_little(&bench, &lives);
      look_at(&bench, &lives);
    }
    late += lives.late;
    (void)map_free(lives.handed, NULL);
  }
  cr_log_info("left for the first time in a later life: %zu", late);
  cr_assert_gt(late, 10, "rows stood in line while bots died");
}
