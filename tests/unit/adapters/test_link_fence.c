/* test_link_fence.c: fences are two whole numbers. */
#include <criterion/criterion.h>

#include "adapters/kit/link_fence.h"

static const struct {
  const char *a, *b;
  int order;
} pairs[] = {
  {"3.9", "3.17", -1}, {"3.17", "3.9", 1}, {"3.17", "3.17", 0}, {"2.99", "3.0", -1}, {"10.0", "9.9", 1}, {"03.9", "3.09", 0},
  {"999999999999999.0", "0.999999999999999", 1},
};

Test(link_fence, order) {
  for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
    struct link_fence a, b;
    cr_assert(link_fence_parse(pairs[i].a, &a) && link_fence_parse(pairs[i].b, &b));
    cr_expect_eq(link_fence_compare(a, b), pairs[i].order, "%s %s", pairs[i].a, pairs[i].b);
  }
}

Test(link_fence, what_is_none) {
  static const char *const bad[] = {"", "3", "3.", ".3", "3.1.2", "-3.1", "3.-1", " 3.1", "3.1 ", "3,1", "a.b", "1234567890123456.0"};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    struct link_fence fence = {.incarnation = -7};
    cr_expect(!link_fence_parse(bad[i], &fence), "%s", bad[i]);
    cr_expect_eq(fence.incarnation, -7);
  }
}
