/* txn.h: what one turn wants changed: a copy-on-write view of the model, then one commit. Dies with its arena. */
#ifndef MENTORD_TXN_H
#define MENTORD_TXN_H

#include "state/model.h"

enum { TXN_OPS_MAX = 1000, TXN_BYTES_MAX = 1048576 };

struct txn;

struct txn *txn_new(const struct model *model, struct arena *arena);
struct arena *txn_arena(struct txn *txn);
const struct model *txn_model(const struct txn *txn);

/* Reading goes through the transaction: what this turn changed is seen, what it dropped is gone. */
const void *txn_get(const struct txn *txn, enum record_kind kind, const char *id);
struct strs txn_find(struct txn *txn, enum record_index index, const char *value); /* in order of id */
struct strs txn_all(struct txn *txn, enum record_kind kind);                       /* every id, in order */
const char *txn_account(struct txn *txn, const char *workspace, const char *user);

/* A copy to edit; the same copy each time. NULL when absent. Never change `id`. */
void *txn_edit(struct txn *txn, enum record_kind kind, const char *id);
/* A new record, zeroed but for its id. id NULL: the next of the kind's prefix ("t19"), counted in the counter's record,
 * which comes by itself, but never before the scheme's record. An id that is there already is a bug. */
void *txn_add(struct txn *txn, enum record_kind kind, const char *id);
void txn_drop(struct txn *txn, enum record_kind kind, const char *id);

/* Asks the edge to seal `plain` with the key of person `owner`, bound to `field` ("person.line"); returns the reference,
 * to be put into the record in this same turn. The texts are wiped by txn_wipe. An index-bearing field is
 * kept in the model too: person.line takes a person's id or "?name", person.apart ids and "?names" joined by '\n'. */
const char *txn_seal(struct txn *txn, const char *owner, const char *field, const char *plain);
/* The same within this turn: what line and apart will be once applied. */
const char *txn_line(const struct txn *txn, const char *person);
bool txn_apart(const struct txn *txn, const char *a, const char *b);
bool txn_in_line(const struct txn *txn, const char *manager, const char *person);

/* One audit line: who did what to which ids. No words of anybody's. */
void txn_audit(struct txn *txn, const char *who, const char *what, const char *about);
/* The model must be loaded anew from the store after this commit (the demo's reset empties it). */
void txn_reset(struct txn *txn);
bool txn_is_reset(const struct txn *txn);

/* ---- for the edge, after the turn: before model_apply or behind it, the answers are the same ---- */
enum txn_op_kind { TXN_PUT, TXN_DROP };
struct txn_op {
  enum txn_op_kind op;
  enum record_kind kind;
  const char *id;
  const char *json;   /* the record as txn_check encoded it; NULL: it did not, or the record was edited since */
  const void *record; /* NULL for TXN_DROP; outbox rows and sealed texts are records like all others */
};
struct txn_seal_request {
  const char *reference, *owner, *field;
  char *plain; /* wiped by the edge once it is sealed */
};
bool txn_is_empty(const struct txn *txn); /* nothing to commit */
/* In order of first change; a record that ended up as it was makes no op. Borrowed until the next call of it. */
size_t txn_ops(const struct txn *txn, const struct txn_op **ret_ops);
size_t txn_seals(const struct txn *txn, const struct txn_seal_request **ret_seals);
size_t txn_audits(const struct txn *txn, const char *const **ret_lines);
void txn_put_sealed(struct txn *txn, const char *reference, const char *owner, const char *field, const char *box);
/* ERR_LIMITED when past TXN_OPS_MAX or TXN_BYTES_MAX: a bug of a flow, answered by giving the event up. What it encoded to
 * measure it is kept for txn_ops: through a pointer that txn_edit or txn_add gave before, nothing may be written behind it. */
enum err txn_check(struct txn *txn) MUST_CHECK;
/* Wipes every text that came through txn_seal. The edge calls it before the turn's arena goes, whatever became of the turn. */
void txn_wipe(struct txn *txn);

#endif
