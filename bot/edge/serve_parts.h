/* serve_parts.h: the inside of struct serve, shared by serve*.c only. */
#ifndef MENTORD_SERVE_PARTS_H
#define MENTORD_SERVE_PARTS_H

#include "bot/base/map.h"
#include "bot/base/random.h"
#include "bot/edge/again.h"
#include "bot/edge/files.h"
#include "bot/edge/job_rows.h"
#include "bot/edge/seen.h"
#include "bot/edge/serve_bounds.h"
#include "bot/edge/serve_flight.h"
#include "bot/edge/serve_marks.h"

enum serve_phase { SERVE_STOPPED, SERVE_TAKING, SERVE_LOADING, SERVE_READY, SERVE_STOPPING };

struct serve {
  struct serve_options options;
  char *scheme, *owner, *spool; /* owned; spool may be NULL */
  uint8_t hash_key[HASH_KEY_BYTES]; /* made of the scheme's name: schemes do not share event ids */
  enum serve_phase phase;
  struct model *model;         /* owned; NULL while not loaded */
  struct vault *vault;         /* owned */
  struct seen *seen;           /* owned */
  struct outbox *outbox;       /* owned */
  struct serve_marks marks;    /* owned */
  struct files *files;         /* owned: of rows in flight */
  struct again *again;         /* owned */
  struct arena *scratch;       /* owned: see serve_scratch */
  struct store_head head;
  char fence[48];
  int64_t seq;                 /* of the last commit sent */
  size_t in_flight, unreadable_people;
  struct flight *oldest;       /* owned, with all behind it */
  struct flight *newest;       /* the last commit sent; valid while in_flight > 0, since answers come in order */
  struct rides rides;          /* owned */
  struct waiting *waiting_first, *waiting_last; /* owned */
  bool waiting_for_key, control_asked, renew_asked;
  struct fetch *fetches;       /* owned: questions to the store that are still out */
  int64_t control_ms, renew_ms, ride_ms, retry_ms; /* system time of the next such thing */
  bool clock_known, clock_jumped;
  int64_t clock_difference_ms; /* system less boot clock, when it was last believed */
  int64_t now_floor_ms;        /* a real scheme's time never goes back behind this */
  int64_t outage_from_ms;      /* we were away since then, and deadlines are still to be moved; 0: they are not */
  size_t outage_part;
  bool doubted;                /* the store refused to keep something: it is asked with nothing at stake before we serve again */
  const char *held;            /* borrowed from who holds, until serve_hold(NULL) */
  bool scarce, told_scarce, store_old, store_slow;
  int64_t commits, acks, set_aside_ms, retry_wait_ms, renew_sent_ms; /* the last one in boot time */
  struct log_ration repeats, too_much;
  enum log_tag trouble_tag;
  const char *trouble;         /* static, or trouble_text */
  char trouble_text[400];
  void (*stopped)(void *who);
  struct map *stale;           /* "workspace\nkey\nversion" of blobs that the store refused -> itself; outlives the model */
  struct map *names;           /* logical name -> platform id (owned text), of this run */
  struct paces paces;          /* owned */
  int64_t told_due_ms;         /* the next due time that the demo's page was told of */
  size_t first_entry;          /* of options.first_entries: the next to feed */
  struct job_rows *job;        /* owned: of the running job; NULL: none was read yet */
  bool job_waits;              /* its next rows need keys that are being made; nobody else waits for them */
  struct making making;        /* owned */
  bool spool_swept;            /* nothing ended since the spool folder was looked at */
  bool control_empty;          /* when it was last looked at: no entry waits that could speak of a spool file */
  size_t sheets_left;          /* that no round speaks of, when they were last counted; SIZE_MAX before that */
  struct arena *loading;       /* this and what follows: while loading */
  bool unreadable;             /* the scheme or the counter could not be decoded: it must not be served */
  struct map *facts;           /* reference -> struct sealed, packed */
  struct out **loaded_rows;    /* packed */
  size_t loaded_count, loaded_capacity;
};

/* ---- serve.c ---- */
void serve_again(struct serve *serve, enum log_tag tag, const char *why); /* gives up the model: take and load anew */
void serve_fenced(struct serve *serve);
void serve_wake(struct serve *serve, int64_t in_ms);

/* ---- serve_clock.c ---- */
int64_t serve_system(const struct serve *serve); /* what the system's clock says, or would say without its jump */
void serve_clock_begin(struct serve *serve);     /* the scheme is loaded: this clock is believed */
void serve_clock_look(struct serve *serve);
const char *serve_clock_trouble(const struct serve *serve); /* "" when all is well */

/* ---- serve_turn.c ---- */
/* Runs a turn for the event and commits it. `take`: the control entry this event came from, or NULL. False: the event
 * must wait for a key; nothing happened. */
bool serve_turn(struct serve *serve, const struct event *event, const char *take);

/* ---- serve_commit.c ---- */
/* Commits what rides alone: results, and how far rows may go; or an adapter's blobs. */
void serve_commit_rides(struct serve *serve);
void serve_commit_keep(struct serve *serve, const struct link_frame *frame);

/* ---- serve_send.c ---- */
void serve_send(struct serve *serve);
/* The row is done with: not sent any more, or never; the store hears of it with the next commit. */
void serve_drop_row(struct serve *serve, struct outbox_row *row);
void serve_finished(struct serve *serve, struct outbox_row *row, enum action_result result, const char *message, const char *why);

/* ---- serve_file.c: *ret_file, in the arena, is made now and held for its adapter; where none may or can go it stays as it is, and what is
 * said is a card. ERR_LIMITED: no room for it now; ERR_BAD_INPUT: it is too long ---- */
enum err serve_file(struct serve *serve, const struct out *row, int64_t file_max, struct txn *view, struct arena *arena,
                    const struct attachment **ret_file, const struct out **ret_said) MUST_CHECK;

/* ---- serve_fetch.c: the row waits meanwhile, and is looked at again ---- */
void serve_fetch_name(struct serve *serve, struct outbox_row *row);
void serve_fetch_words(struct serve *serve, struct outbox_row *row); /* row->opened, or the row has failed */
void serve_drop_names(struct serve *serve);
void serve_drop_fetches(struct serve *serve); /* at the very end: nobody answers them any more */

/* ---- serve_time.c ---- */
void serve_time(struct serve *serve);    /* due timers, the demo's clock, control list, jobs */
void serve_tell_clock(struct serve *serve);
void serve_derived(struct serve *serve, struct event *event, const char *take); /* an event of our own; it is drawn what it lacks */
void serve_round(struct serve *serve);   /* serve_round.c: rounds too large for a turn */
void serve_sweep_spool(struct serve *serve);  /* serve_sweep.c: files of lists whose job has ended, or that none speaks of */
void serve_sweep_sheets(struct serve *serve); /* sheets of rounds that nobody can release any more */
void serve_drop_round(struct serve *serve); /* whatever it comes to is thrown away */

#endif
