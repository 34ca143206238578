/* fault.c: counts the passings of the one named point and ends the process there. */
#include "bot/base/fault.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bot/base/base.h"

static bool asked;
static enum fault chosen = FAULT_MAX_;
static unsigned long passings_left;

static enum fault fault_named(const char *name, size_t length) {
#define FAULT_AS_NAME(name, help) #name,
  static const char *const names[] = {FAULT_LIST(FAULT_AS_NAME)};
#undef FAULT_AS_NAME
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (strlen(names[i]) == length && strncmp(names[i], name, length) == 0) return (enum fault)i;
  return FAULT_MAX_;
}

/* A name nobody knows must not pass for a point that was never reached: the test that misspells it dies. */
static void refuse(const char *wish) {
  fprintf(stderr, "MENTORD_FAULT=%s names no fault point (name, or name:passing)\n", wish);
  abort();
}

static void ask_environment(void) {
  asked = true;
  const char *wish = getenv("MENTORD_FAULT");
  if (wish == NULL || *wish == '\0') return;
  size_t length = strcspn(wish, ":");
  char *end = NULL;
  chosen = fault_named(wish, length);
  passings_left = wish[length] == ':' ? strtoul(wish + length + 1, &end, 10) : 1;
  if (chosen == FAULT_MAX_ || passings_left == 0 || (end != NULL && *end != '\0')) refuse(wish);
}

/* Every death leaves a byte in the file; once there are `deaths` of them, the point is passed like any other place. */
static bool may_die(void) {
  const char *path = getenv("MENTORD_FAULT_FILE"), *deaths = getenv("MENTORD_FAULT_DEATHS");
  if (path == NULL) return true;
  long most = deaths == NULL ? 1 : strtol(deaths, NULL, 10);
  int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  bool may = file >= 0 && lseek(file, 0, SEEK_END) < most && write(file, "x", 1) == 1;
  if (file >= 0) (void)close(file);
  return may;
}

void fault_point(enum fault fault) {
  if (!asked) ask_environment();
  if (fault != chosen || fault == FAULT_MAX_) return;
  passings_left--;
  if (passings_left == 0 && may_die()) kill(getpid(), SIGKILL);
}
