/* model_index.c: one sorted id list a value, found through a map; an empty list goes at once. */
#include "state/model_index.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/map.h"

enum { MAGIC = 0x49644978 };

struct id_list {
  const char **ids; /* owned; each id borrowed from its table until it is dropped */
  size_t count, capacity;
};

struct id_index {
  uint32_t magic;
  struct map *lists; /* owned, the id_lists too */
};

struct id_index *id_index_new(void) {
  struct id_index *index = calloc(1, sizeof *index);
  assert(index != NULL);
  index->magic = MAGIC;
  index->lists = map_new();
  return index;
}

static void list_free(void *value) {
  struct id_list *list = value;
  free(list->ids);
  free(list);
}

struct id_index *id_index_free(struct id_index *index) {
  if (index == NULL) return NULL;
  assert(index->magic == MAGIC);
  map_free(index->lists, list_free);
  index->magic = 0;
  free(index);
  return NULL;
}

/* Where the id stands, or where it would stand. The end is looked at first: new ids mostly belong there. */
static size_t seek(const struct id_list *list, const char *id, bool *ret_found) {
  size_t low = 0, high = list->count;
  *ret_found = false;
  if (high > 0 && record_id_order(list->ids[high - 1], id) < 0) return high;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = record_id_order(list->ids[middle], id);
    if (order < 0) low = middle + 1;
    else high = middle;
    if (order == 0) *ret_found = true;
  }
  return low;
}

static struct id_list *list_of(struct id_index *index, const char *value) {
  struct id_list *list = map_get(index->lists, value);
  if (list != NULL) return list;
  list = calloc(1, sizeof *list);
  assert(list != NULL);
  map_put(index->lists, value, list);
  return list;
}

static void list_grow(struct id_list *list) {
  if (list->count < list->capacity) return;
  list->capacity = list->capacity == 0 ? 2 : 2 * list->capacity;
  list->ids = reallocarray(list->ids, list->capacity, sizeof *list->ids);
  assert(list->ids != NULL);
}

void id_index_add(struct id_index *index, const char *value, const char *id) {
  assert(index->magic == MAGIC);
  struct id_list *list = list_of(index, value);
  bool found;
  size_t position = seek(list, id, &found);
  if (found) return;
  list_grow(list);
  memmove(&list->ids[position + 1], &list->ids[position], (list->count - position) * sizeof *list->ids);
  list->ids[position] = id;
  list->count++;
}

void id_index_drop(struct id_index *index, const char *value, const char *id) {
  assert(index->magic == MAGIC);
  struct id_list *list = map_get(index->lists, value);
  if (list == NULL) return;
  bool found;
  size_t position = seek(list, id, &found);
  if (!found) return;
  list->count--;
  memmove(&list->ids[position], &list->ids[position + 1], (list->count - position) * sizeof *list->ids);
  if (list->count > 0) return;
  map_drop(index->lists, value);
  list_free(list);
}

struct strs id_index_find(const struct id_index *index, const char *value) {
  assert(index->magic == MAGIC);
  const struct id_list *list = value == NULL ? NULL : map_get(index->lists, value);
  return list == NULL ? (struct strs){0} : (struct strs){.items = list->ids, .count = list->count};
}
