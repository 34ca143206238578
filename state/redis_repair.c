/* redis_repair.c: cuts the torn end off the append-only file: only when the server refused it, only the last file, a copy kept.
 *
 * The last file is a row of commands as a client would send them; a turn stands between MULTI and EXEC:
 *   *1\r\n$5\r\nMULTI\r\n*4\r\n$4\r\nHSET\r\n$8\r\nm:{s}:…\r\n … *1\r\n$4\r\nEXEC\r\n
 * What the server had not fsynced when the machine or it died may be missing, half there, or zero bytes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bot/base/file.h"
#include "state/redis_private_parts.h"

enum { MANIFEST_BYTES_MAX = 64 * 1024, NAME_BYTES = 200, PATH_BYTES = 500, REPAIR_BYTES_MAX = 4 * 1024 * 1024, PIECE_BYTES = 65536 };

/* ---- what the log says ---- */

/* The text of the last run: from the last mark on. The caller frees. NULL: there is no log. */
static char *log_tail(const char *path) {
  CLEANUP(redis_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
  off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
  if (size < 0) return NULL;
  off_t from = size > REDIS_LOG_TAIL_BYTES ? size - REDIS_LOG_TAIL_BYTES : 0;
  char *tail = calloc(1, REDIS_LOG_TAIL_BYTES + 1);
  assert(tail != NULL);
  ssize_t got = pread(fd, tail, REDIS_LOG_TAIL_BYTES, from);
  for (ssize_t i = 0; i < got; i++)
    if (tail[i] == '\0') tail[i] = ' ';
  char *mark = tail;
  for (char *next = tail; (next = strstr(next, REDIS_LOG_MARK)) != NULL; next++) mark = next;
  char *last_run = strdup(mark);
  assert(last_run != NULL);
  free(tail);
  return last_run;
}

/* The file that the server refused, by name; false when it refused none. */
static bool refused_file(const char *tail, char ret_name[NAME_BYTES]) {
  static const char *const refusals[] = {"Bad file format reading the append only file ",
                                         "Unexpected end of file reading the append only file "};
  for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
    const char *at = strstr(tail, refusals[i]);
    if (at == NULL) continue;
    at += strlen(refusals[i]);
    size_t length = strcspn(at, ": \n"); /* "….aof: make a backup", "….aof. You can" */
    while (length > 0 && at[length - 1] == '.') length--;
    if (length == 0 || length >= NAME_BYTES) continue;
    memcpy(ret_name, at, length);
    ret_name[length] = '\0';
    return true;
  }
  return false;
}

/* ---- which file is the last ---- */

/* "file appendonly.aof.2.incr.aof seq 2 type i", the last such line. */
static enum err last_file(const struct redis_private_paths *paths, char ret_name[NAME_BYTES]) {
  char path[PATH_BYTES], name[NAME_BYTES], type;
  char *manifest = NULL;
  size_t bytes;
  long long seq, highest = -1;
  snprintf(path, sizeof path, "%s/appendonlydir/appendonly.aof.manifest", paths->folder);
  enum err err = file_read(path, MANIFEST_BYTES_MAX, &manifest, &bytes);
  if (err != ERR_NONE) return err;
  for (const char *line = manifest; line != NULL; line = strchr(line, '\n')) {
    line += *line == '\n';
    if (sscanf(line, "file %199s seq %18lld type %c", name, &seq, &type) != 3 || type != 'i' || seq <= highest) continue;
    highest = seq;
    memcpy(ret_name, name, sizeof name);
  }
  free(manifest);
  return highest >= 0 ? ERR_NONE : err_note(ERR_DENIED, "%s: names no incremental file: restore a backup", path);
}

/* ---- how much of it is whole ---- */

struct aof {
  const char *data; /* borrowed from the mapping */
  size_t bytes, at;
};

/* "*3\r\n" or "$5\r\n" */
static bool take_count(struct aof *aof, char mark, size_t most, size_t *ret_count) {
  size_t count = 0, at = aof->at, digits = 0;
  if (at >= aof->bytes || aof->data[at++] != mark) return false;
  for (; at < aof->bytes && aof->data[at] >= '0' && aof->data[at] <= '9' && digits < 10; at++, digits++)
    count = 10 * count + (size_t)(aof->data[at] - '0');
  if (digits == 0 || count > most || aof->bytes - at < 2 || memcmp(aof->data + at, "\r\n", 2) != 0) return false;
  aof->at = at + 2;
  *ret_count = count;
  return true;
}

static bool take_argument(struct aof *aof, const char **ret_text, size_t *ret_length) {
  size_t length;
  if (!take_count(aof, '$', aof->bytes, &length)) return false;
  if (aof->bytes - aof->at < length + 2 || memcmp(aof->data + aof->at + length, "\r\n", 2) != 0) return false;
  *ret_text = aof->data + aof->at;
  *ret_length = length;
  aof->at += length + 2;
  return true;
}

/* "#TS:1700000000\r\n": the server may note the time between commands. */
static bool take_remark(struct aof *aof) {
  if (aof->at >= aof->bytes || aof->data[aof->at] != '#') return false;
  const char *end = memchr(aof->data + aof->at, '\n', aof->bytes - aof->at);
  if (end == NULL) return false;
  aof->at = (size_t)(end + 1 - aof->data);
  return true;
}

static bool is_word(const char *text, size_t length, const char *word) {
  return length == strlen(word) && strncasecmp(text, word, length) == 0;
}

/* One whole command; *multi says whether a MULTI is open behind it. */
static bool take_command(struct aof *aof, bool *multi) {
  size_t count, length;
  const char *text;
  if (take_remark(aof)) return true;
  if (!take_count(aof, '*', aof->bytes, &count) || count == 0) return false;
  for (size_t i = 0; i < count; i++) {
    if (!take_argument(aof, &text, &length)) return false;
    if (i == 0 && is_word(text, length, "multi")) *multi = true;
    if (i == 0 && is_word(text, length, "exec")) *multi = false;
  }
  return true;
}

/* The end of the last command that is whole and not in an open MULTI. */
static size_t whole_bytes(const char *data, size_t bytes) {
  struct aof aof = {data, bytes, 0};
  size_t whole = 0;
  bool multi = false;
  while (take_command(&aof, &multi))
    if (!multi) whole = aof.at;
  return whole;
}

static enum err measure(int fd, const char *path, size_t *ret_whole, size_t *ret_bytes) {
  struct stat info;
  if (fstat(fd, &info) != 0) return err_note(ERR_INTERNAL, "%s: %m", path);
  *ret_whole = 0;
  *ret_bytes = (size_t)info.st_size;
  if (info.st_size == 0) return ERR_NONE;
  void *data = mmap(NULL, *ret_bytes, PROT_READ, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED) return err_note(ERR_INTERNAL, "%s: %m", path);
  *ret_whole = whole_bytes(data, *ret_bytes);
  munmap(data, *ret_bytes);
  return ERR_NONE;
}

/* ---- the cut ---- */

static enum err copy_pieces(int from, int to) {
  char piece[PIECE_BYTES];
  ssize_t got;
  off_t at = 0;
  while ((got = pread(from, piece, sizeof piece, at)) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return err_note(ERR_INTERNAL, "reading the torn file: %m");
    if (write(to, piece, (size_t)got) != got) return err_note(ERR_LIMITED, "keeping a copy of the torn file: %m: make room on the disk");
    at += got;
  }
  return fsync(to) == 0 ? ERR_NONE : err_note(ERR_INTERNAL, "keeping a copy of the torn file: %m");
}

/* One copy, the newest: it holds what was erased since, too, so it must not gather. */
static enum err copy_aside(const struct redis_private_paths *paths, int from) {
  char aside[PATH_BYTES];
  snprintf(aside, sizeof aside, "%s/torn.aof", paths->folder);
  (void)unlink(aside);
  CLEANUP(redis_close) int to = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  return to < 0 ? err_note(ERR_DENIED, "%s: %m", aside) : copy_pieces(from, to);
}

static enum err sync_path(const char *path) {
  CLEANUP(redis_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
  return fd >= 0 && fsync(fd) == 0 ? ERR_NONE : err_note(ERR_INTERNAL, "%s: %m", path);
}

static enum err cut(const struct redis_private_paths *paths, int fd, size_t whole) {
  enum err err = copy_aside(paths, fd);
  if (err == ERR_NONE && (ftruncate(fd, (off_t)whole) != 0 || fsync(fd) != 0))
    err = err_note(ERR_INTERNAL, "cutting the torn file: %m");
  return err == ERR_NONE ? sync_path(paths->folder) : err;
}

/* Somebody may have mended or replaced the file since the log was written: then there is nothing to do here. */
static enum err file_repair(const struct redis_private_options *options, const struct redis_private_paths *paths, const char *name,
                            int64_t *ret_cut_bytes) {
  char path[PATH_BYTES], last[NAME_BYTES] = "";
  size_t whole = 0, bytes = 0;
  size_t most = options->repair_bytes_max > 0 ? (size_t)options->repair_bytes_max : REPAIR_BYTES_MAX;
  snprintf(path, sizeof path, "%s/appendonlydir/%s", paths->folder, name);
  CLEANUP(redis_close) int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return err_note(errno == ENOENT ? ERR_GONE : ERR_DENIED, "%s: %m", path);
  enum err err = measure(fd, path, &whole, &bytes);
  if (err == ERR_NONE && whole == bytes) return err_note(ERR_GONE, "%s: its end is whole", path);
  if (err == ERR_NONE) err = last_file(paths, last);
  if (err != ERR_NONE) return err;
  if (strcmp(name, last) != 0) return err_note(ERR_DENIED, "%s is broken, and is not the last file: restore a backup", path);
  if (bytes - whole > most)
    return err_note(ERR_LIMITED, "%s: broken %zu bytes before its end, more than a torn end can be (%zu): restore a backup, or "
                    "cut it by hand with redis-check-aof --fix", path, bytes - whole, most);
  err = cut(paths, fd, whole);
  if (err == ERR_NONE) *ret_cut_bytes = (int64_t)(bytes - whole);
  return err;
}

enum err redis_repair(const struct redis_private_options *options, const struct redis_private_paths *paths, int64_t *ret_cut_bytes) {
  char refused[NAME_BYTES] = "";
  char *tail = log_tail(paths->log);
  bool torn = tail != NULL && refused_file(tail, refused);
  free(tail);
  if (!torn) return err_note(ERR_GONE, "%s names no torn file", paths->log);
  enum err err = file_repair(options, paths, refused, ret_cut_bytes);
  CLEANUP(redis_close) int log = -1;
  if (err != ERR_NONE) return err;
  err = redis_log_open(paths, &log);
  if (err == ERR_NONE) redis_log_mark(log, "%lld bytes were cut off %s; torn.aof has it as it was", (long long)*ret_cut_bytes, refused);
  return err;
}
