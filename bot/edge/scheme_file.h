/* scheme_file.h: scheme.yaml, checked to the last key, as the entry `apply` puts into the control list. */
#ifndef MENTORD_SCHEME_FILE_H
#define MENTORD_SCHEME_FILE_H

#include "bot/base/arena.h"
#include "bot/base/err.h"
#include "bot/edge/trouble.h"

/* The entry's JSON as bot/jobs/apply.c reads it; `id` names the job, `demo` goes into a scheme that is new; "for" names the
 * scheme that the file is for. Every trouble found is told, not only the first; ERR_BAD_INPUT when there was one. A file
 * that cannot be read at all is told in the note alone. */
enum err scheme_file_read(const char *path, const char *id, bool demo, struct arena *arena, struct troubles *troubles, char **ret_json) MUST_CHECK;

#endif
