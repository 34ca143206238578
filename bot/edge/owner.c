/* owner.c: a name drawn once, made unique by the file it stands in and by the machine's start; the file is the lock too. */
#include "bot/edge/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bot/base/file.h"
#include "bot/base/random.h"

enum { PATH_BYTES = 400, BOOT_BYTES = 37, DRAWN_BYTES = HASH_TEXT_BYTES - 1 };

static void close_fd(int *fd) {
  if (*fd >= 0) (void)close(*fd);
  *fd = -1;
}

static enum err lock_file(const char *data, int *ret_fd) {
  char path[PATH_BYTES];
  (void)snprintf(path, sizeof path, "%s/owner", data);
  CLEANUP(close_fd) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return err_note(ERR_DENIED, "%s cannot be written: %m", path);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0)
    return err_note(ERR_CONFLICT, "Another bot runs on %s. Stop that one, or set `data` to another folder.", data);
  *ret_fd = fd;
  fd = -1;
  return ERR_NONE;
}

/* What is no name of ours (a disk that lost it, a hand that emptied it) is drawn anew: that costs a wait for the old lease. */
static enum err drawn_name(int fd, char ret_drawn[HASH_TEXT_BYTES]) {
  char text[HASH_TEXT_BYTES] = "";
  uint8_t drawn[HASH_BYTES];
  ssize_t got = pread(fd, text, DRAWN_BYTES, 0);
  if (got != DRAWN_BYTES || strspn(text, "0123456789abcdef") != DRAWN_BYTES) {
    random_bytes(drawn, sizeof drawn);
    for (size_t i = 0; i < sizeof drawn; i++) (void)snprintf(text + 2 * i, 3, "%02x", drawn[i]);
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, DRAWN_BYTES, 0) != DRAWN_BYTES || fsync(fd) != 0)
      return err_note(ERR_LIMITED, "the data folder's file `owner` cannot be written: %m");
  }
  memcpy(ret_drawn, text, HASH_TEXT_BYTES);
  return ERR_NONE;
}

/* Drawn by the kernel at each start of the machine, by when any lease is over. "" where it cannot be read. */
static void boot_name(char ret_boot[BOOT_BYTES]) {
  char *text = NULL;
  size_t bytes;
  ret_boot[0] = '\0';
  if (file_read("/proc/sys/kernel/random/boot_id", 200, &text, &bytes) != ERR_NONE) {
    err_note_clear();
    return;
  }
  text[strcspn(text, "\n")] = '\0';
  (void)snprintf(ret_boot, BOOT_BYTES, "%s", text);
  free(text);
}

enum err owner_take(const char *data, struct owner *ret_owner) {
  char drawn[HASH_TEXT_BYTES], boot[BOOT_BYTES];
  struct stat info;
  CLEANUP(close_fd) int fd = -1;
  enum err err = lock_file(data, &fd);
  if (err == ERR_NONE) err = drawn_name(fd, drawn);
  if (err == ERR_NONE && fstat(fd, &info) != 0) err = err_note(ERR_INTERNAL, "the data folder's file `owner`: %m");
  if (err != ERR_NONE) return err;
  boot_name(boot);
  (void)snprintf(ret_owner->name, sizeof ret_owner->name, "%s.%llx.%s", drawn, (unsigned long long)info.st_ino, boot);
  ret_owner->lock = fd;
  fd = -1;
  return ERR_NONE;
}

void owner_done(struct owner *owner) {
  close_fd(&owner->lock);
}
