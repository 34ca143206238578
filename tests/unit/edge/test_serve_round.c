/* test_serve_round.c: a round too large for a turn, on the serving loop: a real thread makes it while others are answered. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/edge/serve_parts.h"
#include "tests/unit/edge/serve_bench.h"

enum { MENTEES = 130, MENTORS = 70 };

/* m0 … mentees, t0 … mentors: person p100 …, enrolment e100 …; two topics each. */
static void put_one(struct bench *bench, int number, const char *user, const char *role) {
  static const char *const topics[] = {"confidence", "networks", "leading people", "career_move", "interviews"};
  char id[16], json[700];
  (void)snprintf(id, sizeof id, "p%d", 100 + number);
  (void)snprintf(json, sizeof json, "{\"id\":\"%s\",\"name\":\"%s\",\"accounts\":[{\"workspace\":\"web/city\",\"user\":\"%s\"}],\"organisation\":\"city\",\"line_state\":\"none\"}",
                 id, user, user);
  bench_put(bench, RECORD_PERSON, id, json);
  id[0] = 'e';
  (void)snprintf(json, sizeof json,
                 "{\"id\":\"%s\",\"person\":\"p%d\",\"programme\":\"pilot-1\",\"role\":\"%s\",\"state\":\"accepted\",\"trained\":true,"
                 "\"answers\":[{\"question\":\"topics\",\"state\":\"answered\",\"values\":[\"%s\",\"%s\"]}]}",
                 id, 100 + number, role, topics[number % 5], topics[(number / 5 + 1 + number) % 5]);
  bench_put(bench, RECORD_ENROLMENT, id, json);
}

static void crowd(struct bench *bench, int mentees, int mentors) {
  char user[16];
  bench_init_empty(bench);
  bench_cast(bench);
  bench_put(bench, RECORD_COUNTER, "counter", "{\"id\":\"counter\",\"next_id\":2000,\"next_person\":2000}");
  for (int i = 0; i < mentees + mentors; i++) {
    (void)snprintf(user, sizeof user, "%c%d", i < mentees ? 'm' : 't', i < mentees ? i : i - mentees);
    put_one(bench, i, user, i < mentees ? "mentee" : "mentor");
  }
  bench_start(bench);
}
#define CROWD(name) CLEANUP(bench_done) struct bench name; crowd(&name, MENTEES, MENTORS)

static const struct round *last_round(struct bench *bench) {
  const struct model *model = serve_model(bench->serve);
  size_t count = model_count(model, RECORD_ROUND);
  cr_assert_gt(count, 0);
  return model_at(model, RECORD_ROUND, count - 1);
}

static const struct job *last_job(struct bench *bench) {
  const struct model *model = serve_model(bench->serve);
  size_t count = model_count(model, RECORD_JOB);
  cr_assert_gt(count, 0);
  return model_at(model, RECORD_JOB, count - 1);
}

static void say(struct bench *bench, const char *user, const char *text) {
  bench_text(bench, NULL, user, text);
  bench_settle(bench);
  bench_arrive(bench);
}

static void press(struct bench *bench, const char *user, const char *value) {
  bench_press(bench, NULL, user, value);
  bench_settle(bench);
  bench_arrive(bench);
}

static size_t listed(struct bench *bench, size_t *ret_pairs) {
  const struct model *model = serve_model(bench->serve);
  size_t rows = 0;
  char seen[MENTEES] = {0};
  *ret_pairs = 0;
  for (size_t s = 0; s < model_count(model, RECORD_SHEET); s++) {
    const struct sheet *sheet = model_at(model, RECORD_SHEET, s);
    cr_assert_eq(sheet->number, (int64_t)s);
    for (size_t i = 0; i < sheet->matches.count; i++, rows++) {
      *ret_pairs += sheet->matches.items[i].mentor != NULL;
      int mentee = (int)strtol(sheet->matches.items[i].mentee + 1, NULL, 10) - 100;
      cr_assert(mentee >= 0 && mentee < MENTEES && !seen[mentee], "%s twice", sheet->matches.items[i].mentee);
      seen[mentee] = 1;
    }
  }
  return rows;
}

/* ---- the whole way ---- */
Test(serve_round, made_reviewed_and_released) {
  CROWD(bench);
  size_t pairs;
  say(&bench, "jo", "match");
  cr_assert_eq(bench_sent(&bench, "jo", "round.large"), 1);
  cr_assert_eq(listed(&bench, &pairs), MENTEES);
  cr_assert_eq(pairs, MENTORS, "as many as there are seats");
  cr_assert_eq(last_round(&bench)->state, ROUND_REVIEW);
  cr_assert_eq(last_job(&bench)->state, JOB_FINISHED);
  press(&bench, "jo", "release");
  press(&bench, "jo", "ask");
  cr_assert_eq(bench_sent(&bench, "jo", "round.releasing"), 1);
  cr_assert_eq(bench_sent(&bench, "jo", "round.released_large"), 1);
  cr_assert_eq(model_count(serve_model(bench.serve), RECORD_PAIR), MENTORS);
  size_t asked = 0;
  char user[16];
  for (int i = 0; i < MENTEES; i++) {
    (void)snprintf(user, sizeof user, "m%d", i);
    asked += bench_sent(&bench, user, "proposal.mentee");
  }
  cr_assert_eq(asked, MENTORS, "each mentee of a pair once, nobody else");
}

Test(serve_round, others_are_answered_while_a_thread_is_at_it) {
  CROWD(bench);
  bench.slow_work = true;
  say(&bench, "jo", "match");
  cr_assert_not_null(bench.work);
  cr_assert_eq(bench_sent(&bench, "jo", "round.large"), 0);
  say(&bench, "m3", "privacy");
  cr_assert_eq(bench_sent(&bench, "m3", "privacy.text"), 1);
  say(&bench, "jo", "match");
  cr_assert_eq(model_count(serve_model(bench.serve), RECORD_JOB), 1, "asked again, it goes on");
  bench_work(&bench);
  bench_work_back(&bench);
  bench_settle(&bench);
  bench_arrive(&bench);
  cr_assert_eq(bench_sent(&bench, "jo", "round.large"), 1);
}

static void progress(struct bench *bench, int percent) {
  char payload[80], id[40];
  (void)snprintf(payload, sizeof payload, "{\"do\":\"progress\",\"percent\":%d,\"left_s\":90}", percent);
  (void)snprintf(id, sizeof id, "progress/%d", percent);
  struct event event = {.kind = EVENT_JOB, .id = id, .record = last_job(bench)->id, .payload = payload};
  serve_derived(bench->serve, &event, NULL);
  bench_settle(bench);
  bench_arrive(bench);
}

Test(serve_round, one_message_says_how_far_it_is) {
  CROWD(bench);
  bench.slow_work = true;
  say(&bench, "jo", "match");
  char message[80];
  (void)snprintf(message, sizeof message, "m-%s", bench_last(&bench, "jo", "round.working")->id);
  progress(&bench, 20);
  progress(&bench, 50);
  bench_work(&bench);
  bench_work_back(&bench);
  bench_settle(&bench);
  bench_arrive(&bench);
  size_t edits = 0, sends = 0;
  for (size_t i = 0; i < bench.act_count; i++) {
    if (strcmp(bench.acts[i].key, "round.working") != 0) continue;
    sends += bench.acts[i].kind == ACTION_SEND;
    edits += bench.acts[i].kind == ACTION_EDIT && strcmp(bench.acts[i].message, message) == 0;
  }
  cr_assert_eq(sends, 1);
  cr_assert_eq(edits, 3, "twice how far, once that it is done: always the same message");
}

Test(serve_round, how_far_it_is_goes_nowhere_once_the_question_is_closed) {
  CROWD(bench);
  bench.slow_work = true;
  say(&bench, "jo", "match");
  bench.link = false;
  progress(&bench, 20);
  say(&bench, "jo", "stop");
  bench.link = true;
  serve_link_up(bench.serve, "web/city");
  bench_settle(&bench);
  bench_arrive(&bench);
  size_t edits = 0;
  for (size_t i = 0; i < bench.act_count; i++) edits += bench.acts[i].kind == ACTION_EDIT && strcmp(bench.acts[i].key, "round.working") == 0;
  cr_assert_eq(edits, 1, "only that it was stopped");
}

/* ---- stopped ---- */
Test(serve_round, stop_ends_it_and_match_begins_behind_it) {
  static const char *const words[] = {"stop", "cancel"};
  for (size_t i = 0; i < ARRAY_LEN(words); i++) {
    CROWD(bench);
    bench.slow_work = true;
    say(&bench, "jo", "match");
    say(&bench, "jo", words[i]);
    cr_assert_eq(bench_sent(&bench, "jo", "round.stopped"), 1, "%s", words[i]);
    cr_assert_eq(last_round(&bench)->state, ROUND_UNDONE);
    cr_assert_eq(last_job(&bench)->state, JOB_STOPPED);
    say(&bench, "jo", "match");
    cr_assert_eq(model_count(serve_model(bench.serve), RECORD_JOB), 2);
    bench_work(&bench); /* the first one notices, and is thrown away */
    bench_work_back(&bench);
    bench_settle(&bench);
    cr_assert_eq(model_count(serve_model(bench.serve), RECORD_SHEET), 0);
    cr_assert_not_null(bench.work, "now the second one is at it");
    bench_work(&bench);
    bench_work_back(&bench);
    bench_settle(&bench);
    bench_arrive(&bench);
    cr_assert_eq(bench_sent(&bench, "jo", "round.large"), 1);
  }
}

/* ---- what changed meanwhile ---- */
Test(serve_round, pairs_of_people_who_changed_are_left_out) {
  CROWD(bench);
  size_t pairs;
  bench.slow_work = true;
  say(&bench, "jo", "match");
  bench_work(&bench);
  for (int i = 0; i < MENTORS; i += 2) {
    char user[16];
    (void)snprintf(user, sizeof user, "t%d", i);
    struct event gone = {.kind = EVENT_DIRECTORY, .person = {.id = user}, .change = "gone"};
    bench_event(&bench, &gone);
    bench_settle(&bench);
  }
  bench_work_back(&bench);
  bench_settle(&bench);
  bench_arrive(&bench);
  (void)listed(&bench, &pairs);
  cr_assert_eq(pairs, MENTORS / 2);
  cr_assert_eq(last_round(&bench)->left_out, MENTORS / 2);
}

/* ---- killed ---- */
Test(serve_round, a_restart_while_it_is_made_begins_it_anew) {
  CROWD(bench);
  size_t pairs;
  bench.slow_work = true;
  say(&bench, "jo", "match");
  bench_restart(&bench);
  cr_assert_not_null(bench.work);
  cr_assert_eq(last_job(&bench)->tries, 2);
  bench_work(&bench);
  bench_work_back(&bench);
  bench_settle(&bench);
  bench_arrive(&bench);
  cr_assert_eq(listed(&bench, &pairs), MENTEES);
  cr_assert_eq(bench_sent(&bench, "jo", "round.large"), 1);
}

static void until_row(struct bench *bench, int64_t row) {
  for (int steps = 0; last_job(bench)->cursor < row && steps < 1000; steps++) {
    serve_tick(bench->serve);
    (void)bench_pump(bench);
  }
}

Test(serve_round, a_restart_between_two_sheets_begins_it_anew) {
  CROWD(bench);
  size_t pairs;
  bench.slow_work = true;
  say(&bench, "jo", "match");
  bench_work(&bench);
  bench_work_back(&bench);
  until_row(&bench, 40);
  cr_assert_eq(last_job(&bench)->state, JOB_RUNNING);
  cr_assert_eq(model_count(serve_model(bench.serve), RECORD_SHEET), 2);
  bench.slow_work = false;
  bench_restart(&bench);
  bench_arrive(&bench);
  cr_assert_eq(listed(&bench, &pairs), MENTEES, "each once, though some had been taken in before");
  cr_assert_eq(pairs, MENTORS);
  cr_assert_eq(last_job(&bench)->state, JOB_FINISHED);
}

Test(serve_round, a_restart_in_a_release_goes_on_where_it_was) {
  CROWD(bench);
  say(&bench, "jo", "match");
  press(&bench, "jo", "release");
  bench_press(&bench, NULL, "jo", "ask");
  until_row(&bench, 5);
  cr_assert_eq(last_job(&bench)->state, JOB_RUNNING);
  size_t before = model_count(serve_model(bench.serve), RECORD_PAIR);
  cr_assert(before > 0 && before < MENTORS, "%zu", before);
  bench_restart(&bench);
  bench_arrive(&bench);
  cr_assert_eq(model_count(serve_model(bench.serve), RECORD_PAIR), MENTORS, "nobody is asked twice, nobody is forgotten");
  cr_assert_eq(bench_sent(&bench, "jo", "round.released_large"), 1);
}

Test(serve_round, what_is_begun_too_often_is_given_up) {
  CROWD(bench);
  bench.slow_work = true;
  say(&bench, "jo", "match");
  for (int i = 0; i < 5; i++) bench_restart(&bench);
  bench_arrive(&bench);
  cr_assert_eq(last_job(&bench)->state, JOB_FAILED);
  cr_assert_eq(bench_sent(&bench, "jo", "round.failed"), 1);
  cr_assert_eq(last_round(&bench)->state, ROUND_UNDONE);
}

/* ---- taken back ---- */
Test(serve_round, a_large_release_is_taken_back) {
  CROWD(bench);
  size_t open = 0;
  say(&bench, "jo", "match");
  press(&bench, "jo", "release");
  press(&bench, "jo", "ask");
  say(&bench, "jo", "undo");
  press(&bench, "jo", "yes");
  cr_assert_eq(bench_sent(&bench, "jo", "round.taken_back"), 1);
  const struct model *model = serve_model(bench.serve);
  for (size_t i = 0; i < model_count(model, RECORD_PAIR); i++) open += ((const struct pair *)model_at(model, RECORD_PAIR, i))->state != PAIR_WITHDRAWN;
  cr_assert_eq(open, 0);
}

/* Left by a release that gave a round up and kept its sheets, and by a crash that took the round itself. */
Test(serve_round, sheets_that_no_round_speaks_of_are_swept_at_the_start) {
  CLEANUP(bench_done) struct bench bench;
  char id[16], json[200];
  bench_init_empty(&bench);
  bench_cast(&bench);
  bench_put(&bench, RECORD_COUNTER, "counter", "{\"id\":\"counter\",\"next_id\":9000,\"next_person\":2000}");
  bench_put(&bench, RECORD_ROUND, "r20", "{\"id\":\"r20\",\"programme\":\"pilot-1\",\"state\":\"undone\",\"sheets\":300}");
  bench_put(&bench, RECORD_ROUND, "r21", "{\"id\":\"r21\",\"programme\":\"pilot-1\",\"state\":\"review\",\"sheets\":5}");
  for (int i = 0; i < 310; i++) {
    (void)snprintf(id, sizeof id, "b%d", 100 + i);
    (void)snprintf(json, sizeof json, "{\"id\":\"%s\",\"round\":\"%s\",\"number\":%d}", id, i < 300 ? "r20" : i < 305 ? "r21" : "r22", i % 5);
    bench_put(&bench, RECORD_SHEET, id, json);
  }
  bench_start(&bench);
  bench_settle(&bench);
  cr_expect_eq(bench_stored(&bench, RECORD_SHEET), 5, "those that can be released stay; %zu", bench_stored(&bench, RECORD_SHEET));
  const struct round *undone = model_get(serve_model(bench.serve), RECORD_ROUND, "r20");
  cr_expect_eq(undone->sheets, 0);
  int64_t seq = bench.serve->seq;
  bench_pass(&bench, 60000);
  cr_expect_eq(bench.serve->seq, seq, "then it is quiet");
}
