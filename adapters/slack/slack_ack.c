/* slack_ack.c: what answers an envelope: the acknowledgement, a short sentence with it, a form, a first page.
 * {"envelope_id":"e1","payload":{"response_action":"errors","errors":{"text":"That is too long."}}} */
#include <string.h>

#include "adapters/slack/slack_blocks.h"
#include "adapters/slack/slack_names.h"
#include "adapters/slack/slack_out.h"
#include "adapters/slack/slack_text.h"

enum { REPLY_BYTES_MAX = 65536 };

static const char *escaped(const char *plain, struct arena *arena) {
  struct text text;
  text_init(&text, REPLY_BYTES_MAX);
  slack_text_escape(plain, &text);
  return slack_text_kept(&text, arena);
}

static struct slack_call *one_call(struct slack_calls *calls, enum slack_method method, struct arena *arena) {
  calls->calls = arena_alloc(arena, sizeof *calls->calls);
  calls->count = 1;
  calls->calls[0] = (struct slack_call){.method = method, .interactive = true};
  return &calls->calls[0];
}

static void put(struct slack_call *call, const char *name, const char *value) {
  call->fields[call->field_count++] = (struct slack_field){name, value};
}

/* ---- a sentence ---- */

static bool rides_in_the_ack(const struct slack_in *in) {
  if (!in->takes_payload) return false;
  return in->source == SLACK_FROM_COMMAND || (in->source == SLACK_FROM_FORM && in->inner.field != NULL);
}

static void put_reply(struct json_out *json, const struct slack_in *in, const char *reply, struct arena *arena) {
  json_open(json, "payload", '{');
  if (in->source == SLACK_FROM_FORM) {
    json_put_str(json, "response_action", "errors");
    json_open(json, "errors", '{');
    json_put_str(json, in->inner.field, reply);
    json_close(json, '}');
  } else {
    json_put_str(json, "response_type", "ephemeral");
    json_put_str(json, "text", escaped(reply, arena));
  }
  json_close(json, '}');
}

static void write_frame(const struct slack_in *in, const char *reply, struct arena *arena, struct text *frame) {
  struct json_out json;
  text_clear(frame);
  json_out_init(&json, frame);
  json_open(&json, NULL, '{');
  json_put_str(&json, "envelope_id", in->envelope);
  if (reply != NULL) put_reply(&json, in, reply, arena);
  json_close(&json, '}');
}

static void respond(const struct slack_in *in, const char *reply, struct arena *arena, struct slack_calls *calls) {
  struct text text;
  struct json_out json;
  text_init(&text, REPLY_BYTES_MAX * 2);
  json_out_init(&json, &text);
  json_open(&json, NULL, '{');
  json_put_str(&json, "response_type", "ephemeral");
  json_put_bool(&json, "replace_original", false);
  if (in->inner.thread_ts != NULL) json_put_str(&json, "thread_ts", in->inner.thread_ts);
  json_put_str(&json, "text", escaped(reply, arena));
  json_close(&json, '}');
  struct slack_call *call = one_call(calls, SLACK_RESPOND, arena);
  call->url = in->inner.response_url;
  call->json = slack_text_kept(&text, arena);
}

/* To one person where they are; nobody else sees it, and Slack keeps it nowhere. */
static void whisper(const struct slack_in *in, const char *reply, struct arena *arena, struct slack_calls *calls) {
  struct slack_call *call = one_call(calls, SLACK_EPHEMERAL, arena);
  call->bucket = in->inner.channel;
  put(call, "channel", in->inner.channel);
  put(call, "user", in->inner.user);
  if (in->inner.thread_ts != NULL) put(call, "thread_ts", in->inner.thread_ts);
  put(call, "text", escaped(reply, arena));
}

void slack_out_ack(const struct slack_in *in, const char *reply, struct arena *arena, struct text *ret_frame,
                   struct slack_calls *ret_calls) {
  struct slack_calls calls = {.result = RESULT_SENT};
  bool rides = reply != NULL && rides_in_the_ack(in);
  write_frame(in, rides ? reply : NULL, arena, ret_frame);
  if (rides && (ret_frame->full || ret_frame->length > SLACK_ACK_BYTES_MAX)) {
    rides = false;
    write_frame(in, NULL, arena, ret_frame);
  }
  if (reply != NULL && !rides && in->inner.response_url != NULL) respond(in, reply, arena, &calls);
  else if (reply != NULL && !rides && in->inner.channel != NULL && in->inner.user != NULL) whisper(in, reply, arena, &calls);
  *ret_calls = calls;
}

/* ---- views ---- */

void slack_out_open(const struct slack_in *in, struct arena *arena, struct slack_calls *ret_calls) {
  struct slack_calls calls = {.result = RESULT_SENT};
  if (in->open_view != NULL && in->inner.trigger_id != NULL) {
    struct slack_call *call = one_call(&calls, SLACK_VIEW_OPEN, arena);
    put(call, "trigger_id", in->inner.trigger_id);
    put(call, "view", in->open_view);
  }
  *ret_calls = calls;
}

static const char *first_page(struct arena *arena) {
  struct text text;
  struct json_out json;
  text_init(&text, REPLY_BYTES_MAX);
  json_out_init(&json, &text);
  json_open(&json, NULL, '{');
  json_put_str(&json, "type", "home");
  json_open(&json, "blocks", '[');
  json_open(&json, NULL, '{');
  json_put_str(&json, "type", "section");
  slack_blocks_put_text(&json, "text", SLACK_WORD_HOME, SLACK_SECTION_MAX, arena);
  json_close(&json, '}');
  json_open(&json, NULL, '{');
  json_put_str(&json, "type", "actions");
  json_open(&json, "elements", '[');
  json_open(&json, NULL, '{');
  json_put_str(&json, "type", "button");
  json_put_str(&json, "action_id", SLACK_NAME_NEXT);
  slack_blocks_put_text(&json, "text", SLACK_WORD_NEXT, SLACK_LABEL_MAX, arena);
  json_close(&json, '}');
  json_close(&json, ']');
  json_close(&json, '}');
  json_close(&json, ']');
  json_close(&json, '}');
  return slack_text_kept(&text, arena);
}

void slack_out_home(const struct slack_in *in, struct arena *arena, struct slack_calls *ret_calls) {
  struct slack_calls calls = {.result = RESULT_SENT};
  if (in->inner.user != NULL) {
    struct slack_call *call = one_call(&calls, SLACK_VIEW_PUBLISH, arena);
    put(call, "user_id", in->inner.user);
    put(call, "view", first_page(arena));
  }
  *ret_calls = calls;
}
