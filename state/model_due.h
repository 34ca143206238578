/* model_due.h: all timers in order (ms, kind, id), in blocks, so that one more or one less moves a few kilobytes at most. */
#ifndef MENTORD_MODEL_DUE_H
#define MENTORD_MODEL_DUE_H

#include "state/model.h"

struct due_block;
struct due_list {
  struct due_block **blocks; /* owned, each one too; none is empty */
  size_t count, capacity;    /* of blocks */
};

void due_list_done(struct due_list *list);
/* due.id is borrowed until it is dropped again. */
void due_list_add(struct due_list *list, struct due due);
void due_list_drop(struct due_list *list, struct due due); /* one that is not there: nothing happens */
size_t due_list_first(const struct due_list *list, struct due *ret_due, size_t max);

#endif
