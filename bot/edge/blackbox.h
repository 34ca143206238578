/* blackbox.h: what outlives a crash: which event was being handled, when the bot was last alive, what was kept. A small mapped file. */
#ifndef MENTORD_BLACKBOX_H
#define MENTORD_BLACKBOX_H

#include <stdbool.h>

#include "bot/base/err.h"
#include "state/store.h"

enum { BLACKBOX_DEATHS = 2 }; /* so often it may bring us down, or be refused by the store, before it is set aside */

struct blackbox;

/* What was being handled when the file was last used counts as a death of that event. A file of another shape is begun anew.
 * ERR_DENIED or ERR_LIMITED with a note when the file cannot be made. */
enum err blackbox_open(const char *path, struct blackbox **ret_blackbox) MUST_CHECK;
/* All take NULL, for tests: then nothing is ever poison. `event_hash` is what its id is known by in the store. */
void blackbox_begin(struct blackbox *blackbox, const uint8_t event_hash[STORE_EVENT_ID_BYTES]);
void blackbox_end(struct blackbox *blackbox);
void blackbox_blame(struct blackbox *blackbox, const uint8_t event_hash[STORE_EVENT_ID_BYTES]); /* the store refused its turn */
void blackbox_forget(struct blackbox *blackbox, const uint8_t event_hash[STORE_EVENT_ID_BYTES]); /* its turn is kept */
/* On the system's clock; the last such moment of the runs before; 0: never. */
void blackbox_alive(struct blackbox *blackbox, int64_t now_ms);
int64_t blackbox_last_alive(const struct blackbox *blackbox);
/* What the store is known to have kept: turns of this scheme. Never goes back; another scheme begins at 0. */
void blackbox_keep(struct blackbox *blackbox, const char *scheme, int64_t seq);
int64_t blackbox_kept(struct blackbox *blackbox, const char *scheme);
bool blackbox_is(const struct blackbox *blackbox, const uint8_t event_hash[STORE_EVENT_ID_BYTES]);
struct blackbox *blackbox_free(struct blackbox *blackbox); /* takes NULL, returns NULL */

#endif
