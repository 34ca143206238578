/* run.h: the bot as a process: one loop with links, store, vault and a served scheme on it. */
#ifndef MENTORD_RUN_H
#define MENTORD_RUN_H

#include "bot/edge/config.h"

/* Runs until SIGTERM, SIGINT or SIGHUP. Returns the exit code: 0 after a clean stop, 1 with one sentence on stderr. */
int run_bot(const struct config *config);

#endif
