/* log.c: builds one record and hands it to stderr in a single write, so that processes never mix inside a line. */
#include "bot/base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <unistd.h>

#include "bot/base/clock.h"

/* A write of at most PIPE_BUF (4096) bytes into a pipe is atomic. */
enum { RAW_BYTES = 2048, LINE_BYTES = 4096, CUT_BYTES = 8 };

struct line {
  char data[LINE_BYTES];
  size_t length;
  bool cut;
};

static const struct {
  const char *name;
  enum log_level level;
  const char *help;
} tags[] = {
#define LOG_AS_ROW(name, level, help) {#name, LOG_##level, help},
    LOG_LIST(LOG_AS_ROW)
#undef LOG_AS_ROW
};

static const char *const levels[] = {[LOG_INFO] = "INFO", [LOG_WARN] = "WARN", [LOG_ERROR] = "ERROR"};

static const char *process;

void log_process(const char *name) {
  process = name;
}

/* Whole pieces only, and always with room for the mark of a cut and the end of the line. */
static void line_add(struct line *line, const char *piece, size_t bytes) {
  if (line->cut || bytes > LINE_BYTES - CUT_BYTES - line->length) {
    line->cut = true;
    return;
  }
  for (size_t i = 0; i < bytes; i++) line->data[line->length++] = piece[i];
}

static void line_head(struct line *line, enum log_tag tag) {
  int64_t now_ms = clock_wall_ms();
  time_t now_s = (time_t)(now_ms / 1000);
  struct tm utc;
  char head[256], second[40] = "";
  gmtime_r(&now_s, &utc);
  strftime(second, sizeof second, "%Y-%m-%dT%H:%M:%S", &utc);
  const char *who = process == NULL ? program_invocation_short_name : process;
  int length = snprintf(head, sizeof head, "%s.%03dZ %s %.64s %s", second, (int)(now_ms % 1000), levels[tags[tag].level],
                        who, tags[tag].name);
  line_add(line, head, (size_t)length);
}

/* Besides controls: line ends that only Unicode knows, and marks that turn the reading direction in a terminal. */
static bool hidden(UChar32 c) {
  int8_t type = u_charType(c);
  return type == U_CONTROL_CHAR || type == U_FORMAT_CHAR || type == U_LINE_SEPARATOR || type == U_PARAGRAPH_SEPARATOR;
}

static void line_add_hidden(struct line *line, UChar32 c, const char *bytes, size_t count) {
  char shown[16];
  if (c > 0xff) {
    line_add(line, shown, (size_t)snprintf(shown, sizeof shown, "\\u%04x", (unsigned)c));
    return;
  }
  if (c >= 0) {
    line_add(line, shown, (size_t)snprintf(shown, sizeof shown, "\\x%02x", (unsigned)c));
    return;
  }
  for (size_t i = 0; i < count; i++)
    line_add(line, shown, (size_t)snprintf(shown, sizeof shown, "\\x%02x", (unsigned)(unsigned char)bytes[i]));
}

static void line_add_visible(struct line *line, const char *raw, size_t bytes) {
  for (size_t at = 0; at < bytes;) {
    size_t start = at;
    UChar32 c;
    U8_NEXT(raw, at, bytes, c);
    if (c >= 0 && !hidden(c)) line_add(line, raw + start, at - start);
    else line_add_hidden(line, c, raw + start, at - start);
  }
}

static void line_write(struct line *line) {
  static const char mark[] = " …";
  if (line->cut)
    for (size_t i = 0; i + 1 < sizeof mark; i++) line->data[line->length++] = mark[i];
  line->data[line->length++] = '\n';
  ssize_t written;
  do written = write(STDERR_FILENO, line->data, line->length);
  while (written < 0 && errno == EINTR);
}

void log_line(enum log_tag tag, const char *fmt, ...) {
  assert((unsigned)tag < LOG_TAG_MAX_);
  int errno_before = errno;
  struct line line = {.length = 0};
  char raw[RAW_BYTES];
  va_list args;
  va_start(args, fmt);
  int length = vsnprintf(raw, sizeof raw, fmt, args);
  va_end(args);
  assert(length >= 0);
  size_t kept = (size_t)length < sizeof raw ? (size_t)length : sizeof raw - 1;
  line_head(&line, tag);
  if (kept > 0) line_add(&line, " ", 1);
  if (kept < (size_t)length) U8_TRUNCATE_IF_INCOMPLETE(raw, 0, kept);
  line_add_visible(&line, raw, kept);
  line.cut |= kept < (size_t)length;
  line_write(&line);
  errno = errno_before;
}

const char *log_tag_name(enum log_tag tag) {
  assert((unsigned)tag < LOG_TAG_MAX_);
  return tags[tag].name;
}

void log_manual(void (*each)(const char *name, const char *level, const char *help)) {
  for (size_t i = 0; i < ARRAY_LEN(tags); i++) each(tags[i].name, levels[tags[i].level], tags[i].help);
}
