/* link_fence.c: reads and compares fences. */
#include "adapters/kit/link_fence.h"

#include <string.h>

enum { DIGITS_MAX = 15 };

/* Reads digits up to `end`; returns what follows it, or NULL. */
static const char *read_number(const char *text, char end, int64_t *ret_number) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > DIGITS_MAX || text[digits] != end) return NULL;
  int64_t number = 0;
  for (size_t i = 0; i < digits; i++) number = number * 10 + (text[i] - '0');
  *ret_number = number;
  return text + digits + 1;
}

bool link_fence_parse(const char *text, struct link_fence *ret_fence) {
  struct link_fence fence;
  const char *rest = read_number(text, '.', &fence.incarnation);
  if (rest == NULL || read_number(rest, '\0', &fence.epoch) == NULL) return false;
  *ret_fence = fence;
  return true;
}

int link_fence_compare(struct link_fence a, struct link_fence b) {
  if (a.incarnation != b.incarnation) return a.incarnation < b.incarnation ? -1 : 1;
  if (a.epoch != b.epoch) return a.epoch < b.epoch ? -1 : 1;
  return 0;
}
