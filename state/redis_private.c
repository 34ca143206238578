/* redis_private.c: starts the Redis server that is ours alone: its folder, its lock, its log, the process. */
#include "state/redis_private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bot/base/file.h"
#include "bot/base/log.h"
#include "state/redis_private_parts.h"

enum { LOG_BYTES_MAX = 4 * 1024 * 1024, EXEC_FAILED = 127 };

void redis_close(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

/* ---- paths ---- */

/* The server changes into its folder, so a path has to begin at the root. Quotes and controls would end a line of the
 * configuration early. */
static enum err folder_absolute(const char *folder, char *ret_folder, size_t bytes_max) {
  char here[256] = "";
  if (*folder == '\0') return err_note(ERR_BAD_INPUT, "the folder of Redis has no name");
  for (const char *c = folder; *c != '\0'; c++)
    if ((unsigned char)*c < ' ' || *c == '"' || *c == '\\' || *c == 127)
      return err_note(ERR_BAD_INPUT, "the folder of Redis: no quotes, backslashes or control characters in its path");
  if (*folder != '/' && getcwd(here, sizeof here - 1) == NULL) return err_note(ERR_BAD_INPUT, "getcwd: %m");
  if (*folder != '/') here[strlen(here)] = '/';
  int length = snprintf(ret_folder, bytes_max, "%s%s", here, folder);
  if (length < 0 || (size_t)length >= bytes_max) return err_note(ERR_BAD_INPUT, "the folder of Redis: its path is too long");
  while (length > 1 && ret_folder[length - 1] == '/') ret_folder[--length] = '\0';
  return ERR_NONE;
}

enum err redis_private_paths(const char *folder, struct redis_private_paths *ret_paths) {
  struct redis_private_paths paths;
  enum err err = folder_absolute(folder, paths.folder, sizeof paths.folder);
  if (err != ERR_NONE) return err;
  const struct {
    char *path;
    const char *name;
  } inside[] = {{paths.socket, "redis.sock"},      {paths.bot_password, "password.bot"}, {paths.tool_password, "password.tool"},
                {paths.deploy_password, "password.deploy"}, {paths.lock, "lock"},        {paths.log, "redis.log"}};
  for (size_t i = 0; i < ARRAY_LEN(inside); i++)
    snprintf(inside[i].path, sizeof paths.socket, "%s/%s", paths.folder, inside[i].name);
  size_t socket_max = sizeof((struct sockaddr_un *)NULL)->sun_path - 1;
  if (strlen(paths.socket) > socket_max)
    return err_note(ERR_BAD_INPUT, "%s: a unix socket's path has at most %zu bytes: choose a shorter folder", paths.socket, socket_max);
  *ret_paths = paths;
  return ERR_NONE;
}

/* ---- lock and log ---- */

enum err redis_folder_lock(const struct redis_private_paths *paths, int *ret_fd) {
  CLEANUP(redis_close) int fd = open(paths->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return err_note(ERR_DENIED, "%s: %m", paths->lock);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    return err_note(ERR_CONFLICT, "%s: a Redis server runs on this folder: end it, or choose another folder", paths->folder);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) return err_note(ERR_INTERNAL, "%s: %m", paths->lock);
  *ret_fd = fd;
  fd = -1;
  return ERR_NONE;
}

enum err redis_log_open(const struct redis_private_paths *paths, int *ret_fd) {
  struct stat info;
  char aside[sizeof paths->log + 8];
  snprintf(aside, sizeof aside, "%s.1", paths->log);
  if (stat(paths->log, &info) == 0 && info.st_size > LOG_BYTES_MAX && rename(paths->log, aside) != 0)
    return err_note(ERR_DENIED, "%s: %m", aside);
  int fd = open(paths->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return err_note(ERR_DENIED, "%s: %m", paths->log);
  *ret_fd = fd;
  return ERR_NONE;
}

void redis_log_mark(int fd, const char *fmt, ...) {
  char line[512] = REDIS_LOG_MARK;
  size_t length = strlen(line);
  va_list args;
  va_start(args, fmt);
  vsnprintf(line + length, sizeof line - length - 1, fmt, args);
  va_end(args);
  length = strlen(line);
  line[length++] = '\n';
  if (write(fd, line, length) < 0) return; /* a full disk: the server will say so itself */
}

/* ---- the process ---- */

struct launch {
  const char *server;
  pid_t parent;
  int config[2], status[2]; /* pipes: our configuration to its stdin; why it could not start, back to us */
  int log, lock;
};

/* Only calls that are safe between fork and exec: other threads may hold locks. */
static _Noreturn void child(const struct launch *launch) {
  sigset_t none;
  struct rlimit no_core = {0, 0};
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != launch->parent) _exit(EXEC_FAILED); /* it died before we asked */
  umask(077);
  setrlimit(RLIMIT_CORE, &no_core);
  dup2(launch->config[0], STDIN_FILENO);
  dup2(launch->log, STDOUT_FILENO);
  dup2(launch->log, STDERR_FILENO);
  (void)close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC); /* an old kernel: ours are O_CLOEXEC anyway */
  fcntl(launch->lock, F_SETFD, 0);                                 /* but the lock stays with the server */
  execlp(launch->server, "redis-server", "-", (char *)NULL);
  int why = errno;
  (void)!write(launch->status[1], &why, sizeof why);
  _exit(EXEC_FAILED);
}

/* Empty when the program was found and runs. */
static enum err launch_status(const struct launch *launch) {
  int why = 0;
  ssize_t got;
  do got = read(launch->status[0], &why, sizeof why);
  while (got < 0 && errno == EINTR);
  if (got <= 0) return ERR_NONE;
  errno = why;
  return err_note(ERR_GONE, "%s: %m: install redis-server, or name its path", launch->server);
}

/* The configuration is far smaller than a pipe holds, so it is written before there is anybody to read it. */
static enum err launch_feed(struct launch *launch, const struct text *config) {
  ssize_t written = write(launch->config[1], config->data, config->length);
  redis_close(&launch->config[1]);
  if (written != (ssize_t)config->length) return err_note(ERR_INTERNAL, "the configuration of Redis: %m");
  return ERR_NONE;
}

static enum err launch_fork(struct launch *launch, const struct text *config, pid_t *ret_pid) {
  if (pipe2(launch->config, O_CLOEXEC) != 0 || pipe2(launch->status, O_CLOEXEC) != 0) return err_note(ERR_AGAIN, "pipe: %m");
  enum err err = launch_feed(launch, config);
  if (err != ERR_NONE) return err;
  pid_t pid = fork();
  if (pid < 0) return err_note(ERR_AGAIN, "fork: %m");
  if (pid == 0) child(launch);
  redis_close(&launch->status[1]);
  err = launch_status(launch);
  if (err == ERR_NONE) *ret_pid = pid;
  else (void)waitpid(pid, NULL, 0);
  return err;
}

static void launch_done(struct launch *launch) {
  int *const all[] = {&launch->config[0], &launch->config[1], &launch->status[0], &launch->status[1], &launch->log, &launch->lock};
  for (size_t i = 0; i < ARRAY_LEN(all); i++) redis_close(all[i]);
}

/* Logged here, against the habit, because the caller never hears of it: it asked for a start, and gets one. */
static enum err repair_if_torn(const struct redis_private_options *options, const struct redis_private_paths *paths) {
  int64_t cut_bytes = 0;
  enum err err = redis_repair(options, paths, &cut_bytes);
  if (err == ERR_NONE) log_line(LOG_repair, "bytes=%lld kept=%s/torn.aof", (long long)cut_bytes, paths->folder);
  if (err != ERR_GONE) return err;
  err_note_clear(); /* nothing was torn */
  return ERR_NONE;
}

static enum err launch_start(struct launch *launch, const struct redis_private_options *options,
                             const struct redis_private_paths *paths, pid_t *ret_pid) {
  CLEANUP(text_done) struct text config;
  text_init(&config, REDIS_CONFIG_BYTES_MAX);
  enum err err = redis_folder_lock(paths, &launch->lock);
  if (err == ERR_NONE) err = repair_if_torn(options, paths);
  if (err == ERR_NONE) err = redis_config(options, paths, &config);
  if (err == ERR_NONE) err = redis_log_open(paths, &launch->log);
  if (err == ERR_NONE) redis_log_mark(launch->log, "the server starts");
  if (err == ERR_NONE) err = launch_fork(launch, &config, ret_pid);
  if (config.data != NULL) explicit_bzero(config.data, config.capacity); /* the passwords */
  return err;
}

enum err redis_private_start(const struct redis_private_options *options, pid_t *ret_pid) {
  struct redis_private_paths paths;
  CLEANUP(launch_done) struct launch launch = {.server = options->server, .parent = getpid()};
  launch.config[0] = launch.config[1] = launch.status[0] = launch.status[1] = launch.log = launch.lock = -1;
  if (launch.server == NULL) launch.server = "redis-server";
  enum err err = redis_private_paths(options->folder, &paths);
  if (err == ERR_NONE) err = file_folder(paths.folder, 0700);
  return err == ERR_NONE ? launch_start(&launch, options, &paths, ret_pid) : err;
}

enum err redis_private_repair(const struct redis_private_options *options, int64_t *ret_cut_bytes) {
  struct redis_private_paths paths;
  CLEANUP(redis_close) int lock = -1;
  enum err err = redis_private_paths(options->folder, &paths);
  if (err == ERR_NONE) err = redis_folder_lock(&paths, &lock);
  return err == ERR_NONE ? redis_repair(options, &paths, ret_cut_bytes) : err;
}
