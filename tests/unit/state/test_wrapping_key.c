/* test_wrapping_key.c: what is a wrapping key, and who may be able to read it. */
#include "state/wrapping_key.h"

#include <criterion/criterion.h>
#include <endian.h>
#include <errno.h>
#include <ftw.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "tests/small/small_sync.h"

static char root[64], path[100];

enum { NOBODY = 65534, SOMEBODY = 12345 };

static bool strange_made;

/* Root ignores modes, so whoever tests them is nobody; only root can give a file away first. */
static void leave_root(void) {
  snprintf(path, sizeof path, "%s/strange", root);
  FILE *file = fopen(path, "wb");
  cr_assert(file != NULL && fclose(file) == 0);
  strange_made = chown(path, SOMEBODY, SOMEBODY) == 0 && chown(root, NOBODY, NOBODY) == 0;
  if (setresuid(NOBODY, NOBODY, NOBODY) != 0) cr_assert_fail("cannot leave root");
}

static void begin(void) {
  umask(022);
  snprintf(root, sizeof root, "/tmp/mentord-wrapping-XXXXXX");
  cr_assert_not_null(mkdtemp(root));
  if (geteuid() == 0) leave_root();
  snprintf(path, sizeof path, "%s/key", root);
  cr_assert_geq(sodium_init(), 0);
}

static int remove_one(const char *name, const struct stat *info, int kind, struct FTW *place) {
  return remove(name);
}

static void end(void) {
  nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

TestSuite(wrapping_key, .init = begin, .fini = end);

static void put(const void *data, size_t bytes) {
  (void)unlink(path);
  FILE *file = fopen(path, "wb");
  cr_assert_not_null(file);
  cr_assert_eq(fwrite(data, 1, bytes, file), bytes);
  cr_assert_eq(fclose(file), 0);
  cr_assert_eq(chmod(path, 0600), 0);
}

static void reads_as(const uint8_t wanted[WRAPPING_KEY_BYTES]) {
  uint8_t *key = NULL;
  err_note_clear();
  cr_assert_eq(wrapping_key_read(path, &key), ERR_NONE, "%s", err_note_text());
  cr_assert_eq(memcmp(key, wanted, WRAPPING_KEY_BYTES), 0);
  sodium_free(key);
}

static void refused(enum err wanted, const char *word) {
  uint8_t *key = NULL;
  err_note_clear();
  enum err err = wrapping_key_read(path, &key);
  cr_assert_eq(err, wanted, "%s: %s", err_name(err), err_note_text());
  cr_assert_null(key);
  cr_assert_not_null(strstr(err_note_text(), word), "note: %s", err_note_text());
}

static const char hex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F \r\n";
static const uint8_t raw[WRAPPING_KEY_BYTES] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                                16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

Test(wrapping_key, raw_and_hex) {
  put(raw, sizeof raw);
  reads_as(raw);
  put(hex, 64);
  reads_as(raw);
  put(hex, strlen(hex));
  reads_as(raw);
}

/* Its name was lost with the power, though much had been sealed by then: whoever drew it was killed behind the rename, and
 * who read it next fsynced nothing. */
Test(wrapping_key, its_name_is_kept_before_it_is_used) {
  put(raw, sizeof raw);
  small_sync_forget();
  reads_as(raw);
  cr_expect(small_sync_saw(root));
}

Test(wrapping_key, what_is_none) {
  uint8_t zeros[WRAPPING_KEY_BYTES] = {0};
  char other[65];
  refused(ERR_GONE, "");
  cr_assert_str_empty(err_note_text());
  put("", 0);
  refused(ERR_BAD_INPUT, "32 bytes, or 64 hex digits");
  put(hex, 63);
  refused(ERR_BAD_INPUT, "64 hex digits");
  put(raw, 31);
  refused(ERR_BAD_INPUT, "64 hex digits");
  memcpy(other, hex, 65);
  other[63] = 'g';
  put(other, 64);
  refused(ERR_BAD_INPUT, "64 hex digits");
  put(zeros, sizeof zeros);
  refused(ERR_BAD_INPUT, "zeros");
  char big[500];
  memset(big, 'a', sizeof big);
  put(big, sizeof big);
  refused(ERR_BAD_INPUT, "64 hex digits");
}

Test(wrapping_key, made_once_and_read_again) {
  uint8_t *made = NULL, *other = NULL;
  struct stat info;
  cr_assert_eq(wrapping_key_make(path, &made), ERR_NONE, "%s", err_note_text());
  cr_assert_eq(stat(path, &info), 0);
  cr_assert_eq(info.st_mode & 07777, 0400);
  reads_as(made);
  cr_assert_eq(wrapping_key_make(path, &other), ERR_NONE, "%s", err_note_text());
  cr_assert_neq(memcmp(made, other, WRAPPING_KEY_BYTES), 0);
  sodium_free(made);
  sodium_free(other);
}

Test(wrapping_key, nobody_else_may_read_it) {
  static const mode_t modes[] = {0640, 0660, 0604, 0644, 0610, 0666};
  put(raw, sizeof raw);
  for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
    cr_assert_eq(chmod(path, modes[i]), 0);
    refused(ERR_DENIED, "can be read by others");
    cr_assert_not_null(strstr(err_note_text(), "chmod 600"));
  }
  cr_assert_eq(chmod(path, 0400), 0);
  reads_as(raw);
  cr_assert_eq(chmod(path, 0), 0);
  refused(ERR_DENIED, "Permission denied");
}

Test(wrapping_key, only_an_ordinary_file) {
  cr_assert_eq(mkdir(path, 0700), 0);
  refused(ERR_DENIED, "not an ordinary file");
  cr_assert_eq(rmdir(path), 0);
  cr_assert_eq(mkfifo(path, 0600), 0);
  refused(ERR_DENIED, "not an ordinary file");
}

Test(wrapping_key, another_users_file) {
  if (!strange_made) return; /* only root can give files away */
  snprintf(path, sizeof path, "%s/strange", root);
  refused(ERR_DENIED, "belongs to another user");
}

/* What systemd 254 and later makes for a service's user: owner and one user may read, the mode shows 0440. */
static bool list_set(uid_t user, unsigned group_may) {
  struct {
    struct posix_acl_xattr_header header;
    struct posix_acl_xattr_entry entries[5];
  } list = {{htole32(POSIX_ACL_XATTR_VERSION)},
            {{htole16(ACL_USER_OBJ), htole16(ACL_READ), htole32((uint32_t)ACL_UNDEFINED_ID)},
             {htole16(ACL_USER), htole16(ACL_READ), htole32(user)},
             {htole16(ACL_GROUP_OBJ), htole16((uint16_t)group_may), htole32((uint32_t)ACL_UNDEFINED_ID)},
             {htole16(ACL_MASK), htole16(ACL_READ), htole32((uint32_t)ACL_UNDEFINED_ID)},
             {htole16(ACL_OTHER), 0, htole32((uint32_t)ACL_UNDEFINED_ID)}}};
  return setxattr(path, "system.posix_acl_access", &list, sizeof list, 0) == 0;
}

Test(wrapping_key, an_access_list_for_us_alone) {
  struct stat info;
  put(raw, sizeof raw);
  if (!list_set(geteuid(), 0)) {
    cr_assert_eq(errno, EOPNOTSUPP); /* no access lists in /tmp: the modes alone decide there */
    return;
  }
  cr_assert_eq(stat(path, &info), 0);
  cr_assert_eq(info.st_mode & 0777, 0440);
  reads_as(raw);
  cr_assert(list_set(geteuid() + 1, 0));
  refused(ERR_DENIED, "can be read by others");
  cr_assert(list_set(geteuid(), ACL_READ));
  refused(ERR_DENIED, "can be read by others");
}
