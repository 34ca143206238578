/* order.h: rows of pairs in the order of their costs; equals stay in the order they came. */
#ifndef MENTORD_ORDER_H
#define MENTORD_ORDER_H

#include "bot/match/market.h"

void order_sort(uint64_t *words, size_t count, uint64_t *spare); /* `spare` has room for as many words */
/* Two rows that are in order become one; of equals, those of `a` come first. */
void order_merge(const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count, uint64_t *ret_words);

#endif
