/* web_options.c: the table of options, and which of them may be left out. */
#include "adapters/web/web_options.h"

#include <stdio.h>

#include "adapters/kit/link_address.h"

enum { NOT_TOLD = -1, WHY_BYTES = 256 };

#define WEB_OPTION_ROW(...) OPTION_ROW(struct web_options, __VA_ARGS__),
static const struct option rows[] = {WEB_OPTION_LIST(WEB_OPTION_ROW)};
static const struct options table = {.program = "mentord-web", .rows = rows, .count = ARRAY_LEN(rows)};

static bool was_told(const struct web_options *options, const struct option *row) {
  const void *field = (const char *)options + row->offset;
  if (row->kind == OPTION_TEXT || row->kind == OPTION_FILE) return *(const char *const *)field != NULL;
  return row->kind == OPTION_SWITCH || *(const int *)field != NOT_TOLD;
}

static enum err nothing_missing(const struct web_options *options) {
  if (!options->demo)
    return err_note(ERR_BAD_INPUT, "mentord-web plays a chat platform of invented people, so it starts only with --demo, "
                                   "which `mentord up` passes when mentord.yaml says demo: true.");
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    bool optional = rows[i].offset == offsetof(struct web_options, commands);
    if (!optional && !was_told(options, &rows[i]))
      return err_note(ERR_BAD_INPUT, "%s %s is missing: %s; such as %s %s.", rows[i].name, rows[i].value, rows[i].help, rows[i].name, rows[i].example);
  }
  return ERR_NONE;
}

static enum err check_link(const char *link) {
  struct link_address address;
  enum err err = link_address_parse(link, &address);
  if (err == ERR_NONE) return ERR_NONE;
  char why[WHY_BYTES];
  (void)snprintf(why, sizeof why, "%s", err_note_text());
  err_note_clear();
  return err_note(ERR_BAD_INPUT, "--link %s will not do: %s; such as --link unix:/run/mentord/web.sock.", link, why);
}

enum err web_options_read(int argc, const char *const *argv, struct web_options *ret_options) {
  struct web_options options = {.port = NOT_TOLD};
  enum err err = options_read(&table, argc, argv, &options, NULL);
  if (err == ERR_NONE && !options.help) err = nothing_missing(&options);
  if (err == ERR_NONE && !options.help) err = check_link(options.link);
  if (err == ERR_NONE) *ret_options = options;
  return err;
}

void web_options_help(option_line *each) {
  options_help(&table, each);
}
