/* web_options.h: what mentord-web was told on its command line. */
#ifndef MENTORD_WEB_OPTIONS_H
#define MENTORD_WEB_OPTIONS_H

#include "bot/base/options.h"

/* As bot/base/options.h says. */
#define WEB_OPTION_LIST(OPTION)                                                                                              \
  OPTION(ANY_PORT, port, "--port", "N", "8080", "the page's port on 127.0.0.1; 0 takes any free one")                        \
  OPTION(TEXT, link, "--link", "unix:PATH", "unix:/run/mentord/web.sock", "the socket the bot connects to; its folder must be 0700") \
  OPTION(TEXT, data, "--data", "DIR", "/var/lib/mentord-demo/web", "the folder of the platform's journal; made 0700 if it is not there") \
  OPTION(FILE, pages, "--pages", "DIR", "adapters/web/page", "the folder of the page's files")                               \
  OPTION(FILE, play, "--play", "FILE", "deploy/demo/play.yaml", "the people, rooms and answers of the demo (play.yaml)")      \
  OPTION(FILE, commands, "--commands", "FILE", "commands.json", "the bot's commands as JSON, for the page's hints; may be left out") \
  OPTION(SWITCH, demo, "--demo", NULL, NULL, "says that this is a demo: without it nothing starts")                          \
  OPTION(SWITCH, help, "--help", NULL, NULL, "print this, and end")

struct web_options {
  WEB_OPTION_LIST(OPTION_FIELD)
};

/* ERR_BAD_INPUT with a sentence that names the setting and the way out. With --help nothing else need be said. */
enum err web_options_read(int argc, const char *const *argv, struct web_options *ret_options) MUST_CHECK;
/* Calls `each` with one line of help per option. */
void web_options_help(option_line *each);

#endif
