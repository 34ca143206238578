/* test_link_address.c: where a link may go, and what a token may be. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/kit/link_address.h"

Test(link_address, what_is_taken) {
  struct link_address address;
  cr_assert_eq(link_address_parse("unix:/run/mentord/web.sock", &address), ERR_NONE);
  cr_expect(address.is_unix);
  cr_expect_str_eq(address.path, "/run/mentord/web.sock");
  cr_assert_eq(link_address_parse("127.0.0.1:7801", &address), ERR_NONE);
  cr_expect(!address.is_unix);
  cr_expect_str_eq(address.host, "127.0.0.1");
  cr_expect_eq(address.port, 7801);
  cr_assert_eq(link_address_parse("127.9.8.7:0", &address), ERR_NONE);
}

static const struct {
  const char *text, *host;
  int port;
  bool is_number;
} with_tls[] = {
  {"wss://adapter.example:7801", "adapter.example", 7801, false},
  {"wss://localhost:1", "localhost", 1, false},
  {"wss://10.0.0.1:7801", "10.0.0.1", 7801, true},
};

Test(link_address, with_tls_it_may_leave_the_machine) {
  for (size_t i = 0; i < ARRAY_LEN(with_tls); i++) {
    struct link_address address;
    cr_assert_eq(link_address_parse(with_tls[i].text, &address), ERR_NONE, "%s: %s", with_tls[i].text, err_note_text());
    cr_expect(address.is_tls && !address.is_unix);
    cr_expect_str_eq(address.host, with_tls[i].host);
    cr_expect_eq(address.port, with_tls[i].port);
    cr_expect_eq(link_address_is_number(&address), with_tls[i].is_number);
  }
}

static const struct {
  const char *text;
  enum err err;
} bad[] = {
  {"", ERR_BAD_INPUT}, {"unix:", ERR_BAD_INPUT}, {"unix:run/web.sock", ERR_BAD_INPUT}, {"127.0.0.1", ERR_BAD_INPUT}, {":7801", ERR_BAD_INPUT},
  {"127.0.0.1:", ERR_BAD_INPUT}, {"127.0.0.1:65536", ERR_BAD_INPUT}, {"127.0.0.1:-1", ERR_BAD_INPUT}, {"127.0.0.1:0x10", ERR_BAD_INPUT},
  {"192.168.0.1:7801", ERR_DENIED}, {"0.0.0.0:7801", ERR_DENIED}, {"localhost:7801", ERR_DENIED}, {"[::1]:7801", ERR_DENIED},
  {"bot.example.org:7801", ERR_DENIED}, {"127.0.0.1.evil.example:7801", ERR_DENIED},
  {"wss://", ERR_BAD_INPUT}, {"wss://:7801", ERR_BAD_INPUT}, {"wss://adapter.example", ERR_BAD_INPUT}, {"wss://adapter.example:7801/link", ERR_BAD_INPUT},
  {"wss://user@adapter.example:7801", ERR_BAD_INPUT}, {"wss://[::1]:7801", ERR_BAD_INPUT}, {"wss://-x:7801", ERR_BAD_INPUT}, {"wss://a b:7801", ERR_BAD_INPUT},
  {"ws://adapter.example:7801", ERR_DENIED}, {"https://adapter.example:7801", ERR_DENIED},
};

Test(link_address, what_is_not) {
  char path[160] = "unix:/";
  struct link_address address = {.port = -7};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    err_note_clear();
    cr_expect_eq(link_address_parse(bad[i].text, &address), bad[i].err, "%s", bad[i].text);
    cr_expect(err_note_text()[0] != '\0');
  }
  memset(path + 6, 'p', 107);
  cr_expect_eq(link_address_parse(path, &address), ERR_BAD_INPUT, "a path of 108 bytes");
  cr_expect_eq(address.port, -7, "untouched on failure");
}

static const char *file_with(const char *content) {
  static char path[64];
  snprintf(path, sizeof path, "/tmp/link-token-XXXXXX");
  int fd = mkstemp(path);
  cr_assert_eq(write(fd, content, strlen(content)), (ssize_t)strlen(content));
  close(fd);
  return path;
}

static enum err read_token(const char *content, char ret_token[LINK_TOKEN_BYTES_MAX + 1]) {
  const char *path = file_with(content);
  enum err err = link_token_read(path, ret_token);
  unlink(path);
  return err;
}

Test(link_address, tokens) {
  char token[LINK_TOKEN_BYTES_MAX + 1] = "x", long_one[LINK_TOKEN_BYTES_MAX + 2] = "";
  cr_assert_eq(link_token_read(NULL, token), ERR_NONE);
  cr_expect_str_empty(token);
  cr_assert_eq(read_token("0123456789abcdef\n", token), ERR_NONE);
  cr_expect_str_eq(token, "0123456789abcdef");
  cr_expect_eq(read_token("0123456789abcde\n", token), ERR_BAD_INPUT, "15 characters");
  cr_expect_eq(read_token("0123456789 abcdef\n", token), ERR_BAD_INPUT, "a blank");
  cr_expect_eq(read_token("0123456789abcde\xc3\xa4\n", token), ERR_BAD_INPUT, "not ASCII");
  cr_expect_eq(read_token("", token), ERR_BAD_INPUT, "nothing");
  memset(long_one, 'x', LINK_TOKEN_BYTES_MAX);
  cr_expect_eq(read_token(long_one, token), ERR_NONE);
  memset(long_one, 'x', LINK_TOKEN_BYTES_MAX + 1);
  cr_expect_neq(read_token(long_one, token), ERR_NONE);
  cr_expect_eq(link_token_read("/nowhere/token", token), ERR_GONE);
}

Test(link_address, a_private_token_is_closed_to_others) {
  static const struct { unsigned mode; enum err err; } modes[] = {{0600, ERR_NONE}, {0400, ERR_NONE}, {0640, ERR_DENIED}, {0604, ERR_DENIED}, {0620, ERR_DENIED}};
  const char *path = file_with("0123456789abcdef\n");
  for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
    cr_assert_eq(chmod(path, modes[i].mode), 0);
    cr_expect_eq(link_token_is_private(path), modes[i].err, "%o", modes[i].mode);
  }
  unlink(path);
  cr_expect_eq(link_token_is_private(path), ERR_GONE);
  cr_expect_eq(link_token_is_private("/tmp"), ERR_DENIED, "a folder is no token");
}

Test(link_address, tokens_are_compared_whole) {
  cr_expect(link_token_same("0123456789abcdef", "0123456789abcdef"));
  cr_expect(!link_token_same("0123456789abcdef", "0123456789abcdeF"));
  cr_expect(!link_token_same("0123456789abcdef", "0123456789abcde"));
  cr_expect(!link_token_same("0123456789abcdef", ""));
}
