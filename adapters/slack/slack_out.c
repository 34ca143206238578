/* slack_out.c: an action of the bot becomes calls of the Web API.
 * {"id":"o88","kind":"send","to":{"person":"U1"},"card":{"text":"Shall we start?",…}}
 *   -> chat.postMessage channel=U1 text=… blocks=[…] metadata={"event_type":"mentord","event_payload":{"action":"o88","part":1,"parts":1}} */
#include "adapters/slack/slack_out.h"

#include <string.h>

#include "adapters/kit/link_frame.h"
#include "adapters/slack/slack_blocks.h"
#include "adapters/slack/slack_names.h"
#include "adapters/slack/slack_room.h"
#include "adapters/slack/slack_text.h"
#include "adapters/slack/slack_view.h"

enum { JSON_BYTES_MAX = 65536, HISTORY_MESSAGES = 200, SINCE_MARGIN_MS = 60000 };

const struct capabilities slack_can = {
    .buttons = 10, .select = true, .form = true, .edit = true, .ephemeral = true, .rooms = true, .text_max = SLACK_SECTION_MAX,
    .file_max = LINK_FILE_BYTES_MAX};

#define ROW_OF_METHOD(name, text, minute, again) {text, minute},
static const struct {
  const char *name;
  int minute;
} methods[] = {SLACK_METHOD_LIST(ROW_OF_METHOD)};
#undef ROW_OF_METHOD

const char *slack_method_name(enum slack_method method) {
  assert(method < SLACK_METHOD_MAX_);
  return methods[method].name;
}

int slack_method_minute(enum slack_method method) {
  assert(method < SLACK_METHOD_MAX_);
  return methods[method].minute;
}

/* ---- building calls ---- */

static void put(struct slack_call *call, const char *name, const char *value) {
  assert(call->field_count < SLACK_FIELDS_MAX);
  if (value != NULL) call->fields[call->field_count++] = (struct slack_field){name, value};
}

static struct slack_call *add(struct slack_calls *calls, enum slack_method method, bool interactive) {
  assert(calls->count < SLACK_CALLS_MAX);
  struct slack_call *call = &calls->calls[calls->count++];
  call->method = method;
  call->interactive = interactive;
  return call;
}

static void room_for(struct slack_calls *calls, size_t count, struct arena *arena) {
  calls->calls = arena_alloc(arena, count * sizeof *calls->calls);
}

static void fail(struct slack_calls *calls, const char *why) {
  calls->result = RESULT_FAILED;
  calls->why = why;
}

/* By this a message is found again when nobody knows whether it arrived. */
static const char *metadata_of(const struct action *action, size_t part, size_t parts, struct arena *arena) {
  struct text text;
  struct json_out json;
  text_init(&text, JSON_BYTES_MAX);
  json_out_init(&json, &text);
  json_open(&json, NULL, '{');
  json_put_str(&json, "event_type", SLACK_METADATA);
  json_open(&json, "event_payload", '{');
  json_put_str(&json, "action", action->id);
  json_put_int(&json, "part", (int64_t)part);
  json_put_int(&json, "parts", (int64_t)parts);
  json_close(&json, '}');
  json_close(&json, '}');
  return slack_text_kept(&text, arena);
}

static void put_part(struct slack_call *call, const struct slack_part *part) {
  put(call, "text", part->text);
  put(call, "blocks", part->blocks);
}

static void post(struct slack_calls *calls, const struct action *action, const char *channel, const struct slack_parts *parts, size_t at,
                 struct arena *arena) {
  bool hidden = action->only != NULL;
  struct slack_call *call = add(calls, hidden ? SLACK_EPHEMERAL : SLACK_POST, hidden);
  call->bucket = channel;
  call->to_person = action->room == NULL && channel == action->person;
  put(call, "channel", channel);
  put(call, "user", action->only);
  put_part(call, &parts->parts[at]);
  if (hidden) return;
  put(call, "mrkdwn", "false");
  put(call, "unfurl_links", "false");
  put(call, "unfurl_media", "false");
  put(call, "metadata", metadata_of(action, at + 1, parts->count, arena));
}

/* ---- messages ---- */

static void send(const struct action *action, struct arena *arena, struct slack_calls *calls) {
  struct slack_parts parts;
  const char *channel = action->room != NULL ? action->room : action->person; /* a person's id opens their direct messages */
  slack_blocks_card(action->card, arena, &parts);
  room_for(calls, parts.count, arena);
  for (size_t i = 0; i < parts.count; i++) post(calls, action, channel, &parts, i, arena);
}

/* "D1/1772445600.000100"; what was shown to one person only has an "e" between: Slack changes it no more. */
static bool message_of(const struct action *action, struct arena *arena, const char **ret_channel, const char **ret_ts) {
  const char *slash = strchr(action->message, '/');
  if (slash == NULL || slash == action->message || strchr(slash + 1, '/') != NULL || slash[1] == '\0') return false;
  *ret_channel = arena_text_n(arena, action->message, (size_t)(slash - action->message));
  *ret_ts = arena_text(arena, slash + 1);
  return true;
}

/* Where the new card is longer than one message, the rest follows behind the changed one. */
static void edit(const struct action *action, struct arena *arena, struct slack_calls *calls) {
  struct slack_parts parts;
  const char *channel, *ts;
  if (action->only != NULL) return fail(calls, "not_allowed");
  if (!message_of(action, arena, &channel, &ts)) return fail(calls, "message_gone");
  slack_blocks_card(action->card, arena, &parts);
  room_for(calls, parts.count, arena);
  struct slack_call *call = add(calls, SLACK_UPDATE, true);
  call->bucket = channel;
  put(call, "channel", channel);
  put(call, "ts", ts);
  put_part(call, &parts.parts[0]);
  for (size_t i = 1; i < parts.count; i++) post(calls, action, channel, &parts, i, arena);
}

static void take_away(const struct action *action, struct arena *arena, struct slack_calls *calls) {
  const char *channel, *ts;
  if (!message_of(action, arena, &channel, &ts)) return fail(calls, "message_gone");
  room_for(calls, 1, arena);
  struct slack_call *call = add(calls, SLACK_DELETE, true);
  call->bucket = channel;
  put(call, "channel", channel);
  put(call, "ts", ts);
}

static void show_home(const struct action *action, struct arena *arena, struct slack_calls *calls) {
  struct slack_part part;
  if (action->person == NULL) return fail(calls, "not_allowed");
  slack_blocks_view(action->card, arena, &part);
  const char *view = slack_view_home(part.blocks, arena);
  if (part.block_count > SLACK_VIEW_BLOCKS_MAX || strlen(view) > SLACK_VIEW_BYTES_MAX) return fail(calls, "too_large");
  room_for(calls, 1, arena);
  struct slack_call *call = add(calls, SLACK_VIEW_PUBLISH, true);
  put(call, "user_id", action->person);
  put(call, "view", view);
}

/* ---- rooms ---- */

static const char *joined(const struct action *action, size_t from, size_t to, struct arena *arena) {
  struct text text;
  text_init(&text, JSON_BYTES_MAX * 8);
  for (size_t i = from; i < to; i++) text_addf(&text, "%s%s", i == from ? "" : ",", action->members[i]);
  return slack_text_kept(&text, arena);
}

static void invite(struct slack_calls *calls, const struct action *action, const char *channel, struct arena *arena) {
  for (size_t from = 0; from < action->member_count; from += SLACK_PEOPLE_INVITE_MAX) {
    size_t to = from + SLACK_PEOPLE_INVITE_MAX < action->member_count ? from + SLACK_PEOPLE_INVITE_MAX : action->member_count;
    struct slack_call *call = add(calls, SLACK_INVITE, false);
    put(call, "channel", channel);
    put(call, "users", joined(action, from, to, arena));
    put(call, "force", "true"); /* whoever can come comes */
    if (channel == NULL) call->take_channel = "channel";
  }
}

/* Up to eight people are a group message: asked for again, Slack opens the same one. */
static void open_room(const struct action *action, struct arena *arena, struct slack_calls *calls) {
  if (action->member_count == 0) return fail(calls, "person_gone");
  room_for(calls, 2 + action->member_count / SLACK_PEOPLE_INVITE_MAX, arena);
  if (action->member_count <= SLACK_PEOPLE_OPEN_MAX) {
    put(add(calls, SLACK_OPEN, false), "users", joined(action, 0, action->member_count, arena));
    return;
  }
  struct slack_call *call = add(calls, SLACK_CREATE, false);
  put(call, "name", slack_room_name(action, arena));
  put(call, "is_private", "true");
  invite(calls, action, NULL, arena);
}

static void invite_to(const struct action *action, struct arena *arena, struct slack_calls *calls) {
  if (action->member_count == 0 || action->room == NULL) return fail(calls, action->room == NULL ? "room_gone" : "person_gone");
  room_for(calls, 1 + action->member_count / SLACK_PEOPLE_INVITE_MAX, arena);
  invite(calls, action, action->room, arena);
}

static void leave(const struct action *action, struct arena *arena, struct slack_calls *calls) {
  if (action->room == NULL) return fail(calls, "room_gone");
  room_for(calls, 1, arena);
  put(add(calls, SLACK_LEAVE, false), "channel", action->room);
}

void slack_out_action(const struct action *action, int64_t now_ms, struct arena *arena, struct slack_calls *ret_calls) {
  struct slack_calls calls = {.result = RESULT_SENT};
  bool late = action->until_ms != 0 && action->until_ms < now_ms;
  switch (action->kind) {
    case ACTION_SEND:
    case ACTION_FORM: /* a form is a message with a button that opens it: only a click may open one at Slack */
      if (!late) send(action, arena, &calls);
      break;
    case ACTION_EDIT: if (!late) edit(action, arena, &calls); break;
    case ACTION_DELETE: if (!late) take_away(action, arena, &calls); break;
    case ACTION_HOME: if (!late) show_home(action, arena, &calls); break;
    case ACTION_ROOM_OPEN: if (!late) open_room(action, arena, &calls); break;
    case ACTION_ROOM_INVITE: if (!late) invite_to(action, arena, &calls); break;
    case ACTION_ROOM_LEAVE: if (!late) leave(action, arena, &calls); break;
    case ACTION_UPLOAD: break; /* its calls depend on what came before: slack_upload.h */
    case ACTION_MAX_:
    case ACTION_INVALID_:
      calls.result = RESULT_UNSUPPORTED;
      late = false;
  }
  if (late) fail(&calls, "too_late");
  *ret_calls = calls;
}

static bool take_out(struct slack_call *call, const char *name) {
  for (size_t i = 0; i < call->field_count; i++) {
    if (strcmp(call->fields[i].name, name) != 0) continue;
    call->field_count--;
    memmove(&call->fields[i], &call->fields[i + 1], (call->field_count - i) * sizeof call->fields[0]);
    return true;
  }
  return false;
}

bool slack_out_plain(struct slack_call *call) {
  return take_out(call, "blocks");
}

bool slack_out_outside(struct slack_call *call) {
  (void)take_out(call, "reply_broadcast");
  return take_out(call, "thread_ts");
}

static bool has(const struct slack_call *call, const char *name) {
  for (size_t i = 0; i < call->field_count; i++)
    if (strcmp(call->fields[i].name, name) == 0) return true;
  return false;
}

void slack_out_into_thread(struct slack_call *call, const char *thread_ts) {
  if (call->method != SLACK_POST || !call->to_person || has(call, "thread_ts")) return;
  put(call, "thread_ts", thread_ts);
  put(call, "reply_broadcast", "true");
}

void slack_out_take(struct slack_call *call, const char *channel) {
  if (call->take_channel != NULL) put(call, call->take_channel, channel);
  call->take_channel = NULL;
}

/* ---- what became of it ---- */

/* Direct messages are all called D…; what is called otherwise is a room until Slack says more. */
bool slack_out_asks_room(const struct action *action) {
  if (action->kind == ACTION_EDIT) return action->message != NULL && action->message[0] != 'D';
  return action->room != NULL;
}

bool slack_out_ask(const struct action *action, int64_t since_ms, struct arena *arena, struct slack_calls *ret_calls) {
  struct slack_calls calls = {.result = RESULT_CANNOT_TELL};
  const char *room = action->room, *ts = NULL;
  bool edit = action->kind == ACTION_EDIT && action->message != NULL && message_of(action, arena, &room, &ts);
  bool message = (edit || action->kind == ACTION_SEND || action->kind == ACTION_FORM || action->kind == ACTION_UPLOAD) && action->only == NULL;
  if (message) {
    int64_t since_s = since_ms > SINCE_MARGIN_MS ? (since_ms - SINCE_MARGIN_MS) / 1000 : 0; /* our clock is not Slack's */
    room_for(&calls, 2, arena);
    if (room == NULL) put(add(&calls, SLACK_OPEN, false), "users", action->person);
    else if (slack_out_asks_room(action)) put(add(&calls, SLACK_OPEN, false), "channel", room); /* only a group message is opened */
    struct slack_call *call = add(&calls, SLACK_HISTORY, false);
    put(call, "channel", room);
    if (room == NULL) call->take_channel = "channel";
    put(call, "include_all_metadata", "true");
    put(call, "limit", arena_format(arena, "%d", HISTORY_MESSAGES));
    if (since_s > 0) put(call, "oldest", arena_format(arena, "%lld.000000", (long long)since_s));
  }
  *ret_calls = calls;
  return message;
}
