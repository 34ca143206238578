/* web_kept.c: writes on a worker, one file at a time; everything else is a call on a name that we made ourselves. */
#include "adapters/web/web_kept.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bot/base/file.h"
#include "bot/base/log.h"
#include "bot/base/random.h"

enum { MAGIC = 0x4b657074, PATH_BYTES = 4096, WHY_BYTES = 300, DISK_BYTES_MIN = 16 * 1024 * 1024 };

struct web_kept {
  uint32_t magic;
  uv_loop_t *loop; /* borrowed from the caller until the worker is done */
  char folder[PATH_BYTES];
  uint64_t bytes;  /* of all files */
  bool writing, ended;
  uv_work_t work;
  char token[WEB_TOKEN_BYTES]; /* of what is being written, as is all that follows */
  char *data;                  /* owned */
  size_t data_bytes;
  bool stored;                 /* from the worker, as is the next */
  char why[WHY_BYTES];
  void (*then)(void *who, bool stored);
  void *who; /* borrowed from the caller until `then` was called */
};

/* ---- names ---- */

void web_kept_token(char ret_token[WEB_TOKEN_BYTES]) {
  uint8_t bytes[WEB_TOKEN_BYTES / 2];
  random_bytes(bytes, sizeof bytes);
  for (size_t i = 0; i < sizeof bytes; i++) (void)snprintf(ret_token + 2 * i, 3, "%02x", bytes[i]);
}

bool web_kept_is_token(const char *token) {
  return token != NULL && strlen(token) == WEB_TOKEN_BYTES - 1 && strspn(token, "0123456789abcdef") == WEB_TOKEN_BYTES - 1;
}

struct path {
  char text[PATH_BYTES + WEB_TOKEN_BYTES + 1];
};

static struct path path_of(const struct web_kept *kept, const char *token) {
  struct path path;
  assert(web_kept_is_token(token) && "no name from outside comes as far as a path");
  (void)snprintf(path.text, sizeof path.text, "%s/%s", kept->folder, token);
  return path;
}

/* ---- opening and sweeping ---- */

enum err web_kept_open(uv_loop_t *loop, const char *folder, struct web_kept **ret_kept) {
  struct web_kept *kept = calloc(1, sizeof *kept);
  assert(kept != NULL);
  *kept = (struct web_kept){.magic = MAGIC, .loop = loop};
  bool fits = snprintf(kept->folder, sizeof kept->folder, "%s/files", folder) < (int)sizeof kept->folder;
  enum err err = fits ? file_folder(kept->folder, 0700) : err_note(ERR_BAD_INPUT, "--data: the path is too long");
  if (err == ERR_NONE) *ret_kept = kept;
  else free(kept);
  return err;
}

static uint64_t bytes_of(const struct web_kept *kept, const char *token) {
  struct stat info;
  return lstat(path_of(kept, token).text, &info) == 0 ? (uint64_t)info.st_size : 0;
}

void web_kept_sweep(struct web_kept *kept, bool (*wanted)(void *who, const char *token), void *who) {
  DIR *dir = opendir(kept->folder);
  if (dir == NULL) return;
  kept->bytes = 0;
  for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
    bool stays = web_kept_is_token(entry->d_name) && wanted(who, entry->d_name);
    bool is_coming = kept->writing && strncmp(entry->d_name, kept->token, WEB_TOKEN_BYTES - 1) == 0;
    if (is_coming) continue;
    if (stays) kept->bytes += bytes_of(kept, entry->d_name);
    else if (entry->d_name[0] != '.') (void)unlinkat(dirfd(dir), entry->d_name, 0);
  }
  closedir(dir);
}

void web_kept_remove(struct web_kept *kept, const char *token) {
  uint64_t bytes = bytes_of(kept, token);
  if (unlink(path_of(kept, token).text) == 0) kept->bytes -= bytes < kept->bytes ? bytes : kept->bytes;
}

/* ---- writing ---- */

bool web_kept_has_room(const struct web_kept *kept, size_t bytes) {
  uint64_t free_bytes = 0;
  if (kept->bytes + bytes > WEB_KEPT_BYTES_MAX) return false;
  bool known = file_free_bytes(kept->folder, &free_bytes) == ERR_NONE;
  if (!known) err_note_clear(); /* the write will tell */
  return !known || free_bytes >= bytes + DISK_BYTES_MIN;
}

static void work(uv_work_t *request) {
  struct web_kept *kept = request->data;
  enum err err = file_write(path_of(kept, kept->token).text, kept->data, kept->data_bytes, 0600);
  kept->stored = err == ERR_NONE;
  (void)snprintf(kept->why, sizeof kept->why, "%s", kept->stored ? "" : err_note_text());
  err_note_clear();
}

static void free_now(struct web_kept *kept) {
  kept->magic = 0;
  free(kept->data);
  free(kept);
}

static void after_work(uv_work_t *request, int status) {
  struct web_kept *kept = request->data;
  assert(kept->magic == MAGIC && status == 0); /* never cancelled */
  kept->writing = false;
  free(TAKE(kept->data));
  if (kept->ended) {
    free_now(kept); /* what it wrote has no line, and is swept away at the next start */
    return;
  }
  if (kept->stored) kept->bytes += kept->data_bytes;
  else log_line(LOG_trouble, "note=\"a file was not stored: %s\"", kept->why);
  kept->then(kept->who, kept->stored);
}

void web_kept_write(struct web_kept *kept, const char *token, char *data, size_t bytes, void (*then)(void *who, bool stored), void *who) {
  assert(kept->magic == MAGIC && !kept->writing && web_kept_is_token(token));
  kept->writing = true;
  memcpy(kept->token, token, WEB_TOKEN_BYTES);
  kept->data = data;
  kept->data_bytes = bytes;
  kept->then = then;
  kept->who = who;
  kept->work.data = kept;
  int failed = uv_queue_work(kept->loop, &kept->work, work, after_work);
  assert(!failed);
}

/* ---- reading, and the end ---- */

int web_kept_read(const struct web_kept *kept, const char *token, size_t bytes) {
  struct stat info;
  int fd = open(path_of(kept, token).text, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return -1;
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && (uint64_t)info.st_size == bytes) return fd;
  close(fd);
  return -1;
}

struct web_kept *web_kept_free(struct web_kept *kept) {
  if (kept == NULL) return NULL;
  assert(kept->magic == MAGIC && !kept->ended);
  kept->ended = true;
  if (!kept->writing) free_now(kept);
  return NULL;
}
