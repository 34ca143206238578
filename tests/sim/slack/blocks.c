/* blocks.c: the limits of Block Kit. */
#include "tests/sim/slack/blocks.h"

const char *blocks_check_message(struct call *call, const cJSON *blocks) {
  (void)call;
  return cJSON_IsArray(blocks) ? NULL : "invalid_blocks_format";
}

const char *blocks_check_view(struct call *call, const cJSON *view, const char *type) {
  (void)call;
  return cJSON_IsObject(view) && tree_is(view, "type", type) ? NULL : "invalid_arguments";
}
