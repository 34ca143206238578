/* slack_text.h: Slack's way of writing words, and plain text; both directions. Pure. */
#ifndef MENTORD_SLACK_TEXT_H
#define MENTORD_SLACK_TEXT_H

#include "adapters/slack/slack_in.h"

/* What Slack wrote as plain text: "&amp;" is "&", "<@U1|ann>" somebody's name or "@U1", "<https://x|here>" "here (https://x)",
 * ":wave:" its character.
 * With `ids` people stay ids: a command has to know exactly who is meant. */
const char *slack_text_plain(const char *raw, const struct slack_self *self, bool ids, struct arena *arena);
/* Only the three escapes: what was typed into a field of a form. */
const char *slack_text_unescape(const char *raw, struct arena *arena);
/* Behind the mention of ourselves if `raw` has one: the words without it, still as Slack wrote them. NULL: no mention. */
const char *slack_text_called(const char *raw, const char *bot_user, struct arena *arena);
/* At most `bytes_max` bytes, cut at a character; and no control characters but line ends. */
const char *slack_text_bounded(const char *text, size_t bytes_max, struct arena *arena);

/* "&", "<" and ">" escaped, so that nothing in it is a mention, a link or a call to everybody. */
void slack_text_escape(const char *plain, struct text *text);
size_t slack_text_chars(const char *plain);                       /* characters once escaped */
size_t slack_text_fit(const char *plain, size_t chars_max);       /* bytes that fit, cut at a line's end, a space or a character */
const char *slack_text_short(const char *plain, size_t chars_max, struct arena *arena); /* with "…" when it had to be cut */

/* What was written, in the arena; the text itself is done with. That it held everything is asserted. */
const char *slack_text_kept(struct text *text, struct arena *arena);

#endif
