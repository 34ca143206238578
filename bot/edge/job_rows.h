/* job_rows.h: the rows of a job's file, so many at a time; the file is read on from where the last rows ended. */
#ifndef MENTORD_JOB_ROWS_H
#define MENTORD_JOB_ROWS_H

#include "bot/base/json.h"

struct job_rows;

/* One row a line. A `text` that is not NULL stands for the file's content, borrowed until job_rows_free. A file that is not
 * there has no rows. */
struct job_rows *job_rows_open(const char *path, const char *text);
bool job_rows_are(const struct job_rows *rows, const char *path); /* of this file? NULL is of none */
/* Adds lines from number `line` on, as members of an open list: at most `rows_max`, and none once `json` is past
 * `bytes_max`. True: the last line was among them, or there was none. */
bool job_rows_add(struct job_rows *rows, int64_t line, int rows_max, size_t bytes_max, struct json_out *json);
struct job_rows *job_rows_free(struct job_rows *rows); /* takes NULL, returns NULL */

#endif
