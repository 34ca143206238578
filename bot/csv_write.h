/* csv_write.h: cells and lines of a list for spreadsheets, as RFC 4180 says, and so that no spreadsheet runs what somebody wrote. Pure. */
#ifndef MENTORD_CSV_WRITE_H
#define MENTORD_CSV_WRITE_H

#include "bot/base/text.h"

void csv_begin(struct text *text); /* the mark that says UTF-8: without it many spreadsheets guess wrong */
/* One more cell of the line; NULL is an empty one. What a spreadsheet would take for a formula gets an apostrophe in front. */
void csv_cell(struct text *text, const char *value, bool first);
void csv_end_line(struct text *text);

#endif
