/* job_rows.c: remembers where in the file two lines begin: the first of the rows that were read last, and the one behind them. */
#include "bot/edge/job_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct place { /* where a line begins */
  int64_t line;
  off_t at;
};

struct job_rows {
  FILE *file;             /* owned; NULL: there is none */
  char *path;             /* owned */
  struct place from, behind;
  char *line;             /* owned by getline */
  size_t line_bytes;
};

struct job_rows *job_rows_open(const char *path, const char *text) {
  struct job_rows *rows = calloc(1, sizeof *rows);
  assert(rows != NULL);
  rows->path = strdup(path);
  if (text == NULL) rows->file = fopen(path, "re");
  else if (text[0] != '\0') rows->file = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
  return rows;
}

bool job_rows_are(const struct job_rows *rows, const char *path) {
  return rows != NULL && strcmp(rows->path, path) == 0;
}

struct job_rows *job_rows_free(struct job_rows *rows) {
  if (rows == NULL) return NULL;
  if (rows->file != NULL) (void)fclose(rows->file);
  free(rows->path);
  free(rows->line);
  free(rows);
  return NULL;
}

/* The next line without its end; NULL: there is none. */
static const char *next_line(struct job_rows *rows) {
  ssize_t bytes = getline(&rows->line, &rows->line_bytes, rows->file);
  if (bytes <= 0) return NULL;
  if (rows->line[bytes - 1] == '\n') rows->line[bytes - 1] = '\0';
  return rows->line;
}

/* Mostly the line is known: rows are read on, or once more. Whoever starts in the middle counts from the beginning. */
static bool go_to(struct job_rows *rows, int64_t line) {
  struct place start = {0};
  if (line == rows->behind.line) start = rows->behind;
  else if (line == rows->from.line) start = rows->from;
  if (fseeko(rows->file, start.at, SEEK_SET) != 0) return false;
  for (; start.line < line && next_line(rows) != NULL; start.line++) continue;
  rows->from = (struct place){line, ftello(rows->file)};
  return true;
}

static bool at_end(struct job_rows *rows) {
  int next = getc(rows->file);
  if (next != EOF) (void)ungetc(next, rows->file);
  return next == EOF;
}

bool job_rows_add(struct job_rows *rows, int64_t line, int rows_max, size_t bytes_max, struct json_out *json) {
  if (rows->file == NULL || !go_to(rows, line)) return true;
  rows->behind = rows->from;
  for (int i = 0; i < rows_max && json->text->length < bytes_max; i++) {
    const char *row = next_line(rows);
    if (row == NULL) break;
    json_put_raw(json, NULL, row);
    rows->behind = (struct place){rows->behind.line + 1, ftello(rows->file)};
  }
  return at_end(rows);
}
