/* first_entries.h: the control entries a new demo begins with: its scheme and its people, as the tools would send them. */
#ifndef MENTORD_FIRST_ENTRIES_H
#define MENTORD_FIRST_ENTRIES_H

#include "bot/edge/config.h"

struct first_entries {
  char *entries[3]; /* JSON texts; NULL at the end */
  char *rows;       /* of the import among them, as a spool file has them; NULL: there is none */
};
/* ERR_BAD_INPUT with file:line:column in the note. */
enum err first_entries_make(const struct config *config, struct first_entries **ret_first) MUST_CHECK;
struct first_entries *first_entries_free(struct first_entries *first); /* takes NULL, returns NULL */

#endif
