/* test_http_login.c: user and password for a proxy: what a file may hold, who may open it, and how it is shown to the proxy. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/kit/http_login.h"

TestSuite(http_login);

#define TEN "0123456789"

static enum err read_text(const char *text, mode_t mode, char login[HTTP_LOGIN_BYTES_MAX + 1]) {
  char path[] = "/tmp/http-login-XXXXXX";
  int fd = mkstemp(path);
  cr_assert_geq(fd, 0);
  cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
  cr_assert_eq(fchmod(fd, mode), 0);
  close(fd);
  err_note_clear();
  enum err err = http_login_read(path, login);
  unlink(path);
  return err;
}

Test(http_login, is_one_line_and_its_password_may_hold_anything) {
  static const char *const good[] = {"mentord:s3cret\n", "a:", "me:with:colons and @ and %41 /", "u:" TEN TEN TEN TEN TEN TEN TEN TEN "01234567"};
  char login[HTTP_LOGIN_BYTES_MAX + 1];
  for (size_t i = 0; i < ARRAY_LEN(good); i++) {
    cr_assert_eq(read_text(good[i], 0600, login), ERR_NONE, "%s: %s", good[i], err_note_text());
    cr_expect_eq(strncmp(login, good[i], strcspn(good[i], "\n")), 0, "%s", login);
    cr_expect_null(strchr(login, '\n'));
  }
  cr_expect_eq(http_login_read(NULL, login), ERR_NONE);
  cr_expect_str_empty(login, "no file, nobody");
}

Test(http_login, says_what_is_wrong_and_never_what_it_read) {
  static const struct { const char *text; mode_t mode; enum err err; } bad[] = {
    {"s3cret", 0600, ERR_BAD_INPUT}, {":s3cret", 0600, ERR_BAD_INPUT}, {"", 0600, ERR_BAD_INPUT}, {"m:s3cret\nmore", 0600, ERR_BAD_INPUT},
    {"m:s3cr\xc3\xa9t", 0600, ERR_BAD_INPUT}, {"m:s3cret" TEN TEN TEN TEN TEN TEN TEN TEN TEN, 0600, ERR_LIMITED}, {"m:s3cret", 0640, ERR_DENIED},
  };
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    char login[HTTP_LOGIN_BYTES_MAX + 1] = "before";
    enum err err = read_text(bad[i].text, bad[i].mode, login);
    cr_expect_eq(err, bad[i].err, "%zu: %d %s", i, (int)err, err_note_text());
    cr_expect(err_note_text()[0] != '\0' && strstr(err_note_text(), "s3cr") == NULL, "%s", err_note_text());
    cr_expect_str_eq(login, "before");
  }
}

/* RFC 7617's own example. */
Test(http_login, is_shown_as_the_standard_says) {
  char head[HTTP_LOGIN_HEAD_BYTES], longest[HTTP_LOGIN_BYTES_MAX + 1];
  http_login_head("Aladdin:open sesame", head);
  cr_expect_str_eq(head, "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  memset(longest, 'x', HTTP_LOGIN_BYTES_MAX);
  longest[HTTP_LOGIN_BYTES_MAX] = '\0';
  http_login_head(longest, head);
  cr_expect_eq(strlen(head), sizeof "Proxy-Authorization: Basic " - 1 + HTTP_LOGIN_BYTES_MAX / 3 * 4);
}
