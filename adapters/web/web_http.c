/* web_http.c: our own listener (libwebsockets' says nothing when a port is taken) and the callback of the page's vhost. */
#include "adapters/web/web_http.h"

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

#include "adapters/web/web_door.h"
#include "bot/base/log.h"
#include "bot/base/text.h"

enum { MAGIC = 0x48747470, BACKLOG = 64, ACCEPTS_MAX = 16, HEAD_BYTES = 6144, PIECE_BYTES = 16 * 1024, NAME_BYTES = 300, SAY_BYTES = 600, DISPOSITION_BYTES = 3072 };

struct web_http {
  uint32_t magic;
  int fd, port;
  int spare_fd;                   /* owned; given up for a moment when descriptors run out, so that a caller can be turned away */
  uv_poll_t poll;
  struct lws_vhost *vhost;        /* borrowed from the context */
  struct web_http_options options; /* borrowed until web_http_free */
  struct lws_protocols protocols[3];
};

/* One answer on its way; libwebsockets owns it with the connection. */
struct answer {
  struct web_file body;    /* borrowed from web_files, or from `said`; data is NULL when it is read from `fd` */
  bool has_fd;
  int fd;                  /* owned, if has_fd */
  size_t sent;
  bool ends;               /* the connection closes behind it */
  char said[SAY_BYTES];
};

/* ---- answers ---- */

static bool add(struct lws *wsi, const char *name, const char *value, unsigned char **at, unsigned char *end) {
  return lws_add_http_header_by_name(wsi, (const unsigned char *)name, (const unsigned char *)value, (int)strlen(value), at, end) == 0;
}

static bool add_policy(const struct web_http *http, struct lws *wsi, unsigned char **at, unsigned char *end) {
  char policy[SAY_BYTES];
  (void)snprintf(policy, sizeof policy, "default-src 'self'; connect-src 'self' ws://127.0.0.1:%d ws://localhost:%d; object-src 'none'; "
                                        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'", http->port, http->port);
  return add(wsi, "content-security-policy:", policy, at, end) && add(wsi, "x-content-type-options:", "nosniff", at, end) &&
         add(wsi, "cache-control:", "no-store", at, end) && add(wsi, "referrer-policy:", "no-referrer", at, end) &&
         add(wsi, "cross-origin-resource-policy:", "same-origin", at, end);
}

static void let_go(struct answer *answer) {
  if (answer != NULL && answer->has_fd) close(answer->fd);
  if (answer != NULL) answer->has_fd = false;
}

static bool add_name(struct lws *wsi, const char *name, unsigned char **at, unsigned char *end) {
  CLEANUP(text_done) struct text disposition;
  text_init(&disposition, DISPOSITION_BYTES);
  web_door_disposition(name, &disposition);
  return !disposition.full && add(wsi, "content-disposition:", text_str(&disposition), at, end);
}

/* Sends the head; the body follows as the browser takes it. `name`: of a file that is to be saved, or NULL. */
static int begin_answer(const struct web_http *http, struct lws *wsi, struct answer *answer, unsigned code, const char *name, bool head_only) {
  unsigned char buffer[LWS_PRE + HEAD_BYTES], *start = buffer + LWS_PRE, *at = start, *end = buffer + sizeof buffer - 1;
  if (lws_add_http_common_headers(wsi, code, answer->body.type, (lws_filepos_t)answer->body.bytes, &at, end) != 0) return -1;
  if (!add_policy(http, wsi, &at, end)) return -1;
  if (name != NULL && !add_name(wsi, name, &at, end)) return -1;
  if (answer->ends && !add(wsi, "connection:", "close", &at, end)) return -1;
  if (lws_finalize_write_http_header(wsi, start, &at, end) != 0) return -1;
  if (head_only) let_go(answer);
  if (head_only) return answer->ends || lws_http_transaction_completed(wsi) ? -1 : 0;
  lws_callback_on_writable(wsi);
  return 0;
}

/* A page of one sentence. */
static int say(const struct web_http *http, struct lws *wsi, struct answer *answer, unsigned code, const char *sentence, bool head_only) {
  *answer = (struct answer){.ends = code != HTTP_STATUS_NOT_FOUND};
  (void)snprintf(answer->said, sizeof answer->said,
                 "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>mentord demo</title><p>%s</p></html>\n", sentence);
  answer->body = (struct web_file){.type = "text/html; charset=utf-8", .data = answer->said, .bytes = strlen(answer->said)};
  return begin_answer(http, wsi, answer, code, NULL, head_only);
}

static bool read_piece(const struct answer *answer, unsigned char *to, size_t bytes) {
  if (answer->body.data != NULL) memcpy(to, answer->body.data + answer->sent, bytes);
  return answer->body.data != NULL || pread(answer->fd, to, bytes, (off_t)answer->sent) == (ssize_t)bytes;
}

static int write_body(struct lws *wsi, struct answer *answer) {
  unsigned char buffer[LWS_PRE + PIECE_BYTES];
  size_t bytes = answer->body.bytes - answer->sent;
  if (bytes > PIECE_BYTES) bytes = PIECE_BYTES;
  bool last = answer->sent + bytes == answer->body.bytes;
  if (!read_piece(answer, buffer + LWS_PRE, bytes)) return -1;
  int written = lws_write(wsi, buffer + LWS_PRE, bytes, last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP);
  if (written < (int)bytes) return -1;
  answer->sent += bytes;
  if (!last) {
    lws_callback_on_writable(wsi);
    return 0;
  }
  let_go(answer);
  return answer->ends || lws_http_transaction_completed(wsi) ? -1 : 0;
}

/* ---- who may come in ---- */

/* False when the header is longer than we take; an absent one is "". */
static bool header(struct lws *wsi, enum lws_token_indexes token, char ret_value[NAME_BYTES]) {
  ret_value[0] = '\0';
  if (lws_hdr_total_length(wsi, token) == 0) return true;
  return lws_hdr_copy(wsi, ret_value, NAME_BYTES, token) >= 0;
}

/* A file may be asked for without an Origin, as browsers do; a WebSocket may not. */
static bool is_ours(const struct web_http *http, struct lws *wsi, bool needs_origin) {
  char host[NAME_BYTES], origin[NAME_BYTES];
  if (!header(wsi, WSI_TOKEN_HOST, host) || !header(wsi, WSI_TOKEN_ORIGIN, origin)) return false;
  if (!web_door_host_ok(host, http->port)) return false;
  return (origin[0] == '\0' && !needs_origin) || web_door_origin_ok(origin, http->port);
}

static int refuse(const struct web_http *http, struct lws *wsi, struct answer *answer) {
  char sentence[SAY_BYTES / 2];
  (void)snprintf(sentence, sizeof sentence, "This demo answers only to this machine. Open http://127.0.0.1:%d/ there.", http->port);
  return say(http, wsi, answer, HTTP_STATUS_FORBIDDEN, sentence, false);
}

/* No tab need say who it is: whoever has the token was shown the message. */
static int serve_sent(const struct web_http *http, struct lws *wsi, struct answer *answer, const char *token, bool head_only) {
  struct web_sent sent;
  if (!http->options.find_sent(http->options.who, token, &sent))
    return say(http, wsi, answer, HTTP_STATUS_NOT_FOUND, "This file is not there any more. The demo is at <a href=\"/\">the start page</a>.", head_only);
  answer->has_fd = true;
  answer->fd = sent.fd;
  answer->body = (struct web_file){.type = web_door_sent_type(sent.type), .bytes = sent.bytes};
  return begin_answer(http, wsi, answer, HTTP_STATUS_OK, sent.name, head_only);
}

static int serve(const struct web_http *http, struct lws *wsi, struct answer *answer, const char *path) {
  char *uri = NULL;
  int uri_bytes = 0, method = lws_http_get_uri_and_method(wsi, &uri, &uri_bytes);
  bool head_only = method == LWSHUMETH_HEAD;
  let_go(answer);
  *answer = (struct answer){.sent = 0};
  if (!is_ours(http, wsi, false)) return refuse(http, wsi, answer);
  if (method != LWSHUMETH_GET && !head_only) return say(http, wsi, answer, HTTP_STATUS_METHOD_NOT_ALLOWED, "Only GET is answered here.", false);
  if (web_door_token(path) != NULL) return serve_sent(http, wsi, answer, web_door_token(path), head_only);
  if (!web_files_find(http->options.files, path, &answer->body))
    return say(http, wsi, answer, HTTP_STATUS_NOT_FOUND, "There is nothing here. The demo is at <a href=\"/\">the start page</a>.", head_only);
  return begin_answer(http, wsi, answer, HTTP_STATUS_OK, NULL, head_only);
}

/* Written at once: there is no connection to serve afterwards. lws_return_http_status would say HTTP/1.0 here, which strict
 * clients do not take for an answer to a WebSocket. */
static void forbid(struct lws *wsi) {
  static const char sentence[] = "This demo answers only to its own page on this machine.\n";
  unsigned char buffer[LWS_PRE + HEAD_BYTES];
  int bytes = snprintf((char *)buffer + LWS_PRE, HEAD_BYTES, "HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: %zu\r\nconnection: close\r\n\r\n%s",
                       sizeof sentence - 1, sentence);
  (void)lws_write(wsi, buffer + LWS_PRE, (size_t)bytes, LWS_WRITE_HTTP_HEADERS);
}

/* An upgrade asked for in HTTP/1.0 does not count (RFC 9110, 7.8). */
static bool may_upgrade(struct lws *wsi) {
  char version[NAME_BYTES];
  return header(wsi, WSI_TOKEN_HTTP, version) && strcmp(version, "HTTP/1.0") != 0;
}

/* Before a WebSocket is answered. */
static int filter(const struct web_http *http, struct lws *wsi, bool is_page) {
  char uri[NAME_BYTES];
  bool good = is_page && header(wsi, WSI_TOKEN_GET_URI, uri) && strcmp(uri, WEB_PAGE_PATH) == 0 && is_ours(http, wsi, true) && may_upgrade(wsi);
  if (!good) forbid(wsi);
  return good ? 0 : -1;
}

/* ---- callbacks ---- */

static struct web_http *http_of(struct lws *wsi) {
  struct lws_vhost *vhost = lws_get_vhost(wsi);
  return vhost == NULL ? NULL : lws_vhost_user(vhost);
}

static int file_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t bytes) {
  (void)bytes;
  switch (reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return in != NULL && strcasecmp(in, "websocket") == 0 ? 0 : -1; /* no h2c */
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION: return filter(http_of(wsi), wsi, false);
    case LWS_CALLBACK_HTTP: return serve(http_of(wsi), wsi, user, in);
    case LWS_CALLBACK_HTTP_WRITEABLE: return write_body(wsi, user);
    case LWS_CALLBACK_CLOSED_HTTP:
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL: let_go(user); return 0;
    default: return 0;
  }
}

static int page_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t bytes) {
  if (reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION) return filter(http_of(wsi), wsi, true);
  return web_pages_callback(wsi, reason, user, in, bytes);
}

/* ---- listening ---- */

static void turn_away(struct web_http *http) {
  close(http->spare_fd);
  int fd = accept(http->fd, NULL, NULL);
  if (fd >= 0) close(fd);
  http->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  log_line(LOG_trouble, "note=\"no descriptor left for a page\"");
}

static void adopt(struct web_http *http, int fd) {
  int yes = 1;
  (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  (void)lws_adopt_socket_vhost(http->vhost, fd); /* closes fd when it cannot */
}

static void on_poll(uv_poll_t *poll, int status, int events) {
  struct web_http *http = poll->data;
  (void)events;
  for (int i = 0; status == 0 && i < ACCEPTS_MAX; i++) {
    int fd = accept4(http->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) adopt(http, fd);
    else if (errno == EMFILE || errno == ENFILE) turn_away(http);
    else if (errno != EINTR && errno != ECONNABORTED) return;
  }
}

static enum err listen_on(struct web_http *http) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t bytes = sizeof name;
  int yes = 1;
  http->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (http->fd < 0) return err_note(ERR_AGAIN, "no socket: %m");
  (void)setsockopt(http->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(http->fd, (const struct sockaddr *)&name, sizeof name) != 0 || listen(http->fd, BACKLOG) != 0) {
    if (errno == EADDRINUSE)
      return err_note(ERR_CONFLICT, "Port %d is taken. Choose another: make run PORT=%d", http->port, http->port < 65535 ? http->port + 1 : 8080);
    return err_note(ERR_DENIED, "Port %d cannot be used (%m). Choose another: make run PORT=8080", http->port);
  }
  if (getsockname(http->fd, (struct sockaddr *)&name, &bytes) == 0) http->port = ntohs(name.sin_port);
  return ERR_NONE;
}

static enum err start(struct web_http *http) {
  /* No round number: libwebsockets 4.1.6 answers a ping with a wrong payload when its own ping leaves in the same moment, and
   * many clients ping every 20 or 30 s. */
  static const lws_retry_bo_t heartbeat = {.secs_since_valid_ping = 27, .secs_since_valid_hangup = 41};
  enum err err = listen_on(http);
  if (err != ERR_NONE) return err;
  struct lws_context_creation_info info = {
      /* A request belongs to the first vhost of its port, whatever was adopted: the link's has CONTEXT_PORT_NO_LISTEN_SERVER. */
      .port = CONTEXT_PORT_NO_LISTEN,
      .protocols = http->protocols,
      .vhost_name = "page",
      .user = http,
      .retry_and_idle_policy = &heartbeat,
      .options = LWS_SERVER_OPTION_DISABLE_IPV6,
      .keepalive_timeout = 30,
  };
  http->vhost = lws_create_vhost(http->options.context, &info);
  if (http->vhost == NULL) return err_note(ERR_INTERNAL, "libwebsockets makes no vhost for the page");
  int code = uv_poll_init(http->options.loop, &http->poll, http->fd);
  if (code != 0) return err_note(ERR_INTERNAL, "the loop does not take the listener: %s", uv_strerror(code));
  http->poll.data = http;
  code = uv_poll_start(&http->poll, UV_READABLE, on_poll);
  assert(code == 0); /* fails only for a handle that is closing */
  return ERR_NONE;
}

enum err web_http_new(const struct web_http_options *options, struct web_http **ret_http) {
  struct web_http *http = calloc(1, sizeof *http);
  assert(http != NULL);
  http->magic = MAGIC;
  http->fd = -1;
  http->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  http->port = options->port;
  http->options = *options;
  http->protocols[0] = (struct lws_protocols){.name = "http", .callback = file_callback, .per_session_data_size = sizeof(struct answer)};
  http->protocols[1] = (struct lws_protocols){.name = WEB_PAGE_SUBPROTOCOL, .callback = page_callback, .rx_buffer_size = PIECE_BYTES,
                                              .per_session_data_size = sizeof(struct web_tab *), .user = options->pages};
  *ret_http = http; /* libwebsockets may know the protocols from here on: it is freed after the context, whatever happens */
  return start(http);
}

int web_http_port(const struct web_http *http) {
  assert(http->magic == MAGIC);
  return http->port;
}

void web_http_close(struct web_http *http) {
  assert(http->magic == MAGIC);
  if (http->poll.data != NULL) uv_close((uv_handle_t *)&http->poll, NULL);
  if (http->fd >= 0) close(http->fd);
  if (http->spare_fd >= 0) close(http->spare_fd);
  http->fd = http->spare_fd = -1;
}

struct web_http *web_http_free(struct web_http *http) {
  if (http == NULL) return NULL;
  assert(http->magic == MAGIC && http->fd < 0);
  http->magic = 0;
  free(http);
  return NULL;
}
