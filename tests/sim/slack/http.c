/* http.c: libwebsockets as a guest of the loop: our own listener, one vhost, one protocol for requests and WebSockets. */
#include "tests/sim/slack/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bot/base/log.h"

enum { BACKLOG = 128, ACCEPTS_MAX = 16, PIECE_BYTES = 32 * 1024, DESCRIPTORS_MAX = 1024, HEADER_BYTES_MAX = 16 * 1024 };

struct http {
  int fd, port;
  int spare_fd;        /* owned; given up for a moment when descriptors run out, so that a caller can be turned away */
  size_t bodies_bytes; /* of all requests that are here now */
  uv_poll_t poll;
  struct lws_context *context; /* owned */
  struct lws_vhost *vhost;     /* borrowed from the context */
  struct lws_protocols protocols[2];
  const struct http_owner *owner; /* borrowed until http_free */
  void *who;                      /* borrowed */
};

/* What libwebsockets keeps for each connection. */
struct slot {
  struct http_request *request; /* owned */
  void *conn;                   /* borrowed from the owner until gone */
};

/* ---- answers ---- */

static bool add(struct lws *wsi, const char *name, const char *value, unsigned char **at, unsigned char *end) {
  return lws_add_http_header_by_name(wsi, (const unsigned char *)name, (const unsigned char *)value, (int)strlen(value), at, end) == 0;
}

void http_head(struct http_request *request, const char *name, const char *value) {
  size_t length = strlen(request->head);
  (void)snprintf(request->head + length, sizeof request->head - length, "%s:\n%s\n", name, value);
}

static bool add_heads(struct http_request *request, unsigned char **at, unsigned char *end) {
  char *rest = request->head;
  while (*rest != '\0') {
    char *name = strsep(&rest, "\n"), *value = rest == NULL ? NULL : strsep(&rest, "\n");
    if (value == NULL || rest == NULL || !add(request->wsi, name, value, at, end)) return false;
  }
  return true;
}

static int begin_answer(struct http_request *request) {
  unsigned char buffer[LWS_PRE + HTTP_HEAD_BYTES], *start = buffer + LWS_PRE, *at = start, *end = buffer + sizeof buffer - 1;
  struct lws *wsi = request->wsi;
  if (lws_add_http_common_headers(wsi, (unsigned)request->status, request->out_type, request->out.length, &at, end) != 0) return -1;
  if (!add_heads(request, &at, end)) return -1;
  if (request->ends && !add(wsi, "connection:", "close", &at, end)) return -1;
  if (lws_finalize_write_http_header(wsi, start, &at, end) != 0) return -1;
  lws_callback_on_writable(wsi);
  return 0;
}

/* The head leaves from WRITEABLE too, since an answer may come long after its request. */
static int write_some(struct lws *wsi, struct http_request *request) {
  if (request == NULL || !request->answered) return 0;
  if (request->out_type != NULL) {
    int failed = begin_answer(request);
    request->out_type = NULL;
    return failed;
  }
  unsigned char buffer[LWS_PRE + PIECE_BYTES];
  size_t bytes = request->out.length - request->sent;
  bool last = bytes <= PIECE_BYTES;
  if (!last) bytes = PIECE_BYTES;
  memcpy(buffer + LWS_PRE, text_str(&request->out) + request->sent, bytes);
  if (lws_write(wsi, buffer + LWS_PRE, bytes, last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < (int)bytes) return -1;
  request->sent += bytes;
  if (last) return request->ends || lws_http_transaction_completed(wsi) ? -1 : 0;
  lws_callback_on_writable(wsi);
  return 0;
}

void http_answer(struct http_request *request, int status, const char *type) {
  if (request->answered) return;
  request->answered = true;
  request->status = status;
  request->out_type = type;
  if (request->out.length == 0) text_add(&request->out, "\n");
  lws_callback_on_writable(request->wsi);
}

/* ---- requests ---- */

static void free_request(struct slot *slot) {
  struct http_request *request = slot->request;
  if (request == NULL) return;
  slot->request = NULL;
  request->http->owner->drop(request->http->who, request);
  request->http->bodies_bytes -= request->body.length;
  cJSON_Delete(request->query);
  text_done(&request->body);
  text_done(&request->out);
  free(request);
}

/* libwebsockets has undone the percents of each part already. */
static void read_query(struct lws *wsi, cJSON *query) {
  enum { PART_BYTES = 8192 };
  char *part = malloc(PART_BYTES);
  assert(part != NULL);
  for (int i = 0; lws_hdr_copy_fragment(wsi, part, PART_BYTES, WSI_TOKEN_HTTP_URI_ARGS, i) >= 0; i++) {
    char *value = strchr(part, '=');
    if (value == NULL) continue;
    *value++ = '\0';
    if (text_utf8_valid(part, strlen(part)) && text_utf8_valid(value, strlen(value))) tree_set(query, part, cJSON_CreateString(value));
  }
  free(part);
}

static void read_header(struct lws *wsi, enum lws_token_indexes token, char *slot, size_t size) {
  slot[0] = '\0';
  if (lws_hdr_total_length(wsi, token) > 0 && lws_hdr_copy(wsi, slot, (int)size, token) < 0) slot[0] = '\0';
}

static void read_head(struct lws *wsi, struct http_request *request, const char *path) {
  char authorization[256], *uri = NULL;
  int uri_bytes = 0, method = lws_http_get_uri_and_method(wsi, &uri, &uri_bytes);
  SLOT_PUT(request->verb, method == LWSHUMETH_GET ? "GET" : method == LWSHUMETH_POST ? "POST" : "OTHER");
  SLOT_PUT(request->path, path);
  read_header(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE, request->type, sizeof request->type);
  read_header(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, authorization, sizeof authorization);
  if (strncasecmp(authorization, "Bearer ", 7) == 0) SLOT_PUT(request->bearer, authorization + 7);
  read_query(wsi, request->query);
}

static void refuse(struct http_request *request, int status, const char *why) {
  request->heard = request->ends = true;
  text_clear(&request->out);
  text_addf(&request->out, "%s\n", why);
  http_answer(request, status, "text/plain");
}

static void whole(struct http_request *request) {
  if (request->heard) return;
  request->heard = true;
  lws_set_timeout(request->wsi, NO_PENDING_TIMEOUT, 0);
  request->http->owner->serve(request->http->who, request);
}

static struct http *http_of(struct lws *wsi) {
  struct lws_vhost *vhost = lws_get_vhost(wsi);
  return vhost == NULL ? NULL : lws_vhost_user(vhost);
}

static int begin_request(struct lws *wsi, struct slot *slot, const char *path) {
  char length_text[32];
  free_request(slot);
  struct http_request *request = slot->request = calloc(1, sizeof *request);
  assert(request != NULL);
  request->wsi = wsi;
  request->http = http_of(wsi);
  request->query = cJSON_CreateObject();
  text_init(&request->body, HTTP_BODY_BYTES_MAX);
  text_init(&request->out, 4 * HTTP_BODY_BYTES_MAX);
  read_head(wsi, request, path);
  read_header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, length_text, sizeof length_text);
  unsigned long long length = strtoull(length_text, NULL, 10);
  if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0) refuse(request, 411, "a length is wanted");
  else if (length > HTTP_BODY_BYTES_MAX) refuse(request, 413, "the body is too long");
  else if (length == 0 || strcmp(request->verb, "POST") != 0) whole(request);
  return 0;
}

static int hear_body(struct http_request *request, const void *data, size_t bytes) {
  if (request == NULL || request->heard) return 0;
  struct http *http = request->http;
  if (http->bodies_bytes + bytes > HTTP_BODIES_BYTES_MAX) {
    refuse(request, 503, "too much is on its way");
    return 0;
  }
  size_t before = request->body.length;
  text_add_n(&request->body, data, bytes);
  http->bodies_bytes += request->body.length - before;
  if (request->body.full) refuse(request, 413, "the body is too long");
  return 0;
}

/* ---- WebSockets ---- */

/* lws_return_http_status would say HTTP/1.0 here, which strict clients do not take for an answer. */
static void forbid(struct lws *wsi) {
  static const char answer[] =
      "HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: 23\r\nconnection: close\r\n\r\nthis ticket is not good";
  unsigned char buffer[LWS_PRE + sizeof answer];
  memcpy(buffer + LWS_PRE, answer, sizeof answer);
  (void)lws_write(wsi, buffer + LWS_PRE, sizeof answer - 1, LWS_WRITE_HTTP_HEADERS);
}

static int filter(struct lws *wsi) {
  struct http *http = http_of(wsi);
  char path[600];
  cJSON *query = cJSON_CreateObject();
  read_header(wsi, WSI_TOKEN_GET_URI, path, sizeof path);
  read_query(wsi, query);
  bool good = http->owner->enter(http->who, path, json_str_or(query, "ticket", ""));
  cJSON_Delete(query);
  if (!good) forbid(wsi);
  return good ? 0 : -1;
}

static int conn_callback(struct lws *wsi, enum lws_callback_reasons reason, void *conn, void *in, size_t bytes) {
  struct http *http = http_of(wsi);
  if (conn == NULL) return -1;
  switch (reason) {
  case LWS_CALLBACK_RECEIVE: return http->owner->heard(conn, in, bytes) ? 0 : -1;
  case LWS_CALLBACK_SERVER_WRITEABLE: return http->owner->writeable(conn) ? 0 : -1;
  case LWS_CALLBACK_RECEIVE_PONG: http->owner->ponged(conn); return 0;
  case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: return http->owner->peer_closes(conn) ? 0 : -1;
  case LWS_CALLBACK_TIMER: return http->owner->timer(conn) ? 0 : -1;
  default: return 0;
  }
}

static int open_conn(struct lws *wsi, struct slot *slot) {
  struct http *http = http_of(wsi);
  slot->conn = http->owner->opened(http->who, wsi);
  return slot->conn == NULL ? -1 : 0;
}

static int close_conn(struct lws *wsi, struct slot *slot) {
  void *conn = slot == NULL ? NULL : slot->conn;
  if (conn == NULL) return 0;
  slot->conn = NULL;
  http_of(wsi)->owner->gone(conn);
  return 0;
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t bytes) {
  struct slot *slot = user;
  switch (reason) {
  case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return in != NULL && strcasecmp(in, "websocket") == 0 ? 0 : -1; /* no h2c */
  case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION: return filter(wsi);
  case LWS_CALLBACK_HTTP: return begin_request(wsi, slot, in);
  case LWS_CALLBACK_HTTP_BODY: return hear_body(slot->request, in, bytes);
  case LWS_CALLBACK_HTTP_BODY_COMPLETION:
    if (slot->request != NULL) whole(slot->request);
    return 0;
  case LWS_CALLBACK_HTTP_WRITEABLE: return write_some(wsi, slot->request);
  case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
  case LWS_CALLBACK_CLOSED_HTTP:
    if (slot != NULL) free_request(slot);
    return 0;
  case LWS_CALLBACK_ESTABLISHED: return open_conn(wsi, slot);
  case LWS_CALLBACK_CLOSED: return close_conn(wsi, slot);
  case LWS_CALLBACK_RECEIVE:
  case LWS_CALLBACK_SERVER_WRITEABLE:
  case LWS_CALLBACK_RECEIVE_PONG:
  case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: return conn_callback(wsi, reason, slot->conn, in, bytes);
  case LWS_CALLBACK_TIMER: return slot == NULL || slot->conn == NULL ? 0 : conn_callback(wsi, reason, slot->conn, in, bytes);
  default: return 0;
  }
}

/* ---- listening ---- */

static void turn_away(struct http *http) {
  close(http->spare_fd);
  int fd = accept(http->fd, NULL, NULL);
  if (fd >= 0) close(fd);
  http->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void on_poll(uv_poll_t *poll, int status, int events) {
  struct http *http = poll->data;
  (void)events;
  for (int i = 0; status == 0 && i < ACCEPTS_MAX; i++) {
    int fd = accept4(http->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), yes = 1;
    if (fd < 0 && (errno == EMFILE || errno == ENFILE)) turn_away(http);
    else if (fd < 0 && errno != EINTR && errno != ECONNABORTED) return;
    if (fd < 0) continue;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    (void)lws_adopt_socket_vhost(http->vhost, fd); /* closes fd when it cannot */
  }
}

static enum err listen_on(struct http *http, int port) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t bytes = sizeof name;
  int yes = 1;
  http->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (http->fd < 0) return err_note(ERR_AGAIN, "no socket: %m");
  (void)setsockopt(http->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(http->fd, (const struct sockaddr *)&name, sizeof name) != 0 || listen(http->fd, BACKLOG) != 0)
    return err_note(ERR_CONFLICT, "port %d cannot be used: %m", port);
  if (getsockname(http->fd, (struct sockaddr *)&name, &bytes) == 0) http->port = ntohs(name.sin_port);
  return ERR_NONE;
}

static void log_libwebsockets(int level, const char *line) {
  (void)level;
  log_line(LOG_trouble, "from=libwebsockets note=%.*s", (int)strcspn(line, "\n"), line);
}

static enum err make_context(struct http *http, uv_loop_t *loop) {
  static const lws_retry_bo_t no_pings = {0}; /* ours carry Slack's words */
  void *loops[] = {loop};
  struct lws_context_creation_info info = {
      .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME,
      .foreign_loops = loops,
      .fd_limit_per_thread = DESCRIPTORS_MAX,
      .pt_serv_buf_size = PIECE_BYTES,
      .max_http_header_data2 = HEADER_BYTES_MAX,
      .uid = (uid_t)-1,
      .gid = (gid_t)-1,
  };
  lws_set_log_level(LLL_ERR, log_libwebsockets);
  http->context = lws_create_context(&info);
  if (http->context == NULL) return err_note(ERR_INTERNAL, "libwebsockets does not start; is its package evlib-uv installed?");
  http->protocols[0] = (struct lws_protocols){
      .name = "sim", .callback = callback, .rx_buffer_size = PIECE_BYTES, .per_session_data_size = sizeof(struct slot)};
  info = (struct lws_context_creation_info){
      .port = CONTEXT_PORT_NO_LISTEN_SERVER, /* newer ones of libwebsockets have a vhost of their own without this word, and would take it for us */
      .protocols = http->protocols,
      .vhost_name = "sim",
      .user = http,
      .retry_and_idle_policy = &no_pings,
      .options = LWS_SERVER_OPTION_DISABLE_IPV6,
      .keepalive_timeout = 60,
  };
  http->vhost = lws_create_vhost(http->context, &info);
  return http->vhost == NULL ? err_note(ERR_INTERNAL, "libwebsockets makes no vhost") : ERR_NONE;
}

enum err http_open(uv_loop_t *loop, int port, const struct http_owner *owner, void *who, struct http **ret_http) {
  struct http *http = calloc(1, sizeof *http);
  assert(http != NULL);
  http->owner = owner;
  http->who = who;
  http->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  enum err err = listen_on(http, port);
  if (err == ERR_NONE) err = make_context(http, loop);
  if (err != ERR_NONE) {
    if (http->fd >= 0) close(http->fd);
    close(http->spare_fd);
    free(http);
    return err;
  }
  int failed = uv_poll_init(loop, &http->poll, http->fd);
  assert(!failed);
  http->poll.data = http;
  failed = uv_poll_start(&http->poll, UV_READABLE, on_poll);
  assert(!failed);
  *ret_http = http;
  return ERR_NONE;
}

int http_port(const struct http *http) {
  return http->port;
}

void http_close(struct http *http) {
  uv_close((uv_handle_t *)&http->poll, NULL);
  close(http->fd);
  lws_context_destroy(http->context);
}

/* With a foreign loop the first destroy only begins. */
struct http *http_free(struct http *http) {
  lws_context_destroy(http->context);
  close(http->spare_fd);
  free(http);
  return NULL;
}
