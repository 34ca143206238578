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

/* What the child writes into its end of a pipe, up to `bytes`; the test's own copy of that end is closed, so nobody waits for ever. */
static size_t hear_child(const char *words, pid_t *ret_pid, char *ret_text, size_t bytes) {
  int ends[2];
  char script[200];
  cr_assert_eq(pipe(ends), 0);
  (void)snprintf(script, sizeof script, "out=/dev/fd/%d; %s", ends[1], words);
  *ret_pid = start(script, NULL);
  (void)close(ends[1]);
  ssize_t count = read(ends[0], ret_text, bytes);
  (void)close(ends[0]);
  return count < 0 ? 0 : (size_t)count;
}

Test(children, asked_to_end, .timeout = 20) {
  pid_t pid;
  char ready;
  cr_assert_eq(hear_child("trap 'exit 3' TERM; printf x >$out; while :; do :; done", &pid, &ready, 1), 1);
  cr_assert_eq(child_stop(pid, 10000), 3);
  cr_assert_eq(waitpid(pid, NULL, WNOHANG), -1);
}

Test(children, killed_when_it_will_not, .timeout = 20) {
  pid_t pid;
  char ready;
  cr_assert_eq(hear_child("trap '' TERM; printf x >$out; while :; do :; done", &pid, &ready, 1), 1);
  cr_assert_eq(child_stop(pid, 30), -1);
}

Test(children, nobody_to_stop) {
  cr_assert_eq(child_stop(0, 10), 0);
  cr_assert_eq(child_stop(-1, 10), 0);
}

Test(children, a_group_of_its_own, .timeout = 20) {
  pid_t pid;
  char text[40] = "";
  cr_assert_gt(hear_child("cut -d' ' -f5 /proc/$$/stat >$out", &pid, text, sizeof text - 1), 0);
  cr_assert_eq(strtol(text, NULL, 10), pid);
  (void)waitpid(pid, NULL, 0);
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
