/* web_options.c: reads the command line from one table of options. */
#include "adapters/web/web_options.h"

#include <stdlib.h>
#include <string.h>

enum { PORT_MAX = 65535 };

static const struct option_row {
  const char *name, *value, *help;
  size_t offset;
} rows[] = {
#define OPTION_AS_ROW(field, name, value, help) {name, value, help, offsetof(struct web_options, field)},
    WEB_OPTION_LIST(OPTION_AS_ROW)
#undef OPTION_AS_ROW
};

static const struct option_row *row_named(const char *name) {
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (strcmp(rows[i].name, name) == 0) return &rows[i];
  return NULL;
}

static const char **slot_of(struct web_options *options, const struct option_row *row) {
  return (const char **)((char *)options + row->offset);
}

static enum err read_words(int argc, const char *const *argv, struct web_options *options) {
  for (int i = 1; i < argc; i++) {
    const struct option_row *row = row_named(argv[i]);
    if (strcmp(argv[i], "--help") == 0) options->help = true;
    else if (row == NULL) return err_note(ERR_BAD_INPUT, "%s is no option of mentord-web; --help lists them.", argv[i]);
    else if (row->value == NULL) *slot_of(options, row) = row->name;
    else if (i + 1 == argc) return err_note(ERR_BAD_INPUT, "%s needs a value: %s %s.", row->name, row->name, row->value);
    else *slot_of(options, row) = argv[++i];
  }
  return ERR_NONE;
}

static enum err read_port(struct web_options *options) {
  char *end = NULL;
  long port = strtol(options->port, &end, 10);
  if (end == options->port || *end != '\0' || port < 0 || port > PORT_MAX)
    return err_note(ERR_BAD_INPUT, "--port %s is no port; choose a number from 1024 to 65535.", options->port);
  options->port_number = (int)port;
  return ERR_NONE;
}

static enum err nothing_missing(struct web_options *options) {
  if (options->demo == NULL)
    return err_note(ERR_BAD_INPUT, "mentord-web plays a chat platform of invented people, so it starts only with --demo, "
                                   "which `mentord up` passes when mentord.yaml says demo: true.");
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    bool optional = strcmp(rows[i].name, "--commands") == 0;
    if (!optional && *slot_of(options, &rows[i]) == NULL)
      return err_note(ERR_BAD_INPUT, "%s %s is missing: %s.", rows[i].name, rows[i].value, rows[i].help);
  }
  return ERR_NONE;
}

enum err web_options_read(int argc, const char *const *argv, struct web_options *ret_options) {
  struct web_options options = {.port = NULL};
  enum err err = read_words(argc, argv, &options);
  if (err == ERR_NONE && !options.help) err = nothing_missing(&options);
  if (err == ERR_NONE && !options.help) err = read_port(&options);
  if (err == ERR_NONE) *ret_options = options;
  return err;
}

void web_options_help(void (*each)(const char *name, const char *value, const char *help)) {
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) each(rows[i].name, rows[i].value == NULL ? "" : rows[i].value, rows[i].help);
}
