/* slack_in_events.c: the Events API: words, mentions, joins, changes, ends.
 * {"type":"event_callback","event_id":"Ev01","event_time":1772445600,"event":{"type":"app_mention","channel":"C1","user":"U1","text":"<@U0BOT> pairs"}} */
#include <string.h>

#include "adapters/slack/slack_in_parts.h"
#include "adapters/slack/slack_names.h"
#include "adapters/slack/slack_text.h"

enum { WHY_BYTES_MAX = 60 };

/* ---- words ---- */

static const struct {
  const char *type;
  enum room_kind kind;
} channel_types[] = {{"im", ROOM_DIRECT}, {"app_home", ROOM_DIRECT}, {"mpim", ROOM_PRIVATE}, {"group", ROOM_PRIVATE}, {"G", ROOM_PRIVATE}};

/* What Slack does not say, and what is new, counts as public: the careful answer. */
static enum room_kind kind_of(const cJSON *event) {
  const char *type = json_str_or(event, "channel_type", "");
  for (size_t i = 0; i < ARRAY_LEN(channel_types); i++)
    if (strcmp(channel_types[i].type, type) == 0) return channel_types[i].kind;
  return ROOM_PUBLIC;
}

static bool is_from_a_machine(const struct slack_reading *r, const cJSON *event) {
  const char *user = json_str_or(event, "user", "");
  return json_str(event, "bot_id") != NULL || slack_in_is(user, r->self->bot_user) || strcmp(user, "USLACKBOT") == 0 ||
         slack_in_is(json_str(event, "app_id"), r->self->app);
}

/* Of all the kinds of messages only these are somebody's own words. */
static bool is_spoken(const char *subtype) {
  static const char *const spoken[] = {"file_share", "me_message", "thread_broadcast"};
  for (size_t i = 0; subtype != NULL && i < ARRAY_LEN(spoken); i++)
    if (strcmp(spoken[i], subtype) == 0) return true;
  return subtype == NULL;
}

/* A file, a voice clip, a message passed on: they meant something, and are to hear that only words are read. */
static bool has_more_than_words(const cJSON *event) {
  return cJSON_GetArraySize(json_at(event, "files")) > 0 || cJSON_GetArraySize(json_at(event, "attachments")) > 0;
}

static const char *hear(struct slack_reading *r, const cJSON *event, enum room_kind kind) {
  const char *raw = json_str_or(event, "text", ""), *called = slack_text_called(raw, r->self->bot_user, r->arena);
  if (json_str(event, "channel") == NULL) return "words from nowhere";
  bool alone = called != NULL && called[strspn(called, " \t\n")] == '\0';
  if (alone && kind == ROOM_DIRECT) called = NULL; /* our name and nothing else: still something was said */
  const char *text = slack_in_words(r, slack_text_plain(called == NULL ? raw : called, r->self, false, r->arena));
  bool blank = text[strspn(text, " \t\n")] == '\0';
  if (blank && !alone && !has_more_than_words(event)) return "a message without words";
  if (blank && !alone) text = "";
  if (kind != ROOM_DIRECT && text[0] == '@') text = slack_in_words(r, arena_format(r->arena, "@mentor %s", text)); /* the bot drops one name in front */
  r->in->event.kind = EVENT_TEXT;
  r->in->event.text = text;
  r->in->inner.message_ts = slack_in_text(r, event, "ts");
  r->in->inner.thread_ts = slack_in_text(r, event, "thread_ts");
  slack_in_person(r, slack_in_text(r, event, "user"));
  slack_in_room(r, slack_in_text(r, event, "channel"), kind, NULL);
  return NULL;
}

/* {"subtype":"message_changed","message":{"user":"U1","text":"new","edited":{…}},"previous_message":{"text":"old"}} */
static const char *read_edit(struct slack_reading *r, const cJSON *event) {
  const cJSON *message = json_at(event, "message");
  bool same = slack_in_is(json_str(message, "text"), json_str(event, "previous_message.text")); /* a preview of a link came */
  if (json_at(message, "edited") == NULL || same || is_from_a_machine(r, message)) return "a message that nobody wrote just now";
  slack_in_person(r, slack_in_text(r, message, "user"));
  slack_in_room(r, slack_in_text(r, event, "channel"), ROOM_DIRECT, NULL);
  r->in->inner.thread_ts = slack_in_text(r, message, "thread_ts");
  r->in->whisper = SLACK_WORD_EDITED;
  return "words that were changed later";
}

static const char *read_message(struct slack_reading *r, const cJSON *event) {
  enum room_kind kind = kind_of(event);
  if (is_from_a_machine(r, event)) return "a message of a bot";
  if (kind == ROOM_DIRECT && slack_in_is(json_str(event, "subtype"), "message_changed")) return read_edit(r, event);
  if (!is_spoken(json_str(event, "subtype")) || json_bool_or(event, "hidden", false)) return "a message that nobody wrote just now";
  if (kind != ROOM_DIRECT) return "talk in a room that is not for us"; /* a mention comes as app_mention too */
  return hear(r, event, kind);
}

static const char *read_mention(struct slack_reading *r, const cJSON *event) {
  if (is_from_a_machine(r, event)) return "a message of a bot";
  if (json_at(event, "edited") != NULL || !is_spoken(json_str(event, "subtype"))) return "a message that nobody wrote just now";
  if (kind_of(event) == ROOM_DIRECT) return "a mention that comes as a message too";
  return hear(r, event, kind_of(event));
}

/* ---- a person's own page ---- */

static const char *read_home(struct slack_reading *r, const cJSON *event) {
  if (!slack_in_is(json_str(event, "tab"), "home")) return "a look at the messages";
  slack_in_person(r, slack_in_text(r, event, "user"));
  r->in->home = json_at(event, "view") == NULL;
  r->in->event.kind = EVENT_HOME;
  return NULL;
}

/* ---- people ---- */

static const char *read_user(struct slack_reading *r, const cJSON *event) {
  struct slack_person *person = &r->in->person;
  if (!slack_person_read(json_at(event, "user"), r->arena, person)) return "a change of nobody";
  if (person->machine) return "a change of a bot";
  bool joined = slack_in_is(json_str(event, "type"), "team_join");
  r->in->event.kind = EVENT_DIRECTORY;
  r->in->event.change = person->gone ? "gone" : joined ? "joined" : "changed";
  slack_in_person(r, person->id);
  r->in->event.person.name = NULL; /* what was known of them is the older */
  slack_person_into(person, &r->in->event);
  return NULL;
}

/* ---- rooms ---- */

static const struct {
  const char *type, *change;
  enum room_kind kind;
} room_changes[] = {
    {"channel_rename", "renamed", ROOM_PUBLIC},   {"group_rename", "renamed", ROOM_PRIVATE},
    {"channel_archive", "archived", ROOM_PUBLIC}, {"group_archive", "archived", ROOM_PRIVATE},
    {"channel_deleted", "archived", ROOM_PUBLIC}, {"group_deleted", "archived", ROOM_PRIVATE},
    {"channel_left", "left", ROOM_PUBLIC},        {"group_left", "left", ROOM_PRIVATE},
};

/* "channel" is an id, or an object with "id" and "name". */
static const char *read_room(struct slack_reading *r, const cJSON *event) {
  const char *id = slack_in_text(r, event, "channel"), *type = json_str_or(event, "type", "");
  if (id == NULL) id = slack_in_text(r, event, "channel.id");
  for (size_t i = 0; i < ARRAY_LEN(room_changes); i++) {
    if (strcmp(room_changes[i].type, type) != 0) continue;
    r->in->event.kind = EVENT_ROOM;
    r->in->event.change = room_changes[i].change;
    slack_in_room(r, id, room_changes[i].kind, json_str(event, "channel.name"));
  }
  return NULL;
}

static const char *read_member(struct slack_reading *r, const cJSON *event) {
  const char *user = slack_in_text(r, event, "user");
  bool us = slack_in_is(user, r->self->bot_user), left = slack_in_is(json_str(event, "type"), "member_left_channel");
  if (!us && !left) return "somebody else came into a room";
  r->in->event.kind = EVENT_ROOM;
  r->in->event.change = left ? "left" : "made";
  if (!us) slack_in_person(r, user);
  slack_in_room(r, slack_in_text(r, event, "channel"), kind_of(event), NULL);
  return NULL;
}

/* ---- ends ---- */

static const char *read_uninstalled(struct slack_reading *r, const cJSON *event) {
  r->in->notice = "uninstalled";
  r->in->say = "The app was taken out of the Slack workspace. Install it again in the app's settings, and put its new tokens in place.";
  return "the app was uninstalled";
}

static const char *read_revoked(struct slack_reading *r, const cJSON *event) {
  const cJSON *tokens = json_at(event, "tokens.bot");
  if (cJSON_GetArraySize(tokens) == 0) return "somebody's own token was revoked";
  r->in->notice = "token_revoked";
  r->in->say = "Slack revoked the bot's token. Install the app again in its settings, and put the new token (xoxb-…) in place.";
  return "the bot's token was revoked";
}

static const struct {
  const char *type;
  const char *(*read)(struct slack_reading *r, const cJSON *event);
} readers[] = {
    {"message", read_message},        {"app_mention", read_mention},       {"app_home_opened", read_home},
    {"team_join", read_user},         {"user_change", read_user},          {"member_joined_channel", read_member},
    {"member_left_channel", read_member}, {"channel_rename", read_room},   {"group_rename", read_room},
    {"channel_archive", read_room},   {"group_archive", read_room},        {"channel_deleted", read_room},
    {"group_deleted", read_room},     {"channel_left", read_room},         {"group_left", read_room},
    {"app_uninstalled", read_uninstalled}, {"tokens_revoked", read_revoked},
};

static const char *read_limited(struct slack_reading *r) {
  r->in->notice = "rate_limited";
  r->in->say = "Slack holds events back: more than 30,000 an hour in this workspace. What people wrote in that minute did not arrive.";
  return "Slack holds events back";
}

static int64_t time_of(const struct slack_reading *r, const cJSON *event) {
  int64_t seconds = json_int_or(r->payload, "event_time", 0), ms = slack_in_ms(json_str(event, "event_ts"), 0);
  if (ms == 0) ms = slack_in_ms(json_str(event, "ts"), 0);
  if (ms == 0 && seconds > 0 && seconds < 253402300799) ms = seconds * 1000;
  return ms == 0 ? r->now_ms : ms;
}

const char *slack_in_event(struct slack_reading *r) {
  const cJSON *event = json_at(r->payload, "event");
  const char *id = json_str(r->payload, "event_id"), *type = json_str_or(event, "type", "");
  r->in->source = SLACK_FROM_EVENT;
  if (slack_in_is(json_str(r->payload, "type"), "app_rate_limited")) return read_limited(r);
  if (id != NULL && id[0] != '\0') r->in->event.id = arena_format(r->arena, "%s/%s", r->self->workspace, id);
  r->in->event.at_ms = time_of(r, event);
  for (size_t i = 0; i < ARRAY_LEN(readers); i++)
    if (strcmp(readers[i].type, type) == 0) return readers[i].read(r, event);
  return arena_format(r->arena, "an event that is not for us: %s", slack_text_bounded(type, WHY_BYTES_MAX, r->arena));
}
