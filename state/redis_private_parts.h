/* redis_private_parts.h: the private server's parts among themselves: configuration, lock, log, repair. */
#ifndef MENTORD_REDIS_PRIVATE_PARTS_H
#define MENTORD_REDIS_PRIVATE_PARTS_H

#include "bot/base/text.h"
#include "state/redis_private.h"

/* Opens one line of the log that begins a run of the server, or ends the story of the last one. */
#define REDIS_LOG_MARK "--- mentord: "

enum { REDIS_PASSWORD_BYTES = 65, REDIS_CONFIG_BYTES_MAX = 16384, REDIS_LOG_TAIL_BYTES = 256 * 1024 };

/* ERR_CONFLICT: somebody else holds it. The caller closes. */
enum err redis_folder_lock(const struct redis_private_paths *paths, int *ret_fd) MUST_CHECK;
void redis_close(int *fd); /* for CLEANUP */

/* What goes to the server's stdin. Draws the passwords that are not there yet. */
enum err redis_config(const struct redis_private_options *options, const struct redis_private_paths *paths,
                      struct text *text) MUST_CHECK;
enum err redis_password_read(const char *path, char ret_password[REDIS_PASSWORD_BYTES]) MUST_CHECK;

/* The log opened for appending; a large one is set aside first. */
enum err redis_log_open(const struct redis_private_paths *paths, int *ret_fd) MUST_CHECK;
void redis_log_mark(int fd, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* redis_private_repair for who holds the lock already. */
enum err redis_repair(const struct redis_private_options *options, const struct redis_private_paths *paths,
                      int64_t *ret_cut_bytes) MUST_CHECK;

#endif
