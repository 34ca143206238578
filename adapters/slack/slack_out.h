/* slack_out.h: an action of the bot becomes calls of Slack's Web API, and an ack becomes a frame of Socket Mode. Pure. */
#ifndef MENTORD_SLACK_OUT_H
#define MENTORD_SLACK_OUT_H

#include "adapters/slack/slack_in.h"
#include "adapters/slack/slack_limits.h"

/* METHOD(NAME, "as Slack calls it", calls a minute and workspace that Slack allows, again: may be repeated after an unclear end) */
#define SLACK_METHOD_LIST(METHOD)                                                 \
  METHOD(POST, "chat.postMessage", 200, false)                                    \
  METHOD(EPHEMERAL, "chat.postEphemeral", 100, false)                             \
  METHOD(UPDATE, "chat.update", 50, true)                                         \
  METHOD(DELETE, "chat.delete", 50, true)                                         \
  METHOD(VIEW_OPEN, "views.open", 100, false)                                     \
  METHOD(VIEW_PUBLISH, "views.publish", 100, true)                                \
  METHOD(OPEN, "conversations.open", 50, true)                                    \
  METHOD(CREATE, "conversations.create", 20, false)                               \
  METHOD(INVITE, "conversations.invite", 50, true)                                \
  METHOD(LEAVE, "conversations.leave", 50, true)                                  \
  METHOD(ROOMS, "users.conversations", 50, true)                                  \
  METHOD(HISTORY, "conversations.history", 50, true)                              \
  METHOD(USER, "users.info", 100, true)                                           \
  METHOD(USERS, "users.list", 20, true)                                           \
  METHOD(AUTH, "auth.test", 100, true)                                            \
  METHOD(FILE_PLACE, "files.getUploadURLExternal", 100, true)                     \
  METHOD(FILE_BYTES, "upload_url", 0, true)                                       \
  METHOD(FILE_SHARE, "files.completeUploadExternal", 100, false)                  \
  METHOD(FILE_INFO, "files.info", 100, true)                                      \
  METHOD(FILE_DELETE, "files.delete", 50, true)                                   \
  METHOD(CONNECT, "apps.connections.open", 1, true)                               \
  METHOD(RESPOND, "response_url", 0, false)
#define SLACK_METHOD_AS_ENUM(name, text, minute, again) SLACK_##name,
enum slack_method { SLACK_METHOD_LIST(SLACK_METHOD_AS_ENUM) SLACK_METHOD_MAX_ };
#undef SLACK_METHOD_AS_ENUM

enum { SLACK_FIELDS_MAX = 12, SLACK_CALLS_MAX = 600, SLACK_OUT_ARENA_BYTES_MAX = 8 * 1024 * 1024 };

struct slack_field { const char *name, *value; };

/* One HTTP POST. Form-encoded with the bot's token; RESPOND is `json`, FILE_BYTES are `raw` sent to `url`, without a token. */
struct slack_call {
  enum slack_method method;
  const char *bucket;       /* posts: the channel or person, one message a second each; NULL: only the method's own bucket */
  bool interactive;         /* somebody waits for it: before all bulk. A `send` says nothing of that: who calls knows who wrote just now */
  bool to_person;           /* its channel is a person's id: not found is `person_gone` */
  struct slack_field fields[SLACK_FIELDS_MAX];
  size_t field_count;
  const char *take_channel; /* this field gets the `channel` of the answer before it; NULL: none */
  const char *url, *json;   /* RESPOND; url: FILE_BYTES too */
  const char *raw; size_t raw_bytes; /* FILE_BYTES: borrowed from the caller until it is answered or stopped */
};

/* The calls of one action: one after another, the next only when the one before was `sent`. The `done` carries the last
 * `message` that an answer brought. With no call, `result` and `why` are the done; but an upload that may begin goes by slack_upload.h. */
struct slack_calls {
  struct slack_call *calls; /* in the arena */
  size_t count;
  enum action_result result;
  const char *why;          /* RESULT_FAILED: a word of PROTOCOL.md, or of ours */
};

const char *slack_method_name(enum slack_method method);
int slack_method_minute(enum slack_method method); /* 0: no limit known */

/* `now_ms` is only compared with `until`. */
void slack_out_action(const struct action *action, int64_t now_ms, struct arena *arena, struct slack_calls *ret_calls);
/* The same call without its blocks: everything stands in `text` too. For an answer with `try_plain`. */
bool slack_out_plain(struct slack_call *call);
/* Into the thread that its person writes in, and beside it too: there they look if they left it, and there it is found again. */
void slack_out_into_thread(struct slack_call *call, const char *thread_ts);
/* The same call without its thread. False: it had none. */
bool slack_out_outside(struct slack_call *call);
/* Puts `channel` where the call wants it. */
void slack_out_take(struct slack_call *call, const char *channel);

/* The frame that acknowledges an envelope, into `ret_frame`; with the bot's short answer when it can ride in it. Otherwise
 * `ret_calls` (may be empty) brings it, to that person alone; it may be dropped. `reply` is NULL: nothing to say. */
void slack_out_ack(const struct slack_in *in, const char *reply, struct arena *arena, struct text *ret_frame,
                   struct slack_calls *ret_calls);
/* The form that a click asked for: `in->open_view`. The first thing to leave: its trigger lives 3 seconds. */
void slack_out_open(const struct slack_in *in, struct arena *arena, struct slack_calls *ret_calls);

/* The page of somebody who has none yet (`in->home`): what to do here, and a button for it. */
void slack_out_home(const struct slack_in *in, struct arena *arena, struct slack_calls *ret_calls);

/* Does its look-up lead to where people talk with each other? Direct messages are no such place. */
bool slack_out_asks_room(const struct action *action);
/* What became of this action? First call: where it went (a person's direct messages; a room only if it is a group message: Slack refuses that
 * call for all others, and nothing is read), second: what was said there since `since_ms`. The answer of the last one goes to
 * slack_answer_found. Of an edit only what follows behind the changed message can be found. False: it cannot be asked (`cannot_tell`). */
bool slack_out_ask(const struct action *action, int64_t since_ms, struct arena *arena, struct slack_calls *ret_calls);

/* mentord-slack's capabilities. */
extern const struct capabilities slack_can;

#endif
