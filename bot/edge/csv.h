/* csv.h: a CSV file (RFC 4180) row by row; every field knows its line and column. */
#ifndef MENTORD_CSV_H
#define MENTORD_CSV_H

#include "bot/base/err.h"

enum { CSV_FIELDS_MAX = 64, CSV_FIELD_BYTES_MAX = 4096 };

struct csv;

struct csv_field {
  const char *text;     /* UTF-8 without NUL, quotes taken off; never NULL */
  size_t line, column;  /* where it begins, from 1; columns are characters */
};
struct csv_row {
  struct csv_field fields[CSV_FIELDS_MAX];
  size_t count;         /* may be more than CSV_FIELDS_MAX: only the first are kept */
};
enum csv_answer { CSV_ROW, CSV_END, CSV_BROKEN };

/* The file is read piece by piece while rows are asked for. ERR_GONE, ERR_DENIED with a note. */
enum err csv_open(const char *path, size_t bytes_max, struct csv **ret_csv) MUST_CHECK;
/* The next row that is not an empty line; borrowed until the next call. After CSV_BROKEN there is nothing more to read. */
enum csv_answer csv_next(struct csv *csv, const struct csv_row **ret_row);
/* After CSV_BROKEN: what is wrong, what to do, and where. A static text. */
const char *csv_broken(const struct csv *csv, size_t *ret_line, size_t *ret_column);
int64_t csv_bytes(const struct csv *csv); /* read so far */
struct csv *csv_free(struct csv *csv);    /* takes NULL, returns NULL */

#endif
