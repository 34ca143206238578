/* people_file.h: people.csv (RFC 4180, UTF-8, a header line) as the lines of a spool file that bot/jobs/import.c reads. */
#ifndef MENTORD_PEOPLE_FILE_H
#define MENTORD_PEOPLE_FILE_H

#include "bot/base/err.h"
#include "bot/base/text.h"
#include "bot/edge/trouble.h"
#include "state/model.h"

enum { PEOPLE_FILE_BYTES_MAX = 128 * 1024 * 1024 };

struct people_file {
  struct text lines;    /* first every person, then the sealed facts: see bot/jobs/import.c */
  int64_t line_count;
  int64_t people;       /* rows that are good */
  int64_t bad;          /* rows that are left out, each with a trouble */
  struct text left_out; /* the header and these rows, as a file to be mended; empty when there are none */
};
/* `model`: organisations and grades are checked against it; NULL: only the file itself is checked. A broken header or
 * quoting is ERR_BAD_INPUT; a bad row is a trouble and left out. people_file_done ends it. */
enum err people_file_read(const char *path, const struct model *model, struct troubles *troubles, struct people_file *ret_file) MUST_CHECK;
void people_file_done(struct people_file *file);

#endif
