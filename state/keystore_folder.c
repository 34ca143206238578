/* keystore_folder.c: key files on disk. A key is written beside, fsynced and then renamed, so that a file under its own name
 * is whole even after a power cut; a lock on the folder keeps two processes from making the same key twice. */
#include "state/keystore_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bot/base/fault.h"
#include "bot/base/file.h"
#include "bot/base/random.h"
#include "state/box.h"
#include "state/wrapping_key.h"

enum { WRAPPED_BYTES = KEY_BYTES + BOX_EXTRA_BYTES, NAME_BYTES = 32 };
static_assert((int)KEY_BYTES == (int)BOX_KEY_BYTES, "a data key is a box's key");
static_assert((int)WRAPPING_KEY_BYTES == (int)BOX_KEY_BYTES, "so is the wrapping key");

struct keystore_folder {
  int fd;
  char *path;        /* owned; for notes */
  uint8_t *wrapping; /* owned; locked, read-only memory */
};

struct key_file { /* what a key file is called, and what its box is bound to */
  char name[NAME_BYTES], beside[NAME_BYTES], place[NAME_BYTES];
};

static struct key_file file_of(int64_t number) {
  struct key_file file;
  (void)snprintf(file.name, sizeof file.name, "p%" PRId64 ".key", number);
  (void)snprintf(file.beside, sizeof file.beside, "p%" PRId64 ".new", number);
  (void)snprintf(file.place, sizeof file.place, "key|p%" PRId64, number);
  return file;
}

/* Wraps a key that nobody uses: if it opens, so will the others. */
static const struct key_file check_file = {.name = "check", .beside = "check.new", .place = "check"};

static void close_fd(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

static void close_dir(DIR **dir) {
  if (*dir != NULL) closedir(*dir);
  *dir = NULL;
}

static void secret_freep(uint8_t **secret) {
  sodium_free(*secret);
  *secret = NULL;
}

static uint8_t *secret_new(void) {
  uint8_t *secret = sodium_malloc(KEY_BYTES);
  assert(secret != NULL);
  return secret;
}

/* errno as the caller may act on it, with the file's name in the note. */
static enum err file_err(const struct keystore_folder *folder, const char *name) {
  enum err err = ERR_INTERNAL;
  if (errno == EACCES || errno == EPERM || errno == EROFS || errno == ELOOP) err = ERR_DENIED;
  if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) err = ERR_LIMITED;
  if (errno == EMFILE || errno == ENFILE || errno == EINTR || errno == ENOLCK) err = ERR_AGAIN;
  return err_note(err, "%s/%s: %m", folder->path, name);
}

/* ---- one key file ---- */

static enum err file_bytes(const struct keystore_folder *folder, const char *name, uint8_t *data, size_t bytes_max, size_t *ret_bytes) {
  CLEANUP(close_fd) int fd = openat(folder->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return ERR_GONE;
  if (fd < 0) return file_err(folder, name);
  size_t bytes = 0;
  ssize_t got = 1;
  while (bytes < bytes_max && got != 0) {
    got = read(fd, data + bytes, bytes_max - bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_err(folder, name);
    bytes += (size_t)got;
  }
  *ret_bytes = bytes;
  return ERR_NONE;
}

/* ERR_GONE (without a note) when there is no file or a torn one: nothing was ever sealed with it, since a key is used only
 * when its whole file is fsynced. */
static enum err file_unwrap(const struct keystore_folder *folder, const struct key_file *file, uint8_t ret_key[KEY_BYTES]) {
  uint8_t wrapped[WRAPPED_BYTES + 1];
  size_t bytes = 0;
  enum err err = file_bytes(folder, file->name, wrapped, sizeof wrapped, &bytes);
  if (err != ERR_NONE) return err;
  if (bytes < WRAPPED_BYTES) return ERR_GONE;
  if (bytes == WRAPPED_BYTES && box_open(folder->wrapping, file->place, wrapped, bytes, ret_key)) return ERR_NONE;
  return err_note(ERR_DENIED,
                  "%s/%s was wrapped by another wrapping key, or was changed: put the wrapping key's right file back, "
                  "or restore this one from a copy", folder->path, file->name);
}

static enum err file_put(const struct keystore_folder *folder, const char *name, const uint8_t *data, size_t bytes) {
  CLEANUP(close_fd) int fd = openat(folder->fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return file_err(folder, name);
  while (bytes > 0) {
    ssize_t done = write(fd, data, bytes);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return file_err(folder, name);
    data += done;
    bytes -= (size_t)done;
  }
  return fsync(fd) == 0 ? ERR_NONE : file_err(folder, name);
}

/* Draws a key and puts its file in place; the folder is fsynced by the caller. */
static enum err file_make(const struct keystore_folder *folder, const struct key_file *file, uint8_t ret_key[KEY_BYTES]) {
  uint8_t wrapped[WRAPPED_BYTES];
  random_bytes(ret_key, KEY_BYTES);
  box_close(folder->wrapping, file->place, ret_key, KEY_BYTES, wrapped);
  enum err err = file_put(folder, file->beside, wrapped, sizeof wrapped);
  fault_point(FAULT_key_written);
  if (err == ERR_NONE && renameat(folder->fd, file->beside, folder->fd, file->name) != 0) err = file_err(folder, file->name);
  fault_point(FAULT_key_renamed);
  if (err != ERR_NONE) (void)unlinkat(folder->fd, file->beside, 0);
  return err;
}

enum err keystore_folder_key(const struct keystore_folder *folder, int64_t number, uint8_t ret_key[KEY_BYTES]) {
  struct key_file file = file_of(number);
  enum err err = file_unwrap(folder, &file, ret_key);
  if (err != ERR_GONE) return err;
  return err_note(ERR_GONE, "%s/%s is missing or torn: restore it from a copy", folder->path, file.name);
}

/* ---- the folder ---- */

static enum err folder_sync(const struct keystore_folder *folder) {
  return fsync(folder->fd) == 0 ? ERR_NONE : file_err(folder, ".");
}

/* Each call locks its own open file: threads and processes are kept apart alike. The lock goes with *ret_lock. */
static enum err folder_lock(const struct keystore_folder *folder, int *ret_lock) {
  CLEANUP(close_fd) int fd = openat(folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return file_err(folder, ".");
  while (flock(fd, LOCK_EX) != 0)
    if (errno != EINTR) return file_err(folder, ".");
  *ret_lock = fd;
  fd = -1;
  return ERR_NONE;
}

/* "p17.key" -> 17; 0 for every other name. */
static int64_t number_of(const char *name) {
  char *end = NULL;
  if (name[0] != 'p' || name[1] < '1' || name[1] > '9') return 0;
  errno = 0;
  long long number = strtoll(name + 1, &end, 10);
  return errno == 0 && strcmp(end, ".key") == 0 && number <= KEYS_MAX ? number : 0;
}

static bool file_is_whole(const struct keystore_folder *folder, const char *name) {
  struct stat info;
  return fstatat(folder->fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode) && info.st_size == WRAPPED_BYTES;
}

static DIR *dir_open(const struct keystore_folder *folder) {
  int fd = openat(folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd < 0 ? NULL : fdopendir(fd);
  if (dir == NULL) close_fd(&fd);
  return dir;
}

enum err keystore_folder_list(const struct keystore_folder *folder, keystore_folder_each *each, void *who) {
  CLEANUP(close_dir) DIR *dir = dir_open(folder);
  if (dir == NULL) return file_err(folder, ".");
  errno = 0;
  for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
    int64_t number = number_of(entry->d_name);
    if (number > 0 && file_is_whole(folder, entry->d_name)) each(who, number);
    errno = 0;
  }
  if (errno != 0) return file_err(folder, ".");
  return folder_sync(folder); /* who made them may have been killed just before this */
}

/* ---- making keys ---- */

static enum err batch_make(const struct keystore_folder *folder, struct keystore_batch *batch, const atomic_bool *stop, uint8_t *key) {
  enum err refused = ERR_NONE;
  for (size_t i = 0; i < batch->count && !atomic_load(stop); i++) {
    struct key_file file = file_of(batch->numbers[i]);
    enum err err = file_unwrap(folder, &file, key);
    if (err == ERR_DENIED) refused = err;
    if (err == ERR_DENIED) continue;
    if (err == ERR_GONE) err = file_make(folder, &file, key);
    if (err != ERR_NONE) return err;
    batch->there[i] = true;
  }
  return refused;
}

enum err keystore_folder_make(const struct keystore_folder *folder, struct keystore_batch *batch, const atomic_bool *stop) {
  CLEANUP(secret_freep) uint8_t *key = secret_new();
  CLEANUP(close_fd) int lock = -1;
  memset(batch->there, 0, sizeof batch->there);
  enum err err = folder_lock(folder, &lock);
  if (err != ERR_NONE) return err;
  err = batch_make(folder, batch, stop, key);
  enum err unsynced = folder_sync(folder);
  fault_point(FAULT_key_synced);
  if (unsynced == ERR_NONE) return err;
  memset(batch->there, 0, sizeof batch->there); /* their names may be gone after a power cut */
  return err == ERR_NONE ? unsynced : err;
}

/* ---- opening ---- */

static void count_one(void *who, int64_t number) {
  (*(size_t *)who)++;
}

/* The wrapping key's file, or a new one where nothing was wrapped yet. */
static enum err wrapping_take(struct keystore_folder *folder, const char *key_file, bool make_key) {
  enum err err = wrapping_key_read(key_file, &folder->wrapping);
  if (err != ERR_GONE) return err;
  if (!make_key) return err_note(ERR_GONE, "%s is missing: the wrapping key must be there, as 32 bytes or 64 hex digits", key_file);
  size_t keys = faccessat(folder->fd, check_file.name, F_OK, 0) == 0 ? 1 : 0;
  err = keystore_folder_list(folder, count_one, &keys);
  if (err != ERR_NONE) return err;
  if (keys == 0) return wrapping_key_make(key_file, &folder->wrapping);
  return err_note(ERR_DENIED, "%s is missing, and no other key opens the keys in %s: put it back from its copy", key_file, folder->path);
}

struct proof { /* what the key files say about the wrapping key while there is no `check` */
  const struct keystore_folder *folder; /* borrowed from the caller until the proof is done */
  uint8_t *key;                         /* borrowed from the caller until the proof is done */
  size_t files;
  bool opened;
};

static void prove_by(void *who, int64_t number) {
  struct proof *proof = who;
  struct key_file file = file_of(number);
  proof->files++;
  if (!proof->opened) proof->opened = file_unwrap(proof->folder, &file, proof->key) == ERR_NONE;
}

/* A new folder has no `check`; an old one may have lost it. It is written when nothing speaks against this wrapping key. */
static enum err check_make(const struct keystore_folder *folder, uint8_t *key) {
  struct proof proof = {.folder = folder, .key = key};
  enum err err = keystore_folder_list(folder, prove_by, &proof);
  if (err != ERR_NONE) return err;
  if (proof.files > 0 && !proof.opened) return ERR_DENIED; /* the note names the first file that did not open */
  err_note_clear();                                        /* one opened, so the others were damaged, and are met when needed */
  err = file_make(folder, &check_file, key);
  return err == ERR_NONE ? folder_sync(folder) : err;
}

static enum err check_prove(const struct keystore_folder *folder) {
  CLEANUP(secret_freep) uint8_t *key = secret_new();
  enum err err = file_unwrap(folder, &check_file, key);
  return err == ERR_GONE ? check_make(folder, key) : err;
}

static void folder_freep(struct keystore_folder **folder) {
  *folder = keystore_folder_free(*folder);
}

static struct keystore_folder *folder_new(const char *path) {
  struct keystore_folder *folder = calloc(1, sizeof *folder);
  assert(folder != NULL);
  folder->path = strdup(path);
  assert(folder->path != NULL);
  folder->fd = -1;
  return folder;
}

enum err keystore_folder_open(const char *path, const char *key_file, bool make_key, struct keystore_folder **ret_folder) {
  CLEANUP(folder_freep) struct keystore_folder *folder = folder_new(path);
  CLEANUP(close_fd) int lock = -1;
  enum err err = file_folder(path, 0700);
  if (err != ERR_NONE) return err;
  folder->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder->fd < 0) return file_err(folder, ".");
  err = folder_lock(folder, &lock);
  if (err == ERR_NONE) err = wrapping_take(folder, key_file, make_key);
  if (err == ERR_NONE) err = check_prove(folder);
  if (err == ERR_NONE) *ret_folder = TAKE(folder);
  return err;
}

struct keystore_folder *keystore_folder_free(struct keystore_folder *folder) {
  if (folder == NULL) return NULL;
  close_fd(&folder->fd);
  sodium_free(folder->wrapping); /* wipes */
  free(folder->path);
  free(folder);
  return NULL;
}
