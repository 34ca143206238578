/* test_serve.c: the life of a served scheme: taken, loaded, refused, stood by for, given up; and what a restart finds. */
#include "bot/edge/serve.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "bot/edge/blackbox.h"
#include "serve_bench.h"

Test(serve, nothing_stored_is_served_all_the_same) {
  BENCH_EMPTY(bench);
  bench_start(&bench);
  cr_assert(serve_is_ready(bench.serve));
  cr_assert_str_not_empty(bench.fence);
  bench_text(&bench, "a", "mina", "hi");
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "a"), 1);
  cr_assert_str_not_empty(bench.replies[0], "somebody was quicker than the operator");
  cr_assert_eq(bench_persons(&bench), 0);
}

Test(serve, a_restart_finds_what_was_acknowledged) {
  BENCH(bench);
  bench_text(&bench, "a", "mina", "join");
  bench_settle(&bench);
  bench_press(&bench, "b", "mina", "yes");
  bench_settle(&bench);
  char step[40];
  (void)snprintf(step, sizeof step, "%s", bench_talk(&bench, "mina")->step);
  bench_restart(&bench);
  cr_assert_str_eq(bench_talk(&bench, "mina")->step, step);
  cr_assert_eq(bench_persons(&bench), 4);
}

Test(serve, each_life_has_a_higher_fence) {
  BENCH(bench);
  char before[48];
  (void)snprintf(before, sizeof before, "%s", bench.fence);
  bench_restart(&bench);
  cr_assert_str_not_empty(bench.fence);
  cr_assert_str_neq(bench.fence, before);
}

/* ---- a store that is not what it was ---- */
static void start_on(struct bench *bench, int64_t kept) {
  blackbox_keep(bench->blackbox, "city-pilot", kept);
  bench_start(bench);
  bench_pass(bench, 3000);
}

Test(serve, an_empty_store_is_not_begun_anew) {
  BENCH_EMPTY(bench);
  struct serve_view view;
  start_on(&bench, 5);
  serve_look(bench.serve, &view);
  cr_assert_not(view.serving);
  cr_assert_eq(view.tag, LOG_store_lost);
  cr_assert_not_null(strstr(view.trouble, "remove the file `turn`"));
  cr_assert_str_empty(bench.fence);
}

Test(serve, an_empty_store_that_was_always_empty_is_served) {
  BENCH_EMPTY(bench);
  start_on(&bench, 0);
  cr_assert(serve_is_ready(bench.serve));
}

Test(serve, a_store_older_than_what_was_kept_is_served_and_told_of) {
  BENCH(bench);
  struct serve_view view;
  serve_look(bench.serve, &view);
  cr_assert_str_empty(view.store_old);
  blackbox_keep(bench.blackbox, "city-pilot", 100000);
  bench_restart(&bench);
  bench_pass(&bench, 1000);
  serve_look(bench.serve, &view);
  cr_assert(view.serving);
  cr_assert_not_null(strstr(view.store_old, "Tell your managers"));
}

/* ---- the disk ---- */
static void peeked(void *who, const struct store_result *result, const char *text, size_t bytes) {
  *(bool *)who = text != NULL;
}

static bool store_has_control(struct bench *bench) {
  bool has = false;
  store_control_peek(bench->store, peeked, &has);
  while (bench_pump(bench)) continue;
  return has;
}

Test(serve, on_a_full_disk_nothing_is_taken_until_there_is_room) {
  BENCH(bench);
  struct serve_view view;
  serve_hold(bench.serve, "The disk is full.");
  bench_text(&bench, "a", "mina", "join");
  bench_pass(&bench, 20000);
  serve_look(bench.serve, &view);
  cr_assert_not(view.serving);
  cr_assert_eq(view.tag, LOG_space);
  cr_assert_str_eq(view.trouble, "The disk is full.");
  cr_assert_eq(bench.ack_count, 0);
  cr_assert_str_empty(bench.fence, "links are dropped");
  serve_hold(bench.serve, NULL);
  bench_pass(&bench, 1000);
  bench_text(&bench, "a", "mina", "join");
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "a"), 1);
}

Test(serve, a_disk_that_fills_up_while_the_scheme_is_loaded) {
  BENCH(bench);
  serve_hold(bench.serve, "The disk is full.");
  bench_pass(&bench, 1000);
  serve_hold(bench.serve, NULL);
  serve_tick(bench.serve); /* the store is asked … */
  serve_hold(bench.serve, "The disk is full.");
  bench_pass(&bench, 5000);
  cr_assert_not(serve_is_ready(bench.serve));
  cr_assert_str_empty(bench.fence);
  serve_hold(bench.serve, NULL);
  bench_pass(&bench, 5000);
  cr_assert(serve_is_ready(bench.serve));
}

Test(serve, on_a_disk_with_little_room_people_are_answered_and_lists_wait) {
  BENCH(bench);
  serve_spare(bench.serve, true);
  bench_settle(&bench);
  bench_arrive(&bench);
  cr_assert_eq(bench_sent(&bench, "jo", "turn.space"), 1);
  bench_control(&bench, "{\"id\":\"invite-1\",\"kind\":\"invite\",\"hash\":\"00\",\"until_ms\":1}");
  bench_text(&bench, "a", "mina", "help");
  bench_pass(&bench, 5000);
  cr_assert_eq(bench_acked(&bench, "a"), 1);
  cr_assert_gt(bench_sent(&bench, "mina", "help.text"), 0);
  cr_assert(store_has_control(&bench), "the tool's entry waits");
  serve_spare(bench.serve, false);
  bench_pass(&bench, 5000);
  cr_assert_not(store_has_control(&bench));
  int fences = bench.fences;
  serve_spare(bench.serve, true);
  bench_settle(&bench);
  cr_assert_eq(bench_sent(&bench, "jo", "turn.space"), 1, "once a day");
  cr_assert_eq(bench.fences, fences, "and the scheme is not loaded anew for it");
  bench_text(&bench, NULL, "jo", "announce");
  bench_settle(&bench);
  bench_arrive(&bench);
  cr_assert_eq(bench_sent(&bench, "jo", "announce.no_room"), 1, "no call is begun");
}

/* ---- what must not be served ---- */
static void refused(const char *scheme, bool demo) {
  BENCH_EMPTY(bench);
  bench.demo = demo;
  bench_put(&bench, RECORD_SCHEME, "scheme", scheme);
  bench_start(&bench);
  bench_pass(&bench, 5000);
  cr_assert_not(serve_is_ready(bench.serve));
  cr_assert_str_not_empty(serve_trouble(bench.serve));
  cr_assert_str_empty(bench.fence);
  bench_text(&bench, "a", "mina", "hi");
  bench_settle(&bench);
  cr_assert_eq(bench.ack_count, 0);
}

Test(serve, a_scheme_of_a_newer_release) {
  refused("{\"id\":\"scheme\",\"version\":2}", false);
}

Test(serve, a_scheme_that_cannot_be_read) {
  refused("{\"id\":\"scheme\",\"version\":\"one\"}", false);
  refused("not even json", false);
}

Test(serve, a_real_scheme_is_no_demo) {
  refused("{\"id\":\"scheme\",\"version\":1}", true);
}

Test(serve, one_record_that_cannot_be_read_is_set_aside) {
  BENCH_EMPTY(bench);
  bench_put(&bench, RECORD_SCHEME, "scheme", "{\"id\":\"scheme\",\"version\":1}");
  bench_put(&bench, RECORD_PERSON, "p1", "{\"id\":\"p1\",\"name\":7}");
  bench_put(&bench, RECORD_PERSON, "p2", "{\"id\":\"p2\",\"name\":\"Ben\"}");
  bench_start(&bench);
  cr_assert(serve_is_ready(bench.serve));
  cr_assert_eq(bench_persons(&bench), 1);
  cr_assert_eq(bench_stored(&bench, RECORD_PERSON), 2, "it stays where it is");
}

Test(serve, a_sealed_line_that_is_lost_hides_its_person) {
  BENCH_EMPTY(bench);
  bench_put(&bench, RECORD_SCHEME, "scheme", "{\"id\":\"scheme\",\"version\":1}");
  bench_put(&bench, RECORD_PERSON, "p1", "{\"id\":\"p1\",\"name\":\"Ben\",\"line_state\":\"given\",\"line\":\"s9\"}");
  bench_put(&bench, RECORD_PERSON, "p2", "{\"id\":\"p2\",\"name\":\"Aisha\"}");
  bench_start(&bench);
  cr_assert(model_unreadable(serve_model(bench.serve), "p1"));
  cr_assert_not(model_unreadable(serve_model(bench.serve), "p2"));
}

Test(serve, a_sealed_line_is_open_again_after_a_restart) {
  BENCH(bench);
  bench_text(&bench, "a", "jo", "line aisha");
  bench_settle(&bench);
  bench_text(&bench, "b", "jo", "Ben Okoro");
  bench_settle(&bench);
  cr_assert_str_eq(model_line(serve_model(bench.serve), "p2"), "p3");
  bench_restart(&bench);
  cr_assert_str_eq(model_line(serve_model(bench.serve), "p2"), "p3");
  cr_assert_eq(bench_stored(&bench, RECORD_SEALED), 1);
}

/* ---- two bots ---- */
static void took(void *who, const struct store_result *result, const struct store_head *head) {
  (void)head;
  *(enum store_answer *)who = result->answer;
}

static void answered(void *who, const struct store_result *result) {
  *(enum store_answer *)who = result->answer;
}

static void pump(struct store *store) {
  bool more = true;
  while (more) (void)store_memory_pump(store, &more);
}

Test(serve, a_second_bot_stands_by_until_the_first_gives_up) {
  BENCH(bench);
  enum store_answer answer = STORE_OK;
  struct store *other = store_memory_again(bench.store, NULL);
  store_take(other, "another", took, &answer);
  pump(other);
  cr_assert_eq(answer, STORE_FENCED);
  serve_stop(bench.serve, NULL);
  bench_settle(&bench);
  store_take(other, "another", took, &answer);
  pump(other);
  cr_assert_eq(answer, STORE_OK, "a clean stop hands over at once");
  (void)store_free(other);
}

Test(serve, this_bot_stands_by_for_another) {
  BENCH_EMPTY(bench);
  enum store_answer answer = STORE_UNKNOWN;
  struct store *other = store_memory_again(bench.store, NULL);
  store_take(other, "another", took, &answer);
  pump(other);
  cr_assert_eq(answer, STORE_OK);
  bench_start(&bench);
  bench_pass(&bench, 3000);
  cr_assert_not(serve_is_ready(bench.serve));
  cr_assert_str_not_empty(serve_trouble(bench.serve));
  store_release(other, answered, &answer);
  pump(other);
  bench_pass(&bench, 3000);
  cr_assert(serve_is_ready(bench.serve));
  cr_assert_str_empty(serve_trouble(bench.serve));
  (void)store_free(other);
}

Test(serve, the_lease_is_renewed_while_nothing_happens) {
  BENCH(bench);
  bench_arrive(&bench);
  bench_pass(&bench, 60000);
  cr_assert(serve_is_ready(bench.serve));
  cr_assert_eq(bench.fences, 1);
}

/* ---- the end ---- */
static void stopped(void *who) {
  ((struct bench *)who)->stopped++;
}

Test(serve, what_is_under_way_is_acknowledged_before_the_end) {
  BENCH(bench);
  bench_text(&bench, "a", "mina", "join");
  serve_stop(bench.serve, stopped);
  cr_assert_eq(bench.stopped, 0);
  bench_text(&bench, "b", "mina", "why");
  bench_settle(&bench);
  cr_assert_eq(bench.stopped, 1);
  cr_assert_eq(bench_acked(&bench, "a"), 1);
  cr_assert_eq(bench_acked(&bench, "b"), 0, "it takes no more");
  cr_assert_str_empty(bench.fence);
}

Test(serve, stopping_what_does_not_serve) {
  BENCH_EMPTY(bench);
  bench_put(&bench, RECORD_SCHEME, "scheme", "{\"id\":\"scheme\",\"version\":9}");
  bench_start(&bench);
  serve_stop(bench.serve, stopped);
  cr_assert_eq(bench.stopped, 1);
}

Test(serve, an_end_in_the_middle_of_everything) {
  for (int when = 0; when < 6; when++) {
    BENCH(bench);
    bench_text(&bench, "a", "mina", "join");
    for (int i = 0; i < when; i++) (void)bench_pump(&bench);
    if (when % 2 == 0) serve_tick(bench.serve);
  }
}

/* ---- the demo ---- */
static void demo_records(struct bench *bench) {
  bench_put(bench, RECORD_SCHEME, "scheme", "{\"id\":\"scheme\",\"version\":1,\"demo\":true,\"zone\":\"Europe/London\"}");
  bench_put(bench, RECORD_PROGRAMME, "pilot-1", "{\"id\":\"pilot-1\",\"question_set\":\"q\"}");
  bench_put(bench, RECORD_QUESTION_SET, "q", "{\"id\":\"q\"}");
}

static void demo_bench(struct bench *bench) {
  bench_init_empty(bench);
  bench->demo = true;
  demo_records(bench);
  bench_start(bench);
}

Test(serve, a_reset_empties_the_store_and_begins_anew) {
  CLEANUP(bench_done) struct bench bench;
  demo_bench(&bench);
  bench_text(&bench, "a", "mina", "join");
  bench_settle(&bench);
  struct event event = {.kind = EVENT_DEMO, .id = "d", .change = "reset"};
  bench_event(&bench, &event);
  bench_pass(&bench, 3000);
  cr_assert_eq(bench_acked(&bench, "d"), 1);
  cr_assert(serve_is_ready(bench.serve));
  cr_assert_eq(bench_persons(&bench), 0);
  cr_assert_eq(bench_stored(&bench, RECORD_PERSON) + bench_stored(&bench, RECORD_TALK) + bench_stored(&bench, RECORD_OUT), 0);
}

Test(serve, no_message_from_before_a_reset_has_a_name_that_comes_again) {
  CLEANUP(bench_done) struct bench bench;
  demo_bench(&bench);
  bench_text(&bench, "a", "mina", "join");
  bench_settle(&bench);
  bench_arrive(&bench);
  size_t before = bench.act_count;
  struct event event = {.kind = EVENT_DEMO, .id = "d", .change = "reset"};
  bench_event(&bench, &event);
  bench_pass(&bench, 3000);
  bench.serve = serve_free(bench.serve);
  demo_records(&bench);
  bench_restart(&bench);
  bench_text(&bench, "b", "mina", "join");
  bench_settle(&bench);
  cr_assert(before > 0 && bench.act_count > before);
  for (size_t i = before; i < bench.act_count; i++) {
    for (size_t k = 0; k < before; k++) cr_assert_str_neq(bench.acts[i].id, bench.acts[k].id, "an adapter would take it for the one it did already");
  }
}

Test(serve, the_demo_clock_runs_every_timer_on_the_way) {
  CLEANUP(bench_done) struct bench bench;
  demo_bench(&bench);
  bench_text(&bench, "a", "mina", "join");
  bench_settle(&bench);
  struct event event = {.kind = EVENT_DEMO, .id = "d", .change = "clock_to", .due_ms = bench.now_ms + INT64_C(8) * 86400000};
  bench_event(&bench, &event);
  bench_settle(&bench);
  bench_arrive(&bench);
  cr_assert_geq(serve_now(bench.serve), event.due_ms);
  cr_assert_eq(bench_sent(&bench, "mina", "intake.remind"), 2, "day 2 and day 5");
  cr_assert_geq(bench.clock_ms, event.due_ms);
  cr_assert_gt(bench.clock_next_ms, bench.clock_ms);
}
