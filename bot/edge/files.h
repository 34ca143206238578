/* files.h: the bytes of files on their way to people: from the hand-over until an adapter is done with them, in memory only, and
 * wiped when they are let go. */
#ifndef MENTORD_FILES_H
#define MENTORD_FILES_H

#include "bot/base/err.h"

struct files;

enum { FILES_BYTES_MAX = 16 * 1024 * 1024 }; /* of all that wait together */

struct files *files_new(void);
/* Copies the bytes, to be fetched under this id by whoever speaks for the workspace; of one id the newest hold. ERR_LIMITED: there
 * is no room for them now. */
enum err files_put(struct files *files, const char *id, const char *workspace, const void *bytes, size_t count) MUST_CHECK;
/* At most `most` bytes of it from byte `from` on, borrowed until the next call that changes anything. Returns how many; 0: there
 * is no such file here, none of that workspace, or nothing from there on. */
size_t files_piece(const struct files *files, const char *id, const char *workspace, size_t from, size_t most, const void **ret_bytes);
void files_drop(struct files *files, const char *id); /* one that is not there is none to drop */
void files_drop_workspace(struct files *files, const char *workspace); /* its link ended: nobody fetches these any more */
void files_drop_all(struct files *files);
size_t files_bytes(const struct files *files);
struct files *files_free(struct files *files);

#endif
