/* test_blackbox.c: an event that was being handled at two deaths is known for it; what went well is forgotten. */
#include "bot/edge/blackbox.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[80];

static void fresh(void) {
  (void)snprintf(path, sizeof path, "/tmp/mentord-blackbox-XXXXXX");
  int file = mkstemp(path);
  cr_assert_geq(file, 0);
  (void)close(file);
}

static void gone(void) {
  (void)unlink(path);
}

TestSuite(blackbox, .init = fresh, .fini = gone);

static const uint8_t bad[STORE_EVENT_ID_BYTES] = {7}, good[STORE_EVENT_ID_BYTES] = {8};

static struct blackbox *open_file(void) {
  struct blackbox *blackbox = NULL;
  cr_assert_eq(blackbox_open(path, &blackbox), ERR_NONE);
  return blackbox;
}

/* A process of its own dies while it handles `good` to the end, and then `bad`. */
static void die_once(void) {
  pid_t child = fork();
  if (child == 0) {
    struct blackbox *blackbox = NULL;
    if (blackbox_open(path, &blackbox) != ERR_NONE) _exit(1);
    blackbox_begin(blackbox, good);
    blackbox_end(blackbox);
    blackbox_begin(blackbox, bad);
    (void)raise(SIGKILL);
  }
  int status;
  cr_assert_eq(waitpid(child, &status, 0), child);
  cr_assert(WIFSIGNALED(status));
}

Test(blackbox, two_deaths_of_one_event) {
  die_once();
  struct blackbox *blackbox = open_file();
  cr_assert_not(blackbox_is(blackbox, bad), "once may be chance");
  (void)blackbox_free(blackbox);
  die_once();
  blackbox = open_file();
  cr_assert(blackbox_is(blackbox, bad));
  cr_assert_not(blackbox_is(blackbox, good));
  (void)blackbox_free(blackbox);
}

Test(blackbox, a_turn_that_was_kept_is_forgotten) {
  die_once();
  struct blackbox *blackbox = open_file();
  blackbox_forget(blackbox, bad);
  (void)blackbox_free(blackbox);
  die_once();
  blackbox = open_file();
  cr_assert_not(blackbox_is(blackbox, bad));
  (void)blackbox_free(blackbox);
}

Test(blackbox, refused_twice_is_as_bad) {
  struct blackbox *blackbox = open_file();
  blackbox_blame(blackbox, bad);
  cr_assert_not(blackbox_is(blackbox, bad));
  blackbox_blame(blackbox, bad);
  cr_assert(blackbox_is(blackbox, bad));
  (void)blackbox_free(blackbox);
}

Test(blackbox, very_many_suspects_take_each_others_places) {
  struct blackbox *blackbox = open_file();
  for (uint8_t i = 0; i < 200; i++) {
    uint8_t other[STORE_EVENT_ID_BYTES] = {1, i};
    blackbox_blame(blackbox, other);
  }
  blackbox_blame(blackbox, bad);
  blackbox_blame(blackbox, bad);
  cr_assert(blackbox_is(blackbox, bad));
  (void)blackbox_free(blackbox);
}

Test(blackbox, a_file_of_another_shape_is_begun_anew) {
  FILE *file = fopen(path, "w");
  for (int i = 0; i < 500; i++) (void)fputs("no poison ", file);
  (void)fclose(file);
  struct blackbox *blackbox = open_file();
  cr_assert_not(blackbox_is(blackbox, bad));
  (void)blackbox_free(blackbox);
}

Test(blackbox, a_place_that_cannot_be_written_is_named) {
  struct blackbox *blackbox = NULL;
  cr_assert_eq(blackbox_open("/proc/nowhere/turn", &blackbox), ERR_DENIED);
  cr_assert_not_null(strstr(err_note_text(), "/proc/nowhere/turn"));
}

Test(blackbox, what_was_kept_outlives_the_process_and_never_goes_back) {
  struct blackbox *blackbox = open_file();
  cr_assert_eq(blackbox_kept(blackbox, "city"), 0);
  blackbox_keep(blackbox, "city", 41);
  blackbox_keep(blackbox, "city", 7);
  (void)blackbox_free(blackbox);
  blackbox = open_file();
  cr_assert_eq(blackbox_kept(blackbox, "city"), 41);
  cr_assert_eq(blackbox_kept(blackbox, "town"), 0, "another scheme has its own count");
  blackbox_keep(blackbox, "town", 3);
  cr_assert_eq(blackbox_kept(blackbox, "town"), 3);
  (void)blackbox_free(blackbox);
  cr_assert_eq(blackbox_kept(NULL, "city"), 0);
}
