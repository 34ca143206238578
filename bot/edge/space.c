/* space.c: asks the disk, compares with the floor, keeps and gives up the reserve. */
#include "bot/edge/space.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bot/base/file.h"
#include "bot/base/log.h"

enum { HARD_PART = 4, RESERVE_PART = 16, FULL_PART = 32, MB_SHIFT = 20 };

void space_init(struct space *space, const struct config *config) {
  memset(space, 0, sizeof *space);
  bool is_private = config->redis_socket == NULL;
  (void)snprintf(space->folders[0], sizeof space->folders[0], "%s", config->data);
  (void)snprintf(space->folders[1], sizeof space->folders[1], "%s/redis", config->data);
  space->folder_count = is_private ? 2 : 1;
  (void)snprintf(space->reserve, sizeof space->reserve, "%s/reserve", space->folders[space->folder_count - 1]);
  space->floor_bytes = (uint64_t)config->free_mb << MB_SHIFT;
}

/* The folder with the least room. A folder that is not there yet does not count. */
static const char *fullest(struct space *space) {
  const char *found = space->folders[0];
  uint64_t least = UINT64_MAX, bytes;
  for (size_t i = 0; i < space->folder_count; i++) {
    if (file_free_bytes(space->folders[i], &bytes) != ERR_NONE || bytes >= least) continue;
    least = bytes;
    found = space->folders[i];
  }
  err_note_clear();
  space->free_bytes = least;
  return found;
}

/* A state is left with a tenth more than it is entered with: no coming and going. */
static enum space_state judge(const struct space *space) {
  uint64_t floor = space->floor_bytes, hard = space->floor_bytes / HARD_PART;
  if (space->state >= SPACE_SCARCE) floor += floor / 10;
  if (space->state == SPACE_NONE) hard += hard / 10;
  if (space->free_bytes < hard) return SPACE_NONE;
  return space->free_bytes < floor ? SPACE_SCARCE : SPACE_ENOUGH;
}

static void say(struct space *space, const char *folder) {
  static const char *const what[] = {[SPACE_SCARCE] = "Lists and calls are refused; everybody is still answered", [SPACE_NONE] = "Nobody is served"};
  space->say[0] = '\0';
  if (space->state == SPACE_ENOUGH) return;
  unsigned long long wanted = (space->floor_bytes >> MB_SHIFT) / (space->state == SPACE_NONE ? HARD_PART : 1);
  (void)snprintf(space->say, sizeof space->say, "The disk under %.200s is nearly full: less than %llu MB are free. %s until there are %llu MB. Make room there.",
                 folder, wanted, what[space->state], wanted + wanted / 10 + 1);
}

static void make_reserve(const struct space *space) {
  if (access(space->reserve, F_OK) == 0) return;
  int file = open(space->reserve, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return; /* the folder is not there yet, or not ours: the reserve is a help, not a need */
  int failed = posix_fallocate(file, 0, (off_t)(space->floor_bytes / RESERVE_PART));
  (void)close(file);
  if (failed != 0) (void)unlink(space->reserve);
}

void space_look(struct space *space) {
  enum space_state before = space->state;
  const char *folder = fullest(space);
  space->state = judge(space);
  if (space->state != before) {
    say(space, folder);
    log_line(LOG_space, "free_mb=%llu note=\"%s\"", (unsigned long long)(space->free_bytes >> MB_SHIFT),
             space->state == SPACE_ENOUGH ? "There is room again." : space->say);
  }
  if (space->state == SPACE_ENOUGH) make_reserve(space);
  if (space->free_bytes < space->floor_bytes / FULL_PART) (void)unlink(space->reserve); /* ignoring: mostly it is gone already */
}

enum err space_check(const struct config *config) {
  struct space space;
  space_init(&space, config);
  const char *folder = fullest(&space);
  space.state = judge(&space);
  say(&space, folder);
  return space.state == SPACE_ENOUGH ? ERR_NONE : err_note(ERR_LIMITED, "%s Nothing was changed.", space.say);
}
