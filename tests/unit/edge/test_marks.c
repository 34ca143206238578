/* test_marks.c: what is above its mark nobody has; what is told to the store counts once it is there; another life reads the same. */
#include "bot/edge/marks.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct out row(const char *id, const char *workspace, bool bulk) {
  return (struct out){.id = id, .workspace = workspace, .bulk = bulk, .unsent = true};
}

static bool above(const struct marks *marks, const char *id, const char *workspace, bool bulk) {
  struct out out = row(id, workspace, bulk);
  return marks_above(marks, &out);
}

static void want(struct marks *marks, const char *id, const char *workspace, bool bulk) {
  struct out out = row(id, workspace, bulk), last = row("o9999", workspace, bulk);
  marks_see(marks, &last);
  marks_want(marks, &out);
}

/* What the store is given under this fence; the caller frees. */
static char *told(struct marks *marks, const char *fence) {
  struct text text;
  text_init(&text, 65536);
  marks_print(marks, fence, &text);
  cr_assert_leq(text.length, MARKS_TEXT_BYTES_MAX);
  char *copy = strdup(text_str(&text));
  text_done(&text);
  return copy;
}

Test(marks, a_row_is_free_to_go_once_its_mark_is_kept) {
  struct marks *marks = marks_new();
  cr_assert(above(marks, "o24", "slack/T01", false));
  cr_assert_not(marks_wanted(marks));
  want(marks, "o24", "slack/T01", false);
  cr_assert(marks_wanted(marks));
  char *text = told(marks, "1.3");
  cr_assert_not(marks_wanted(marks));
  cr_assert(above(marks, "o24", "slack/T01", false), "it is on its way there only");
  marks_kept(marks);
  cr_assert_not(above(marks, "o24", "slack/T01", false));
  cr_assert_not(above(marks, "o87", "slack/T01", false), "and many with it");
  cr_assert(above(marks, "o88", "slack/T01", false));
  free(text);
  cr_assert_null(marks_free(marks));
  cr_assert_null(marks_free(NULL));
}

Test(marks, what_went_at_once_is_above_no_mark) {
  struct marks *marks = marks_new();
  struct out out = {.id = "o24", .workspace = "slack/T01"};
  cr_assert_not(marks_above(marks, &out));
  (void)marks_free(marks);
}

Test(marks, no_mark_goes_past_the_last_that_stands_in_line) {
  struct marks *marks = marks_new();
  struct out out = row("o24", "slack/T01", false), last = row("o26", "slack/T02", true);
  marks_see(marks, &last);
  marks_want(marks, &out);
  free(told(marks, "1.3"));
  marks_kept(marks);
  cr_assert_not(above(marks, "o26", "slack/T01", false));
  cr_assert(above(marks, "o27", "slack/T01", false), "what stands in line next time is known again");
  (void)marks_free(marks);
}

Test(marks, each_workspace_and_class_has_its_own) {
  struct marks *marks = marks_new();
  want(marks, "o5000", "slack/T01", false);
  char *text = told(marks, "1.3");
  marks_kept(marks);
  cr_assert_not(above(marks, "o24", "slack/T01", false));
  cr_assert(above(marks, "o24", "slack/T01", true));
  cr_assert(above(marks, "o24", "slack/T02", false));
  free(text);
  (void)marks_free(marks);
}

Test(marks, what_is_wanted_meanwhile_waits_for_the_next_text) {
  struct marks *marks = marks_new();
  want(marks, "o24", "slack/T01", false);
  free(told(marks, "1.3"));
  want(marks, "o2000", "slack/T01", false);
  cr_assert(marks_wanted(marks));
  marks_kept(marks);
  cr_assert(above(marks, "o2000", "slack/T01", false));
  free(told(marks, "1.3"));
  marks_kept(marks);
  cr_assert_not(above(marks, "o2000", "slack/T01", false));
  (void)marks_free(marks);
}

Test(marks, another_life_reads_the_same) {
  struct marks *marks = marks_new(), *next = marks_new();
  const char *fence = NULL;
  marks_doubt(marks, 10);
  want(marks, "o24", "slack/T01", true);
  char *text = told(marks, "1.3");
  cr_assert_eq(marks_read(next, text, strlen(text), &fence), ERR_NONE, "%s", text);
  cr_assert_str_eq(fence, "1.3");
  cr_assert_not(above(next, "o87", "slack/T01", true));
  cr_assert(above(next, "o88", "slack/T01", true));
  cr_assert_not(above(next, "o10", "slack/T01", false));
  cr_assert(above(next, "o11", "slack/T01", false));
  free(text);
  (void)marks_free(marks);
  (void)marks_free(next);
}

Test(marks, doubt_forgets_all_that_was_read) {
  struct marks *marks = marks_new();
  const char *fence = NULL, *text = "{\"fence\":\"1.3\",\"floor\":0,\"roads\":[{\"workspace\":\"slack/T01\",\"people\":9000,\"bulk\":0}]}";
  cr_assert_eq(marks_read(marks, text, strlen(text), &fence), ERR_NONE);
  marks_doubt(marks, 100);
  cr_assert_not(above(marks, "o100", "slack/T02", true));
  cr_assert(above(marks, "o101", "slack/T01", false));
  (void)marks_free(marks);
}

Test(marks, what_says_nothing_is_refused) {
  static const char *const texts[] = {"", "1.3", "{}", "{\"fence\":\"1.3\"}", "{\"floor\":3}", "{\"fence\":3,\"floor\":3}",
                                      "{\"fence\":\"1111111111111111111111111111111111111111111111111111\",\"floor\":3}"};
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
    struct marks *marks = marks_new();
    const char *fence = NULL;
    cr_expect_eq(marks_read(marks, texts[i], strlen(texts[i]), &fence), ERR_BAD_INPUT, "%s", texts[i]);
    cr_expect_null(fence);
    (void)marks_free(marks);
  }
}

/* The store takes a short text: with more workspaces than fit, the highest mark is everybody's. */
Test(marks, many_workspaces_share_the_highest) {
  struct marks *marks = marks_new();
  char workspace[40];
  for (int i = 0; i < 60; i++) {
    (void)snprintf(workspace, sizeof workspace, "slack/T0000000%d", i);
    char id[16];
    (void)snprintf(id, sizeof id, "o%d", 1000 + i);
    want(marks, id, workspace, i % 2 == 0);
  }
  free(told(marks, "1.3"));
  cr_assert(above(marks, "o1122", "slack/T00000000", true), "not before it is kept");
  marks_kept(marks);
  cr_assert_not(above(marks, "o1122", "slack/T00000000", true));
  cr_assert_not(above(marks, "o1122", "slack/elsewhere", false));
  cr_assert(above(marks, "o1123", "slack/T00000000", true));
  (void)marks_free(marks);
}
