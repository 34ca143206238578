/* test_web_journal.c: order, one fsync for many, the torn tail, the lock, and starting over, on a loop of the test's own. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stage.h"

static uv_loop_t loop;
static struct text told, replayed;
static size_t told_count, stop_after;
static struct web_journal *journal;

static void end_journal(void) {
  journal = web_journal_free(journal);
}

static enum err on_replay(void *who, const char *line, size_t bytes) {
  if (bytes == 3 && memcmp(line, "bad", 3) == 0) return ERR_BAD_INPUT;
  text_add_n(&replayed, line, bytes);
  text_add(&replayed, "|");
  return ERR_NONE;
}

static void on_durable(void *who, const char *line, size_t bytes, uint64_t tag) {
  text_add_n(&told, line, bytes);
  text_addf(&told, "#%d|", (int)tag);
  told_count++;
  if (told_count == stop_after) end_journal();
}

static void on_failed(void *who, const char *why) {
  text_addf(&told, "failed|");
  end_journal();
}

static enum err reopen(void) {
  static const struct web_journal_handlers handlers = {on_replay, on_durable, on_failed};
  text_clear(&replayed);
  err_note_clear();
  return web_journal_open(&loop, stage_path("data"), &handlers, NULL, &journal);
}

static void run_to_end(void) {
  cr_assert_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
}

static void begin(void) {
  stage_begin();
  uv_loop_init(&loop);
  text_init(&told, 1 << 20);
  text_init(&replayed, 1 << 20);
  told_count = stop_after = 0;
  cr_assert_eq(reopen(), ERR_NONE, "%s", err_note_text());
}

static void end(void) {
  if (journal != NULL) end_journal();
  run_to_end();
  cr_expect_eq(uv_loop_close(&loop), 0);
  text_done(&told);
  text_done(&replayed);
  stage_end();
}

TestSuite(web_journal, .init = begin, .fini = end);

static void append(const char *text) {
  FILE *file = fopen(stage_path("data/journal"), "a");
  cr_assert_not_null(file);
  fputs(text, file);
  fclose(file);
}

static off_t file_bytes(void) {
  struct stat info;
  cr_assert_eq(stat(stage_path("data/journal"), &info), 0);
  return info.st_size;
}

/* Writes these lines, waits until all are told, and closes. */
static void write_lines(const char *const *lines, size_t count) {
  stop_after = told_count + count;
  for (size_t i = 0; i < count; i++) web_journal_add(journal, lines[i], i);
  run_to_end();
}

Test(web_journal, tells_in_order_and_replays) {
  const char *lines[] = {"one\n", "two\n", "three\n"};
  cr_assert(web_journal_is_new(journal));
  write_lines(lines, ARRAY_LEN(lines));
  cr_assert_str_eq(text_str(&told), "one#0|two#1|three#2|");
  cr_assert_eq(reopen(), ERR_NONE);
  cr_assert(!web_journal_is_new(journal));
  cr_assert_str_eq(text_str(&replayed), "one|two|three|");
}

Test(web_journal, nothing_is_told_before_the_loop_ran) {
  web_journal_add(journal, "one\n", 0);
  cr_assert_eq(told_count, 0);
}

Test(web_journal, its_folder_is_for_us_alone) {
  struct stat info;
  cr_assert_eq(stat(stage_path("data"), &info), 0);
  cr_assert_eq(info.st_mode & 0777, 0700);
  cr_assert_eq(stat(stage_path("data/journal"), &info), 0);
  cr_assert_eq(info.st_mode & 0777, 0600);
}

Test(web_journal, a_torn_tail_is_cut) {
  static const struct { const char *tail, *kept; } rows[] = {
      {"", "one|"}, {"thr", "one|"}, {"bad\n", "one|"}, {"bad", "one|"}, {"two\nbad\n", "one|two|"}, {"two\nfo", "one|two|"}, {"\n", "one||"},
  };
  const char *lines[] = {"one\n"};
  write_lines(lines, 1);
  off_t whole = file_bytes();
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    cr_assert_eq(truncate(stage_path("data/journal"), whole), 0);
    append(rows[i].tail);
    cr_assert_eq(reopen(), ERR_NONE, "row %zu: %s", i, err_note_text());
    cr_expect_str_eq(text_str(&replayed), rows[i].kept, "row %zu", i);
    end_journal();
    run_to_end();
    cr_expect_eq(file_bytes(), (off_t)strlen(rows[i].kept), "row %zu: cut in the file too", i);
  }
}

Test(web_journal, what_is_written_after_a_cut_is_whole) {
  const char *lines[] = {"one\n"}, *more[] = {"two\n"};
  write_lines(lines, 1);
  append("torn");
  cr_assert_eq(reopen(), ERR_NONE);
  write_lines(more, 1);
  cr_assert_eq(reopen(), ERR_NONE);
  cr_assert_str_eq(text_str(&replayed), "one|two|");
}

Test(web_journal, a_bad_line_in_the_middle_is_an_error_with_its_place) {
  const char *lines[] = {"one\n", "two\n"};
  write_lines(lines, 2);
  append("bad\nfour\n");
  off_t before = file_bytes();
  cr_assert_eq(reopen(), ERR_BAD_INPUT);
  cr_assert_not_null(strstr(err_note_text(), "journal:3: "), "%s", err_note_text());
  cr_assert_eq(file_bytes(), before, "nothing was cut");
}

Test(web_journal, a_second_process_is_kept_out) {
  static const struct web_journal_handlers handlers = {on_replay, on_durable, on_failed};
  struct web_journal *second = NULL;
  cr_assert_eq(web_journal_open(&loop, stage_path("data"), &handlers, NULL, &second), ERR_CONFLICT);
  cr_assert_null(second);
}

static void on_after(void *who, void *arg, bool lost) {
  text_addf(&told, "%s%s|", (const char *)arg, lost ? " lost" : "");
  if (++told_count == stop_after) end_journal();
}

static void after(const char *word) {
  web_journal_after(journal, on_after, (void *)(uintptr_t)word);
}

Test(web_journal, after_waits_for_what_was_added_before) {
  stop_after = 4;
  after("at once");
  cr_assert_str_eq(text_str(&told), "at once|");
  web_journal_add(journal, "one\n", 0);
  after("behind one");
  web_journal_add(journal, "two\n", 0);
  run_to_end();
  cr_assert_str_eq(text_str(&told), "at once|one#0|behind one|two#0|");
}

Test(web_journal, notes_go_out_with_the_end) {
  web_journal_note(journal, "note\n");
  end_journal();
  run_to_end();
  cr_assert_eq(told_count, 0);
  cr_assert_eq(reopen(), ERR_NONE);
  cr_assert_str_eq(text_str(&replayed), "note|");
}

Test(web_journal, what_waits_at_the_end_is_written_and_not_told) {
  web_journal_add(journal, "one\n", 0); /* in the worker's hands */
  web_journal_add(journal, "two\n", 0);
  after("three");
  end_journal();
  run_to_end();
  cr_assert_str_eq(text_str(&told), "three lost|");
  cr_assert_eq(reopen(), ERR_NONE);
  cr_assert_str_eq(text_str(&replayed), "one|two|");
}

Test(web_journal, a_restart_leaves_nothing_of_before) {
  const char *lines[] = {"old\n"};
  write_lines(lines, 1);
  cr_assert_eq(reopen(), ERR_NONE);
  stop_after = told_count + 4;
  web_journal_add(journal, "still old\n", 1);
  web_journal_restart(journal, "new\n", 2);
  web_journal_note(journal, "a note\n");
  after("behind");
  web_journal_add(journal, "newer\n", 3);
  run_to_end();
  cr_assert_str_eq(text_str(&told), "old#0|still old#1|new#2|behind|newer#3|");
  cr_assert_eq(reopen(), ERR_NONE);
  cr_assert_str_eq(text_str(&replayed), "new|a note|newer|");
}

Test(web_journal, a_restart_that_was_not_reached_changes_nothing) {
  web_journal_add(journal, "old\n", 0);
  web_journal_restart(journal, "new\n", 0);
  web_journal_add(journal, "newer\n", 0);
  end_journal();
  run_to_end();
  cr_assert_eq(reopen(), ERR_NONE);
  cr_assert_str_eq(text_str(&replayed), "old|");
}

Test(web_journal, many_lines_share_their_writes) {
  enum { MANY = 3000 };
  stop_after = MANY;
  uint64_t started = uv_hrtime();
  for (int i = 0; i < MANY; i++) web_journal_add(journal, "a line\n", 0);
  run_to_end();
  cr_assert_eq(told_count, MANY);
  cr_assert_lt((uv_hrtime() - started) / 1000000, 2000, "3,000 lines are a few writes, not 3,000");
}

Test(web_journal, a_disk_that_refuses_is_told_and_nothing_else) {
  const struct rlimit few = {.rlim_cur = 10, .rlim_max = 10};
  (void)signal(SIGXFSZ, SIG_IGN);
  web_journal_add(journal, "12345\n", 1);
  cr_assert_eq(setrlimit(RLIMIT_FSIZE, &few), 0);
  web_journal_add(journal, "678901234\n", 2);
  after("three");
  run_to_end(); /* on_failed ends the journal */
  cr_assert_str_eq(text_str(&told), "12345#1|failed|three lost|");
}

Test(web_journal, it_is_never_a_link) {
  end_journal();
  run_to_end();
  cr_assert_eq(unlink(stage_path("data/journal")), 0);
  cr_assert_eq(symlink("/dev/null", stage_path("data/journal")), 0);
  cr_assert_neq(reopen(), ERR_NONE);
}
