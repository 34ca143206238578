/* store.c: the door itself: hands every call to the maker that stands behind it, and knows what a commit must look like. */
#include "state/store.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/json.h"
#include "state/store_door.h"

const char *store_answer_name(enum store_answer answer) {
  static const char *const names[] = {"ok", "dup", "seq", "fenced", "conflict", "broken", "not stored", "unknown"};
  static_assert(ARRAY_LEN(names) == STORE_ANSWER_MAX_, "a name for every answer");
  return (unsigned)answer < STORE_ANSWER_MAX_ ? names[answer] : "?";
}

/* ---- what a commit must look like ---- */

static const char *id_flaw(const struct store_op *op) {
  bool nameless = op->op == STORE_AUDIT || op->op == STORE_WIPE;
  if (nameless) return NULL;
  if (op->id == NULL || *op->id == '\0') return "an op without an id";
  if (strlen(op->id) > STORE_ID_BYTES_MAX) return "an id of more than 1024 bytes";
  if (op->op == STORE_KEEP && strchr(op->id, '\n') == NULL) return "a keep that names no workspace";
  return NULL;
}

static size_t op_bytes_max(const struct store_op *op) {
  switch (op->op) {
    case STORE_PUT: return RECORD_JSON_BYTES_MAX;
    case STORE_KEEP: return STORE_KEEP_BYTES_MAX;
    case STORE_SENT: return STORE_ID_BYTES_MAX;
    default: return STORE_BYTES_MAX;
  }
}

static const char *data_flaw(const struct store_op *op) {
  bool bare = op->op == STORE_DROP || op->op == STORE_TAKE || op->op == STORE_WIPE;
  bool kinded = op->op == STORE_PUT || op->op == STORE_DROP;
  if (kinded && (op->kind < 0 || op->kind >= RECORD_KIND_MAX_)) return "a record of no kind";
  if (!bare && op->data == NULL && op->bytes > 0) return "data that is not there";
  if (!bare && op->bytes > op_bytes_max(op)) return "data past its bound";
  if ((op->op == STORE_PUT || op->op == STORE_AUDIT) && op->bytes == 0) return "a record or an audit line without a text";
  if (op->op == STORE_KEEP && (op->version < 0 || op->version > STORE_VERSION_MAX)) return "a keep whose version is no count";
  return NULL;
}

/* Only what may repeat without harm goes without an event id. */
static bool repeats(const struct store_op *op) {
  return op->op == STORE_SENT || op->op == STORE_KEEP || op->op == STORE_DROP || op->op == STORE_TAKE;
}

static const char *op_flaw(const struct store_op *op, bool anonymous) {
  if ((unsigned)op->op > STORE_WIPE) return "an op of no kind";
  if (anonymous && !repeats(op)) return "an op that may not repeat, in a commit without an event id";
  const char *flaw = id_flaw(op);
  return flaw == NULL ? data_flaw(op) : flaw;
}

const char *store_commit_flaw(const struct store_commit *commit) {
  if (commit->seq < 1 || commit->seq > STORE_VERSION_MAX) return "a seq that is no count";
  if (commit->now_ms < 0 || commit->now_ms > STORE_VERSION_MAX || commit->system_ms < 0) return "a time before 1970";
  if (commit->op_count > STORE_OPS_MAX) return "more than 1000 ops in one turn";
  for (size_t i = 0; i < commit->op_count; i++) {
    const char *flaw = op_flaw(&commit->ops[i], commit->event_id == NULL);
    if (flaw != NULL) return flaw;
  }
  if (store_commit_weight(commit).bytes > STORE_BYTES_MAX) return "more than 1 MiB in one turn";
  return NULL;
}

struct store_weight store_commit_weight(const struct store_commit *commit) {
  struct store_weight weight = {0, 0};
  for (size_t i = 0; i < commit->op_count; i++) {
    const struct store_op *op = &commit->ops[i];
    bool bare = op->op == STORE_DROP || op->op == STORE_TAKE || op->op == STORE_WIPE;
    if (!bare) weight.bytes += op->bytes;
    if (op->op == STORE_DROP || op->op == STORE_WIPE) weight.drops++;
  }
  return weight;
}

bool store_op_is_scheme(const struct store_op *op) {
  return op->op == STORE_PUT && op->kind == RECORD_SCHEME;
}

bool store_op_demo(const struct store_op *op) {
  CLEANUP(json_freep) cJSON *scheme = NULL;
  if (json_parse(op->data, op->bytes, RECORD_JSON_BYTES_MAX, &scheme) == ERR_NONE) return json_bool_or(scheme, "demo", false);
  err_note_clear(); /* what cannot be read is no demo: ignoring the rest */
  return false;
}

bool store_scheme_valid(const char *scheme) {
  size_t length = scheme == NULL ? 0 : strlen(scheme);
  if (length == 0 || length > STORE_SCHEME_BYTES_MAX) return false;
  return strspn(scheme, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == length;
}

const char *store_push_note(const char *id) {
  if (id == NULL) return "a control entry is JSON of at most 64 KiB with an \"id\" of one line";
  return "the control list is full: is the bot running?";
}

int64_t store_day(int64_t system_ms) {
  return system_ms / (24 * 60 * 60 * INT64_C(1000));
}

/* ---- the door ---- */

static const struct store_vtable *behind(const struct store *store) {
  assert(store != NULL && store->magic == STORE_MAGIC);
  return store->vtable;
}

void store_commit(struct store *store, const struct store_commit *commit, store_done *done, void *who) {
  behind(store)->commit(store, commit, done, who);
}

void store_take(struct store *store, const char *owner, store_taken *done, void *who) {
  assert(owner != NULL && *owner != '\0' && strlen(owner) <= STORE_ID_BYTES_MAX);
  behind(store)->take(store, owner, done, who);
}

void store_renew(struct store *store, store_done *done, void *who) {
  behind(store)->renew(store, done, who);
}

void store_release(struct store *store, store_done *done, void *who) {
  behind(store)->release(store, done, who);
}

void store_load(struct store *store, store_each *each, store_done *done, void *who) {
  behind(store)->load(store, each, done, who);
}

void store_load_seen(struct store *store, int64_t system_ms, store_each_seen *each, store_done *done, void *who) {
  behind(store)->load_seen(store, system_ms, each, done, who);
}

void store_sent_get(struct store *store, const char *name, store_text *done, void *who) {
  behind(store)->sent_get(store, name, done, who);
}

void store_record_get(struct store *store, enum record_kind kind, const char *id, store_text *done, void *who) {
  assert(kind >= 0 && kind < RECORD_KIND_MAX_);
  behind(store)->record_get(store, kind, id, done, who);
}

void store_keep_get(struct store *store, const char *workspace, const char *prefix, store_blobs *done, void *who) {
  behind(store)->keep_get(store, workspace, prefix, done, who);
}

void store_control_peek(struct store *store, store_text *done, void *who) {
  behind(store)->control_peek(store, done, who);
}

/* The entry's "id", for STORE_TAKE to name it by; NULL when there is none. The caller frees. */
static char *control_id(const char *entry, size_t bytes) {
  CLEANUP(json_freep) cJSON *root = NULL;
  if (json_parse(entry, bytes, STORE_CONTROL_BYTES_MAX, &root) != ERR_NONE) {
    err_note_clear(); /* the answer is STORE_BROKEN: its note says as much */
    return NULL;
  }
  const char *id = json_str(root, "id");
  bool usable = id != NULL && *id != '\0' && strlen(id) <= STORE_ID_BYTES_MAX && strchr(id, '\n') == NULL;
  return usable ? strdup(id) : NULL;
}

void store_control_push(struct store *store, const char *entry, size_t bytes, store_done *done, void *who) {
  char *id = control_id(entry, bytes);
  behind(store)->control_push(store, id, entry, bytes, done, who);
  free(id);
}

bool store_is_up(const struct store *store) {
  return behind(store)->is_up(store);
}

const char *store_trouble(const struct store *store) {
  return behind(store)->trouble(store);
}

struct store *store_free(struct store *store) {
  if (store == NULL) return NULL;
  const struct store_vtable *vtable = behind(store);
  store->magic = 0; /* nothing may be asked of it any more */
  vtable->free(store);
  return NULL;
}
