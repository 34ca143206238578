/* test_web_kept.c: files under their tokens: whole, ours alone, swept away when nobody wants them. */
#include "adapters/web/web_kept.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stage.h"

#define ONE "00000000000000000000000000000001"
#define TWO "00000000000000000000000000000002"

static uv_loop_t loop;
static struct web_kept *kept;
static int calls;
static bool was_stored;

static void begin(void) {
  stage_begin();
  uv_loop_init(&loop);
  calls = 0;
  cr_assert_eq(web_kept_open(&loop, stage.folder, &kept), ERR_NONE, "%s", err_note_text());
}

static void end(void) {
  kept = web_kept_free(kept);
  cr_assert_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
  cr_expect_eq(uv_loop_close(&loop), 0);
  stage_end();
}

TestSuite(web_kept, .init = begin, .fini = end);

static void on_stored(void *who, bool stored) {
  cr_expect_eq(who, &calls);
  calls++;
  was_stored = stored;
}

static void start_write(const char *token, const char *text) {
  char *data = malloc(strlen(text) + 1);
  memcpy(data, text, strlen(text) + 1);
  web_kept_write(kept, token, data, strlen(text), on_stored, &calls);
}

static bool write_now(const char *token, const char *text) {
  int before = calls;
  start_write(token, text);
  cr_assert_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
  cr_assert_eq(calls, before + 1);
  return was_stored;
}

static const char *read_back(const char *token, size_t bytes) {
  static char text[100];
  int fd = web_kept_read(kept, token, bytes);
  if (fd < 0) return NULL;
  ssize_t count = read(fd, text, sizeof text - 1);
  close(fd);
  text[count < 0 ? 0 : count] = '\0';
  return text;
}

Test(web_kept, keeps_a_file_for_us_alone) {
  struct stat info;
  cr_assert(write_now(ONE, "a,b\n"));
  cr_assert_str_eq(read_back(ONE, 4), "a,b\n");
  cr_assert_eq(stat(stage_path("files/" ONE), &info), 0);
  cr_assert_eq(info.st_mode & 0777, 0600);
  cr_assert_eq(stat(stage_path("files"), &info), 0);
  cr_assert_eq(info.st_mode & 0777, 0700);
  cr_assert_null(read_back(ONE, 5), "not as long as it must be");
  cr_assert_null(read_back(TWO, 4));
}

Test(web_kept, follows_no_link_and_reads_no_folder) {
  stage_write(stage_path("secret"), "1234");
  cr_assert_eq(symlink(stage_path("secret"), stage_path("files/" ONE)), 0);
  cr_assert_eq(mkdir(stage_path("files/" TWO), 0700), 0);
  cr_assert_eq(web_kept_read(kept, ONE, 4), -1);
  cr_assert_eq(web_kept_read(kept, TWO, 4096), -1);
}

Test(web_kept, tokens) {
  static const char *const bad[] = {"", "..", ONE "0", "0000000000000000000000000000000", "0000000000000000000000000000000A", "0000000000000000000000000000000/",
                                    "................................", "0000000000000000000000000000000\n"};
  char one[WEB_TOKEN_BYTES], two[WEB_TOKEN_BYTES];
  web_kept_token(one);
  web_kept_token(two);
  cr_assert(web_kept_is_token(one) && web_kept_is_token(two) && strcmp(one, two) != 0);
  cr_assert(!web_kept_is_token(NULL));
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) cr_expect(!web_kept_is_token(bad[i]), "%s", bad[i]);
}

Test(web_kept, a_path_is_made_of_a_token_or_not_at_all, .signal = SIGABRT) {
  (void)web_kept_read(kept, "../journal", 1);
}

static bool is_one(void *who, const char *token) {
  cr_expect_eq(who, &calls);
  return strcmp(token, ONE) == 0;
}

Test(web_kept, sweeps_what_nobody_wants) {
  cr_assert(write_now(ONE, "one") && write_now(TWO, "two"));
  stage_write(stage_path("files/" TWO ".new"), "half of one");
  stage_write(stage_path("files/else"), "x");
  web_kept_sweep(kept, is_one, &calls);
  cr_assert_str_eq(read_back(ONE, 3), "one");
  cr_assert_null(read_back(TWO, 3));
  cr_assert_neq(access(stage_path("files/" TWO ".new"), F_OK), 0);
  cr_assert_neq(access(stage_path("files/else"), F_OK), 0);
  web_kept_remove(kept, ONE);
  web_kept_remove(kept, ONE);
  cr_assert_null(read_back(ONE, 3));
}

Test(web_kept, all_of_them_have_a_maximum) {
  cr_assert(write_now(ONE, "0123456789"));
  cr_assert(!web_kept_has_room(kept, WEB_KEPT_BYTES_MAX - 9));
  web_kept_remove(kept, ONE);
  cr_assert(!web_kept_has_room(kept, WEB_KEPT_BYTES_MAX + 1));
  cr_assert(web_kept_has_room(kept, 1));
}

Test(web_kept, a_full_disk_leaves_nothing) {
  cr_assert_neq(signal(SIGXFSZ, SIG_IGN), SIG_ERR);
  struct rlimit old, small;
  cr_assert_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
  small = (struct rlimit){4, old.rlim_max};
  cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
  bool stored = write_now(ONE, "more than fits");
  cr_assert_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
  cr_assert(!stored);
  cr_assert_null(read_back(ONE, 14));
  cr_assert(write_now(ONE, "again"), "and the next one is stored");
}

Test(web_kept, ends_in_the_middle_of_a_write) {
  start_write(ONE, "nobody waits for it");
  kept = web_kept_free(kept);
  cr_assert_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
  cr_assert_eq(calls, 0);
}
