/* slack_options.c: reads the command line from one table of options. */
#include "adapters/slack/slack_options.h"

#include <string.h>

#include "adapters/kit/http_url.h"

static const struct option_row {
  const char *name, *value, *help;
  size_t offset;
} rows[] = {
#define OPTION_AS_ROW(field, name, value, help) {name, value, help, offsetof(struct slack_options, field)},
  SLACK_OPTION_LIST(OPTION_AS_ROW)
#undef OPTION_AS_ROW
};

static const struct option_row *row_named(const char *name) {
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (strcmp(rows[i].name, name) == 0) return &rows[i];
  return NULL;
}

static enum err check_api(const char *api) {
  static const struct http_places loopback = {.loopback = true};
  struct http_url url;
  bool good = api[strlen(api) - (api[0] != '\0')] == '/' && http_url_parse(api, &url) == ERR_NONE && !url.is_ws && http_url_allowed(&url, &loopback);
  err_note_clear();
  return good ? ERR_NONE : err_note(ERR_BAD_INPUT, "--test-api is for tests on this machine only, as in http://127.0.0.1:8125/api/");
}

enum err slack_options_read(int argc, const char *const *argv, struct slack_options *ret_options) {
  struct slack_options options = {.config = "/etc/mentord/slack.yaml"};
  for (int i = 1; i < argc; i++) {
    const struct option_row *row = row_named(argv[i]);
    const char **slot = row == NULL ? NULL : (const char **)((char *)&options + row->offset);
    if (strcmp(argv[i], "--help") == 0) options.help = true;
    else if (row == NULL) return err_note(ERR_BAD_INPUT, "%s is no option of mentord-slack; --help lists them.", argv[i]);
    else if (row->value == NULL) *slot = row->name;
    else if (i + 1 == argc) return err_note(ERR_BAD_INPUT, "%s needs a value: %s %s.", row->name, row->name, row->value);
    else *slot = argv[++i];
  }
  if (options.test_unpaced != NULL && options.test_api == NULL) return err_note(ERR_BAD_INPUT, "--test-unpaced is for tests: it wants --test-api.");
  enum err err = options.test_api == NULL ? ERR_NONE : check_api(options.test_api);
  if (err == ERR_NONE) *ret_options = options;
  return err;
}

void slack_options_help(void (*each)(const char *name, const char *value, const char *help)) {
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) each(rows[i].name, rows[i].value == NULL ? "" : rows[i].value, rows[i].help);
}
