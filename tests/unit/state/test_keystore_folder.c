/* test_keystore_folder.c: the files: by another's wrapping key, torn, changed, full disk, read-only folder, killed half-way. */
#include "state/keystore_folder.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "key_lab.h"

TestSuite(keystore_folder, .init = key_lab_begin, .fini = key_lab_end);

static unsigned mode_of(const char *name) {
  struct stat info;
  cr_assert_eq(stat(key_lab_path(name), &info), 0);
  return info.st_mode & 07777;
}

static void put(const char *name, const char *data, size_t bytes) {
  FILE *file = fopen(key_lab_path(name), "wb");
  cr_assert_not_null(file);
  cr_assert_eq(fwrite(data, 1, bytes, file), bytes);
  cr_assert_eq(fclose(file), 0);
}

static void change_byte(const char *name, long at) {
  FILE *file = fopen(key_lab_path(name), "r+b");
  cr_assert_not_null(file);
  cr_assert_eq(fseek(file, at, SEEK_SET), 0);
  int byte = fgetc(file);
  cr_assert_eq(fseek(file, at, SEEK_SET), 0);
  cr_assert_neq(fputc(byte ^ 1, file), EOF);
  cr_assert_eq(fclose(file), 0);
}

/* ---- the wrapping key ---- */

Test(keystore_folder, another_wrapping_key_is_refused) {
  uint8_t key[KEY_BYTES], again[KEY_BYTES];
  key_lab_make(key);
  put("other", "0123456789abcdef0123456789abcdef", 32);
  cr_assert_eq(chmod(key_lab_path("other"), 0600), 0);
  key_lab_refused("other", false, ERR_DENIED, "keys/check was wrapped by another wrapping key");
  key_lab_refused("other", true, ERR_DENIED, "put the wrapping key's right file back");
  struct keystore *keystore = key_lab_open(NULL);
  key_lab_key(keystore, "p1", again);
  cr_assert_eq(memcmp(key, again, KEY_BYTES), 0);
  (void)keystore_free(keystore);
}

Test(keystore_folder, a_missing_wrapping_key) {
  key_lab_refused("wrapping", false, ERR_GONE, "wrapping is missing");
  (void)keystore_free(key_lab_open(NULL));
  cr_assert_eq(rename(key_lab_path("wrapping"), key_lab_path("hidden")), 0);
  key_lab_refused("wrapping", true, ERR_DENIED, "put it back from its copy"); /* no key yet, but it was told where it is */
  cr_assert_eq(rename(key_lab_path("hidden"), key_lab_path("wrapping")), 0);
  uint8_t key[KEY_BYTES];
  key_lab_make(key);
  cr_assert_eq(rename(key_lab_path("wrapping"), key_lab_path("hidden")), 0);
  key_lab_refused("wrapping", false, ERR_GONE, "wrapping is missing");
  key_lab_refused("wrapping", true, ERR_DENIED, "put it back from its copy");
  cr_assert_eq(unlink(key_lab_path("keys/check")), 0);
  key_lab_refused("wrapping", true, ERR_DENIED, "put it back from its copy");
  cr_assert_neq(access(key_lab_path("wrapping"), F_OK), 0, "no new one was drawn");
}

Test(keystore_folder, a_lost_check_is_proved_by_the_keys) {
  uint8_t key[KEY_BYTES];
  key_lab_make(key);
  put("other", "0123456789abcdef0123456789abcdef", 32);
  cr_assert_eq(chmod(key_lab_path("other"), 0600), 0);
  cr_assert_eq(unlink(key_lab_path("keys/check")), 0);
  key_lab_refused("other", true, ERR_DENIED, "was wrapped by another wrapping key");
  cr_assert_neq(access(key_lab_path("keys/check"), F_OK), 0);
  change_byte("keys/p1.key", 40); /* one damaged key proves nothing while others open */
  (void)keystore_free(key_lab_open(NULL));
  cr_assert_str_empty(err_note_text());
  cr_assert_eq(key_lab_file_bytes("keys/check"), KEY_FILE_BYTES);
  cr_assert_eq(truncate(key_lab_path("keys/check"), 20), 0);
  key_lab_refused("other", true, ERR_DENIED, "was wrapped by another wrapping key");
  (void)keystore_free(key_lab_open(NULL));
  cr_assert_eq(key_lab_file_bytes("keys/check"), KEY_FILE_BYTES);
  key_lab_refused("other", true, ERR_DENIED, "keys/check");
}

Test(keystore_folder, modes) {
  uint8_t key[KEY_BYTES];
  key_lab_make(key);
  cr_assert_eq(mode_of("keys"), 0700);
  cr_assert_eq(mode_of("wrapping"), 0400);
  cr_assert_eq(mode_of("keys/check"), 0600);
  cr_assert_eq(mode_of("keys/p512.key"), 0600);
  cr_assert_eq(key_lab_file_bytes("keys/p512.key"), KEY_FILE_BYTES);
  cr_assert_eq(chmod(key_lab_path("keys"), 0750), 0);
  key_lab_refused("wrapping", true, ERR_DENIED, "open to others");
  cr_assert_eq(chmod(key_lab_path("keys"), 0700), 0);
  cr_assert_eq(chmod(key_lab_path("wrapping"), 0440), 0);
  key_lab_refused("wrapping", true, ERR_DENIED, "can be read by others (mode 0440)");
  cr_assert_eq(chmod(key_lab_path("wrapping"), 0600), 0);
  (void)keystore_free(key_lab_open(NULL));
}

/* ---- files that went wrong ---- */

Test(keystore_folder, a_torn_file_is_replaced) {
  uint8_t key[KEY_BYTES], made[KEY_BYTES];
  key_lab_make(key);
  cr_assert_eq(truncate(key_lab_path("keys/p3.key"), KEY_FILE_BYTES - 1), 0);
  cr_assert_eq(truncate(key_lab_path("keys/p4.key"), 0), 0);
  put("keys/p5.new", "half of", 7);
  struct keystore *keystore = key_lab_open(NULL);
  cr_assert(!keystore_has(keystore, "p3") && !keystore_has(keystore, "p4") && keystore_has(keystore, "p5"));
  key_lab_no_key(keystore, "p3", "p3 has no data key");
  key_lab_ahead_ok(keystore, 1);
  key_lab_key(keystore, "p3", made);
  cr_assert_not_null(keystore_key(keystore, "p4"));
  key_lab_key(keystore, "p1", made);
  cr_assert_eq(memcmp(key, made, KEY_BYTES), 0);
  cr_assert_eq(key_lab_file_bytes("keys/p3.key"), KEY_FILE_BYTES);
  (void)keystore_free(keystore);
}

Test(keystore_folder, a_wrong_file_is_refused_and_kept) {
  uint8_t key[KEY_BYTES];
  key_lab_make(key);
  change_byte("keys/p3.key", 40);
  change_byte("keys/p4.key", 0); /* the version */
  cr_assert_eq(truncate(key_lab_path("keys/p5.key"), KEY_FILE_BYTES + 1), 0);
  cr_assert_eq(rename(key_lab_path("keys/p6.key"), key_lab_path("keys/p7.key")), 0);
  struct keystore *keystore = key_lab_open(NULL);
  key_lab_no_key(keystore, "p3", "keys/p3.key was wrapped by another wrapping key, or was changed");
  key_lab_no_key(keystore, "p4", "keys/p4.key");
  key_lab_no_key(keystore, "p7", "keys/p7.key"); /* another person's */
  struct key_answer answer = key_lab_ahead(keystore, 2);
  cr_assert_eq(answer.err, ERR_DENIED);
  cr_assert_not_null(strstr(answer.note, "keys/p5.key"), "%s", answer.note);
  cr_assert_eq(key_lab_file_bytes("keys/p5.key"), KEY_FILE_BYTES + 1);
  cr_assert(keystore_has(keystore, "p6") && keystore_has(keystore, "p513") && !keystore_has(keystore, "p5"));
  key_lab_no_key(keystore, "p3", "keys/p3.key");
  (void)keystore_free(keystore);
}

Test(keystore_folder, a_file_that_vanished) {
  uint8_t key[KEY_BYTES];
  key_lab_make(key);
  struct keystore *keystore = key_lab_open(NULL);
  cr_assert_eq(unlink(key_lab_path("keys/p3.key")), 0);
  key_lab_no_key(keystore, "p3", "keys/p3.key is missing or torn");
  (void)keystore_free(keystore);
}

Test(keystore_folder, a_read_only_folder) {
  uint8_t key[KEY_BYTES], again[KEY_BYTES];
  key_lab_make(key);
  cr_assert_eq(chmod(key_lab_path("keys"), 0500), 0);
  struct keystore *keystore = key_lab_open(NULL);
  key_lab_key(keystore, "p1", again);
  cr_assert_eq(memcmp(key, again, KEY_BYTES), 0);
  struct key_answer answer = key_lab_ahead(keystore, 2);
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

Test(keystore_folder, a_full_disk) {
  struct keystore *keystore = key_lab_open(NULL);
  disk_full(true);
  struct key_answer answer = key_lab_ahead(keystore, 1);
  disk_full(false);
  cr_assert_eq(answer.err, ERR_LIMITED, "%s", answer.note);
  cr_assert_not_null(strstr(answer.note, "keys/p1.new: File too large"), "%s", answer.note);
  cr_assert_not(keystore_has(keystore, "p1"));
  cr_assert_eq(key_lab_file_bytes("keys/p1.key"), SIZE_MAX);
  cr_assert_eq(key_lab_file_bytes("keys/p1.new"), SIZE_MAX);
  key_lab_ahead_ok(keystore, 1);
  cr_assert_not_null(keystore_key(keystore, "p1"));
  (void)keystore_free(keystore);
}

Test(keystore_folder, a_full_disk_while_opening) {
  disk_full(true);
  key_lab_refused("wrapping", true, ERR_LIMITED, "File too large");
  disk_full(false);
  cr_assert_neq(access(key_lab_path("wrapping"), F_OK), 0);
  (void)keystore_free(key_lab_open(NULL));
}

static void make_until_killed(void) {
  struct keystore *keystore = key_lab_open(NULL);
  struct key_answer answer = {0};
  for (int64_t first = 1;; first += KEYS_AHEAD) keystore_ahead(keystore, first, key_lab_hear, &answer);
}

/* Killed at any point: what bears a key's name opens, and the same key stays. */
Test(keystore_folder, a_killed_process_leaves_whole_keys) {
  uint8_t key[KEY_BYTES], again[KEY_BYTES];
  key_lab_make(key);
  for (int round = 0; round < 10; round++) {
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) make_until_killed();
    usleep(3000 + 7001 * (unsigned)round); /* where it is then, nobody knows: that is the test */
    cr_assert_eq(kill(child, SIGKILL), 0);
    cr_assert_eq(waitpid(child, NULL, 0), child);
    struct keystore *keystore = key_lab_open(NULL);
    for (int i = 1; i < 20000; i++)
      if (keystore_has(keystore, key_lab_person(i))) cr_assert_not_null(keystore_key(keystore, key_lab_person(i)), "%s", err_note_text());
    key_lab_key(keystore, "p1", again);
    cr_assert_eq(memcmp(key, again, KEY_BYTES), 0);
    (void)keystore_free(keystore);
  }
}

Test(keystore_folder, other_files_are_nobodys_keys) {
  struct keystore *keystore = key_lab_open(NULL);
  (void)keystore_free(keystore);
  static const char *const names[] = {"keys/p01.key", "keys/p2.key.bak", "keys/q3.key", "keys/p4", "keys/p5.new", "keys/p.key",
                                      "keys/p4194305.key"};
  char data[KEY_FILE_BYTES] = {1};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) put(names[i], data, sizeof data);
  cr_assert_eq(mkdir(key_lab_path("keys/p7.key"), 0700), 0);
  keystore = key_lab_open(NULL);
  for (int i = 1; i <= 7; i++) cr_assert_not(keystore_has(keystore, key_lab_person(i)), "p%d", i);
  (void)keystore_free(keystore);
}
