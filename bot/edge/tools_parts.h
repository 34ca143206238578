/* tools_parts.h: small things that the tools share; only bot/edge/tools*.c include it. */
#ifndef MENTORD_TOOLS_PARTS_H
#define MENTORD_TOOLS_PARTS_H

#include "bot/edge/preview.h"
#include "bot/edge/tools.h"
#include "bot/edge/tools_store.h"

enum { TOOLS_ID_BYTES = 40 };
void tools_id(const char *kind, char ret_id[TOOLS_ID_BYTES]); /* "apply-3f…": never used before */
/* True when the operator said yes, or did so before by --yes. Without a terminal to ask on: false, and why. */
bool tools_ask(const char *question, bool yes);
int tools_say_note(void);                         /* the note on stderr; returns the exit code 1 */
int tools_file_bad(const struct troubles *troubles, enum err err, const char *nothing); /* what is wrong in a file; returns 1 */
const char *tools_plural(size_t count);           /* "" or "s" */

#endif
