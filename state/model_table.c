/* model_table.c: the records of one kind, sorted; new ids mostly ascend, so that most insertions are at the end. */
#include "state/model_table.h"

#include <stdlib.h>
#include <string.h>

#include "state/records_walk.h"

static void table_grow(struct table *table) {
  if (table->count < table->capacity) return;
  table->capacity = table->capacity == 0 ? 16 : 2 * table->capacity;
  table->keys = reallocarray(table->keys, table->capacity, sizeof *table->keys);
  table->ids = reallocarray(table->ids, table->capacity, sizeof *table->ids);
  table->records = reallocarray(table->records, table->capacity, sizeof *table->records);
  assert(table->keys != NULL && table->ids != NULL && table->records != NULL);
}

static const char *id_copy(const char *id) {
  assert(id != NULL && id[0] != '\0');
  const char *copy = strdup(id);
  assert(copy != NULL);
  return copy;
}

/* The ids are ours; they are only const to everybody who reads them. */
static void id_free(const char *id) {
  void *owned;
  memcpy(&owned, &id, sizeof owned);
  free(owned);
}

void table_done(struct table *table) {
  for (size_t i = 0; i < table->count; i++) {
    id_free(table->ids[i]);
    free(table->records[i]);
  }
  free(table->keys);
  free(table->ids);
  free(table->records);
  *table = (struct table){0};
}

/* ---- loading ---- */

struct arrived { /* one appended record, with when it came */
  uint64_t key;
  const char *id;
  void *record;
  size_t arrival;
};

static int by_id_then_arrival(const void *a, const void *b) {
  const struct arrived *left = a, *right = b;
  if (left->key != right->key) return left->key < right->key ? -1 : 1;
  int order = record_id_order(left->id, right->id);
  return order != 0 ? order : (left->arrival > right->arrival) - (left->arrival < right->arrival);
}

void table_append(struct table *table, const char *id, void *record) {
  table_grow(table);
  table->keys[table->count] = record_id_key(id);
  table->ids[table->count] = id_copy(id);
  table->records[table->count++] = record;
}

/* The order of the id at this position and one that is asked for. */
static int order_at(const struct table *table, size_t position, uint64_t key, const char *id) {
  if (table->keys[position] != key) return table->keys[position] < key ? -1 : 1;
  return strcmp(table->ids[position], id) == 0 ? 0 : record_id_order(table->ids[position], id);
}

static bool ascends(const struct table *table) {
  for (size_t i = 1; i < table->count; i++)
    if (order_at(table, i - 1, table->keys[i], table->ids[i]) >= 0) return false;
  return true;
}

/* Of records with the same id the last one stays. */
static void keep_last(struct table *table, const struct arrived *all, size_t count) {
  table->count = 0;
  for (size_t i = 0; i < count; i++) {
    bool again = i + 1 < count && strcmp(all[i].id, all[i + 1].id) == 0;
    if (again) {
      id_free(all[i].id);
      free(all[i].record);
      continue;
    }
    table->keys[table->count] = all[i].key;
    table->ids[table->count] = all[i].id;
    table->records[table->count++] = all[i].record;
  }
}

void table_sort(struct table *table) {
  table->sorted = true;
  if (ascends(table)) return;
  struct arrived *all = calloc(table->count, sizeof *all);
  assert(all != NULL);
  for (size_t i = 0; i < table->count; i++) all[i] = (struct arrived){table->keys[i], table->ids[i], table->records[i], i};
  qsort(all, table->count, sizeof *all, by_id_then_arrival);
  keep_last(table, all, table->count);
  free(all);
}

/* ---- reading and changing ---- */

bool table_seek(const struct table *table, const char *id, size_t *ret_position) {
  assert(table->sorted);
  uint64_t key = record_id_key(id);
  size_t low = 0, high = table->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = order_at(table, middle, key, id);
    if (order == 0) {
      *ret_position = middle;
      return true;
    }
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  *ret_position = low;
  return false;
}

const void *table_get(const struct table *table, const char *id) {
  size_t position;
  return table_seek(table, id, &position) ? table->records[position] : NULL;
}

size_t table_insert(struct table *table, size_t position, const char *id) {
  assert(position <= table->count);
  table_grow(table);
  size_t behind = table->count++ - position;
  memmove(&table->keys[position + 1], &table->keys[position], behind * sizeof *table->keys);
  memmove(&table->ids[position + 1], &table->ids[position], behind * sizeof *table->ids);
  memmove(&table->records[position + 1], &table->records[position], behind * sizeof *table->records);
  table->keys[position] = record_id_key(id);
  table->ids[position] = id_copy(id);
  table->records[position] = NULL;
  return position;
}

void table_remove(struct table *table, size_t position) {
  assert(position < table->count);
  id_free(table->ids[position]);
  free(table->records[position]);
  size_t behind = --table->count - position;
  memmove(&table->keys[position], &table->keys[position + 1], behind * sizeof *table->keys);
  memmove(&table->ids[position], &table->ids[position + 1], behind * sizeof *table->ids);
  memmove(&table->records[position], &table->records[position + 1], behind * sizeof *table->records);
}
