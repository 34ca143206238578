/* file.h: files as an edge needs them: bounded to read, whole or not at all to write. */
#ifndef MENTORD_FILE_H
#define MENTORD_FILE_H

#include "bot/base/err.h"

/* The whole file, NUL behind it; the caller frees. ERR_GONE when it is not there, ERR_LIMITED past bytes_max, ERR_DENIED. */
enum err file_read(const char *path, size_t bytes_max, char **ret_data, size_t *ret_bytes) MUST_CHECK;
/* Writes beside, fsyncs, renames, fsyncs the folder. mode as in open(2). ERR_LIMITED when the disk is full.
 * What stands beside is called path.new: one writer a path. A crash may leave it; the next write replaces it. */
enum err file_write(const char *path, const void *data, size_t bytes, unsigned mode) MUST_CHECK;
/* Fsyncs the folder that `path` stands in: a process that died before file_write ended may have left the name to a power cut.
 * A folder that we may not write in is left alone: no name in it is of our making. */
enum err file_keep_name(const char *path) MUST_CHECK;
/* file_write without the fsyncs: for what a crash may lose. */
enum err file_replace(const char *path, const void *data, size_t bytes, unsigned mode) MUST_CHECK;
/* Makes the folder and its parents; one that is there must be ours and at most `mode`. Their names are fsynced. */
enum err file_folder(const char *path, unsigned mode) MUST_CHECK;
/* For main's first line: opens /dev/null in place of a stdin, stdout or stderr that is closed. Else the next file or socket
 * would get that number: log lines would be written into it, and libuv ends a process that closes one. */
void file_standard(void);
/* True: the path is there and another user's, whose name is given, or their number. */
enum { FILE_USER_BYTES = 40 };
bool file_is_of_other(const char *path, char ret_user[FILE_USER_BYTES]);
enum err file_free_bytes(const char *path, uint64_t *ret_bytes) MUST_CHECK;

#endif
