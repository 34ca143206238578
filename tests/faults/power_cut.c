/* power_cut.c: a library put before all others: writes down what a disk has promised to keep. power_cut.py takes away the rest.
 *
 * A line each, in the order in which they happened, in the file that POWER_CUT_LEDGER names:
 *   S <inode> <bytes>          a file's first so many bytes are there for good
 *   C <inode> <path>           a file got a name that was free
 *   R <from> <to> <kept|->     a file got another name; what had that name before is kept under a third one
 *   D <path>                   the names in this folder are there for good
 *
 * POWER_CUT_SLOW_US: the disk takes up to so many microseconds longer for a log's promise, so that cuts often fall between a write and it.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { NAME_BYTES = PATH_MAX + 32, LINE_BYTES = 3 * NAME_BYTES };

/* dlsym gives a pointer to data; the copy is how POSIX wants it turned into one to a function. */
#define REAL(name, ret, ...) \
  ret (*real)(__VA_ARGS__);  \
  void *found = dlsym(RTLD_NEXT, name); \
  memcpy(&real, &found, sizeof real)

/* One write to a file opened for appending: lines of several processes do not mix. */
static void __attribute__((format(printf, 1, 2))) note(const char *fmt, ...) {
  static _Atomic int ledger = -1;
  const char *path = getenv("POWER_CUT_LEDGER");
  char line[LINE_BYTES];
  va_list args;
  if (path == NULL) return;
  if (ledger < 0) {
    REAL("open", int, const char *, int, ...);
    ledger = real(path, O_WRONLY | O_APPEND | O_CLOEXEC);
  }
  va_start(args, fmt);
  int length = vsnprintf(line, sizeof line, fmt, args);
  va_end(args);
  if (ledger < 0 || length <= 0 || write(ledger, line, (size_t)length) != length) abort();
}

static void path_of(int fd, char ret_path[NAME_BYTES]) {
  char link[64];
  (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, ret_path, NAME_BYTES - 1);
  ret_path[length < 0 ? 0 : length] = '\0';
}

/* ---- what is there for good ---- */
static void take_time(const char *path) {
  static _Atomic unsigned draw = 4711;
  const char *most = getenv("POWER_CUT_SLOW_US");
  long most_us = most == NULL ? 0 : strtol(most, NULL, 10);
  bool log = strstr(path, ".aof") != NULL || strstr(path, "/journal") != NULL;
  if (most_us <= 0 || !log) return;
  draw = draw * 1103515245 + 12345;
  struct timespec wait = {.tv_nsec = (long)(draw >> 8) % most_us * 1000};
  (void)nanosleep(&wait, NULL);
}

static int sync_noted(const char *name, int fd) {
  REAL(name, int, int);
  struct stat before;
  char path[NAME_BYTES];
  int known = fstat(fd, &before); /* what is written meanwhile is not promised */
  path_of(fd, path);
  take_time(path);
  int result = real(fd);
  if (known != 0 || result != 0) return result;
  if (S_ISREG(before.st_mode)) note("S %lu %lld\n", (unsigned long)before.st_ino, (long long)before.st_size);
  if (S_ISDIR(before.st_mode)) note("D %s\n", path);
  return result;
}

int fsync(int fd) {
  return sync_noted("fsync", fd);
}

int fdatasync(int fd) {
  return sync_noted("fdatasync", fd);
}

/* ---- names ---- */
static int open_noted(int folder, const char *path, int flags, unsigned mode) {
  REAL("openat", int, int, const char *, int, ...);
  int free_before = (flags & O_CREAT) != 0 && faccessat(folder, path, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
  int fd = real(folder, path, flags, mode);
  struct stat info;
  char whole[NAME_BYTES];
  if (fd < 0 || !free_before || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return fd;
  path_of(fd, whole);
  note("C %lu %s\n", (unsigned long)info.st_ino, whole);
  return fd;
}

#define MODE(last)                         \
  unsigned mode = 0;                       \
  if ((flags & (O_CREAT | __O_TMPFILE)) != 0) { \
    va_list args;                          \
    va_start(args, last);                  \
    mode = va_arg(args, unsigned);         \
    va_end(args);                          \
  }

#define OPENS(open_name, openat_name)                                \
  int open_name(const char *path, int flags, ...);                   \
  int open_name(const char *path, int flags, ...) {                  \
    MODE(flags)                                                      \
    return open_noted(AT_FDCWD, path, flags, mode);                  \
  }                                                                  \
  int openat_name(int folder, const char *path, int flags, ...);     \
  int openat_name(int folder, const char *path, int flags, ...) {    \
    MODE(flags)                                                      \
    return open_noted(folder, path, flags, mode);                    \
  }
#undef open
#undef openat
OPENS(open, openat)
OPENS(open64, openat64)

static void whole_name(int folder, const char *name, char ret_path[NAME_BYTES]) {
  char at[NAME_BYTES] = "";
  if (name[0] == '/') (void)snprintf(ret_path, NAME_BYTES, "%.*s", PATH_MAX, name);
  if (name[0] == '/') return;
  if (folder == AT_FDCWD && getcwd(at, PATH_MAX) == NULL) abort();
  if (folder != AT_FDCWD) path_of(folder, at);
  if ((size_t)snprintf(ret_path, NAME_BYTES, "%.2000s/%.2000s", at, name) >= NAME_BYTES) abort();
}

/* What had the name before stays under a third one, beside the ledger: a power cut may bring it back. */
int renameat(int from_folder, const char *from, int to_folder, const char *to) {
  REAL("renameat", int, int, const char *, int, const char *);
  static _Atomic unsigned count;
  const char *ledger = getenv("POWER_CUT_LEDGER");
  char from_path[NAME_BYTES], to_path[NAME_BYTES], kept[NAME_BYTES];
  whole_name(from_folder, from, from_path);
  whole_name(to_folder, to, to_path);
  (void)snprintf(kept, sizeof kept, "%.2000s.%d.%u", ledger == NULL ? "" : ledger, (int)getpid(), count++);
  int is_kept = ledger != NULL && link(to_path, kept) == 0;
  int result = real(from_folder, from, to_folder, to);
  if (result == 0) note("R %s %s %s\n", from_path, to_path, is_kept ? kept : "-");
  return result;
}

int rename(const char *from, const char *to) {
  return renameat(AT_FDCWD, from, AT_FDCWD, to);
}
