/* test_web_options.c: what the command line must say, and the sentence when it does not. */
#include "adapters/web/web_options.h"

#include <criterion/criterion.h>
#include <string.h>

#define GOOD "--port", "8080", "--link", "unix:/l", "--data", "/d", "--pages", "/", "--play", "/dev/zero"

static enum err parse(int count, const char *const *words, struct web_options *ret_options) {
  const char *argv[32] = {"mentord-web"};
  for (int i = 0; i < count; i++) argv[i + 1] = words[i];
  err_note_clear();
  return web_options_read(count + 1, argv, ret_options);
}

Test(web_options, reads_them_all) {
  const char *words[] = {GOOD, "--commands", "/dev/null", "--demo"};
  struct web_options options;
  cr_assert_eq(parse(ARRAY_LEN(words), words, &options), ERR_NONE, "%s", err_note_text());
  cr_assert_eq(options.port, 8080);
  cr_assert_str_eq(options.link, "unix:/l");
  cr_assert_str_eq(options.commands, "/dev/null");
  cr_assert_str_eq(options.play, "/dev/zero");
}

Test(web_options, commands_may_be_left_out) {
  const char *words[] = {GOOD, "--demo"};
  struct web_options options;
  cr_assert_eq(parse(ARRAY_LEN(words), words, &options), ERR_NONE);
  cr_assert_null(options.commands);
}

Test(web_options, help_needs_nothing_else) {
  const char *words[] = {"--help"};
  struct web_options options;
  cr_assert_eq(parse(ARRAY_LEN(words), words, &options), ERR_NONE);
  cr_assert(options.help);
}

Test(web_options, says_which_setting_is_wrong) {
  static const struct {
    const char *words[12];
    int count;
    const char *note;
  } rows[] = {
      {{GOOD}, 10, "demo: true"},
      {{"--demo"}, 1, "--port N is missing"},
      {{GOOD, "--colour", "red"}, 12, "--colour is no option"},
      {{"--demo", "--port"}, 2, "--port needs a value"},
      {{"--demo", "--port", "80", "--link", "unix:/l", "--data", "d", "--pages", "/"}, 9, "--play FILE is missing"},
      {{"--demo", "--port", "http", "--link", "unix:/l", "--data", "d", "--pages", "/", "--play", "/dev/null"}, 11, "--port http is no port"},
      {{"--demo", "--port", "65536", "--link", "unix:/l", "--data", "d", "--pages", "/", "--play", "/dev/null"}, 11, "65535"},
      {{"--demo", "--port", "-1", "--link", "unix:/l", "--data", "d", "--pages", "/", "--play", "/dev/null"}, 11, "is no port"},
      {{"--demo", "--port", "80", "--link", "tcp:l", "--data", "d", "--pages", "/", "--play", "/dev/null"}, 11, "--link tcp:l will not do: an address is unix:/path"},
      {{"--demo", "--port", "80", "--link", "unix:/l", "--data", "d", "--pages", "/", "--play", "/nowhere"}, 11, "such as --play deploy/demo/play.yaml"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct web_options options = {.port = -7};
    cr_expect_eq(parse(rows[i].count, rows[i].words, &options), ERR_BAD_INPUT, "row %zu", i);
    cr_expect_not_null(strstr(err_note_text(), rows[i].note), "row %zu: %s", i, err_note_text());
    cr_expect_eq(options.port, -7, "untouched on failure");
  }
}
