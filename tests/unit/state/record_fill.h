/* record_fill.h: records full of chance, for tests that walk the descriptions. The seed is printed. */
#ifndef MENTORD_RECORD_FILL_H
#define MENTORD_RECORD_FILL_H

#include "state/records.h"

struct chance {
  uint64_t state;
};

/* From SEED in the environment, else drawn; printed with the test's name. */
struct chance chance_new(const char *test);
uint64_t chance_below(struct chance *chance, uint64_t limit); /* 0 … limit-1 */
/* A record of this kind and id: every field set when `sparse` is 0, else each one left out once in `sparse` times. */
void *record_fill(struct chance *chance, enum record_kind kind, const char *id, unsigned sparse, struct arena *arena);

#endif
