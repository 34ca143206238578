/* test_space.c: three states of a disk, with a floor put around what is really free; and the reserve. */
#include "bot/edge/space.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bot/base/file.h"
#include "tests/unit/edge/edge_lab.h"

static struct lab lab;
static struct config config;
static struct space space;

static void begin(void) {
  lab_begin(&lab);
  config = (struct config){.data = lab.folder, .free_mb = 4, .redis_socket = "/its/own.sock"};
  space_init(&space, &config);
}
static void end(void) { lab_end(&lab); }
TestSuite(space, .init = begin, .fini = end);

/* The floor is so many times what is free now. */
static void look(uint64_t times, uint64_t parts) {
  uint64_t bytes = 0;
  cr_assert_eq(file_free_bytes(lab.folder, &bytes), ERR_NONE);
  space.floor_bytes = bytes / parts * times;
  space_look(&space);
}

Test(space, there_is_room) {
  space_look(&space);
  cr_assert_eq(space.state, SPACE_ENOUGH);
  cr_assert_str_empty(space.say);
  cr_assert_gt(space.free_bytes, 0);
}

Test(space, too_little_for_lists_then_for_anybody_then_room_again) {
  look(2, 1);
  cr_assert_eq(space.state, SPACE_SCARCE);
  cr_assert_not_null(strstr(space.say, "Lists and calls are refused"));
  look(8, 1);
  cr_assert_eq(space.state, SPACE_NONE);
  cr_assert_not_null(strstr(space.say, "Nobody is served"));
  look(1, 2);
  cr_assert_eq(space.state, SPACE_ENOUGH);
  cr_assert_str_empty(space.say);
  (void)unlink(space.reserve);
}

Test(space, a_state_is_left_with_more_than_it_was_entered_with) {
  look(2, 1);
  look(19, 20);
  cr_assert_eq(space.state, SPACE_SCARCE, "a twentieth more than the floor is not enough");
  look(390, 100);
  cr_assert_eq(space.state, SPACE_SCARCE);
  look(8, 1);
  look(390, 100);
  cr_assert_eq(space.state, SPACE_NONE);
}

Test(space, the_reserve_is_made_and_given_up) {
  struct stat info;
  space_look(&space);
  cr_assert_eq(stat(space.reserve, &info), 0);
  cr_assert_eq(info.st_size, 4 * 1024 * 1024 / 16);
  cr_assert_eq(info.st_mode & 0777, 0600);
  look(16, 1);
  cr_assert_eq(access(space.reserve, F_OK), 0, "it is kept while there is a little");
  look(64, 1);
  cr_assert_neq(access(space.reserve, F_OK), 0);
}

Test(space, tools_ask_before_they_begin) {
  cr_assert_eq(space_check(&config), ERR_NONE);
  uint64_t bytes = 0;
  cr_assert_eq(file_free_bytes(lab.folder, &bytes), ERR_NONE);
  config.free_mb = (int64_t)(bytes >> 20) * 2;
  cr_assert_eq(space_check(&config), ERR_LIMITED);
  cr_assert_not_null(strstr(err_note_text(), "Nothing was changed."));
  err_note_clear();
}
