/* test_poison.c: an event that was being handled at two deaths is known for it; what went well is forgotten. */
#include "bot/edge/poison.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[80];

static void fresh(void) {
  (void)snprintf(path, sizeof path, "/tmp/mentord-poison-XXXXXX");
  int file = mkstemp(path);
  cr_assert_geq(file, 0);
  (void)close(file);
}

static void gone(void) {
  (void)unlink(path);
}

TestSuite(poison, .init = fresh, .fini = gone);

static const uint8_t bad[STORE_EVENT_ID_BYTES] = {7}, good[STORE_EVENT_ID_BYTES] = {8};

static struct poison *open_file(void) {
  struct poison *poison = NULL;
  cr_assert_eq(poison_open(path, &poison), ERR_NONE);
  return poison;
}

/* A process of its own dies while it handles `good` to the end, and then `bad`. */
static void die_once(void) {
  pid_t child = fork();
  if (child == 0) {
    struct poison *poison = NULL;
    if (poison_open(path, &poison) != ERR_NONE) _exit(1);
    poison_begin(poison, good);
    poison_end(poison);
    poison_begin(poison, bad);
    (void)raise(SIGKILL);
  }
  int status;
  cr_assert_eq(waitpid(child, &status, 0), child);
  cr_assert(WIFSIGNALED(status));
}

Test(poison, two_deaths_of_one_event) {
  die_once();
  struct poison *poison = open_file();
  cr_assert_not(poison_is(poison, bad), "once may be chance");
  (void)poison_free(poison);
  die_once();
  poison = open_file();
  cr_assert(poison_is(poison, bad));
  cr_assert_not(poison_is(poison, good));
  (void)poison_free(poison);
}

Test(poison, a_turn_that_was_kept_is_forgotten) {
  die_once();
  struct poison *poison = open_file();
  poison_forget(poison, bad);
  (void)poison_free(poison);
  die_once();
  poison = open_file();
  cr_assert_not(poison_is(poison, bad));
  (void)poison_free(poison);
}

Test(poison, refused_twice_is_as_bad) {
  struct poison *poison = open_file();
  poison_blame(poison, bad);
  cr_assert_not(poison_is(poison, bad));
  poison_blame(poison, bad);
  cr_assert(poison_is(poison, bad));
  (void)poison_free(poison);
}

Test(poison, very_many_suspects_take_each_others_places) {
  struct poison *poison = open_file();
  for (uint8_t i = 0; i < 200; i++) {
    uint8_t other[STORE_EVENT_ID_BYTES] = {1, i};
    poison_blame(poison, other);
  }
  poison_blame(poison, bad);
  poison_blame(poison, bad);
  cr_assert(poison_is(poison, bad));
  (void)poison_free(poison);
}

Test(poison, a_file_of_another_shape_is_begun_anew) {
  FILE *file = fopen(path, "w");
  for (int i = 0; i < 500; i++) (void)fputs("no poison ", file);
  (void)fclose(file);
  struct poison *poison = open_file();
  cr_assert_not(poison_is(poison, bad));
  (void)poison_free(poison);
}

Test(poison, a_place_that_cannot_be_written_is_named) {
  struct poison *poison = NULL;
  cr_assert_eq(poison_open("/proc/nowhere/turn", &poison), ERR_DENIED);
  cr_assert_not_null(strstr(err_note_text(), "/proc/nowhere/turn"));
}
