/* preview_diff.h: two states of one record, as lines for an operator. */
#ifndef MENTORD_PREVIEW_DIFF_H
#define MENTORD_PREVIEW_DIFF_H

#include "state/records.h"

/* All that differs is a line manager whom only the bot can read: it looks whether it is another one. */
#define PREVIEW_LINE_COMPARED "    line manager: set anew if it is another one\n"

/* One line for each field that differs: "    grade: sergeant -> inspector". `before` NULL: the record is new, and what it
 * holds is listed. Ids, times and what the bot counts for itself are left out, sealed fields named without a word of them. */
void preview_diff(enum record_kind kind, const void *before, const void *after, struct text *text);
/* Which questions came, went, or read otherwise. `before` NULL: there were none. */
void preview_diff_questions(const struct question_set *before, const struct question_set *after, struct text *text);

#endif
