/* small_sync.h: which folders were fsynced: this program's fsync stands before the system's. */
#ifndef MENTORD_SMALL_SYNC_H
#define MENTORD_SMALL_SYNC_H

#include <stdbool.h>

void small_sync_forget(void);
/* Since small_sync_forget. */
bool small_sync_saw(const char *folder);

#endif
