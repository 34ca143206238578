/* test_heap.c: the smallest comes first, whatever was added and taken out in between. */
#include "bot/base/heap.h"

#include <criterion/criterion.h>

enum { MANY = 500 };

Test(heap, empty) {
  struct heap heap = {0};
  struct heap_node alone = {0};
  cr_assert_null(heap_first(&heap));
  heap_remove(&heap, &alone);
  heap_add(&heap, &alone, -3, &alone);
  cr_assert_eq(heap_first(&heap), &alone);
  cr_assert_eq(heap_first_key(&heap), -3);
  heap_remove(&heap, &alone);
  cr_assert_null(heap_first(&heap));
  cr_assert_eq(alone.place, 0);
  heap_done(&heap);
}

Test(heap, in_order_of_their_keys) {
  struct heap heap = {0};
  static struct heap_node nodes[MANY];
  for (int i = 0; i < MANY; i++) heap_add(&heap, &nodes[i], (i * 7919) % MANY, &nodes[i]);
  for (int i = 0; i < MANY; i++) {
    struct heap_node *first = heap_first(&heap);
    cr_assert_eq(first->key, i);
    heap_remove(&heap, first);
  }
  cr_assert_eq(heap.count, 0);
  heap_done(&heap);
}

Test(heap, taken_out_from_anywhere) {
  struct heap heap = {0};
  static struct heap_node nodes[MANY];
  for (int i = 0; i < MANY; i++) heap_add(&heap, &nodes[i], (i * 7919) % MANY, &nodes[i]);
  for (int i = 0; i < MANY; i += 3) heap_remove(&heap, &nodes[i]);
  int64_t before = -1;
  size_t seen = 0;
  for (struct heap_node *first; (first = heap_first(&heap)) != NULL; seen++) {
    cr_assert_neq((first - nodes) % 3, 0);
    cr_assert_gt(first->key, before);
    before = first->key;
    heap_remove(&heap, first);
  }
  cr_assert_eq(seen, MANY - (MANY + 2) / 3);
  heap_done(&heap);
}
