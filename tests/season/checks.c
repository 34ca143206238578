/* checks.c: the table of checks, how often each was made, and how a broken one ends the season. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "bot/base/zone.h"
#include "tests/season/watching.h"

static const struct {
  const char *name, *what;
} rows[CHECK_MAX_] = {
#define AS_ROW(name, what) [CHECK_##name] = {#name, what},
    CHECK_LIST(AS_ROW)
#undef AS_ROW
};
static int64_t made[CHECK_MAX_];

static void print_when(const struct season *season) {
  struct civil when = zone_civil("Europe/London", season->now_ms);
  (void)fprintf(stderr, "season: seed %llu, week %lld (%04d-%02d-%02d %02d:%02d in London), turn %lld, event %s\n", (unsigned long long)season->seed,
                (long long)((season->now_ms - season->start_ms) / WEEK_MS + 1), when.year, when.month, when.day, when.hour, when.minute,
                (long long)season->turns, season->running == NULL ? "of the bot's own" : season->running->what);
}

void check(struct season *season, enum check which, bool holds, const char *fmt, ...) {
  va_list args;
  made[which]++;
  if (holds) return;
  print_when(season);
  (void)fprintf(stderr, "season: broken: %s (%s)\nseason: ", rows[which].name, rows[which].what);
  va_start(args, fmt);
  (void)vfprintf(stderr, fmt, args);
  va_end(args);
  (void)fprintf(stderr, "\nseason: repeat with: make season SEED=%llu\n", (unsigned long long)season->seed);
  exit(1);
}

int64_t checks_made(enum check which) {
  return made[which];
}

const char *checks_name(enum check which) {
  return rows[which].name;
}

struct watching *checks_new(void) {
  struct watching *watching = calloc(1, sizeof *watching);
  assert(watching != NULL);
  watching->states = map_new();
  watching->sent_rows = map_new();
  watching->kept_rows = map_new();
  watching->orders = map_new();
  watching->went = map_new();
  watching->arena = arena_new(64 << 20);
  return watching;
}

struct watching *checks_free(struct watching *watching) {
  (void)map_free(watching->states, NULL);
  (void)map_free(watching->sent_rows, NULL);
  (void)map_free(watching->kept_rows, NULL);
  (void)map_free(watching->went, NULL);
  (void)map_free(watching->orders, free);
  (void)arena_free(watching->arena);
  (void)snapshot_free(watching->snapshot);
  free(watching);
  return NULL;
}
