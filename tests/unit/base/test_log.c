/* test_log.c: what a record looks like on stderr, whatever its values hold. */
#include "bot/base/log.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bot/base/text.h"

static char shown[8192];
static int pipe_fds[2], stderr_kept;

static void catch_begin(void) {
  cr_assert_eq(pipe2(pipe_fds, O_NONBLOCK), 0);
  stderr_kept = dup(STDERR_FILENO);
  dup2(pipe_fds[1], STDERR_FILENO);
}

/* What came in one read, without the date in front. */
static const char *catch_end(void) {
  ssize_t got = read(pipe_fds[0], shown, sizeof shown - 1);
  dup2(stderr_kept, STDERR_FILENO);
  close(stderr_kept);
  close(pipe_fds[0]);
  close(pipe_fds[1]);
  cr_assert_gt(got, 25);
  shown[got] = '\0';
  return shown + 25;
}

static void begin(void) {
  log_process("mentord");
}

TestSuite(log, .init = begin);

Test(log, line_has_tag_and_pairs) {
  catch_begin();
  log_line(LOG_link_up, "link=%s", "web");
  cr_assert_str_eq(catch_end(), "INFO mentord link_up link=web\n");
}

Test(log, line_begins_with_a_utc_time) {
  static const char shape[] = "dddd-dd-ddTdd:dd:dd.dddZ ";
  catch_begin();
  log_line(LOG_ready, "x=1");
  (void)catch_end();
  for (size_t i = 0; shape[i] != '\0'; i++) {
    bool good = shape[i] == 'd' ? isdigit((unsigned char)shown[i]) : shown[i] == shape[i];
    cr_assert(good, "place %zu of %s", i, shown);
  }
}

Test(log, level_comes_from_the_tag) {
  catch_begin();
  log_line(LOG_link_down, "wait_ms=%d", 5);
  cr_assert_str_eq(catch_end(), "WARN mentord link_down wait_ms=5\n");
  catch_begin();
  log_line(LOG_trouble, "%s", "");
  cr_assert_str_eq(catch_end(), "ERROR mentord trouble\n");
}

Test(log, values_cannot_forge_a_line_or_steer_a_terminal) {
  catch_begin();
  log_line(LOG_trouble, "note=%s", "a\nb\r\t\x1b[2J\x7f\xc2\x85\xe2\x80\xa8\xe2\x80\xae\xff é");
  cr_assert_str_eq(catch_end(), "ERROR mentord trouble note=a\\x0ab\\x0d\\x09\\x1b[2J\\x7f\\x85\\u2028\\u202e\\xff é\n");
}

static void check_long(const char *unit) {
  CLEANUP(text_done) struct text text;
  text_init(&text, 20000);
  while (!text.full) text_add(&text, unit);
  catch_begin();
  log_line(LOG_trouble, "note=%s", text_str(&text));
  const char *line = catch_end();
  cr_assert_leq(strlen(shown), 4096);
  cr_assert(text_utf8_valid(line, strlen(line)));
  cr_assert_eq(strchr(line, '\n'), line + strlen(line) - 1);
  cr_assert_not_null(strstr(line, " …\n"));
  if (*unit != '\n') cr_assert_null(strchr(line, '\\'), "a character was cut in two");
}

Test(log, long_line_is_cut_and_says_so) {
  check_long("a");
  check_long("€");
  check_long("x😀");
  check_long("\n"); /* grows fourfold when made visible */
}

Test(log, a_closed_stderr_is_nobodys_trouble) {
  int kept = dup(STDERR_FILENO);
  close(STDERR_FILENO);
  errno = ENOENT;
  log_line(LOG_trouble, "note=%s", "x");
  int errno_after = errno;
  dup2(kept, STDERR_FILENO);
  close(kept);
  cr_assert_eq(errno_after, ENOENT);
}

static size_t rows, rows_whole;

static void see_row(const char *name, const char *level, const char *help) {
  rows++;
  bool known = strcmp(level, "INFO") == 0 || strcmp(level, "WARN") == 0 || strcmp(level, "ERROR") == 0;
  rows_whole += *name != '\0' && known && *help != '\0';
}

Test(log, what_others_can_bring_about_is_rationed_and_said_so) {
  struct log_ration ration = {0};
  int let = 0;
  catch_begin();
  for (int i = 0; i < 1000; i++) let += log_may(&ration, LOG_link_notice, 5000 + i);
  const char *said = catch_end();
  cr_assert_eq(let, LOG_RATION);
  const char *left = strstr(said, "tag=link_notice");
  cr_assert_not_null(left, "%s", said);
  cr_assert_null(strstr(left + 1, "tag=link_notice"), "once");
  cr_assert(log_may(&ration, LOG_link_notice, 65000), "the next minute has its own");
}

Test(log, manual_shows_every_tag) {
  log_manual(see_row);
  cr_assert_eq(rows, LOG_TAG_MAX_);
  cr_assert_eq(rows_whole, rows);
}
