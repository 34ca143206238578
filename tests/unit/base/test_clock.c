/* test_clock.c: the two clocks answer in milliseconds and go forward. */
#include "bot/base/clock.h"

#include <criterion/criterion.h>

Test(clock, wall_is_in_our_century) {
  cr_assert_gt(clock_wall_ms(), INT64_C(1735689600000)); /* 2025 */
  cr_assert_lt(clock_wall_ms(), INT64_C(4102444800000)); /* 2100 */
}

Test(clock, boot_never_goes_back) {
  int64_t before = clock_boot_ms();
  cr_assert_gt(before, 0);
  for (int i = 0; i < 100000; i++) {
    int64_t now = clock_boot_ms();
    cr_assert_geq(now, before);
    before = now;
  }
}
