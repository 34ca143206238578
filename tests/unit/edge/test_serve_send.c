/* test_serve_send.c: rows on their way: in order, again after trouble, not when they are stale; what becomes of them is kept. */
#include "bot/edge/serve.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "serve_bench.h"

static const char *sent_id(const struct bench *bench, const char *user, const char *key, char ret_id[32]) {
  const struct bench_act *act = bench_last(bench, user, key);
  cr_assert_not_null(act, "%s never got %s", user, key);
  (void)snprintf(ret_id, 32, "%s", act->id);
  return ret_id;
}

static void say(struct bench *bench, const char *user, const char *text) {
  bench_text(bench, NULL, user, text);
  bench_settle(bench);
}

/* What they say brings them this card; its action's id. */
static const char *told_id(struct bench *bench, const char *user, const char *text, const char *key, char ret_id[32]) {
  say(bench, user, text);
  return sent_id(bench, user, key, ret_id);
}

/* ---- results ---- */
Test(serve_send, results_wait_a_moment_and_then_go_alone) {
  BENCH(bench);
  char id[32];
  say(&bench, "mina", "hi");
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 1);
  bench_finish(&bench, sent_id(&bench, "mina", "next.welcome", id), RESULT_SENT, "m1", NULL, 0);
  bench_settle(&bench);
  cr_assert_eq(bench_got(&bench, id), 0, "not told before it is kept");
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 1);
  bench_pass(&bench, 20);
  cr_assert_eq(bench_got(&bench, id), 1);
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 0);
}

Test(serve_send, results_ride_with_the_next_event) {
  BENCH(bench);
  char id[32];
  bench_finish(&bench, told_id(&bench, "mina", "hi", "next.welcome", id), RESULT_SENT, "m1", NULL, 0);
  say(&bench, "kim", "hi");
  cr_assert_eq(bench_got(&bench, id), 1);
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 1, "kim's alone");
}

Test(serve_send, a_result_told_twice) {
  BENCH(bench);
  char id[32];
  told_id(&bench, "mina", "hi", "next.welcome", id);
  bench_finish(&bench, id, RESULT_SENT, "m1", NULL, 0);
  bench_pass(&bench, 20);
  bench_finish(&bench, id, RESULT_SENT, "m1", NULL, 0);
  bench_finish(&bench, "o999", RESULT_FAILED, NULL, "never", 0);
  cr_assert_eq(bench_got(&bench, id), 2, "settled before: told again, nothing else");
  cr_assert_eq(bench_got(&bench, "o999"), 1);
}

Test(serve_send, results_lost_with_the_store_are_told_again) {
  BENCH(bench);
  char id[32];
  told_id(&bench, "mina", "hi", "next.welcome", id);
  store_memory_fault(bench.store, STORE_UNKNOWN, false, 1);
  bench_finish(&bench, id, RESULT_SENT, "m1", NULL, 0);
  bench_pass(&bench, 2000);
  cr_assert_eq(bench_sent(&bench, "mina", "next.welcome"), 2, "the same row under the same id");
  bench_arrive(&bench);
  cr_assert_geq(bench_got(&bench, id), 1);
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 0);
}

/* ---- trouble ---- */
static void managers_hear(struct bench *bench) {
  bench_pass(bench, 100);
  cr_assert_eq(bench_sent(bench, "jo", "outbox.undelivered"), 1);
}

Test(serve_send, ambiguous_is_asked_about_sent_once_more_and_then_told) {
  BENCH(bench);
  char id[32];
  told_id(&bench, "aisha", "hi", "next.welcome", id);
  bench_finish(&bench, id, RESULT_AMBIGUOUS, NULL, NULL, 0);
  bench_pass(&bench, 10000);
  cr_assert_eq(bench.ask_count, 1);
  cr_assert_eq(bench_sent(&bench, "aisha", "next.welcome"), 1, "not before the answer");
  bench_finish(&bench, id, RESULT_CANNOT_TELL, NULL, NULL, 0);
  bench_pass(&bench, 10000);
  cr_assert_eq(bench_sent(&bench, "aisha", "next.welcome"), 2);
  bench_finish(&bench, id, RESULT_AMBIGUOUS, NULL, NULL, 0);
  bench_pass(&bench, 10000);
  cr_assert_eq(bench.ask_count, 1, "asked once");
  cr_assert_eq(bench_sent(&bench, "aisha", "next.welcome"), 2, "sent again once");
  managers_hear(&bench);
  cr_assert_eq(bench_got(&bench, id), 1);
}

Test(serve_send, asked_and_found) {
  BENCH(bench);
  char id[32];
  told_id(&bench, "aisha", "hi", "next.welcome", id);
  bench_finish(&bench, id, RESULT_AMBIGUOUS, NULL, NULL, 0);
  bench_finish(&bench, id, RESULT_SENT, "m1", NULL, 0);
  bench_pass(&bench, 10000);
  cr_assert_eq(bench_sent(&bench, "aisha", "next.welcome"), 1);
  cr_assert_eq(bench_got(&bench, id), 1);
}

Test(serve_send, asked_and_not_found) {
  BENCH(bench);
  char id[32];
  told_id(&bench, "aisha", "hi", "next.welcome", id);
  bench_finish(&bench, id, RESULT_AMBIGUOUS, NULL, NULL, 0);
  bench_finish(&bench, id, RESULT_NOT_FOUND, NULL, NULL, 0);
  bench_settle(&bench);
  cr_assert_eq(bench_sent(&bench, "aisha", "next.welcome"), 2, "at once");
}

Test(serve_send, nobody_to_ask) {
  BENCH(bench);
  bench.no_ask = true;
  char id[32];
  told_id(&bench, "aisha", "hi", "next.welcome", id);
  bench_finish(&bench, id, RESULT_AMBIGUOUS, NULL, NULL, 0);
  bench_pass(&bench, 10000);
  cr_assert_eq(bench_sent(&bench, "aisha", "next.welcome"), 2);
}

Test(serve_send, later_holds_that_address_alone) {
  BENCH(bench);
  char id[32];
  say(&bench, "aisha", "hi");
  told_id(&bench, "aisha", "thanks", "next.welcome", id);
  bench_finish(&bench, id, RESULT_LATER, NULL, NULL, 5000);
  bench_pass(&bench, 4900);
  cr_assert_eq(bench_sent(&bench, "aisha", "next.welcome"), 1);
  cr_assert_eq(bench_sent(&bench, "aisha", "smalltalk.thanks"), 0, "nothing overtakes it there");
  say(&bench, "ben", "hi");
  cr_assert_eq(bench_sent(&bench, "ben", "next.welcome"), 1);
  bench_pass(&bench, 200);
  cr_assert_eq(bench_sent(&bench, "aisha", "next.welcome"), 2);
  bench_arrive(&bench);
  cr_assert_eq(bench_sent(&bench, "aisha", "smalltalk.thanks"), 1);
}

Test(serve_send, failed_for_good_is_told) {
  BENCH(bench);
  char id[32];
  bench_finish(&bench, told_id(&bench, "aisha", "hi", "next.welcome", id), RESULT_FAILED, NULL, "blocked", 0);
  managers_hear(&bench);
  cr_assert_eq(bench_sent(&bench, "aisha", "next.welcome"), 1);
  cr_assert_eq(bench_got(&bench, id), 1);
}

Test(serve_send, failed_for_now_is_tried_six_times_at_growing_distance) {
  BENCH(bench);
  char id[32];
  int64_t last = 0;
  told_id(&bench, "aisha", "hi", "next.welcome", id);
  for (size_t tries = 1; tries < 6; tries++) {
    int64_t start = bench.now_ms;
    bench_finish(&bench, id, RESULT_FAILED, NULL, "again", 0);
    for (int i = 0; i < 4000 && bench_sent(&bench, "aisha", "next.welcome") == tries; i++) bench_pass(&bench, 100);
    cr_assert_eq(bench_sent(&bench, "aisha", "next.welcome"), tries + 1);
    cr_assert_gt(bench.now_ms - start, last);
    last = bench.now_ms - start;
  }
  bench_finish(&bench, id, RESULT_FAILED, NULL, "again", 0);
  managers_hear(&bench);
}

Test(serve_send, managers_who_cannot_be_reached_make_no_storm) {
  BENCH(bench);
  say(&bench, "aisha", "hi");
  size_t handled = 0;
  for (int rounds = 0; rounds < 30; rounds++) {
    for (; handled < bench.act_count; handled++) bench_finish(&bench, bench.acts[handled].id, RESULT_FAILED, NULL, "gone", 0);
    bench_pass(&bench, 100);
  }
  cr_assert_leq(bench.act_count, 2);
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 0);
}

/* ---- links ---- */
Test(serve_send, without_a_link_rows_wait_in_their_order) {
  BENCH(bench);
  bench.link = false;
  say(&bench, "aisha", "hi");
  say(&bench, "aisha", "thanks");
  bench_pass(&bench, 60000);
  cr_assert_eq(bench.act_count, 0);
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 2);
  bench.link = true;
  serve_link_up(bench.serve, "web/city");
  bench_pass(&bench, 2500);
  bench_arrive(&bench);
  cr_assert_str_eq(bench.acts[0].key, "next.welcome");
  cr_assert_str_eq(bench.acts[1].key, "smalltalk.thanks");
}

Test(serve_send, a_link_that_takes_nothing_now_is_tried_again) {
  BENCH(bench);
  bench.refuse = true;
  say(&bench, "aisha", "hi");
  bench.refuse = false;
  bench_pass(&bench, 5000);
  cr_assert_eq(bench_sent(&bench, "aisha", "next.welcome"), 1);
}

Test(serve_send, what_no_link_will_ever_take_is_told_and_holds_nothing_up) {
  BENCH(bench);
  bench.unfit = "next.welcome";
  say(&bench, "aisha", "hi");
  managers_hear(&bench);
  say(&bench, "aisha", "thanks");
  cr_assert_eq(bench_sent(&bench, "aisha", "smalltalk.thanks"), 1);
  bench_arrive(&bench);
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 0);
}

Test(serve_send, what_was_under_way_when_the_link_went_is_sent_again_under_its_id) {
  BENCH(bench);
  char first[32], second[32];
  told_id(&bench, "aisha", "hi", "next.welcome", first);
  serve_link_up(bench.serve, "web/city");
  bench_settle(&bench);
  cr_assert_eq(bench_sent(&bench, "aisha", "next.welcome"), 2);
  cr_assert_str_eq(sent_id(&bench, "aisha", "next.welcome", second), first);
}

Test(serve_send, rows_of_the_last_life_are_sent_in_this_one) {
  BENCH(bench);
  bench.link = false;
  say(&bench, "aisha", "hi");
  bench.link = true;
  bench_restart(&bench);
  bench_settle(&bench);
  cr_assert_eq(bench_sent(&bench, "aisha", "next.welcome"), 1);
}

/* An adapter that was started again looks for what it may have done; what never left it need not look for. */
Test(serve_send, an_action_says_that_it_leaves_for_the_first_time) {
  BENCH(bench);
  say(&bench, "aisha", "hi");
  cr_assert(bench_last(&bench, "aisha", "next.welcome")->first);
  serve_link_up(bench.serve, "web/city");
  bench_settle(&bench);
  cr_assert(!bench_last(&bench, "aisha", "next.welcome")->first, "the link went with it");
  bench_restart(&bench);
  bench_settle(&bench);
  cr_assert(!bench_last(&bench, "aisha", "next.welcome")->first, "a bot knows nothing of its life before");
  cr_assert_eq(bench_sent(&bench, "aisha", "next.welcome"), 3);
}

Test(serve_send, what_no_link_took_yet_still_leaves_for_the_first_time) {
  BENCH(bench);
  bench.refuse = true;
  say(&bench, "aisha", "hi");
  cr_assert_eq(bench_sent(&bench, "aisha", "next.welcome"), 0);
  bench.refuse = false;
  bench_pass(&bench, 2500);
  cr_assert_eq(bench_sent(&bench, "aisha", "next.welcome"), 1);
  cr_assert(bench_last(&bench, "aisha", "next.welcome")->first);
}

/* ---- stale ---- */
Test(serve_send, a_question_asked_anew_is_sent_once) {
  BENCH(bench);
  bench.link = false;
  say(&bench, "mina", "join");
  say(&bench, "mina", "why");
  say(&bench, "mina", "why");
  bench.link = true;
  serve_link_up(bench.serve, "web/city");
  bench_pass(&bench, 2500);
  bench_arrive(&bench);
  cr_assert_eq(bench_sent(&bench, "mina", "intake.limits"), 1, "the newest");
  cr_assert_eq(bench_sent(&bench, "mina", "talk.why"), 2);
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 0, "the old ones are gone");
}

Test(serve_send, a_question_of_a_talk_that_ended_is_not_sent) {
  BENCH(bench);
  bench.link = false;
  say(&bench, "mina", "join");
  say(&bench, "mina", "cancel");
  bench.link = true;
  serve_link_up(bench.serve, "web/city");
  bench_pass(&bench, 2500);
  bench_arrive(&bench);
  cr_assert_eq(bench_sent(&bench, "mina", "intake.limits"), 0);
  cr_assert_eq(bench_sent(&bench, "mina", "intake.cancelled"), 1);
}

/* ---- edits name what was sent ---- */
static const struct bench_act *last_edit(const struct bench *bench) {
  for (size_t i = bench->act_count; i > 0; i--) {
    if (bench->acts[i - 1].kind == ACTION_EDIT) return &bench->acts[i - 1];
  }
  return NULL;
}

Test(serve_send, an_edit_waits_until_its_message_has_a_name) {
  BENCH(bench);
  char id[32];
  say(&bench, "mina", "join");
  bench_press(&bench, NULL, "mina", "yes");
  bench_settle(&bench);
  cr_assert_null(last_edit(&bench), "the message itself is still under way");
  bench_finish(&bench, sent_id(&bench, "mina", "intake.limits", id), RESULT_SENT, "m-first", NULL, 0);
  bench_settle(&bench);
  cr_assert_str_eq(last_edit(&bench)->message, "m-first");
}

Test(serve_send, the_name_is_found_after_a_restart) {
  BENCH(bench);
  char id[32], message[80];
  say(&bench, "mina", "join");
  (void)snprintf(message, sizeof message, "m-%s", sent_id(&bench, "mina", "intake.limits", id));
  bench_arrive(&bench);
  bench_restart(&bench);
  bench_press(&bench, NULL, "mina", "yes");
  bench_settle(&bench);
  cr_assert_str_eq(last_edit(&bench)->message, message);
}

/* Shown, answered, and then the bot died before the result was kept: the card must not stay open. */
Test(serve_send, a_card_answered_before_its_result_was_kept_is_closed_after_a_restart) {
  BENCH(bench);
  char id[32];
  told_id(&bench, "mina", "join", "intake.limits", id);
  bench_press(&bench, NULL, "mina", "yes");
  bench_settle(&bench);
  bench_restart(&bench);
  bench_pass(&bench, 2500);
  cr_assert_eq(bench.ask_count, 1);
  cr_assert_str_eq(bench.asks[0], id);
  cr_assert_null(last_edit(&bench));
  bench_finish(&bench, id, RESULT_SENT, "m-first", NULL, 0);
  bench_settle(&bench);
  cr_assert_not_null(last_edit(&bench), "the old card keeps its buttons");
  cr_assert_str_eq(last_edit(&bench)->message, "m-first");
  cr_assert_eq(bench_sent(&bench, "mina", "intake.limits"), 1, "asked about, not sent again");
}

Test(serve_send, the_same_when_only_the_link_was_lost_even_twice) {
  BENCH(bench);
  char id[32];
  told_id(&bench, "mina", "join", "intake.limits", id);
  bench_press(&bench, NULL, "mina", "yes");
  bench_settle(&bench);
  serve_link_up(bench.serve, "web/city");
  bench_settle(&bench);
  serve_link_up(bench.serve, "web/city");
  bench_settle(&bench);
  cr_assert_eq(bench.ask_count, 2, "the first answer may have been lost with its link");
  bench_finish(&bench, id, RESULT_SENT, "m-first", NULL, 0);
  bench_settle(&bench);
  cr_assert_not_null(last_edit(&bench));
}

Test(serve_send, a_stale_question_that_never_arrived_is_let_go_with_its_edit) {
  BENCH(bench);
  char id[32];
  told_id(&bench, "mina", "join", "intake.limits", id);
  bench_press(&bench, NULL, "mina", "yes");
  bench_settle(&bench);
  bench_restart(&bench);
  bench_pass(&bench, 2500);
  bench_finish(&bench, id, RESULT_NOT_FOUND, NULL, NULL, 0);
  bench_pass(&bench, 2500);
  bench_arrive(&bench);
  cr_assert_null(last_edit(&bench));
  cr_assert_eq(bench_sent(&bench, "mina", "intake.limits"), 1);
  cr_assert_eq(bench_sent(&bench, "mina", "intake.role"), 1, "what stands behind it goes on");
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 0);
}

Test(serve_send, what_was_never_shown_is_not_edited) {
  BENCH(bench);
  bench.link = false;
  say(&bench, "mina", "join");
  bench_press(&bench, NULL, "mina", "yes");
  bench_settle(&bench);
  bench.link = true;
  serve_link_up(bench.serve, "web/city");
  bench_pass(&bench, 2500);
  bench_arrive(&bench);
  cr_assert_null(last_edit(&bench));
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 0);
}

/* ---- nobody there ---- */
Test(serve_send, somebody_without_an_account_there_is_told_of_not_waited_for) {
  BENCH_EMPTY(bench);
  bench_put(&bench, RECORD_SCHEME, "scheme", "{\"id\":\"scheme\",\"version\":1}");
  bench_put(&bench, RECORD_COUNTER, "counter", "{\"id\":\"counter\",\"next_id\":10,\"next_person\":3}");
  bench_put(&bench, RECORD_PERSON, "p1", "{\"id\":\"p1\",\"name\":\"Jo\",\"accounts\":[{\"workspace\":\"web/city\",\"user\":\"jo\"}]}");
  bench_put(&bench, RECORD_PERSON, "p2", "{\"id\":\"p2\",\"name\":\"Ben\"}");
  bench_put(&bench, RECORD_ENROLMENT, "e1", "{\"id\":\"e1\",\"person\":\"p1\",\"programme\":\"pilot-1\",\"role\":\"manager\",\"state\":\"accepted\"}");
  bench_put(&bench, RECORD_OUT, "o1", "{\"id\":\"o1\",\"kind\":\"send\",\"order\":\"web/city/p2\",\"workspace\":\"web/city\",\"person\":\"p2\",\"words\":\"next.welcome\"}");
  bench_start(&bench);
  bench_pass(&bench, 3000);
  cr_assert_eq(bench_sent(&bench, "jo", "outbox.undelivered"), 1);
  bench_arrive(&bench);
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 0);
}

/* ---- somebody's own words ---- */
static void a_pair_without_a_room(struct bench *bench) {
  bench_cast(bench);
  bench_put(bench, RECORD_PAIR, "x5", "{\"id\":\"x5\",\"programme\":\"pilot-1\",\"mentee\":\"p2\",\"mentor\":\"p3\",\"state\":\"introduced\"}");
}

static void aisha_writes(struct bench *bench) {
  say(bench, "aisha", "write");
  bench_arrive(bench);
  say(bench, "aisha", "are you there?");
}

Test(serve_send, sealed_words_are_opened_for_the_way_and_then_gone) {
  BENCH_EMPTY(bench);
  a_pair_without_a_room(&bench);
  bench_start(&bench);
  aisha_writes(&bench);
  cr_assert_eq(bench_stored(&bench, RECORD_SEALED), 1);
  cr_assert_eq(bench_sent(&bench, "ben", "relay.from"), 1);
  bench_arrive(&bench);
  cr_assert_eq(bench_stored(&bench, RECORD_SEALED), 0, "no copy is kept");
  cr_assert_eq(bench_stored(&bench, RECORD_OUT), 0);
}

Test(serve_send, sealed_words_wait_for_a_link_and_outlive_a_restart) {
  BENCH_EMPTY(bench);
  a_pair_without_a_room(&bench);
  bench_start(&bench);
  say(&bench, "aisha", "write");
  bench.link = false;
  say(&bench, "aisha", "are you there?");
  bench_restart(&bench);
  bench.link = true;
  bench_pass(&bench, 5000);
  cr_assert_eq(bench_sent(&bench, "ben", "relay.from"), 1);
}

Test(serve_send, sealed_words_that_cannot_be_opened_are_told_to_their_writer) {
  BENCH_EMPTY(bench);
  a_pair_without_a_room(&bench);
  bench_put(&bench, RECORD_SEALED, "s8", "{\"id\":\"s8\",\"owner\":\"p2\",\"field\":\"out.sealed\",\"box\":\"AAAA\"}");
  bench_put(&bench, RECORD_OUT, "o8", "{\"id\":\"o8\",\"kind\":\"send\",\"order\":\"web/city/p3\",\"workspace\":\"web/city\",\"person\":\"p3\","
                                      "\"words\":\"relay.from\",\"sealed\":\"s8\",\"about\":\"x5\",\"input\":\"none\"}");
  bench_start(&bench);
  bench_pass(&bench, 1000);
  cr_assert_eq(bench_sent(&bench, "ben", "relay.from"), 0);
  cr_assert_eq(bench_sent(&bench, "aisha", "relay.failed"), 1);
  cr_assert_eq(bench_stored(&bench, RECORD_SEALED), 0);
}

/* ---- names of messages ---- */
Test(serve_send, a_messages_name_is_kept_until_its_card_is_closed) {
  BENCH(bench);
  char name[64];
  say(&bench, "mina", "join");
  (void)snprintf(name, sizeof name, "%s", bench_talk(&bench, "mina")->shown);
  bench_arrive(&bench);
  bench_pass(&bench, 100);
  cr_assert(bench_named(&bench, name));
  bench_press(&bench, NULL, "mina", "yes");
  bench_settle(&bench);
  cr_assert_str_neq(bench_talk(&bench, "mina")->shown, name);
  for (int i = 0; i < 3; i++) {
    bench_arrive(&bench);
    bench_pass(&bench, 100);
  }
  cr_assert_not(bench_named(&bench, name));
  cr_assert(bench_named(&bench, bench_talk(&bench, "mina")->shown), "the open one is still known");
}
