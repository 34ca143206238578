/* owner.h: a data folder's own name in the lease, and its lock: one bot a folder. */
#ifndef MENTORD_OWNER_H
#define MENTORD_OWNER_H

#include "bot/base/err.h"

struct owner {
  char name[96];
  int lock; /* held until owner_done, or until the process is gone, however it ended */
};

/* The same name each time until the machine starts anew, so that a bot takes its own lease back at once. A copy of the folder has
 * another name, else two bots would take one lease from each other for ever. ERR_CONFLICT: a bot runs on this folder. */
enum err owner_take(const char *data, struct owner *ret_owner) MUST_CHECK;
void owner_done(struct owner *owner);

#endif
