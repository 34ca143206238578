/* map.h: text -> pointer. Keyed hashing, so nobody outside can choose collisions; never iterated, so its order is nobody's. */
#ifndef MENTORD_MAP_H
#define MENTORD_MAP_H

#include "bot/base/base.h"

struct map;

struct map *map_new(void);
void *map_get(const struct map *map, const char *key);             /* NULL when absent */
void *map_put(struct map *map, const char *key, void *value);      /* copies the key; returns the value that stood there, or NULL */
void *map_drop(struct map *map, const char *key);                  /* returns the value that stood there, or NULL */
size_t map_count(const struct map *map);
/* `each` gets every value once (NULL: nothing is called), in no order at all; only for freeing. Takes NULL, returns NULL. */
struct map *map_free(struct map *map, void (*each)(void *value));

#endif
