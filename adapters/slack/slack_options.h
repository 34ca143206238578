/* slack_options.h: what mentord-slack was told on its command line. */
#ifndef MENTORD_SLACK_OPTIONS_H
#define MENTORD_SLACK_OPTIONS_H

#include "bot/base/err.h"

/* OPTION(field, "--name", "VALUE" or NULL for a switch, "what it is") */
#define SLACK_OPTION_LIST(OPTION)                                                                               \
  OPTION(config, "--config", "FILE", "slack.yaml; without it /etc/mentord/slack.yaml")                          \
  OPTION(doctor, "--doctor", NULL, "look at tokens, scopes, Socket Mode and clock, say what to mend, and end")  \
  OPTION(test_api, "--test-api", "URL", "for tests: http://127.0.0.1:PORT/api/ in place of Slack")             \
  OPTION(test_unpaced, "--test-unpaced", NULL, "with --test-api: only channels are spared, no method and no workspace")

struct slack_options {
#define OPTION_AS_FIELD(field, name, value, help) const char *field; /* borrowed from argv until the process ends */
  SLACK_OPTION_LIST(OPTION_AS_FIELD)
#undef OPTION_AS_FIELD
  bool help;
};

/* ERR_BAD_INPUT with a sentence that names the option and the way out. */
enum err slack_options_read(int argc, const char *const *argv, struct slack_options *ret_options) MUST_CHECK;
/* Calls `each` with one line of help per option. */
void slack_options_help(void (*each)(const char *name, const char *value, const char *help));

#endif
