/* hear.c: what the tests of the Slack adapter's ear share. */
#include "hear.h"

#include <string.h>

struct arena *hear_arena;

void hear_begin(void) {
  hear_arena = arena_new(SLACK_IN_ARENA_BYTES_MAX * 8);
}

void hear_end(void) {
  hear_arena = arena_free(hear_arena);
}

const char *quoted(const char *json) {
  char *copy = arena_text(hear_arena, json);
  for (char *c = copy; *c != '\0'; c++)
    if (*c == '\'') *c = '"';
  return copy;
}

static const char *name_of(const void *who, const char *user) {
  return strcmp(user, "U2") == 0 ? "Ben Okoro" : NULL;
}

static const struct slack_self self = {
    .team = "T01", .workspace = "slack/T01", .bot_user = "U0BOT", .bot = "B0BOT", .app = "A0APP", .name_of = name_of};

struct slack_in hear_bytes(const char *frame, size_t bytes) {
  struct slack_in in;
  slack_in_read(frame, bytes, &self, HEAR_NOW_MS, hear_arena, &in);
  cr_expect(in.has_event == (in.why_none == NULL), "%s", in.why_none);
  cr_expect_str_empty(err_note_text());
  return in;
}

struct slack_in hear(const char *json) {
  const char *frame = quoted(json);
  return hear_bytes(frame, strlen(frame));
}

struct slack_in hear_event(const char *event) {
  return hear(arena_format(hear_arena, "{'type':'events_api','envelope_id':'e1','accepts_response_payload':false,'payload':"
                           "{'type':'event_callback','team_id':'T01','event_id':'Ev1','event_time':1772445600,'event':%s}}", event));
}

struct slack_in hear_act(const char *payload) {
  return hear(arena_format(hear_arena, "{'type':'interactive','envelope_id':'e1','accepts_response_payload':true,'payload':%s}", payload));
}

struct slack_in hear_command(const char *fields) {
  return hear(arena_format(hear_arena, "{'type':'slash_commands','envelope_id':'e1','accepts_response_payload':true,'payload':{'team_id':'T01',"
                           "'user_id':'U1','user_name':'ann','channel_id':'C1','channel_name':'general','trigger_id':'7.8','response_url':'https://r/1',%s}}", fields));
}

const char *line_of(const struct slack_in *in) {
  struct link_frame frame = {.line = LINE_EVENT, .id = in->event.id, .workspace = in->event.workspace, .event = in->event};
  if (!in->has_event) return in->why_none;
  CLEANUP(text_done) struct text text;
  text_init(&text, LINK_FRAME_BYTES_MAX);
  cr_assert_eq(link_frame_encode(&frame, &text), ERR_NONE);
  char *line = arena_text_n(hear_arena, text.data, text.length - 1);
  for (char *c = line; *c != '\0'; c++)
    if (*c == '"') *c = '\'';
  return line;
}
