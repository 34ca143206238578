/* tools_health.c: `mentord health`: reads what the bot wrote, looks whether it is still there, and says how it is. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/clock.h"
#include "bot/base/file.h"
#include "bot/edge/health.h"
#include "bot/edge/tools.h"

enum { PATH_BYTES = 300, NAME_BYTES = 64 };

/* The number may belong to somebody else by now, an adapter of ours among them. Where other users' processes are hidden, being
 * there must do. */
static bool is_alive(int64_t pid) {
  char path[64], *name = NULL;
  size_t bytes;
  if (pid <= 0) return false;
  if (kill((pid_t)pid, 0) != 0 && errno == ESRCH) return false;
  (void)snprintf(path, sizeof path, "/proc/%lld/comm", (long long)pid);
  if (file_read(path, NAME_BYTES, &name, &bytes) != ERR_NONE) {
    err_note_clear();
    return true;
  }
  bool ours = strcmp(name, "mentord\n") == 0;
  free(name);
  return ours;
}

/* Its number stands in its lock. */
static bool is_supervised(const struct config *config) {
  char path[PATH_BYTES], *number = NULL;
  size_t bytes;
  (void)snprintf(path, sizeof path, "%s/up.lock", config->data);
  if (file_read(path, NAME_BYTES, &number, &bytes) != ERR_NONE) {
    err_note_clear();
    return false;
  }
  bool is = is_alive(strtoll(number, NULL, 10));
  free(number);
  return is;
}

int tools_health(const struct config *config, bool json) {
  CLEANUP(text_done) struct text say;
  char path[PATH_BYTES];
  struct health health, *found = &health;
  struct health_seen seen = {.now_ms = clock_wall_ms(), .boot_ms = clock_boot_ms(), .data = config->data, .free_bytes = UINT64_MAX};
  text_init(&say, 2 * HEALTH_BYTES_MAX);
  health_path(config, path, sizeof path);
  enum err err = health_read(path, &health);
  if (err == ERR_GONE) {
    found = NULL;
  } else if (err != ERR_NONE) {
    (void)fprintf(stderr, "mentord: %s. Run this as the user that the bot runs as.\n", err_note_text());
    return HEALTH_DOWN;
  }
  if (file_free_bytes(config->data, &seen.free_bytes) != ERR_NONE) err_note_clear(); /* it only makes one sentence better */
  seen.alive = found != NULL && is_alive(found->pid);
  seen.supervised = is_supervised(config);
  enum health_level level = health_judge(found, &seen, &say);
  if (json) {
    text_clear(&say);
    health_json(found, &seen, &say);
  }
  (void)printf("%s%s", text_str(&say), json ? "\n" : "");
  return (int)level;
}
