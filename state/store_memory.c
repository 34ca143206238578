/* store_memory.c: the store that forgets: a call works on the shelf at once, its answer waits for the loop or the pump. */
#include "state/store.h"

#include <stdlib.h>
#include <string.h>

#include "state/store_door.h"
#include "state/store_shelf.h"

enum memory_kind { CALL_DONE, CALL_TAKEN, CALL_LOAD, CALL_SEEN, CALL_TEXT, CALL_BLOBS };

/* An answer that waits. */
struct call {
  struct call *next; /* owned */
  enum memory_kind kind;
  struct store_result result;
  union {
    store_done *done;
    store_taken *taken;
    store_text *text;
    store_blobs *blobs;
  } answer;
  void *who;
  store_each *each;           /* of a load … */
  store_each_seen *each_seen; /* … of ids */
  int64_t day;
  struct store_head head; /* of a take */
  char *text;             /* owned; NULL: absent */
  size_t text_bytes;
  char *workspace, *prefix; /* owned; of a keep_get */
};

enum fence_state { FENCE_NONE, FENCE_HELD, FENCE_LOST };

struct store_memory {
  struct store base;
  struct shelf *shelf; /* shared between doors, counted */
  uv_loop_t *loop;     /* borrowed from the caller until store_free; NULL: store_memory_pump answers */
  uv_idle_t idle;
  struct call *first, *last; /* owned */
  bool closing, answering;
  enum fence_state fence;
  int64_t epoch;
  enum store_answer fault;
  bool fault_written;
  int fault_count;
  const char *trouble;
};

static struct store_memory *memory_of(struct store *store) {
  return (struct store_memory *)store;
}

/* ---- answers ---- */

static void call_free(struct call *call) {
  free(call->text);
  free(call->workspace);
  free(call->prefix);
  free(call);
}

static void answer_load(struct store_memory *memory, struct call *call) {
  for (enum record_kind kind = 0; kind < RECORD_KIND_MAX_; kind++) {
    const struct shelf_table *table = &memory->shelf->kinds[kind];
    for (size_t i = 0; i < table->count && !memory->closing; i++) {
      const struct shelf_entry *entry = table->entries[i];
      call->each(call->who, kind, entry->id, entry->data, entry->bytes);
    }
  }
  if (!memory->closing) call->answer.done(call->who, &call->result);
}

static void answer_seen(struct store_memory *memory, struct call *call) {
  for (int64_t back = 0; back < STORE_SEEN_DAYS; back++) {
    const struct shelf_table *ids = shelf_day(memory->shelf, call->day - back);
    for (size_t i = 0; ids != NULL && i < ids->count && !memory->closing; i++)
      call->each_seen(call->who, (const uint8_t *)ids->entries[i]->data);
  }
  if (!memory->closing) call->answer.done(call->who, &call->result);
}

/* The part of the id behind "workspace\nprefix"'s workspace, or NULL when it is not one of those asked for. */
static const char *keep_key(const struct call *call, const char *id) {
  size_t length = strlen(call->workspace);
  if (strncmp(id, call->workspace, length) != 0 || id[length] != '\n') return NULL;
  const char *key = id + length + 1;
  return strncmp(key, call->prefix, strlen(call->prefix)) == 0 ? key : NULL;
}

static void answer_blobs(const struct store_memory *memory, struct call *call) {
  const struct shelf_table *table = &memory->shelf->keep;
  struct store_blob *blobs = calloc(table->count + 1, sizeof *blobs);
  assert(blobs != NULL);
  size_t count = 0;
  for (size_t i = 0; i < table->count; i++) {
    const struct shelf_entry *entry = table->entries[i];
    const char *key = keep_key(call, entry->id);
    if (key != NULL) blobs[count++] = (struct store_blob){key, entry->version, entry->data, entry->bytes};
  }
  call->answer.blobs(call->who, &call->result, blobs, count);
  free(blobs);
}

static void call_answer(struct store_memory *memory, struct call *call) {
  bool good = call->result.answer == STORE_OK;
  switch (call->kind) {
    case CALL_DONE: call->answer.done(call->who, &call->result); return;
    case CALL_TAKEN: call->answer.taken(call->who, &call->result, &call->head); return;
    case CALL_TEXT: call->answer.text(call->who, &call->result, good ? call->text : NULL, call->text_bytes); return;
    case CALL_BLOBS: answer_blobs(memory, call); return;
    case CALL_LOAD: answer_load(memory, call); return;
    case CALL_SEEN: answer_seen(memory, call); return;
  }
}

static struct call *call_pop(struct store_memory *memory) {
  struct call *call = memory->first;
  memory->first = call->next;
  if (memory->first == NULL) memory->last = NULL;
  return call;
}

static void memory_end(struct store_memory *memory) {
  while (memory->first != NULL) call_free(call_pop(memory));
  shelf_leave(memory->shelf);
  free(memory);
}

/* Answers what waits now; what the answers ask for in turn waits for the next time. */
static void answer_all(struct store_memory *memory) {
  const struct call *last = memory->last;
  bool more = last != NULL;
  memory->answering = true;
  while (more && !memory->closing) {
    struct call *call = call_pop(memory);
    more = call != last;
    call_answer(memory, call);
    call_free(call);
  }
  memory->answering = false;
}

static void on_idle(uv_idle_t *idle) {
  struct store_memory *memory = idle->data;
  answer_all(memory);
  if (!memory->closing && memory->first == NULL) uv_idle_stop(idle);
}

static struct call *call_new(struct store_memory *memory, enum memory_kind kind, enum store_answer answer, void *who) {
  struct call *call = calloc(1, sizeof *call);
  assert(call != NULL);
  call->kind = kind;
  call->who = who;
  call->result = (struct store_result){answer, memory->shelf->seq, ""};
  if (memory->last == NULL) memory->first = call;
  else memory->last->next = call;
  memory->last = call;
  if (memory->loop != NULL) uv_idle_start(&memory->idle, on_idle);
  return call;
}

static void call_done(struct store_memory *memory, enum store_answer answer, const char *note, store_done *done, void *who) {
  struct call *call = call_new(memory, CALL_DONE, answer, who);
  call->answer.done = done;
  call->result.note = note;
  if (answer == STORE_UNKNOWN || answer == STORE_BROKEN) call->result.head = -1;
}

/* ---- commits ---- */

static const char faulty[] = "a test told the store in memory to fail";

/* As the test ordered, instead of a true answer. */
static enum store_answer commit_faulty(struct store_memory *memory, const struct store_commit *commit) {
  memory->fault_count--;
  if (memory->fault == STORE_UNKNOWN && memory->fault_written) (void)shelf_commit(memory->shelf, memory->epoch, commit);
  memory->trouble = memory->fault == STORE_NOT_STORED ? faulty : "";
  return memory->fault;
}

static void fence_after(struct store_memory *memory, enum store_answer answer) {
  if (answer == STORE_UNKNOWN) memory->fence = FENCE_LOST;
  if (answer == STORE_FENCED) memory->fence = FENCE_NONE;
}

static enum store_answer fenceless(const struct store_memory *memory) {
  return memory->fence == FENCE_LOST ? STORE_UNKNOWN : STORE_FENCED;
}

static void memory_commit(struct store *store, const struct store_commit *commit, store_done *done, void *who) {
  struct store_memory *memory = memory_of(store);
  const char *flaw = store_commit_flaw(commit);
  if (flaw != NULL) {
    call_done(memory, STORE_BROKEN, flaw, done, who);
    return;
  }
  if (memory->fence != FENCE_HELD) {
    call_done(memory, fenceless(memory), "store_take comes first", done, who);
    return;
  }
  bool fault = memory->fault_count > 0;
  enum store_answer answer = fault ? commit_faulty(memory, commit) : shelf_commit(memory->shelf, memory->epoch, commit);
  if (answer == STORE_OK) memory->trouble = "";
  fence_after(memory, answer);
  call_done(memory, answer, fault ? faulty : "", done, who);
}

/* ---- owning ---- */

static void memory_take(struct store *store, const char *owner, store_taken *done, void *who) {
  struct store_memory *memory = memory_of(store);
  struct shelf *shelf = memory->shelf;
  enum store_answer answer = shelf_take(shelf, owner);
  struct call *call = call_new(memory, CALL_TAKEN, answer, who);
  call->answer.taken = done;
  memory->fence = answer == STORE_OK ? FENCE_HELD : FENCE_NONE;
  if (answer != STORE_OK) {
    call->result.note = "another bot holds the lease of this scheme";
    return;
  }
  memory->epoch = shelf->epoch;
  call->head = (struct store_head){shelf->incarnation, shelf->epoch, shelf->seq, shelf->now_ms,
                                   shelf->kinds[RECORD_SCHEME].count > 0};
}

static void memory_renew(struct store *store, store_done *done, void *who) {
  struct store_memory *memory = memory_of(store);
  enum store_answer answer = memory->fence == FENCE_HELD ? shelf_renew(memory->shelf, memory->epoch) : fenceless(memory);
  fence_after(memory, answer);
  call_done(memory, answer, "", done, who);
}

static void memory_release(struct store *store, store_done *done, void *who) {
  struct store_memory *memory = memory_of(store);
  enum store_answer answer = memory->fence == FENCE_HELD ? shelf_release(memory->shelf, memory->epoch) : fenceless(memory);
  fence_after(memory, answer);
  if (answer == STORE_OK) memory->fence = FENCE_NONE;
  call_done(memory, answer, "", done, who);
}

/* ---- reading ---- */

static void memory_load(struct store *store, store_each *each, store_done *done, void *who) {
  struct call *call = call_new(memory_of(store), CALL_LOAD, STORE_OK, who);
  call->each = each;
  call->answer.done = done;
}

static void memory_load_seen(struct store *store, int64_t system_ms, store_each_seen *each, store_done *done, void *who) {
  struct call *call = call_new(memory_of(store), CALL_SEEN, STORE_OK, who);
  call->each_seen = each;
  call->answer.done = done;
  call->day = store_day(system_ms);
}

static void text_answer(struct store_memory *memory, const char *data, size_t bytes, store_text *done, void *who) {
  struct call *call = call_new(memory, CALL_TEXT, STORE_OK, who);
  call->answer.text = done;
  if (data == NULL) return;
  call->text = malloc(bytes + 1);
  assert(call->text != NULL);
  memcpy(call->text, data, bytes + 1); /* entries end with a NUL */
  call->text_bytes = bytes;
}

static void entry_answer(struct store_memory *memory, const struct shelf_entry *entry, store_text *done, void *who) {
  text_answer(memory, entry == NULL ? NULL : entry->data, entry == NULL ? 0 : entry->bytes, done, who);
}

static void memory_sent_get(struct store *store, const char *name, store_text *done, void *who) {
  entry_answer(memory_of(store), shelf_get(&memory_of(store)->shelf->sent, name), done, who);
}

static void memory_record_get(struct store *store, enum record_kind kind, const char *id, store_text *done, void *who) {
  entry_answer(memory_of(store), shelf_get(&memory_of(store)->shelf->kinds[kind], id), done, who);
}

static void memory_keep_get(struct store *store, const char *workspace, const char *prefix, store_blobs *done, void *who) {
  struct call *call = call_new(memory_of(store), CALL_BLOBS, STORE_OK, who);
  call->answer.blobs = done;
  call->workspace = strdup(workspace);
  call->prefix = strdup(prefix);
  assert(call->workspace != NULL && call->prefix != NULL);
}

static void memory_control_peek(struct store *store, store_text *done, void *who) {
  const struct shelf_line *line = memory_of(store)->shelf->control;
  text_answer(memory_of(store), line == NULL ? NULL : line->entry, line == NULL ? 0 : strlen(line->entry), done, who);
}

static void memory_control_push(struct store *store, const char *id, const char *entry, size_t bytes, store_done *done,
                                void *who) {
  struct store_memory *memory = memory_of(store);
  enum store_answer answer = id == NULL ? STORE_BROKEN : shelf_push(memory->shelf, id, entry, bytes);
  call_done(memory, answer, answer == STORE_OK ? "" : store_push_note(id), done, who);
}

/* ---- life ---- */

static bool memory_is_up(const struct store *store) {
  return true;
}

static const char *memory_trouble(const struct store *store) {
  return ((const struct store_memory *)store)->trouble;
}

static void on_closed(uv_handle_t *idle) {
  memory_end(idle->data);
}

static void memory_free(struct store *store) {
  struct store_memory *memory = memory_of(store);
  memory->closing = true;
  if (memory->loop != NULL) uv_close((uv_handle_t *)&memory->idle, on_closed);
  else if (!memory->answering) memory_end(memory); /* else the pump ends it */
}

static const struct store_vtable memory_vtable = {
    .commit = memory_commit,
    .take = memory_take,
    .renew = memory_renew,
    .release = memory_release,
    .load = memory_load,
    .load_seen = memory_load_seen,
    .sent_get = memory_sent_get,
    .record_get = memory_record_get,
    .keep_get = memory_keep_get,
    .control_peek = memory_control_peek,
    .control_push = memory_control_push,
    .is_up = memory_is_up,
    .trouble = memory_trouble,
    .free = memory_free,
};

static struct store *door_new(uv_loop_t *loop, struct shelf *shelf) {
  struct store_memory *memory = calloc(1, sizeof *memory);
  assert(memory != NULL);
  memory->base = (struct store){STORE_MAGIC, &memory_vtable};
  memory->loop = loop;
  memory->shelf = shelf;
  memory->trouble = "";
  shelf->doors++;
  if (loop == NULL) return &memory->base;
  uv_idle_init(loop, &memory->idle);
  memory->idle.data = memory;
  return &memory->base;
}

struct store *store_memory_new(uv_loop_t *loop, const char *scheme) {
  assert(store_scheme_valid(scheme));
  return door_new(loop, shelf_new());
}

struct store *store_memory_again(struct store *store, uv_loop_t *loop) {
  assert(store->magic == STORE_MAGIC && store->vtable == &memory_vtable);
  return door_new(loop, memory_of(store)->shelf);
}

struct store *store_memory_pump(struct store *store, bool *ret_more) {
  struct store_memory *memory = memory_of(store);
  assert(store->magic == STORE_MAGIC && store->vtable == &memory_vtable);
  assert(memory->loop == NULL);
  answer_all(memory);
  *ret_more = !memory->closing && memory->first != NULL;
  if (!memory->closing) return store;
  memory_end(memory);
  return NULL;
}

void store_memory_fault(struct store *store, enum store_answer answer, bool written, int count) {
  struct store_memory *memory = memory_of(store);
  assert(store->magic == STORE_MAGIC && store->vtable == &memory_vtable);
  memory->fault = answer;
  memory->fault_written = written;
  memory->fault_count = count;
}
