/* sockets.h: Socket Mode: connections, envelopes, acknowledgements, retries, and everything that can go wrong with them. */
#ifndef SIM_SLACK_SOCKETS_H
#define SIM_SLACK_SOCKETS_H

#include <libwebsockets.h>

#include "tests/sim/slack/world.h"

enum { ACK_BYTES_MAX = 20480, ENVELOPES_MAX = 20000, CONNS_MAX = 64, ATTEMPTS_MAX = 4 };

struct sim;
struct sockets;

/* What an envelope is about, for what its answer means. */
enum envelope_kind { ENVELOPE_EVENT, ENVELOPE_COMMAND, ENVELOPE_CLICK, ENVELOPE_SUBMIT, ENVELOPE_CLOSED, ENVELOPE_SUGGEST };
enum envelope_state { ENVELOPE_WAITING, ENVELOPE_ACKED, ENVELOPE_LATE, ENVELOPE_GIVEN_UP };

struct envelope {
  char id[40], event_id[ID_SIZE], view_id[ID_SIZE];
  const char *type; /* borrowed: a constant */
  enum envelope_kind kind;
  enum envelope_state state;
  bool retries;                              /* events only */
  cJSON *payload;                            /* owned; NULL once nothing will be sent again */
  cJSON *answer;                             /* owned; the payload of its acknowledgement */
  struct user *user;                         /* borrowed; who did it; may be NULL */
  struct channel *channel;                   /* borrowed; where; may be NULL */
  bool of_crowd;                             /* crowd.h measures its acknowledgement */
  int attempt, deliveries, acks, lost_acks, connection; /* connection: where it went last */
  int64_t sent_us;                           /* when it left last, or first for a person's deed */
  struct timer timer;
  struct sockets *sockets; /* borrowed */
};

struct sockets *sockets_new(struct sim *sim);
void sockets_stop(struct sockets *sockets); /* no more timers; before the loop's end */
struct sockets *sockets_free(struct sockets *sockets);

/* Takes payload; fill in the rest of what comes back before the loop goes on. */
struct envelope *sockets_deliver(struct sockets *sockets, enum envelope_kind kind, cJSON *payload);
struct envelope *sockets_envelope(struct sockets *sockets, const char *id);
size_t sockets_up(const struct sockets *sockets); /* those that said hello and work */
void sockets_report(struct sockets *sockets, cJSON *into);
void sockets_report_envelope(const struct envelope *envelope, cJSON *into);
void sockets_forget(struct sockets *sockets); /* the measures start anew */

/* What a test may do: {"what":"disconnect","reason":"warning","connection":2,…}. NULL, or what is wrong with the wish. */
const char *sockets_trouble(struct sockets *sockets, const cJSON *wish);

/* ---- between sockets.c, socket_conn.c and socket_trouble.c ---- */
struct frame;
struct conn {
  struct sockets *sockets;     /* borrowed */
  struct lws *wsi;             /* borrowed; NULL once its socket was taken away or is gone */
  int number;                  /* from 1, as tests name it */
  char app[APP_ID_SIZE];
  bool greeted, leaving, lost; /* leaving: was told to go, gets nothing new; lost: Slack does not know that it is dead */
  bool ping_due, closing;
  int close_code;
  char close_note[64];
  int kept_fd;                /* owned; a socket that was taken from libwebsockets, or -1 */
  struct frame *first, *last; /* owned */
  size_t waiting_bytes;
  struct text in;
  struct timer hello, ping, leave;
  int64_t opened_ms, envelopes, acks;
  lws_usec_t ponged_us;
};

struct measures {
  int64_t longest_gap_us, total_gap_us, gap_since_us; /* gap_since_us: 0 while somebody is there, or nobody ever was */
  int64_t gaps, acked, late, again, unknown, oversized, elsewhere, given_up, opened, refused;
  int64_t *ack_us; /* owned ring */
  size_t ack_count;
};

struct sockets {
  struct sim *sim;       /* borrowed */
  struct list conns;     /* of struct conn, owned */
  struct list envelopes; /* of struct envelope, owned; oldest first */
  struct map *by_id;
  int next_number;
  char entering[APP_ID_SIZE]; /* whose ticket was taken last: libwebsockets opens that connection before it looks at another */
  bool was_up; /* somebody was connected once: from then on, nobody is a gap */
  struct measures measures;
};

struct conn *conn_open(struct sockets *sockets, struct lws *wsi);
void conn_send(struct conn *conn, const char *text);
void conn_send_bytes(struct conn *conn, const char *data, size_t bytes); /* a text frame, whatever the bytes are */
void conn_close(struct conn *conn, int code, const char *note);
bool conn_take_away(struct conn *conn);                       /* libwebsockets keeps a dummy; kept_fd holds the real socket */
void conn_say_goodbye(struct conn *conn, const char *reason); /* a disconnect frame */
void conn_free(struct conn *conn);
void conn_reset(struct conn *conn);      /* with RST */
void conn_vanish(struct conn *conn);     /* half-open: neither end hears of it */
void conn_close_open(struct conn *conn); /* Close, and TCP stays */
bool conn_is_up(const struct conn *conn);
void sockets_count_gap(struct sockets *sockets);
void sockets_hear(struct sockets *sockets, struct conn *conn, const char *text, size_t bytes);

#endif
