/* wire.c: answers what the pipe asks of libwebsockets, and what clients and servers ask of their context. */
#include "tests/fuzz/kit/wire.h"

#include <string.h>

#include "adapters/kit/link_flush.h"
#include "tests/fuzz/kit/fuzz.h"

enum { SENT_BYTES_MAX = 32 << 20, TURNS_MAX = 1000 };

struct wire wires[WIRES_MAX];
const struct link_door_owner *wire_door;
void *wire_door_who;

/* To the pipe a wire is its WebSocket. */
static struct lws *wsi_of(struct wire *wire) {
  return (struct lws *)wire;
}

static struct wire *wire_of(struct lws *wsi) {
  struct wire *wire = (struct wire *)wsi;
  FUZZ_MUST(wire >= wires && wire < wires + WIRES_MAX && wire->pipe != NULL, "a call for a connection that is gone");
  return wire;
}

/* ---- instead of libwebsockets ---- */
int lws_callback_on_writable(struct lws *wsi) {
  wire_of(wsi)->writable = true;
  return 1;
}

int lws_write(struct lws *wsi, unsigned char *data, size_t bytes, enum lws_write_protocol how) {
  struct wire *wire = wire_of(wsi);
  FUZZ_MUST(how == LWS_WRITE_TEXT && bytes <= LINK_FRAME_BYTES_MAX && !wire->has_said_why, "%zu bytes", bytes);
  text_add_n(&wire->sent, (const char *)data, bytes);
  return (int)bytes;
}

void lws_close_reason(struct lws *wsi, enum lws_close_status status, unsigned char *note, size_t bytes) {
  wire_of(wsi)->has_said_why = true;
  FUZZ_MUST((int)status >= 1000 && (int)status < 5000 && bytes <= LINK_NOTE_BYTES, "close %d", (int)status);
  FUZZ_MUST(text_utf8_valid((const char *)note, bytes), "a note that is no text");
}

int lws_frame_is_binary(struct lws *wsi) {
  return wire_of(wsi)->missing == SIZE_MAX;
}

int lws_is_final_fragment(struct lws *wsi) {
  return wire_of(wsi)->last;
}

size_t lws_remaining_packet_payload(struct lws *wsi) {
  return wire_of(wsi)->missing;
}

int lws_partial_buffered(struct lws *wsi) {
  (void)wire_of(wsi);
  return 0;
}

/* There is no loop: it is written when the fuzzer lets it. */
void link_flush_soon(struct link_flush *flush, struct lws *wsi, int (*write)(void *who), void *who) {
  (void)flush, (void)write, (void)who;
  (void)lws_callback_on_writable(wsi);
}

void link_flush_drop(struct link_flush *flush) {
  (void)flush;
}

void lws_set_timeout(struct lws *wsi, enum pending_timeout reason, int secs) {
  (void)reason;
  (void)secs;
  (void)wire_of(wsi);
}

void lws_set_timer_usecs(struct lws *wsi, lws_usec_t us) {
  wire_of(wsi)->timer = us == 1; /* the other one, for a hello that does not come, never rings here */
}

struct lws_context *lws_get_context(const struct lws *wsi) {
  (void)wsi;
  return NULL;
}

/* Time stands still here: no heart beats, and nothing is to be taken back. */
void lws_sul_schedule(struct lws_context *context, int thread, lws_sorted_usec_list_t *sul, sul_cb_t call, lws_usec_t us) {
  (void)context, (void)thread, (void)sul, (void)call, (void)us;
}

void lws_sul_cancel(lws_sorted_usec_list_t *sul) {
  (void)sul;
}

/* ---- instead of link_context.c and link_door.c ---- */
bool link_context_connect(struct lws_context *context, const struct link_address *address, struct link_pipe *pipe) {
  (void)context;
  (void)address;
  wires[0].pipe = pipe;
  return true;
}

/* No harness asks for TLS: what comes through it is the same lines. */
enum err link_context_tls_client(struct lws_context *context, const char *ca_file, struct lws_vhost **ret_vhost) {
  (void)context, (void)ca_file, (void)ret_vhost;
  return ERR_INTERNAL;
}

enum err link_context_tls_server(struct lws_context *context, const char *cert_file, const char *key_file, struct lws_vhost **ret_vhost) {
  (void)context, (void)cert_file, (void)key_file, (void)ret_vhost;
  return ERR_INTERNAL;
}

bool link_context_connect_tls(struct lws_context *context, struct lws_vhost *vhost, const struct link_address *address, const char *number,
                              struct link_pipe *pipe) {
  (void)context, (void)vhost, (void)address, (void)number, (void)pipe;
  return false;
}

struct lws_vhost *link_context_plain(struct lws_context *context) {
  (void)context;
  return NULL;
}

enum err link_door_open(struct lws_vhost *vhost, uv_loop_t *loop, const struct link_address *address, const struct link_door_owner *owner, void *who,
                        struct link_door **ret_door) {
  (void)vhost;
  (void)loop;
  (void)address;
  wire_door = owner;
  wire_door_who = who;
  *ret_door = NULL;
  return ERR_NONE;
}

int link_door_port(const struct link_door *door) {
  (void)door;
  return 0;
}

/* The server's memory goes in `closed`, as from the loop; the harness calls it when all wires are gone. */
void link_door_close(struct link_door *door) {
  (void)door;
}

/* ---- a connection's life ---- */
void wire_open(size_t which, struct link_pipe *pipe) {
  wires[which].pipe = pipe;
  if (wires[which].sent.bytes_max == 0) text_init(&wires[which].sent, SENT_BYTES_MAX);
  wires[which].writable = wires[which].timer = wires[which].has_said_why = false;
  link_pipe_opened(pipe, wsi_of(&wires[which]));
}

bool wire_is_open(size_t which) {
  return wires[which].pipe != NULL;
}

void wire_receive(size_t which, const char *data, size_t bytes) {
  struct wire *wire = &wires[which];
  struct feed feed = {data, bytes};
  while (feed.left > 0 && wire->pipe != NULL) {
    struct piece piece = feed_until(&feed, '\v');
    wire->missing = 0;
    wire->last = feed.left == 0;
    if (link_pipe_received(wire->pipe, piece.bytes == 0 ? "" : piece.data, piece.bytes) != 0) wire_gone(which);
  }
  if (wire->pipe != NULL) wire_settle(which);
}

void wire_peer_closes(size_t which, const char *reason, size_t bytes) {
  link_pipe_peer_closes(wires[which].pipe, (const unsigned char *)reason, bytes);
  wire_settle(which);
  wire_gone(which);
}

void wire_settle(size_t which) {
  struct wire *wire = &wires[which];
  for (int turn = 0; turn < TURNS_MAX && wire->pipe != NULL && (wire->writable || wire->timer); turn++) {
    bool writable = wire->writable;
    wire->writable = false;
    if (writable && link_pipe_writeable(wire->pipe) != 0) wire_gone(which);
    if (wire->pipe == NULL || !wire->timer) continue;
    wire->timer = false;
    if (link_pipe_timer(wire->pipe) != 0) wire_gone(which);
  }
  FUZZ_MUST(wire->pipe == NULL || !wire->writable, "it never stops to write");
}

void wire_gone(size_t which) {
  struct link_pipe *pipe = wires[which].pipe;
  if (pipe == NULL) return;
  link_pipe_gone(pipe, NULL, 0);
  wires[which].pipe = NULL;
}

void wire_done(void) {
  for (size_t i = 0; i < WIRES_MAX; i++) {
    wire_gone(i);
    text_done(&wires[i].sent);
    wires[i] = (struct wire){.pipe = NULL};
  }
  wire_door = NULL;
}
