/* test_link_pieces.c: a file comes in pieces, each behind the one before; anything else is refused and harms nothing. */
#include "adapters/kit/link_pieces.h"

#include <criterion/criterion.h>
#include <string.h>

#include "bot/base/err.h"

static enum err add(struct link_pieces *pieces, int64_t from, const char *data) {
  enum err err = link_pieces_add(pieces, &(struct link_frame){.line = LINE_BLOB_IS, .id = "o93", .from = from, .data = data});
  err_note_clear();
  return err;
}

Test(link_pieces, pieces_become_a_file) {
  struct link_pieces pieces;
  link_pieces_init(&pieces, 10);
  cr_expect_eq(add(&pieces, 0, "TmFtZSxS"), ERR_NONE);
  cr_expect_not(link_pieces_whole(&pieces));
  cr_expect_eq(add(&pieces, 6, "b2wACg=="), ERR_NONE);
  cr_assert(link_pieces_whole(&pieces));
  cr_expect_eq(memcmp(pieces.data, "Name,Rol\0\n", 10), 0);
  link_pieces_done(&pieces);
  cr_expect(pieces.data == NULL && !link_pieces_whole(&pieces));
  link_pieces_done(&pieces);
}

Test(link_pieces, what_does_not_follow_is_refused) {
  static const struct { int64_t from; const char *data; enum err err; } rows[] = {
      {3, NULL, ERR_GONE},          /* the bot was started again */
      {0, "TmFt", ERR_CONFLICT},    /* once more */
      {4, "TmFt", ERR_CONFLICT},    /* one is missing between */
      {0, NULL, ERR_CONFLICT},
      {3, "", ERR_BAD_INPUT},       /* nothing: it would be asked for for ever */
      {3, "TmF", ERR_BAD_INPUT},    /* no padding */
      {3, "Tm$t", ERR_BAD_INPUT},
      {3, "TmFtZSxSb2w=", ERR_BAD_INPUT}, /* eight bytes where six are left */
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct link_pieces pieces;
    link_pieces_init(&pieces, 9);
    cr_assert_eq(add(&pieces, 0, "TmFt"), ERR_NONE);
    cr_expect_eq(add(&pieces, rows[i].from, rows[i].data), rows[i].err, "row %zu", i);
    cr_expect(pieces.got == 3 && memcmp(pieces.data, "Nam", 3) == 0, "row %zu", i);
    link_pieces_done(&pieces);
  }
}
