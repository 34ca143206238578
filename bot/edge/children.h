/* children.h: processes started by the supervisor: each in a group of its own, dying with it, restarted with back-off. */
#ifndef MENTORD_CHILDREN_H
#define MENTORD_CHILDREN_H

#include <sys/types.h>

#include "bot/base/err.h"

/* Starts argv[0]; its stderr goes to `log_file` (NULL: ours). The child gets SIGTERM when this process dies. */
enum err child_start(const char *const *argv, const char *log_file, pid_t *ret_pid) MUST_CHECK;
/* Sends SIGTERM and waits; SIGKILL after `wait_ms`. Takes 0 or less: nothing happens. Returns its exit code, -1 if killed. */
int child_stop(pid_t pid, int64_t wait_ms);

#endif
