/* test_serve_pace.c: what links said about messages to many, and how many rows wait there, is told to whoever asks. */
#include <criterion/criterion.h>
#include <string.h>

#include "bot/edge/serve_parts.h"
#include "serve_bench.h"

#define WORKSPACE "web/city"

static struct event asked(struct bench *bench) {
  struct event event = {.kind = EVENT_TEXT};
  serve_pace_tell(bench->serve, &event);
  return event;
}

static void link_up(struct bench *bench, int per_minute) {
  bench->per_minute = per_minute;
  bench->link = true;
  serve_link_up(bench->serve, WORKSPACE);
  bench_settle(bench);
}

Test(serve_pace, nothing_is_known_of_a_link_that_says_nothing) {
  BENCH(bench);
  link_up(&bench, 0);
  cr_assert_eq(asked(&bench).pace_count, 0);
}

Test(serve_pace, the_last_hello_counts_also_while_the_link_is_away) {
  BENCH(bench);
  link_up(&bench, 200);
  cr_assert_eq(asked(&bench).pace_count, 1);
  cr_assert_str_eq(asked(&bench).paces[0].workspace, WORKSPACE);
  cr_assert_eq(asked(&bench).paces[0].per_minute, 200);
  link_up(&bench, 90);
  bench.link = false;
  serve_link_down(bench.serve, WORKSPACE);
  cr_assert_eq(asked(&bench).paces[0].per_minute, 90);
  link_up(&bench, 0);
  cr_assert_eq(asked(&bench).paces[0].per_minute, 0, "an adapter that does not say it any more");
}

Test(serve_pace, rows_that_have_not_arrived_wait) {
  BENCH(bench);
  link_up(&bench, 200);
  cr_assert_eq(asked(&bench).paces[0].waiting, 0);
  bench_text(&bench, "a", "aisha", "help");
  bench_text(&bench, "b", "ben", "help");
  bench_settle(&bench);
  cr_assert_eq(asked(&bench).paces[0].waiting, 2);
  bench_arrive(&bench);
  cr_assert_eq(asked(&bench).paces[0].waiting, 0);
}

/* Jo, aisha and ben, one a minute. */
Test(serve_pace, a_manager_reads_it) {
  BENCH(bench);
  link_up(&bench, 1);
  bench_text(&bench, "a", "jo", "message people The room has changed.");
  bench_settle(&bench);
  const struct bench_act *preview = bench_last(&bench, "jo", "tell.preview");
  cr_assert_not_null(preview);
  cr_assert_not_null(strstr(preview->plain, "Sending takes about 3 minutes."), "%s", preview->plain);
}
