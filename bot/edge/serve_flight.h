/* serve_flight.h: what is under way in a served scheme: commits and what is owed after them, results, events that wait. */
#ifndef MENTORD_SERVE_FLIGHT_H
#define MENTORD_SERVE_FLIGHT_H

#include "bot/edge/round_work.h"
#include "bot/edge/serve.h"
#include "bot/edge/serve_pace.h"

struct owed { /* one acknowledgement; all owned */
  char *workspace, *event_id, *reply;
};

/* A row that is done with, until a commit says so: results "sent" wait for one to ride with. */
struct ride {
  struct out *out;  /* owned, packed */
  const char *name; /* borrowed from `out`: what its message is known by from now on; NULL: it stays as it was */
  char *message;    /* owned; the platform's id of it; NULL: it has none */
};
struct rides {
  struct ride *items;
  size_t count, capacity;
};
/* One commit under way, and what is owed to others once it is back. */
struct flight {
  struct serve *serve;
  struct flight *next;                   /* owned: the commit sent after it */
  struct owed *acks;                     /* owned: its own event's, and those of events that changed nothing behind it */
  size_t ack_count;
  uint8_t event_hash[STORE_EVENT_ID_BYTES];
  bool has_event;
  struct out **rows;                     /* owned, packed: into the outbox */
  size_t row_count;
  struct rides rides;                    /* owned: results that rode; `got` is owed */
  struct keeps_flown *keeps;             /* owned: an adapter's blobs in it; NULL: none */
  bool marks;                            /* how far rows may go stands in it */
  bool reset;
};

/* The blobs that a commit carries, as their adapter must hear of them. All owned. */
struct keeps_flown {
  char *workspace, *id;                  /* the keep's, or the event's */
  bool alone;                            /* a keep of its own is told when it is stored; an event is acknowledged */
  size_t count;
  char **keys;
  int64_t *versions;
};

/* A round too large for a turn, on another thread. */
struct making {
  struct round_work *work;  /* owned; NULL: none is made */
  size_t given_up;          /* on the other thread still, and nobody waits for them: a new one begins behind them */
  int64_t since_ms, told_ms; /* boot time: it began; its manager was told how far it is … */
  int told_percent;         /* … and how far that was */
  int64_t guess_ms;         /* how long it would take, before anything was known */
};

/* An event that had to wait (for a key, for room): copied. */
struct waiting {
  struct waiting *next;
  struct arena *arena;
  struct event *event;
  struct link_blob *keeps;
  size_t keep_count;
};

/* ---- serve.c ---- */
/* For one turn, commit or card, none of which is made inside another: cleared by its user, and warm for the next. */
struct arena *serve_scratch(struct serve *serve);

/* ---- serve_turn.c ---- */
void serve_hash(const struct serve *serve, const char *workspace, const char *id, uint8_t ret_hash[STORE_EVENT_ID_BYTES]); /* an event's id */

/* ---- serve_commit.c ---- */
void serve_drop_flights(struct serve *serve); /* at the very end: nobody answers them any more */

/* ---- serve_wait.c ---- */
void serve_run_waiting(struct serve *serve);
void serve_drop_waiting(struct serve *serve);

/* ---- serve_send.c ---- */
void serve_rides_free(struct rides *rides);

/* ---- serve_keep.c ---- */
struct keeps_flown *serve_keeps_new(const char *workspace, const char *id, bool alone, const struct link_blob *keeps, size_t count);
struct keeps_flown *serve_keeps_free(struct keeps_flown *flown); /* takes NULL, returns NULL */
/* The store refused one of them: the adapter is told, now and, since its link falls, when it sends them again. */
void serve_keeps_conflict(struct serve *serve, const struct keeps_flown *flown);
/* True: they were refused just now, and their adapter was told so again; commit nothing. */
bool serve_keeps_refused(struct serve *serve, const char *workspace, const char *id, const struct link_blob *keeps, size_t count);

#endif
