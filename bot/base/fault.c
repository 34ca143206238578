/* fault.c: counts the passings of the named points and ends the process where a test wished it. */
#include "bot/base/fault.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bot/base/base.h"

static enum fault chosen = FAULT_MAX_;
static _Atomic unsigned long passings_left;
static struct fault_row *board; /* owned, until the process ends; NULL: there is none */

static enum fault fault_named(const char *name, size_t length) {
#define FAULT_AS_NAME(name, help) #name,
  static const char *const names[] = {FAULT_LIST(FAULT_AS_NAME)};
#undef FAULT_AS_NAME
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (strlen(names[i]) == length && strncmp(names[i], name, length) == 0) return (enum fault)i;
  return FAULT_MAX_;
}

/* A wish that cannot come true must not pass for a point that was never reached: the test that misspells it dies. */
static void refuse(const char *variable, const char *wish, const char *why) {
  fprintf(stderr, "%s=%s %s\n", variable, wish, why);
  abort();
}

static void choose(const char *wish) {
  size_t length = strcspn(wish, ":");
  char *end = NULL;
  chosen = fault_named(wish, length);
  passings_left = wish[length] == ':' ? strtoul(wish + length + 1, &end, 10) : 1;
  if (chosen == FAULT_MAX_ || passings_left == 0 || (end != NULL && *end != '\0'))
    refuse("MENTORD_FAULT", wish, "names no fault point (name, or name:passing)");
}

static void open_board(const char *path) {
  size_t bytes = FAULT_MAX_ * sizeof(struct fault_row);
  struct stat info;
  int file = open(path, O_RDWR | O_CLOEXEC);
  bool fits = file >= 0 && fstat(file, &info) == 0 && (size_t)info.st_size == bytes;
  void *rows = fits ? mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : MAP_FAILED;
  if (file >= 0) (void)close(file);
  if (rows == MAP_FAILED) refuse("MENTORD_FAULT_BOARD", path, "is no board with a row for each fault point");
  board = rows;
}

static void ask_environment(void) {
  const char *wish = getenv("MENTORD_FAULT"), *path = getenv("MENTORD_FAULT_BOARD");
  if (wish != NULL && *wish != '\0') choose(wish);
  if (path != NULL && *path != '\0') open_board(path);
}

/* True for the one passing that was wished for, whichever process and thread makes it. */
static bool strikes(struct fault_row *row) {
  uint32_t left = row->left;
  while (left > 0 && !atomic_compare_exchange_weak(&row->left, &left, left - 1)) continue;
  row->passings++;
  return left == 1;
}

void fault_point(enum fault fault) {
  static pthread_once_t once = PTHREAD_ONCE_INIT; /* workers pass points too */
  (void)pthread_once(&once, ask_environment);
  if (board != NULL && strikes(&board[fault])) {
    board[fault].deaths++;
    (void)kill(getpid(), SIGKILL);
  }
  if (fault == chosen && --passings_left == 0) (void)kill(getpid(), SIGKILL);
}
