/* test_render_relayed.c: opened words stand in the copy that is sent, a paragraph a line, and never in the row itself. */
#include "bot/render.h"

#include <criterion/criterion.h>
#include <string.h>

Test(render_relayed, each_paragraph_is_a_line_before_the_rows_own) {
  struct arena *arena = arena_new(1 << 20);
  struct out row = {.id = "o1", .words = "relay.from", .sealed = "s1"};
  LIST_ADD(arena, &row.lines)->words = "own.line";
  const struct out *opened = render_relayed(&row, "Dear Ben\n\nsee you", arena);
  cr_assert_eq(opened->lines.count, 3);
  cr_assert_str_eq(opened->lines.items[0].params.items[0].values.items[0], "Dear Ben");
  cr_assert_str_eq(opened->lines.items[1].params.items[0].values.items[0], "see you");
  cr_assert_str_eq(opened->lines.items[2].words, "own.line");
  cr_assert_eq(row.lines.count, 1);
  (void)arena_free(arena);
}
