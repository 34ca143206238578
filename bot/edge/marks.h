/* marks.h: how far rows that stood in line have gone, a mark for each workspace: what the bot knows of it after its own restart. */
#ifndef MENTORD_MARKS_H
#define MENTORD_MARKS_H

#include "state/records.h"

/* A row that is made while its way is closed says so (`unsent`). No adapter has it while its number is above its workspace's mark: the
 * mark is raised in the store, many rows ahead, before such a row is handed over. All other rows may be with an adapter from the start.
 * People's rows and bulk have a mark each, since they go past each other. */
struct marks;

enum { MARKS_AHEAD = 64, MARKS_TEXT_BYTES_MAX = 1024 };
#define MARKS_NAME ".marks" /* what the store knows the text by: no message has such a name */

struct marks *marks_new(void);
/* What another life of the bot stored; *ret_fence is the one it did so under, borrowed from the marks. ERR_BAD_INPUT: it says nothing. */
enum err marks_read(struct marks *marks, const char *text, size_t bytes, const char **ret_fence) MUST_CHECK;
/* Nothing is known of rows that are there: an adapter may have each. */
void marks_doubt(struct marks *marks, int64_t highest);

int64_t marks_number(const struct out *row);                              /* o24: 24 */
bool marks_above(const struct marks *marks, const struct out *row);       /* nobody has it */
void marks_see(struct marks *marks, const struct out *row);               /* it stands in line: no mark goes past the last of these */
void marks_want(struct marks *marks, const struct out *row);              /* it is to go, and some behind it */
bool marks_wanted(const struct marks *marks);                             /* more than what is stored, or on its way there */
/* Everything that is wanted, to be stored under this fence. Once that is done, marks_kept; before that, print nothing more. */
void marks_print(struct marks *marks, const char *fence, struct text *text);
void marks_kept(struct marks *marks);
struct marks *marks_free(struct marks *marks); /* takes NULL, returns NULL */

#endif
