/* test_serve_time.c: what comes by itself: timers once each, the tools' entries taken with their commit, a job's rows between turns. */
#include "bot/edge/serve.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "bot/base/text.h"
#include "serve_bench.h"

static const int64_t DAY_MS = 86400000;

Test(serve_time, a_reminder_comes_at_its_time_and_once) {
  BENCH(bench);
  bench_text(&bench, "a", "mina", "join");
  bench_settle(&bench);
  bench_arrive(&bench);
  int64_t due = bench_talk(&bench, "mina")->due_ms;
  bench.now_ms = due - 1000;
  bench_pass(&bench, 900);
  cr_assert_eq(bench_sent(&bench, "mina", "intake.remind"), 0);
  bench_pass(&bench, 200);
  cr_assert_eq(bench_sent(&bench, "mina", "intake.remind"), 1);
  bench_arrive(&bench);
  bench_restart(&bench);
  bench_pass(&bench, 60000);
  cr_assert_eq(bench_sent(&bench, "mina", "intake.remind"), 1);
}

Test(serve_time, after_an_outage_what_was_missed_comes_once) {
  BENCH(bench);
  bench_text(&bench, "a", "mina", "join");
  bench_settle(&bench);
  bench_arrive(&bench);
  bench.now_ms += INT64_C(20) * DAY_MS;
  bench_restart(&bench);
  bench_pass(&bench, 60000);
  bench_arrive(&bench);
  cr_assert_eq(bench_sent(&bench, "mina", "intake.remind"), 0, "the bot is back on a Sunday, and writes to nobody on a Sunday");
  bench.now_ms += DAY_MS;
  bench_pass(&bench, 60000);
  bench_arrive(&bench);
  cr_assert_eq(bench_sent(&bench, "mina", "intake.remind"), 1);
  cr_assert_eq(bench_talk(&bench, "mina")->nudges, 2, "the second was missed too, and is not sent after it");
  cr_assert_eq(bench.fences, 2, "no timer came twice under one id");
}

Test(serve_time, a_timer_whose_commit_is_lost_comes_again) {
  BENCH(bench);
  bench_text(&bench, "a", "mina", "join");
  bench_settle(&bench);
  bench_arrive(&bench);
  bench.now_ms = bench_talk(&bench, "mina")->due_ms;
  store_memory_fault(bench.store, STORE_UNKNOWN, false, 1);
  bench.wake_ms = bench.now_ms;
  bench_pass(&bench, 3000);
  bench_arrive(&bench);
  cr_assert_eq(bench_sent(&bench, "mina", "intake.remind"), 1);
}

/* ---- the tools ---- */
static const struct job *job(const struct bench *bench, const char *id) {
  return model_get(serve_model(bench->serve), RECORD_JOB, id);
}

#define APPLY(id) "{\"id\":\"" id "\",\"kind\":\"apply\",\"scheme\":{\"name\":\"New\",\"zone\":\"Europe/London\"}}"

Test(serve_time, entries_of_the_control_list_are_taken_in_order) {
  BENCH(bench);
  bench_control(&bench, APPLY("one"));
  bench_control(&bench, "{\"id\":\"bad\",\"kind\":\"dance\"}");
  bench_control(&bench, APPLY("two"));
  bench_pass(&bench, 3000);
  cr_assert_eq(job(&bench, "one")->state, JOB_FINISHED);
  cr_assert_null(job(&bench, "bad"));
  cr_assert_not_null(job(&bench, "two"), "an entry that is refused holds nothing up");
  bench_restart(&bench);
  bench_pass(&bench, 3000);
  cr_assert_eq(bench_stored(&bench, RECORD_JOB), 2);
  cr_assert_eq(bench.fences, 2);
}

Test(serve_time, an_entry_whose_commit_is_lost_is_done_once) {
  static const bool written[] = {false, true};
  for (size_t i = 0; i < 2; i++) {
    BENCH(bench);
    bench_control(&bench, APPLY("one"));
    store_memory_fault(bench.store, STORE_UNKNOWN, written[i], 1);
    bench_pass(&bench, 5000);
    cr_assert(serve_is_ready(bench.serve));
    cr_assert_not_null(job(&bench, "one"));
    cr_assert_eq(bench_stored(&bench, RECORD_JOB), 1);
  }
}

/* A tool's list "imp" of 450 people who are not here yet. */
static void bring_list(struct bench *bench) {
  char path[120], entry[300];
  (void)snprintf(path, sizeof path, "%s/rows", bench->folder);
  FILE *file = fopen(path, "w");
  for (int i = 0; i < 450; i++) (void)fprintf(file, "{\"account\":\"web/city:u%d\",\"name\":\"N%d\"}\n", i, i);
  (void)fclose(file);
  (void)snprintf(entry, sizeof entry, "{\"id\":\"imp\",\"kind\":\"import\",\"file\":\"%s\",\"total\":450}", path);
  bench_control(bench, entry);
}

Test(serve_time, an_import_goes_two_hundred_rows_at_a_time) {
  BENCH(bench);
  bring_list(&bench);
  bench_pass(&bench, 3000);
  cr_assert_eq(job(&bench, "imp")->state, JOB_FINISHED);
  cr_assert_eq(job(&bench, "imp")->changed, 450);
  cr_assert_eq(bench_persons(&bench), 453);
}

/* Until so many people are here, and the list is not done. */
static void pump_until(struct bench *bench, size_t persons) {
  bench->now_ms += 300;
  for (int i = 0; i < 200 && bench_persons(bench) < persons; i++) {
    (void)bench_pump(bench);
    serve_tick(bench->serve);
  }
  cr_assert_geq(bench_persons(bench), persons);
  cr_assert_eq(job(bench, "imp")->state, JOB_RUNNING);
}

Test(serve_time, an_import_goes_on_after_a_restart) {
  BENCH(bench);
  bring_list(&bench);
  pump_until(&bench, 203);
  cr_assert_lt(bench_persons(&bench), 453);
  bench_restart(&bench);
  bench_pass(&bench, 3000);
  cr_assert_eq(job(&bench, "imp")->changed, 450);
  cr_assert_eq(bench_persons(&bench), 453);
}

Test(serve_time, two_imports_at_once_each_read_their_own_file) {
  BENCH(bench);
  char path[120], entry[300];
  for (int list = 0; list < 2; list++) {
    (void)snprintf(path, sizeof path, "%s/rows%d", bench.folder, list);
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 300; i++) (void)fprintf(file, "{\"account\":\"web/city:u%d-%d\",\"name\":\"N\"}\n", list, i);
    (void)fclose(file);
    (void)snprintf(entry, sizeof entry, "{\"id\":\"imp%d\",\"kind\":\"import\",\"file\":\"%s\",\"total\":300}", list, path);
    bench_control(&bench, entry);
  }
  bench_pass(&bench, 3000);
  cr_assert_eq(bench_persons(&bench), 603);
}

Test(serve_time, an_import_whose_file_is_gone_has_failed) {
  BENCH(bench);
  bench_control(&bench, "{\"id\":\"imp\",\"kind\":\"import\",\"file\":\"/nowhere/at-all\",\"total\":450}");
  bench_pass(&bench, 3000);
  cr_assert_eq(job(&bench, "imp")->state, JOB_FAILED);
  cr_assert_eq(job(&bench, "imp")->troubles.count, 1);
}

Test(serve_time, an_import_whose_file_was_cut_while_the_bot_was_away_has_failed) {
  BENCH(bench);
  char path[120];
  bring_list(&bench);
  pump_until(&bench, 203);
  (void)snprintf(path, sizeof path, "%s/rows", bench.folder);
  FILE *file = fopen(path, "w");
  (void)fputs("{\"account\":\"web/city:u0\"}\n", file);
  (void)fclose(file);
  bench_restart(&bench);
  bench_pass(&bench, 3000);
  cr_assert_eq(job(&bench, "imp")->state, JOB_FAILED);
  cr_assert_lt(bench_persons(&bench), 453);
  cr_assert_not_null(strstr(job(&bench, "imp")->troubles.items[0], "450 lines"), "%s", job(&bench, "imp")->troubles.items[0]);
}

/* ---- clocks ---- */
Test(serve_time, a_clock_that_jumps_ahead_is_not_believed_and_timers_stand_still) {
  BENCH(bench);
  bench_text(&bench, NULL, "aisha", "join");
  bench_settle(&bench);
  bench_arrive(&bench);
  int64_t before = serve_now(bench.serve);
  bench.now_ms += 30 * DAY_MS;
  bench.jump_ms += 30 * DAY_MS;
  bench_pass(&bench, 60000);
  cr_assert_leq(serve_now(bench.serve) - before, 120000, "the scheme's time goes on as before");
  cr_assert_eq(bench_sent(&bench, "aisha", "intake.remind"), 0);
  cr_assert_not_null(strstr(serve_trouble(bench.serve), "clock"));
  bench_text(&bench, "t", "aisha", "help");
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "t"), 1, "people are served meanwhile");
  bench_arrive(&bench);
  bench_pass(&bench, 7 * DAY_MS);
  cr_assert_eq(bench_sent(&bench, "aisha", "intake.remind"), 0, "nor what becomes due while nobody set it right");
  bench.now_ms -= 30 * DAY_MS;
  bench.jump_ms -= 30 * DAY_MS;
  serve_tick(bench.serve);
  cr_assert_str_empty(serve_trouble(bench.serve), "set right again");
  bench_pass(&bench, 60000);
  bench_arrive(&bench);
  cr_assert_eq(bench_sent(&bench, "aisha", "intake.remind"), 1, "it waited");
}

Test(serve_time, a_clock_that_jumps_back_does_not_turn_time_back) {
  BENCH(bench);
  int64_t before = serve_now(bench.serve);
  bench.now_ms -= 2 * 3600 * 1000;
  bench.jump_ms -= 2 * 3600 * 1000;
  bench_pass(&bench, 60000);
  cr_assert_geq(serve_now(bench.serve) - before, 60000, "it goes on as time since boot does");
  cr_assert_leq(serve_now(bench.serve) - before, 120000);
  serve_tick(bench.serve);
  cr_assert_not_null(strstr(serve_trouble(bench.serve), "clock"), "and the operator hears of it");
}

/* An hour is no outage and no day: only that it is a jump keeps a reminder back. */
Test(serve_time, an_hour_ahead_is_not_believed) {
  BENCH(bench);
  bench_text(&bench, NULL, "aisha", "join");
  bench_settle(&bench);
  bench_arrive(&bench);
  bench.now_ms = bench_talk(&bench, "aisha")->due_ms - 1800000;
  bench.wake_ms = bench.now_ms;
  bench_pass(&bench, 1000);
  bench.now_ms += 3600000;
  bench.jump_ms += 3600000;
  bench_pass(&bench, 60000);
  bench_arrive(&bench);
  cr_assert_eq(bench_sent(&bench, "aisha", "intake.remind"), 0);
  cr_assert_not_null(strstr(serve_trouble(bench.serve), "clock"));
  bench.now_ms -= 3600000;
  bench.jump_ms -= 3600000;
  bench.wake_ms = bench.now_ms; /* its wakes count from boot */
  bench_pass(&bench, 1800000);
  bench_arrive(&bench);
  cr_assert_eq(bench_sent(&bench, "aisha", "intake.remind"), 1, "set right again, it comes at its time");
}

Test(serve_time, an_hour_of_sleep_is_no_jump) {
  BENCH(bench);
  bench_pass(&bench, 3600 * 1000);
  cr_assert_str_empty(serve_trouble(bench.serve));
}

Test(serve_time, a_restart_with_a_clock_behind_stands_still_instead_of_going_back) {
  BENCH(bench);
  bench_text(&bench, NULL, "aisha", "hi");
  bench_settle(&bench);
  int64_t before = serve_now(bench.serve);
  cr_assert_str_empty(serve_trouble(bench.serve));
  bench.now_ms -= 2 * 3600 * 1000;
  bench_restart(&bench);
  cr_assert_geq(serve_now(bench.serve), before - 1000);
  cr_assert_not_null(strstr(serve_trouble(bench.serve), "is behind the time this scheme has seen"), "%s", serve_trouble(bench.serve));
  bench.now_ms += 2 * 3600 * 1000;
  bench_pass(&bench, 1000);
  cr_assert_str_empty(serve_trouble(bench.serve), "it has caught up");
}

/* ---- an outage ---- */
static void asked_pair(struct bench *bench, int64_t answer_by_ms) {
  char json[300];
  bench_cast(bench);
  (void)snprintf(json, sizeof json,
                 "{\"id\":\"x5\",\"programme\":\"pilot-1\",\"mentee\":\"p2\",\"mentor\":\"p3\",\"state\":\"asking_mentee\",\"answer_by_ms\":%lld}",
                 (long long)answer_by_ms);
  bench_put(bench, RECORD_PAIR, "x5", json);
}

static void away_for(struct bench *bench, int64_t ms) {
  bench->now_ms += ms;
  bench_restart(bench);
  bench_pass(bench, 1000);
}

static int64_t answer_by(const struct bench *bench) {
  return ((const struct pair *)model_get(serve_model(bench->serve), RECORD_PAIR, "x5"))->answer_by_ms;
}

Test(serve_time, five_days_away_leave_everybody_a_working_day) {
  BENCH_EMPTY(bench);
  asked_pair(&bench, bench.now_ms + 4 * DAY_MS); /* Friday: it passes while we are away */
  bench_start(&bench);
  away_for(&bench, 5 * DAY_MS);                  /* Saturday */
  cr_assert_gt(answer_by(&bench) - bench.now_ms, 2 * DAY_MS, "Tuesday: a working day after the next one");
  cr_assert_eq(bench_sent(&bench, "aisha", "proposal.more_time"), 0, "nobody is written to on a Saturday");
  bench_pass(&bench, 2 * DAY_MS + 3600000);
  cr_assert_eq(bench_sent(&bench, "aisha", "proposal.more_time"), 1);
  cr_assert_eq(bench_sent(&bench, "ben", "proposal.more_time"), 0, "Ben was not asked yet");
  bench_arrive(&bench);
  bench_restart(&bench);
  bench_pass(&bench, 1000);
  cr_assert_eq(bench_sent(&bench, "aisha", "proposal.more_time"), 1, "once");
}

Test(serve_time, a_short_restart_moves_nothing) {
  BENCH_EMPTY(bench);
  int64_t by = bench.now_ms + DAY_MS / 2;
  asked_pair(&bench, by);
  bench_start(&bench);
  away_for(&bench, 60000);
  cr_assert_eq(answer_by(&bench), by);
}

/* ---- a message to many ---- */
static size_t rows_of(const struct bench *bench) {
  struct serve_view view;
  serve_look(bench->serve, &view);
  return view.outbox;
}

Test(serve_time, a_message_to_many_waits_while_many_rows_wait) {
  enum { PEOPLE = 900, LONG = 500 };
  char id[16], json[200];
  BENCH_EMPTY(bench);
  bench_cast(&bench);
  bench_put(&bench, RECORD_COUNTER, "counter", "{\"id\":\"counter\",\"next_id\":10,\"next_person\":1000}");
  for (int i = 4; i < PEOPLE; i++) {
    (void)snprintf(id, sizeof id, "p%d", i);
    (void)snprintf(json, sizeof json, "{\"id\":\"%s\",\"name\":\"N\",\"accounts\":[{\"workspace\":\"web/city\",\"user\":\"u%d\"}]}", id, i);
    bench_put(&bench, RECORD_PERSON, id, json);
  }
  (void)snprintf(json, sizeof json, "{\"id\":\"a1\",\"programme\":\"pilot-1\",\"by\":\"p1\",\"audience\":\"people\",\"text\":\"Hello\",\"due_ms\":%lld}", (long long)bench.now_ms);
  bench_put(&bench, RECORD_ANNOUNCEMENT, "a1", json);
  bench.link = false;
  bench_start(&bench);
  size_t most = 0;
  for (int i = 0; i < 40; i++) {
    bench_pass(&bench, 100);
    if (rows_of(&bench) > most) most = rows_of(&bench);
  }
  cr_assert_eq(most, LONG, "as many as may wait: %zu", most);
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), LONG);
  const struct announcement *announcement = model_get(serve_model(bench.serve), RECORD_ANNOUNCEMENT, "a1");
  cr_assert_eq(announcement->told, LONG);
  cr_assert_eq(announcement->queued, LONG, "none of them has left");
  bench_restart(&bench);
  bench_pass(&bench, 2000);
  cr_assert_eq(rows_of(&bench), LONG, "a restart changes nothing of that");
}

Test(serve_time, a_message_to_many_is_over_when_the_last_of_it_has_left) {
  BENCH(bench);
  bench_text(&bench, "a", "jo", "message people The room has changed.");
  bench_settle(&bench);
  bench_arrive(&bench);
  bench_text(&bench, "b", "jo", "1");
  bench_pass(&bench, 8000);
  cr_assert_eq(bench_sent(&bench, "aisha", "tell.letter"), 1);
  const struct announcement *announcement = model_at(serve_model(bench.serve), RECORD_ANNOUNCEMENT, 0);
  cr_assert_eq(announcement->ended_ms, 0, "handed over, and nobody knows whether it arrived");
  bench_arrive(&bench);
  bench_pass(&bench, 8000);
  cr_assert_eq(bench_sent(&bench, "jo", "tell.done"), 1);
}

Test(serve_time, what_is_due_next_is_cut_at_a_whole_character) {
  char json[2400], name[1500] = "";
  for (size_t i = 0; i < 700; i++) memcpy(name + 2 * i, "\xc3\xa9", 3);
  BENCH_EMPTY(bench);
  bench.demo = true;
  bench_cast(&bench);
  bench_put(&bench, RECORD_SCHEME, "scheme", "{\"id\":\"scheme\",\"version\":1,\"name\":\"City\",\"language\":\"en\",\"zone\":\"Europe/London\",\"demo\":true}");
  (void)snprintf(json, sizeof json, "{\"id\":\"p2\",\"name\":\"%s\",\"accounts\":[{\"workspace\":\"web/city\",\"user\":\"aisha\"}]}", name);
  bench_put(&bench, RECORD_PERSON, "p2", json);
  bench_put(&bench, RECORD_TALK, "t5", "{\"id\":\"t5\",\"person\":\"p2\",\"flow\":\"intake\",\"step\":\"limits\",\"state\":\"open\",\"due_ms\":4000000000000}");
  bench_start(&bench);
  bench_pass(&bench, 1000);
  size_t bytes = strlen(bench.clock_next);
  cr_assert(bytes > LINK_NAME_BYTES_MAX - 4 && bytes <= LINK_NAME_BYTES_MAX, "%zu bytes", bytes);
  cr_assert(text_utf8_valid(bench.clock_next, bytes));
}
