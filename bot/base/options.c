/* options.c: one word after the other, each looked up in the table. */
#include "bot/base/options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PORT_MAX = 65535 };

static const struct option *option_named(const struct options *options, const char *name) {
  for (size_t i = 0; i < options->count; i++)
    if (strcmp(options->rows[i].name, name) == 0) return &options->rows[i];
  return NULL;
}

static enum err read_port(const struct option *option, const char *value, int least, int *ret_port) {
  char *end = NULL;
  long port = strtol(value, &end, 10);
  bool fits = value[0] >= '0' && value[0] <= '9' && *end == '\0' && port >= least && port <= PORT_MAX;
  if (!fits)
    return err_note(ERR_BAD_INPUT, "%s %s is no port; give a number from %d to %d, such as %s %s.", option->name, value, least, PORT_MAX,
                    option->name, option->example);
  *ret_port = (int)port;
  return ERR_NONE;
}

static enum err read_file(const struct option *option, const char *value, const char **ret_file) {
  if (access(value, R_OK) != 0)
    return err_note(ERR_BAD_INPUT, "%s %s: %m; name one that can be read, such as %s %s.", option->name, value, option->name, option->example);
  *ret_file = value;
  return ERR_NONE;
}

static enum err read_value(const struct option *option, const char *value, void *fields) {
  void *field = (char *)fields + option->offset;
  switch (option->kind) {
    case OPTION_TEXT: *(const char **)field = value; return ERR_NONE;
    case OPTION_FILE: return read_file(option, value, field);
    case OPTION_SWITCH: *(bool *)field = true; return ERR_NONE;
    case OPTION_PORT: return read_port(option, value, 1, field);
    case OPTION_ANY_PORT: return read_port(option, value, 0, field);
    case OPTION_KIND_MAX_: break;
  }
  return ERR_INTERNAL;
}

static enum err read_word(const struct options *options, const char *word, struct option_words *words) {
  if (word[0] == '-' && word[1] != '\0')
    return err_note(ERR_BAD_INPUT, "%s is no option of %s; %s --help lists them.", word, options->program, options->program);
  if (words == NULL || words->count == words->max)
    return err_note(ERR_BAD_INPUT, "\"%s\" is one word too many for %s; see %s --help.", word, options->program, options->program);
  words->words[words->count++] = word;
  return ERR_NONE;
}

enum err options_read(const struct options *options, int argc, const char *const *argv, void *fields, struct option_words *words) {
  enum err err = ERR_NONE;
  for (int i = 1; i < argc && err == ERR_NONE; i++) {
    const struct option *option = option_named(options, argv[i]);
    bool wants_value = option != NULL && option->kind != OPTION_SWITCH;
    const char *value = wants_value && i + 1 < argc ? argv[++i] : NULL;
    if (option == NULL) err = read_word(options, argv[i], words);
    else if (wants_value && (value == NULL || strncmp(value, "--", 2) == 0))
      err = err_note(ERR_BAD_INPUT, "%s needs a value: %s %s, such as %s %s.", option->name, option->name, option->value, option->name, option->example);
    else err = read_value(option, value, fields);
  }
  return err;
}

static void help_on(const struct options *options, bool tests, option_line *each) {
  static const char prefix[] = "--test-";
  for (size_t i = 0; i < options->count; i++) {
    const struct option *row = &options->rows[i];
    bool for_tests = strncmp(row->name, prefix, sizeof prefix - 1) == 0;
    if (for_tests == tests) each(row->name, row->value == NULL ? "" : row->value, row->help);
  }
}

void options_help(const struct options *options, option_line *each) {
  help_on(options, false, each);
}

void options_help_tests(const struct options *options, option_line *each) {
  help_on(options, true, each);
}
