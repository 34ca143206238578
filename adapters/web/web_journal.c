/* web_journal.c: lines wait in a queue; one worker at a time writes a group of them and calls fdatasync, order kept. */
#include "adapters/web/web_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "bot/base/fault.h"
#include "bot/base/file.h"
#include "bot/base/log.h"
#include "bot/base/text.h"

enum {
  MAGIC = 0x4a6f7572,
  PATH_BYTES = 4096,
  GROUP_BYTES_MAX = 1024 * 1024,
  NOTE_WAIT_MS = 50,
  FULL_BYTES = WEB_JOURNAL_BYTES_MAX - 8 * 1024 * 1024, /* acks, reads and a reset still fit behind it */
  WAITING_BYTES_MAX = 4 * 1024 * 1024,
  DISK_BYTES_MIN = 16 * 1024 * 1024
};

struct item {
  struct item *next; /* owned by the list */
  char *line;        /* owned; NULL: only a call to `then` */
  size_t bytes;
  uint64_t tag;
  bool told, restart;
  void (*then)(void *who, void *arg, bool lost);
  void *arg; /* the caller's, given back through `then` */
};

struct list {
  struct item *first, **end;
  size_t bytes;
};

struct web_journal {
  uint32_t magic;
  uv_loop_t *loop; /* borrowed from the caller until the last handle is closed */
  struct web_journal_handlers handlers;
  void *who; /* borrowed from the caller until web_journal_free */
  char path[PATH_BYTES], lock_path[PATH_BYTES], folder[PATH_BYTES];
  int fd, lock_fd;
  uint64_t bytes;            /* in the file, all of it on the disk */
  bool was_new, disk_full;
  bool writing, telling, ended, broken; /* what after_work and web_journal_free leave to each other */
  struct list waiting, group; /* owned; `group` is the worker's while `writing` */
  bool hurry;                 /* something in `waiting` is waited for */
  uv_timer_t later;
  uv_work_t work;
  char *buffer;               /* owned; the group's bytes, for the worker */
  int work_errno;             /* from the worker; 0: all is on the disk */
  uint64_t free_bytes;        /* from the worker */
};

static void write_more(struct web_journal *journal);

/* ---- lists ---- */

static void list_clear(struct list *list) {
  *list = (struct list){.first = NULL};
  list->end = &list->first;
}

static void list_add(struct list *list, struct item *item) {
  *list->end = item;
  list->end = &item->next;
  list->bytes += item->bytes;
}

static struct item *list_take(struct list *list) {
  struct item *item = list->first;
  if (item == NULL) return NULL;
  list->first = item->next;
  if (list->first == NULL) list->end = &list->first;
  list->bytes -= item->bytes;
  item->next = NULL;
  return item;
}

static struct item *item_free(struct item *item) {
  free(item->line);
  free(item);
  return NULL;
}

/* ---- the file ---- */

static int open_file(const char *path, int flags) {
  return open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
}

/* Both run in the worker too: errno is all they leave. */
static int write_all(int fd, const char *data, size_t bytes) {
  while (bytes > 0) {
    ssize_t done = write(fd, data, bytes);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return done == 0 ? ENOSPC : errno;
    data += done;
    bytes -= (size_t)done;
  }
  return 0;
}

static int sync_folder(const char *folder) {
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno;
  int number = fsync(fd) == 0 ? 0 : errno;
  close(fd);
  return number;
}

static int replace_file(struct web_journal *journal) {
  char beside[PATH_BYTES + 8];
  memcpy(beside, journal->path, strlen(journal->path) + 1);
  strncat(beside, ".new", sizeof beside - strlen(beside) - 1);
  if (unlink(beside) != 0 && errno != ENOENT) return errno;
  int fd = open_file(beside, O_CREAT | O_EXCL | O_APPEND);
  if (fd < 0) return errno;
  int number = write_all(fd, journal->buffer, journal->group.bytes);
  if (number == 0 && fdatasync(fd) != 0) number = errno;
  if (number == 0 && rename(beside, journal->path) != 0) number = errno;
  if (number == 0) number = sync_folder(journal->folder);
  if (number != 0) {
    close(fd);
    return number;
  }
  close(journal->fd);
  journal->fd = fd;
  return 0;
}

/* ---- writing: the worker ---- */

static void work(uv_work_t *request) {
  struct web_journal *journal = request->data;
  uint64_t free_bytes = 0;
  int number = 0;
  if (journal->group.first->restart) number = replace_file(journal);
  else if (journal->group.bytes > 0) {
    number = write_all(journal->fd, journal->buffer, journal->group.bytes);
    fault_point(FAULT_journal_written);
    if (number == 0 && fdatasync(journal->fd) != 0) number = errno;
  }
  journal->work_errno = number;
  enum err err = file_free_bytes(journal->folder, &free_bytes);
  journal->free_bytes = err == ERR_NONE ? free_bytes : UINT64_MAX;
}

/* ---- writing: the loop's side ---- */

static void close_files(struct web_journal *journal) {
  if (journal->fd >= 0) close(journal->fd);
  if (journal->lock_fd >= 0) close(journal->lock_fd);
  journal->fd = journal->lock_fd = -1;
}

static void give_back(struct web_journal *journal, struct list *list) {
  for (struct item *item = list_take(list); item != NULL; item = list_take(list)) {
    if (item->then != NULL) item->then(journal->who, item->arg, true);
    item_free(item);
  }
}

static void on_closed(uv_handle_t *handle) {
  struct web_journal *journal = handle->data;
  journal->magic = 0;
  free(journal);
}

/* Nothing is in the worker's hands: what waits is written here, for we leave; nobody is told. */
static void finish(struct web_journal *journal) {
  int number = 0;
  for (struct item *item = journal->waiting.first; item != NULL && !item->restart && !journal->broken && number == 0; item = item->next)
    if (item->line != NULL) number = write_all(journal->fd, item->line, item->bytes);
  if (number == 0 && !journal->broken && fdatasync(journal->fd) != 0) number = errno;
  if (number != 0) log_line(LOG_trouble, "note=\"the journal's last lines were not written: %s\"", strerror(number));
  give_back(journal, &journal->waiting);
  close_files(journal);
  uv_close((uv_handle_t *)&journal->later, on_closed);
}

/* A handler may add, and may end the journal: what is left of the list then is given back. */
static void tell(struct web_journal *journal, struct list *done) {
  while (!journal->ended && done->first != NULL) {
    struct item *item = list_take(done);
    if (item->then != NULL) item->then(journal->who, item->arg, false);
    else if (item->told) journal->handlers.durable(journal->who, item->line, item->bytes - 1, item->tag);
    item_free(item);
  }
}

static void on_disk(struct web_journal *journal, struct list *done) {
  fault_point(FAULT_journal_after);
  if (done->first->restart) journal->bytes = 0;
  journal->bytes += done->bytes;
  journal->disk_full = journal->free_bytes < DISK_BYTES_MIN;
  tell(journal, done);
}

static void after_work(uv_work_t *request, int status) {
  struct web_journal *journal = request->data;
  assert(journal->magic == MAGIC && status == 0); /* never cancelled */
  struct list done = journal->group;
  list_clear(&journal->group);
  free(TAKE(journal->buffer));
  journal->writing = false;
  journal->telling = true;
  if (journal->work_errno == 0) {
    on_disk(journal, &done);
  } else {
    journal->broken = true;
    if (!journal->ended) journal->handlers.failed(journal->who, strerror(journal->work_errno));
  }
  give_back(journal, &done);
  journal->telling = false;
  if (journal->ended && !journal->writing) finish(journal);
  else if (!journal->ended) write_more(journal);
}

/* A restart is a group of its own: what stands before it belongs to the old file. */
static void fill_group(struct web_journal *journal) {
  list_clear(&journal->group);
  do list_add(&journal->group, list_take(&journal->waiting));
  while (journal->waiting.first != NULL && !journal->group.first->restart && !journal->waiting.first->restart &&
         journal->group.bytes + journal->waiting.first->bytes <= GROUP_BYTES_MAX);
  journal->buffer = malloc(journal->group.bytes + 1);
  assert(journal->buffer != NULL);
  size_t at = 0;
  for (struct item *item = journal->group.first; item != NULL; item = item->next) {
    if (item->line != NULL) memcpy(journal->buffer + at, item->line, item->bytes);
    at += item->bytes;
  }
}

static void write_more(struct web_journal *journal) {
  if (journal->writing || journal->ended || journal->broken || journal->waiting.first == NULL || !journal->hurry) return;
  fault_point(FAULT_journal_before);
  fill_group(journal);
  journal->hurry = journal->waiting.first != NULL;
  journal->writing = true;
  journal->work.data = journal;
  int failed = uv_queue_work(journal->loop, &journal->work, work, after_work);
  assert(!failed);
}

static void on_later(uv_timer_t *timer) {
  struct web_journal *journal = timer->data;
  journal->hurry = true;
  write_more(journal);
}

static void put(struct web_journal *journal, struct item item) {
  assert(journal->magic == MAGIC && !journal->ended);
  struct item *kept = malloc(sizeof *kept);
  assert(kept != NULL);
  *kept = item;
  list_add(&journal->waiting, kept);
  if (item.told || item.then != NULL || item.restart) {
    journal->hurry = true;
    write_more(journal);
  } else if (!uv_is_active((uv_handle_t *)&journal->later)) {
    uv_timer_start(&journal->later, on_later, NOTE_WAIT_MS, 0);
  }
}

static struct item item_of(const char *line) {
  size_t bytes = strlen(line);
  assert(bytes > 0 && strchr(line, '\n') == line + bytes - 1); /* one line, and all of it */
  char *copy = strdup(line);
  assert(copy != NULL);
  return (struct item){.line = copy, .bytes = bytes};
}

void web_journal_add(struct web_journal *journal, const char *line, uint64_t tag) {
  struct item item = item_of(line);
  item.tag = tag;
  item.told = true;
  put(journal, item);
}

void web_journal_note(struct web_journal *journal, const char *line) {
  put(journal, item_of(line));
}

void web_journal_after(struct web_journal *journal, void (*then)(void *who, void *arg, bool lost), void *arg) {
  if (!journal->writing && !journal->telling && journal->waiting.first == NULL) {
    then(journal->who, arg, false);
    return;
  }
  put(journal, (struct item){.then = then, .arg = arg});
}

void web_journal_restart(struct web_journal *journal, const char *line, uint64_t tag) {
  struct item item = item_of(line);
  item.tag = tag;
  item.told = item.restart = true;
  put(journal, item);
}

bool web_journal_full(const struct web_journal *journal) {
  size_t waiting = journal->waiting.bytes + journal->group.bytes;
  return journal->disk_full || waiting > WAITING_BYTES_MAX || journal->bytes + waiting > FULL_BYTES;
}

bool web_journal_is_new(const struct web_journal *journal) {
  return journal->was_new;
}

/* ---- opening ---- */

static enum err errno_note(const char *path) {
  return err_note(ERR_DENIED, "%s: %s", path, strerror(errno));
}

static enum err lock_folder(struct web_journal *journal) {
  journal->lock_fd = open_file(journal->lock_path, O_CREAT);
  if (journal->lock_fd < 0) return errno_note(journal->lock_path);
  if (flock(journal->lock_fd, LOCK_EX | LOCK_NB) == 0) return ERR_NONE;
  return err_note(ERR_CONFLICT, "Another mentord-web uses the folder %s: end it, or give --data another folder.", journal->folder);
}

/* `kept`: bytes of whole, readable lines. What stands behind them was never acknowledged. What stands in them may have been read
 * from memory, where a process that was killed left it: it counts from now on, so it must be on the disk first. */
static enum err cut_tail(struct web_journal *journal, size_t kept, size_t bytes) {
  journal->bytes = kept;
  if (kept != bytes) log_line(LOG_repair, "file=journal bytes=%zu note=\"a torn last line was cut\"", bytes - kept);
  if (kept != bytes && ftruncate(journal->fd, (off_t)kept) != 0) return errno_note(journal->path);
  return fdatasync(journal->fd) == 0 ? ERR_NONE : errno_note(journal->path);
}

static enum err replay(struct web_journal *journal, const char *data, size_t bytes) {
  size_t at = 0, line_number = 1;
  while (at < bytes) {
    const char *end = memchr(data + at, '\n', bytes - at);
    if (end == NULL) break;
    size_t length = (size_t)(end - data) - at;
    enum err err = journal->handlers.replay(journal->who, data + at, length);
    bool last = at + length + 1 == bytes;
    if (err != ERR_NONE && !last)
      return err_note(ERR_BAD_INPUT, "%s:%zu: this line of the journal cannot be read; move the file away to start anew.",
                      journal->path, line_number);
    if (err != ERR_NONE) break;
    at += length + 1;
    line_number++;
  }
  return cut_tail(journal, at, bytes);
}

static enum err open_journal(struct web_journal *journal) {
  enum err err = file_folder(journal->folder, 0700);
  if (err == ERR_NONE) err = lock_folder(journal);
  if (err != ERR_NONE) return err;
  journal->fd = open_file(journal->path, O_CREAT | O_APPEND);
  if (journal->fd < 0) return errno_note(journal->path);
  char *data = NULL;
  size_t bytes = 0;
  err = file_read(journal->path, WEB_JOURNAL_BYTES_MAX, &data, &bytes);
  if (err != ERR_NONE) return err;
  err = replay(journal, data, bytes);
  free(data);
  journal->was_new = journal->bytes == 0;
  if (err == ERR_NONE && journal->was_new && sync_folder(journal->folder) != 0) err = errno_note(journal->folder);
  return err;
}

enum err web_journal_open(uv_loop_t *loop, const char *folder, const struct web_journal_handlers *handlers, void *who,
                          struct web_journal **ret_journal) {
  if (strlen(folder) > PATH_BYTES - 64) return err_note(ERR_BAD_INPUT, "--data: the path is too long");
  struct web_journal *journal = calloc(1, sizeof *journal);
  assert(journal != NULL);
  *journal = (struct web_journal){.magic = MAGIC, .loop = loop, .handlers = *handlers, .who = who, .fd = -1, .lock_fd = -1};
  strncat(journal->folder, folder, PATH_BYTES - 1);
  (void)snprintf(journal->path, sizeof journal->path, "%.4000s/journal", folder);
  (void)snprintf(journal->lock_path, sizeof journal->lock_path, "%.4000s/lock", folder);
  list_clear(&journal->waiting);
  list_clear(&journal->group);
  enum err err = open_journal(journal);
  if (err != ERR_NONE) {
    close_files(journal);
    free(journal);
    return err;
  }
  int failed = uv_timer_init(loop, &journal->later);
  assert(!failed);
  journal->later.data = journal;
  *ret_journal = journal;
  return ERR_NONE;
}

struct web_journal *web_journal_free(struct web_journal *journal) {
  if (journal == NULL) return NULL;
  assert(journal->magic == MAGIC && !journal->ended);
  journal->ended = true;
  uv_timer_stop(&journal->later);
  if (!journal->writing && !journal->telling) finish(journal);
  return NULL;
}
