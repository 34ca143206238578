/* blocks.h: is what an app wants shown within the limits of Block Kit? Complaints name the place by a JSON pointer. */
#ifndef SIM_SLACK_BLOCKS_H
#define SIM_SLACK_BLOCKS_H

#include "tests/sim/slack/api.h"

/* NULL, or invalid_blocks / invalid_blocks_format / msg_blocks_too_long. */
const char *blocks_check_message(struct call *call, const cJSON *blocks);
/* type: "modal" or "home". NULL, or invalid_arguments. */
const char *blocks_check_view(struct call *call, const cJSON *view, const char *type);

#endif
