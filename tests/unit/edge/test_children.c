/* test_children.c: processes that start, that cannot, that end by themselves, that must be asked, and that must be killed. */
#include "bot/edge/children.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t start(const char *script, const char *log_file) {
  const char *const argv[] = {"/bin/sh", "-c", script, NULL};
  pid_t pid = 0;
  cr_assert_eq(child_start(argv, log_file, &pid), ERR_NONE, "%s", err_note_text());
  cr_assert_gt(pid, 0);
  return pid;
}

Test(children, one_that_is_not_there) {
  const char *const argv[] = {"/nowhere/at-all", NULL};
  pid_t pid = 77;
  err_note_clear();
  cr_assert_eq(child_start(argv, NULL, &pid), ERR_GONE);
  cr_assert_eq(pid, 77, "untouched on failure");
  cr_assert_not_null(strstr(err_note_text(), "/nowhere/at-all"));
  cr_assert_eq(waitpid(-1, NULL, WNOHANG), -1, "nothing is left behind");
}

Test(children, one_that_may_not_be_run) {
  const char *const argv[] = {"/etc/passwd", NULL};
  pid_t pid = 0;
  cr_assert_eq(child_start(argv, NULL, &pid), ERR_GONE);
}

Test(children, its_exit_code) {
  pid_t pid = start("exit 7", NULL);
  int status = 0;
  cr_assert_eq(waitpid(pid, &status, 0), pid);
  cr_assert_eq(WEXITSTATUS(status), 7);
}

Test(children, asked_to_end) {
  pid_t pid = start("trap 'exit 3' TERM; echo ready >&2; while :; do read -r x <&3; done 3<>/dev/null", NULL);
  int code = child_stop(pid, 5000);
  cr_assert(code == 3 || code == -1, "%d: its own exit, or the signal before it was ready", code);
  cr_assert_eq(waitpid(pid, NULL, WNOHANG), -1);
}

Test(children, killed_when_it_will_not) {
  int ends[2];
  char ready = 0;
  cr_assert_eq(pipe(ends), 0);
  char script[120];
  (void)snprintf(script, sizeof script, "trap '' TERM; printf x >&%d; while :; do :; done", ends[1]);
  pid_t pid = start(script, NULL);
  cr_assert_eq(read(ends[0], &ready, 1), 1);
  cr_assert_eq(child_stop(pid, 30), -1);
  (void)close(ends[0]), (void)close(ends[1]);
}

Test(children, nobody_to_stop) {
  cr_assert_eq(child_stop(0, 10), 0);
  cr_assert_eq(child_stop(-1, 10), 0);
}

Test(children, a_group_of_its_own) {
  int ends[2];
  char text[40] = "";
  cr_assert_eq(pipe(ends), 0);
  char script[120];
  (void)snprintf(script, sizeof script, "cut -d' ' -f5 /proc/$$/stat >&%d", ends[1]);
  pid_t pid = start(script, NULL);
  cr_assert_gt(read(ends[0], text, sizeof text - 1), 0);
  cr_assert_eq(strtol(text, NULL, 10), pid);
  (void)waitpid(pid, NULL, 0);
  (void)close(ends[0]), (void)close(ends[1]);
}

Test(children, what_it_says_goes_to_the_log) {
  char path[] = "/tmp/mentord-children-XXXXXX", text[40] = "";
  int file = mkstemp(path);
  cr_assert_geq(file, 0);
  (void)waitpid(start("echo first >&2", path), NULL, 0);
  (void)waitpid(start("echo second >&2", path), NULL, 0);
  cr_assert_gt(read(file, text, sizeof text - 1), 0);
  cr_assert_str_eq(text, "first\nsecond\n", "appended");
  (void)close(file);
  (void)unlink(path);
}
