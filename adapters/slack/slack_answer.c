/* slack_answer.c: what Slack's Web API answered. HTTP 200 says little: {"ok":false,"error":"is_archived"} comes with it. */
#include "adapters/slack/slack_answer.h"

#include <string.h>

#include "adapters/slack/slack_names.h"
#include "adapters/slack/slack_text.h"
#include "bot/base/json_peek.h"

enum { BUSY_MS = 5000, LIMITED_MS = 30000, NO_TOKEN_MS = 60000, LATER_MS_MAX = 7 * 24 * 3600 * 1000, DETAIL_BYTES_MAX = 400, RETRY_S_MAX = 3600, ID_BYTES = 80 };

#define ID_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define TS_LETTERS ".0123456789"

#define AGAIN_OF_METHOD(name, text, minute, again) again,
static const bool may_repeat[] = {SLACK_METHOD_LIST(AGAIN_OF_METHOD)};
#undef AGAIN_OF_METHOD

/* ---- Slack's words ---- */

enum meaning {
  MEANS_FAILED, /* and why */
  MEANS_SENT,   /* it is as we wanted it already */
  MEANS_LATER,  /* Slack is busy, or asks us to wait */
  MEANS_UNSURE, /* perhaps it was done */
  MEANS_PLAIN,  /* the blocks were refused */
  MEANS_OUTSIDE, /* the thread is gone */
  MEANS_TOKEN   /* no call will do any good with this token */
};

static const struct error {
  const char *word;
  enum meaning meaning;
  const char *why;
} errors[] = {
    {"ratelimited", MEANS_LATER, NULL},
    {"rate_limited", MEANS_LATER, NULL},
    {"message_limit_exceeded", MEANS_LATER, NULL},
    {"service_unavailable", MEANS_LATER, NULL},
    {"team_added_to_org", MEANS_LATER, NULL},
    {"accesslimited", MEANS_LATER, NULL},
    {"hash_conflict", MEANS_LATER, NULL},
    {"internal_error", MEANS_UNSURE, NULL},
    {"fatal_error", MEANS_UNSURE, NULL},
    {"request_timeout", MEANS_UNSURE, NULL},
    {"not_authed", MEANS_TOKEN, NULL},
    {"invalid_auth", MEANS_TOKEN, NULL},
    {"account_inactive", MEANS_TOKEN, NULL},
    {"token_revoked", MEANS_TOKEN, NULL},
    {"token_expired", MEANS_TOKEN, NULL},
    {"user_removed_from_team", MEANS_TOKEN, NULL},
    {"team_disabled", MEANS_TOKEN, NULL},
    {"not_allowed_token_type", MEANS_TOKEN, NULL},
    {"invalid_blocks", MEANS_PLAIN, NULL},
    {"invalid_blocks_format", MEANS_PLAIN, NULL},
    {"msg_blocks_too_long", MEANS_PLAIN, NULL},
    {"block_mismatch", MEANS_PLAIN, NULL},
    {"thread_not_found", MEANS_OUTSIDE, NULL},
    {"cannot_reply_to_message", MEANS_OUTSIDE, NULL},
    {"already_in_channel", MEANS_SENT, NULL},
    {"cant_invite_self", MEANS_SENT, NULL},
    {"user_disabled", MEANS_FAILED, "person_gone"},
    {"user_not_found", MEANS_FAILED, "person_gone"},
    {"users_not_found", MEANS_FAILED, "person_gone"},
    {"user_not_visible", MEANS_FAILED, "person_gone"},
    {"users_not_visible", MEANS_FAILED, "person_gone"},
    {"user_not_in_channel", MEANS_FAILED, "person_gone"},
    {"invalid_user_combination", MEANS_FAILED, "person_gone"},
    {"cannot_dm_bot", MEANS_FAILED, "person_gone"},
    {"channel_not_found", MEANS_FAILED, "room_gone"},
    {"is_archived", MEANS_FAILED, "room_gone"},
    {"is_inactive", MEANS_FAILED, "room_gone"}, /* what an edit gets in an archived room */
    {"not_in_channel", MEANS_FAILED, "room_gone"},
    {"message_not_found", MEANS_FAILED, "message_gone"},
    {"cant_update_message", MEANS_FAILED, "message_gone"},
    {"cant_delete_message", MEANS_FAILED, "message_gone"},
    {"edit_window_closed", MEANS_FAILED, "message_gone"},
    {"expired_trigger_id", MEANS_FAILED, "too_late"},
    {"exchanged_trigger_id", MEANS_FAILED, "too_late"},
    {"invalid_trigger_id", MEANS_FAILED, "too_late"},
    {"trigger_expired", MEANS_FAILED, "too_late"},
    {"trigger_exchanged", MEANS_FAILED, "too_late"},
    {"msg_too_long", MEANS_FAILED, "too_large"},
    {"view_too_large", MEANS_FAILED, "too_large"},
    {"restricted_action", MEANS_FAILED, "not_allowed"},
    {"missing_scope", MEANS_FAILED, "not_allowed"},
    {"no_permission", MEANS_FAILED, "not_allowed"},
    {"access_denied", MEANS_FAILED, "not_allowed"},
    {"ekm_access_denied", MEANS_FAILED, "not_allowed"},
    {"messages_tab_disabled", MEANS_FAILED, "not_allowed"},
    {"not_enabled", MEANS_FAILED, "not_allowed"},
    {"file_uploads_disabled", MEANS_FAILED, "not_allowed"},
    {"storage_limit_reached", MEANS_FAILED, "not_allowed"},
    {"posting_to_channel_denied", MEANS_FAILED, "not_allowed"},
    {"file_upload_size_restricted", MEANS_FAILED, "too_large"},
    {"alt_txt_too_large", MEANS_FAILED, "too_large"},
    {"invalid_channel", MEANS_FAILED, "room_gone"},
    {"file_not_found", MEANS_FAILED, "message_gone"},
    {"file_deleted", MEANS_FAILED, "message_gone"},
    {"file_update_failed", MEANS_UNSURE, NULL},
    {"cant_invite", MEANS_FAILED, "not_allowed"},
    {"user_is_restricted", MEANS_FAILED, "not_allowed"},
    {"ura_max_channels", MEANS_FAILED, "not_allowed"},
    {"method_not_supported_for_channel_type", MEANS_FAILED, "not_allowed"},
    {"too_many_convos_for_team", MEANS_FAILED, "not_allowed"},
    {"too_many_convos_for_app_on_team", MEANS_FAILED, "not_allowed"},
};

/* What an administrator has to switch on in the app's settings. */
static const struct {
  const char *word, *say;
} settings[] = {
    {"messages_tab_disabled", "Nobody can be written to: the app's Messages tab is closed. Open it under App Home in the app's settings, with \"Allow users to send\"."},
    {"not_enabled", "Nobody gets a page of their own: switch on the Home tab under App Home in the app's settings."},
    {"file_uploads_disabled", "No file can be sent: the workspace has switched off file uploads. Its owner opens them under Settings & Permissions."},
    {"storage_limit_reached", "No file can be sent: the workspace's storage is full. Delete old files there."},
};

/* "restricted_action_read_only_channel" is a restricted_action; a word that is new is our own fault, or so we say. */
static struct error meaning_of(const char *word) {
  static const char restricted[] = "restricted_action";
  if (strncmp(word, restricted, sizeof restricted - 1) == 0) word = restricted;
  for (size_t i = 0; i < ARRAY_LEN(errors); i++)
    if (strcmp(errors[i].word, word) == 0) return errors[i];
  return (struct error){.word = word, .meaning = MEANS_FAILED, .why = "broken"};
}

/* ---- results ---- */

static void later(struct slack_answer *answer, int64_t wait_ms) {
  answer->result = RESULT_LATER;
  answer->wait_ms = wait_ms < 1000 ? 1000 : wait_ms > LATER_MS_MAX ? LATER_MS_MAX : wait_ms;
}

static void failed(struct slack_answer *answer, const char *why) {
  answer->result = RESULT_FAILED;
  answer->why = why;
}

/* What may be repeated is; of all else nobody knows. */
static void unsure(const struct slack_call *call, struct slack_answer *answer) {
  if (may_repeat[call->method]) later(answer, BUSY_MS);
  else answer->result = RESULT_AMBIGUOUS;
}

static const char *field_of(const struct slack_call *call, const char *name) {
  for (size_t i = 0; i < call->field_count; i++)
    if (strcmp(call->fields[i].name, name) == 0) return call->fields[i].value;
  return NULL;
}

static const char *copied(const cJSON *root, const char *path, struct arena *arena) {
  const char *said = json_str(root, path);
  return said == NULL || said[0] == '\0' ? NULL : slack_text_bounded(said, DETAIL_BYTES_MAX, arena);
}

/* {"ok":true,"channel":"D1","ts":"1772445600.000100"}; a room is {"channel":{"id":"G1"}}. */
static void sent(const struct slack_call *call, const cJSON *root, struct arena *arena, struct slack_answer *answer) {
  const char *channel = copied(root, "channel", arena), *ts = copied(root, "ts", arena);
  answer->result = RESULT_SENT;
  if (channel == NULL) channel = copied(root, "channel.id", arena);
  if (channel == NULL) channel = field_of(call, "channel");
  answer->channel = channel;
  switch (call->method) {
    case SLACK_POST:
    case SLACK_UPDATE:
      if (channel != NULL && ts != NULL) answer->message = arena_format(arena, "%s/%s", channel, ts);
      break;
    case SLACK_EPHEMERAL:
      ts = copied(root, "message_ts", arena);
      if (channel != NULL && ts != NULL) answer->message = arena_format(arena, "%s/e/%s", channel, ts);
      break;
    case SLACK_OPEN:
    case SLACK_CREATE: answer->message = channel; break;
    default: break;
  }
}

static const char *detail_of(const cJSON *root, struct arena *arena) {
  static const char *const places[] = {"needed", "errors", "response_metadata.messages"};
  for (size_t i = 0; i < ARRAY_LEN(places); i++) {
    const cJSON *said = json_at(root, places[i]);
    if (cJSON_IsArray(said)) said = said->child;
    if (cJSON_IsString(said)) return slack_text_bounded(said->valuestring, DETAIL_BYTES_MAX, arena);
  }
  return NULL;
}

static void no_token(struct slack_answer *answer, struct arena *arena) {
  answer->no_token = true;
  answer->say = arena_format(arena, "Slack refuses the token (%s): install the app again in its settings, and put the new token in place.",
                             answer->error);
  later(answer, NO_TOKEN_MS);
}

/* A person who is written to and cannot be found is gone, no room. */
static const char *why_of(const struct slack_call *call, const char *why) {
  return call->to_person && strcmp(why, "room_gone") == 0 ? "person_gone" : why;
}

static void refused(const struct slack_call *call, const cJSON *root, int64_t retry_ms, struct arena *arena, struct slack_answer *answer) {
  answer->error = copied(root, "error", arena);
  answer->detail = detail_of(root, arena);
  if (answer->error == NULL) answer->error = "unknown";
  struct error error = meaning_of(answer->error);
  switch (error.meaning) {
    case MEANS_SENT: answer->result = RESULT_SENT; break;
    case MEANS_LATER: later(answer, retry_ms > 0 ? retry_ms : LIMITED_MS); break;
    case MEANS_UNSURE: unsure(call, answer); break;
    case MEANS_TOKEN: no_token(answer, arena); break;
    case MEANS_PLAIN:
      failed(answer, "broken");
      answer->try_plain = field_of(call, "blocks") != NULL;
      break;
    case MEANS_OUTSIDE:
      failed(answer, "message_gone");
      answer->try_outside = field_of(call, "thread_ts") != NULL;
      break;
    case MEANS_FAILED: failed(answer, why_of(call, error.why)); break;
  }
  for (size_t i = 0; i < ARRAY_LEN(settings); i++)
    if (strcmp(settings[i].word, answer->error) == 0) answer->say = settings[i].say;
  if (strcmp(answer->error, "missing_scope") == 0)
    answer->say = arena_format(arena, "Slack wants the scope %s for %s: add it in the app's settings, then install the app again.",
                               answer->detail == NULL ? "that is missing" : answer->detail, slack_method_name(call->method));
}

static bool parse(const struct slack_http *http, cJSON **ret_root) {
  bool good = http->body != NULL && json_parse_deep(http->body, http->bytes, SLACK_ANSWER_BYTES_MAX, SLACK_IN_DEPTH_MAX, ret_root) == ERR_NONE;
  if (!good) err_note_clear(); /* an answer that is none is met like a lost one */
  return good && cJSON_IsObject(*ret_root);
}

/* response_url answers with the word "ok", the place of a file's bytes with "OK - 48211", or both with a status. */
static bool read_status(const struct slack_call *call, const struct slack_http *http, int64_t retry_ms, struct slack_answer *answer) {
  if (http->status == SLACK_NEVER_LEFT) later(answer, BUSY_MS);
  else if (http->status == SLACK_NO_ANSWER) unsure(call, answer);
  else if (http->status == 429) later(answer, retry_ms > 0 ? retry_ms : LIMITED_MS);
  else if (http->status >= 500) unsure(call, answer);
  else if (call->method == SLACK_RESPOND && http->status == 200) answer->result = RESULT_SENT;
  else if (call->method == SLACK_RESPOND) failed(answer, "too_late");
  else if (call->method == SLACK_FILE_BYTES && http->status == 200) answer->result = RESULT_SENT;
  else if (call->method == SLACK_FILE_BYTES) failed(answer, http->status == 413 ? "too_large" : "broken");
  else return false;
  return true;
}

static bool is_only(const char *text, const char *letters) {
  return text[0] != '\0' && strspn(text, letters) == strlen(text);
}

/* The answer to a post holds all of the post again: of one that went well only two words are wanted. Any that looks odd is read as a whole. */
static bool posted(const struct slack_call *call, const struct slack_http *http, struct arena *arena, struct slack_answer *answer) {
  char channel[ID_BYTES], ts[ID_BYTES];
  bool whole = http->body != NULL && http->bytes > 0 && http->body[http->bytes - 1 - (http->body[http->bytes - 1] == '\n' && http->bytes > 1)] == '}';
  if (call->method != SLACK_POST || http->status != 200 || !whole || !json_peek_true(http->body, http->bytes, "ok")) return false;
  if (!json_peek_text(http->body, http->bytes, "channel", channel, sizeof channel) || !is_only(channel, ID_LETTERS)) return false;
  if (!json_peek_text(http->body, http->bytes, "ts", ts, sizeof ts) || !is_only(ts, TS_LETTERS)) return false;
  *answer = (struct slack_answer){.result = RESULT_SENT, .channel = arena_text(arena, channel), .message = arena_format(arena, "%s/%s", channel, ts)};
  return true;
}

void slack_answer_read(const struct slack_call *call, const struct slack_http *http, struct arena *arena, struct slack_answer *ret_answer) {
  CLEANUP(json_wipep) cJSON *root = NULL;
  struct slack_answer answer = {.result = RESULT_FAILED, .why = "broken"};
  if (posted(call, http, arena, ret_answer)) return;
  int64_t retry_ms = http->retry_after_s > RETRY_S_MAX ? RETRY_S_MAX * 1000 : http->retry_after_s * 1000;
  if (!read_status(call, http, retry_ms, &answer)) {
    if (!parse(http, &root)) unsure(call, &answer);
    else if (json_bool_or(root, "ok", false)) sent(call, root, arena, &answer);
    else refused(call, root, retry_ms, arena, &answer);
  }
  if (answer.result != RESULT_FAILED) answer.why = NULL;
  *ret_answer = answer;
}

/* ---- what became of a message ---- */

void slack_answer_found(const char *action, const char *channel, const struct slack_http *http, struct arena *arena,
                        struct slack_answer *ret_answer) {
  CLEANUP(json_wipep) cJSON *root = NULL;
  struct slack_answer answer = {.result = RESULT_CANNOT_TELL, .channel = channel};
  if (http->status == 200 && parse(http, &root) && json_bool_or(root, "ok", false)) {
    const cJSON *message;
    cJSON_ArrayForEach(message, json_at(root, "messages")) {
      const char *ts = json_str(message, "ts"), *id = json_str_or(message, "metadata.event_payload.action", "");
      if (strcmp(json_str_or(message, "metadata.event_type", ""), SLACK_METADATA) != 0 || strcmp(id, action) != 0 || ts == NULL) continue;
      int64_t part = json_int_or(message, "metadata.event_payload.part", 1);
      if (part <= (int64_t)answer.parts || part > SLACK_CALLS_MAX) continue; /* they were posted one after another */
      answer.parts = (size_t)part;
      answer.message = arena_format(arena, "%s/%.60s", channel, ts);
      if (part == json_int_or(message, "metadata.event_payload.parts", 1)) answer.result = RESULT_SENT;
    }
    bool all_seen = cJSON_IsArray(json_at(root, "messages")) && !json_bool_or(root, "has_more", false);
    if (answer.result != RESULT_SENT && (answer.parts > 0 || all_seen)) answer.result = RESULT_NOT_FOUND;
  }
  *ret_answer = answer;
}
