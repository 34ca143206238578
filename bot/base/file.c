/* file.c: reads a bounded file, replaces one whole, makes private folders; errno becomes an Err here. */
#include "bot/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "bot/base/text.h"

enum { PATH_BYTES_MAX = 4000, PIECE_BYTES = 32 * 1024, ACCESS_BITS = 0777 };

static enum err err_of_errno(int number) {
  switch (number) {
    case ENOENT: case ENOTDIR: return ERR_GONE;
    case EACCES: case EPERM: case EROFS: case ELOOP: case EISDIR: return ERR_DENIED;
    case ENOSPC: case EDQUOT: case EFBIG: return ERR_LIMITED;
    case EMFILE: case ENFILE: case EAGAIN: case EBUSY: return ERR_AGAIN;
    default: return ERR_INTERNAL;
  }
}

static enum err path_err(const char *path) {
  return err_note(err_of_errno(errno), "%s: %m", path);
}

static void close_fd(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

/* ---- read ---- */

static enum err open_to_read(const char *path, int *ret_fd) {
  struct stat info;
  CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO would keep us waiting */
  if (fd < 0 || fstat(fd, &info) != 0) return path_err(path);
  if (!S_ISREG(info.st_mode)) return err_note(ERR_DENIED, "%s: not an ordinary file", path);
  *ret_fd = fd;
  fd = -1;
  return ERR_NONE;
}

static enum err read_piece(int fd, const char *path, struct text *text, bool *ret_end) {
  char piece[PIECE_BYTES];
  ssize_t got = read(fd, piece, sizeof piece);
  if (got < 0 && errno == EINTR) return ERR_NONE;
  if (got < 0) return path_err(path);
  text_add_n(text, piece, (size_t)got);
  if (text->full) return err_note(ERR_LIMITED, "%s: more than %zu bytes", path, text->bytes_max);
  *ret_end = got == 0;
  return ERR_NONE;
}

enum err file_read(const char *path, size_t bytes_max, char **ret_data, size_t *ret_bytes) {
  CLEANUP(close_fd) int fd = -1;
  CLEANUP(text_done) struct text text;
  text_init(&text, bytes_max);
  enum err err = open_to_read(path, &fd);
  bool end = false;
  while (err == ERR_NONE && !end) err = read_piece(fd, path, &text, &end);
  if (err != ERR_NONE) return err;
  *ret_bytes = text.length;
  *ret_data = TAKE(text.data);
  return ERR_NONE;
}

/* ---- write ---- */

static enum err folder_of(const char *path, char ret_folder[PATH_BYTES_MAX]) {
  const char *slash = strrchr(path, '/');
  size_t length = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);
  if (strlen(path) >= PATH_BYTES_MAX - 8) return err_note(ERR_BAD_INPUT, "a path of %zu bytes", strlen(path));
  memcpy(ret_folder, slash == NULL ? "." : path, length);
  ret_folder[length] = '\0';
  return ERR_NONE;
}

static enum err sync_folder(const char *folder) {
  CLEANUP(close_fd) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 || fsync(fd) != 0) return path_err(folder);
  return ERR_NONE;
}

static enum err write_all(int fd, const char *path, const char *data, size_t bytes, bool sync) {
  while (bytes > 0) {
    ssize_t done = write(fd, data, bytes);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return path_err(path);
    data += done;
    bytes -= (size_t)done;
  }
  return !sync || fsync(fd) == 0 ? ERR_NONE : path_err(path);
}

/* The name beside is always the same: what a crash left there is replaced by the next write, never forgotten. */
static enum err write_beside(const char *beside, const void *data, size_t bytes, unsigned mode, bool sync) {
  if (unlink(beside) != 0 && errno != ENOENT) return path_err(beside);
  CLEANUP(close_fd) int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
  if (fd < 0) return path_err(beside);
  enum err err = write_all(fd, beside, data, bytes, sync);
  int failed = close(fd);
  fd = -1;
  return err == ERR_NONE && failed ? path_err(beside) : err;
}

static enum err put(const char *path, const void *data, size_t bytes, unsigned mode, bool sync) {
  char folder[PATH_BYTES_MAX];
  enum err err = folder_of(path, folder);
  if (err != ERR_NONE) return err;
  CLEANUP(text_done) struct text beside;
  text_init(&beside, PATH_BYTES_MAX);
  text_addf(&beside, "%s.new", path);
  err = write_beside(text_str(&beside), data, bytes, mode, sync);
  if (err == ERR_NONE && rename(text_str(&beside), path) != 0) err = path_err(path);
  if (err == ERR_NONE) return sync ? sync_folder(folder) : ERR_NONE;
  (void)unlink(text_str(&beside));
  return err;
}

enum err file_write(const char *path, const void *data, size_t bytes, unsigned mode) {
  return put(path, data, bytes, mode, true);
}

enum err file_keep_name(const char *path) {
  char folder[PATH_BYTES_MAX];
  enum err err = folder_of(path, folder);
  if (err != ERR_NONE || access(folder, W_OK) != 0) return err;
  return sync_folder(folder);
}

enum err file_replace(const char *path, const void *data, size_t bytes, unsigned mode) {
  return put(path, data, bytes, mode, false);
}

/* ---- what every process has ---- */

void file_standard(void) {
  int fd;
  do fd = open("/dev/null", O_RDWR); /* not closed on exec: children need all three, too */
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0) close(fd);
}

/* ---- folders ---- */

/* One that is there may have been made by a process that died before its name was kept. */
static enum err make_one(const char *path, unsigned mode) {
  if (access(path, F_OK) != 0 && mkdir(path, (mode_t)mode) != 0 && errno != EEXIST) return path_err(path);
  return file_keep_name(path);
}

static enum err folder_ours(const char *path, unsigned mode) {
  struct stat info;
  if (stat(path, &info) != 0) return path_err(path);
  if (!S_ISDIR(info.st_mode)) return err_note(ERR_DENIED, "%s: not a folder", path);
  if (info.st_uid != geteuid()) return err_note(ERR_DENIED, "%s: belongs to another user", path);
  unsigned access_now = info.st_mode & ACCESS_BITS;
  if ((access_now & ~mode) == 0) return ERR_NONE;
  return err_note(ERR_DENIED, "%s: open to others (mode %04o, at most %04o wanted)", path, access_now, mode);
}

bool file_is_of_other(const char *path, char ret_user[FILE_USER_BYTES]) {
  struct stat info;
  if (stat(path, &info) != 0 || info.st_uid == geteuid()) return false;
  const struct passwd *user = getpwuid(info.st_uid);
  if (user == NULL) (void)snprintf(ret_user, FILE_USER_BYTES, "#%lu", (unsigned long)info.st_uid); /* as sudo -u takes it */
  else (void)snprintf(ret_user, FILE_USER_BYTES, "%s", user->pw_name);
  return true;
}

/* True when there is a name before `at` that stands for a parent folder. */
static bool parent_ends(const char *path, size_t at) {
  return at > 0 && path[at] == '/' && path[at - 1] != '/' && path[at + 1] != '\0';
}

enum err file_folder(const char *path, unsigned mode) {
  char part[PATH_BYTES_MAX];
  size_t length = strlen(path);
  if (length == 0 || length >= sizeof part - 8) return err_note(ERR_BAD_INPUT, "a folder's path of %zu bytes", length);
  memcpy(part, path, length + 1);
  while (length > 1 && part[length - 1] == '/') part[--length] = '\0'; /* "spool/" is "spool" */
  enum err err = ERR_NONE;
  bool there = access(part, F_OK) == 0; /* then its parents' names were kept before it was made */
  for (size_t i = 1; i < length && err == ERR_NONE && !there; i++) {
    if (!parent_ends(part, i)) continue;
    part[i] = '\0';
    err = make_one(part, mode);
    part[i] = '/';
  }
  if (err == ERR_NONE) err = make_one(part, mode);
  return err == ERR_NONE ? folder_ours(part, mode) : err;
}

enum err file_free_bytes(const char *path, uint64_t *ret_bytes) {
  struct statvfs info;
  if (statvfs(path, &info) != 0) return path_err(path);
  *ret_bytes = (uint64_t)info.f_bavail * info.f_frsize;
  return ERR_NONE;
}
