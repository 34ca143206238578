/* slack_blocks.h: a card as Block Kit, cut into as many messages as Slack's limits ask for. Pure; loses nothing. */
#ifndef MENTORD_SLACK_BLOCKS_H
#define MENTORD_SLACK_BLOCKS_H

#include "adapters/slack/slack_limits.h"
#include "bot/base/json.h"
#include "bot/message.h"

struct slack_part { /* one message */
  const char *blocks; /* a JSON array */
  const char *text;   /* all that the blocks say, escaped: for notifications, screen readers, and in their place */
  size_t block_count;
};

struct slack_parts {
  struct slack_part *parts; /* in the arena */
  size_t count;             /* at least 1 */
};

/* What people are asked with stands in the last part. All words are plain_text: nothing in them is markup. */
void slack_blocks_card(const struct card *card, struct arena *arena, struct slack_parts *ret_parts);
/* The same; by the name of its first block, "said.0.<mark>", it is known again where nothing else of ours goes along. */
void slack_blocks_marked(const struct card *card, const char *mark, struct arena *arena, struct slack_parts *ret_parts);
/* The same for a view: one part, perhaps of more blocks than a view may have. */
void slack_blocks_view(const struct card *card, struct arena *arena, struct slack_part *ret_part);

/* Writes {"type":"plain_text","text":…} with at most so many characters, "…" at the cut. */
void slack_blocks_put_text(struct json_out *json, const char *key, const char *plain, size_t chars_max, struct arena *arena);

#endif
