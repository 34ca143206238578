/* serve.h: one scheme being served: load, turn, seal, commit, acknowledge, send. Knows no socket and no clock of its own:
 * whoever runs it feeds events in and provides the ports. One thread, one loop. */
#ifndef MENTORD_SERVE_H
#define MENTORD_SERVE_H

#include "adapters/kit/link_frame.h"
#include "bot/base/log.h"
#include "bot/words/words.h"
#include "state/store.h"
#include "state/vault.h"

struct serve;

/* An import among the first entries names this as its file: its rows stand in memory, never on disk. */
#define SERVE_FIRST_ROWS "first-rows"

struct serve_ports {
  int64_t (*system_ms)(void *who);
  int64_t (*boot_ms)(void *who); /* since boot, sleep counted; never jumps */
  void (*random)(void *who, void *ret_bytes, size_t count);
  /* An event is kept (or was kept before): tell the adapter. `reply` is one sentence, or NULL. */
  void (*ack)(void *who, const char *workspace, const char *event_id, const char *reply);
  /* Hand over an action. ERR_BAD_INPUT with a note: no link will ever take it; any other: not now, it stays waiting. */
  enum err (*act)(void *who, const struct action *action);
  /* Ask what became of one. False: no link speaks for its workspace now. */
  bool (*ask)(void *who, const char *workspace, const char *action_id);
  void (*got)(void *who, const char *workspace, const char *action_id);
  /* An adapter's blobs came alone and are stored; or, with conflicts, those of a keep or of an event are not: somebody else
   * wrote these keys, and `id`, the keep's or the event's, is to come again after a keep_get. */
  void (*kept)(void *who, const char *workspace, const char *id, const char *const *conflicts, size_t conflict_count);
  const struct capabilities *(*can)(void *who, const char *workspace); /* NULL: no link */
  void (*clock)(void *who, int64_t now_ms, int64_t next_ms, const char *next);
  /* Serving begins (fence set) or ends (NULL): links are dropped and made anew, so that adapters send again what was not acked. */
  void (*serving)(void *who, const char *fence);
  /* Runs `run(job)` on another thread, then `done(job)` here. NULL: there is none, and both run at once. */
  void (*work)(void *who, void (*run)(void *job), void (*done)(void *job), void *job);
  void (*wake)(void *who, int64_t in_ms); /* call serve_tick then; a later call replaces an earlier one */
};

struct blackbox;

struct serve_options {
  struct store *store;        /* all borrowed until serve_free */
  struct keystore *keystore;
  const char *scheme, *owner; /* owner: names the locked data folder */
  struct words *words;
  bool demo;                  /* what the configuration says; refused on a store that holds a real scheme */
  const char *const *first_entries; /* control entries a scheme that is not there yet begins with (the demo); NULL at the end */
  const char *first_rows;     /* lines as in a spool file, of the import among them; NULL: there is none */
  struct blackbox *blackbox;      /* NULL: nothing is set aside after a crash */
  size_t round_side;          /* a round of more people a side is made by a job; 0: as match.h says */
  const char *spool;          /* the tools' folder: the spool file of an import that ended is removed from it; NULL: none is */
  const struct serve_ports *ports;
  void *who;
};

struct serve *serve_new(const struct serve_options *options);
void serve_start(struct serve *serve); /* takes the scheme and loads it; comes back by itself until serve_stop */
void serve_event(struct serve *serve, const struct event *event, const struct link_blob *keeps, size_t keep_count);
void serve_done(struct serve *serve, const struct link_frame *done);
/* An adapter's own blobs: kept in a commit of their own, and given back. `who` of the callback is the ports' own. */
typedef void serve_keep_is(void *who, const char *workspace, const char *id, struct link_blob *blobs, size_t count);
void serve_keep(struct serve *serve, const struct link_frame *frame);
void serve_keep_get(struct serve *serve, const struct link_frame *frame, serve_keep_is *is);
/* A piece of a file that an adapter was told of, from the byte it asks for: borrowed until the next call. Returns how many bytes;
 * 0: there is no such file here now. */
size_t serve_piece(const struct serve *serve, const struct link_frame *get, const void **ret_bytes);
void serve_link_up(struct serve *serve, const char *workspace); /* its rows may go out now */
void serve_link_down(struct serve *serve, const char *workspace); /* nobody there fetches a file any more */
void serve_tick(struct serve *serve);
bool serve_is_ready(const struct serve *serve);
bool serve_is_idle(const struct serve *serve); /* nothing in flight, nothing due, nothing to send */
const struct model *serve_model(const struct serve *serve); /* NULL while not loaded */
int64_t serve_now(const struct serve *serve);
const char *serve_trouble(const struct serve *serve); /* one sentence; "" when all is well */
struct serve_view { /* how it is, in counts and one sentence; borrowed until the next call of any kind */
  bool serving;
  enum log_tag tag;          /* what the log calls the trouble */
  const char *trouble, *fence;
  const char *store_slow;    /* the store answers late; "" when it does not */
  const char *store_old;     /* the store is older than what was kept there; "" when it is not */
  int64_t commits, acks;     /* kept; told to adapters: since this process began */
  int64_t set_aside_ms;      /* when an event was last set aside; 0: never */
  size_t outbox, waiting, unreadable; /* rows to send; events that wait; people whose sealed facts do not open */
};
void serve_look(const struct serve *serve, struct serve_view *ret_view);
/* The connection may know by now what is wrong: then the log and the trouble say that. */
void serve_notice(struct serve *serve);
/* The disk: `why` not NULL: nothing is taken and nothing is kept until it is NULL again. Borrowed until then. */
void serve_hold(struct serve *serve, const char *why);
/* The disk: no tool's work is begun, nor what brings much work; managers hear of it. Everybody is answered. */
void serve_spare(struct serve *serve, bool scarce);
/* Takes no more; `stopped` once the commits under way are back and the lease is given up. */
void serve_stop(struct serve *serve, void (*stopped)(void *who));
struct serve *serve_free(struct serve *serve);

#endif
