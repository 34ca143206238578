/* api.h: the Web API: one row for each method, and what every method may rely on when it is called. */
#ifndef SIM_SLACK_API_H
#define SIM_SLACK_API_H

#include "tests/sim/slack/sim.h"

/* METHOD(name, function, scopes, tier, arguments)
 * scopes: any one of them lets a call in; "" for none; the method itself may want a particular one. tier: calls a minute; 0: not counted.
 * arguments: "!" in front: required; behind ":" its type, text when there is none: e text that may be empty, which
 * the method then refuses by a name of its own; i whole number, b true or false, j JSON, l list of ids. */
#define METHOD_LIST(METHOD)                                                                                                                      \
  METHOD("auth.test", auth_test, "", 600, "")                                                                                                    \
  METHOD("apps.connections.open", apps_connections_open, "connections:write", 50, "")                                                            \
  METHOD("api.test", api_test, "", 100, "error foo")                                                                                             \
  METHOD("bots.info", bots_info, "users:read", 50, "bot")                                                                                        \
  METHOD("team.info", team_info, "team:read", 50, "team domain")                                                                                 \
  METHOD("chat.postMessage", chat_post, "chat:write", 0,                                                                                         \
         "!channel text blocks:j attachments:j thread_ts metadata:j unfurl_links:b unfurl_media:b mrkdwn:b parse link_names:b "                  \
         "reply_broadcast:b username icon_emoji icon_url markdown_text as_user:b")                                                               \
  METHOD("chat.update", chat_update, "chat:write", 50,                                                                                           \
         "!channel !ts text blocks:j attachments:j metadata:j parse link_names:b reply_broadcast:b markdown_text as_user:b file_ids:j")          \
  METHOD("chat.delete", chat_delete, "chat:write", 50, "!channel !ts as_user:b")                                                                 \
  METHOD("chat.postEphemeral", chat_ephemeral, "chat:write", 100,                                                                                \
         "!channel !user text blocks:j attachments:j thread_ts parse link_names:b username icon_emoji icon_url markdown_text as_user:b")         \
  METHOD("chat.scheduleMessage", chat_schedule, "chat:write", 50,                                                                                \
         "!channel !post_at:i text blocks:j attachments:j thread_ts metadata:j unfurl_links:b unfurl_media:b parse link_names:b markdown_text")  \
  METHOD("chat.deleteScheduledMessage", chat_unschedule, "chat:write", 50, "!channel !scheduled_message_id as_user:b")                           \
  METHOD("chat.scheduledMessages.list", chat_scheduled, "", 50, "channel cursor limit:i latest oldest")                                          \
  METHOD("chat.getPermalink", chat_permalink, "", 100, "!channel !message_ts")                                                                   \
  METHOD("views.open", views_open, "", 100, "!view:j trigger_id interactivity_pointer")                                                          \
  METHOD("views.push", views_push, "", 100, "!view:j trigger_id interactivity_pointer")                                                          \
  METHOD("views.update", views_update, "", 100, "!view:j view_id external_id hash")                                                              \
  METHOD("views.publish", views_publish, "", 100, "!user_id !view:j hash")                                                                       \
  METHOD("conversations.open", conversations_open, "im:write mpim:write", 50, "channel users:l return_im:b prevent_creation:b")                  \
  METHOD("conversations.create", conversations_create, "channels:manage groups:write", 20, "!name:e is_private:b")                               \
  METHOD("conversations.invite", conversations_invite, "channels:manage groups:write", 50, "!channel !users:l force:b")                          \
  METHOD("conversations.kick", conversations_kick, "channels:manage groups:write", 50, "!channel !user")                                         \
  METHOD("conversations.leave", conversations_leave, "channels:manage groups:write", 50, "!channel")                                             \
  METHOD("conversations.archive", conversations_archive, "channels:manage groups:write", 20, "!channel")                                         \
  METHOD("conversations.unarchive", conversations_unarchive, "channels:manage groups:write", 20, "!channel")                                     \
  METHOD("conversations.rename", conversations_rename, "channels:manage groups:write", 20, "!channel !name:e")                                   \
  METHOD("conversations.setTopic", conversations_set_topic, "channels:manage groups:write im:write mpim:write", 20, "!channel !topic")           \
  METHOD("conversations.members", conversations_members, "channels:read groups:read im:read mpim:read", 100, "!channel cursor limit:i")          \
  METHOD("conversations.info", conversations_info, "channels:read groups:read im:read mpim:read", 50,                                            \
         "!channel include_locale:b include_num_members:b")                                                                                      \
  METHOD("conversations.list", conversations_list, "channels:read groups:read im:read mpim:read", 20, "cursor limit:i types exclude_archived:b") \
  METHOD("conversations.history", conversations_history, "channels:history groups:history im:history mpim:history", 50,                          \
         "!channel cursor limit:i oldest latest inclusive:b include_all_metadata:b")                                                             \
  METHOD("users.info", users_info, "users:read", 100, "!user include_locale:b")                                                                  \
  METHOD("users.list", users_list, "users:read", 20, "cursor limit:i include_locale:b")                                                          \
  METHOD("users.conversations", users_conversations, "channels:read groups:read im:read mpim:read", 50,                                          \
         "user cursor limit:i types exclude_archived:b")                                                                                         \
  METHOD("users.lookupByEmail", users_lookup, "users:read.email", 50, "!email")                                                                  \
  METHOD("files.getUploadURLExternal", files_get_url, "files:write", 100, "!filename !length:i alt_txt alt_text snippet_type")                   \
  METHOD("files.completeUploadExternal", files_complete, "files:write", 100, "!files:j channel_id channels initial_comment thread_ts blocks:j")  \
  METHOD("files.info", files_info, "files:read", 100, "!file cursor limit:i count:i page:i")                                                     \
  METHOD("files.delete", files_delete, "files:write", 50, "!file")                                                                               \
  METHOD("usergroups.list", usergroups_list, "usergroups:read", 20, "include_count:b include_disabled:b include_users:b")                        \
  METHOD("usergroups.users.list", usergroups_users, "usergroups:read", 20, "!usergroup include_disabled:b")                                      \
  METHOD("dnd.info", dnd_info, "dnd:read", 50, "user")

struct call {
  struct sim *sim; /* borrowed, as everything here, until the call is answered */
  const struct method *method;
  struct token *token;
  struct team *team; /* NULL for an app-level token */
  cJSON *args;       /* checked: as the row says */
  cJSON *answer;     /* an object to fill; {"ok":true,…} */
  int retry_after;   /* more than 0: HTTP 429 */
};
/* NULL: it went well; else Slack's error. */
typedef const char *(*method_run)(struct call *call);
struct method {
  const char *name, *scopes, *args;
  method_run run;
  int per_minute;
};

extern const struct method api_methods[];
extern const size_t api_method_count;

#define METHOD_AS_FUNCTION(name, function, scopes, tier, arguments) const char *api_##function(struct call *call);
METHOD_LIST(METHOD_AS_FUNCTION)
#undef METHOD_AS_FUNCTION

void api_serve(struct sim *sim, struct http_request *request, const char *name);

/* ---- for the methods ---- */
const char *arg(const struct call *call, const char *name); /* NULL: not given, or empty */
int64_t arg_int(const struct call *call, const char *name, int64_t otherwise);
bool arg_bool(const struct call *call, const char *name, bool otherwise);
const cJSON *arg_json(const struct call *call, const char *name);
bool api_has_scope(const struct call *call, const char *scopes);              /* any one of them */
const char *api_wants(struct call *call, const char *scope);                  /* NULL, or missing_scope with what Slack says of it */
void api_complain(struct call *call, const char *fmt, ...) PRINTF_LIKE(2, 3); /* a line of response_metadata.messages */
/* A page of `count` things: from where to where, with next_cursor in the answer. NULL, or invalid_cursor / invalid_limit. */
const char *api_page(struct call *call, size_t count, size_t limit_usual, size_t *ret_from, size_t *ret_to);

/* args.c: what came in becomes what the row says. NULL, or invalid_arguments, invalid_form_data, … */
cJSON *args_read(const struct http_request *request, const char **ret_error);
const char *args_check(struct call *call, cJSON *given);

#endif
