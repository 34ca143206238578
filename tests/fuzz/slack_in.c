/* slack_in.c: fuzzes what comes to the Slack adapter: frames of Socket Mode, answers of the Web API, and the bot's actions.
 * An input that begins with '>' is a line of the link (an action), one that begins with '=' an answer; all else is a frame. */
#include <string.h>

#include "adapters/kit/link_frame.h"
#include "adapters/slack/slack_answer.h"
#include "tests/fuzz/kit/fuzz.h"

enum { NOW_MS = 1772445600, OUT_BYTES = 32 << 20, BODY_BYTES_MAX = 4 << 20 };

static const char *name_of(const void *who, const char *user) {
  return user[0] == 'U' && user[1] == '2' ? "Ben Okoro" : NULL;
}

static const struct slack_self self = {
    .team = "T01", .workspace = "slack/T01", .bot_user = "U0BOT", .bot = "B0BOT", .app = "A0APP", .name_of = name_of};

/* ---- what leaves must be JSON, and within Slack's limits ---- */

static cJSON *must_parse(const char *json) {
  cJSON *root = NULL;
  err_note_clear();
  FUZZ_MUST(json_parse(json, strlen(json), BODY_BYTES_MAX, &root) == ERR_NONE, "%s: %.300s", err_note_text(), json);
  return root;
}

static const char *field_of(const struct slack_call *call, const char *name) {
  for (size_t i = 0; i < call->field_count; i++)
    if (strcmp(call->fields[i].name, name) == 0) return call->fields[i].value;
  return NULL;
}

static size_t chars_in(const cJSON *node) {
  const cJSON *child;
  const char *text = strcmp(json_str_or(node, "type", ""), "plain_text") == 0 ? json_str(node, "text") : NULL;
  size_t chars = text == NULL ? 0 : text_utf8_count(text);
  FUZZ_MUST(text == NULL || text[0] != '\0', "an empty text");
  cJSON_ArrayForEach(child, node)
    if (child->child != NULL) chars += chars_in(child);
  return chars;
}

static void check_call(const struct slack_call *call) {
  CLEANUP(json_freep) cJSON *blocks = NULL, *view = NULL, *json = NULL, *metadata = NULL;
  const char *text = field_of(call, "text");
  FUZZ_MUST(call->field_count <= SLACK_FIELDS_MAX, "%zu fields", call->field_count);
  for (size_t i = 0; i < call->field_count; i++)
    FUZZ_MUST(text_utf8_valid(call->fields[i].value, strlen(call->fields[i].value)), "%s is not UTF-8", call->fields[i].name);
  if (field_of(call, "view") != NULL) view = must_parse(field_of(call, "view"));
  if (field_of(call, "metadata") != NULL) metadata = must_parse(field_of(call, "metadata"));
  if (call->json != NULL) json = must_parse(call->json);
  if (text != NULL) FUZZ_MUST(text[0] != '\0' && strpbrk(text, "<>") == NULL && text_utf8_count(text) <= SLACK_TEXT_MAX, "%.200s", text);
  if (field_of(call, "blocks") == NULL) return;
  blocks = must_parse(field_of(call, "blocks"));
  int count = cJSON_GetArraySize(blocks);
  FUZZ_MUST(count >= 1 && count <= SLACK_BLOCKS_MAX, "%d blocks", count);
  FUZZ_MUST(chars_in(blocks) <= SLACK_MESSAGE_MAX, "%zu characters", chars_in(blocks));
}

static void check_calls(const struct slack_calls *calls) {
  for (size_t i = 0; i < calls->count; i++) check_call(&calls->calls[i]);
}

/* ---- the three kinds of input ---- */

/* What the link would close for must not leave, and the bot must read it as it was meant. */
static void check_event(const struct slack_in *in, struct arena *arena) {
  struct link_frame frame = {.line = LINE_EVENT, .id = in->event.id, .workspace = in->event.workspace, .event = in->event}, back;
  CLEANUP(text_done) struct text first, second;
  text_init(&first, LINK_FRAME_BYTES_MAX);
  text_init(&second, LINK_FRAME_BYTES_MAX);
  err_note_clear();
  FUZZ_MUST(link_frame_encode(&frame, &first) == ERR_NONE, "%s", err_note_text());
  FUZZ_MUST(!first.full, "an event longer than a line of the link");
  FUZZ_MUST(link_frame_decode(first.data, first.length - 1, arena, &back) == ERR_NONE, "%s: %s", err_note_text(), first.data);
  FUZZ_MUST(link_frame_encode(&back, &second) == ERR_NONE, "%s", err_note_text());
  FUZZ_MUST(strcmp(first.data, second.data) == 0, "%s became %s", first.data, second.data);
  FUZZ_MUST(strncmp(in->event.id, "slack/T01/", 10) == 0, "%s", in->event.id);
}

static void answer(const struct slack_in *in, const char *reply, struct arena *arena) {
  CLEANUP(text_done) struct text frame;
  CLEANUP(json_freep) cJSON *root = NULL;
  struct slack_calls calls;
  text_init(&frame, LINK_FRAME_BYTES_MAX);
  slack_out_ack(in, reply, arena, &frame, &calls);
  FUZZ_MUST(!frame.full && frame.length <= SLACK_ACK_BYTES_MAX, "%zu bytes", frame.length);
  root = must_parse(text_str(&frame));
  FUZZ_MUST(strcmp(json_str_or(root, "envelope_id", ""), in->envelope) == 0, "%s", text_str(&frame));
  check_calls(&calls);
  slack_out_open(in, arena, &calls);
  check_calls(&calls);
  if (in->home) slack_out_home(in, arena, &calls);
  check_calls(&calls);
}

static void frame_input(const char *data, size_t bytes) {
  struct slack_in in;
  struct arena *arena = arena_new(SLACK_IN_ARENA_BYTES_MAX), *scratch = arena_new(OUT_BYTES);
  slack_in_read(data, bytes, &self, NOW_MS, arena, &in);
  FUZZ_MUST(in.has_event == (in.why_none == NULL), "%s", in.why_none);
  FUZZ_MUST(in.has_event || strchr(in.why_none, '\n') == NULL, "%s", in.why_none);
  FUZZ_MUST(err_note_text()[0] == '\0', "%s", err_note_text());
  if (in.has_event) check_event(&in, scratch);
  if (in.kind == SLACK_IN_ENVELOPE) answer(&in, NULL, scratch);
  if (in.kind == SLACK_IN_ENVELOPE) answer(&in, "R&D <now> \"or\" later.", scratch);
  (void)arena_free(scratch);
  (void)arena_free(arena);
}

static void action_input(const char *data, size_t bytes) {
  struct link_frame frame;
  struct slack_calls calls;
  struct arena *arena = arena_new(LINK_ARENA_BYTES_MAX), *scratch = arena_new(SLACK_OUT_ARENA_BYTES_MAX);
  bool good = link_frame_decode(data, bytes, arena, &frame) == ERR_NONE && frame.line == LINE_ACTION;
  err_note_clear();
  if (good) {
    frame.action.id = frame.id;
    slack_out_action(&frame.action, NOW_MS, scratch, &calls);
    check_calls(&calls);
    FUZZ_MUST(calls.count > 0 || calls.result == RESULT_UNSUPPORTED || calls.why != NULL, "nothing, and no word why");
    if (slack_out_ask(&frame.action, NOW_MS, scratch, &calls)) check_calls(&calls);
  }
  (void)arena_free(scratch);
  (void)arena_free(arena);
}

static void must_be_done(struct slack_answer *answer) {
  const struct link_frame done = {.line = LINE_DONE, .id = "o88", .result = answer->result, .message = answer->message, .why = answer->why, .wait_ms = answer->wait_ms};
  FUZZ_MUST(link_frame_check(&done) == ERR_NONE, "%s", err_note_text());
}

static void one_answer(enum slack_method method, const struct slack_http *http, struct arena *arena) {
  const struct slack_call call = {.method = method, .field_count = 2, .fields = {{"channel", "C1"}, {"blocks", "[]"}}};
  struct slack_answer answer;
  slack_answer_read(&call, http, arena, &answer);
  must_be_done(&answer);
  slack_answer_found("o88", "C1", http, arena, &answer);
  must_be_done(&answer);
}

static void answer_input(const char *data, size_t bytes) {
  struct arena *arena = arena_new(LINK_ARENA_BYTES_MAX);
  const struct slack_http http = {.status = 200, .body = data, .bytes = bytes};
  for (int method = 0; method < SLACK_METHOD_MAX_; method++) one_answer((enum slack_method)method, &http, arena);
  (void)arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  const char *text = (const char *)data;
  err_note_clear();
  if (bytes > 0 && text[0] == '>') action_input(text + 1, bytes - 1);
  else if (bytes > 0 && text[0] == '=') answer_input(text + 1, bytes - 1);
  else frame_input(text, bytes);
  return 0;
}
