/* tree.c: JSON trees and lists of pointers. */
#include "tests/sim/slack/tree.h"

#include <stdlib.h>
#include <string.h>

void tree_put(cJSON *object, const char *key, cJSON *value) {
  if (value == NULL) return;
  if (key == NULL) cJSON_AddItemToArray(object, value);
  else cJSON_AddItemToObject(object, key, value);
}

void tree_str(cJSON *object, const char *key, const char *value) {
  if (value != NULL) tree_put(object, key, cJSON_CreateString(value));
}

void tree_int(cJSON *object, const char *key, int64_t value) {
  tree_put(object, key, cJSON_CreateNumber((double)value));
}

void tree_bool(cJSON *object, const char *key, bool value) {
  tree_put(object, key, cJSON_CreateBool(value));
}

void tree_copy(cJSON *object, const char *key, const cJSON *value) {
  if (value != NULL) tree_put(object, key, cJSON_Duplicate(value, true));
}

void tree_set(cJSON *object, const char *key, cJSON *value) {
  cJSON_DeleteItemFromObjectCaseSensitive(object, key);
  tree_put(object, key, value);
}

cJSON *tree_object(cJSON *object, const char *key) {
  cJSON *made = cJSON_CreateObject();
  tree_put(object, key, made);
  return made;
}

cJSON *tree_array(cJSON *object, const char *key) {
  cJSON *made = cJSON_CreateArray();
  tree_put(object, key, made);
  return made;
}

char *tree_print(const cJSON *tree) {
  char *printed = cJSON_PrintUnformatted(tree);
  assert(printed != NULL);
  return printed;
}

size_t tree_bytes(const cJSON *tree) {
  char *printed = tree_print(tree);
  size_t bytes = strlen(printed);
  free(printed);
  return bytes;
}

void tree_move(cJSON *from, cJSON *to) {
  while (from->child != NULL) {
    cJSON *child = cJSON_DetachItemViaPointer(from, from->child);
    cJSON_DeleteItemFromObjectCaseSensitive(to, child->string);
    char *key = strdup(child->string);
    assert(key != NULL);
    cJSON_AddItemToObject(to, key, child);
    free(key);
  }
}

bool tree_is(const cJSON *object, const char *key, const char *value) {
  return strcmp(json_str_or(object, key, ""), value) == 0;
}

void list_add(struct list *list, void *item) {
  if (list->count == list->capacity) {
    list->capacity = list->capacity == 0 ? 8 : list->capacity * 2;
    list->items = realloc(list->items, list->capacity * sizeof *list->items);
    assert(list->items != NULL);
  }
  list->items[list->count++] = item;
}

static size_t place_of(const struct list *list, const void *item) {
  size_t i = 0;
  while (i < list->count && list->items[i] != item) i++;
  return i;
}

bool list_has(const struct list *list, const void *item) {
  return place_of(list, item) < list->count;
}

bool list_drop(struct list *list, const void *item) {
  size_t at = place_of(list, item);
  if (at == list->count) return false;
  list->count--;
  memmove(list->items + at, list->items + at + 1, (list->count - at) * sizeof *list->items);
  return true;
}

void list_first_out_many(struct list *list, size_t count) {
  assert(list->count >= count);
  list->count -= count;
  memmove(list->items, list->items + count, list->count * sizeof *list->items);
}

void *list_first_out(struct list *list) {
  assert(list->count > 0);
  void *first = list->items[0];
  list_first_out_many(list, 1);
  return first;
}

void list_done(struct list *list, void (*each)(void *item)) {
  for (size_t i = 0; each != NULL && i < list->count; i++) each(list->items[i]);
  free(list->items);
  *list = (struct list){0};
}

void slot_put(char *slot, size_t size, const char *value) {
  if (value == NULL) return;
  size_t bytes = strlen(value);
  if (bytes >= size) bytes = size - 1;
  while (bytes > 0 && !text_utf8_valid(value, bytes)) bytes--;
  memmove(slot, value, bytes);
  slot[bytes] = '\0';
}

bool word_in(const char *words, const char *word) {
  size_t length = strlen(word);
  for (const char *at = words; length > 0 && *at != '\0';) {
    size_t span = strcspn(at, " ,");
    if (span == length && strncmp(at, word, span) == 0) return true;
    at += span + (at[span] != '\0');
  }
  return false;
}
