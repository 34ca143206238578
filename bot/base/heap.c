/* heap.c: a binary heap of borrowed nodes, each of which knows its place. */
#include "bot/base/heap.h"

#include <stdlib.h>

static void put(struct heap *heap, size_t at, struct heap_node *node) {
  heap->nodes[at] = node;
  node->place = at + 1;
}

static void rise(struct heap *heap, size_t at) {
  struct heap_node *node = heap->nodes[at];
  while (at > 0 && node->key < heap->nodes[(at - 1) / 2]->key) {
    put(heap, at, heap->nodes[(at - 1) / 2]);
    at = (at - 1) / 2;
  }
  put(heap, at, node);
}

static void sink(struct heap *heap, size_t at) {
  struct heap_node *node = heap->nodes[at];
  for (size_t child = 2 * at + 1; child < heap->count; child = 2 * at + 1) {
    if (child + 1 < heap->count && heap->nodes[child + 1]->key < heap->nodes[child]->key) child++;
    if (node->key <= heap->nodes[child]->key) break;
    put(heap, at, heap->nodes[child]);
    at = child;
  }
  put(heap, at, node);
}

void heap_add(struct heap *heap, struct heap_node *node, int64_t key, void *owner) {
  assert(node->place == 0);
  if (heap->count == heap->capacity) {
    heap->capacity = heap->capacity == 0 ? 16 : 2 * heap->capacity;
    heap->nodes = reallocarray(heap->nodes, heap->capacity, sizeof *heap->nodes);
    assert(heap->nodes != NULL);
  }
  node->key = key;
  node->owner = owner;
  heap->nodes[heap->count++] = node;
  rise(heap, heap->count - 1);
}

/* The last node takes the place of the one that goes. */
void heap_remove(struct heap *heap, struct heap_node *node) {
  if (node->place == 0) return;
  size_t at = node->place - 1;
  assert(at < heap->count && heap->nodes[at] == node);
  struct heap_node *last = heap->nodes[--heap->count];
  node->place = 0;
  if (last == node) return;
  put(heap, at, last);
  rise(heap, at);
  sink(heap, last->place - 1);
}

void *heap_first(const struct heap *heap) {
  return heap->count == 0 ? NULL : heap->nodes[0]->owner;
}

int64_t heap_first_key(const struct heap *heap) {
  assert(heap->count > 0);
  return heap->nodes[0]->key;
}

void heap_done(struct heap *heap) {
  free(heap->nodes);
  *heap = (struct heap){0};
}
