/* slack_emoji.h: Slack names the emoji that somebody typed, ":wave:"; elsewhere they are characters. Pure. */
#ifndef MENTORD_SLACK_EMOJI_H
#define MENTORD_SLACK_EMOJI_H

#include "bot/base/arena.h"

/* ":wave::skin-tone-3:" becomes its character. What is no name we know stays, as does all in an address, in "12:30:45", and between
 * two letters ("a:x:b"). The same text when there is nothing to change. */
const char *slack_emoji_shown(const char *plain, struct arena *arena);

/* The table's `i`th name, in strcmp's order; NULL: behind the last. */
const char *slack_emoji_name(size_t i);

#endif
