/* test_job_rows.c: rows are read on, read once more, and found again in the middle; each as often as it stands there. */
#include "bot/edge/job_rows.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINES = 1000, ROWS = 200 };

/* What one call added, as JSON. */
static bool add(struct job_rows *rows, int64_t line, int rows_max, size_t bytes_max, char ret_json[200]) {
  CLEANUP(text_done) struct text text;
  struct json_out json;
  text_init(&text, 100000);
  json_out_init(&json, &text);
  json_open(&json, NULL, '[');
  bool last = job_rows_add(rows, line, rows_max, bytes_max, &json);
  json_close(&json, ']');
  (void)snprintf(ret_json, 200, "%s", text_str(&text));
  return last;
}

Test(job_rows, rows_are_read_on_once_more_and_from_the_middle) {
  char json[200];
  struct job_rows *rows = job_rows_open("x", "1\n2\n3\n4\n5\n");
  cr_assert_not(add(rows, 0, 2, 1000, json));
  cr_assert_str_eq(json, "[1,2]");
  cr_assert_not(add(rows, 2, 2, 1000, json));
  cr_assert_str_eq(json, "[3,4]");
  cr_assert_not(add(rows, 2, 2, 1000, json));
  cr_assert_str_eq(json, "[3,4]", "a turn that had to wait gets the same rows again");
  cr_assert(add(rows, 4, 2, 1000, json));
  cr_assert_str_eq(json, "[5]");
  cr_assert_not(add(rows, 1, 2, 1000, json));
  cr_assert_str_eq(json, "[2,3]");
  cr_assert(add(rows, 5, 2, 1000, json));
  cr_assert_str_eq(json, "[]");
  cr_assert(add(rows, 9, 2, 1000, json));
  cr_assert_str_eq(json, "[]", "a cursor behind the end");
  cr_assert_null(job_rows_free(rows));
}

Test(job_rows, a_last_line_without_an_end_counts) {
  char json[200];
  struct job_rows *rows = job_rows_open("x", "1\n2");
  cr_assert(add(rows, 0, 9, 1000, json));
  cr_assert_str_eq(json, "[1,2]");
  (void)job_rows_free(rows);
}

Test(job_rows, what_is_long_comes_in_smaller_parts) {
  char json[200];
  struct job_rows *rows = job_rows_open("x", "\"aaaaaaaaaa\"\n\"bbbbbbbbbb\"\n\"cccccccccc\"\n");
  cr_assert_not(add(rows, 0, 9, 20, json));
  cr_assert_str_eq(json, "[\"aaaaaaaaaa\",\"bbbbbbbbbb\"]");
  cr_assert(add(rows, 2, 9, 20, json));
  cr_assert_str_eq(json, "[\"cccccccccc\"]");
  (void)job_rows_free(rows);
}

Test(job_rows, no_file_and_no_text_have_no_rows) {
  char json[200];
  struct job_rows *gone = job_rows_open("/nowhere/at-all", NULL), *empty = job_rows_open("x", "");
  cr_assert(add(gone, 0, 9, 1000, json));
  cr_assert(add(empty, 0, 9, 1000, json));
  cr_assert_str_eq(json, "[]");
  cr_assert(job_rows_are(gone, "/nowhere/at-all"));
  cr_assert_not(job_rows_are(gone, "x"));
  cr_assert_not(job_rows_are(NULL, "x"));
  (void)job_rows_free(gone);
  (void)job_rows_free(empty);
}

Test(job_rows, a_file_is_read_whole_whoever_starts_again) {
  char path[] = "/tmp/job-rows-XXXXXX", json[200];
  FILE *file = fdopen(mkstemp(path), "w");
  for (int i = 0; i < LINES; i++) (void)fprintf(file, "%d\n", i);
  (void)fclose(file);
  struct job_rows *rows = job_rows_open(path, NULL);
  for (int line = 0; line < LINES; line += ROWS) {
    char first[20];
    cr_assert_eq(add(rows, line, ROWS, 100000, json), line + ROWS == LINES);
    (void)snprintf(first, sizeof first, "[%d,", line);
    cr_assert_eq(strncmp(json, first, strlen(first)), 0, "%.20s", json);
    if (line % 400 != 0) continue;
    rows = job_rows_free(rows); /* the bot was started again */
    rows = job_rows_open(path, NULL);
  }
  (void)job_rows_free(rows);
  (void)unlink(path);
}
