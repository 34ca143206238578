/* store_shelf.c: tables in memory that obey the commit's rules: all checks first, then all writes. */
#include "state/store_shelf.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/clock.h"

/* ---- one table ---- */

static char *copy_of(const char *data, size_t bytes) {
  char *copy = malloc(bytes + 1);
  assert(copy != NULL);
  if (bytes > 0) memcpy(copy, data, bytes);
  copy[bytes] = '\0';
  return copy;
}

static void entry_free(struct shelf_entry *entry) {
  if (entry == NULL) return;
  free(entry->id);
  free(entry->data);
  free(entry);
}

const struct shelf_entry *shelf_get(const struct shelf_table *table, const char *id) {
  return table->by_id == NULL ? NULL : map_get(table->by_id, id);
}

static struct shelf_entry *table_add(struct shelf_table *table, const char *id) {
  if (table->by_id == NULL) table->by_id = map_new();
  if (table->count == table->capacity) {
    table->capacity = table->capacity == 0 ? 16 : 2 * table->capacity;
    table->entries = realloc(table->entries, table->capacity * sizeof *table->entries);
    assert(table->entries != NULL);
  }
  struct shelf_entry *entry = calloc(1, sizeof *entry);
  assert(entry != NULL);
  entry->id = copy_of(id, strlen(id));
  entry->at = table->count;
  table->entries[table->count++] = entry;
  map_put(table->by_id, id, entry);
  return entry;
}

static struct shelf_entry *table_put(struct shelf_table *table, const char *id, const char *data, size_t bytes) {
  struct shelf_entry *entry = table->by_id == NULL ? NULL : map_get(table->by_id, id);
  if (entry == NULL) entry = table_add(table, id);
  free(entry->data);
  entry->data = copy_of(data, bytes);
  entry->bytes = bytes;
  return entry;
}

/* The last entry takes the place of the one that goes. */
static void table_drop(struct shelf_table *table, const char *id) {
  struct shelf_entry *entry = table->by_id == NULL ? NULL : map_drop(table->by_id, id);
  if (entry == NULL) return;
  struct shelf_entry *last = table->entries[--table->count];
  table->entries[entry->at] = last;
  last->at = entry->at;
  entry_free(entry);
}

static void table_clear(struct shelf_table *table) {
  for (size_t i = 0; i < table->count; i++) entry_free(table->entries[i]);
  free(table->entries);
  map_free(table->by_id, NULL);
  *table = (struct shelf_table){.count = 0};
}

/* ---- the shelf ---- */

struct shelf *shelf_new(void) {
  struct shelf *shelf = calloc(1, sizeof *shelf);
  assert(shelf != NULL);
  shelf->incarnation = 1;
  return shelf;
}

static void control_drop(struct shelf *shelf) {
  struct shelf_line *first = shelf->control;
  shelf->control = first->next;
  free(first->id);
  free(first->entry);
  free(first);
}

static void kinds_clear(struct shelf *shelf) {
  for (size_t i = 0; i < ARRAY_LEN(shelf->kinds); i++) table_clear(&shelf->kinds[i]);
  table_clear(&shelf->sent);
  shelf->demo = false;
}

void shelf_leave(struct shelf *shelf) {
  if (--shelf->doors > 0) return;
  kinds_clear(shelf);
  table_clear(&shelf->keep);
  for (size_t i = 0; i < ARRAY_LEN(shelf->days); i++) table_clear(&shelf->days[i].ids);
  while (shelf->control != NULL) control_drop(shelf);
  free(shelf->owner);
  free(shelf);
}

/* ---- event ids ---- */

enum { ID_TEXT_BYTES = 2 * STORE_EVENT_ID_BYTES + 1 };

static void id_print(const uint8_t *event_id, char ret_text[ID_TEXT_BYTES]) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < STORE_EVENT_ID_BYTES; i++) {
    ret_text[2 * i] = digits[event_id[i] >> 4];
    ret_text[2 * i + 1] = digits[event_id[i] & 15];
  }
  ret_text[ID_TEXT_BYTES - 1] = '\0';
}

const struct shelf_table *shelf_day(const struct shelf *shelf, int64_t day) {
  for (size_t i = 0; i < ARRAY_LEN(shelf->days); i++)
    if (shelf->days[i].day == day && shelf->days[i].ids.count > 0) return &shelf->days[i].ids;
  return NULL;
}

/* The table of that day; a new day takes the oldest one's place. */
static struct shelf_table *day_for(struct shelf *shelf, int64_t day) {
  struct shelf_day *oldest = &shelf->days[0];
  for (size_t i = 0; i < ARRAY_LEN(shelf->days); i++) {
    if (shelf->days[i].day == day) return &shelf->days[i].ids;
    if (shelf->days[i].day < oldest->day) oldest = &shelf->days[i];
  }
  table_clear(&oldest->ids);
  oldest->day = day;
  return &oldest->ids;
}

static bool is_known(const struct shelf *shelf, const struct store_commit *commit) {
  char text[ID_TEXT_BYTES];
  id_print(commit->event_id, text);
  for (int64_t back = 0; back < STORE_SEEN_DAYS; back++) {
    const struct shelf_table *ids = shelf_day(shelf, store_day(commit->system_ms) - back);
    if (ids != NULL && shelf_get(ids, text) != NULL) return true;
  }
  return false;
}

/* ---- checks: nothing here writes ---- */

/* What this blob's version is once the ops before `at` are done; -1: it is not there. */
static int64_t version_before(const struct shelf *shelf, const struct store_commit *commit, size_t at) {
  const char *id = commit->ops[at].id;
  const struct shelf_entry *stored = shelf_get(&shelf->keep, id);
  int64_t version = stored == NULL ? -1 : stored->version;
  for (size_t i = 0; i < at; i++)
    if (commit->ops[i].op == STORE_KEEP && strcmp(commit->ops[i].id, id) == 0) version = commit->ops[i].version;
  return version;
}

/* The control entry that is first once the TAKEs before `at` are done. */
static const struct shelf_line *control_at(const struct shelf *shelf, const struct store_commit *commit, size_t at) {
  const struct shelf_line *line = shelf->control;
  for (size_t i = 0; i < at && line != NULL; i++)
    if (commit->ops[i].op == STORE_TAKE) line = line->next;
  return line;
}

static enum store_answer op_check(const struct shelf *shelf, const struct store_commit *commit, size_t at) {
  const struct store_op *op = &commit->ops[at];
  if (op->op == STORE_KEEP && op->version <= version_before(shelf, commit, at)) return STORE_CONFLICT;
  if (op->op == STORE_WIPE && !shelf->demo) return STORE_BROKEN;
  if (op->op != STORE_TAKE) return STORE_OK;
  const struct shelf_line *line = control_at(shelf, commit, at);
  return line != NULL && strcmp(line->id, op->id) == 0 ? STORE_OK : STORE_BROKEN;
}

static enum store_answer commit_check(const struct shelf *shelf, int64_t epoch, const struct store_commit *commit) {
  if (epoch != shelf->epoch) return STORE_FENCED;
  if (commit->seq != shelf->seq + 1) return STORE_SEQ;
  if (commit->event_id != NULL && is_known(shelf, commit)) return STORE_DUP;
  for (size_t i = 0; i < commit->op_count; i++) {
    enum store_answer answer = op_check(shelf, commit, i);
    if (answer != STORE_OK) return answer;
  }
  return STORE_OK;
}

/* ---- writes: nothing here fails ---- */

static void keep_write(struct shelf *shelf, const struct store_op *op) {
  table_put(&shelf->keep, op->id, op->data, op->bytes)->version = op->version;
}

static void op_write(struct shelf *shelf, const struct store_op *op) {
  switch (op->op) {
    case STORE_PUT:
      table_put(&shelf->kinds[op->kind], op->id, op->data, op->bytes);
      if (store_op_is_scheme(op)) shelf->demo = store_op_demo(op);
      return;
    case STORE_DROP:
      table_drop(&shelf->kinds[op->kind], op->id);
      if (op->kind == RECORD_SCHEME) shelf->demo = false;
      return;
    case STORE_SENT:
      if (op->bytes == 0) table_drop(&shelf->sent, op->id);
      else table_put(&shelf->sent, op->id, op->data, op->bytes);
      return;
    case STORE_KEEP: keep_write(shelf, op); return;
    case STORE_TAKE: control_drop(shelf); return;
    case STORE_AUDIT: return; /* nobody reads it back through this door */
    case STORE_WIPE: kinds_clear(shelf); return;
  }
}

enum store_answer shelf_commit(struct shelf *shelf, int64_t epoch, const struct store_commit *commit) {
  enum store_answer answer = commit_check(shelf, epoch, commit);
  if (answer == STORE_FENCED) return answer;
  shelf->lease_until_ms = clock_boot_ms() + STORE_LEASE_MS;
  if (answer != STORE_OK) return answer;
  for (size_t i = 0; i < commit->op_count; i++) op_write(shelf, &commit->ops[i]);
  if (commit->event_id != NULL) {
    char text[ID_TEXT_BYTES];
    id_print(commit->event_id, text);
    table_put(day_for(shelf, store_day(commit->system_ms)), text, (const char *)commit->event_id, STORE_EVENT_ID_BYTES);
  }
  shelf->seq = commit->seq;
  shelf->now_ms = commit->now_ms;
  return STORE_OK;
}

/* ---- owning ---- */

static void owner_set(struct shelf *shelf, const char *owner) {
  free(shelf->owner);
  shelf->owner = owner == NULL ? NULL : copy_of(owner, strlen(owner));
  shelf->lease_until_ms = owner == NULL ? 0 : clock_boot_ms() + STORE_LEASE_MS;
}

enum store_answer shelf_take(struct shelf *shelf, const char *owner) {
  bool foreign = shelf->owner != NULL && strcmp(shelf->owner, owner) != 0;
  if (foreign && shelf->lease_until_ms > clock_boot_ms()) return STORE_FENCED;
  shelf->epoch++;
  owner_set(shelf, owner);
  return STORE_OK;
}

enum store_answer shelf_renew(struct shelf *shelf, int64_t epoch) {
  if (epoch != shelf->epoch) return STORE_FENCED;
  shelf->lease_until_ms = clock_boot_ms() + STORE_LEASE_MS;
  return STORE_OK;
}

enum store_answer shelf_release(struct shelf *shelf, int64_t epoch) {
  if (epoch != shelf->epoch) return STORE_FENCED;
  shelf->epoch++; /* what the owner still had on its way never happens */
  owner_set(shelf, NULL);
  return STORE_OK;
}

enum store_answer shelf_push(struct shelf *shelf, const char *id, const char *entry, size_t bytes) {
  struct shelf_line **end = &shelf->control;
  size_t count = 0;
  for (; *end != NULL; end = &(*end)->next, count++)
    if (strcmp((*end)->id, id) == 0 && strlen((*end)->entry) == bytes && memcmp((*end)->entry, entry, bytes) == 0) return STORE_OK;
  if (count >= STORE_CONTROL_MAX) return STORE_NOT_STORED;
  struct shelf_line *line = calloc(1, sizeof *line);
  assert(line != NULL);
  line->id = copy_of(id, strlen(id));
  line->entry = copy_of(entry, bytes);
  *end = line;
  return STORE_OK;
}
