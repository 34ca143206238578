/* first_entries.h: the control entries a new demo begins with: its scheme and its people, as the tools would send them. */
#ifndef MENTORD_FIRST_ENTRIES_H
#define MENTORD_FIRST_ENTRIES_H

#include "bot/edge/config.h"

/* A list of JSON texts that ends with NULL. ERR_BAD_INPUT with file:line:column in the note. */
enum err first_entries_make(const struct config *config, char ***ret_entries) MUST_CHECK;
char **first_entries_free(char **entries); /* takes NULL, returns NULL */

#endif
