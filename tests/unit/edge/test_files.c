/* test_files.c: bytes wait for whoever they are for, in pieces, within bounds, and are gone when they are let go. */
#include "bot/edge/files.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define FILES(name) CLEANUP(done) struct files *name = files_new()

static void done(struct files **files) {
  *files = files_free(*files);
}

static void put(struct files *files, const char *id, const char *workspace, const char *text) {
  cr_assert_eq(files_put(files, id, workspace, text, strlen(text)), ERR_NONE);
}

/* The piece as text; "" when there is none. */
static const char *piece(const struct files *files, const char *id, const char *workspace, size_t from, size_t most) {
  static char text[64];
  const void *bytes = NULL;
  size_t count = files_piece(files, id, workspace, from, most, &bytes);
  cr_assert_lt(count, sizeof text);
  if (count > 0) memcpy(text, bytes, count);
  text[count] = '\0';
  return text;
}

Test(files, a_file_is_fetched_piece_by_piece) {
  FILES(files);
  put(files, "o1", "web/city", "Aisha,Ben,Cho");
  cr_assert_str_eq(piece(files, "o1", "web/city", 0, 5), "Aisha");
  cr_assert_str_eq(piece(files, "o1", "web/city", 5, 5), ",Ben,");
  cr_assert_str_eq(piece(files, "o1", "web/city", 10, 5), "Cho", "the last is shorter");
  cr_assert_str_eq(piece(files, "o1", "web/city", 0, 5), "Aisha", "and the first can be had again");
  cr_assert_str_eq(piece(files, "o1", "web/city", 13, 5), "");
  cr_assert_str_eq(piece(files, "o1", "web/city", SIZE_MAX, 5), "");
}

Test(files, only_whoever_speaks_for_its_workspace_gets_it) {
  FILES(files);
  put(files, "o1", "web/city", "Aisha");
  cr_assert_str_eq(piece(files, "o1", "web/docks", 0, 9), "");
  cr_assert_str_eq(piece(files, "o2", "web/city", 0, 9), "");
}

Test(files, the_newest_of_one_id_holds) {
  FILES(files);
  put(files, "o1", "web/city", "Aisha");
  put(files, "o1", "web/city", "Ben");
  cr_assert_str_eq(piece(files, "o1", "web/city", 0, 9), "Ben");
  cr_assert_eq(files_bytes(files), 3);
}

Test(files, what_is_let_go_is_gone_and_nothing_else) {
  FILES(files);
  put(files, "o1", "web/city", "Aisha");
  put(files, "o2", "web/docks", "Ben");
  put(files, "o3", "web/city", "Cho");
  put(files, "o4", "web/city", "Dee");
  files_drop(files, "o3");
  files_drop(files, "o9");
  cr_assert_str_eq(piece(files, "o3", "web/city", 0, 9), "");
  cr_assert_str_eq(piece(files, "o4", "web/city", 0, 9), "Dee");
  files_drop_workspace(files, "web/city");
  cr_assert_str_eq(piece(files, "o1", "web/city", 0, 9), "");
  cr_assert_str_eq(piece(files, "o4", "web/city", 0, 9), "");
  cr_assert_str_eq(piece(files, "o2", "web/docks", 0, 9), "Ben");
  files_drop_all(files);
  cr_assert_eq(files_bytes(files), 0);
}

Test(files, what_does_not_fit_beside_the_others_is_not_taken) {
  FILES(files);
  enum { FOUR = 4 * 1024 * 1024 };
  char *four = calloc(1, FOUR), id[8] = "o1";
  for (; id[1] < '5'; id[1]++) cr_assert_eq(files_put(files, id, "web/city", four, FOUR), ERR_NONE);
  cr_assert_eq(files_bytes(files), FILES_BYTES_MAX);
  cr_assert_eq(files_put(files, "o5", "web/city", "x", 1), ERR_LIMITED);
  cr_assert_str_eq(piece(files, "o5", "web/city", 0, 1), "");
  files_drop(files, "o2");
  cr_assert_eq(files_put(files, "o5", "web/city", "x", 1), ERR_NONE);
  cr_assert_eq(files_bytes(files), FILES_BYTES_MAX - FOUR + 1);
  free(four);
}
