/* slack_scopes.h: what the app asks of a workspace: its rights and the events it wants, one table each. */
#ifndef MENTORD_SLACK_SCOPES_H
#define MENTORD_SLACK_SCOPES_H

#include <stdbool.h>

enum { SLACK_SCOPES_BYTES = 2048 };

/* SCOPE("name", needed: nothing goes without it, "what is missed where a site refuses it") */
#define SLACK_SCOPE_LIST(SCOPE)                                                                                     \
  SCOPE("chat:write", true, "")                          /* to write to people */                                   \
  SCOPE("im:write", true, "")                            /* to open a direct message */                             \
  SCOPE("im:history", true, "")                          /* to be written to; to see whether a message arrived */   \
  SCOPE("users:read", true, "")                          /* names and time zones, who joined, who is gone */        \
  SCOPE("mpim:write", true, "")                          /* a group message for a pair */                           \
  SCOPE("files:write", false, "no list and no report can be sent as a file")                                        \
  SCOPE("files:read", false, "no list and no report can be sent as a file: only so is it seen whether Slack really shows it") \
  SCOPE("commands", false, "people cannot use /mentor")                                                             \
  SCOPE("app_mentions:read", false, "nobody can call the bot by its name in a channel")                             \
  SCOPE("groups:write", false, "no private channel for more than eight people")                                     \
  SCOPE("groups:read", false, "the bot does not hear of private channels that it was put into or taken out of, that were renamed, or whom somebody left")

/* Asked for only where a workspace wants it (`manifest --group-history`): with it the app could read what a pair says in its group
 * message. mentord looks there for its own messages, where nobody knows whether they arrived, and for nothing else. No event goes with it. */
#define SLACK_GROUP_HISTORY "mpim:history"

/* EVENT("name", "the scope it needs", "" none) */
#define SLACK_SUBSCRIBE_LIST(EVENT)                                                                                 \
  EVENT("message.im", "im:history")                                                                                 \
  EVENT("app_mention", "app_mentions:read")                                                                         \
  EVENT("app_home_opened", "")                                                                                      \
  EVENT("team_join", "users:read")                                                                                  \
  EVENT("user_change", "users:read")                                                                                \
  EVENT("member_joined_channel", "groups:read")                                                                     \
  EVENT("member_left_channel", "groups:read")                                                                       \
  EVENT("group_rename", "groups:read")                                                                              \
  EVENT("group_archive", "groups:read")                                                                             \
  EVENT("group_left", "groups:read")                                                                                \
  EVENT("group_deleted", "groups:read")                                                                             \
  EVENT("app_uninstalled", "")                                                                                      \
  EVENT("tokens_revoked", "")

bool slack_scopes_hold(const char *scopes, const char *scope); /* the whole of its name stands in the list */

#endif
