/* link_context.c: makes libwebsockets a guest of our loop, and tells pipes what happens to their WebSockets. */
#include "adapters/kit/link_context.h"

#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "adapters/kit/link_client.h"
#include "adapters/kit/link_flush.h"
#include "adapters/kit/link_tls.h"
#include "adapters/kit/link_watch.h"
#include "bot/base/log.h"

enum { DESCRIPTORS_MAX = 4096, READ_BYTES = 16384 };
#define VHOST "link"

/* ---- what libwebsockets tells us ---- */

/* Only a WebSocket: this keeps the HTTP/2 parser, which "Upgrade: h2c" would wake, out of reach. */
static int confirm_upgrade(const char *to) {
  return to != NULL && strcasecmp(to, "websocket") == 0 ? 0 : -1;
}

/* Until it is open, an incoming WebSocket carries its door's mark, which is odd; from then on, its pipe. */
static struct link_pipe *pipe_of(struct lws *wsi) {
  void *data = lws_get_opaque_user_data(wsi);
  return ((uintptr_t)data & 1) != 0 ? NULL : data;
}

/* What we keep for a context: it is libwebsockets' user pointer. */
struct guest {
  struct link_watch *watch;     /* owned */
  struct link_flushes *flushes; /* owned */
};

static struct guest *guest_new(void) {
  struct guest *guest = calloc(1, sizeof *guest);
  assert(guest != NULL);
  *guest = (struct guest){.watch = link_watch_new(), .flushes = link_flushes_new()};
  return guest;
}

static void guest_free(struct guest *guest) {
  guest->watch = link_watch_free(guest->watch);
  guest->flushes = link_flushes_free(guest->flushes);
  free(guest);
}

struct link_flushes *link_context_flushes(struct lws_context *context) {
  const struct guest *guest = lws_context_user(context);
  return guest->flushes;
}

static struct link_watch *watch_of(struct lws *wsi) {
  const struct guest *guest = lws_context_user(lws_get_context(wsi));
  return guest->watch;
}

static int opened(struct lws *wsi, struct link_pipe *pipe) {
  link_watch_add(watch_of(wsi), pipe);
  link_pipe_opened(pipe, wsi);
  return 0;
}

static int enter(struct lws *wsi) {
  struct link_home *home = lws_vhost_user(lws_get_vhost(wsi));
  struct link_pipe *pipe = link_door_enter(home, (uintptr_t)lws_get_opaque_user_data(wsi));
  lws_set_opaque_user_data(wsi, pipe);
  return pipe == NULL ? -1 : opened(wsi, pipe);
}

static int leave(struct lws *wsi, const char *note, size_t bytes) {
  struct link_pipe *pipe = pipe_of(wsi);
  lws_set_opaque_user_data(wsi, NULL);
  if (pipe == NULL) return 0;
  link_watch_drop(watch_of(wsi), pipe);
  link_pipe_gone(pipe, note, bytes);
  return 0;
}

/* Only listens: nothing here makes a certificate good that OpenSSL refused. */
static int hear_verdict(struct lws *wsi, X509_STORE_CTX *verdict, bool good) {
  struct link_pipe *pipe = pipe_of(wsi);
  if (pipe != NULL && !good) link_pipe_distrust(pipe, X509_verify_cert_error_string(X509_STORE_CTX_get_error(verdict)));
  return 0;
}

static int pipe_callback(struct lws *wsi, enum lws_callback_reasons reason, void *in, size_t bytes) {
  struct link_pipe *pipe = pipe_of(wsi);
  if (pipe == NULL) return 0;
  switch (reason) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED: return opened(wsi, pipe);
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_CLIENT_RECEIVE: return link_pipe_received(pipe, in, bytes);
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_CLIENT_WRITEABLE: return link_pipe_writeable(pipe);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: link_pipe_peer_closes(pipe, in, bytes); return 0;
    case LWS_CALLBACK_RECEIVE_PONG:
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG: link_pipe_heard(pipe); return 0;
    case LWS_CALLBACK_TIMER: return link_pipe_timer(pipe);
    default: return 0;
  }
}

static int link_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t bytes) {
  const struct lws_protocols *spoken = lws_get_protocol(wsi);
  /* libwebsockets brings the verdicts of all vhosts to the first one's protocol; a wire's are the wire's. */
  if (reason == LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION && spoken != NULL && spoken->callback != link_callback)
    return spoken->callback(wsi, reason, user, in, bytes);
  switch (reason) {
    case LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION: return hear_verdict(wsi, user, bytes != 0);
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return confirm_upgrade(in);
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION: return lws_hdr_total_length(wsi, WSI_TOKEN_PROTOCOL) > 0 ? 0 : -1;
    case LWS_CALLBACK_HTTP: return -1; /* a door knows nothing but the link */
    case LWS_CALLBACK_ESTABLISHED: return enter(wsi);
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR: return leave(wsi, in, in == NULL ? 0 : bytes);
    case LWS_CALLBACK_CLOSED_CLIENT_HTTP: /* the upgrade was never answered */
    case LWS_CALLBACK_CLOSED:
    case LWS_CALLBACK_CLIENT_CLOSED: return leave(wsi, NULL, 0);
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_CLIENT_RECEIVE:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_CLIENT_WRITEABLE:
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
    case LWS_CALLBACK_RECEIVE_PONG:
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
    case LWS_CALLBACK_TIMER: return pipe_callback(wsi, reason, in, bytes);
    default: return 0;
  }
}

/* ---- the context ---- */

/* With tx_packet_size a whole message leaves at once; else libwebsockets cuts it at rx_buffer_size, keeps a copy of the rest, and waits. */
static const struct lws_protocols protocols[] = {
  {.name = LINK_SUBPROTOCOL, .callback = link_callback, .rx_buffer_size = READ_BYTES, .tx_packet_size = LINK_FRAME_BYTES_MAX},
  {.name = NULL},
};
static const lws_retry_bo_t no_pings = {0}; /* link_heart.c sends ours */

/* It says these at each attempt; the end of the pipe or wire says them once. Newer ones of it put time and place in front. */
static bool is_said_elsewhere(const char *line) {
  return strstr(line, "SSL error") != NULL || strstr(line, "ERROR proxy ") != NULL;
}

static void log_libwebsockets(int level, const char *line) {
  (void)level;
  if (is_said_elsewhere(line)) return;
  log_line(LOG_trouble, "from=libwebsockets note=%.*s", (int)strcspn(line, "\n"), line);
}

static void free_home(struct lws_vhost *vhost, void *home) {
  (void)vhost;
  free(home);
}

static struct lws_context_creation_info vhost_info(struct link_home *home, const char *name) {
  return (struct lws_context_creation_info){
    .port = CONTEXT_PORT_NO_LISTEN_SERVER, /* doors listen for themselves and hand over what they accept */
    .protocols = protocols,
    .vhost_name = name,
    .user = home,
    .retry_and_idle_policy = &no_pings,
    .http_proxy_address = ":0", /* a link never goes through the proxy that $http_proxy names */
    .options = LWS_SERVER_OPTION_DISABLE_IPV6,
    /* no .extensions: compression is slow and a side channel */
  };
}

static struct lws_vhost *make_vhost(struct lws_context *context) {
  struct link_home *home = calloc(1, sizeof *home);
  assert(home != NULL);
  home->marks = 1;
  struct lws_context_creation_info info = vhost_info(home, VHOST);
  info.finalize = free_home;
  info.finalize_arg = home;
  return lws_create_vhost(context, &info);
}

struct lws_vhost *link_context_plain(struct lws_context *context) {
  struct lws_vhost *vhost = lws_get_vhost_by_name(context, VHOST);
  assert(vhost != NULL);
  return vhost;
}

/* ---- TLS ---- */

struct wrap { /* what a vhost with TLS needs as long as it lives; libwebsockets does not copy its name */
  struct ssl_ctx_st *tls; /* owned; NULL for a server, whose files libwebsockets reads itself */
  char name[];
};

static struct wrap *wrap_new(const char *kind, const char *file) {
  size_t bytes = strlen(kind) + strlen(file) + 1;
  struct wrap *wrap = calloc(1, sizeof *wrap + bytes);
  assert(wrap != NULL);
  (void)snprintf(wrap->name, bytes, "%s%s", kind, file);
  return wrap;
}

static void wrap_free(struct lws_vhost *vhost, void *who) {
  struct wrap *wrap = who;
  (void)vhost;
  wrap->tls = link_tls_free(wrap->tls);
  free(wrap);
}

/* Takes `wrap`, also when it fails. */
static enum err make_tls_vhost(struct lws_context *context, struct wrap *wrap, const char *cert_file, const char *key_file, struct lws_vhost **ret_vhost) {
  struct lws_context_creation_info info = vhost_info(lws_vhost_user(link_context_plain(context)), wrap->name);
  info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  info.provided_client_ssl_ctx = wrap->tls;
  info.ssl_cert_filepath = cert_file;
  info.ssl_private_key_filepath = key_file;
  info.ssl_options_set = SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_RENEGOTIATION;
  info.alpn = "http/1.1";
  info.finalize = wrap_free;
  info.finalize_arg = wrap;
  struct lws_vhost *vhost = lws_create_vhost(context, &info);
  if (vhost != NULL) {
    *ret_vhost = vhost;
    return ERR_NONE;
  }
  return err_note(ERR_INTERNAL, "libwebsockets makes no vhost with TLS");
}

/* A link that is made again, with a new fence, finds the one it had. */
enum err link_context_tls_client(struct lws_context *context, const char *ca_file, struct lws_vhost **ret_vhost) {
  struct wrap *wrap = wrap_new(VHOST " trusts ", ca_file == NULL ? "the system" : ca_file);
  struct lws_vhost *known = lws_get_vhost_by_name(context, wrap->name);
  enum err err = known != NULL ? ERR_NONE : link_tls_trust(ca_file, &wrap->tls);
  if (known == NULL && err == ERR_NONE) return make_tls_vhost(context, wrap, NULL, NULL, ret_vhost);
  if (known != NULL) *ret_vhost = known;
  wrap_free(NULL, wrap);
  return err;
}

enum err link_context_tls_server(struct lws_context *context, const char *cert_file, const char *key_file, struct lws_vhost **ret_vhost) {
  return make_tls_vhost(context, wrap_new(VHOST " shows ", cert_file), cert_file, key_file, ret_vhost);
}

struct lws_context *link_context_new(uv_loop_t *loop) {
  void *loops[] = {loop};
  struct guest *guest = guest_new();
  struct lws_context_creation_info info = {
    .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME |
               LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
    .foreign_loops = loops,
    .fd_limit_per_thread = DESCRIPTORS_MAX,
    .pt_serv_buf_size = READ_BYTES,
    .uid = (uid_t)-1,
    .gid = (gid_t)-1,
    .user = guest,
  };
  lws_set_log_level(LLL_ERR, log_libwebsockets);
  struct lws_context *context = lws_create_context(&info);
  if (context == NULL) {
    guest_free(guest);
    (void)err_note(ERR_INTERNAL, "libwebsockets does not start; is its package evlib-uv installed?");
    return NULL;
  }
  if (make_vhost(context) != NULL) {
    link_watch_start(guest->watch, loop);
    link_flushes_start(guest->flushes, loop);
    return context;
  }
  (void)err_note(ERR_INTERNAL, "libwebsockets makes no vhost");
  lws_context_destroy(context);
  guest_free(guest);
  return NULL;
}

void link_context_close(struct lws_context *context) {
  struct guest *guest = lws_context_user(context);
  link_watch_stop(guest->watch);
  link_flushes_stop(guest->flushes);
  lws_context_destroy(context);
}

/* With a foreign loop the first destroy only begins; without this one 340 kB stay. */
void link_context_free(struct lws_context *context) {
  struct guest *guest = lws_context_user(context);
  lws_context_destroy(context);
  guest_free(guest);
}

/* HTTP/1.1 is asked for by name: else libwebsockets offers HTTP/2 under TLS, and puts the WebSocket inside it. */
static bool dial(struct lws_context *context, struct lws_vhost *vhost, const struct link_address *address, const char *to, struct link_pipe *pipe) {
  struct lws_client_connect_info info = {
    .context = context,
    .vhost = vhost,
    .address = to,
    .port = address->port,
    .ssl_connection = address->is_tls ? LCCSCF_USE_SSL : 0, /* no flag that lets a certificate pass */
    .alpn = "http/1.1",
    .host = address->is_tls ? address->host : "localhost",
    .path = "/",
    .protocol = LINK_SUBPROTOCOL,
    .local_protocol_name = LINK_SUBPROTOCOL,
    .opaque_user_data = pipe,
    .retry_and_idle_policy = &no_pings,
  };
  return lws_client_connect_via_info(&info) != NULL;
}

/* Looks first: when a connect is refused, libwebsockets 4.1.6 on libuv forgets to close its poll handle, for good. */
bool link_context_connect(struct lws_context *context, const struct link_address *address, struct link_pipe *pipe) {
  if (!link_address_is_served(address)) return false;
  char socket[LINK_PATH_BYTES_MAX + 2] = "+"; /* how libwebsockets is told that a path follows */
  memcpy(socket + 1, address->path, sizeof address->path);
  return dial(context, link_context_plain(context), address, address->is_unix ? socket : address->host, pipe);
}

bool link_context_connect_tls(struct lws_context *context, struct lws_vhost *vhost, const struct link_address *address, const char *number,
                              struct link_pipe *pipe) {
  return dial(context, vhost, address, number, pipe);
}
