/* redis_private.h: the Redis server that is ours alone: its folder, its lock, its configuration, the repair of a torn end. */
#ifndef MENTORD_REDIS_PRIVATE_H
#define MENTORD_REDIS_PRIVATE_H

#include <sys/types.h>

#include "bot/base/err.h"

struct redis_private_options {
  const char *folder;      /* made 0700; holds the append-only file, the socket, the password files */
  const char *server;      /* "redis-server" from PATH when NULL */
  int64_t repair_bytes_max; /* 0: 4 MiB; a torn end longer than this stops and asks */
  int64_t memory_bytes_max; /* 0: no bound; past it Redis refuses what would grow (STORE_NOT_STORED) */
};

/* The paths inside the folder, for whoever connects. The folder need not be there yet. ERR_BAD_INPUT: its path is too long
 * for a unix socket. */
struct redis_private_paths {
  char folder[200], socket[240], bot_password[240], tool_password[240], deploy_password[240], lock[240], log[240];
};
enum err redis_private_paths(const char *folder, struct redis_private_paths *ret_paths) MUST_CHECK;

/* Locks the folder (flock; the descriptor goes on to the child: a second server on the same folder is ERR_CONFLICT with
 * the way out in the note), makes passwords once (0600), repairs a torn end if the server refused because of one, and
 * starts the server with its configuration on stdin. The child dies with the thread that called this, so with this
 * process when that was its main thread; who calls is to reap it. ERR_GONE: there is no such server program. Does not
 * wait for PING. */
enum err redis_private_start(const struct redis_private_options *options, pid_t *ret_pid) MUST_CHECK;
/* After an exit of the server: was it a torn append-only file, and could it be mended? ERR_NONE: start again. ERR_GONE:
 * its log names no torn file. ERR_LIMITED: more would be cut than is allowed. ERR_DENIED: torn where cutting the end does
 * not help. ERR_CONFLICT: a server runs. What is cut was never acknowledged; a copy of the file stays as torn.aof. */
enum err redis_private_repair(const struct redis_private_options *options, int64_t *ret_cut_bytes) MUST_CHECK;
/* Blocking, at most wait_ms from now: waits for PING (LOADING counts as not yet), then loads our functions as the deploy
 * user. ERR_AGAIN: no answer in time. ERR_LIMITED: it answers, and is still reading its file: ask again, however long that
 * takes. ERR_GONE: no server holds the folder (any more): its log says why. */
enum err redis_private_ready(const char *folder, int64_t wait_ms) MUST_CHECK;

/* The functions' source (commit.lua), carried in the program. MENTORD_LIBRARY names another file in tests. */
const char *redis_library_source(size_t *ret_bytes);

#endif
