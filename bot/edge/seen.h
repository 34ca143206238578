/* seen.h: the event ids of the last three days, 16 bytes each: duplicates are known before a turn runs. */
#ifndef MENTORD_SEEN_H
#define MENTORD_SEEN_H

#include "state/store.h"

struct seen;
struct seen *seen_new(void);
bool seen_has(const struct seen *seen, const uint8_t id[STORE_EVENT_ID_BYTES]);
void seen_add(struct seen *seen, const uint8_t id[STORE_EVENT_ID_BYTES]);
size_t seen_count(const struct seen *seen);
struct seen *seen_free(struct seen *seen);

#endif
