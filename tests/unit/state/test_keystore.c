/* test_keystore.c: keys made once and for good, in a folder of the test's own: by others' keys, torn, full, read-only, killed. */
#include "state/keystore.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bot/base/file.h"

enum { FILE_BYTES = 73, MANY = 3 * KEYS_AHEAD };

static char root[64], path_buffer[4][200];

static const char *in_root(const char *name) {
  static unsigned turn;
  char *path = path_buffer[turn++ % ARRAY_LEN(path_buffer)];
  snprintf(path, sizeof path_buffer[0], "%s/%s", root, name);
  return path;
}

/* Root ignores modes, so whoever tests them is nobody. */
static void begin(void) {
  if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) cr_assert_fail("cannot leave root");
  umask(022);
  const char *quick = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"; /* hundreds of fsyncs a test */
  snprintf(root, sizeof root, "%s/mentord-keystore-XXXXXX", quick);
  cr_assert_not_null(mkdtemp(root));
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place) {
  if (kind == FTW_D) (void)chmod(path, 0700);
  return 0;
}

static int remove_two(const char *path, const struct stat *info, int kind, struct FTW *place) {
  return remove(path);
}

static void end(void) {
  nftw(root, remove_one, 8, FTW_PHYS);
  nftw(root, remove_two, 8, FTW_DEPTH | FTW_PHYS);
}

TestSuite(keystore, .init = begin, .fini = end);

/* ---- helpers ---- */

struct answer { /* what `done` said */
  int calls;
  enum err err;
  char note[500];
  uv_thread_t thread;
};

static void hear(void *who, enum err err, const char *note) {
  struct answer *answer = who;
  answer->calls++;
  answer->err = err;
  answer->thread = uv_thread_self();
  snprintf(answer->note, sizeof answer->note, "%s", note);
}

static enum err open_as(uv_loop_t *loop, const char *key_file, bool make_key, struct keystore **ret_keystore) {
  err_note_clear();
  return keystore_open(loop, in_root("keys"), in_root(key_file), make_key, ret_keystore);
}

static struct keystore *open_ok(uv_loop_t *loop) {
  struct keystore *keystore = NULL;
  enum err err = open_as(loop, "wrapping", true, &keystore);
  cr_assert_eq(err, ERR_NONE, "%s: %s", err_name(err), err_note_text());
  cr_assert_not_null(keystore);
  return keystore;
}

static void refused(const char *key_file, bool make_key, enum err wanted, const char *word) {
  struct keystore *keystore = NULL;
  enum err err = open_as(NULL, key_file, make_key, &keystore);
  cr_assert_eq(err, wanted, "%s: %s", err_name(err), err_note_text());
  cr_assert_null(keystore);
  cr_assert_not_null(strstr(err_note_text(), word), "note: %s", err_note_text());
}

static struct answer ahead_now(struct keystore *keystore, int64_t first) {
  struct answer answer = {0};
  keystore_ahead(keystore, first, hear, &answer);
  cr_assert_eq(answer.calls, 1);
  return answer;
}

static void ahead_ok(struct keystore *keystore, int64_t first) {
  struct answer answer = ahead_now(keystore, first);
  cr_assert_eq(answer.err, ERR_NONE, "%s", answer.note);
  cr_assert_str_empty(answer.note);
}

static const char *person_id(int number) {
  static char id[16];
  snprintf(id, sizeof id, "p%d", number);
  return id;
}

static void key_copy(struct keystore *keystore, const char *person, uint8_t ret_key[KEY_BYTES]) {
  const uint8_t *key = keystore_key(keystore, person);
  cr_assert_not_null(key, "%s: %s", person, err_note_text());
  memcpy(ret_key, key, KEY_BYTES);
}

static void no_key(struct keystore *keystore, const char *person, const char *word) {
  err_note_clear();
  cr_assert_null(keystore_key(keystore, person), "%s", person);
  cr_assert_not_null(strstr(err_note_text(), word), "note: %s", err_note_text());
}

static size_t file_bytes(const char *name) {
  struct stat info;
  return stat(in_root(name), &info) == 0 ? (size_t)info.st_size : SIZE_MAX;
}

static unsigned mode_of(const char *name) {
  struct stat info;
  cr_assert_eq(stat(in_root(name), &info), 0);
  return info.st_mode & 07777;
}

static void put(const char *name, const char *data, size_t bytes) {
  FILE *file = fopen(in_root(name), "wb");
  cr_assert_not_null(file);
  cr_assert_eq(fwrite(data, 1, bytes, file), bytes);
  cr_assert_eq(fclose(file), 0);
}

static void change_byte(const char *name, long at) {
  FILE *file = fopen(in_root(name), "r+b");
  cr_assert_not_null(file);
  cr_assert_eq(fseek(file, at, SEEK_SET), 0);
  int byte = fgetc(file);
  cr_assert_eq(fseek(file, at, SEEK_SET), 0);
  cr_assert_neq(fputc(byte ^ 1, file), EOF);
  cr_assert_eq(fclose(file), 0);
}

/* A folder with p1 … p512; their first key. */
static void make_folder(uint8_t ret_key[KEY_BYTES]) {
  struct keystore *keystore = open_ok(NULL);
  ahead_ok(keystore, 1);
  key_copy(keystore, "p1", ret_key);
  (void)keystore_free(keystore);
}

/* ---- keys ---- */

Test(keystore, a_key_is_made_once_and_stays) {
  uint8_t first[KEY_BYTES], second[KEY_BYTES], again[KEY_BYTES];
  struct keystore *keystore = open_ok(NULL);
  cr_assert_not(keystore_has(keystore, "p1"));
  no_key(keystore, "p1", "p1 has no data key");
  ahead_ok(keystore, 1);
  cr_assert(keystore_has(keystore, "p1") && keystore_has(keystore, "p512") && !keystore_has(keystore, "p513"));
  key_copy(keystore, "p1", first);
  key_copy(keystore, "p2", second);
  cr_assert_neq(memcmp(first, second, KEY_BYTES), 0);
  ahead_ok(keystore, 2);
  cr_assert(keystore_has(keystore, "p513") && !keystore_has(keystore, "p514"));
  cr_assert_null(keystore_free(keystore));
  keystore = open_ok(NULL);
  cr_assert(keystore_has(keystore, "p1") && keystore_has(keystore, "p513") && !keystore_has(keystore, "p514"));
  key_copy(keystore, "p1", again);
  cr_assert_eq(memcmp(first, again, KEY_BYTES), 0);
  ahead_ok(keystore, 1);
  key_copy(keystore, "p2", again);
  cr_assert_eq(memcmp(second, again, KEY_BYTES), 0);
  (void)keystore_free(keystore);
}

Test(keystore, what_is_no_person_has_no_key) {
  static const char *const others[] = {"", "p", "p0", "p01", "p1x", "P1", "x1", "1", "p-1", "p 1", "p99999999999999999999999", "p4194305"};
  struct keystore *keystore = open_ok(NULL);
  ahead_ok(keystore, 1);
  for (size_t i = 0; i < ARRAY_LEN(others); i++) {
    cr_assert_not(keystore_has(keystore, others[i]), "%s", others[i]);
    no_key(keystore, others[i], "has no data key");
  }
  cr_assert_not(keystore_has(keystore, NULL));
  for (size_t i = 0; i < ARRAY_LEN(others); i++) cr_assert_eq(keystore_number(others[i]), 0, "%s", others[i]);
  cr_assert_eq(keystore_number(NULL), 0);
  cr_assert(keystore_number("p1") == 1 && keystore_number("p4194304") == KEYS_MAX);
  no_key(keystore, NULL, "nobody");
  cr_assert_null(keystore_free(keystore));
  cr_assert_null(keystore_free(NULL));
}

Test(keystore, other_files_are_nobodys_keys) {
  struct keystore *keystore = open_ok(NULL);
  (void)keystore_free(keystore);
  static const char *const names[] = {"keys/p01.key", "keys/p2.key.bak", "keys/q3.key", "keys/p4", "keys/p5.new", "keys/p.key",
                                      "keys/p4194305.key"};
  char data[FILE_BYTES] = {1};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) put(names[i], data, sizeof data);
  cr_assert_eq(mkdir(in_root("keys/p7.key"), 0700), 0);
  keystore = open_ok(NULL);
  for (int i = 1; i <= 7; i++) cr_assert_not(keystore_has(keystore, person_id(i)), "p%d", i);
  (void)keystore_free(keystore);
}

Test(keystore, keys_beyond_the_unwrapped_ones_are_read_again) {
  static uint8_t keys[MANY + 1][KEY_BYTES];
  struct keystore *keystore = open_ok(NULL);
  for (int64_t first = 1; first < MANY; first += KEYS_AHEAD) ahead_ok(keystore, first);
  for (int i = 1; i <= MANY; i++) key_copy(keystore, person_id(i), keys[i]);
  for (int i = MANY; i >= 1; i--) {
    const uint8_t *key = keystore_key(keystore, person_id(i));
    cr_assert(key != NULL && memcmp(key, keys[i], KEY_BYTES) == 0, "p%d", i);
    for (int other = 1; other < i; other++) cr_assert(memcmp(keys[i], keys[other], KEY_BYTES) != 0, "p%d p%d", i, other);
  }
  (void)keystore_free(keystore);
}

Test(keystore, memory_that_cannot_be_locked_is_told) {
  struct keystore *keystore = open_ok(NULL);
  cr_assert(keystore_is_locked(keystore));
  (void)keystore_free(keystore);
  const struct rlimit none = {0, 0};
  cr_assert_eq(setrlimit(RLIMIT_MEMLOCK, &none), 0);
  if (mlock(root, 1) == 0) cr_skip_test("whoever runs this may always lock memory (AddressSanitizer takes it over)");
  keystore = open_ok(NULL);
  cr_assert_not(keystore_is_locked(keystore));
  ahead_ok(keystore, 1);
  cr_assert_not_null(keystore_key(keystore, "p1"));
  (void)keystore_free(keystore);
}

/* ---- the wrapping key ---- */

Test(keystore, another_wrapping_key_is_refused) {
  uint8_t key[KEY_BYTES], again[KEY_BYTES];
  make_folder(key);
  put("other", "0123456789abcdef0123456789abcdef", 32);
  cr_assert_eq(chmod(in_root("other"), 0600), 0);
  refused("other", false, ERR_DENIED, "keys/check was wrapped by another wrapping key");
  refused("other", true, ERR_DENIED, "put the wrapping key's right file back");
  struct keystore *keystore = open_ok(NULL);
  key_copy(keystore, "p1", again);
  cr_assert_eq(memcmp(key, again, KEY_BYTES), 0);
  (void)keystore_free(keystore);
}

Test(keystore, a_missing_wrapping_key) {
  refused("wrapping", false, ERR_GONE, "wrapping is missing");
  (void)keystore_free(open_ok(NULL));
  cr_assert_eq(rename(in_root("wrapping"), in_root("hidden")), 0);
  refused("wrapping", true, ERR_DENIED, "put it back from its copy"); /* no key yet, but it was told where it is */
  cr_assert_eq(rename(in_root("hidden"), in_root("wrapping")), 0);
  uint8_t key[KEY_BYTES];
  make_folder(key);
  cr_assert_eq(rename(in_root("wrapping"), in_root("hidden")), 0);
  refused("wrapping", false, ERR_GONE, "wrapping is missing");
  refused("wrapping", true, ERR_DENIED, "put it back from its copy");
  cr_assert_eq(unlink(in_root("keys/check")), 0);
  refused("wrapping", true, ERR_DENIED, "put it back from its copy");
  cr_assert_neq(access(in_root("wrapping"), F_OK), 0, "no new one was drawn");
}

Test(keystore, a_lost_check_is_proved_by_the_keys) {
  uint8_t key[KEY_BYTES];
  make_folder(key);
  put("other", "0123456789abcdef0123456789abcdef", 32);
  cr_assert_eq(chmod(in_root("other"), 0600), 0);
  cr_assert_eq(unlink(in_root("keys/check")), 0);
  refused("other", true, ERR_DENIED, "was wrapped by another wrapping key");
  cr_assert_neq(access(in_root("keys/check"), F_OK), 0);
  change_byte("keys/p1.key", 40); /* one damaged key proves nothing while others open */
  (void)keystore_free(open_ok(NULL));
  cr_assert_str_empty(err_note_text());
  cr_assert_eq(file_bytes("keys/check"), FILE_BYTES);
  cr_assert_eq(truncate(in_root("keys/check"), 20), 0);
  refused("other", true, ERR_DENIED, "was wrapped by another wrapping key");
  (void)keystore_free(open_ok(NULL));
  cr_assert_eq(file_bytes("keys/check"), FILE_BYTES);
  refused("other", true, ERR_DENIED, "keys/check");
}

Test(keystore, modes) {
  uint8_t key[KEY_BYTES];
  make_folder(key);
  cr_assert_eq(mode_of("keys"), 0700);
  cr_assert_eq(mode_of("wrapping"), 0400);
  cr_assert_eq(mode_of("keys/check"), 0600);
  cr_assert_eq(mode_of("keys/p512.key"), 0600);
  cr_assert_eq(file_bytes("keys/p512.key"), FILE_BYTES);
  cr_assert_eq(chmod(in_root("keys"), 0750), 0);
  refused("wrapping", true, ERR_DENIED, "open to others");
  cr_assert_eq(chmod(in_root("keys"), 0700), 0);
  cr_assert_eq(chmod(in_root("wrapping"), 0440), 0);
  refused("wrapping", true, ERR_DENIED, "can be read by others (mode 0440)");
  cr_assert_eq(chmod(in_root("wrapping"), 0600), 0);
  (void)keystore_free(open_ok(NULL));
}

/* ---- files that went wrong ---- */

Test(keystore, a_torn_file_is_replaced) {
  uint8_t key[KEY_BYTES], made[KEY_BYTES];
  make_folder(key);
  cr_assert_eq(truncate(in_root("keys/p3.key"), FILE_BYTES - 1), 0);
  cr_assert_eq(truncate(in_root("keys/p4.key"), 0), 0);
  put("keys/p5.new", "half of", 7);
  struct keystore *keystore = open_ok(NULL);
  cr_assert(!keystore_has(keystore, "p3") && !keystore_has(keystore, "p4") && keystore_has(keystore, "p5"));
  no_key(keystore, "p3", "p3 has no data key");
  ahead_ok(keystore, 1);
  key_copy(keystore, "p3", made);
  cr_assert_not_null(keystore_key(keystore, "p4"));
  key_copy(keystore, "p1", made);
  cr_assert_eq(memcmp(key, made, KEY_BYTES), 0);
  cr_assert_eq(file_bytes("keys/p3.key"), FILE_BYTES);
  (void)keystore_free(keystore);
}

Test(keystore, a_wrong_file_is_refused_and_kept) {
  uint8_t key[KEY_BYTES];
  make_folder(key);
  change_byte("keys/p3.key", 40);
  change_byte("keys/p4.key", 0); /* the version */
  cr_assert_eq(truncate(in_root("keys/p5.key"), FILE_BYTES + 1), 0);
  cr_assert_eq(rename(in_root("keys/p6.key"), in_root("keys/p7.key")), 0);
  struct keystore *keystore = open_ok(NULL);
  no_key(keystore, "p3", "keys/p3.key was wrapped by another wrapping key, or was changed");
  no_key(keystore, "p4", "keys/p4.key");
  no_key(keystore, "p7", "keys/p7.key"); /* another person's */
  struct answer answer = ahead_now(keystore, 2);
  cr_assert_eq(answer.err, ERR_DENIED);
  cr_assert_not_null(strstr(answer.note, "keys/p5.key"), "%s", answer.note);
  cr_assert_eq(file_bytes("keys/p5.key"), FILE_BYTES + 1);
  cr_assert(keystore_has(keystore, "p6") && keystore_has(keystore, "p513") && !keystore_has(keystore, "p5"));
  no_key(keystore, "p3", "keys/p3.key");
  (void)keystore_free(keystore);
}

Test(keystore, a_file_that_vanished) {
  uint8_t key[KEY_BYTES];
  make_folder(key);
  struct keystore *keystore = open_ok(NULL);
  cr_assert_eq(unlink(in_root("keys/p3.key")), 0);
  no_key(keystore, "p3", "keys/p3.key is missing or torn");
  (void)keystore_free(keystore);
}

Test(keystore, a_read_only_folder) {
  uint8_t key[KEY_BYTES], again[KEY_BYTES];
  make_folder(key);
  cr_assert_eq(chmod(in_root("keys"), 0500), 0);
  struct keystore *keystore = open_ok(NULL);
  key_copy(keystore, "p1", again);
  cr_assert_eq(memcmp(key, again, KEY_BYTES), 0);
  struct answer answer = ahead_now(keystore, 2);
  cr_assert_eq(answer.err, ERR_DENIED);
  cr_assert_not_null(strstr(answer.note, "keys/p513.new: Permission denied"), "%s", answer.note);
  cr_assert_not(keystore_has(keystore, "p513"));
  (void)keystore_free(keystore);
}

/* A limit on the size of files ends a write as a full disk does: some bytes go, then none. */
static void disk_full(bool full) {
  struct rlimit limit;
  signal(SIGXFSZ, SIG_IGN);
  cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = full ? 40 : limit.rlim_max;
  cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

Test(keystore, a_full_disk) {
  struct keystore *keystore = open_ok(NULL);
  disk_full(true);
  struct answer answer = ahead_now(keystore, 1);
  disk_full(false);
  cr_assert_eq(answer.err, ERR_LIMITED, "%s", answer.note);
  cr_assert_not_null(strstr(answer.note, "keys/p1.new: File too large"), "%s", answer.note);
  cr_assert_not(keystore_has(keystore, "p1"));
  cr_assert_eq(file_bytes("keys/p1.key"), SIZE_MAX);
  cr_assert_eq(file_bytes("keys/p1.new"), SIZE_MAX);
  ahead_ok(keystore, 1);
  cr_assert_not_null(keystore_key(keystore, "p1"));
  (void)keystore_free(keystore);
}

Test(keystore, a_full_disk_while_opening) {
  disk_full(true);
  refused("wrapping", true, ERR_LIMITED, "File too large");
  disk_full(false);
  cr_assert_neq(access(in_root("wrapping"), F_OK), 0);
  (void)keystore_free(open_ok(NULL));
}

Test(keystore, no_keys_past_the_last_person) {
  struct keystore *keystore = open_ok(NULL);
  struct answer answer = ahead_now(keystore, KEYS_MAX);
  cr_assert_eq(answer.err, ERR_LIMITED);
  cr_assert_neq(answer.note[0], '\0');
  answer = ahead_now(keystore, INT64_MAX);
  cr_assert_eq(answer.err, ERR_LIMITED);
  ahead_ok(keystore, INT64_MIN); /* a damaged counter */
  cr_assert(keystore_has(keystore, "p1") && keystore_has(keystore, "p512") && !keystore_has(keystore, "p513"));
  (void)keystore_free(keystore);
}

static void make_until_killed(void) {
  struct keystore *keystore = open_ok(NULL);
  struct answer answer = {0};
  for (int64_t first = 1;; first += KEYS_AHEAD) keystore_ahead(keystore, first, hear, &answer);
}

/* Killed at any point: what bears a key's name opens, and the same key stays. */
Test(keystore, a_killed_process_leaves_whole_keys) {
  uint8_t key[KEY_BYTES], again[KEY_BYTES];
  make_folder(key);
  for (int round = 0; round < 10; round++) {
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) make_until_killed();
    usleep(3000 + 7001 * (unsigned)round); /* where it is then, nobody knows: that is the test */
    cr_assert_eq(kill(child, SIGKILL), 0);
    cr_assert_eq(waitpid(child, NULL, 0), child);
    struct keystore *keystore = open_ok(NULL);
    for (int i = 1; i < 20000; i++)
      if (keystore_has(keystore, person_id(i))) cr_assert_not_null(keystore_key(keystore, person_id(i)), "%s", err_note_text());
    key_copy(keystore, "p1", again);
    cr_assert_eq(memcmp(key, again, KEY_BYTES), 0);
    (void)keystore_free(keystore);
  }
}

/* ---- with a loop ---- */

static void loop_end(uv_loop_t *loop) {
  cr_assert_eq(uv_run(loop, UV_RUN_DEFAULT), 0);
  cr_assert_eq(uv_loop_close(loop), 0);
}

Test(keystore, ahead_works_off_the_loop) {
  uv_loop_t loop;
  struct answer answer = {0};
  cr_assert_eq(uv_loop_init(&loop), 0);
  struct keystore *keystore = open_ok(&loop);
  keystore_ahead(keystore, 1, hear, &answer);
  cr_assert_eq(answer.calls, 0);
  cr_assert_not(keystore_has(keystore, "p1"));
  cr_assert_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
  cr_assert(answer.calls == 1 && answer.err == ERR_NONE, "%s", answer.note);
  uv_thread_t here = uv_thread_self();
  cr_assert(uv_thread_equal(&here, &answer.thread));
  cr_assert(keystore_has(keystore, "p1") && keystore_has(keystore, "p512"));
  keystore_ahead(keystore, 1, hear, &answer);
  cr_assert_eq(answer.calls, 2, "at once when all is there");
  (void)keystore_free(keystore);
  loop_end(&loop);
}

static char order[8];
static void hear_a(void *who, enum err err, const char *note) {
  strcat(order, "a"); /* NOLINT: three letters at most */
  hear(who, err, note);
}
static void hear_b(void *who, enum err err, const char *note) {
  strcat(order, "b"); /* NOLINT */
  hear(who, err, note);
}

Test(keystore, calls_may_overlap) {
  uv_loop_t loop;
  struct answer answers[4] = {0};
  uint8_t keys[2][KEY_BYTES];
  cr_assert_eq(uv_loop_init(&loop), 0);
  struct keystore *keystore = open_ok(&loop);
  keystore_ahead(keystore, 1, hear_a, &answers[0]);
  keystore_ahead(keystore, 1, hear_b, &answers[1]);   /* served by the first */
  keystore_ahead(keystore, 100, hear_a, &answers[2]); /* needs more */
  keystore_ahead(keystore, 50, hear_b, &answers[3]);
  cr_assert_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
  for (size_t i = 0; i < ARRAY_LEN(answers); i++) cr_assert(answers[i].calls == 1 && answers[i].err == ERR_NONE);
  cr_assert_str_eq(order, "abab");
  cr_assert(keystore_has(keystore, "p611") && !keystore_has(keystore, "p612"));
  key_copy(keystore, "p100", keys[0]);
  (void)keystore_free(keystore);
  loop_end(&loop);
  keystore = open_ok(NULL);
  key_copy(keystore, "p100", keys[1]);
  cr_assert_eq(memcmp(keys[0], keys[1], KEY_BYTES), 0, "made once");
  (void)keystore_free(keystore);
}

Test(keystore, an_error_off_the_loop_brings_its_note) {
  uv_loop_t loop;
  struct answer answers[2] = {0};
  cr_assert_eq(uv_loop_init(&loop), 0);
  struct keystore *keystore = open_ok(&loop);
  cr_assert_eq(chmod(in_root("keys"), 0500), 0);
  keystore_ahead(keystore, 1, hear, &answers[0]);
  keystore_ahead(keystore, 2, hear, &answers[1]);
  cr_assert_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
  for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
    cr_assert(answers[i].calls == 1 && answers[i].err == ERR_DENIED);
    cr_assert_not_null(strstr(answers[i].note, "Permission denied"), "%s", answers[i].note);
  }
  (void)keystore_free(keystore);
  loop_end(&loop);
}

/* Two key stores on one folder, as two processes would have: whoever comes second finds the first one's keys. */
Test(keystore, a_store_finds_the_keys_another_made) {
  uint8_t keys[2][KEY_BYTES];
  struct keystore *a = open_ok(NULL), *b = open_ok(NULL);
  ahead_ok(a, 1);
  key_copy(a, "p7", keys[0]);
  cr_assert_not(keystore_has(b, "p7"));
  ahead_ok(b, 1);
  key_copy(b, "p7", keys[1]);
  cr_assert_eq(memcmp(keys[0], keys[1], KEY_BYTES), 0);
  (void)keystore_free(a);
  (void)keystore_free(b);
}

static void stop_loop(uv_timer_t *timer) {
  uv_stop(timer->loop);
}

static void run_for(uv_loop_t *loop, uint64_t ms) {
  uv_timer_t timer;
  cr_assert_eq(uv_timer_init(loop, &timer), 0);
  cr_assert_eq(uv_timer_start(&timer, stop_loop, ms, 0), 0);
  (void)uv_run(loop, UV_RUN_DEFAULT);
  uv_close((uv_handle_t *)&timer, NULL);
  (void)uv_run(loop, UV_RUN_NOWAIT);
}

Test(keystore, keys_are_made_by_one_process_at_a_time) {
  uv_loop_t loop;
  struct answer answer = {0};
  cr_assert_eq(uv_loop_init(&loop), 0);
  struct keystore *keystore = open_ok(&loop);
  int other = open(in_root("keys"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  cr_assert(other >= 0 && flock(other, LOCK_EX) == 0);
  keystore_ahead(keystore, 1, hear, &answer);
  run_for(&loop, 100); /* long enough to make them all, were it not for the lock */
  cr_assert_eq(answer.calls, 0);
  cr_assert_eq(file_bytes("keys/p1.key"), SIZE_MAX);
  cr_assert_eq(close(other), 0);
  cr_assert_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
  cr_assert(answer.calls == 1 && answer.err == ERR_NONE, "%s", answer.note);
  (void)keystore_free(keystore);
  loop_end(&loop);
}

Test(keystore, two_stores_on_one_folder_make_the_same_keys) {
  uv_loop_t loop;
  struct answer answers[2] = {0};
  cr_assert_eq(uv_loop_init(&loop), 0);
  struct keystore *a = open_ok(&loop), *b = open_ok(&loop);
  keystore_ahead(a, 1, hear, &answers[0]);
  keystore_ahead(b, 1, hear, &answers[1]);
  cr_assert_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
  for (int i = 1; i <= KEYS_AHEAD; i++) {
    uint8_t keys[2][KEY_BYTES];
    key_copy(a, person_id(i), keys[0]);
    key_copy(b, person_id(i), keys[1]);
    cr_assert_eq(memcmp(keys[0], keys[1], KEY_BYTES), 0, "p%d", i);
  }
  (void)keystore_free(a);
  (void)keystore_free(b);
  loop_end(&loop);
}

struct chain { /* a callback that asks for more, then lets go of the key store */
  struct keystore *keystore;
  int calls;
};

static void go_on(void *who, enum err err, const char *note) {
  struct chain *chain = who;
  cr_assert_eq(err, ERR_NONE, "%s", note);
  chain->calls++;
  if (chain->calls < 3) keystore_ahead(chain->keystore, 1 + 10 * chain->calls, go_on, chain);
  else chain->keystore = keystore_free(chain->keystore);
}

Test(keystore, a_callback_may_ask_again_and_may_free) {
  uv_loop_t loop;
  cr_assert_eq(uv_loop_init(&loop), 0);
  struct chain chain = {.keystore = open_ok(&loop)};
  struct answer never = {0};
  keystore_ahead(chain.keystore, 1, go_on, &chain);
  cr_assert_eq(uv_run(&loop, UV_RUN_ONCE), 1);
  cr_assert_eq(chain.calls, 1);
  keystore_ahead(chain.keystore, 100, hear, &never); /* waits behind the last link of the chain */
  while (chain.keystore != NULL && uv_run(&loop, UV_RUN_ONCE)) continue;
  cr_assert_eq(chain.calls, 3);
  loop_end(&loop);
}

Test(keystore, without_a_loop_a_callback_may_free_too) {
  struct chain chain = {.keystore = open_ok(NULL)};
  keystore_ahead(chain.keystore, 1, go_on, &chain);
  cr_assert(chain.calls == 3 && chain.keystore == NULL);
}

Test(keystore, freed_while_at_work) {
  uv_loop_t loop;
  struct answer answer = {0};
  cr_assert_eq(uv_loop_init(&loop), 0);
  struct keystore *keystore = open_ok(&loop);
  keystore_ahead(keystore, 1, hear, &answer);
  keystore_ahead(keystore, 300, hear, &answer);
  cr_assert_null(keystore_free(keystore));
  loop_end(&loop);
  cr_assert_eq(answer.calls, 0);
  keystore = open_ok(NULL);
  ahead_ok(keystore, 1);
  (void)keystore_free(keystore);
}
