/* slack_view.h: the form behind an "Answer" button, and a person's own page, as Slack's views. Pure. */
#ifndef MENTORD_SLACK_VIEW_H
#define MENTORD_SLACK_VIEW_H

#include "adapters/slack/slack_limits.h"
#include "bot/base/json.h"
#include "bot/message.h"

/* What a button that opens a form carries in its value, so that the form needs nobody's memory. */
struct slack_ask {
  const char *token;     /* what the answer is sent under */
  const char *label;
  size_t chars_max;      /* 0: no bound of the bot's */
  bool person;           /* a person is asked for */
};

/* What a form carries while it is open (private_metadata). */
struct slack_form {
  const char *token, *message, *room;
  enum room_kind kind;
};

/* SLACK_BUTTON_VALUE_MAX characters at most: NULL when the token is too long for that. */
const char *slack_view_ask_write(const struct slack_ask *ask, struct arena *arena);
bool slack_view_ask_read(const char *value, struct arena *arena, struct slack_ask *ret_ask);
bool slack_view_form_read(const char *metadata, struct arena *arena, struct slack_form *ret_form);

/* {"type":"modal",…}: the question (`said` may be NULL) and the field. NULL when it does not fit. */
const char *slack_view_form(const struct slack_ask *ask, const struct slack_form *form, const char *said, struct arena *arena);
/* {"type":"home",…} around blocks made by slack_blocks. */
const char *slack_view_home(const char *blocks, struct arena *arena);

#endif
