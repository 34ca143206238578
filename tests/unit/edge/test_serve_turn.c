/* test_serve_turn.c: store before you acknowledge: whatever the store answers, nothing is lost and nothing happens twice. */
#include "bot/edge/serve.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "bot/edge/blackbox.h"
#include "serve_bench.h"

/* ---- the ack ---- */
Test(serve_turn, nothing_is_acknowledged_or_sent_before_its_commit_is_back) {
  BENCH(bench);
  bench_text(&bench, "a", "mina", "join");
  cr_assert_eq(bench.ack_count, 0);
  cr_assert_eq(bench.act_count, 0);
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "a"), 1);
  cr_assert_eq(bench_sent(&bench, "mina", "intake.limits"), 1);
}

Test(serve_turn, acks_come_in_the_order_of_the_events) {
  BENCH(bench);
  static const char *const ids[] = {"a", "b", "c", "d"};
  for (size_t i = 0; i < 4; i++) bench_text(&bench, ids[i], "mina", i % 2 == 0 ? "join" : "why");
  bench_settle(&bench);
  cr_assert_eq(bench.ack_count, 4);
  for (size_t i = 0; i < 4; i++) cr_assert_str_eq(bench.acks[i], ids[i]);
}

Test(serve_turn, a_repeat_while_its_commit_is_under_way_is_acknowledged_behind_it) {
  BENCH(bench);
  bench_text(&bench, "a", "mina", "join");
  bench_text(&bench, "a", "mina", "join");
  cr_assert_eq(bench.ack_count, 0);
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "a"), 2);
  cr_assert_eq(bench_sent(&bench, "mina", "intake.limits"), 1);
  cr_assert_eq(bench_talk(&bench, "mina")->nonce, 1);
}

Test(serve_turn, a_repeat_later_is_acknowledged_at_once) {
  BENCH(bench);
  bench_text(&bench, "a", "mina", "join");
  bench_settle(&bench);
  bench_text(&bench, "a", "mina", "join");
  cr_assert_eq(bench_acked(&bench, "a"), 2);
  bench_settle(&bench);
  cr_assert_eq(bench_talk(&bench, "mina")->nonce, 1);
}

Test(serve_turn, a_repeat_after_a_restart_is_known) {
  BENCH(bench);
  bench_text(&bench, "a", "mina", "join");
  bench_settle(&bench);
  bench_restart(&bench);
  bench_text(&bench, "a", "mina", "join");
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "a"), 2);
  cr_assert_eq(bench_talk(&bench, "mina")->nonce, 1);
}

Test(serve_turn, who_writes_faster_than_answers_go_out_is_told_and_nothing_is_kept_of_it) {
  BENCH(bench);
  char id[16];
  size_t rows = bench_stored(&bench, RECORD_OUT);
  for (int i = 0; i < 100; i++) {
    (void)snprintf(id, sizeof id, "f%d", i);
    bench_text(&bench, id, "aisha", "help");
    bench_settle(&bench);
    cr_assert_eq(bench_acked(&bench, id), 1);
  }
  cr_assert_eq(bench_stored(&bench, RECORD_OUT) - rows, 32);
  cr_assert_not_null(strstr(bench.replies[bench.ack_count - 1], "faster than I can answer"));
  bench_text(&bench, "other", "ben", "help");
  bench_settle(&bench);
  cr_assert_eq(bench_sent(&bench, "ben", "help.text"), 1, "nobody else");
  bench_arrive(&bench);
  bench_settle(&bench);
  bench_text(&bench, "again", "aisha", "help");
  bench_settle(&bench);
  cr_assert_str_eq(bench.replies[bench.ack_count - 1], "", "one has arrived, so there is room for one");
}

Test(serve_turn, what_is_older_than_what_ids_are_remembered_for_is_answered_and_not_done) {
  BENCH(bench);
  bench_text(&bench, "a", "mina", "join");
  bench_settle(&bench);
  struct event again = {.kind = EVENT_TEXT, .id = "a", .person = {.id = "mina"}, .text = "join", .at_ms = bench.now_ms};
  again.room.kind = ROOM_DIRECT;
  bench.now_ms += INT64_C(4) * 24 * 3600 * 1000;
  bench_restart(&bench);
  int64_t nonce = bench_talk(&bench, "mina")->nonce;
  bench_event(&bench, &again);
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "a"), 2);
  cr_assert_str_not_empty(bench.replies[bench.ack_count - 1]);
  cr_assert_eq(bench_talk(&bench, "mina")->nonce, nonce, "not done a second time");
}

Test(serve_turn, the_same_id_of_another_workspace_is_another_event) {
  BENCH(bench);
  bench_text(&bench, "a", "mina", "join");
  bench_text(&bench, "b", "mina", "why");
  bench_settle(&bench);
  cr_assert_eq(bench_talk(&bench, "mina")->nonce, 2);
}

static void room_event(struct bench *bench, const char *id) {
  struct event event = {.kind = EVENT_ROOM, .id = id, .room = {.id = "lobby"}, .change = "renamed"};
  bench_event(bench, &event);
}

Test(serve_turn, what_changes_nothing_makes_no_commit_and_waits_for_those_before_it) {
  BENCH(bench);
  room_event(&bench, "r1");
  cr_assert_eq(bench_acked(&bench, "r1"), 1, "nothing is under way");
  bench_text(&bench, "a", "mina", "join");
  room_event(&bench, "r2");
  cr_assert_eq(bench.ack_count, 1);
  bench_settle(&bench);
  cr_assert_str_eq(bench.acks[1], "a");
  cr_assert_str_eq(bench.acks[2], "r2");
}

Test(serve_turn, the_reply_rides_on_the_ack) {
  BENCH(bench);
  struct event event = {.kind = EVENT_PRESS, .id = "a", .person = {.id = "aisha"}, .button = "t99.x.1.0"};
  bench_event(&bench, &event);
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "a"), 1);
  cr_assert_str_not_empty(bench.replies[0]);
}

Test(serve_turn, what_cannot_be_meant_for_us_is_acknowledged_and_changes_nothing) {
  BENCH(bench);
  struct event event = {.kind = EVENT_DEMO, .id = "d", .change = "reset"};
  bench_event(&bench, &event);
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "d"), 1);
  cr_assert_eq(bench_persons(&bench), 3);
  cr_assert(serve_is_ready(bench.serve));
}

/* ---- every answer of the store ---- */
static const struct {
  enum store_answer answer;
  bool written;
} answers[] = {{STORE_SEQ, false},    {STORE_FENCED, false},     {STORE_BROKEN, false}, {STORE_NOT_STORED, false},
               {STORE_UNKNOWN, false}, {STORE_UNKNOWN, true}, {STORE_CONFLICT, false}};

/* Adapters send again what was not acknowledged. */
static void send_again(struct bench *bench, size_t count, const char *const *ids, const char *const *texts) {
  for (size_t i = 0; i < count; i++) {
    if (bench_acked(bench, ids[i]) == 0) bench_text(bench, ids[i], "mina", texts[i]);
  }
  bench_settle(bench);
}

Test(serve_turn, whatever_the_store_answers) {
  static const char *const ids[] = {"a", "b", "c"}, *const texts[] = {"join", "why", "why"};
  for (size_t i = 0; i < ARRAY_LEN(answers) * 3; i++) {
    BENCH(bench);
    size_t faulty = i % 3; /* the first, second or third of three commits under way */
    for (size_t k = 0; k < 3; k++) {
      if (k == faulty) store_memory_fault(bench.store, answers[i / 3].answer, answers[i / 3].written, 1);
      bench_text(&bench, ids[k], "mina", texts[k]);
    }
    (void)bench_pump(&bench);
    cr_assert_eq(bench.ack_count, faulty, "%s: none behind it is acknowledged", store_answer_name(answers[i / 3].answer));
    cr_assert_not(serve_is_ready(bench.serve));
    cr_assert_str_empty(bench.fence, "links are dropped");
    bench_pass(&bench, 2000);
    cr_assert(serve_is_ready(bench.serve), "%s: %s", store_answer_name(answers[i / 3].answer), serve_trouble(bench.serve));
    send_again(&bench, 3, ids, texts);
    for (size_t k = 0; k < 3; k++) cr_assert_eq(bench_acked(&bench, ids[k]), 1, "%s", ids[k]);
    cr_assert_eq(bench_persons(&bench), 4);
    cr_assert_eq(bench_talk(&bench, "mina")->nonce, 3, "%s: each happened once", store_answer_name(answers[i / 3].answer));
    bench_restart(&bench);
    cr_assert_eq(bench_talk(&bench, "mina")->nonce, 3, "and so it is stored");
  }
}

Test(serve_turn, what_the_store_knows_already_is_acknowledged) {
  BENCH(bench);
  store_memory_fault(bench.store, STORE_DUP, false, 1);
  bench_text(&bench, "a", "mina", "join");
  (void)bench_pump(&bench);
  cr_assert_eq(bench_acked(&bench, "a"), 1);
  bench_pass(&bench, 2000);
  cr_assert(serve_is_ready(bench.serve));
  cr_assert_eq(bench_persons(&bench), 3, "the model is the store's");
}

Test(serve_turn, a_store_that_says_no_for_a_minute) {
  BENCH(bench);
  store_memory_fault(bench.store, STORE_NOT_STORED, false, 20);
  int before = bench.fences;
  for (int i = 0; i < 20; i++) {
    bench_text(&bench, "a", "mina", "join");
    cr_assert_eq(bench_acked(&bench, "a"), 0);
    bench_pass(&bench, 1000);
  }
  cr_assert_not(serve_is_ready(bench.serve));
  cr_assert_str_not_empty(serve_trouble(bench.serve));
  cr_assert_eq(bench.fences, before, "links do not come and go while a store that can be read takes nothing");
  bench_pass(&bench, 40000);
  bench_text(&bench, "a", "mina", "join");
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "a"), 1);
  cr_assert_str_empty(serve_trouble(bench.serve));
}

Test(serve_turn, while_not_serving_events_are_left_to_the_adapter) {
  BENCH(bench);
  store_memory_fault(bench.store, STORE_UNKNOWN, false, 1);
  bench_text(&bench, "a", "mina", "join");
  (void)bench_pump(&bench);
  bench_text(&bench, "b", "mina", "join");
  bench_settle(&bench);
  cr_assert_eq(bench.ack_count, 0);
}

/* ---- keys that are not there yet ---- */
static void without_keys(struct bench *bench) {
  bench_init_empty(bench);
  bench->slow_keys = true;
  bench_put(bench, RECORD_SCHEME, "scheme", "{\"id\":\"scheme\",\"version\":1,\"zone\":\"Europe/London\"}");
  bench_put(bench, RECORD_COUNTER, "counter", "{\"id\":\"counter\",\"next_id\":10,\"next_person\":2000}");
  bench_put(bench, RECORD_PROGRAMME, "pilot-1", "{\"id\":\"pilot-1\",\"question_set\":\"q\"}");
  bench_put(bench, RECORD_QUESTION_SET, "q", "{\"id\":\"q\"}");
  bench_put(bench, RECORD_ENROLMENT, "e1", "{\"id\":\"e1\",\"person\":\"p1\",\"programme\":\"pilot-1\",\"role\":\"mentee\",\"state\":\"draft\"}");
  bench_put(bench, RECORD_PERSON, "p1", "{\"id\":\"p1\",\"name\":\"Mina\",\"accounts\":[{\"workspace\":\"web/city\",\"user\":\"mina\"}]}");
  bench_put(bench, RECORD_TALK, "t2",
          "{\"id\":\"t2\",\"person\":\"p1\",\"flow\":\"intake\",\"step\":\"line_manager\",\"nonce\":1,\"state\":\"open\",\"subject\":\"e1\",\"question_set\":\"q\"}");
  bench_start(bench);
  for (int i = 0; i < 1000 && !serve_is_ready(bench->serve); i++) {
    (void)uv_run(&bench->loop, UV_RUN_ONCE);
    bench_settle(bench);
  }
  cr_assert(serve_is_ready(bench->serve));
}

Test(serve_turn, events_behind_a_key_that_is_being_made_wait_in_their_order) {
  CLEANUP(bench_done) struct bench bench;
  without_keys(&bench);
  cr_assert_not(keystore_has(bench.keystore, "p1"));
  bench_text(&bench, "a", "mina", "Sam Reed");
  bench_text(&bench, "b", "mina", "why");
  bench_text(&bench, "c", "kim", "hi");
  bench_settle(&bench);
  cr_assert_eq(bench.ack_count, 0, "nothing overtakes");
  for (int i = 0; i < 1000 && bench.ack_count < 3; i++) {
    (void)uv_run(&bench.loop, UV_RUN_ONCE);
    bench_settle(&bench);
  }
  cr_assert_eq(bench.ack_count, 3);
  cr_assert_str_eq(bench.acks[0], "a");
  cr_assert_str_eq(bench.acks[1], "b");
  cr_assert_str_eq(bench.acks[2], "c");
  cr_assert_str_eq(model_line(serve_model(bench.serve), "p1"), "?Sam Reed");
}

/* A wake at once, again and again, would keep the loop from ever hearing that the key is there. */
Test(serve_turn, while_a_key_is_being_made_time_passes_quietly) {
  CLEANUP(bench_done) struct bench bench;
  without_keys(&bench);
  bench_text(&bench, "a", "mina", "Sam Reed");
  bench_settle(&bench);
  bench.now_ms += 1000;
  bench.wake_ms = bench.now_ms;
  bench_settle(&bench);
  cr_assert_eq(bench.ack_count, 0);
  cr_assert(bench.wake_ms < 0 || bench.wake_ms > bench.now_ms);
}

Test(serve_turn, a_list_that_waits_for_keys_holds_nobody_up) {
  CLEANUP(bench_done) struct bench bench;
  char path[120], entry[300];
  without_keys(&bench);
  (void)snprintf(path, sizeof path, "%s/rows", bench.folder);
  FILE *file = fopen(path, "w");
  (void)fprintf(file, "{\"account\":\"web/city:mina\",\"line\":\"web/city:sam\"}\n");
  (void)fclose(file);
  (void)snprintf(entry, sizeof entry, "{\"id\":\"imp\",\"kind\":\"import\",\"file\":\"%s\",\"total\":1}", path);
  bench_control(&bench, entry);
  bench_pass(&bench, 1000);
  const struct job *job = model_get(serve_model(bench.serve), RECORD_JOB, "imp");
  cr_assert_eq(job->state, JOB_RUNNING);
  cr_assert_not(keystore_has(bench.keystore, "p1"));
  bench_text(&bench, "c", "kim", "hi");
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "c"), 1);
  for (int i = 0; i < 1000 && job->state == JOB_RUNNING; i++) {
    (void)uv_run(&bench.loop, UV_RUN_ONCE);
    bench_settle(&bench);
    job = model_get(serve_model(bench.serve), RECORD_JOB, "imp");
  }
  cr_assert_eq(job->state, JOB_FINISHED);
  cr_assert_str_eq(model_line(serve_model(bench.serve), "p1"), "?web/city:sam");
}

Test(serve_turn, what_waits_for_a_key_when_the_store_goes_is_sent_again) {
  CLEANUP(bench_done) struct bench bench;
  without_keys(&bench);
  bench_text(&bench, "c", "kim", "hi");
  store_memory_fault(bench.store, STORE_UNKNOWN, false, 1);
  bench_text(&bench, "x", "kim", "hi");
  bench_text(&bench, "a", "mina", "Sam Reed");
  bench_text(&bench, "a", "mina", "Sam Reed");
  (void)bench_pump(&bench);
  cr_assert_eq(bench_acked(&bench, "a"), 0);
  for (int i = 0; i < 1000 && !(serve_is_ready(bench.serve) && keystore_has(bench.keystore, "p1")); i++) {
    (void)uv_run(&bench.loop, UV_RUN_ONCE);
    bench_pass(&bench, 500);
  }
  bench_text(&bench, "a", "mina", "Sam Reed");
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "a"), 1);
  cr_assert_str_eq(model_line(serve_model(bench.serve), "p1"), "?Sam Reed");
}

Test(serve_turn, a_repeat_of_what_waits_for_a_key_happens_once) {
  CLEANUP(bench_done) struct bench bench;
  without_keys(&bench);
  bench_text(&bench, "a", "mina", "Sam Reed");
  bench_text(&bench, "a", "mina", "Sam Reed");
  for (int i = 0; i < 1000 && bench.ack_count < 2; i++) {
    (void)uv_run(&bench.loop, UV_RUN_ONCE);
    bench_settle(&bench);
  }
  cr_assert(serve_is_ready(bench.serve), "%s", serve_trouble(bench.serve));
  cr_assert_geq(bench_acked(&bench, "a"), 1);
  cr_assert_eq(bench.fences, 1, "and nobody had to begin anew");
}

/* ---- poison ---- */
/* As if the process had died twice while it handled this event: blamed where a death would be found. */
static void two_deaths(struct bench *bench, const char *id) {
  uint8_t hash[STORE_EVENT_ID_BYTES];
  bench_hash(bench, id, hash);
  blackbox_blame(bench->blackbox, hash);
  blackbox_blame(bench->blackbox, hash);
}

Test(serve_turn, poison_is_set_aside_acknowledged_and_everybody_else_is_served) {
  BENCH(bench);
  two_deaths(&bench, "bad");
  bench_text(&bench, "bad", "aisha", "join");
  bench_text(&bench, "fine", "ben", "join");
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "bad"), 1);
  cr_assert_eq(bench_sent(&bench, "aisha", "intake.limits"), 0);
  cr_assert_eq(bench_sent(&bench, "aisha", "turn.set_aside"), 1);
  cr_assert_eq(bench_sent(&bench, "jo", "turn.set_aside_of"), 1);
  cr_assert_eq(bench_sent(&bench, "ben", "intake.limits"), 1);
  bench_text(&bench, "bad", "aisha", "join");
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "bad"), 2, "again: only acknowledged");
  cr_assert_eq(bench_sent(&bench, "aisha", "turn.set_aside"), 1);
}

Test(serve_turn, what_the_store_refuses_twice_is_set_aside) {
  BENCH(bench);
  for (int i = 0; i < 2; i++) {
    store_memory_fault(bench.store, STORE_BROKEN, false, 1);
    bench_text(&bench, "bad", "aisha", "join");
    bench_pass(&bench, 2000);
    cr_assert_eq(bench_acked(&bench, "bad"), 0);
  }
  bench_text(&bench, "bad", "aisha", "join");
  bench_settle(&bench);
  cr_assert_eq(bench_acked(&bench, "bad"), 1);
  cr_assert_eq(bench_sent(&bench, "aisha", "turn.set_aside"), 1);
}

/* ---- one thing under two ids ---- */
static const char *step_of(const struct bench *bench) {
  const struct talk *talk = bench_talk(bench, "mina");
  return talk == NULL ? "none" : talk->step;
}

/* mina's words at this time of the platform's clock, under a fresh id. */
static void brings(struct bench *bench, const char *text, int64_t at_ms) {
  struct event event = {.kind = EVENT_TEXT, .person = {.id = "mina"}, .text = text, .at_ms = at_ms};
  bench_event(bench, &event);
  bench_settle(bench);
}

Test(serve_turn, the_same_under_a_new_id_does_not_answer_the_next_question) {
  BENCH(bench);
  bench.may_repeat = true;
  brings(&bench, "join", bench.now_ms);
  cr_assert_str_eq(step_of(&bench), "limits");
  brings(&bench, "1", bench.now_ms + 5000);
  const char *step = step_of(&bench);
  size_t replies = bench.ack_count;
  cr_assert_str_neq(step, "limits");
  brings(&bench, "1", bench.now_ms + 6000);
  cr_assert_str_eq(step_of(&bench), step);
  cr_assert_eq(bench.ack_count, replies + 1, "acknowledged all the same");
  cr_assert_not_null(strstr(bench.replies[replies], "already"), "%s", bench.replies[replies]);
  brings(&bench, "1", bench.now_ms + 7000);
  cr_assert_str_eq(step_of(&bench), step, "nor does a third");
}

Test(serve_turn, the_same_under_a_new_id_counts_where_it_is_meant) {
  static const struct {
    bool may_repeat;
    int64_t later_ms;
    const char *between;
  } cases[] = {
      {false, 1000, NULL},  /* this link brings everything once */
      {true, 60000, NULL},  /* a minute later by the platform's clock */
      {true, 2000, "why"},  /* something else was said since */
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    BENCH(bench);
    bench.may_repeat = cases[i].may_repeat;
    brings(&bench, "join", bench.now_ms);
    brings(&bench, "1", bench.now_ms);
    char step[64]; /* copied: the record goes with the next turn */
    (void)snprintf(step, sizeof step, "%s", step_of(&bench));
    if (cases[i].between != NULL) brings(&bench, cases[i].between, bench.now_ms + 1000);
    brings(&bench, "1", bench.now_ms + cases[i].later_ms);
    cr_assert_str_neq(step_of(&bench), step, "case %zu", i);
  }
}

Test(serve_turn, a_press_between_makes_the_same_words_another_answer) {
  BENCH(bench);
  bench.may_repeat = true;
  brings(&bench, "join", bench.now_ms);
  brings(&bench, "1", bench.now_ms);
  char between[64], step[64];
  (void)snprintf(between, sizeof between, "%s", step_of(&bench));
  bench_press(&bench, NULL, "mina", bench_talk(&bench, "mina")->offers.items[0].value);
  bench_settle(&bench);
  (void)snprintf(step, sizeof step, "%s", step_of(&bench));
  cr_assert_str_neq(step, between);
  brings(&bench, "1", bench.now_ms + 1000);
  cr_assert_str_neq(step_of(&bench), step);
}

/* Its turn is lost with the commit: what comes again then comes under its own id, and is the first. */
Test(serve_turn, what_is_sent_again_under_its_own_id_is_no_repeat) {
  BENCH(bench);
  bench.may_repeat = true;
  brings(&bench, "join", bench.now_ms);
  store_memory_fault(bench.store, STORE_NOT_STORED, false, 1);
  struct event event = {.kind = EVENT_TEXT, .id = "mine", .person = {.id = "mina"}, .text = "1"};
  bench_event(&bench, &event);
  bench_pass(&bench, 5000);
  cr_assert_str_eq(step_of(&bench), "limits");
  bench_event(&bench, &event);
  bench_settle(&bench);
  cr_assert_str_neq(step_of(&bench), "limits");
}
