/* test_web_fetch.c: a file from its pieces, in order; those that wait behind it; what is taken out. */
#include "adapters/web/web_fetch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct web_fetch *fetch;

static void begin(void) {
  fetch = web_fetch_new();
}

static void end(void) {
  fetch = web_fetch_free(fetch);
}

TestSuite(web_fetch, .init = begin, .fini = end);

static void add(const char *id, const char *order, size_t bytes) {
  char lent[4][20]; /* nothing of it lives on */
  snprintf(lent[0], sizeof lent[0], "%s", id);
  snprintf(lent[1], sizeof lent[1], "web/one");
  snprintf(lent[2], sizeof lent[2], "%s", order == NULL ? "" : order);
  snprintf(lent[3], sizeof lent[3], "{}");
  web_fetch_add(fetch, &(struct web_fetch_item){.id = lent[0], .workspace = lent[1], .order = order == NULL ? NULL : lent[2], .frame = lent[3], .bytes = bytes});
  memset(lent, 'x', sizeof lent);
}

static enum web_piece take(const char *id, int64_t from, const char *data) {
  return web_fetch_take(fetch, &(struct link_frame){.line = LINE_BLOB_IS, .id = id, .workspace = "web/one", .from = from, .data = data});
}

static const char *first(void) {
  return web_fetch_first(fetch) == NULL ? "" : web_fetch_first(fetch)->id;
}

Test(web_fetch, puts_pieces_together) {
  add("o1", NULL, 5);
  web_fetch_begin(fetch);
  cr_assert_eq(web_fetch_from(fetch), 0);
  cr_assert_eq(take("o1", 0, "YWJj"), WEB_PIECE_MORE);
  cr_assert_eq(web_fetch_from(fetch), 3);
  cr_assert_eq(take("o1", 3, "ZGU="), WEB_PIECE_LAST);
  cr_assert_eq(take("o1", 5, "ZGU="), WEB_PIECE_OTHER, "nothing is awaited behind the end");
  char *bytes = web_fetch_bytes(fetch);
  cr_assert(memcmp(bytes, "abcde", 5) == 0);
  free(bytes);
}

Test(web_fetch, what_nobody_asked_for_changes_nothing) {
  cr_assert_eq(take("o1", 0, "YWJj"), WEB_PIECE_OTHER, "nobody waits");
  add("o1", NULL, 6);
  cr_assert_eq(take("o1", 0, "YWJj"), WEB_PIECE_OTHER, "it was not begun");
  web_fetch_begin(fetch);
  cr_assert_eq(take("o2", 0, "eHh4"), WEB_PIECE_OTHER);
  cr_assert_eq(take("o1", 3, "eHh4"), WEB_PIECE_OTHER);
  cr_assert_eq(take("o1", 4194303, "eHh4"), WEB_PIECE_OTHER);
  cr_assert_eq(take("o2", 0, NULL), WEB_PIECE_OTHER);
  cr_assert_eq(take("o1", 0, "YWJj"), WEB_PIECE_MORE);
  cr_assert_eq(take("o1", 0, "eHh4"), WEB_PIECE_OTHER, "the same piece again");
  cr_assert_eq(take("o1", 3, "ZGVm"), WEB_PIECE_LAST);
  char *bytes = web_fetch_bytes(fetch);
  cr_assert(memcmp(bytes, "abcdef", 6) == 0);
  free(bytes);
}

Test(web_fetch, a_file_that_is_not_there_or_not_so_long) {
  static const char *const wrong[] = {NULL, "", "YWJjZA==", "YWJjZGVm", "?"};
  for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
    add("o1", NULL, 3);
    web_fetch_begin(fetch);
    cr_expect_eq(take("o1", 0, wrong[i]), WEB_PIECE_NONE, "row %zu", i);
    web_fetch_next(fetch);
  }
}

Test(web_fetch, begins_anew_with_the_next) {
  add("o1", NULL, 6);
  web_fetch_begin(fetch);
  cr_assert_eq(take("o1", 0, "YWJj"), WEB_PIECE_MORE);
  web_fetch_next(fetch);
  add("o1", NULL, 3);
  web_fetch_begin(fetch);
  cr_assert_eq(web_fetch_from(fetch), 0);
  cr_assert_eq(take("o1", 3, "ZGVm"), WEB_PIECE_OTHER);
}

Test(web_fetch, knows_who_waits) {
  add("o1", "a", 3);
  add("o2", NULL, 3);
  add("o3", "b", 0);
  cr_assert(web_fetch_holds(fetch, "o3") && !web_fetch_holds(fetch, "o4"));
  cr_assert(web_fetch_holds_order(fetch, "a") && web_fetch_holds_order(fetch, "b") && !web_fetch_holds_order(fetch, "c") && !web_fetch_holds_order(fetch, NULL));
  cr_assert_str_eq(first(), "o1");
  web_fetch_next(fetch);
  cr_assert_str_eq(first(), "o2");
  cr_assert(!web_fetch_holds_order(fetch, "a"));
  for (int i = 2; i < WEB_FETCH_MAX; i++) add("more", NULL, 1);
  cr_assert(web_fetch_is_full(fetch));
  web_fetch_next(fetch);
  cr_assert(!web_fetch_is_full(fetch));
}

static bool is_not(void *who, const struct web_fetch_item *item) {
  return strcmp(item->id, who) != 0;
}

Test(web_fetch, takes_out_some) {
  char two[] = "o2", none[] = "";
  add("o1", NULL, 3);
  add("o2", NULL, 3);
  add("o3", NULL, 3);
  web_fetch_begin(fetch);
  web_fetch_drop(fetch, false, is_not, two);
  cr_assert_str_eq(first(), "o1", "its file goes on");
  cr_assert_eq(take("o1", 0, "YWJj"), WEB_PIECE_LAST);
  web_fetch_drop(fetch, true, is_not, two);
  cr_assert_str_eq(first(), "o2");
  cr_assert_eq(take("o2", 0, "YWJj"), WEB_PIECE_OTHER, "it was not begun");
  web_fetch_drop(fetch, true, is_not, none);
  cr_assert_null(web_fetch_first(fetch));
}
