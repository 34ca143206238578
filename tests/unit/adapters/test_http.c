/* test_http.c: what came back, what may have arrived, and what surely never left, against a small server on loopback. */
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "adapters/kit/http.h"
#include "bot/base/text.h"
#include "tests/unit/adapters/link_world.h"

TestSuite(http, .timeout = 60);

/* ---- the server ---- */

struct guest { /* one connection */
  uv_tcp_t tcp;
  struct text in;
  struct guest *next;
};

static uv_tcp_t door;
static struct guest *guests;
static int port, connections, requests;
static char last_request[8192];
static const struct http_places places = {.loopback = true};
static struct http *http;

static void on_room(uv_handle_t *handle, size_t wish, uv_buf_t *ret_room) {
  static char room[65536];
  (void)handle, (void)wish;
  *ret_room = uv_buf_init(room, sizeof room);
}

static void on_guest_closed(uv_handle_t *handle) {
  struct guest *guest = handle->data, **slot = &guests;
  while (*slot != guest) slot = &(*slot)->next;
  *slot = guest->next;
  text_done(&guest->in);
  free(guest);
}

static void say(struct guest *guest, const char *words) {
  uv_buf_t part = uv_buf_init((char *)(uintptr_t)words, (unsigned)strlen(words));
  cr_assert_eq(uv_try_write((uv_stream_t *)&guest->tcp, &part, 1), (int)part.len);
}

static void hang_up(struct guest *guest) {
  if (!uv_is_closing((uv_handle_t *)&guest->tcp)) uv_close((uv_handle_t *)&guest->tcp, on_guest_closed);
}

/* The path says what the server does. */
static void answer(struct guest *guest, const char *request) {
  requests++;
  snprintf(last_request, sizeof last_request, "%s", request);
  if (strncmp(request, "POST /ok ", 9) == 0) say(guest, "HTTP/1.1 200 OK\r\nX-OAuth-Scopes: a,b\r\nContent-Length: 11\r\n\r\n{\"ok\":true}");
  if (strncmp(request, "POST /busy ", 11) == 0) say(guest, "HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}");
  if (strncmp(request, "POST /away ", 11) == 0) say(guest, "HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n");
  if (strncmp(request, "POST /close ", 12) == 0) hang_up(guest);
  if (strncmp(request, "POST /half ", 11) == 0) {
    say(guest, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"ok\":");
    hang_up(guest);
  }
  if (strncmp(request, "POST /big ", 10) == 0) {
    char many[3000];
    memset(many, 'x', sizeof many - 1);
    many[sizeof many - 1] = '\0';
    say(guest, "HTTP/1.1 200 OK\r\nContent-Length: 2999\r\n\r\n");
    say(guest, many);
  }
}

static void on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *room) {
  struct guest *guest = stream->data;
  if (bytes < 0) {
    hang_up(guest);
    return;
  }
  text_add_n(&guest->in, room->base, (size_t)bytes);
  const char *all = text_str(&guest->in), *end = strstr(all, "\r\n\r\n"), *length = strcasestr(all, "content-length:");
  if (end == NULL || length == NULL || strlen(end + 4) < strtoul(length + 15, NULL, 10)) return;
  char *request = strdup(all);
  text_clear(&guest->in);
  answer(guest, request);
  free(request);
}

static void on_guest(uv_stream_t *stream, int status) {
  struct guest *guest = calloc(1, sizeof *guest);
  (void)stream;
  cr_assert_eq(status, 0);
  uv_tcp_init(&loop, &guest->tcp);
  guest->tcp.data = guest;
  guest->next = guests;
  guests = guest;
  text_init(&guest->in, 1 << 20);
  connections++;
  cr_assert_eq(uv_accept((uv_stream_t *)&door, (uv_stream_t *)&guest->tcp), 0);
  uv_read_start((uv_stream_t *)&guest->tcp, on_room, on_read);
}

static void begin(void) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int bytes = sizeof name;
  world_begin();
  uv_tcp_init(&loop, &door);
  cr_assert_eq(uv_tcp_bind(&door, (struct sockaddr *)&name, 0), 0);
  cr_assert_eq(uv_listen((uv_stream_t *)&door, 8, on_guest), 0);
  uv_tcp_getsockname(&door, (struct sockaddr *)&name, &bytes);
  port = ntohs(name.sin_port);
  http = http_new(&loop, &places);
  cr_assert_not_null(http);
}

static void end(void) {
  http = http_free(http);
  uv_close((uv_handle_t *)&door, NULL);
  for (struct guest *guest = guests; guest != NULL; guest = guest->next) hang_up(guest);
  WAIT(guests == NULL);
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
  snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, path);
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
  cr_expect_eq(connections, 1, "%d connections for 5 questions", connections);
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
  cr_expect_eq(requests, 2, "nobody followed");
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
  for (struct guest *guest = guests; guest != NULL; guest = guest->next) cr_expect_eq(guest->in.length, 0, "not even a head");
  cr_expect_eq(got.end, HTTP_MAY_HAVE_ARRIVED);
  cr_expect_eq(requests, 2, "%d requests for 2 questions", requests);
  end();
}

Test(http, harmless_ones_may_go_twice) {
  struct got got;
  begin();
  (void)post("/ok", &got, true);
  WAIT(got.calls == 1);
  (void)post("/close", &got, true);
  WAIT(got.calls == 1);
  cr_expect_eq(requests, 3, "%d requests", requests);
  end();
}

/* Nobody asks anything when the other end closes what is kept: the loop sleeps on, and the next question takes another connection. */
Test(http, a_kept_connection_may_end) {
  struct got got;
  begin();
  (void)post("/ok", &got, false);
  WAIT(got.calls == 1);
  hang_up(guests);
  WAIT(guests == NULL);
  int turns = 0;
  uint64_t until = uv_hrtime() + UINT64_C(100000000);
  for (; uv_hrtime() < until; turns++) world_turn();
  cr_expect_lt(turns, 60, "%d turns of the loop in a tenth of a second, where a timer of 10 ms ticks", turns);
  (void)post("/ok", &got, false);
  WAIT(got.calls == 1);
  cr_expect_eq(got.end, HTTP_ANSWERED);
  cr_expect(requests == 2 && connections == 2, "%d requests, %d connections", requests, connections);
  end();
}

Test(http, says_when_it_never_left) {
  struct got got;
  begin();
  int listening = port;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t bytes = sizeof name;
  cr_assert_eq(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
  cr_assert_eq(getsockname(fd, (struct sockaddr *)&name, &bytes), 0);
  port = ntohs(name.sin_port); /* bound, and nobody listens */
  (void)post("/ok", &got, false);
  WAIT(got.calls == 1);
  cr_expect_eq(got.end, HTTP_NEVER_LEFT);
  port = listening;
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
