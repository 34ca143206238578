/* slack_tools.h: what mentord-slack can do without Slack: print the app's manifest, decode a payload. */
#ifndef MENTORD_SLACK_TOOLS_H
#define MENTORD_SLACK_TOOLS_H

#include <stdbool.h>

/* `mentord-slack manifest` reads the bot's commands (what `mentord commands` prints) from standard input and prints the app's
 * manifest; with --group-history it asks for SLACK_GROUP_HISTORY too. `mentord-slack decode` reads one frame of Socket Mode, or the
 * bare payload of one, and prints the event as a line of the link (exit code 0), or one line why there is none (1). Both end with 2,
 * and a sentence on standard error, when what they read is not what they read about.
 * True when argv[1] is one of these words: it was done, and *ret_code is the process's exit code. Call it first in main. */
bool slack_tools(int argc, char **argv, int *ret_code);

#endif
