/* test_file.c: reading, replacing and folders, in a folder of the test's own. */
#include "bot/base/file.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/small/small_sync.h"

static char root[64], path_buffer[4][200];

static const char *in_root(const char *name) {
  static unsigned turn;
  char *path = path_buffer[turn++ % ARRAY_LEN(path_buffer)];
  snprintf(path, sizeof path_buffer[0], "%s/%s", root, name);
  return path;
}

/* Root ignores modes, so whoever tests them is nobody. */
static void begin(void) {
  if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) cr_assert_fail("cannot leave root");
  umask(022);
  snprintf(root, sizeof root, "/tmp/mentord-file-XXXXXX");
  cr_assert_not_null(mkdtemp(root));
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place) {
  return remove(path);
}

static void end(void) {
  nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

TestSuite(file, .init = begin, .fini = end);

static void write_ok(const char *path, const char *text) {
  cr_assert_eq(file_write(path, text, strlen(text), 0644), ERR_NONE, "%s", err_note_text());
}

static void assert_holds(const char *path, const char *text) {
  char *data = NULL;
  size_t bytes = 0;
  cr_assert_eq(file_read(path, 1000, &data, &bytes), ERR_NONE, "%s", err_note_text());
  cr_assert_eq(bytes, strlen(text));
  cr_assert_str_eq(data, text);
  free(data);
}

static unsigned mode_of(const char *path) {
  struct stat info;
  cr_assert_eq(stat(path, &info), 0);
  return info.st_mode & 07777;
}

/* ---- read ---- */

Test(file, reads_back_what_was_written) {
  write_ok(in_root("a"), "hello\n");
  assert_holds(in_root("a"), "hello\n");
  write_ok(in_root("empty"), "");
  assert_holds(in_root("empty"), "");
}

Test(file, reads_nul_bytes_and_large_files) {
  size_t bytes = 300000, got = 0;
  char *data = malloc(bytes), *back = NULL;
  for (size_t i = 0; i < bytes; i++) data[i] = (char)(i * 7);
  cr_assert_eq(file_write(in_root("big"), data, bytes, 0600), ERR_NONE);
  cr_assert_eq(file_read(in_root("big"), bytes, &back, &got), ERR_NONE);
  cr_assert_eq(got, bytes);
  cr_assert_eq(memcmp(data, back, bytes), 0);
  cr_assert_eq(back[bytes], '\0');
  free(data);
  free(back);
}

static void assert_unread(const char *path, size_t bytes_max, enum err wanted) {
  char *data = NULL;
  size_t bytes = 77;
  err_note_clear();
  cr_assert_eq(file_read(path, bytes_max, &data, &bytes), wanted, "%s", err_note_text());
  cr_assert_null(data);
  cr_assert_eq(bytes, 77);
  cr_assert_not_null(strstr(err_note_text(), path));
}

Test(file, what_is_not_there_is_gone) {
  assert_unread(in_root("none"), 10, ERR_GONE);
  assert_unread(in_root("none/deeper"), 10, ERR_GONE);
  write_ok(in_root("a"), "x");
  assert_unread(in_root("a/below"), 10, ERR_GONE);
}

Test(file, too_large_is_limited) {
  write_ok(in_root("a"), "12345");
  assert_unread(in_root("a"), 4, ERR_LIMITED);
  assert_holds(in_root("a"), "12345");
  assert_unread("/proc/self/maps", 100, ERR_LIMITED); /* says it has 0 bytes, and has more */
}

Test(file, what_may_not_be_read_is_denied) {
  write_ok(in_root("a"), "12345");
  chmod(in_root("a"), 0);
  assert_unread(in_root("a"), 100, ERR_DENIED);
  assert_unread(root, 100, ERR_DENIED);
}

Test(file, a_fifo_is_denied_without_waiting, .timeout = 5) {
  cr_assert_eq(mkfifo(in_root("fifo"), 0600), 0);
  assert_unread(in_root("fifo"), 100, ERR_DENIED);
}

/* ---- write ---- */

Test(file, mode_is_as_in_open) {
  cr_assert_eq(file_write(in_root("secret"), "x", 1, 0600), ERR_NONE);
  cr_assert_eq(mode_of(in_root("secret")), 0600);
  cr_assert_eq(file_write(in_root("open"), "x", 1, 0666), ERR_NONE);
  cr_assert_eq(mode_of(in_root("open")), 0644);
  cr_assert_eq(file_write(in_root("open"), "x", 1, 0400), ERR_NONE);
  cr_assert_eq(mode_of(in_root("open")), 0400);
}

Test(file, replaces_whole_and_leaves_nothing_beside) {
  write_ok(in_root("a"), "a long first text");
  write_ok(in_root("a"), "short");
  assert_holds(in_root("a"), "short");
  cr_assert_neq(access(in_root("a.new"), F_OK), 0);
}

Test(file, what_a_crash_left_beside_is_no_obstacle) {
  write_ok(in_root("a.new"), "half a te");
  cr_assert_eq(file_write(in_root("a"), "whole", 5, 0600), ERR_NONE);
  assert_holds(in_root("a"), "whole");
  cr_assert_eq(mode_of(in_root("a")), 0600);
  cr_assert_neq(access(in_root("a.new"), F_OK), 0);
}

Test(file, writes_beside_without_a_folder_in_its_name) {
  cr_assert_eq(chdir(root), 0);
  write_ok("plain", "x");
  assert_holds(in_root("plain"), "x");
}

Test(file, a_folder_that_is_not_there_is_gone_for_writing_too) {
  cr_assert_eq(file_write(in_root("none/a"), "x", 1, 0600), ERR_GONE);
}

Test(file, a_folder_that_is_not_ours_is_denied) {
  cr_assert_eq(mkdir(in_root("locked"), 0500), 0);
  cr_assert_eq(file_write(in_root("locked/a"), "x", 1, 0600), ERR_DENIED);
}

/* A limit on file sizes stands for the full disk: the same errors, the same way out. */
Test(file, full_disk_is_limited_and_spoils_nothing) {
  struct rlimit limit = {.rlim_cur = 10, .rlim_max = 10};
  write_ok(in_root("a"), "before");
  signal(SIGXFSZ, SIG_IGN);
  cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
  cr_assert_eq(file_write(in_root("a"), "more than ten bytes", 19, 0600), ERR_LIMITED);
  assert_holds(in_root("a"), "before");
  cr_assert_neq(access(in_root("a.new"), F_OK), 0);
}

Test(file, a_path_without_end_is_refused) {
  static char path[6000];
  memset(path, 'a', sizeof path - 1);
  cr_assert_eq(file_write(path, "x", 1, 0600), ERR_BAD_INPUT);
  cr_assert_eq(file_folder(path, 0700), ERR_BAD_INPUT);
  cr_assert_eq(file_folder("", 0700), ERR_BAD_INPUT);
}

/* ---- folders ---- */

Test(file, folder_is_made_with_its_parents) {
  cr_assert_eq(file_folder(in_root("x/y//z/"), 0700), ERR_NONE, "%s", err_note_text());
  cr_assert_eq(mode_of(in_root("x/y/z")), 0700);
  cr_assert_eq(mode_of(in_root("x")), 0700);
  cr_assert_eq(file_folder(in_root("x/y/z"), 0700), ERR_NONE);
  cr_assert_eq(file_folder(in_root("x/y/z"), 0750), ERR_NONE);
}

Test(file, a_folder_whose_maker_died_keeps_its_name) {
  cr_assert_eq(mkdir(in_root("x"), 0700), 0);
  small_sync_forget();
  cr_assert_eq(file_folder(in_root("x"), 0700), ERR_NONE);
  cr_expect(small_sync_saw(root), "it is there already, but perhaps not yet on the disk");
  small_sync_forget();
  cr_assert_eq(file_folder(in_root("x/y/z"), 0700), ERR_NONE);
  cr_expect(small_sync_saw(root) && small_sync_saw(in_root("x")) && small_sync_saw(in_root("x/y")), "nor were its parents, perhaps");
}

Test(file, a_name_in_a_folder_of_others_is_left_alone) {
  small_sync_forget();
  cr_assert_eq(file_keep_name("/etc/passwd"), ERR_NONE);
  cr_expect_not(small_sync_saw("/etc"));
  cr_assert_eq(file_keep_name(in_root("x")), ERR_NONE);
  cr_expect(small_sync_saw(root));
}

Test(file, folder_in_the_working_folder) {
  cr_assert_eq(chdir(root), 0);
  cr_assert_eq(file_folder("data", 0700), ERR_NONE);
  cr_assert_eq(mode_of(in_root("data")), 0700);
}

Test(file, folder_open_to_others_is_denied) {
  cr_assert_eq(mkdir(in_root("wide"), 0755), 0);
  cr_assert_eq(file_folder(in_root("wide"), 0700), ERR_DENIED);
  cr_assert_not_null(strstr(err_note_text(), "0755"));
  cr_assert_eq(file_folder(in_root("wide"), 0755), ERR_NONE);
}

Test(file, folder_of_somebody_else_is_denied) {
  cr_assert_eq(file_folder("/", 0777), ERR_DENIED);
}

Test(file, a_file_is_no_folder) {
  write_ok(in_root("a"), "x");
  cr_assert_eq(file_folder(in_root("a"), 0700), ERR_DENIED);
  cr_assert_eq(file_folder(in_root("a/b"), 0700), ERR_GONE);
}

Test(file, free_bytes_of_a_disk) {
  uint64_t bytes = 0;
  cr_assert_eq(file_free_bytes(root, &bytes), ERR_NONE);
  cr_assert_gt(bytes, 0);
  bytes = 5;
  cr_assert_eq(file_free_bytes(in_root("none"), &bytes), ERR_GONE);
  cr_assert_eq(bytes, 5);
}

Test(file, replace_is_whole_and_private) {
  struct stat info;
  char *data = NULL;
  size_t bytes = 0;
  cr_assert_eq(file_replace(in_root("a"), "longer", 6, 0600), ERR_NONE);
  cr_assert_eq(file_replace(in_root("a"), "new", 3, 0600), ERR_NONE);
  cr_assert_eq(file_read(in_root("a"), 100, &data, &bytes), ERR_NONE);
  cr_assert_str_eq(data, "new");
  cr_assert_eq(stat(in_root("a"), &info), 0);
  cr_assert_eq(info.st_mode & 0777, 0600);
  cr_assert_neq(access(in_root("a.new"), F_OK), 0);
  free(data);
}

/* In a child that begins without some of stdin, stdout and stderr: the number of the first file it opens. */
static int first_file(unsigned closed) {
  int status;
  pid_t child = fork();
  if (child == 0) {
    for (int fd = 0; fd < 20; fd++)
      if (fd > STDERR_FILENO || (closed >> fd & 1) != 0) close(fd);
    file_standard();
    bool all = fcntl(STDIN_FILENO, F_GETFD) == 0 && fcntl(STDOUT_FILENO, F_GETFD) == 0 && fcntl(STDERR_FILENO, F_GETFD) == 0;
    _exit(all ? open("/dev/zero", O_RDONLY) : 99);
  }
  cr_assert_eq(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Test(file, whatever_was_closed_no_file_takes_the_place_of_a_stream) {
  for (unsigned closed = 0; closed < 8; closed++) cr_assert_eq(first_file(closed), STDERR_FILENO + 1, "closed %x", closed);
}
