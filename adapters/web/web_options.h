/* web_options.h: what mentord-web was told on its command line. */
#ifndef MENTORD_WEB_OPTIONS_H
#define MENTORD_WEB_OPTIONS_H

#include "bot/base/err.h"

/* OPTION(field, "--name", "VALUE" or NULL for a switch, "what it is") */
#define WEB_OPTION_LIST(OPTION)                                                                                   \
  OPTION(port, "--port", "N", "the page's port on 127.0.0.1; 0 takes any free one")                               \
  OPTION(link, "--link", "unix:PATH", "the socket the bot connects to; its folder must be 0700")                  \
  OPTION(data, "--data", "DIR", "the folder of the platform's journal; made 0700 if it is not there")             \
  OPTION(pages, "--pages", "DIR", "the folder of the page's files")                                               \
  OPTION(play, "--play", "FILE", "the people, rooms and answers of the demo (play.yaml)")                         \
  OPTION(commands, "--commands", "FILE", "the bot's commands as JSON, for the page's hints; may be left out")     \
  OPTION(demo, "--demo", NULL, "says that this is a demo: without it nothing starts")

struct web_options {
#define OPTION_AS_FIELD(field, name, value, help) const char *field; /* borrowed from argv until the process ends */
  WEB_OPTION_LIST(OPTION_AS_FIELD)
#undef OPTION_AS_FIELD
  int port_number;
  bool help;
};

/* ERR_BAD_INPUT with a sentence that names the setting and the way out. With --help only `help` is set. */
enum err web_options_read(int argc, const char *const *argv, struct web_options *ret_options) MUST_CHECK;
/* Calls `each` with one line of help per option. */
void web_options_help(void (*each)(const char *name, const char *value, const char *help));

#endif
