/* blackbox.c: what outlives a crash, in pages of a mapped file: they are the kernel's, and stay when the process is killed. */
#include "bot/edge/blackbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bot/base/random.h"

enum { SUSPECTS_MAX = 64 };
static const uint32_t MAGIC = 0x6d626231; /* "mbb1" */

struct suspect {
  uint8_t hash[STORE_EVENT_ID_BYTES];
  uint32_t deaths; /* 0: the place is free */
};

/* The file as it lies on the disk. A power cut may lose what was written last; then an event gets another two tries. */
struct page {
  uint32_t magic;
  uint32_t running; /* 1 while the event `now` is being handled */
  uint8_t now[STORE_EVENT_ID_BYTES];
  uint32_t next;    /* the place that is used again when all are taken */
  struct suspect suspects[SUSPECTS_MAX];
  int64_t alive_ms;
  uint8_t scheme[STORE_EVENT_ID_BYTES]; /* whose … */
  int64_t kept_seq;                     /* … turns so many were kept */
};

struct blackbox {
  struct page *page; /* mapped */
  char *scheme;      /* owned: the name whose hash stands in the page; NULL: nobody asked yet */
};

static struct suspect *find(const struct blackbox *blackbox, const uint8_t hash[STORE_EVENT_ID_BYTES]) {
  for (size_t i = 0; i < SUSPECTS_MAX; i++) {
    struct suspect *suspect = &blackbox->page->suspects[i];
    if (suspect->deaths > 0 && memcmp(suspect->hash, hash, STORE_EVENT_ID_BYTES) == 0) return suspect;
  }
  return NULL;
}

static struct suspect *new_suspect(struct blackbox *blackbox, const uint8_t hash[STORE_EVENT_ID_BYTES]) {
  struct suspect *suspect = &blackbox->page->suspects[blackbox->page->next % SUSPECTS_MAX];
  blackbox->page->next = (blackbox->page->next + 1) % SUSPECTS_MAX;
  suspect->deaths = 0;
  memcpy(suspect->hash, hash, STORE_EVENT_ID_BYTES);
  return suspect;
}

void blackbox_blame(struct blackbox *blackbox, const uint8_t event_hash[STORE_EVENT_ID_BYTES]) {
  if (blackbox == NULL) return;
  struct suspect *suspect = find(blackbox, event_hash);
  if (suspect == NULL) suspect = new_suspect(blackbox, event_hash);
  suspect->deaths++;
}

void blackbox_forget(struct blackbox *blackbox, const uint8_t event_hash[STORE_EVENT_ID_BYTES]) {
  struct suspect *suspect = blackbox == NULL ? NULL : find(blackbox, event_hash);
  if (suspect != NULL) suspect->deaths = 0;
}

bool blackbox_is(const struct blackbox *blackbox, const uint8_t event_hash[STORE_EVENT_ID_BYTES]) {
  const struct suspect *suspect = blackbox == NULL ? NULL : find(blackbox, event_hash);
  return suspect != NULL && suspect->deaths >= BLACKBOX_DEATHS;
}

void blackbox_begin(struct blackbox *blackbox, const uint8_t event_hash[STORE_EVENT_ID_BYTES]) {
  if (blackbox == NULL) return;
  memcpy(blackbox->page->now, event_hash, STORE_EVENT_ID_BYTES);
  __atomic_store_n(&blackbox->page->running, 1, __ATOMIC_SEQ_CST); /* the id stands there before the mark does */
}

void blackbox_end(struct blackbox *blackbox) {
  if (blackbox != NULL) __atomic_store_n(&blackbox->page->running, 0, __ATOMIC_SEQ_CST);
}

void blackbox_alive(struct blackbox *blackbox, int64_t now_ms) {
  if (blackbox != NULL) __atomic_store_n(&blackbox->page->alive_ms, now_ms, __ATOMIC_SEQ_CST);
}

int64_t blackbox_last_alive(const struct blackbox *blackbox) {
  return blackbox == NULL ? 0 : blackbox->page->alive_ms;
}

/* ---- what was kept ---- */
static char *copy_of(const char *scheme) {
  char *copy = strdup(scheme);
  assert(copy != NULL);
  return copy;
}

static bool is_of(struct blackbox *blackbox, const char *scheme) {
  uint8_t hash[HASH_BYTES];
  if (blackbox->scheme != NULL) return strcmp(blackbox->scheme, scheme) == 0;
  hash_bytes(NULL, scheme, strlen(scheme), hash);
  bool same = memcmp(hash, blackbox->page->scheme, sizeof blackbox->page->scheme) == 0;
  if (same) blackbox->scheme = copy_of(scheme);
  return same;
}

static void begin_scheme(struct blackbox *blackbox, const char *scheme) {
  free(blackbox->scheme);
  blackbox->scheme = copy_of(scheme);
  hash_bytes(NULL, scheme, strlen(scheme), blackbox->page->scheme);
}

void blackbox_keep(struct blackbox *blackbox, const char *scheme, int64_t seq) {
  if (blackbox == NULL || seq <= blackbox_kept(blackbox, scheme)) return;
  if (!is_of(blackbox, scheme)) begin_scheme(blackbox, scheme);
  __atomic_store_n(&blackbox->page->kept_seq, seq, __ATOMIC_SEQ_CST);
}

int64_t blackbox_kept(struct blackbox *blackbox, const char *scheme) {
  return blackbox != NULL && is_of(blackbox, scheme) ? blackbox->page->kept_seq : 0;
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

enum err blackbox_open(const char *path, struct blackbox **ret_blackbox) {
  struct page *page = NULL;
  enum err err = map_file(path, &page);
  if (err != ERR_NONE) return err;
  struct blackbox *blackbox = calloc(1, sizeof *blackbox);
  assert(blackbox != NULL);
  blackbox->page = page;
  if (page->magic != MAGIC) memset(page, 0, sizeof *page);
  page->magic = MAGIC;
  if (page->running == 1) blackbox_blame(blackbox, page->now);
  page->running = 0;
  *ret_blackbox = blackbox;
  return ERR_NONE;
}

struct blackbox *blackbox_free(struct blackbox *blackbox) {
  if (blackbox == NULL) return NULL;
  (void)munmap(blackbox->page, sizeof *blackbox->page);
  free(blackbox->scheme);
  free(blackbox);
  return NULL;
}
