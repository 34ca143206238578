/* model_table.h: the records of one kind in order of id: arrays side by side, so that the ids alone are a list too. */
#ifndef MENTORD_MODEL_TABLE_H
#define MENTORD_MODEL_TABLE_H

#include "state/records.h"

struct table {
  uint64_t *keys;    /* owned; record_id_key of the ids: most questions of order are answered without looking at an id */
  const char **ids;  /* owned, each one too; an id stays where it is as long as its record is there */
  void **records;    /* owned, each one too: packed (record_pack) */
  size_t count, capacity;
  bool sorted;       /* false while loading: an id may stand twice, the later one is the good one */
};

void table_done(struct table *table);
/* While loading: at the end, in any order. Takes the record over. */
void table_append(struct table *table, const char *id, void *record);
void table_sort(struct table *table); /* from here on in order */

/* Where the id stands, or where it would stand; true when it is there. */
bool table_seek(const struct table *table, const char *id, size_t *ret_position);
const void *table_get(const struct table *table, const char *id); /* NULL when absent */
/* Makes a place for a new id and returns it; its record is NULL until the caller puts one there. */
size_t table_insert(struct table *table, size_t position, const char *id);
void table_remove(struct table *table, size_t position); /* frees id and record */

#endif
