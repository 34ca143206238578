/* socket_conn.c: one WebSocket of Socket Mode: its queue, hello, pings, and the ways in which it may end. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/sim/slack/sim.h"

enum { WAITING_BYTES_MAX = 64 * 1024 * 1024, CLOSE_WAIT_S = 5, FORGET_AGAIN_MS = 50 };

struct frame {
  struct frame *next; /* owned */
  int mode;           /* an lws_write_protocol */
  size_t bytes;
  unsigned char data[]; /* LWS_PRE bytes of room, then the frame */
};

/* ---- out ---- */

static void queue(struct conn *conn, const char *data, size_t bytes, int mode) {
  struct frame *frame = malloc(sizeof *frame + LWS_PRE + bytes + 1);
  assert(frame != NULL);
  *frame = (struct frame){.mode = mode, .bytes = bytes};
  memcpy(frame->data + LWS_PRE, data, bytes);
  if (conn->last == NULL) conn->first = frame;
  else conn->last->next = frame;
  conn->last = frame;
  conn->waiting_bytes += bytes;
}

static void pop(struct conn *conn) {
  struct frame *frame = conn->first;
  conn->waiting_bytes -= frame->bytes;
  conn->first = frame->next;
  if (conn->first == NULL) conn->last = NULL;
  free(frame);
}

/* What goes to a socket that nobody reads is lost, as it would be for Slack. */
void conn_send_bytes(struct conn *conn, const char *data, size_t bytes) {
  size_t piece = (size_t)sim_set(conn->sockets->sim, SET_fragment_bytes);
  if (conn->wsi == NULL || conn->closing || conn->waiting_bytes + bytes > WAITING_BYTES_MAX) return;
  if (piece == 0 || piece >= bytes) piece = bytes;
  for (size_t at = 0; at < bytes; at += piece) {
    size_t length = bytes - at < piece ? bytes - at : piece;
    int mode = at == 0 ? LWS_WRITE_TEXT : LWS_WRITE_CONTINUATION;
    if (at + length < bytes) mode |= LWS_WRITE_NO_FIN;
    queue(conn, data + at, length, mode);
  }
  lws_callback_on_writable(conn->wsi);
}

void conn_send(struct conn *conn, const char *text) {
  conn_send_bytes(conn, text, strlen(text));
}

/* A control frame may not stand between two pieces that libwebsockets still holds, so one frame leaves at a time. */
static bool writeable(void *who) {
  struct conn *conn = who;
  if (conn->ping_due) {
    unsigned char room[LWS_PRE + 64];
    int bytes = snprintf((char *)room + LWS_PRE, 64, "Ping from applink-sim-%d", conn->number);
    conn->ping_due = false;
    if (lws_write(conn->wsi, room + LWS_PRE, (size_t)bytes, LWS_WRITE_PING) < 0) return false;
  } else if (conn->first != NULL) {
    struct frame *frame = conn->first;
    if (lws_write(conn->wsi, frame->data + LWS_PRE, frame->bytes, (enum lws_write_protocol)frame->mode) < (int)frame->bytes) return false;
    pop(conn);
  } else if (conn->closing) {
    lws_set_timer_usecs(conn->wsi, 1); /* a close code leaves only from TIMER or RECEIVE */
    return true;
  }
  if (conn->first != NULL || conn->ping_due || conn->closing) lws_callback_on_writable(conn->wsi);
  return true;
}

/* ---- life ---- */

bool conn_is_up(const struct conn *conn) {
  return conn->greeted && conn->wsi != NULL && !conn->closing && !conn->lost;
}

/* Of this app; `all`: those about to go too. */
static size_t of_app(const struct sockets *sockets, const char *app, bool all) {
  size_t count = 0;
  for (size_t i = 0; i < sockets->conns.count; i++) {
    const struct conn *conn = sockets->conns.items[i];
    count += (all || (!conn->leaving && !conn->closing)) && strcmp(conn->app, app) == 0;
  }
  return count;
}

static void say_hello(void *who) {
  struct conn *conn = who;
  struct sim *sim = conn->sockets->sim;
  cJSON *hello = cJSON_CreateObject();
  tree_str(hello, "type", "hello");
  tree_int(hello, "num_connections", (int64_t)of_app(conn->sockets, conn->app, true));
  cJSON *debug = tree_object(hello, "debug_info");
  tree_str(debug, "host", "applink-sim-1");
  tree_str(debug, "build_number", "1");
  tree_int(debug, "approximate_connection_time", sim_set(sim, SET_connection_time_s));
  tree_str(tree_object(hello, "connection_info"), "app_id", conn->app);
  char *printed = tree_print(hello);
  cJSON_Delete(hello);
  conn_send(conn, printed);
  free(printed);
  conn->greeted = true;
  sockets_count_gap(conn->sockets);
}

static void ping(void *who) {
  struct conn *conn = who;
  moment_after(&conn->sockets->sim->moment, &conn->ping, sim_set(conn->sockets->sim, SET_ping_ms), ping, conn);
  if (conn->wsi == NULL || conn->closing) return;
  conn->ping_due = true;
  lws_callback_on_writable(conn->wsi);
}

static void end_of_leave(void *who) {
  struct conn *conn = who;
  conn_close(conn, 1000, "");
}

static void turn_away(struct conn *conn) {
  conn->leaving = true;
  conn->sockets->measures.refused++;
  conn_say_goodbye(conn, "too_many_websockets");
  moment_after(&conn->sockets->sim->moment, &conn->leave, 1, end_of_leave, conn);
}

struct conn *conn_open(struct sockets *sockets, struct lws *wsi) {
  struct sim *sim = sockets->sim;
  if (sockets->conns.count >= CONNS_MAX) return NULL;
  bool many = of_app(sockets, sockets->entering, false) >= (size_t)sim_set(sim, SET_connections_max);
  struct conn *conn = calloc(1, sizeof *conn);
  assert(conn != NULL);
  conn->sockets = sockets;
  conn->wsi = wsi;
  SLOT_PUT(conn->app, sockets->entering);
  conn->number = ++sockets->next_number;
  conn->kept_fd = -1;
  conn->opened_ms = moment_ms(&sim->moment);
  text_init(&conn->in, ACK_BYTES_MAX);
  list_add(&sockets->conns, conn);
  sockets->measures.opened++;
  int64_t delay = sim_set(sim, SET_hello_delay_ms);
  if (many) turn_away(conn);
  else if (delay == 0) say_hello(conn);
  else moment_after(&sim->moment, &conn->hello, delay, say_hello, conn);
  moment_after(&sim->moment, &conn->ping, sim_set(sim, SET_ping_ms), ping, conn);
  return conn;
}

void conn_free(struct conn *conn) {
  struct moment *moment = &conn->sockets->sim->moment;
  moment_cancel(moment, &conn->hello);
  moment_cancel(moment, &conn->ping);
  moment_cancel(moment, &conn->leave);
  (void)list_drop(&conn->sockets->conns, conn);
  while (conn->first != NULL) pop(conn);
  text_done(&conn->in);
  if (conn->kept_fd >= 0) close(conn->kept_fd);
  free(conn);
}

static void gone(void *who) {
  struct conn *conn = who;
  conn->wsi = NULL;
  sockets_count_gap(conn->sockets);
  if (conn->kept_fd < 0) conn_free(conn);
}

void conn_close(struct conn *conn, int code, const char *note) {
  if (conn->wsi == NULL || conn->closing) return;
  if (sim_set(conn->sockets->sim, SET_no_fin) != 0) {
    conn_close_open(conn);
    return;
  }
  conn->closing = true;
  conn->close_code = code;
  SLOT_PUT(conn->close_note, note);
  lws_set_timeout(conn->wsi, PENDING_TIMEOUT_CLOSE_SEND, CLOSE_WAIT_S); /* for a peer that does not read */
  lws_callback_on_writable(conn->wsi);
  sockets_count_gap(conn->sockets);
}

static bool timer(void *who) {
  struct conn *conn = who;
  if (!conn->closing || conn->first != NULL) return true;
  lws_close_reason(conn->wsi, (enum lws_close_status)conn->close_code, (unsigned char *)conn->close_note, strlen(conn->close_note));
  return false;
}

void conn_say_goodbye(struct conn *conn, const char *reason) {
  cJSON *frame = cJSON_CreateObject();
  tree_str(frame, "type", "disconnect");
  tree_str(frame, "reason", reason);
  tree_str(tree_object(frame, "debug_info"), "host", "applink-sim-1");
  char *printed = tree_print(frame);
  cJSON_Delete(frame);
  conn_send(conn, printed);
  free(printed);
}

/* ---- ends that no protocol knows ---- */

/* libwebsockets would say goodbye to TCP, which is what must not happen. So the socket moves to another number, and under the
 * old one stands a socket whose other end is closed: libwebsockets finds it dead and goes its ordinary way. The loop's epoll
 * set must learn it too: it knows sockets by what stood under the number when it was told. */
bool conn_take_away(struct conn *conn) {
  int fd = conn->wsi == NULL ? -1 : (int)lws_get_socket_fd(conn->wsi), backend = uv_backend_fd(conn->sockets->sim->loop), pair[2];
  if (fd < 0 || conn->kept_fd >= 0) return false;
  int kept = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (kept < 0) return false;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0) {
    close(kept);
    return false;
  }
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  bool watched = epoll_ctl(backend, EPOLL_CTL_DEL, fd, &event) == 0;
  int placed = dup3(pair[0], fd, O_CLOEXEC);
  assert(placed == fd);
  if (watched) (void)epoll_ctl(backend, EPOLL_CTL_ADD, fd, &event);
  close(pair[0]);
  close(pair[1]);
  conn->kept_fd = kept;
  conn->closing = conn->lost = true;
  while (conn->first != NULL) pop(conn);
  sockets_count_gap(conn->sockets);
  return true;
}

void conn_reset(struct conn *conn) {
  struct linger at_once = {.l_onoff = 1, .l_linger = 0};
  if (!conn_take_away(conn)) return;
  (void)setsockopt(conn->kept_fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(conn->kept_fd);
  conn->kept_fd = -1;
}

/* libwebsockets may still have to notice that its dummy is dead. */
static void forget(void *who) {
  struct conn *conn = who;
  if (conn->wsi == NULL) conn_free(conn);
  else moment_after(&conn->sockets->sim->moment, &conn->leave, FORGET_AGAIN_MS, forget, conn);
}

/* Slack goes on believing in it for a while, and what it sends there is lost. */
void conn_vanish(struct conn *conn) {
  struct sim *sim = conn->sockets->sim;
  if (!conn_take_away(conn)) return;
  conn->closing = false;
  moment_after(&sim->moment, &conn->leave, sim_set(sim, SET_ghost_ms), forget, conn);
}

static void put_close(struct conn *conn) {
  static const unsigned char close_frame[] = {0x88, 0x02, 0x03, 0xe8}; /* 1000 */
  ssize_t sent = send(conn->kept_fd, close_frame, sizeof close_frame, MSG_NOSIGNAL);
  (void)sent; /* a peer that does not read does not get it: it is an unkind end anyway */
}

void conn_close_open(struct conn *conn) {
  conn_vanish(conn);
  conn->leaving = true;
  if (conn->kept_fd >= 0) put_close(conn);
}

static bool peer_closes(void *who) {
  struct conn *conn = who;
  if (sim_set(conn->sockets->sim, SET_no_fin) == 0) {
    conn->closing = true;
    sockets_count_gap(conn->sockets);
    return true;
  }
  conn_close_open(conn);
  return false;
}

/* ---- in ---- */

static bool heard(void *who, const char *data, size_t bytes) {
  struct conn *conn = who;
  if (conn->closing || conn->lost) return true;
  text_add_n(&conn->in, data, bytes);
  if (conn->in.full || conn->in.length + lws_remaining_packet_payload(conn->wsi) > ACK_BYTES_MAX) {
    static char note[] = "Max frame length of 20480 has been exceeded.";
    conn->sockets->measures.oversized++;
    conn->closing = true;
    sockets_count_gap(conn->sockets);
    lws_close_reason(conn->wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, (unsigned char *)note, strlen(note));
    return false;
  }
  if (!lws_is_final_fragment(conn->wsi)) return true;
  sockets_hear(conn->sockets, conn, text_str(&conn->in), conn->in.length);
  text_clear(&conn->in);
  return true;
}

static void ponged(void *who) {
  struct conn *conn = who;
  conn->ponged_us = lws_now_usecs();
}

static bool enter(void *who, const char *path, const char *secret) {
  struct sim *sim = who;
  const char *app = strcmp(path, "/link/") == 0 ? ticket_use(&sim->tickets, secret, moment_ms(&sim->moment)) : NULL;
  if (app != NULL) SLOT_PUT(sim->sockets->entering, app);
  return app != NULL;
}

static void *opened(void *who, struct lws *wsi) {
  struct sim *sim = who;
  return conn_open(sim->sockets, wsi);
}

const struct http_owner socket_conn_owner = {.enter = enter,
                                             .opened = opened,
                                             .writeable = writeable,
                                             .heard = heard,
                                             .ponged = ponged,
                                             .peer_closes = peer_closes,
                                             .timer = timer,
                                             .gone = gone};
