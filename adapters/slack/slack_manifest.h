/* slack_manifest.h: the app's manifest, from the bot's table of commands. Pure. */
#ifndef MENTORD_SLACK_MANIFEST_H
#define MENTORD_SLACK_MANIFEST_H

#include "bot/base/json.h"

enum { SLACK_MANIFEST_BYTES_MAX = 256 * 1024 };

/* `commands` is what `mentord commands` prints; `group_history` asks for SLACK_GROUP_HISTORY too.
 * ERR_BAD_INPUT: it is not, or something would be too long for Slack; the note says what. */
enum err slack_manifest(const char *commands, size_t bytes, bool group_history, struct text *ret_manifest) MUST_CHECK;

#endif
