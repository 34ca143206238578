/* test_ports.c: chance is drawn for many turns at once, and handed out once. */
#include "bot/edge/ports.h"

#include <criterion/criterion.h>
#include <string.h>

#include "bot/base/random.h"

enum { DRAWS = 300, SEED_BYTES = 16 };

Test(ports, no_chance_comes_twice) {
  static const struct config config = {0};
  static uint8_t draws[DRAWS][SEED_BYTES];
  uv_loop_t loop;
  cr_assert(random_init());
  cr_assert_eq(uv_loop_init(&loop), 0);
  struct ports *ports = ports_new(&loop, NULL, &config, NULL);
  for (size_t i = 0; i < DRAWS; i++) {
    ports_table()->random(ports, draws[i], SEED_BYTES);
    for (size_t k = 0; k < i; k++) cr_assert_neq(memcmp(draws[k], draws[i], SEED_BYTES), 0, "draws %zu and %zu", k, i);
  }
  ports_close(ports);
  (void)uv_run(&loop, UV_RUN_DEFAULT);
  cr_assert_eq(uv_loop_close(&loop), 0);
  cr_assert_null(ports_free(ports));
}
