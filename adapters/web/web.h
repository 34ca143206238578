/* web.h: a running mentord-web: the demo's chat platform on one side, the link to the bot on the other. */
#ifndef MENTORD_WEB_H
#define MENTORD_WEB_H

#include <uv.h>

#include "adapters/web/web_options.h"

struct web;

/* Reads the play, opens the journal, listens for the bot and for browsers. An error leaves one sentence in the note; what
 * was begun is closed all the same: run the loop, then web_free. *ret_web is always set. */
enum err web_new(uv_loop_t *loop, const struct web_options *options, struct web **ret_web) MUST_CHECK;
int web_port(const struct web *web);
/* Ends everything; the loop runs out of handles by itself. The first code counts. Safe to call twice. */
void web_stop(struct web *web, int exit_code);
int web_exit_code(const struct web *web);
/* After the loop has run out. Takes NULL, returns NULL. */
struct web *web_free(struct web *web);

#endif
