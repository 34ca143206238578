/* poison.c: which event was being handled when this process died: a small mapped file that outlives the crash. */
#include "bot/edge/poison.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SUSPECTS_MAX = 64 };
static const uint32_t MAGIC = 0x6d706f31; /* "mpo1" */

struct suspect {
  uint8_t hash[STORE_EVENT_ID_BYTES];
  uint32_t deaths; /* 0: the place is free */
};

/* The file as it lies on the disk. Pages of a mapped file are the kernel's: they stay when the process is killed. A power
 * cut may lose them; then an event gets another two tries. */
struct page {
  uint32_t magic;
  uint32_t running; /* 1 while the event `now` is being handled */
  uint8_t now[STORE_EVENT_ID_BYTES];
  uint32_t next;    /* the place that is used again when all are taken */
  struct suspect suspects[SUSPECTS_MAX];
};

struct poison {
  struct page *page; /* mapped */
};

static struct suspect *find(const struct poison *poison, const uint8_t hash[STORE_EVENT_ID_BYTES]) {
  for (size_t i = 0; i < SUSPECTS_MAX; i++) {
    struct suspect *suspect = &poison->page->suspects[i];
    if (suspect->deaths > 0 && memcmp(suspect->hash, hash, STORE_EVENT_ID_BYTES) == 0) return suspect;
  }
  return NULL;
}

static struct suspect *new_suspect(struct poison *poison, const uint8_t hash[STORE_EVENT_ID_BYTES]) {
  struct suspect *suspect = &poison->page->suspects[poison->page->next % SUSPECTS_MAX];
  poison->page->next = (poison->page->next + 1) % SUSPECTS_MAX;
  suspect->deaths = 0;
  memcpy(suspect->hash, hash, STORE_EVENT_ID_BYTES);
  return suspect;
}

void poison_blame(struct poison *poison, const uint8_t event_hash[STORE_EVENT_ID_BYTES]) {
  if (poison == NULL) return;
  struct suspect *suspect = find(poison, event_hash);
  if (suspect == NULL) suspect = new_suspect(poison, event_hash);
  suspect->deaths++;
}

void poison_forget(struct poison *poison, const uint8_t event_hash[STORE_EVENT_ID_BYTES]) {
  struct suspect *suspect = poison == NULL ? NULL : find(poison, event_hash);
  if (suspect != NULL) suspect->deaths = 0;
}

bool poison_is(const struct poison *poison, const uint8_t event_hash[STORE_EVENT_ID_BYTES]) {
  const struct suspect *suspect = poison == NULL ? NULL : find(poison, event_hash);
  return suspect != NULL && suspect->deaths >= POISON_DEATHS;
}

void poison_begin(struct poison *poison, const uint8_t event_hash[STORE_EVENT_ID_BYTES]) {
  if (poison == NULL) return;
  memcpy(poison->page->now, event_hash, STORE_EVENT_ID_BYTES);
  __atomic_store_n(&poison->page->running, 1, __ATOMIC_SEQ_CST); /* the id stands there before the mark does */
}

void poison_end(struct poison *poison) {
  if (poison != NULL) __atomic_store_n(&poison->page->running, 0, __ATOMIC_SEQ_CST);
}

/* ---- the file ---- */
static enum err map_file(const char *path, struct page **ret_page) {
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return err_note(ERR_DENIED, "%s cannot be opened: %s", path, strerror(errno));
  int trouble = posix_fallocate(file, 0, sizeof(struct page)); /* or a full disk would kill us at the first write */
  void *page = trouble != 0 ? MAP_FAILED : mmap(NULL, sizeof(struct page), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  (void)close(file);
  if (page == MAP_FAILED) return err_note(ERR_LIMITED, "%s cannot be used: %s", path, strerror(trouble != 0 ? trouble : errno));
  *ret_page = page;
  return ERR_NONE;
}

enum err poison_open(const char *path, struct poison **ret_poison) {
  struct page *page = NULL;
  enum err err = map_file(path, &page);
  if (err != ERR_NONE) return err;
  struct poison *poison = calloc(1, sizeof *poison);
  assert(poison != NULL);
  poison->page = page;
  if (page->magic != MAGIC) memset(page, 0, sizeof *page);
  page->magic = MAGIC;
  if (page->running == 1) poison_blame(poison, page->now);
  page->running = 0;
  *ret_poison = poison;
  return ERR_NONE;
}

struct poison *poison_free(struct poison *poison) {
  if (poison == NULL) return NULL;
  (void)munmap(poison->page, sizeof *poison->page);
  free(poison);
  return NULL;
}
