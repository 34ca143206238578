/* odd_store.c: calls queue up here and reach the store in memory one by one, when the season says so; some never do. */
#include "tests/season/odd_store.h"

#include <stdlib.h>
#include <string.h>

#include "state/store_door.h"

enum { REFUSALS_MAX = 4 };

enum call_kind { CALL_COMMIT, CALL_TAKE, CALL_RENEW, CALL_RELEASE, CALL_LOAD, CALL_SEEN, CALL_SENT, CALL_RECORD, CALL_KEEP, CALL_PEEK };

struct call {
  struct call *next; /* owned */
  enum call_kind kind;
  struct store_commit commit; /* its texts stand in the arena */
  struct arena *arena;        /* owned; NULL but for commits */
  char *text, *more;          /* owned: owner, name, id, workspace and prefix */
  enum record_kind record;
  int64_t system_ms;
  store_done *done;
  store_taken *taken;
  store_text *told;
  store_blobs *blobs;
  store_each *each;
  store_each_seen *each_seen;
  void *who;
};

enum fence { FENCE_GOOD, FENCE_UNKNOWN, FENCE_LOST };

struct odd {
  struct store base;
  struct store *inner;        /* borrowed from the season */
  struct chance *chance;      /* borrowed from the season */
  struct odd_watch watch;
  struct call *first, *last;  /* owned */
  size_t waiting;
  enum fence fence;
  int refusals;               /* so many more are refused */
  bool misbehaves;
};

static const struct {
  const char *name, *what;
  int often;
} faults[ODD_FAULT_MAX_] = {
#define AS_ROW(name, what, often) [ODD_##name] = {#name, what, often},
    ODD_FAULT_LIST(AS_ROW)
#undef AS_ROW
};
static int64_t hits[ODD_FAULT_MAX_];

static struct odd *odd_of(struct store *store) {
  return (struct odd *)store;
}

/* ---- the queue ---- */
static void call_free(struct call *call) {
  (void)arena_free(call->arena);
  free(call->text);
  free(call->more);
  free(call);
}

static struct call *call_new(struct store *store, enum call_kind kind, void *who) {
  struct odd *odd = odd_of(store);
  struct call *call = calloc(1, sizeof *call);
  assert(call != NULL);
  call->kind = kind;
  call->who = who;
  if (odd->last != NULL) odd->last->next = call;
  else odd->first = call;
  odd->last = call;
  odd->waiting++;
  return call;
}

static struct call *call_pop(struct odd *odd) {
  struct call *call = odd->first;
  odd->first = call->next;
  if (odd->first == NULL) odd->last = NULL;
  odd->waiting--;
  return call;
}

/* ---- what the bot calls ---- */
static void copy_commit(struct call *call, const struct store_commit *commit) {
  struct arena *arena = call->arena = arena_new(4 << 20);
  struct store_op *ops = arena_alloc(arena, (commit->op_count + 1) * sizeof *ops);
  for (size_t i = 0; i < commit->op_count; i++) {
    ops[i] = commit->ops[i];
    ops[i].id = arena_text(arena, ops[i].id);
    ops[i].data = ops[i].data == NULL ? NULL : arena_text_n(arena, ops[i].data, ops[i].bytes);
  }
  call->commit = *commit;
  call->commit.ops = ops;
  if (commit->event_id == NULL) return;
  uint8_t *id = arena_alloc(arena, STORE_EVENT_ID_BYTES);
  memcpy(id, commit->event_id, STORE_EVENT_ID_BYTES);
  call->commit.event_id = id;
}

static void odd_commit(struct store *store, const struct store_commit *commit, store_done *done, void *who) {
  struct call *call = call_new(store, CALL_COMMIT, who);
  copy_commit(call, commit);
  call->done = done;
  odd_of(store)->watch.sent(odd_of(store)->watch.who, &call->commit);
}

static void odd_take(struct store *store, const char *owner, store_taken *done, void *who) {
  struct call *call = call_new(store, CALL_TAKE, who);
  call->text = strdup(owner);
  call->taken = done;
}

static void odd_renew(struct store *store, store_done *done, void *who) {
  call_new(store, CALL_RENEW, who)->done = done;
}

static void odd_release(struct store *store, store_done *done, void *who) {
  call_new(store, CALL_RELEASE, who)->done = done;
}

static void odd_load(struct store *store, store_each *each, store_done *done, void *who) {
  struct call *call = call_new(store, CALL_LOAD, who);
  call->each = each;
  call->done = done;
}

static void odd_load_seen(struct store *store, int64_t system_ms, store_each_seen *each, store_done *done, void *who) {
  struct call *call = call_new(store, CALL_SEEN, who);
  call->system_ms = system_ms;
  call->each_seen = each;
  call->done = done;
}

static void odd_sent_get(struct store *store, const char *name, store_text *done, void *who) {
  struct call *call = call_new(store, CALL_SENT, who);
  call->text = strdup(name);
  call->told = done;
}

static void odd_record_get(struct store *store, enum record_kind kind, const char *id, store_text *done, void *who) {
  struct call *call = call_new(store, CALL_RECORD, who);
  call->record = kind;
  call->text = strdup(id);
  call->told = done;
}

static void odd_keep_get(struct store *store, const char *workspace, const char *prefix, store_blobs *done, void *who) {
  struct call *call = call_new(store, CALL_KEEP, who);
  call->text = strdup(workspace);
  call->more = strdup(prefix);
  call->blobs = done;
}

static void odd_peek(struct store *store, store_text *done, void *who) {
  call_new(store, CALL_PEEK, who)->told = done;
}

/* ---- what becomes of a commit ---- */
static void remember(void *who, const struct store_result *result) {
  *(struct store_result *)who = *result;
}

static struct store_result commit_inside(struct odd *odd, const struct store_commit *commit) {
  struct store_result result = {.answer = STORE_UNKNOWN, .head = -1, .note = ""};
  bool more;
  store_commit(odd->inner, commit, remember, &result);
  (void)store_memory_pump(odd->inner, &more);
  odd->watch.kept(odd->watch.who, commit, result.answer);
  return result;
}

static enum odd_fault draw_fault(struct odd *odd) {
  if (!odd->misbehaves) return ODD_FAULT_MAX_;
  int64_t drawn = chance_between(odd->chance, 0, 9999);
  for (enum odd_fault fault = 0; fault < ODD_FAULT_MAX_; fault++) {
    drawn -= faults[fault].often;
    if (drawn >= 0) continue;
    hits[fault]++;
    return fault;
  }
  return ODD_FAULT_MAX_;
}

static struct store_result refused(enum store_answer answer) {
  return (struct store_result){.answer = answer, .head = -1, .note = "the season's store misbehaves"};
}

static struct store_result lost(struct odd *odd) {
  odd->fence = FENCE_UNKNOWN;
  return refused(STORE_UNKNOWN);
}

static struct store_result decide(struct odd *odd, const struct store_commit *commit) {
  if (odd->fence != FENCE_GOOD) return refused(odd->fence == FENCE_UNKNOWN ? STORE_UNKNOWN : STORE_FENCED);
  if (odd->refusals > 0) {
    odd->refusals--;
    return refused(STORE_NOT_STORED);
  }
  switch (draw_fault(odd)) {
    case ODD_LOST_ANSWER: (void)commit_inside(odd, commit); return lost(odd);
    case ODD_LOST_CALL: return lost(odd);
    case ODD_REFUSED: odd->refusals = (int)chance_below(odd->chance, REFUSALS_MAX); return refused(STORE_NOT_STORED);
    case ODD_FENCED: odd->fence = FENCE_LOST; return refused(STORE_FENCED);
    default: return commit_inside(odd, commit);
  }
}

/* ---- one call ---- */
struct spoilt { /* a load that breaks off at its end */
  const struct call *call;
  bool bad;
};

static void loaded(void *who, const struct store_result *result) {
  struct spoilt *spoilt = who;
  struct store_result bad = refused(STORE_UNKNOWN);
  spoilt->call->done(spoilt->call->who, spoilt->bad ? &bad : result);
}

static void each_loaded(void *who, enum record_kind kind, const char *id, const char *json, size_t bytes) {
  const struct spoilt *spoilt = who;
  spoilt->call->each(spoilt->call->who, kind, id, json, bytes);
}

static void pump(struct odd *odd) {
  bool more;
  (void)store_memory_pump(odd->inner, &more);
}

static void do_load(struct odd *odd, const struct call *call) {
  struct spoilt spoilt = {.call = call, .bad = odd->misbehaves && chance_percent(odd->chance, 5)};
  store_load(odd->inner, each_loaded, loaded, &spoilt);
  pump(odd);
}

static void do_take(struct odd *odd, const struct call *call) {
  struct store_head nothing = {0};
  struct store_result busy = refused(STORE_NOT_STORED);
  if (odd->misbehaves && chance_percent(odd->chance, 10)) {
    call->taken(call->who, &busy, &nothing);
    return;
  }
  odd->fence = FENCE_GOOD;
  store_take(odd->inner, call->text, call->taken, call->who);
  pump(odd);
}

static void do_lease(struct odd *odd, const struct call *call) {
  struct store_result bad = refused(odd->fence == FENCE_UNKNOWN ? STORE_UNKNOWN : STORE_FENCED);
  if (odd->fence != FENCE_GOOD) call->done(call->who, &bad);
  else if (call->kind == CALL_RENEW) store_renew(odd->inner, call->done, call->who);
  else store_release(odd->inner, call->done, call->who);
  pump(odd);
}

static void do_call(struct odd *odd, struct call *call) {
  struct store_result result;
  switch (call->kind) {
    case CALL_COMMIT:
      result = decide(odd, &call->commit);
      call->done(call->who, &result);
      return;
    case CALL_TAKE: do_take(odd, call); return;
    case CALL_RENEW:
    case CALL_RELEASE: do_lease(odd, call); return;
    case CALL_LOAD: do_load(odd, call); return;
    case CALL_SEEN: store_load_seen(odd->inner, call->system_ms, call->each_seen, call->done, call->who); break;
    case CALL_SENT: store_sent_get(odd->inner, call->text, call->told, call->who); break;
    case CALL_RECORD: store_record_get(odd->inner, call->record, call->text, call->told, call->who); break;
    case CALL_KEEP: store_keep_get(odd->inner, call->text, call->more, call->blobs, call->who); break;
    case CALL_PEEK: store_control_peek(odd->inner, call->told, call->who); break;
  }
  pump(odd);
}

void odd_store_step(struct store *store) {
  struct odd *odd = odd_of(store);
  if (odd->first == NULL) return;
  struct call *call = call_pop(odd);
  do_call(odd, call);
  call_free(call);
}

void odd_store_crash(struct store *store, size_t kept) {
  struct odd *odd = odd_of(store);
  while (odd->first != NULL) {
    struct call *call = call_pop(odd);
    bool arrives = call->kind == CALL_COMMIT && kept > 0 && odd->fence == FENCE_GOOD;
    if (arrives) (void)commit_inside(odd, &call->commit);
    kept -= arrives;
    call_free(call);
  }
}

/* ---- life ---- */
static void odd_push(struct store *store, const char *id, const char *entry, size_t bytes, store_done *done, void *who) {
  (void)id; /* the inner store finds it by itself */
  store_control_push(odd_of(store)->inner, entry, bytes, done, who);
  pump(odd_of(store));
}

static bool odd_is_up(const struct store *store) {
  return ((const struct odd *)store)->fence == FENCE_GOOD;
}

static const char *odd_trouble(const struct store *store) {
  return odd_is_up(store) ? "" : "the season's store misbehaves";
}

static void odd_free(struct store *store) {
  odd_store_crash(store, 0);
  free(store);
}

static const struct store_vtable odd_vtable = {
    .commit = odd_commit, .take = odd_take, .renew = odd_renew, .release = odd_release, .load = odd_load, .load_seen = odd_load_seen,
    .sent_get = odd_sent_get, .record_get = odd_record_get, .keep_get = odd_keep_get, .control_peek = odd_peek,
    .control_push = odd_push, .is_up = odd_is_up, .trouble = odd_trouble, .free = odd_free};

struct store *odd_store_new(struct store *inner, struct chance *chance, const struct odd_watch *watch) {
  struct odd *odd = calloc(1, sizeof *odd);
  assert(odd != NULL);
  *odd = (struct odd){.base = {STORE_MAGIC, &odd_vtable}, .inner = inner, .chance = chance, .watch = *watch, .fence = FENCE_LOST};
  return &odd->base;
}

void odd_store_misbehave(struct store *store, bool odd) {
  odd_of(store)->misbehaves = odd;
}

bool odd_store_waits(const struct store *store) {
  return ((const struct odd *)store)->first != NULL;
}

size_t odd_store_waiting(const struct store *store) {
  return ((const struct odd *)store)->waiting;
}

int64_t odd_store_faults(enum odd_fault fault) {
  return hits[fault];
}

const char *odd_store_fault_what(enum odd_fault fault) {
  return faults[fault].what;
}

const char *odd_store_fault_name(enum odd_fault fault) {
  return faults[fault].name;
}
