/* slack_in.c: one text frame of Socket Mode.
 * {"type":"events_api","envelope_id":"e1","accepts_response_payload":false,"retry_attempt":0,"payload":{"type":"event_callback",
 *  "team_id":"T01","event_id":"Ev01","event":{"type":"message","channel_type":"im","channel":"D1","user":"U1","text":"hi","ts":"1772445600.000123"}}}
 *   -> {"t":"event","id":"slack/T01/Ev01","kind":"text","person":{"id":"U1"},"room":{"id":"D1","kind":"direct"},"text":"hi"} */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/kit/link_frame.h"
#include "adapters/slack/slack_in_parts.h"
#include "adapters/slack/slack_text.h"
#include "bot/base/json_peek.h"

enum { ID_BYTES_MAX = 200, NAME_BYTES_MAX = 1000, URL_BYTES_MAX = 3000, WORDS_JSON_BYTES_MAX = 48000, WORDS_BYTES_SAFE = 24000, SHORT_WORDS_BYTES = 8000 };

static const int64_t at_ms_max = 253402300799999; /* the end of the year 9999: the link takes no later time */

#define NAME_OF_REASON(name, text) text,
static const char *const reasons[] = {SLACK_REASON_LIST(NAME_OF_REASON)};
#undef NAME_OF_REASON

const char *slack_reason_name(enum slack_reason reason) {
  assert(reason < SLACK_REASON_MAX_);
  return reasons[reason];
}

/* ---- escapes that JSON allows and no text of ours may hold ---- */

static int hex4(const char *at, const char *end) {
  int value = 0;
  if (end - at < 4) return -1;
  for (int i = 0; i < 4; i++) {
    int c = (unsigned char)at[i];
    if (!isxdigit(c)) return -1;
    value = value * 16 + (isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return value;
}

/* `at` stands behind "\u". How many bytes to go on; what stands for no character becomes U+FFFD in place. */
static size_t mend_escape(char *at, const char *end) {
  int first = hex4(at, end);
  if (first < 0) return 0;
  bool lead = first >= 0xd800 && first < 0xdc00, trail = first >= 0xdc00 && first < 0xe000;
  if (lead && end - at >= 10 && at[4] == '\\' && at[5] == 'u') {
    int second = hex4(at + 6, end);
    if (second >= 0xdc00 && second < 0xe000) return 10;
  }
  if (first == 0 || lead || trail) memcpy(at, "fffd", 4);
  return 4;
}

static void mend(char *json, size_t bytes) {
  const char *end = json + bytes;
  for (json = memchr(json, '\\', bytes); json != NULL; json = memchr(json, '\\', (size_t)(end - json))) {
    if (++json == end) return;
    if (*json++ == 'u') json += mend_escape(json, end);
  }
}

enum err slack_in_parse(const char *frame, size_t bytes, struct arena *arena, const cJSON **ret_root) {
  static const struct json_bounds bounds = {.bytes_max = SLACK_IN_BYTES_MAX, .depth_max = SLACK_IN_DEPTH_MAX};
  if (bytes > SLACK_IN_BYTES_MAX) return err_note(ERR_BAD_INPUT, "a frame of %zu bytes, at most %d are read", bytes, SLACK_IN_BYTES_MAX);
  char *copy = arena_text_n(arena, frame, bytes);
  mend(copy, bytes);
  return json_parse_in(arena, copy, bytes, bounds, ret_root);
}

/* ---- what the readers share ---- */

const char *slack_in_text(const struct slack_reading *r, const cJSON *object, const char *path) {
  const char *text = json_str(object, path);
  return text == NULL || text[0] == '\0' ? NULL : slack_text_bounded(text, URL_BYTES_MAX, r->arena);
}

int64_t slack_in_ms(const char *ts, int64_t otherwise) {
  if (ts == NULL || !isdigit((unsigned char)ts[0])) return otherwise;
  char *end;
  long long seconds = strtoll(ts, &end, 10);
  if (seconds <= 0 || seconds > at_ms_max / 1000) return otherwise;
  int64_t ms = seconds * 1000;
  for (int i = 1, unit = 100; *end == '.' && i <= 3 && isdigit((unsigned char)end[i]); i++, unit /= 10) ms += (end[i] - '0') * unit;
  return ms > at_ms_max ? otherwise : ms;
}

bool slack_in_is(const char *said, const char *own) {
  return said != NULL && own != NULL && strcmp(said, own) == 0;
}

void slack_in_person(struct slack_reading *r, const char *user) {
  struct event *event = &r->in->event;
  event->person.id = user;
  r->in->inner.user = user;
  if (user == NULL || r->self->name_of == NULL) return;
  const char *name = r->self->name_of(r->self->who, user);
  if (name != NULL) event->person.name = slack_text_bounded(name, NAME_BYTES_MAX, r->arena);
}

void slack_in_room(struct slack_reading *r, const char *id, enum room_kind kind, const char *name) {
  r->in->inner.channel = id;
  r->in->event.room.id = id;
  r->in->event.room.kind = kind;
  r->in->event.room.name = name == NULL ? NULL : slack_text_bounded(name, NAME_BYTES_MAX, r->arena);
}

const char *slack_in_words(const struct slack_reading *r, const char *text) {
  const char *words = slack_text_bounded(text, LINK_TEXT_BYTES_MAX, r->arena);
  size_t bytes = 0;
  for (const char *c = words; *c != '\0'; c++) bytes += *c == '"' || *c == '\\' || *c == '\n' ? 2 : 1;
  return bytes <= WORDS_JSON_BYTES_MAX ? words : slack_text_bounded(words, WORDS_BYTES_SAFE, r->arena);
}

/* ---- envelopes ---- */

/* One app may be in several workspaces, and any of its connections brings what happens in any of them. */
static bool is_ours(const struct slack_reading *r) {
  static const char *const places[] = {"authorizations", "team_id", "team.id"};
  const char *team = r->self->team, *said = NULL;
  const cJSON *authorizations = json_at(r->payload, places[0]), *authorization;
  if (team == NULL) return true;
  cJSON_ArrayForEach(authorization, authorizations) {
    if (slack_in_is(json_str(authorization, "team_id"), team)) return true;
    if (said == NULL) said = slack_in_text(r, authorization, "team_id");
  }
  for (size_t i = 1; i < ARRAY_LEN(places) && said == NULL; i++) said = slack_in_text(r, r->payload, places[i]);
  if (said == NULL || strcmp(said, team) == 0) return true;
  r->in->elsewhere = said;
  return false;
}

static const struct {
  const char *type;
  const char *(*read)(struct slack_reading *r);
} types[] = {{"events_api", slack_in_event}, {"slash_commands", slack_in_command}, {"interactive", slack_in_act}};

static const char *read_payload(struct slack_reading *r, const char *type) {
  for (size_t i = 0; i < ARRAY_LEN(types); i++) {
    if (strcmp(types[i].type, type) != 0) continue;
    if (!cJSON_IsObject(r->payload)) return "an envelope without a payload";
    return is_ours(r) ? types[i].read(r) : "of another workspace";
  }
  return "an envelope of a kind that we do not know";
}

/* All but its words is an id or a name, and checked: with so few words it fits a line, whatever escapes it needs. */
static bool is_surely_short(const struct event *event) {
  return event->kind == EVENT_TEXT && strlen(event->text) < SHORT_WORDS_BYTES;
}

/* The belt: what the link would close for never leaves. */
static const char *link_refuses(const struct event *event, struct arena *arena) {
  struct link_frame frame = {.line = LINE_EVENT, .id = event->id, .workspace = event->workspace, .event = *event};
  CLEANUP(text_done) struct text line;
  text_init(&line, LINK_FRAME_BYTES_MAX);
  enum err err = is_surely_short(event) ? link_frame_check(&frame) : link_frame_encode(&frame, &line);
  if (err != ERR_NONE) return arena_format(arena, "not for the link: %s", err_note_text());
  return line.full ? "longer than a line of the link" : NULL;
}

static void read_envelope(struct slack_reading *r, const cJSON *root, const char *type) {
  struct slack_in *in = r->in;
  const char *none;
  in->kind = SLACK_IN_ENVELOPE;
  in->takes_payload = json_bool_or(root, "accepts_response_payload", false);
  in->retry = json_int_or(root, "retry_attempt", 0);
  in->event.workspace = r->self->workspace;
  in->event.at_ms = r->now_ms;
  in->event.id = arena_format(r->arena, "%s/%s", r->self->workspace, in->envelope);
  r->payload = json_at(root, "payload");
  none = read_payload(r, type);
  err_note_clear();
  if (none == NULL) none = link_refuses(&in->event, r->arena);
  in->has_event = none == NULL;
  in->why_none = none;
}

/* ---- what the bot said itself: Slack tells us of each of our posts, and nothing is to be heard of it ---- */

static bool is_echo(const char *frame, size_t bytes, const struct slack_self *self, struct arena *arena, struct slack_in *ret_in) {
  char said[ID_BYTES_MAX + 1];
  if (self->bot == NULL || !json_peek_text(frame, bytes, "payload.event.bot_id", said, sizeof said) || strcmp(said, self->bot) != 0) return false;
  if (!json_peek_text(frame, bytes, "payload.event.type", said, sizeof said) || strcmp(said, "message") != 0) return false;
  if (!json_peek_text(frame, bytes, "type", said, sizeof said) || strcmp(said, "events_api") != 0) return false;
  if (!json_peek_text(frame, bytes, "envelope_id", said, sizeof said) || said[0] == '\0' || !text_utf8_valid(said, strlen(said))) return false;
  *ret_in = (struct slack_in){.kind = SLACK_IN_ENVELOPE, .envelope = arena_text(arena, said), .why_none = "a message of a bot"};
  return true;
}

/* ---- frames ---- */

static void read_hello(struct slack_reading *r, const cJSON *root) {
  struct slack_in *in = r->in;
  in->kind = SLACK_IN_HELLO;
  in->connections = json_int_or(root, "num_connections", 0);
  in->lives_s = json_int_or(root, "debug_info.approximate_connection_time", 0);
  in->app = slack_in_text(r, root, "connection_info.app_id");
  in->why_none = "a hello";
}

static void read_disconnect(struct slack_reading *r, const cJSON *root) {
  const char *reason = json_str_or(root, "reason", "");
  r->in->kind = SLACK_IN_DISCONNECT;
  r->in->connections = json_int_or(root, "num_connections", 0);
  r->in->why_none = "a disconnect";
  r->in->reason = SLACK_REASON_OTHER;
  for (int i = 0; i < SLACK_REASON_MAX_; i++)
    if (strcmp(reasons[i], reason) == 0) r->in->reason = (enum slack_reason)i;
}

static bool is_id(const char *id) {
  size_t bytes = id == NULL ? 0 : strlen(id);
  if (bytes == 0 || bytes > ID_BYTES_MAX) return false;
  for (; *id != '\0'; id++)
    if (iscntrl((unsigned char)*id)) return false;
  return true;
}

static void read_frame(struct slack_reading *r, const cJSON *root) {
  const char *type = json_str(root, "type"), *envelope = json_str(root, "envelope_id");
  if (is_id(envelope)) {
    r->in->envelope = arena_text(r->arena, envelope);
    read_envelope(r, root, type == NULL ? "" : type);
  } else if (slack_in_is(type, "hello")) {
    read_hello(r, root);
  } else if (slack_in_is(type, "disconnect")) {
    read_disconnect(r, root);
  } else {
    r->in->why_none = "JSON that is neither a hello, a disconnect nor an envelope";
  }
}

/* It goes into a log, a line each. */
static const char *one_line(const char *why, struct arena *arena) {
  char *line = arena_text(arena, why);
  for (char *c = line; c != NULL && *c != '\0'; c++)
    if (iscntrl((unsigned char)*c)) *c = ' ';
  return line;
}

/* The whole frame is let go at once: little of it is kept. */
static void read_whole(struct slack_reading *r, const char *frame, size_t bytes) {
  CLEANUP(arena_freep) struct arena *whole = arena_new(SLACK_IN_TREE_BYTES_MAX);
  const cJSON *root;
  if (slack_in_parse(frame, bytes, whole, &root) == ERR_NONE) read_frame(r, root);
  else r->in->why_none = arena_text(r->arena, err_note_text());
}

void slack_in_read(const char *frame, size_t bytes, const struct slack_self *self, int64_t now_ms, struct arena *arena,
                   struct slack_in *ret_in) {
  struct slack_in in = {.kind = SLACK_IN_GARBAGE};
  struct slack_reading r = {.self = self, .arena = arena, .now_ms = now_ms, .in = &in};
  err_note_clear();
  if (is_echo(frame, bytes, self, arena, ret_in)) return;
  read_whole(&r, frame, bytes);
  in.why_none = one_line(in.why_none, arena);
  err_note_clear(); /* it stands there now */
  *ret_in = in;
}
