/* health.h: how the bot is: a small file that it writes while it runs, and what an operator is told of it. Counts and ids, no words of anybody's. */
#ifndef MENTORD_HEALTH_H
#define MENTORD_HEALTH_H

#include "bot/base/text.h"
#include "bot/edge/config.h"

enum { HEALTH_TROUBLES_MAX = 8, HEALTH_FRESH_MS = 6000, HEALTH_BYTES_MAX = 64 * 1024 };
enum health_level { HEALTH_WELL, HEALTH_CARE, HEALTH_DOWN, HEALTH_LEVEL_MAX_ }; /* the exit codes, too */

struct health_trouble {
  char tag[24];              /* as in the log */
  char say[400];             /* what is wrong, and what to do */
};

struct health {
  int64_t pid, at_ms, boot_ms;     /* boot_ms: since boot, never jumps: how old this is */
  int64_t started_ms, since_ms;    /* the process; the present state of serving */
  bool serving, stopped;           /* stopped: it ended as it was asked to */
  char scheme[80], fence[48];
  struct health_trouble troubles[HEALTH_TROUBLES_MAX];
  size_t trouble_count;
  /* up: the adapter is there; heard: so is its platform, in one workspace at least. */
  struct { char name[40]; bool up, heard; } links[CONFIG_LINKS_MAX];
  size_t link_count;
  int64_t commits, acks, outbox, waiting, free_bytes, set_aside_ms;
};

/* "<data>/health.json" */
void health_path(const struct config *config, char *ret_path, size_t bytes);
enum err health_write(const char *path, const struct health *health) MUST_CHECK;
/* ERR_GONE: no bot ever wrote one. ERR_BAD_INPUT: it is no such file. */
enum err health_read(const char *path, struct health *ret_health) MUST_CHECK;
void health_trouble(struct health *health, const char *tag, const char *say); /* one more; what does not fit is left out */

/* What is found on the machine beside the file. */
struct health_seen {
  int64_t now_ms, boot_ms;
  bool alive;                /* the process of health.pid is there, and is a mentord */
  bool supervised;           /* a `mentord up` runs on the data folder: it starts the bot again and again */
  const char *data;          /* the data folder */
  uint64_t free_bytes;
};
/* In plain sentences, one a line. `health` NULL: there is no file. */
enum health_level health_judge(const struct health *health, const struct health_seen *seen, struct text *ret_say);
/* The same for monitors, one JSON object: the judgement, then what the bot wrote, with its age. */
void health_json(const struct health *health, const struct health_seen *seen, struct text *ret_json);

#endif
