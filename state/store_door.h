/* store_door.h: what stands behind store.h: one table of functions a maker, and the checks both makers share. */
#ifndef MENTORD_STORE_DOOR_H
#define MENTORD_STORE_DOOR_H

#include "state/store.h"

enum {
  STORE_MAGIC = 0x53746f72,
  STORE_OPS_MAX = 1000,
  STORE_BYTES_MAX = 1048576,
  STORE_ID_BYTES_MAX = 1024,
  STORE_CONTROL_BYTES_MAX = 65536,
  STORE_CONTROL_MAX = 1000,        /* entries that may wait */
  STORE_SCHEME_BYTES_MAX = 64,
  STORE_SEEN_DAYS = 3,
  STORE_LEASE_MS = 4000,
  STORE_ERASE_BYTES_MAX = 256      /* what an erasing turn may put for each thing it drops, though memory is full */
};
#define STORE_VERSION_MAX INT64_C(999999999999999) /* of a keep: what Lua still counts one by one */

struct store_vtable {
  void (*commit)(struct store *store, const struct store_commit *commit, store_done *done, void *who);
  void (*take)(struct store *store, const char *owner, store_taken *done, void *who);
  void (*renew)(struct store *store, store_done *done, void *who);
  void (*release)(struct store *store, store_done *done, void *who);
  void (*load)(struct store *store, store_each *each, store_done *done, void *who);
  void (*load_seen)(struct store *store, int64_t system_ms, store_each_seen *each, store_done *done, void *who);
  void (*sent_get)(struct store *store, const char *name, store_text *done, void *who);
  void (*record_get)(struct store *store, enum record_kind kind, const char *id, store_text *done, void *who);
  void (*keep_get)(struct store *store, const char *workspace, const char *prefix, store_blobs *done, void *who);
  void (*control_peek)(struct store *store, store_text *done, void *who);
  /* `id` is the entry's own, NULL when it has none that can be used: answered STORE_BROKEN. */
  void (*control_push)(struct store *store, const char *id, const char *entry, size_t bytes, store_done *done, void *who);
  bool (*is_up)(const struct store *store);
  const char *(*trouble)(const struct store *store);
  void (*free)(struct store *store);
};

/* First member of every store. */
struct store {
  uint32_t magic;
  const struct store_vtable *vtable;
};

/* What is wrong with the shape of this commit, as a sentence for the log; NULL: nothing. */
const char *store_commit_flaw(const struct store_commit *commit);
/* What a commit weighs. */
struct store_weight {
  size_t bytes, drops;
};
struct store_weight store_commit_weight(const struct store_commit *commit);
bool store_op_is_scheme(const struct store_op *op); /* puts the scheme's own record … */
bool store_op_demo(const struct store_op *op);      /* … which says demo */
/* m:{s}:… and everything else takes a scheme's name as it is: letters, digits, '.', '_', '-'. */
bool store_scheme_valid(const char *scheme);
const char *store_push_note(const char *id); /* why a control entry of this id was not taken */
int64_t store_day(int64_t system_ms); /* since 1970 */

#endif
