/* test_slack_errands.c: calls leave in their form and at their pace, come again where that is safe, and hold up nobody else's. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/slack/slack_core.h"
#include "bot/base/random.h"
#include "tests/small/small_server.h"

TestSuite(slack_errands, .timeout = 60);

enum { DEADLINE_MS = 20000, MANY = 70 };
static uv_loop_t loop;
static uv_timer_t tick;
static struct slack slack;
static struct slack_team team;
static char api[64], last_request[4096];
static bool silent;          /* the server says nothing */
static int slow_count, slow_s; /* so many times it says 429 first */

struct told {
  int calls, status;
  int64_t retry_after_s;
};

static void answer(struct guest *guest, const char *request) {
  char words[128];
  snprintf(last_request, sizeof last_request, "%s", request);
  if (silent) return;
  snprintf(words, sizeof words, "HTTP/1.1 429 Too Many\r\nRetry-After: %d\r\nContent-Length: 2\r\n\r\n{}", slow_s);
  small_server_say(guest, slow_count-- > 0 ? words : "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\":true}");
}

static void on_tick(uv_timer_t *timer) {
  (void)timer; /* only wakes the loop */
}

static void begin(void) {
  cr_assert(random_init());
  cr_assert_eq(uv_loop_init(&loop), 0);
  uv_timer_init(&loop, &tick);
  uv_timer_start(&tick, on_tick, 10, 10);
  small_server_begin(&loop, answer);
  snprintf(api, sizeof api, "http://127.0.0.1:%d/api/", small_port);
  slack = (struct slack){.loop = &loop, .api = api, .places = {.loopback = true}};
  slack.http = http_new(&loop, &slack.places);
  cr_assert_not_null(slack.http);
  static const struct slack_team_config config = {.id = "slack/T01"};
  team = (struct slack_team){.slack = &slack, .config = &config, .bot_token = "xoxb-secret"};
  slack_errands_begin(&team);
  uv_timer_init(&loop, &team.errands_timer);
  team.errands_timer.data = &team;
}

static void turn(void) {
  uv_run(&loop, UV_RUN_ONCE);
}

#define WAIT(condition)                                                     \
  do {                                                                      \
    uint64_t end_ = uv_hrtime() + DEADLINE_MS * UINT64_C(1000000);          \
    while (!(condition)) {                                                  \
      cr_assert_lt(uv_hrtime(), end_, "waited in vain for %s", #condition); \
      turn();                                                               \
    }                                                                       \
  } while (0)

static void end(void) {
  slack_errands_stop(&team);
  slack_errands_end(&team);
  slack.http = http_free(slack.http);
  small_server_end();
  uv_close((uv_handle_t *)&team.errands_timer, NULL);
  uv_close((uv_handle_t *)&tick, NULL);
  WAIT(uv_run(&loop, UV_RUN_NOWAIT) == 0);
  cr_assert_eq(uv_loop_close(&loop), 0, "a handle is left");
}

static void on_done(void *who, const struct slack_http *http) {
  struct told *told = who;
  told->calls++;
  told->status = http->status;
  told->retry_after_s = http->retry_after_s;
}

static struct slack_errand *post(const char *channel, bool interactive, struct told *told) {
  struct slack_call call = {.method = SLACK_POST, .bucket = channel, .interactive = interactive, .field_count = 3,
                            .fields = {{"channel", channel}, {"thread_ts", NULL}, {"text", "a&b \xc3\xa4~"}}};
  return slack_errand_add(&team, &call, on_done, told);
}

Test(slack_errands, a_call_leaves_as_a_form_with_the_token) {
  struct told told = {0};
  begin();
  (void)post("D1", true, &told);
  cr_expect_eq(told.calls, 0, "never from within");
  WAIT(told.calls == 1);
  cr_expect_eq(told.status, 200);
  cr_expect_eq(strncmp(last_request, "POST /api/chat.postMessage ", 27), 0, "%s", last_request);
  cr_expect_not_null(strstr(last_request, "Authorization: Bearer xoxb-secret\r\n"));
  cr_expect_not_null(strstr(last_request, "\r\n\r\nchannel=D1&text=a%26b%20%C3%A4~"), "%s", last_request);
  end();
}

Test(slack_errands, an_answer_to_an_address_of_slacks_own_carries_no_token) {
  char url[96];
  struct slack_call call = {.method = SLACK_RESPOND, .json = "{\"text\":\"x\"}"};
  begin();
  snprintf(url, sizeof url, "http://127.0.0.1:%d/respond/1", small_port);
  call.url = url;
  slack_errands_send(&team, &(struct slack_calls){.calls = &call, .count = 1}, false);
  WAIT(small_requests == 1);
  cr_expect_null(strstr(last_request, "Authorization"));
  cr_expect_not_null(strstr(last_request, "application/json"));
  cr_expect_not_null(strstr(last_request, "\r\n\r\n{\"text\":\"x\"}"));
  end();
}

Test(slack_errands, a_files_bytes_leave_as_they_are_and_without_the_token) {
  static const char bytes[] = "a,\"b\"\n";
  char url[96];
  struct told told = {0};
  begin();
  snprintf(url, sizeof url, "http://127.0.0.1:%d/upload/1", small_port);
  const struct slack_call call = {.method = SLACK_FILE_BYTES, .url = url, .raw = bytes, .raw_bytes = sizeof bytes - 1};
  (void)slack_errand_add(&team, &call, on_done, &told);
  WAIT(told.calls == 1);
  cr_expect_eq(strncmp(last_request, "POST /upload/1 ", 15), 0, "%s", last_request);
  cr_expect_null(strstr(last_request, "Authorization"));
  cr_expect_not_null(strstr(last_request, "application/octet-stream"));
  cr_expect_not_null(strstr(last_request, "\r\n\r\na,\"b\"\n"), "%s", last_request);
  end();
}

Test(slack_errands, a_files_bytes_go_to_slack_alone) {
  struct told told = {.status = 7};
  begin();
  const struct slack_call call = {.method = SLACK_FILE_BYTES, .url = "https://files.example.com/upload/1", .raw = "x", .raw_bytes = 1};
  (void)slack_errand_add(&team, &call, on_done, &told);
  WAIT(told.calls == 1);
  cr_expect(told.status == SLACK_NEVER_LEFT && small_requests == 0);
  end();
}

/* 70 wait for one conversation, which takes one a second: the answer to somebody else leaves past them all. */
Test(slack_errands, many_that_wait_hold_up_nobody_else) {
  struct told crowd = {0}, other = {0}, page = {0};
  begin();
  for (int i = 0; i < MANY; i++) (void)post("C1", true, &crowd);
  (void)post("D2", true, &other);
  struct slack_call publish = {.method = SLACK_VIEW_PUBLISH, .interactive = true};
  (void)slack_errand_add(&team, &publish, on_done, &page);
  WAIT(other.calls == 1 && page.calls == 1);
  cr_expect_leq(crowd.calls, SLACK_CHANNEL_BURST + 1, "%d of the crowd left", crowd.calls);
  end();
}

Test(slack_errands, who_is_waited_for_goes_before_bulk) {
  struct told bulk = {0}, hurried = {0};
  begin();
  silent = true;
  for (int i = 0; i < MANY; i++) {
    char channel[12];
    snprintf(channel, sizeof channel, "D%d", i);
    (void)post(channel, false, &bulk);
  }
  WAIT(small_requests >= 5 && team.flying_count == (size_t)small_requests);
  size_t flying = team.flying_count;
  (void)post("D900", true, &hurried);
  WAIT(strstr(last_request, "channel=D900&") != NULL);
  cr_expect_eq(team.flying_count, flying + 1);
  cr_expect(slack_errands_wait_ms(&team) > 10000, "60 at 200 a minute: %ld ms", (long)slack_errands_wait_ms(&team));
  end();
  cr_expect_eq(bulk.calls + hurried.calls, 0, "whoever ends it is not called");
}

Test(slack_errands, what_slack_refused_for_a_moment_goes_again_once_that_is_over) {
  struct told told = {0};
  begin();
  slow_count = 1, slow_s = 1;
  (void)post("D1", true, &told);
  WAIT(told.calls == 1);
  cr_expect_eq(told.status, 200);
  cr_expect_eq(small_requests, 2);
  end();
}

Test(slack_errands, a_long_wait_is_told_at_once) {
  struct told told = {0}, now = {0};
  begin();
  slow_count = 1, slow_s = 30;
  (void)post("D1", true, &told);
  WAIT(told.calls == 1);
  cr_expect(told.status == 429 && told.retry_after_s == 30, "%d, %ld s", told.status, (long)told.retry_after_s);
  (void)post("D2", true, &now);
  WAIT(now.calls == 1);
  cr_expect_eq(now.status, 200, "another's does not wait for it");
  end();
}

/* A trigger lives three seconds: a form that was refused for a moment is not opened later, when its person does something else. */
Test(slack_errands, what_must_be_now_never_comes_again) {
  struct slack_call call = {.method = SLACK_VIEW_OPEN};
  begin();
  slow_count = 1, slow_s = 1;
  slack_errands_send(&team, &(struct slack_calls){.calls = &call, .count = 1}, true);
  WAIT(small_requests == 1 && team.flying_count == 0);
  cr_expect_eq(slack_queue_count(team.queues[0]) + slack_queue_count(team.queues[1]), 0);
  end();
}

Test(slack_errands, one_that_is_stopped_tells_nobody) {
  struct told told = {0};
  begin();
  silent = true;
  struct slack_errand *waits = post("D1", true, &told);
  waits = slack_errand_stop(waits);
  struct slack_errand *flies = post("D1", true, &told);
  WAIT(small_requests == 1);
  flies = slack_errand_stop(flies);
  cr_expect(waits == NULL && flies == NULL && team.flying_count == 0);
  for (int i = 0; i < 5; i++) turn();
  cr_expect(told.calls == 0 && small_requests == 1, "%d requests", small_requests);
  end();
}
