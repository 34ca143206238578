/* model_due.c: a sorted list cut into blocks; a full block is split, two small neighbours are joined. */
#include "state/model_due.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_COUNT_MAX = 256 };

struct due_block {
  size_t count;
  struct due items[BLOCK_COUNT_MAX];
};

void due_list_done(struct due_list *list) {
  for (size_t i = 0; i < list->count; i++) free(list->blocks[i]);
  free(list->blocks);
  *list = (struct due_list){0};
}

static int due_order(const struct due *a, const struct due *b) {
  if (a->ms != b->ms) return a->ms < b->ms ? -1 : 1;
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  return record_id_order(a->id, b->id);
}

/* The last block that does not begin behind `due`; the first one when all do. */
static size_t seek_block(const struct due_list *list, const struct due *due) {
  size_t low = 0, high = list->count;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (due_order(&list->blocks[middle]->items[0], due) <= 0) low = middle;
    else high = middle;
  }
  return low;
}

/* The first place in the block that does not stand before `due`. */
static size_t seek_item(const struct due_block *block, const struct due *due) {
  size_t low = 0, high = block->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (due_order(&block->items[middle], due) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/* A new empty block at this position. */
static struct due_block *block_insert(struct due_list *list, size_t position) {
  if (list->count == list->capacity) {
    list->capacity = list->capacity == 0 ? 8 : 2 * list->capacity;
    list->blocks = reallocarray(list->blocks, list->capacity, sizeof *list->blocks);
  }
  struct due_block *block = malloc(sizeof *block);
  assert(list->blocks != NULL && block != NULL);
  block->count = 0;
  memmove(&list->blocks[position + 1], &list->blocks[position], (list->count - position) * sizeof *list->blocks);
  list->blocks[position] = block;
  list->count++;
  return block;
}

static void block_remove(struct due_list *list, size_t position) {
  free(list->blocks[position]);
  list->count--;
  memmove(&list->blocks[position], &list->blocks[position + 1], (list->count - position) * sizeof *list->blocks);
}

static void items_move(struct due_block *to, const struct due_block *from, size_t first) {
  memcpy(&to->items[to->count], &from->items[first], (from->count - first) * sizeof *to->items);
  to->count += from->count - first;
}

static void block_split(struct due_list *list, size_t position) {
  struct due_block *front = list->blocks[position], *back = block_insert(list, position + 1);
  items_move(back, front, BLOCK_COUNT_MAX / 2);
  front->count = BLOCK_COUNT_MAX / 2;
}

void due_list_add(struct due_list *list, struct due due) {
  if (list->count == 0) block_insert(list, 0);
  size_t position = seek_block(list, &due);
  if (list->blocks[position]->count == BLOCK_COUNT_MAX) {
    block_split(list, position);
    position = seek_block(list, &due);
  }
  struct due_block *block = list->blocks[position];
  size_t at = seek_item(block, &due);
  memmove(&block->items[at + 1], &block->items[at], (block->count - at) * sizeof *block->items);
  block->items[at] = due;
  block->count++;
}

/* Keeps the list from becoming many blocks with little in each. */
static void tidy_block(struct due_list *list, size_t position) {
  struct due_block *block = list->blocks[position];
  if (block->count == 0) {
    block_remove(list, position);
    return;
  }
  if (position + 1 == list->count || block->count + list->blocks[position + 1]->count > BLOCK_COUNT_MAX / 2) return;
  items_move(block, list->blocks[position + 1], 0);
  block_remove(list, position + 1);
}

void due_list_drop(struct due_list *list, struct due due) {
  if (list->count == 0) return;
  size_t position = seek_block(list, &due);
  struct due_block *block = list->blocks[position];
  size_t at = seek_item(block, &due);
  if (at == block->count || due_order(&block->items[at], &due) != 0) return;
  block->count--;
  memmove(&block->items[at], &block->items[at + 1], (block->count - at) * sizeof *block->items);
  tidy_block(list, position);
}

size_t due_list_first(const struct due_list *list, struct due *ret_due, size_t max) {
  size_t given = 0;
  for (size_t i = 0; i < list->count && given < max; i++) {
    const struct due_block *block = list->blocks[i];
    size_t wanted = max - given < block->count ? max - given : block->count;
    memcpy(&ret_due[given], block->items, wanted * sizeof *ret_due);
    given += wanted;
  }
  return given;
}
