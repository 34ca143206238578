/* tools_store.h: a tool's way to the store: one connection, the records as they stand, one entry pushed, its job waited for. */
#ifndef MENTORD_TOOLS_STORE_H
#define MENTORD_TOOLS_STORE_H

#include "bot/edge/config.h"
#include "state/model.h"

struct tools_store;

/* Connects as the tools' user. Everything here blocks. The note says what to do when Redis is not there. */
enum err tools_store_open(const struct config *config, struct tools_store **ret_store) MUST_CHECK;
/* What the scheme holds now, without its sealed facts. The caller frees. */
enum err tools_store_load(struct tools_store *store, struct model **ret_model) MUST_CHECK;
/* Puts the entry at the end of the control list: from here on it is the bot's. */
enum err tools_store_push(struct tools_store *store, const char *entry) MUST_CHECK;

enum tools_end {
  TOOLS_DONE,     /* the bot did it */
  TOOLS_REFUSED,  /* the bot would not; it was told why */
  TOOLS_NOBODY,   /* no bot took the entry in time */
  TOOLS_LEFT      /* Ctrl-C, or the connection went: the bot goes on */
};
/* Waits for the end of the job and tells how it goes on; its troubles too. `what` is the job as in "The import"; `rows` are those
 * of the operator's file, 0 when there is none. */
enum tools_end tools_store_wait(struct tools_store *store, const char *id, const char *what, int64_t rows);
struct tools_store *tools_store_free(struct tools_store *store); /* takes NULL, returns NULL */

#endif
