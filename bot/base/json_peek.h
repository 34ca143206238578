/* json_peek.h: one value of a JSON object without a tree of all of it. For what comes often and is mostly thrown away: whoever finds nothing
 * here reads it properly (json.h). What was not on the way is not looked at, so this never says that the text is good JSON. */
#ifndef MENTORD_JSON_PEEK_H
#define MENTORD_JSON_PEEK_H

#include "bot/base/base.h"

/* `path` is one key or keys joined by dots; the first of a name counts. The text at its end is put into slot. False: it is not there, is no
 * text, does not fit, or holds an escape or a control character; or the way there is no JSON. */
bool json_peek_text(const char *json, size_t bytes, const char *path, char *slot, size_t size);
bool json_peek_true(const char *json, size_t bytes, const char *path); /* `true` stands there */

#endif
