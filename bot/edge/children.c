/* children.c: fork and exec with a death signal, and stopping with a deadline. */
#include "bot/edge/children.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bot/base/clock.h"

enum { STEP_MS = 5 };

static void be_child(const char *const *argv, const char *log_file, pid_t parent, int failed) {
  sigset_t none;
  (void)setpgid(0, 0); /* Ctrl-C reaches the supervisor alone: the order of the end is its own */
  (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(1);
  (void)sigemptyset(&none);
  (void)sigprocmask(SIG_SETMASK, &none, NULL);
  if (log_file != NULL) {
    int log = open(log_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log >= 0) (void)dup2(log, STDERR_FILENO);
  }
  (void)execvp(argv[0], (char *const *)(uintptr_t)argv);
  int why = errno;
  (void)!write(failed, &why, sizeof why);
  _exit(127);
}

/* A pipe that closes on exec tells whether exec worked. */
enum err child_start(const char *const *argv, const char *log_file, pid_t *ret_pid) {
  int pipe_ends[2], why = 0;
  pid_t parent = getpid();
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return err_note(ERR_INTERNAL, "no pipe for %s: %s", argv[0], strerror(errno));
  pid_t pid = fork();
  if (pid == 0) be_child(argv, log_file, parent, pipe_ends[1]);
  (void)close(pipe_ends[1]);
  ssize_t bytes = pid < 0 ? 0 : read(pipe_ends[0], &why, sizeof why);
  (void)close(pipe_ends[0]);
  if (pid < 0) return err_note(ERR_INTERNAL, "no process for %s: %s", argv[0], strerror(errno));
  if (bytes == (ssize_t)sizeof why) {
    (void)waitpid(pid, NULL, 0);
    return err_note(ERR_GONE, "%s cannot be started: %s", argv[0], strerror(why));
  }
  *ret_pid = pid;
  return ERR_NONE;
}

int child_stop(pid_t pid, int64_t wait_ms) {
  int status = 0;
  if (pid <= 0) return 0;
  (void)kill(pid, SIGTERM);
  int64_t deadline = clock_boot_ms() + wait_ms;
  while (waitpid(pid, &status, WNOHANG) == 0) {
    if (clock_boot_ms() > deadline) (void)kill(pid, SIGKILL);
    (void)poll(NULL, 0, STEP_MS);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
