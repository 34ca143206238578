/* season_log.c: takes the place of bot/base/log.c in a season: what is logged is searched, and what tells of a bug of ours ends the season. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bot/base/log.h"
#include "tests/season/season_log.h"

static struct season *listener;

void season_log_to(struct season *season) {
  listener = season;
}

static bool tells_of_a_bug(enum log_tag tag) {
  return tag == LOG_trouble || tag == LOG_record_bad || tag == LOG_vault_closed || tag == LOG_config_bad;
}

void log_line(enum log_tag tag, const char *fmt, ...) {
  char line[2048];
  va_list args;
  va_start(args, fmt);
  (void)vsnprintf(line, sizeof line, fmt, args);
  va_end(args);
  if (listener == NULL) return;
  if (listener->verbose) (void)fprintf(stderr, "log %d %s\n", (int)tag, line);
  checks_plain(listener, "a log line", line, strlen(line));
  check(listener, CHECK_audit_no_words, strstr(line, "zq") == NULL, "%s", line);
  check(listener, CHECK_turn_bounded, !tells_of_a_bug(tag), "%s", line);
}

void log_process(const char *name) {
  (void)name;
}

void log_manual(void (*each)(const char *name, const char *level, const char *help)) {
  (void)each;
}
