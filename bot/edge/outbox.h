/* outbox.h: rows that were committed, on their way to people: in order per address, one in flight there, people before bulk, and
 * so many under way in a workspace that an adapter which does not read holds up nobody else's. */
#ifndef MENTORD_OUTBOX_H
#define MENTORD_OUTBOX_H

#include "state/records.h"

struct outbox;

enum { OUTBOX_UNDER_WAY_MAX = 256 }; /* of a workspace */
enum outbox_state { OUTBOX_WAITING, OUTBOX_FETCHING, OUTBOX_IN_FLIGHT };
struct outbox_row {
  struct out *out;         /* owned by the outbox */
  /* Read only: outbox_go, outbox_wait and outbox_hold change these three. */
  enum outbox_state state;
  int64_t not_before_ms;   /* on the clock of outbox_next: after "later", or a failed try */
  bool held;               /* waits for its reader's working hours: later rows of its address may go before it */
  int tries;
  char *opened;            /* owned, locked: the row's sealed words, wiped once they are handed over; NULL: not opened */
  bool asked;              /* an ambiguous result was asked about once */
  bool no_file;            /* its workspace takes no files: words go in its place, under the same id */
  bool handed;             /* an adapter may have it: it was handed over, or an earlier life of the bot may have done so */
};

struct outbox *outbox_new(void);
struct outbox_row *outbox_add(struct outbox *outbox, struct out *out); /* takes it, packed; rows come in order of id */
/* The next row that may go now, interactive ones first, or NULL; *ret_wait_ms: when to look again (-1: never by itself).
 * The same one comes again until something is done with it. Its work does not grow with the number of rows. */
struct outbox_row *outbox_next(struct outbox *outbox, int64_t now_ms, int64_t *ret_wait_ms);
struct outbox_row *outbox_find(struct outbox *outbox, const char *id);
void outbox_go(struct outbox *outbox, struct outbox_row *row, enum outbox_state state); /* fetching, or in flight */
void outbox_wait(struct outbox *outbox, struct outbox_row *row, int64_t until_ms);      /* and its address with it */
void outbox_hold(struct outbox *outbox, struct outbox_row *row, int64_t until_ms);      /* its address goes on without it */
/* Sent or given up: the next of its address may go. Gives the row to the caller. */
struct out *outbox_take(struct outbox *outbox, struct outbox_row *row) MUST_CHECK;
void outbox_remove(struct outbox *outbox, struct outbox_row *row); /* the same, for who needs it no more */
/* Who joins the rows of this workspace behind so many more goes at once; those that are held are not in the way. */
bool outbox_has_room(const struct outbox *outbox, const char *workspace, size_t more);
/* This row may not go yet, nor may others of its workspace and class, until they all go on. */
void outbox_stop(struct outbox *outbox, const struct outbox_row *row);
void outbox_go_on(struct outbox *outbox);
/* The link of this workspace is new: what was in flight there goes again under its own id, which adapters that remember ids
 * show once. */
void outbox_link_lost(struct outbox *outbox, const char *workspace);
void outbox_clock_moved(struct outbox *outbox); /* the demo's clock was set: held rows are looked at again */
/* As many rows as this wait at the address, its sleeping ones and bulk not counted. Looks at no more than that. */
bool outbox_crowded(const struct outbox *outbox, const char *order, size_t rows);
size_t outbox_waiting(const struct outbox *outbox, const char *workspace); /* rows there, but for those that sleep */
size_t outbox_about(const struct outbox *outbox, const char *about); /* rows that say so of themselves; looks at every row */
size_t outbox_count(const struct outbox *outbox);
bool outbox_rests(const struct outbox *outbox); /* no row, or every row is held */
struct outbox *outbox_free(struct outbox *outbox);

#endif
