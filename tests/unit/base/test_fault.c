/* test_fault.c: a named point ends the process at the wished passing and nowhere else. */
#include "bot/base/fault.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

/* ---- a board ---- */
enum { POINT = FAULT_commit_back };

/* A board in a file that has no name, as every process finds it. */
static struct fault_row *lay_board(size_t rows) {
  char path[40];
  size_t bytes = rows * sizeof(struct fault_row);
  int file = memfd_create("board", 0);
  cr_assert_geq(file, 0);
  cr_assert_eq(ftruncate(file, (off_t)bytes), 0);
  (void)snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), file);
  setenv("MENTORD_FAULT_BOARD", path, 1);
  struct fault_row *board = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  cr_assert_neq(board, MAP_FAILED);
  return board;
}

Test(fault, a_board_kills_one_process_at_the_wished_passing) {
  struct fault_row *board = lay_board(FAULT_MAX_);
  cr_assert_eq(signal_of_child("", 4), 0, "nothing was wished for");
  cr_assert_eq(board[POINT].passings, 4);
  board[POINT].left = 3;
  cr_assert_eq(signal_of_child("", 2), 0);
  cr_assert_eq(signal_of_child("", 2), SIGKILL, "passings count over all processes");
  cr_assert_eq(board[POINT].deaths, 1);
  cr_assert_eq(signal_of_child("", 9), 0, "once");
  cr_assert_eq(board[FAULT_seal_done].deaths, 0);
}

Test(fault, a_board_of_another_list_is_refused) {
  (void)lay_board(FAULT_MAX_ - 1);
  cr_assert_eq(signal_of_child("", 1), SIGABRT);
  setenv("MENTORD_FAULT_BOARD", "/nowhere/at/all", 1);
  cr_assert_eq(signal_of_child("", 1), SIGABRT);
}
