/* slack_options.c: the table of options, and what must fit together in it. */
#include "adapters/slack/slack_options.h"

#include <string.h>

#include "adapters/kit/http_url.h"

#define SLACK_OPTION_ROW(...) OPTION_ROW(struct slack_options, __VA_ARGS__),
static const struct option rows[] = {SLACK_OPTION_LIST(SLACK_OPTION_ROW)};
static const struct options table = {.program = "mentord-slack", .rows = rows, .count = ARRAY_LEN(rows)};

static enum err check_api(const char *api) {
  static const struct http_places loopback = {.loopback = true};
  struct http_url url;
  bool good = api[strlen(api) - (api[0] != '\0')] == '/' && http_url_parse(api, &url) == ERR_NONE && !url.is_ws && http_url_allowed(&url, &loopback);
  err_note_clear();
  return good ? ERR_NONE
              : err_note(ERR_BAD_INPUT, "--test-api %s will not do: it is for tests on this machine only, such as --test-api http://127.0.0.1:8125/api/.", api);
}

enum err slack_options_read(int argc, const char *const *argv, struct slack_options *ret_options) {
  struct slack_options options = {.config = "/etc/mentord/slack.yaml"};
  enum err err = options_read(&table, argc, argv, &options, NULL);
  if (err == ERR_NONE && options.test_unpaced && options.test_api == NULL)
    err = err_note(ERR_BAD_INPUT, "--test-unpaced is for tests: it wants --test-api.");
  if (err == ERR_NONE && options.test_api != NULL) err = check_api(options.test_api);
  if (err == ERR_NONE) *ret_options = options;
  return err;
}

void slack_options_help(option_line *each) {
  options_help(&table, each);
}

void slack_options_help_tests(option_line *each) {
  options_help_tests(&table, each);
}
