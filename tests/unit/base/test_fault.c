/* test_fault.c: a named point ends the process at the wished passing and nowhere else. */
#include "bot/base/fault.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Passes commit_back `passings` times in a child, and all others five times; says which signal ended it. */
static int signal_of_child(const char *wish, int passings) {
  pid_t child = fork();
  cr_assert_geq(child, 0);
  if (child == 0) {
    setenv("MENTORD_FAULT", wish, 1);
    for (int i = 0; i < 5; i++) fault_point(FAULT_seal_done);
    for (int i = 0; i < passings; i++) fault_point(FAULT_commit_back);
    _exit(0);
  }
  int status = 0;
  cr_assert_eq(waitpid(child, &status, 0), child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

Test(fault, asleep_without_a_wish) {
  unsetenv("MENTORD_FAULT");
  for (int i = 0; i < FAULT_MAX_; i++) fault_point((enum fault)i);
}

Test(fault, kills_at_its_point, .signal = SIGKILL) {
  setenv("MENTORD_FAULT", "journal_after:1", 1);
  fault_point(FAULT_journal_after);
}

Test(fault, kills_at_the_wished_passing) {
  cr_assert_eq(signal_of_child("commit_back:3", 2), 0);
  cr_assert_eq(signal_of_child("commit_back:3", 3), SIGKILL);
  cr_assert_eq(signal_of_child("commit_back", 1), SIGKILL);
  cr_assert_eq(signal_of_child("commit_sent:1", 3), 0);
  cr_assert_eq(signal_of_child("", 3), 0);
}

Test(fault, a_wish_that_names_nothing_is_not_ignored) {
  cr_assert_eq(signal_of_child("comit_back:3", 1), SIGABRT);
  cr_assert_eq(signal_of_child("commit:1", 1), SIGABRT);
  cr_assert_eq(signal_of_child("commit_back:0", 1), SIGABRT);
  cr_assert_eq(signal_of_child("commit_back:", 1), SIGABRT);
  cr_assert_eq(signal_of_child("commit_back:x", 1), SIGABRT);
  cr_assert_eq(signal_of_child("commit_back:3x", 1), SIGABRT);
}
