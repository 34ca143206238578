/* trouble.h: what is wrong in a file, and where: every check of a file tells all it finds. */
#ifndef MENTORD_TROUBLE_H
#define MENTORD_TROUBLE_H

#include "bot/base/arena.h"

enum { TROUBLES_SHOWN_MAX = 100 };

struct trouble {
  const char *file;
  size_t line, column;  /* from 1 */
  const char *what;     /* what is wrong, and what to write instead */
};
struct troubles {
  struct arena *arena;  /* borrowed */
  struct trouble items[TROUBLES_SHOWN_MAX];
  size_t count;         /* may be more than TROUBLES_SHOWN_MAX: only the first are kept */
};
void trouble_add(struct troubles *troubles, const char *file, size_t line, size_t column, const char *fmt, ...) PRINTF_LIKE(5, 6);
void troubles_sort(struct troubles *troubles);        /* in the order of the file, which is not the order of finding */
void troubles_print(const struct troubles *troubles); /* "file:line:column: what", one a line, on stderr */

#endif
