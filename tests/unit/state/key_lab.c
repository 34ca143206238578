/* key_lab.c: a key store in a folder of the test's own, and what is asked of it again and again. */
#include "key_lab.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64], path_buffer[4][200];

const char *key_lab_path(const char *name) {
  static unsigned turn;
  char *path = path_buffer[turn++ % ARRAY_LEN(path_buffer)];
  snprintf(path, sizeof path_buffer[0], "%s/%s", root, name);
  return path;
}

/* Root ignores modes, so whoever tests them is nobody. */
void key_lab_begin(void) {
  if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) cr_assert_fail("cannot leave root");
  umask(022);
  const char *quick = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"; /* hundreds of fsyncs a test */
  snprintf(root, sizeof root, "%s/mentord-keystore-XXXXXX", quick);
  cr_assert_not_null(mkdtemp(root));
}

static int open_again(const char *path, const struct stat *info, int kind, struct FTW *place) {
  if (kind == FTW_D) (void)chmod(path, 0700);
  return 0;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place) {
  return remove(path);
}

void key_lab_end(void) {
  nftw(root, open_again, 8, FTW_PHYS);
  nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void key_lab_hear(void *who, enum err err, const char *note) {
  struct key_answer *answer = who;
  answer->calls++;
  answer->err = err;
  answer->thread = uv_thread_self();
  snprintf(answer->note, sizeof answer->note, "%s", note);
}

enum err key_lab_open_as(uv_loop_t *loop, const char *key_file, bool make_key, struct keystore **ret_keystore) {
  err_note_clear();
  return keystore_open(loop, key_lab_path("keys"), key_lab_path(key_file), make_key, ret_keystore);
}

struct keystore *key_lab_open(uv_loop_t *loop) {
  struct keystore *keystore = NULL;
  enum err err = key_lab_open_as(loop, "wrapping", true, &keystore);
  cr_assert_eq(err, ERR_NONE, "%s: %s", err_name(err), err_note_text());
  cr_assert_not_null(keystore);
  return keystore;
}

void key_lab_refused(const char *key_file, bool make_key, enum err wanted, const char *word) {
  struct keystore *keystore = NULL;
  enum err err = key_lab_open_as(NULL, key_file, make_key, &keystore);
  cr_assert_eq(err, wanted, "%s: %s", err_name(err), err_note_text());
  cr_assert_null(keystore);
  cr_assert_not_null(strstr(err_note_text(), word), "note: %s", err_note_text());
}

struct key_answer key_lab_ahead(struct keystore *keystore, int64_t first) {
  struct key_answer answer = {0};
  keystore_ahead(keystore, first, key_lab_hear, &answer);
  cr_assert_eq(answer.calls, 1);
  return answer;
}

void key_lab_ahead_ok(struct keystore *keystore, int64_t first) {
  struct key_answer answer = key_lab_ahead(keystore, first);
  cr_assert_eq(answer.err, ERR_NONE, "%s", answer.note);
  cr_assert_str_empty(answer.note);
}

const char *key_lab_person(int number) {
  static char id[16];
  snprintf(id, sizeof id, "p%d", number);
  return id;
}

void key_lab_key(struct keystore *keystore, const char *person, uint8_t ret_key[KEY_BYTES]) {
  const uint8_t *key = keystore_key(keystore, person);
  cr_assert_not_null(key, "%s: %s", person, err_note_text());
  memcpy(ret_key, key, KEY_BYTES);
}

void key_lab_no_key(struct keystore *keystore, const char *person, const char *word) {
  err_note_clear();
  cr_assert_null(keystore_key(keystore, person), "%s", person);
  cr_assert_not_null(strstr(err_note_text(), word), "note: %s", err_note_text());
}

size_t key_lab_file_bytes(const char *name) {
  struct stat info;
  return stat(key_lab_path(name), &info) == 0 ? (size_t)info.st_size : SIZE_MAX;
}

void key_lab_make(uint8_t ret_key[KEY_BYTES]) {
  struct keystore *keystore = key_lab_open(NULL);
  key_lab_ahead_ok(keystore, 1);
  key_lab_key(keystore, "p1", ret_key);
  (void)keystore_free(keystore);
}
