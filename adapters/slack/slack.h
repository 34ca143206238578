/* slack.h: a running mentord-slack. */
#ifndef MENTORD_SLACK_H
#define MENTORD_SLACK_H

#include <uv.h>

#include "adapters/slack/slack_config.h"

struct slack;

struct slack_test { /* what only tests may ask for */
  const char *api;    /* http://127.0.0.1:PORT/api/ in place of Slack; NULL: Slack itself */
  bool unpaced;       /* no limit of ours but a channel's */
};

/* On an error *ret_slack is there too: stop it, run the loop, free it. */
enum err slack_new(uv_loop_t *loop, const struct slack_config *config, const struct slack_test *test, struct slack **ret_slack) MUST_CHECK;
void slack_stop(struct slack *slack, int exit_code); /* closes all; then run the loop until it is empty */
int slack_exit_code(const struct slack *slack);
struct slack *slack_free(struct slack *slack); /* takes NULL, returns NULL */

#endif
