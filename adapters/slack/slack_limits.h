/* slack_limits.h: every limit of Slack's that we meet, in one table; characters unless the name says otherwise. */
#ifndef MENTORD_SLACK_LIMITS_H
#define MENTORD_SLACK_LIMITS_H

/* LIMIT(NAME, most, "of what") */
#define SLACK_LIMIT_LIST(LIMIT)                                                                               \
  LIMIT(BLOCKS, 50, "blocks in a message")                                                                    \
  LIMIT(VIEW_BLOCKS, 100, "blocks in a view")                                                                 \
  LIMIT(TEXT, 40000, "characters in a message's text: what is longer is cut by Slack")                        \
  LIMIT(MESSAGE, 8000, "characters in all blocks of a message; about 12,000 are refused, undocumented")       \
  LIMIT(SECTION, 3000, "characters in a section")                                                             \
  LIMIT(CONTEXT, 2000, "characters in one text of a context block")                                           \
  LIMIT(HEADER, 150, "characters in a header")                                                                \
  LIMIT(LABEL, 75, "characters on a button or an option")                                                     \
  LIMIT(BUTTON_VALUE, 2000, "characters that a button brings back")                                           \
  LIMIT(OPTION_VALUE, 150, "characters that an option brings back")                                           \
  LIMIT(ACTIONS, 25, "buttons in one block")                                                                  \
  LIMIT(BOXES, 10, "checkboxes in one field")                                                                 \
  LIMIT(OPTIONS, 100, "options in a select or in one group of it")                                            \
  LIMIT(SELECT, 5, "choices shown as buttons; more become a select (our own rule)")                           \
  LIMIT(INPUT, 3000, "characters in a typed field")                                                           \
  LIMIT(INPUT_LABEL, 2000, "characters in the label of a field")                                              \
  LIMIT(PLACEHOLDER, 150, "characters in an empty field's hint")                                              \
  LIMIT(VIEW_TITLE, 24, "characters in a form's title and on its buttons")                                    \
  LIMIT(VIEW_META, 3000, "characters that a form brings back")                                                \
  LIMIT(VIEW_BYTES, 250000, "bytes in a view")                                                                \
  LIMIT(ID, 255, "characters in an action_id or block_id")                                                    \
  LIMIT(ACK_BYTES, 16000, "bytes in a frame of ours; Slack drops or hangs up past 20,480")                    \
  LIMIT(PEOPLE_OPEN, 8, "people besides us in a group message")                                               \
  LIMIT(PEOPLE_INVITE, 100, "people in one invitation")                                                       \
  LIMIT(ROOM_NAME, 80, "characters in a channel's name")                                                      \
  LIMIT(APP_NAME, 35, "characters in the app's name")                                                         \
  LIMIT(APP_ABOUT, 140, "characters in its description")                                                      \
  LIMIT(APP_LONG, 4000, "characters in its long description; at least 175")                                   \
  LIMIT(BOT_NAME, 80, "characters in the bot's name")                                                         \
  LIMIT(COMMAND, 32, "characters in a slash command")                                                         \
  LIMIT(COMMAND_ABOUT, 2000, "characters in its description")                                                 \
  LIMIT(COMMAND_HINT, 1000, "characters in its hint")

#define SLACK_LIMIT_AS_ENUM(name, most, what) SLACK_##name##_MAX = most,
enum slack_limit { SLACK_LIMIT_LIST(SLACK_LIMIT_AS_ENUM) };
#undef SLACK_LIMIT_AS_ENUM

#endif
