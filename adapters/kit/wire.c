/* wire.c: a WebSocket client in libwebsockets, in a vhost of its own beside those of the links. */
#include "adapters/kit/wire.h"

#include <libwebsockets.h>
#include <netinet/tcp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/kit/link_dial.h"
#include "adapters/kit/link_flush.h"
#include "adapters/kit/link_tls.h"
#include "bot/base/log.h"
#include "bot/base/text.h"

enum { MAGIC = 0x57697265, READ_BYTES = 16384, CLOSE_S = 1, NOTE_BYTES = 160, TOO_LARGE = 1009, FRAME_BYTES_MAX = 16 << 20 };
#define NAME "wire"

struct parcel {
  struct parcel *next; /* owned */
  size_t bytes;
  unsigned char data[]; /* LWS_PRE bytes of room, then the message */
};

struct wire {
  uint32_t magic;
  uv_loop_t *loop;             /* borrowed from the caller */
  struct lws_context *context; /* borrowed from the caller */
  const struct http_places *places; /* borrowed from the caller */
  const char *ca_file;         /* borrowed from the caller */
  struct link_dial *dial;      /* its own master; NULL once it called back */
  struct lws *wsi;             /* borrowed from libwebsockets until gone; NULL before it is open */
  struct http_url url;         /* its path points into `text` */
  char *text;                  /* owned */
  struct wire_handlers handlers;
  void *who;                   /* borrowed from the caller until gone, wire_close or wire_drop */
  bool connecting, dead;       /* libwebsockets is called to connect; and called back that it cannot */
  bool left;                   /* the owner does not want to hear of it any more */
  bool closing, said_why, ping_due;
  bool skipping;               /* the rest of a message that is too large */
  int code;                    /* the close code, ours or theirs */
  char note[NOTE_BYTES];
  struct text in;              /* owned; one message being put together */
  struct link_flush flush;     /* it wants to write */
  struct parcel *first, *last; /* owned; what waits to be sent */
  size_t waiting;
};

/* ---- its end ---- */

static void wire_free(struct wire *wire) {
  while (wire->first != NULL) {
    struct parcel *parcel = wire->first;
    wire->first = parcel->next;
    free(parcel);
  }
  text_done(&wire->in);
  explicit_bzero(wire->text, strlen(wire->text)); /* a ticket */
  free(wire->text);
  wire->magic = 0;
  free(wire);
}

/* libwebsockets' way to say that CONNECT was not answered with 200. */
static bool proxy_refused(const struct wire *wire, const char *note, size_t bytes) {
  static const char said[] = "proxy";
  return wire->places->proxy != NULL && bytes >= sizeof said - 1 && strncmp(note, said, sizeof said - 1) == 0;
}

static void gone(struct wire *wire, const char *note, size_t bytes) {
  if (note != NULL && proxy_refused(wire, note, bytes))
    (void)snprintf(wire->note, sizeof wire->note, "the proxy %.60s refuses to go to %.60s", wire->places->proxy, wire->url.host);
  if (wire->note[0] == '\0' && note != NULL) (void)snprintf(wire->note, sizeof wire->note, "%.*s", (int)bytes, note);
  link_flush_drop(&wire->flush);
  wire->wsi = NULL;
  wire->dead = true;
  if (wire->connecting) return; /* connect_to ends it: libwebsockets may call back from within, or not at all */
  if (!wire->left) wire->handlers.gone(wire->who, wire->code, wire->note);
  wire_free(wire);
}

/* ---- out ---- */

static bool write_parcel(struct wire *wire) {
  struct parcel *parcel = wire->first;
  int written = lws_write(wire->wsi, parcel->data + LWS_PRE, parcel->bytes, LWS_WRITE_TEXT);
  if (written < (int)parcel->bytes) return false;
  wire->waiting -= parcel->bytes;
  wire->first = parcel->next;
  if (wire->first == NULL) wire->last = NULL;
  free(parcel);
  return true;
}

static bool write_ping(struct wire *wire) {
  unsigned char room[LWS_PRE + 1] = {[LWS_PRE] = '.'};
  wire->ping_due = false;
  return lws_write(wire->wsi, room + LWS_PRE, 1, LWS_WRITE_PING) >= 0;
}

/* Messages that leave together are to share packets: each by itself costs the kernel, and the other end's, as much as it costs us. */
static void cork(struct wire *wire, int on) {
  (void)setsockopt(lws_get_socket_fd(wire->wsi), IPPROTO_TCP, TCP_CORK, &on, sizeof on); /* ignoring: it only saves */
}

static bool write_parcels(struct wire *wire) {
  bool choked = lws_partial_buffered(wire->wsi) != 0, good = true, several = !choked && wire->first != NULL && wire->first->next != NULL;
  if (several) cork(wire, 1);
  while (good && wire->first != NULL && !choked) {
    good = write_parcel(wire);
    choked = lws_partial_buffered(wire->wsi) != 0;
  }
  if (several) cork(wire, 0);
  return good;
}

static int writeable(void *who) {
  struct wire *wire = who;
  if (wire->said_why) return 0;
  if (wire->ping_due && !write_ping(wire)) return -1;
  if (!write_parcels(wire)) return -1;
  bool choked = lws_partial_buffered(wire->wsi) != 0;
  if (wire->closing && wire->first == NULL && !choked) lws_set_timer_usecs(wire->wsi, 1); /* only TIMER can send a close code */
  else if (wire->closing || wire->first != NULL) lws_callback_on_writable(wire->wsi);
  return 0;
}

enum err wire_send(struct wire *wire, const char *data, size_t bytes) {
  assert(wire->magic == MAGIC && bytes > 0);
  if (wire->wsi == NULL || wire->closing || wire->waiting + bytes > WIRE_QUEUE_BYTES_MAX) return err_note(ERR_AGAIN, "the connection takes nothing now");
  struct parcel *parcel = malloc(sizeof *parcel + LWS_PRE + bytes);
  assert(parcel != NULL);
  *parcel = (struct parcel){.bytes = bytes};
  memcpy(parcel->data + LWS_PRE, data, bytes);
  if (wire->last == NULL) wire->first = parcel;
  else wire->last->next = parcel;
  wire->last = parcel;
  wire->waiting += bytes;
  link_flush_soon(&wire->flush, wire->wsi, writeable, wire);
  return ERR_NONE;
}

void wire_ping(struct wire *wire) {
  assert(wire->magic == MAGIC);
  if (wire->wsi == NULL || wire->closing) return;
  wire->ping_due = true;
  lws_callback_on_writable(wire->wsi);
}

/* ---- closing ---- */

static void begin_close(struct wire *wire, int code, const char *note) {
  if (wire->wsi == NULL || wire->closing) return;
  wire->closing = true;
  wire->code = code;
  (void)snprintf(wire->note, sizeof wire->note, "%s", note);
  lws_set_timeout(wire->wsi, PENDING_TIMEOUT_CLOSE_SEND, CLOSE_S);
  lws_callback_on_writable(wire->wsi);
}

static int timer(struct wire *wire) {
  if (!wire->closing || wire->said_why || wire->first != NULL) return 0;
  wire->said_why = true;
  lws_close_reason(wire->wsi, (enum lws_close_status)wire->code, NULL, 0);
  return -1;
}

static void peer_closes(struct wire *wire, const unsigned char *reason, size_t bytes) {
  wire->said_why = true; /* libwebsockets answers with the same code */
  if (wire->closing) return;
  wire->closing = true;
  if (bytes >= 2) wire->code = reason[0] << 8 | reason[1];
  (void)snprintf(wire->note, sizeof wire->note, "the other end closed it");
}

/* True: it was never handed to libwebsockets, and is freed. */
static bool leave(struct wire *wire) {
  assert(wire->magic == MAGIC && !wire->left);
  wire->left = true;
  if (wire->dial == NULL) return false;
  wire->dial = link_dial_stop(wire->dial);
  wire_free(wire);
  return true;
}

struct wire *wire_close(struct wire *wire) {
  if (wire == NULL || leave(wire)) return NULL;
  begin_close(wire, LWS_CLOSE_STATUS_NORMAL, ""); /* while it connects: opened() closes it */
  return NULL;
}

struct wire *wire_drop(struct wire *wire) {
  if (wire == NULL || leave(wire)) return NULL;
  if (wire->wsi != NULL) lws_set_timeout(wire->wsi, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_ASYNC);
  return NULL;
}

/* ---- in ---- */

static int opened(struct wire *wire, struct lws *wsi) {
  wire->wsi = wsi;
  if (wire->left) begin_close(wire, LWS_CLOSE_STATUS_NORMAL, "");
  else wire->handlers.open(wire->who);
  return 0;
}

/* One message that is too large shall not cost the others that are under way here. */
static void skip(struct wire *wire) {
  if (!wire->skipping) log_line(LOG_trouble, "host=%s note=\"a message of more than 1 MiB was left out\"", wire->url.host);
  wire->skipping = true;
  text_clear(&wire->in);
}

static void take(struct wire *wire, const char *data, size_t bytes, size_t missing) {
  if (wire->skipping || wire->in.length + bytes + missing > WIRE_MESSAGE_BYTES_MAX) skip(wire);
  else text_add_n(&wire->in, data, bytes);
  if (missing > 0 || !lws_is_final_fragment(wire->wsi)) return;
  bool whole = !wire->skipping && !lws_frame_is_binary(wire->wsi);
  wire->skipping = false;
  if (whole) wire->handlers.text(wire->who, text_str(&wire->in), wire->in.length);
  text_clear(&wire->in);
}

static int received(struct wire *wire, const char *data, size_t bytes) {
  size_t missing = lws_remaining_packet_payload(wire->wsi);
  if (wire->left || wire->closing) return 0;
  wire->handlers.heard(wire->who);
  if (wire->left) return 0;
  if (missing > FRAME_BYTES_MAX) begin_close(wire, TOO_LARGE, "a frame of more than 16 MiB");
  else take(wire, data, bytes, missing);
  return 0;
}

static int heard(struct wire *wire) {
  if (!wire->left) wire->handlers.heard(wire->who);
  return 0;
}

/* Only listens: nothing here makes a certificate good that OpenSSL refused. */
static int hear_verdict(struct wire *wire, X509_STORE_CTX *verdict, bool good) {
  const char *why = X509_verify_cert_error_string(X509_STORE_CTX_get_error(verdict));
  if (!good) (void)snprintf(wire->note, sizeof wire->note, "the certificate of %.60s is refused: %s", wire->url.host, why);
  return 0;
}

static int wire_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t bytes) {
  struct wire *wire = lws_get_opaque_user_data(wsi);
  if (wire == NULL) return 0;
  assert(wire->magic == MAGIC);
  switch (reason) {
    case LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION: return hear_verdict(wire, user, bytes != 0);
    case LWS_CALLBACK_CLIENT_ESTABLISHED: return opened(wire, wsi);
    case LWS_CALLBACK_CLIENT_RECEIVE: return received(wire, in, bytes);
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG: return heard(wire);
    case LWS_CALLBACK_CLIENT_WRITEABLE: return writeable(wire);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: peer_closes(wire, in, bytes); return 0;
    case LWS_CALLBACK_TIMER: return timer(wire);
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
    case LWS_CALLBACK_CLOSED_CLIENT_HTTP: /* the upgrade was never answered */
    case LWS_CALLBACK_CLIENT_CLOSED:
      lws_set_opaque_user_data(wsi, NULL);
      gone(wire, in, reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR && in != NULL ? bytes : 0);
      return 0;
    default: return 0;
  }
}

/* ---- the vhost ---- */

static const struct lws_protocols protocols[] = {{.name = NAME, .callback = wire_callback, .rx_buffer_size = READ_BYTES}, {.name = NULL}};
static const lws_retry_bo_t no_pings = {0}; /* whoever owns the wire pings */

struct wrap { /* what the vhost needs as long as it lives */
  struct ssl_ctx_st *tls; /* owned */
  char name[];
};

static void wrap_free(struct lws_vhost *vhost, void *who) {
  struct wrap *wrap = who;
  (void)vhost;
  wrap->tls = link_tls_free(wrap->tls);
  free(wrap);
}

/* `login` stays out of its name, and so out of every log: it is the same as long as the process lives. */
static enum err make_vhost(struct lws_context *context, struct wrap *wrap, const char *proxy, const char *login, struct lws_vhost **ret_vhost) {
  char through[HTTP_LOGIN_BYTES_MAX + LINK_NUMBER_BYTES + 16] = ":0"; /* never through the proxy that $http_proxy names */
  if (proxy != NULL) (void)snprintf(through, sizeof through, "%s%s%s", login, login[0] == '\0' ? "" : "@", proxy);
  struct lws_context_creation_info info = {
    .port = CONTEXT_PORT_NO_LISTEN,
    .protocols = protocols,
    .vhost_name = wrap->name,
    .retry_and_idle_policy = &no_pings,
    .http_proxy_address = through,
    .options = LWS_SERVER_OPTION_DISABLE_IPV6 | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
    .provided_client_ssl_ctx = wrap->tls,
    .alpn = "http/1.1",
    .finalize = wrap_free,
    .finalize_arg = wrap,
  };
  *ret_vhost = lws_create_vhost(context, &info);
  explicit_bzero(through, sizeof through);
  return *ret_vhost == NULL ? err_note(ERR_INTERNAL, "libwebsockets makes no vhost") : ERR_NONE;
}

/* One for each file of authorities and each proxy ("10.0.0.1:3128", or NULL), made when it is first needed. */
static enum err vhost_for(struct lws_context *context, const char *ca_file, const char *proxy, const char *login, struct lws_vhost **ret_vhost) {
  const char *trusted = ca_file == NULL ? "the system" : ca_file, *through = proxy == NULL ? "nobody" : proxy;
  size_t bytes = sizeof NAME " trusts  through " + strlen(trusted) + strlen(through);
  struct wrap *wrap = calloc(1, sizeof *wrap + bytes);
  assert(wrap != NULL);
  (void)snprintf(wrap->name, bytes, "%s trusts %s through %s", NAME, trusted, through);
  struct lws_vhost *known = lws_get_vhost_by_name(context, wrap->name);
  enum err err = known != NULL ? ERR_NONE : link_tls_trust(ca_file, &wrap->tls);
  if (known == NULL && err == ERR_NONE) return make_vhost(context, wrap, proxy, login, ret_vhost);
  if (known != NULL) *ret_vhost = known;
  free(wrap);
  return err;
}

/* ---- its beginning ---- */

/* Through a proxy `number` is the proxy's, and the proxy looks the host up. */
static void connect_to(struct wire *wire, struct lws_vhost *vhost, const char *number) {
  char host[HTTP_HOST_BYTES_MAX + 8];
  bool usual = wire->url.port == (wire->url.is_tls ? 443 : 80);
  if (usual) (void)snprintf(host, sizeof host, "%s", wire->url.host);
  else (void)snprintf(host, sizeof host, "%s:%d", wire->url.host, wire->url.port);
  struct lws_client_connect_info info = {
    .context = wire->context,
    .vhost = vhost,
    .address = wire->places->proxy == NULL ? number : wire->url.host,
    .port = wire->url.port,
    .ssl_connection = wire->url.is_tls ? LCCSCF_USE_SSL : 0, /* no flag that lets a certificate pass */
    .alpn = "http/1.1",
    .host = host,
    .path = wire->url.path,
    .local_protocol_name = NAME,
    .opaque_user_data = wire,
    .retry_and_idle_policy = &no_pings,
  };
  wire->connecting = true;
  bool began = lws_client_connect_via_info(&info) != NULL;
  wire->connecting = false;
  if (!began || wire->dead) gone(wire, "it does not connect", strlen("it does not connect"));
}

static void on_dialled(void *who, const char *number, const char *note) {
  struct wire *wire = who;
  struct lws_vhost *vhost = NULL;
  char host[HTTP_HOST_BYTES_MAX + 1], proxy[LINK_NUMBER_BYTES + 8];
  int port;
  wire->dial = NULL;
  if (number == NULL) {
    gone(wire, note, strlen(note));
    return;
  }
  bool proxied = wire->places->proxy != NULL && http_proxy_parse(wire->places->proxy, host, &port);
  if (proxied) (void)snprintf(proxy, sizeof proxy, "%s:%d", number, port);
  if (vhost_for(wire->context, wire->ca_file, proxied ? proxy : NULL, wire->places->proxy_login, &vhost) == ERR_NONE) {
    connect_to(wire, vhost, number);
    return;
  }
  gone(wire, err_note_text(), strlen(err_note_text()));
  err_note_clear();
}

/* Whom the name service is asked for: the host, or the proxy before it. */
static struct link_address near_end(const struct http_url *url, const struct http_places *places) {
  struct link_address address = {.is_tls = url->is_tls, .port = url->port};
  char host[HTTP_HOST_BYTES_MAX + 1];
  if (places->proxy == NULL || !http_proxy_parse(places->proxy, host, &address.port)) (void)snprintf(host, sizeof host, "%s", url->host);
  (void)snprintf(address.host, sizeof address.host, "%s", host);
  return address;
}

enum err wire_open(struct lws_context *context, uv_loop_t *loop, const struct wire_options *options,
                   const struct wire_handlers *handlers, void *who, struct wire **ret_wire) {
  struct http_url url;
  enum err err = http_url_parse(options->url, &url);
  if (err == ERR_NONE && (!url.is_ws || !http_url_allowed(&url, options->places)))
    err = err_note(ERR_DENIED, "a WebSocket's address that is none of the platform's");
  if (err != ERR_NONE) return err;
  struct wire *wire = calloc(1, sizeof *wire);
  assert(wire != NULL);
  *wire = (struct wire){.magic = MAGIC, .loop = loop, .context = context, .places = options->places, .ca_file = options->ca_file, .url = url,
                         .handlers = *handlers, .who = who};
  wire->text = strdup(options->url);
  assert(wire->text != NULL);
  wire->url.path = wire->text + (url.path - options->url);
  text_init(&wire->in, WIRE_MESSAGE_BYTES_MAX);
  struct link_address address = near_end(&url, options->places);
  wire->dial = link_dial_start(loop, &address, on_dialled, wire);
  *ret_wire = wire;
  return ERR_NONE;
}
