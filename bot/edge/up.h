/* up.h: everything on one machine: the private Redis, the adapters the configuration names, the bot; supervised. */
#ifndef MENTORD_UP_H
#define MENTORD_UP_H

#include "bot/edge/config.h"

/* Runs until SIGINT, SIGTERM or SIGHUP (nohup has that ignored); then ends all in order within 2 s. `program` is this program's own path. Exit code. */
int up(const struct config *config, const char *program);

#endif
