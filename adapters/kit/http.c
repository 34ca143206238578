/* http.c: libcurl as a guest of our loop. It asks us before each sending, so that it never sends a body a second time by itself (it would
 * when a kept connection ends without an answer). Handles and the loop's watches of kept connections are kept too. */
#include "adapters/kit/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "bot/base/text.h"

enum { MAGIC = 0x48637572, BEARER_BYTES_MAX = 1024, CONNECTIONS_MAX = 24, SPARE_MAX = CONNECTIONS_MAX, IDLE_S_MAX = 110,
       PROXY_LOGIN = 407 };

struct http_call {
  struct http *http;           /* borrowed */
  struct http_call *next, **slot; /* in the list of calls */
  CURL *easy;                  /* owned */
  struct curl_slist *headers;  /* owned */
  char *body;                  /* owned */
  const char *lent;            /* borrowed from the caller; NULL: it has a body of its own, or none */
  size_t body_bytes;
  int sendings;                /* how often libcurl was about to send it */
  bool harmless;
  struct text answer, head;    /* owned */
  bool too_large;
  char said[CURL_ERROR_SIZE];  /* libcurl's own words for what went wrong */
  http_done *done;             /* NULL while it is called: http_stop then stops nothing */
  void *who;                   /* borrowed from the caller until done or http_stop */
};

struct socket_watch { /* one socket of libcurl's: a connection from its making to its close, any other while it is wanted */
  struct socket_watch *next, **slot; /* in the list of watches */
  uv_poll_t poll;
  struct http *http;           /* borrowed */
  curl_socket_t fd;
  bool connection;
  int events, wanted;          /* what the loop looks for; what libcurl waits for: nothing while the connection is only kept */
};

struct http {
  uint32_t magic;
  uv_loop_t *loop;             /* borrowed from the caller */
  const struct http_places *places; /* borrowed from the caller */
  CURLM *multi;                /* owned */
  struct curl_slist *proxy_heads; /* owned, a secret: said to the proxy and to nobody else; NULL: nothing */
  uv_timer_t timer;
  struct http_call *calls;     /* owned */
  struct socket_watch *watches; /* owned; each goes with its closed callback */
  CURL *spare[SPARE_MAX];      /* owned; they have been used, and hold nothing of it */
  size_t call_count, watch_count, spare_count;
  bool freed, timer_closed;
};

/* ---- ends ---- */

static void detach(struct http_call *call) {
  *call->slot = call->next;
  if (call->next != NULL) call->next->slot = call->slot;
  call->http->call_count--;
  (void)curl_multi_remove_handle(call->http->multi, call->easy);
}

#define SET(easy, option, value)                                       \
  do {                                                                 \
    CURLcode set_ = curl_easy_setopt(easy, option, value);             \
    assert(set_ == CURLE_OK);                                          \
  } while (0)

static void give_back(struct http *http, CURL *easy) {
  if (http->freed || http->spare_count == SPARE_MAX) {
    curl_easy_cleanup(easy);
    return;
  }
  SET(easy, CURLOPT_URL, NULL);
  SET(easy, CURLOPT_HTTPHEADER, NULL);
  SET(easy, CURLOPT_POSTFIELDS, NULL);
  SET(easy, CURLOPT_ERRORBUFFER, NULL);
  http->spare[http->spare_count++] = easy;
}

static void release(struct http_call *call) {
  give_back(call->http, call->easy);
  curl_slist_free_all(call->headers);
  if (call->body != NULL) explicit_bzero(call->body, call->body_bytes);
  free(call->body);
  if (call->answer.data != NULL) explicit_bzero(call->answer.data, call->answer.length); /* people's words may be in it */
  text_done(&call->answer);
  text_done(&call->head);
  free(call);
}

/* Before a connection stands, libcurl's words hold the name of the host and no more: which name, which certificate, why. */
static bool is_before_asking(CURLcode code) {
  static const CURLcode codes[] = {CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION,
                                   CURLE_SSL_CACERT_BADFILE};
  for (size_t i = 0; i < ARRAY_LEN(codes); i++)
    if (codes[i] == code) return true;
  return false;
}

static const char *note_of(struct http_call *call, CURLcode code) {
  long proxy_said = 0;
  (void)curl_easy_getinfo(call->easy, CURLINFO_HTTP_CONNECTCODE, &proxy_said);
  if (proxy_said >= 300) {
    (void)snprintf(call->said, sizeof call->said, "the proxy %s refuses %s: HTTP %ld", call->http->places->proxy,
                   proxy_said == PROXY_LOGIN ? "us, or the user and password that it was shown" : "to go there", proxy_said);
    return call->said;
  }
  if (call->too_large) return "an answer larger than is read";
  if (code == CURLE_ABORTED_BY_CALLBACK) return "the connection ended before the answer";
  return is_before_asking(code) && call->said[0] != '\0' ? call->said : curl_easy_strerror(code);
}

static void finish(struct http_call *call, CURLcode code) {
  long status = 0, sent_bytes = 0;
  (void)curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
  (void)curl_easy_getinfo(call->easy, CURLINFO_REQUEST_SIZE, &sent_bytes);
  bool sent = call->sendings > 0 && sent_bytes > 0;
  enum http_end end = code == CURLE_OK ? HTTP_ANSWERED : sent ? HTTP_MAY_HAVE_ARRIVED : HTTP_NEVER_LEFT;
  struct http_answer answer = {.end = end, .status = (int)status, .body = text_str(&call->answer), .bytes = call->answer.length,
                               .head = text_str(&call->head), .note = code == CURLE_OK ? "" : note_of(call, code)};
  http_done *done = call->done;
  detach(call); /* first: `done` may ask again, or end it all */
  call->done = NULL;
  done(call->who, &answer);
  release(call);
}

static void reap(struct http *http) {
  int left;
  for (CURLMsg *said = curl_multi_info_read(http->multi, &left); said != NULL; said = curl_multi_info_read(http->multi, &left)) {
    struct http_call *call = NULL;
    if (said->msg != CURLMSG_DONE) continue;
    CURLcode code = said->data.result;
    (void)curl_easy_getinfo(said->easy_handle, CURLINFO_PRIVATE, (char **)&call);
    finish(call, code);
    if (http->freed) return;
  }
}

/* ---- the loop ---- */

static void let_go(struct http *http) {
  if (!http->freed || !http->timer_closed || http->watch_count > 0) return;
  http->magic = 0;
  free(http);
}

static void on_timer(uv_timer_t *timer) {
  struct http *http = timer->data;
  int running;
  (void)curl_multi_socket_action(http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
  reap(http);
}

static int want_timer(CURLM *multi, long wait_ms, void *who) {
  struct http *http = who;
  (void)multi;
  if (http->freed) return 0;
  if (wait_ms < 0) (void)uv_timer_stop(&http->timer);
  else (void)uv_timer_start(&http->timer, on_timer, (uint64_t)wait_ms, 0); /* from the loop, also for 0 */
  return 0;
}

static void look_for(struct socket_watch *watch, int events);

static void on_socket(uv_poll_t *poll, int status, int events) {
  struct socket_watch *watch = poll->data;
  struct http *http = watch->http;
  if (watch->wanted == 0) { /* the other end closed a kept connection: libcurl sees it when it wants it next */
    look_for(watch, 0);
    return;
  }
  int running, what = (events & UV_READABLE ? CURL_CSELECT_IN : 0) | (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);
  if (status < 0) what = CURL_CSELECT_ERR;
  (void)curl_multi_socket_action(http->multi, watch->fd, what, &running); /* may close this very watch */
  reap(http);
}

static void on_watch_closed(uv_handle_t *handle) {
  struct socket_watch *watch = handle->data;
  struct http *http = watch->http;
  http->watch_count--;
  free(watch);
  let_go(http);
}

static void look_for(struct socket_watch *watch, int events) {
  if (watch->events == events) return;
  if (events == 0) (void)uv_poll_stop(&watch->poll);
  else (void)uv_poll_start(&watch->poll, events, on_socket);
  watch->events = events;
}

static struct socket_watch *watch_of(const struct http *http, curl_socket_t fd) {
  struct socket_watch *watch = http->watches;
  while (watch != NULL && watch->fd != fd) watch = watch->next;
  return watch;
}

static void let_go_of(struct socket_watch *watch) {
  *watch->slot = watch->next;
  if (watch->next != NULL) watch->next->slot = watch->slot;
  uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
}

/* libcurl closes a connection: the loop must let go of it first. Other sockets, as those of its resolver, it closes without a word. */
static int close_socket(void *who, curl_socket_t fd) {
  struct socket_watch *watch = watch_of(who, fd);
  if (watch != NULL) let_go_of(watch);
  return close(fd);
}

static struct socket_watch *watch_new(struct http *http, curl_socket_t fd, bool connection) {
  struct socket_watch *watch = calloc(1, sizeof *watch);
  assert(watch != NULL);
  watch->http = http;
  watch->fd = fd;
  watch->connection = connection;
  watch->poll.data = watch;
  if (uv_poll_init_socket(http->loop, &watch->poll, fd) != 0) {
    free(watch);
    return NULL;
  }
  watch->next = http->watches;
  watch->slot = &http->watches;
  if (watch->next != NULL) watch->next->slot = &watch->next;
  http->watches = watch;
  http->watch_count++;
  return watch;
}

static int open_socket(void *who, curl_socket_t fd, curlsocktype purpose) {
  (void)purpose;
  return watch_new(who, fd, true) == NULL ? CURL_SOCKOPT_ERROR : CURL_SOCKOPT_OK;
}

/* A connection that is only kept goes on being looked at for reading, as it was while its answer came: each change would cost the
 * kernel two calls. */
static int want_socket(CURL *easy, curl_socket_t fd, int what, void *who, void *known) {
  struct http *http = who;
  struct socket_watch *watch = watch_of(http, fd);
  (void)easy, (void)known;
  if (what == CURL_POLL_REMOVE && (watch == NULL || !watch->connection)) {
    if (watch != NULL) let_go_of(watch);
    return 0;
  }
  if (watch == NULL) watch = watch_new(http, fd, false);
  if (watch == NULL) return -1;
  watch->wanted = what == CURL_POLL_REMOVE ? 0 : (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
  look_for(watch, watch->wanted == 0 && watch->events == UV_READABLE ? UV_READABLE : watch->wanted);
  return 0;
}

/* ---- bytes ---- */

static size_t on_body(char *data, size_t size, size_t count, void *who) {
  struct http_call *call = who;
  text_add_n(&call->answer, data, size * count);
  call->too_large = call->too_large || call->answer.full;
  return call->too_large ? 0 : size * count;
}

/* What does not fit is not kept: an answer is no worse for a long head. */
static size_t on_head(char *data, size_t size, size_t count, void *who) {
  struct http_call *call = who;
  text_add_n(&call->head, data, size * count);
  return size * count;
}

/* Once only, where a second time might do something twice. */
static int before_sending(void *who, char *there, char *here, int their_port, int our_port) {
  struct http_call *call = who;
  (void)there, (void)here, (void)their_port, (void)our_port;
  if (call->sendings > 0 && !call->harmless) return CURL_PREREQFUNC_ABORT;
  call->sendings++;
  return CURL_PREREQFUNC_OK;
}

/* ---- asking ---- */

static void add_header(struct http_call *call, const char *line) {
  struct curl_slist *longer = curl_slist_append(call->headers, line);
  assert(longer != NULL);
  call->headers = longer;
}

static void set_headers(struct http_call *call, const struct http_ask *ask) {
  char line[BEARER_BYTES_MAX + 32];
  const char *type = ask->type == NULL ? "application/x-www-form-urlencoded; charset=utf-8" : ask->type;
  (void)snprintf(line, sizeof line, "Content-Type: %s", type);
  add_header(call, line);
  add_header(call, "Expect:"); /* no waiting for a "100 Continue" */
  if (ask->bearer != NULL) {
    (void)snprintf(line, sizeof line, "Authorization: Bearer %s", ask->bearer);
    add_header(call, line);
    explicit_bzero(line, sizeof line);
  }
}

/* What is the same for all. */
static CURL *easy_new(struct http *http) {
  CURL *easy = curl_easy_init();
  assert(easy != NULL);
  SET(easy, CURLOPT_NOSIGNAL, 1L);
  SET(easy, CURLOPT_PROTOCOLS_STR, http->places->loopback ? "http,https" : "https");
  SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
  SET(easy, CURLOPT_PROXY, http->places->proxy == NULL ? "" : http->places->proxy);
  SET(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
  SET(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
  SET(easy, CURLOPT_PROXYHEADER, http->proxy_heads);
  SET(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  SET(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
  SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  SET(easy, CURLOPT_USERAGENT, "mentord");
  SET(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  SET(easy, CURLOPT_MAXAGE_CONN, (long)IDLE_S_MAX);
  SET(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CONNECT_MS);
  SET(easy, CURLOPT_POST, 1L);
  SET(easy, CURLOPT_WRITEFUNCTION, on_body);
  SET(easy, CURLOPT_HEADERFUNCTION, on_head);
  SET(easy, CURLOPT_PREREQFUNCTION, before_sending);
  SET(easy, CURLOPT_SOCKOPTFUNCTION, open_socket);
  SET(easy, CURLOPT_SOCKOPTDATA, http);
  SET(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
  SET(easy, CURLOPT_CLOSESOCKETDATA, http);
  return easy;
}

static void set_options(struct http_call *call, const struct http_ask *ask) {
  SET(call->easy, CURLOPT_PRIVATE, call);
  SET(call->easy, CURLOPT_ERRORBUFFER, call->said);
  SET(call->easy, CURLOPT_URL, ask->url);
  SET(call->easy, CURLOPT_TIMEOUT_MS, (long)ask->total_ms);
  SET(call->easy, CURLOPT_HTTPHEADER, call->headers);
  SET(call->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body_bytes);
  SET(call->easy, CURLOPT_POSTFIELDS, call->lent != NULL ? call->lent : call->body == NULL ? "" : call->body);
  SET(call->easy, CURLOPT_WRITEDATA, call);
  SET(call->easy, CURLOPT_HEADERDATA, call);
  SET(call->easy, CURLOPT_PREREQDATA, call);
}
#undef SET

static struct http_call *call_new(struct http *http, const struct http_ask *ask) {
  struct http_call *call = calloc(1, sizeof *call);
  assert(call != NULL);
  *call = (struct http_call){.http = http, .next = http->calls, .slot = &http->calls, .body_bytes = ask->body_bytes, .harmless = ask->harmless};
  call->easy = http->spare_count > 0 ? http->spare[--http->spare_count] : easy_new(http);
  if (call->next != NULL) call->next->slot = &call->next;
  http->calls = call;
  http->call_count++;
  if (ask->lent) call->lent = ask->body;
  else if (ask->body_bytes > 0) {
    call->body = malloc(ask->body_bytes);
    assert(call->body != NULL);
    memcpy(call->body, ask->body, ask->body_bytes);
  }
  text_init(&call->answer, ask->answer_bytes_max);
  text_init(&call->head, HTTP_HEAD_BYTES_MAX);
  set_headers(call, ask);
  set_options(call, ask);
  return call;
}

enum err http_post(struct http *http, const struct http_ask *ask, http_done *done, void *who, struct http_call **ret_call) {
  struct http_url url;
  assert(http->magic == MAGIC && ask->total_ms > 0 && ask->answer_bytes_max > 0);
  assert(ask->bearer == NULL || strlen(ask->bearer) < BEARER_BYTES_MAX);
  enum err err = http_url_parse(ask->url, &url);
  if (err != ERR_NONE) return err;
  if (url.is_ws || !http_url_allowed(&url, http->places)) return err_note(ERR_DENIED, "an address of the web that is none of the platform's");
  if (http->call_count >= HTTP_CALLS_MAX) return err_note(ERR_LIMITED, "too many questions under way");
  struct http_call *call = call_new(http, ask);
  call->done = done;
  call->who = who;
  CURLMcode added = curl_multi_add_handle(http->multi, call->easy);
  assert(added == CURLM_OK);
  *ret_call = call;
  return ERR_NONE;
}

struct http_call *http_stop(struct http_call *call) {
  if (call == NULL || call->done == NULL) return NULL;
  detach(call);
  release(call);
  return NULL;
}

bool http_header(const struct http_answer *answer, const char *name, char *ret_value, size_t bytes_max) {
  size_t name_bytes = strlen(name);
  for (const char *line = answer->head; *line != '\0';) {
    size_t bytes = strcspn(line, "\r\n");
    if (bytes > name_bytes && line[name_bytes] == ':' && strncasecmp(line, name, name_bytes) == 0) {
      const char *value = line + name_bytes + 1 + strspn(line + name_bytes + 1, " \t");
      size_t length = (size_t)(line + bytes - value);
      if (length >= bytes_max) return false;
      memcpy(ret_value, value, length);
      ret_value[length] = '\0';
      return true;
    }
    line += bytes + strspn(line + bytes, "\r\n");
  }
  return false;
}

/* ---- life ---- */

/* libcurl would decode a user's name and password as if they stood in an address; so the head is our own. */
static struct curl_slist *heads_for(const struct http_places *places) {
  char head[HTTP_LOGIN_HEAD_BYTES];
  if (places->proxy == NULL || places->proxy_login[0] == '\0') return NULL;
  http_login_head(places->proxy_login, head);
  struct curl_slist *heads = curl_slist_append(NULL, head);
  assert(heads != NULL);
  explicit_bzero(head, sizeof head);
  return heads;
}

struct http *http_new(uv_loop_t *loop, const struct http_places *places) {
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return NULL;
  struct http *http = calloc(1, sizeof *http);
  assert(http != NULL);
  *http = (struct http){.magic = MAGIC, .loop = loop, .places = places, .multi = curl_multi_init(), .proxy_heads = heads_for(places)};
  assert(http->multi != NULL);
  (void)uv_timer_init(loop, &http->timer);
  http->timer.data = http;
  (void)curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
  (void)curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
  (void)curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, want_timer);
  (void)curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
  (void)curl_multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS_MAX);
  (void)curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_MAX);
  return http;
}

static void on_timer_closed(uv_handle_t *handle) {
  struct http *http = handle->data;
  http->timer_closed = true;
  let_go(http);
}

struct http *http_free(struct http *http) {
  if (http == NULL) return NULL;
  assert(http->magic == MAGIC && !http->freed);
  http->freed = true;
  while (http->calls != NULL) (void)http_stop(http->calls);
  while (http->spare_count > 0) curl_easy_cleanup(http->spare[--http->spare_count]);
  (void)curl_multi_cleanup(http->multi); /* closes kept connections, and so their watches */
  http->multi = NULL;
  if (http->proxy_heads != NULL) explicit_bzero(http->proxy_heads->data, strlen(http->proxy_heads->data));
  curl_slist_free_all(http->proxy_heads);
  http->proxy_heads = NULL;
  uv_close((uv_handle_t *)&http->timer, on_timer_closed);
  return NULL;
}
