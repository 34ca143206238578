/* slack_options.h: what mentord-slack was told on its command line. */
#ifndef MENTORD_SLACK_OPTIONS_H
#define MENTORD_SLACK_OPTIONS_H

#include "bot/base/options.h"

/* As bot/base/options.h says. */
#define SLACK_OPTION_LIST(OPTION)                                                                                                  \
  OPTION(TEXT, config, "--config", "FILE", "/etc/mentord/slack.yaml", "slack.yaml; without it /etc/mentord/slack.yaml")            \
  OPTION(SWITCH, doctor, "--doctor", NULL, NULL, "look at tokens, scopes, Socket Mode and clock, say what to mend, and end")       \
  OPTION(TEXT, test_api, "--test-api", "URL", "http://127.0.0.1:8125/api/", "http://127.0.0.1:PORT/api/ in place of Slack") \
  OPTION(SWITCH, test_unpaced, "--test-unpaced", NULL, NULL, "with --test-api: only channels are spared, no method and no workspace") \
  OPTION(SWITCH, help, "--help", NULL, NULL, "print this, and end")

struct slack_options {
  SLACK_OPTION_LIST(OPTION_FIELD)
};

/* ERR_BAD_INPUT with a sentence that names the option and the way out. */
enum err slack_options_read(int argc, const char *const *argv, struct slack_options *ret_options) MUST_CHECK;
/* Call `each` with one line of help per option: those that an operator needs, and those for tests. */
void slack_options_help(option_line *each);
void slack_options_help_tests(option_line *each);

#endif
