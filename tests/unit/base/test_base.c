/* test_base.c: the macros of base.h. */
#include "bot/base/base.h"

#include <criterion/criterion.h>

static unsigned released;

static void count_release(int **owned) {
  if (*owned != NULL) released++;
}

static int *make(int *thing, bool fail) {
  CLEANUP(count_release) int *owned = thing;
  if (fail) return NULL;
  return TAKE(owned);
}

Test(base, take_leaves_nothing_to_clean_up) {
  int thing = 7;
  cr_assert_eq(make(&thing, false), &thing);
  cr_assert_eq(released, 0);
}

Test(base, what_is_not_taken_is_cleaned_up) {
  int thing = 7;
  cr_assert_null(make(&thing, true));
  cr_assert_eq(released, 1);
}

Test(base, array_len_counts_elements) {
  const short three[] = {1, 2, 3};
  cr_assert_eq(ARRAY_LEN(three), 3);
}
