/* match_file.h: reads an assignment problem from the bytes of a file, text or binary. Pure: what is wrong is named by line or offset. */
#ifndef MENTORD_MATCH_FILE_H
#define MENTORD_MATCH_FILE_H

#include "bot/match/assign.h"

/* Two forms (README.md, section 5): text, which begins with a letter of its lines, and binary, which begins with "MMI1". The
 * problem has passed arcs_check and borrows from `data` and from the arena, which must allow match_file_bytes.
 * ERR_BAD_INPUT and ERR_LIMITED with a note that begins with "line N: " or "byte N: ". */
enum err match_file_read(const char *data, size_t bytes, struct arena *arena, struct assign_problem *ret_problem) MUST_CHECK;
size_t match_file_bytes(size_t bytes);

#endif
