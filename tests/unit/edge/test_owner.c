/* test_owner.c: one bot a data folder, whose name stays; a copy of the folder has another. */
#include "bot/edge/owner.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bot/base/file.h"
#include "bot/base/random.h"
#include "tests/unit/edge/edge_lab.h"

static struct lab lab;
static struct owner owner;

static void begin(void) {
  lab_begin(&lab);
  cr_assert(random_init());
}
static void end(void) { lab_end(&lab); }
TestSuite(owner, .init = begin, .fini = end);

/* The name of a bot that ran on this folder, and ended. */
static const char *name_on(const char *folder) {
  cr_assert_eq(owner_take(folder, &owner), ERR_NONE, "%s", err_note_text());
  owner_done(&owner);
  return arena_text(lab.arena, owner.name);
}

Test(owner, the_name_stays) {
  const char *first = name_on(lab.folder);
  cr_assert_gt(strlen(first), 32);
  cr_assert_str_eq(name_on(lab.folder), first);
}

Test(owner, one_bot_a_folder) {
  struct owner second = {.lock = -1};
  cr_assert_eq(owner_take(lab.folder, &owner), ERR_NONE);
  cr_assert_eq(owner_take(lab.folder, &second), ERR_CONFLICT);
  cr_assert_not_null(strstr(err_note_text(), "to another folder"), "%s", err_note_text());
  owner_done(&owner);
  err_note_clear();
  cr_assert_eq(owner_take(lab.folder, &second), ERR_NONE, "%s", err_note_text());
  owner_done(&second);
}

Test(owner, a_copy_of_the_folder_is_somebody_else) {
  char *text = NULL;
  size_t bytes;
  const char *copy = arena_format(lab.arena, "%s/copy", lab.folder), *first = name_on(lab.folder);
  cr_assert_eq(mkdir(copy, 0700), 0);
  cr_assert_eq(file_read(arena_format(lab.arena, "%s/owner", lab.folder), 100, &text, &bytes), ERR_NONE);
  (void)lab_write(&lab, "copy/owner", text);
  free(text);
  cr_assert_str_neq(name_on(copy), first);
  cr_assert_eq(strncmp(name_on(copy), first, 32), 0, "though what was drawn is the same");
}

Test(owner, what_is_no_name_is_drawn_anew) {
  static const char *const texts[] = {"", "x", "0123456789abcdef0123456789abcde\n", "\xff\xff\xff\xff"};
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
    (void)lab_write(&lab, "owner", texts[i]);
    const char *name = name_on(lab.folder);
    cr_assert_eq(strspn(name, "0123456789abcdef"), 32, "%s", name);
    cr_assert_str_eq(name_on(lab.folder), name);
  }
}
