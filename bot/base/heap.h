/* heap.h: the smallest of many keys at once; whoever stands in it carries a node, and can be taken out from anywhere. */
#ifndef MENTORD_HEAP_H
#define MENTORD_HEAP_H

#include "bot/base/base.h"

struct heap_node {
  int64_t key;
  void *owner;   /* borrowed: who carries it */
  size_t place;  /* position plus 1; 0: it stands in no heap */
};

struct heap {
  struct heap_node **nodes; /* owned; each node borrowed until it is taken out */
  size_t count, capacity;
};

void heap_add(struct heap *heap, struct heap_node *node, int64_t key, void *owner);
void heap_remove(struct heap *heap, struct heap_node *node); /* nothing when it stands in no heap */
void *heap_first(const struct heap *heap);                   /* the owner with the smallest key; NULL: empty */
int64_t heap_first_key(const struct heap *heap);             /* only when it is not empty */
void heap_done(struct heap *heap);

#endif
