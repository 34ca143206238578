/* test_err.c: names of errors, and the note that the first one keeps. */
#include "bot/base/err.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "bot/base/text.h"

Test(err, every_error_has_its_name) {
  cr_assert_str_eq(err_name(ERR_NONE), "none");
  cr_assert_str_eq(err_name(ERR_BAD_INPUT), "bad input");
  cr_assert_str_eq(err_name(ERR_INTERNAL), "internal");
  cr_assert_str_eq(err_name(ERR_MAX_), "?");
  cr_assert_str_eq(err_name((enum err)-1), "?");
}

Test(err, note_returns_its_error_and_starts_empty) {
  cr_assert_str_eq(err_note_text(), "");
  cr_assert_eq(err_note(ERR_GONE, "pair %d", 17), ERR_GONE);
  cr_assert_str_eq(err_note_text(), "pair 17");
}

Test(err, first_note_wins_until_cleared) {
  cr_assert_eq(err_note(ERR_AGAIN, "deepest"), ERR_AGAIN);
  cr_assert_eq(err_note(ERR_INTERNAL, "%s, seen from above", err_note_text()), ERR_INTERNAL);
  cr_assert_str_eq(err_note_text(), "deepest");
  err_note_clear();
  cr_assert_str_eq(err_note_text(), "");
  (void)err_note(ERR_GONE, "the next one");
  cr_assert_str_eq(err_note_text(), "the next one");
}

Test(err, long_note_is_cut_at_a_character) {
  char long_text[1000];
  for (size_t shift = 0; shift < 4; shift++) {
    memset(long_text, 'a', shift);
    for (size_t at = shift; at + 4 < sizeof long_text; at += 3) memcpy(long_text + at, "€", 4);
    err_note_clear();
    (void)err_note(ERR_BAD_INPUT, "%s", long_text);
    size_t bytes = strlen(err_note_text());
    cr_assert(bytes <= 400 && bytes > 400 - 3, "%zu bytes", bytes);
    cr_assert(text_utf8_valid(err_note_text(), bytes));
  }
}

Test(err, note_of_400_bytes_stays_whole) {
  (void)err_note(ERR_BAD_INPUT, "%400d", 1);
  cr_assert_eq(strlen(err_note_text()), 400);
}

static void *note_elsewhere(void *ret_was_empty) {
  *(bool *)ret_was_empty = *err_note_text() == '\0';
  (void)err_note(ERR_GONE, "elsewhere");
  return NULL;
}

Test(err, each_thread_has_its_own_note) {
  pthread_t thread;
  bool was_empty = false;
  (void)err_note(ERR_AGAIN, "here");
  cr_assert_eq(pthread_create(&thread, NULL, note_elsewhere, &was_empty), 0);
  pthread_join(thread, NULL);
  cr_assert(was_empty);
  cr_assert_str_eq(err_note_text(), "here");
}
