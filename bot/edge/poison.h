/* poison.h: which event was being handled when this process died: a small mapped file that outlives the crash. */
#ifndef MENTORD_POISON_H
#define MENTORD_POISON_H

#include <stdbool.h>

#include "bot/base/err.h"
#include "state/store.h"

enum { POISON_DEATHS = 2 }; /* so often it may bring us down, or be refused by the store, before it is set aside */

struct poison;

/* What was being handled when the file was last used counts as a death of that event. A file of another shape is begun anew.
 * ERR_DENIED or ERR_LIMITED with a note when the file cannot be made. */
enum err poison_open(const char *path, struct poison **ret_poison) MUST_CHECK;
/* All take NULL, for tests: then nothing is ever poison. `event_hash` is what its id is known by in the store. */
void poison_begin(struct poison *poison, const uint8_t event_hash[STORE_EVENT_ID_BYTES]);
void poison_end(struct poison *poison);
void poison_blame(struct poison *poison, const uint8_t event_hash[STORE_EVENT_ID_BYTES]); /* the store refused its turn */
void poison_forget(struct poison *poison, const uint8_t event_hash[STORE_EVENT_ID_BYTES]); /* its turn is kept */
bool poison_is(const struct poison *poison, const uint8_t event_hash[STORE_EVENT_ID_BYTES]);
struct poison *poison_free(struct poison *poison); /* takes NULL, returns NULL */

#endif
