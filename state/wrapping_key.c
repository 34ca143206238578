/* wrapping_key.c: reads or draws the wrapping key; its bytes never stand outside locked memory. */
#include "state/wrapping_key.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "bot/base/file.h"
#include "bot/base/random.h"

enum { HEX_BYTES = 2 * WRAPPING_KEY_BYTES, FILE_BYTES_MAX = 128, OTHERS_BITS = 0077, ACL_ENTRIES_MAX = 32 };

static void close_fd(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

static void secret_freep(uint8_t **secret) {
  sodium_free(*secret);
  *secret = NULL;
}

static uint8_t *secret_new(size_t bytes) {
  uint8_t *secret = sodium_malloc(bytes);
  assert(secret != NULL);
  return secret;
}

/* ---- who may read the file ---- */

static bool entry_is_ours(const struct posix_acl_xattr_entry *entry) {
  uint16_t tag = le16toh(entry->e_tag);
  if (entry->e_perm == 0 || tag == ACL_USER_OBJ || tag == ACL_MASK) return true;
  return tag == ACL_USER && le32toh(entry->e_id) == geteuid();
}

/* Where a file has an access list, the group bits of its mode are the list's mask: systemd hands a credential to a service's
 * user as root's file, mode 0440, with one entry for that user. */
static bool only_we_by_list(int fd) {
  struct {
    struct posix_acl_xattr_header header;
    struct posix_acl_xattr_entry entries[ACL_ENTRIES_MAX];
  } list;
  ssize_t bytes = fgetxattr(fd, "system.posix_acl_access", &list, sizeof list);
  if (bytes <= (ssize_t)sizeof list.header || le32toh(list.header.a_version) != POSIX_ACL_XATTR_VERSION) return false;
  size_t count = ((size_t)bytes - sizeof list.header) / sizeof list.entries[0];
  for (size_t i = 0; i < count; i++)
    if (!entry_is_ours(&list.entries[i])) return false;
  return true;
}

static enum err check_private(int fd, const char *path) {
  struct stat info;
  if (fstat(fd, &info) != 0) return err_note(ERR_INTERNAL, "%s: %m", path);
  if (!S_ISREG(info.st_mode)) return err_note(ERR_DENIED, "%s is not an ordinary file", path);
  if (info.st_uid != geteuid() && info.st_uid != 0) {
    return err_note(ERR_DENIED, "%s belongs to another user: a wrapping key must be ours or root's", path);
  }
  if ((info.st_mode & OTHERS_BITS) == 0 || only_we_by_list(fd)) return ERR_NONE;
  return err_note(ERR_DENIED, "%s can be read by others (mode %04o): chmod 600 it, and make a new one if others were there",
                  path, info.st_mode & 07777);
}

/* ---- what is in it ---- */

static size_t bytes_without_space(const uint8_t *data, size_t bytes) {
  while (bytes > 0 && strchr(" \t\r\n", data[bytes - 1]) != NULL && data[bytes - 1] != '\0') bytes--;
  return bytes;
}

static bool key_parse(const uint8_t *data, size_t bytes, uint8_t ret_key[WRAPPING_KEY_BYTES]) {
  if (bytes == WRAPPING_KEY_BYTES) {
    memcpy(ret_key, data, WRAPPING_KEY_BYTES);
    return true;
  }
  size_t made = 0;
  if (bytes_without_space(data, bytes) != HEX_BYTES) return false;
  return sodium_hex2bin(ret_key, WRAPPING_KEY_BYTES, (const char *)data, HEX_BYTES, NULL, &made, NULL) == 0 &&
         made == WRAPPING_KEY_BYTES;
}

static enum err read_all(int fd, const char *path, uint8_t *data, size_t *ret_bytes) {
  size_t bytes = 0;
  ssize_t got = 1;
  while (bytes < FILE_BYTES_MAX && got != 0) {
    got = read(fd, data + bytes, FILE_BYTES_MAX - bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return err_note(ERR_INTERNAL, "%s: %m", path);
    bytes += (size_t)got;
  }
  *ret_bytes = bytes;
  return ERR_NONE;
}

static enum err key_from(int fd, const char *path, uint8_t **ret_key) {
  CLEANUP(secret_freep) uint8_t *data = secret_new(FILE_BYTES_MAX);
  CLEANUP(secret_freep) uint8_t *key = secret_new(WRAPPING_KEY_BYTES);
  size_t bytes = 0;
  enum err err = read_all(fd, path, data, &bytes);
  if (err != ERR_NONE) return err;
  if (!key_parse(data, bytes, key)) {
    return err_note(ERR_BAD_INPUT, "%s is no wrapping key: it must hold 32 bytes, or 64 hex digits", path);
  }
  if (sodium_is_zero(key, WRAPPING_KEY_BYTES)) return err_note(ERR_BAD_INPUT, "%s holds nothing but zeros: it is no key", path);
  sodium_mprotect_readonly(key);
  *ret_key = TAKE(key);
  return ERR_NONE;
}

enum err wrapping_key_read(const char *path, uint8_t **ret_key) {
  CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO would keep us waiting */
  if (fd < 0 && errno == ENOENT) return ERR_GONE;
  if (fd < 0) return err_note(errno == EACCES ? ERR_DENIED : ERR_INTERNAL, "%s: %m", path);
  enum err err = check_private(fd, path);
  if (err == ERR_NONE) err = file_keep_name(path); /* what is sealed from here on must not outlive its key */
  return err == ERR_NONE ? key_from(fd, path, ret_key) : err;
}

enum err wrapping_key_make(const char *path, uint8_t **ret_key) {
  CLEANUP(secret_freep) uint8_t *key = secret_new(WRAPPING_KEY_BYTES);
  CLEANUP(secret_freep) uint8_t *hex = secret_new(HEX_BYTES + 1);
  random_bytes(key, WRAPPING_KEY_BYTES);
  sodium_bin2hex((char *)hex, HEX_BYTES + 1, key, WRAPPING_KEY_BYTES);
  hex[HEX_BYTES] = '\n';
  enum err err = file_write(path, hex, HEX_BYTES + 1, 0400);
  if (err != ERR_NONE) return err;
  sodium_mprotect_readonly(key);
  *ret_key = TAKE(key);
  return ERR_NONE;
}
