/* store.h: the only door to what is kept. Two makers stand behind it, Redis and memory, and one suite tests both.
 * Everything is asynchronous: answers come through callbacks, on the loop's thread, in the order of the calls. */
#ifndef MENTORD_STORE_H
#define MENTORD_STORE_H

#include <uv.h>

#include "state/records.h"

enum { STORE_EVENT_ID_BYTES = 16, STORE_TURNS_MAX = 64, STORE_KEEP_BYTES_MAX = 43692 }; /* a kept blob: 32 KiB in base64 */

struct store;

/* ---- one turn's commit ---- */
enum store_op_kind {
  STORE_PUT,         /* kind, id, data: the record's JSON */
  STORE_DROP,        /* kind, id; an outbox row that was sent or given up goes this way too */
  STORE_SENT,        /* id: logical name, data: the platform's message id; none: the name is forgotten */
  STORE_KEEP,        /* id: "workspace\nkey", version, data: the adapter's blob; refused unless newer than the stored one */
  STORE_TAKE,        /* id: the "id" in the control entry, which goes from the head of the list; BROKEN if another is there */
  STORE_AUDIT,       /* data: one JSON line */
  STORE_WIPE         /* every record, row and sent name of the scheme goes: only where the scheme's record says demo */
};
struct store_op {
  enum store_op_kind op;
  enum record_kind kind;
  const char *id, *data;
  size_t bytes;
  int64_t version;
};
struct store_commit { /* borrowed until store_commit returns: the store copies what it needs */
  const uint8_t *event_id;   /* STORE_EVENT_ID_BYTES; NULL: what may repeat without harm: only DROP, SENT, KEEP, TAKE */
  int64_t seq;               /* exactly one more than the commit before */
  int64_t now_ms;            /* scheme's time */
  int64_t system_ms;         /* chooses the day of the event id */
  const struct store_op *ops;
  size_t op_count;
};

enum store_answer {
  STORE_OK,          /* kept, fsynced where the store fsyncs */
  STORE_DUP,         /* the event id is known: not written, nor anything behind it */
  STORE_SEQ,         /* the head is elsewhere: load anew */
  STORE_FENCED,      /* another bot owns the scheme: stop at once */
  STORE_CONFLICT,    /* a keep blob is newer */
  STORE_BROKEN,      /* wrong type or shape: our bug or somebody else's write */
  STORE_NOT_STORED,  /* the store said no (memory, disk, loading, read-only): nothing was written */
  STORE_UNKNOWN,     /* the connection died: store_take settles it */
  STORE_ANSWER_MAX_
};
const char *store_answer_name(enum store_answer answer);

struct store_result {
  enum store_answer answer;
  int64_t head;       /* the scheme's seq as the store has it; -1 when it did not say */
  const char *note;   /* for the log: the way out, when it is bad; never data */
};
typedef void store_done(void *who, const struct store_result *result);

/* Calls pipelined behind a refused one are refused too. Before store_take: STORE_FENCED; after a lost connection: STORE_UNKNOWN. */
void store_commit(struct store *store, const struct store_commit *commit, store_done *done, void *who);

/* ---- owning and loading ---- */
struct store_head {
  int64_t incarnation, epoch; /* the fence, as two integers */
  int64_t seq, now_ms;
  bool exists;                /* false: the scheme has no record yet */
};
typedef void store_taken(void *who, const struct store_result *result, const struct store_head *head);
/* Raises the epoch and reads the head in one step; what was sent before and is not at or below head.seq never happens.
 * `owner` names this bot's locked data folder: the same owner gets its own lease back at once, another one gets
 * STORE_FENCED until the lease ran out. */
void store_take(struct store *store, const char *owner, store_taken *done, void *who);
void store_renew(struct store *store, store_done *done, void *who);   /* prolongs the lease; every commit does so as well */
void store_release(struct store *store, store_done *done, void *who); /* ends the lease at once (a clean stop) */

/* Called for every record of every kind, outbox rows too, in no order; `json` is borrowed for the call. A record is
 * handed over once. `kept` for adapters' blobs is read by store_keep_get, not here. Commit nothing until it is done. */
typedef void store_each(void *who, enum record_kind kind, const char *id, const char *json, size_t bytes);
void store_load(struct store *store, store_each *each, store_done *done, void *who);
/* The event ids of today and the two days before, 16 bytes each; one may come twice. */
typedef void store_each_seen(void *who, const uint8_t event_id[STORE_EVENT_ID_BYTES]);
void store_load_seen(struct store *store, int64_t system_ms, store_each_seen *each, store_done *done, void *who);

/* ---- small reads ---- */
typedef void store_text(void *who, const struct store_result *result, const char *text, size_t bytes); /* NULL: absent */
void store_sent_get(struct store *store, const char *name, store_text *done, void *who);
void store_record_get(struct store *store, enum record_kind kind, const char *id, store_text *done, void *who);
struct store_blob { const char *key; int64_t version; const char *data; size_t bytes; };
typedef void store_blobs(void *who, const struct store_result *result, const struct store_blob *blobs, size_t count);
void store_keep_get(struct store *store, const char *workspace, const char *prefix, store_blobs *done, void *who);
/* The first entry of the control list that this owner has not taken yet; NULL text when it is empty. */
void store_control_peek(struct store *store, store_text *done, void *who);
/* A tool's only write: puts an entry at the end of the control list, JSON with an "id", at most 64 KiB; repeated, it stands once. */
void store_control_push(struct store *store, const char *entry, size_t bytes, store_done *done, void *who);

bool store_is_up(const struct store *store);
const char *store_trouble(const struct store *store); /* one sentence with the way out; "" when all is well */
/* Closes connections; memory goes when the loop has let go of them. No callback comes after this. Takes NULL, returns NULL. */
struct store *store_free(struct store *store);

/* ---- the makers ---- */
/* Everything in memory, answers on the next turn of the loop (or at store_memory_pump when loop is NULL). */
struct store *store_memory_new(uv_loop_t *loop, const char *scheme);
struct store *store_memory_pump(struct store *store, bool *ret_more); /* answers what waits; NULL when an answer freed it */
/* Tests: the next `count` commits are answered like this; nothing is written, but with STORE_UNKNOWN as `written` says. */
void store_memory_fault(struct store *store, enum store_answer answer, bool written, int count);
struct store *store_memory_again(struct store *store, uv_loop_t *loop); /* tests: another bot's door to the same content */

struct store_redis_options {
  const char *socket, *host; /* a unix socket, or an address in numbers with … */
  int port;                  /* … its port */
  const char *user, *password_file;
  const char *scheme;
};
/* Connects by itself and comes back by itself (0.05 s … 2 s); store_is_up says whether. NULL with a note on bad options.
 * A call made while there is no connection waits 5 s for one, then it is STORE_NOT_STORED. Ignores SIGPIPE, process-wide. */
struct store *store_redis_new(uv_loop_t *loop, const struct store_redis_options *options);

#endif
