/* test_http.c: what came back, what may have arrived, and what surely never left, against a small server on loopback. */
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "adapters/kit/http.h"
#include "bot/base/text.h"
#include "tests/small/small_server.h"
#include "tests/unit/adapters/link_world.h"

TestSuite(http, .timeout = 60);

/* ---- the server ---- */

static char last_request[8192];
static const struct http_places places = {.loopback = true};
static struct http *http;

/* The path says what the server does. */
static void answer(struct guest *guest, const char *request) {
  snprintf(last_request, sizeof last_request, "%s", request);
  if (strncmp(request, "POST /ok ", 9) == 0) small_server_say(guest, "HTTP/1.1 200 OK\r\nX-OAuth-Scopes: a,b\r\nContent-Length: 11\r\n\r\n{\"ok\":true}");
  if (strncmp(request, "POST /busy ", 11) == 0) small_server_say(guest, "HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}");
  if (strncmp(request, "POST /away ", 11) == 0) small_server_say(guest, "HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n");
  if (strncmp(request, "POST /close ", 12) == 0) small_server_hang_up(guest);
  if (strncmp(request, "POST /half ", 11) == 0) {
    small_server_say(guest, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"ok\":");
    small_server_hang_up(guest);
  }
  if (strncmp(request, "POST /big ", 10) == 0) {
    char many[3000];
    memset(many, 'x', sizeof many - 1);
    many[sizeof many - 1] = '\0';
    small_server_say(guest, "HTTP/1.1 200 OK\r\nContent-Length: 2999\r\n\r\n");
    small_server_say(guest, many);
  }
}

static void begin(void) {
  world_begin();
  small_server_begin(&loop, answer);
  http = http_new(&loop, &places);
  cr_assert_not_null(http);
}

static void end(void) {
  http = http_free(http);
  small_server_end();
  WAIT(small_guests == NULL);
  world_end();
}

/* ---- the question ---- */

struct got {
  int calls, status;
  enum http_end end;
  char body[4096], note[128], wait[16];
};

static void on_done(void *who, const struct http_answer *answer_) {
  struct got *got = who;
  got->calls++;
  got->status = answer_->status;
  got->end = answer_->end;
  snprintf(got->body, sizeof got->body, "%s", answer_->body);
  snprintf(got->note, sizeof got->note, "%s", answer_->note);
  if (!http_header(answer_, "retry-after", got->wait, sizeof got->wait)) got->wait[0] = '\0';
}

static struct http_call *post(const char *path, struct got *got, bool harmless) {
  char url[128];
  struct http_call *call = NULL;
  snprintf(url, sizeof url, "http://127.0.0.1:%d%s", small_port, path);
  struct http_ask ask = {.url = url, .bearer = "xoxb-secret", .body = "a=1&b=2", .body_bytes = 7, .total_ms = 700, .answer_bytes_max = 2000, .harmless = harmless};
  *got = (struct got){0};
  cr_assert_eq(http_post(http, &ask, on_done, got, &call), ERR_NONE);
  cr_assert_eq(got->calls, 0, "from the loop only");
  return call;
}

Test(http, asks_and_keeps_the_connection) {
  struct got got;
  begin();
  for (int i = 0; i < 5; i++) {
    (void)post("/ok", &got, false);
    WAIT(got.calls == 1);
    cr_expect_eq(got.end, HTTP_ANSWERED);
    cr_expect_eq(got.status, 200);
    cr_expect_str_eq(got.body, "{\"ok\":true}");
  }
  cr_expect_eq(small_connections, 1, "%d connections for 5 questions", small_connections);
  cr_expect_not_null(strstr(last_request, "Authorization: Bearer xoxb-secret\r\n"));
  cr_expect_not_null(strstr(last_request, "\r\n\r\na=1&b=2"));
  end();
}

Test(http, hears_how_long_to_wait_and_does_not_follow) {
  struct got got;
  begin();
  (void)post("/busy", &got, false);
  WAIT(got.calls == 1);
  cr_expect_eq(got.status, 429);
  cr_expect_str_eq(got.wait, "7");
  (void)post("/away", &got, false);
  WAIT(got.calls == 1);
  cr_expect_eq(got.status, 302);
  cr_expect_eq(small_requests, 2, "nobody followed");
  end();
}

static const char *const sent_ones[] = {"/close", "/half", "/silent", "/big"};

Test(http, says_when_it_may_have_arrived) {
  begin();
  for (size_t i = 0; i < ARRAY_LEN(sent_ones); i++) {
    struct got got;
    (void)post(sent_ones[i], &got, false);
    WAIT(got.calls == 1);
    cr_expect_eq(got.end, HTTP_MAY_HAVE_ARRIVED, "%s", sent_ones[i]);
    cr_expect(got.note[0] != '\0');
  }
  end();
}

/* A kept connection that ends without a byte of answer: libcurl alone would send the whole of it again. */
Test(http, never_sends_twice_by_itself) {
  struct got got;
  begin();
  (void)post("/ok", &got, false);
  WAIT(got.calls == 1);
  (void)post("/close", &got, false);
  WAIT(got.calls == 1);
  for (struct guest *guest = small_guests; guest != NULL; guest = guest->next) cr_expect_eq(guest->in.length, 0, "not even a head");
  cr_expect_eq(got.end, HTTP_MAY_HAVE_ARRIVED);
  cr_expect_eq(small_requests, 2, "%d requests for 2 questions", small_requests);
  end();
}

Test(http, harmless_ones_may_go_twice) {
  struct got got;
  begin();
  (void)post("/ok", &got, true);
  WAIT(got.calls == 1);
  (void)post("/close", &got, true);
  WAIT(got.calls == 1);
  cr_expect_eq(small_requests, 3, "%d requests", small_requests);
  end();
}

/* Nobody asks anything when the other end closes what is kept: the loop sleeps on, and the next question takes another connection. */
Test(http, a_kept_connection_may_end) {
  struct got got;
  begin();
  (void)post("/ok", &got, false);
  WAIT(got.calls == 1);
  small_server_hang_up(small_guests);
  WAIT(small_guests == NULL);
  int turns = 0;
  uint64_t until = uv_hrtime() + UINT64_C(100000000);
  for (; uv_hrtime() < until; turns++) world_turn();
  cr_expect_lt(turns, 60, "%d turns of the loop in a tenth of a second, where a timer of 10 ms ticks", turns);
  (void)post("/ok", &got, false);
  WAIT(got.calls == 1);
  cr_expect_eq(got.end, HTTP_ANSWERED);
  cr_expect(small_requests == 2 && small_connections == 2, "%d requests, %d connections", small_requests, small_connections);
  end();
}

Test(http, says_when_it_never_left) {
  struct got got;
  begin();
  int listening = small_port;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t bytes = sizeof name;
  cr_assert_eq(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
  cr_assert_eq(getsockname(fd, (struct sockaddr *)&name, &bytes), 0);
  small_port = ntohs(name.sin_port); /* bound, and nobody listens */
  (void)post("/ok", &got, false);
  WAIT(got.calls == 1);
  cr_expect_eq(got.end, HTTP_NEVER_LEFT);
  small_port = listening;
  close(fd);
  end();
}

Test(http, goes_nowhere_else) {
  struct http_call *call = NULL;
  struct got got = {0};
  begin();
  struct http_ask ask = {.url = "http://example.invalid/api", .body = "", .total_ms = 100, .answer_bytes_max = 100};
  cr_expect_eq(http_post(http, &ask, on_done, &got, &call), ERR_DENIED);
  cr_expect_null(call);
  end();
}

Test(http, may_be_stopped_at_any_moment) {
  begin();
  for (int turns = 0; turns < 6; turns++) {
    struct got got;
    struct http_call *call = post("/silent", &got, false);
    for (int i = 0; i < turns; i++) world_turn();
    call = http_stop(call);
    cr_expect_null(call);
    cr_expect_eq(got.calls, 0);
  }
  struct got left;
  (void)post("/silent", &left, false);
  world_turn();
  end();
  cr_expect_eq(left.calls, 0, "whoever ends it is not called");
}
