/* trouble.c: collects what is wrong in files, and prints it the way compilers do, so that editors find the place. */
#include "bot/edge/trouble.h"

#include <stdarg.h>
#include <stdio.h>

#include "bot/base/text.h"

enum { WHAT_BYTES = 720 };

void trouble_add(struct troubles *troubles, const char *file, size_t line, size_t column, const char *fmt, ...) {
  char what[WHAT_BYTES];
  va_list args;
  if (troubles->count++ >= TROUBLES_SHOWN_MAX) return;
  va_start(args, fmt);
  (void)vsnprintf(what, sizeof what, fmt, args);
  va_end(args);
  troubles->items[troubles->count - 1] = (struct trouble){
      .file = arena_text(troubles->arena, file), .line = line, .column = column, .what = arena_text(troubles->arena, what)};
}

/* In the order of the file; what was told first stays first in its place. */
static bool is_behind(const struct trouble *a, const struct trouble *b) {
  return a->line != b->line ? a->line > b->line : a->column > b->column;
}

void troubles_sort(struct troubles *troubles) {
  size_t count = troubles->count < TROUBLES_SHOWN_MAX ? troubles->count : TROUBLES_SHOWN_MAX;
  for (size_t i = 1; i < count; i++) {
    struct trouble one = troubles->items[i];
    size_t at = i;
    for (; at > 0 && is_behind(&troubles->items[at - 1], &one); at--) troubles->items[at] = troubles->items[at - 1];
    troubles->items[at] = one;
  }
}

void troubles_print(const struct troubles *troubles) {
  for (size_t i = 0; i < troubles->count && i < TROUBLES_SHOWN_MAX; i++) {
    const struct trouble *one = &troubles->items[i];
    (void)fprintf(stderr, "%s:%zu:%zu: %s\n", one->file, one->line, one->column, one->what);
  }
  if (troubles->count > TROUBLES_SHOWN_MAX) (void)fprintf(stderr, "… and %zu more like these\n", troubles->count - TROUBLES_SHOWN_MAX);
}
