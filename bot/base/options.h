/* options.h: a program's command line, read by its one table of options. */
#ifndef MENTORD_OPTIONS_H
#define MENTORD_OPTIONS_H

#include "bot/base/err.h"

/* KIND(NAME, type of its field): what an option's value is. A switch has none. */
#define OPTION_KIND_LIST(KIND)                                                 \
  KIND(TEXT, const char *)  /* borrowed from argv until the process ends */    \
  KIND(FILE, const char *)  /* the same, of a file or folder that can be read */ \
  KIND(SWITCH, bool)                                                           \
  KIND(PORT, int)           /* 1 to 65535 */                                   \
  KIND(ANY_PORT, int)       /* 0 to 65535: 0 takes any free one */

#define OPTION_KIND_AS_ENUM(name, type) OPTION_##name,
enum option_kind { OPTION_KIND_LIST(OPTION_KIND_AS_ENUM) OPTION_KIND_MAX_ };
#undef OPTION_KIND_AS_ENUM
#define OPTION_KIND_AS_TYPE(name, type) typedef type option_type_##name;
OPTION_KIND_LIST(OPTION_KIND_AS_TYPE)
#undef OPTION_KIND_AS_TYPE

struct option {
  enum option_kind kind;
  size_t offset;                            /* of its field in the program's struct */
  const char *name, *value, *example, *help; /* constant; value and example are NULL for a switch */
};

/* A program lists its options once, and makes struct and table of them:
 *   OPTION(KIND, field, "--name", "VALUE", "an example of it", "what it is") */
#define OPTION_FIELD(kind_, field_, name_, value_, example_, help_) option_type_##kind_ field_;
#define OPTION_ROW(type_, kind_, field_, name_, value_, example_, help_) \
  {.kind = OPTION_##kind_, .offset = offsetof(type_, field_), .name = name_, .value = value_, .example = example_, .help = help_}

struct options {
  const char *program; /* as a person types it; constant */
  const struct option *rows; /* constant */
  size_t count;
};

/* What stands on the command line and is no option. */
struct option_words {
  const char **words; /* borrowed from the caller, room for argc of them */
  size_t count, max;  /* more than max is a slip */
};

/* Reads argv from its second word on into the fields; those that are not named stay as they are. ERR_BAD_INPUT with a sentence that
 * names the option, its value and an example; fields may be half written then. `words` may be NULL: none are taken. */
enum err options_read(const struct options *options, int argc, const char *const *argv, void *fields, struct option_words *words) MUST_CHECK;
/* Calls `each` with one line of help per option; the value of a switch is "". Those for tests, --test-…, are listed apart. */
typedef void option_line(const char *name, const char *value, const char *help);
void options_help(const struct options *options, option_line *each);
void options_help_tests(const struct options *options, option_line *each);

#endif
