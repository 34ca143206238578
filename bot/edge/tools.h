/* tools.h: what an operator does from the command line: check a file, apply a scheme, import people, invite a manager. */
#ifndef MENTORD_TOOLS_H
#define MENTORD_TOOLS_H

#include "bot/edge/config.h"

/* Each returns the exit code: 0 done, 1 not done, with sentences on stderr that say why and what to do. */
int tools_check(const char *file); /* by its name: *.csv people, mentord*.yaml configuration, other *.yaml a scheme */
/* Through the control list of the running bot, after a preview and a "yes" (or `yes`); waits for the bot's answer. */
int tools_apply(const struct config *config, const char *file, bool yes);
/* `left_out`: rows that cannot be used are written to this new file, to be mended and imported; NULL: they are only told. */
int tools_import(const struct config *config, const char *file, const char *left_out, bool yes);
/* 0: people are served; 1: something needs care; 2: nobody is served. */
int tools_health(const struct config *config, bool json);
int tools_invite(const struct config *config);

#endif
