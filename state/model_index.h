/* model_index.h: value -> the ids of the records that hold it, in order of id. */
#ifndef MENTORD_MODEL_INDEX_H
#define MENTORD_MODEL_INDEX_H

#include "state/records.h"

struct id_index;

struct id_index *id_index_new(void);
struct id_index *id_index_free(struct id_index *index); /* takes NULL, returns NULL */
/* The id is borrowed until it is dropped again; one that is there already stays as it is. */
void id_index_add(struct id_index *index, const char *value, const char *id);
void id_index_drop(struct id_index *index, const char *value, const char *id);
struct strs id_index_find(const struct id_index *index, const char *value); /* borrowed until the next change */

#endif
