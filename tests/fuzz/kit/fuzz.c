/* fuzz.c: the feed, the file in memory, and a log that is written nowhere. */
#include "tests/fuzz/kit/fuzz.h"

#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bot/base/log.h"
#include "bot/base/text.h"

/* ---- the feed ---- */
unsigned feed_byte(struct feed *feed) {
  if (feed->left == 0) return 0;
  feed->left--;
  return (unsigned char)*feed->at++;
}

struct piece feed_until(struct feed *feed, char end) {
  const char *found = feed->left == 0 ? NULL : memchr(feed->at, end, feed->left);
  struct piece piece = {feed->at, found == NULL ? feed->left : (size_t)(found - feed->at)};
  size_t taken = piece.bytes + (found == NULL ? 0 : 1);
  if (taken > 0) feed->at += taken;
  feed->left -= taken;
  return piece;
}

const char *piece_text(struct piece piece, struct arena *arena) {
  if (piece.bytes == 0) return "";
  return text_utf8_valid(piece.data, piece.bytes) ? arena_text_n(arena, piece.data, piece.bytes) : NULL;
}

/* ---- a file ---- */
const char *fuzz_file(const uint8_t *data, size_t bytes) {
  static int file = -1;
  static char path[40];
  if (file < 0) file = memfd_create("fuzz", MFD_CLOEXEC);
  FUZZ_MUST(file >= 0, "no file in memory");
  FUZZ_MUST(ftruncate(file, 0) == 0 && pwrite(file, data, bytes, 0) == (ssize_t)bytes, "%zu bytes", bytes);
  (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  return path;
}

/* ---- instead of bot/base/log.c: what is logged is put together, so that its arguments are read, and forgotten ---- */
void log_line(enum log_tag tag, const char *fmt, ...) {
  static char forgotten[4096];
  va_list list;
  (void)tag;
  va_start(list, fmt);
  (void)vsnprintf(forgotten, sizeof forgotten, fmt, list);
  va_end(list);
}

void log_process(const char *name) {
  (void)name;
}

void log_manual(void (*each)(const char *name, const char *level, const char *help)) {
  (void)each;
}
