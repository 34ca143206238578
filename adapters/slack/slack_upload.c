/* slack_upload.c: a file's way into Slack.
 * files.getUploadURLExternal filename=people.csv length=48211 -> {"ok":true,"upload_url":"https://files.slack.com/upload/v1/…","file_id":"F1"}
 * files.completeUploadExternal files=[{"id":"F1","title":"people.csv"}] channel_id=D1 blocks=[…] -> {"ok":true,"files":[…]}
 * files.info file=F1 -> {"ok":true,"file":{"shares":{"private":{"D1":[{"ts":"1772445600.000100"}]}}}} */
#include "adapters/slack/slack_upload.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/kit/http_url.h"
#include "adapters/kit/link_frame.h"
#include "adapters/slack/slack_blocks.h"
#include "adapters/slack/slack_names.h"
#include "adapters/slack/slack_text.h"

enum { JSON_BYTES_MAX = 65536, NAME_BYTES_MAX = 240, ID_BYTES_MAX = 64, BUSY_MS = 5000, TAKES_MAX = 3, TAKE_MS = 2000 };

#define METHOD_OF(name, method, what) SLACK_##method,
static const enum slack_method methods[] = {SLACK_UPLOAD_STEPS(METHOD_OF)};
#undef METHOD_OF

/* ---- words ---- */

/* What people see; no folder, and nothing that looks like one. */
static const char *name_of(const struct action *action, struct arena *arena) {
  const char *bounded = slack_text_bounded(action->file->name, NAME_BYTES_MAX, arena);
  char *name = arena_text(arena, bounded);
  for (char *c = name; *c != '\0'; c++)
    if (*c == '/' || *c == '\\' || *c == '\n' || *c == '\t') *c = '-';
  return name[0] == '\0' ? "file" : name;
}

/* By this it is found again when nobody knows whether it arrived. An id that is too long for a block's name leaves it without. */
static const char *mark_of(const struct action *action, struct arena *arena) {
  return strlen(action->id) > SLACK_MARK_BYTES_MAX ? NULL : arena_format(arena, "file.%s", action->id);
}

static void parts_of(const struct action *action, struct arena *arena, struct slack_parts *ret_parts) {
  *ret_parts = (struct slack_parts){0};
  if (action->card != NULL) slack_blocks_marked(action->card, mark_of(action, arena), arena, ret_parts);
}

static bool is_image(const struct attachment *file) {
  static const char prefix[] = "image/";
  return strncmp(file->type, prefix, sizeof prefix - 1) == 0;
}

/* ---- calls ---- */

static void put(struct slack_call *call, const char *name, const char *value) {
  assert(call->field_count < SLACK_FIELDS_MAX);
  call->fields[call->field_count++] = (struct slack_field){name, value};
}

static void put_place(const struct slack_upload *upload, struct slack_call *call) {
  const struct attachment *file = upload->action->file;
  const struct card *card = upload->action->card;
  put(call, "filename", name_of(upload->action, upload->arena));
  put(call, "length", arena_format(upload->arena, "%zu", file->bytes));
  if (is_image(file)) put(call, "alt_txt", slack_text_short(card == NULL ? file->name : card->plain, SLACK_ALT_MAX, upload->arena));
}

static const char *files_json(const struct slack_upload *upload) {
  struct text text;
  struct json_out json;
  text_init(&text, JSON_BYTES_MAX);
  json_out_init(&json, &text);
  json_open(&json, NULL, '[');
  json_open(&json, NULL, '{');
  json_put_str(&json, "id", upload->file);
  json_put_str(&json, "title", name_of(upload->action, upload->arena));
  json_close(&json, '}');
  json_close(&json, ']');
  return slack_text_kept(&text, upload->arena);
}

static void put_share(const struct slack_upload *upload, struct slack_call *call) {
  struct slack_parts parts;
  parts_of(upload->action, upload->arena, &parts);
  put(call, "files", files_json(upload));
  put(call, "channel_id", upload->channel);
  if (parts.count > 0 && upload->plain) put(call, "initial_comment", parts.parts[0].text);
  else if (parts.count > 0) put(call, "blocks", parts.parts[0].blocks); /* beside a comment Slack leaves blocks out */
}

void slack_upload_call(const struct slack_upload *upload, struct slack_call *ret_call) {
  struct slack_call call = {.method = methods[upload->step], .to_person = upload->action->room == NULL};
  assert(call.method != SLACK_METHOD_MAX_);
  switch (upload->step) {
    case SLACK_UPLOAD_OPEN: put(&call, "users", upload->action->person); break;
    case SLACK_UPLOAD_PLACE: put_place(upload, &call); break;
    case SLACK_UPLOAD_BYTES: call.url = upload->url; break;
    case SLACK_UPLOAD_SHARE: put_share(upload, &call); break;
    default: put(&call, "file", upload->file);
  }
  *ret_call = call;
}

/* ---- ends ---- */

static void over(struct slack_upload *upload, const struct slack_answer *answer) {
  upload->end = *answer;
  upload->step = SLACK_UPLOAD_OVER;
}

void slack_upload_end(struct slack_upload *upload, enum action_result result, const char *why, int64_t wait_ms) {
  over(upload, &(struct slack_answer){.result = result, .why = why, .wait_ms = wait_ms});
}

/* What Slack said of it is told to the operator all the same. */
static void fail(struct slack_upload *upload, struct slack_answer answer, const char *why) {
  answer.result = RESULT_FAILED;
  answer.why = why;
  over(upload, &answer);
}

/* Nothing of it is left at Slack: it may go once more. */
static int64_t go_anew(struct slack_upload *upload, const struct slack_answer *answer, const char *why) {
  if (upload->anew) {
    fail(upload, *answer, why);
    return 0;
  }
  upload->anew = true;
  upload->takes = 0;
  upload->url = upload->file = NULL;
  upload->step = SLACK_UPLOAD_FETCH;
  return 0;
}

void slack_upload_begin(struct slack_upload *upload, const struct action *action, struct arena *arena) {
  struct slack_parts parts;
  *upload = (struct slack_upload){.step = SLACK_UPLOAD_FETCH, .action = action, .arena = arena, .channel = action->room};
  parts_of(action, arena, &parts);
  bool large = parts.count > 1 || (action->file != NULL && action->file->bytes > LINK_FILE_BYTES_MAX);
  if (action->only != NULL) slack_upload_end(upload, RESULT_FAILED, "not_allowed", 0); /* Slack shows a file to all of a room */
  else if (large) slack_upload_end(upload, RESULT_FAILED, "too_large", 0);
  else if (action->file == NULL || action->file->bytes == 0) slack_upload_end(upload, RESULT_FAILED, "broken", 0);
}

void slack_upload_fetched(struct slack_upload *upload) {
  assert(upload->step == SLACK_UPLOAD_FETCH);
  upload->step = upload->channel == NULL ? SLACK_UPLOAD_OPEN : SLACK_UPLOAD_PLACE;
}

/* ---- answers ---- */

static bool is_word(const struct slack_answer *answer, const char *word) {
  return answer->error != NULL && strcmp(answer->error, word) == 0;
}

static bool parsed(const struct slack_http *http, cJSON **ret_root) {
  bool good = http->status == 200 && http->body != NULL &&
              json_parse_deep(http->body, http->bytes, SLACK_ANSWER_BYTES_MAX, SLACK_IN_DEPTH_MAX, ret_root) == ERR_NONE;
  err_note_clear();
  return good && json_bool_or(*ret_root, "ok", false);
}

static int64_t after_open(struct slack_upload *upload, const struct slack_answer *answer) {
  if (answer->channel == NULL) {
    slack_upload_end(upload, RESULT_LATER, NULL, BUSY_MS);
    return 0;
  }
  upload->channel = arena_text(upload->arena, answer->channel);
  upload->step = SLACK_UPLOAD_PLACE;
  return 0;
}

static int64_t after_place(struct slack_upload *upload, const struct slack_http *http) {
  CLEANUP(json_freep) cJSON *root = NULL;
  const char *url = NULL, *file = NULL;
  if (parsed(http, &root)) url = json_str(root, "upload_url"), file = json_str(root, "file_id");
  if (url == NULL || file == NULL || strlen(url) > HTTP_URL_BYTES_MAX || strlen(file) > ID_BYTES_MAX) {
    slack_upload_end(upload, RESULT_LATER, NULL, BUSY_MS);
    return 0;
  }
  upload->url = arena_text(upload->arena, url);
  upload->file = arena_text(upload->arena, file);
  upload->step = SLACK_UPLOAD_BYTES;
  return 0;
}

static int64_t begin_looking(struct slack_upload *upload, int64_t now_ms) {
  upload->step = SLACK_UPLOAD_LOOK;
  upload->pause_ms = SLACK_LOOK_MS;
  upload->until_ms = now_ms + SLACK_SHOWN_MS;
  return upload->pause_ms;
}

/* {"private":{"D1":[{"ts":"1.2"}]},"public":{"C1":[…]}}: this file was made a moment ago, and shared by us alone. */
static const char *ts_in(const cJSON *root, const char *channel) {
  static const char *const kinds[] = {"file.shares.private", "file.shares.public"};
  for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
    const cJSON *shares = cJSON_GetObjectItemCaseSensitive(json_at(root, kinds[i]), channel);
    const char *ts = cJSON_IsArray(shares) && shares->child != NULL ? json_str(shares->child, "ts") : NULL;
    if (ts != NULL) return ts;
  }
  return NULL;
}

static bool is_shown(struct slack_upload *upload, const struct slack_http *http) {
  CLEANUP(json_freep) cJSON *root = NULL;
  const char *ts = parsed(http, &root) ? ts_in(root, upload->channel) : NULL;
  if (ts == NULL || strlen(ts) > ID_BYTES_MAX) return false;
  over(upload, &(struct slack_answer){.result = RESULT_SENT, .channel = upload->channel,
                                      .message = arena_format(upload->arena, "%s/%s", upload->channel, ts)});
  return true;
}

/* Somebody may have deleted it already; a look that Slack refuses for good leaves it unknown. */
static int64_t after_look(struct slack_upload *upload, const struct slack_http *http, const struct slack_answer *answer, int64_t now_ms) {
  if (is_shown(upload, http)) return 0;
  bool refused = answer->result == RESULT_FAILED && !is_word(answer, "file_not_found");
  if (is_word(answer, "file_deleted")) fail(upload, *answer, "not_shown");
  else if (refused) over(upload, &(struct slack_answer){.result = RESULT_AMBIGUOUS, .error = answer->error, .detail = answer->detail, .say = answer->say});
  if (upload->step == SLACK_UPLOAD_OVER) return 0;
  upload->pause_ms = upload->pause_ms * 2 > SLACK_LOOK_MS_MAX ? SLACK_LOOK_MS_MAX : upload->pause_ms * 2;
  if (now_ms + upload->pause_ms <= upload->until_ms) return upload->pause_ms;
  upload->step = SLACK_UPLOAD_TAKE_BACK;
  return 0;
}

/* Only what is surely gone may be sent once more. */
static int64_t after_take_back(struct slack_upload *upload, const struct slack_answer *answer) {
  bool gone = answer->result == RESULT_SENT || is_word(answer, "file_not_found") || is_word(answer, "file_deleted");
  bool refused = answer->result == RESULT_FAILED;
  if (gone) return go_anew(upload, answer, "not_shown");
  if (refused) fail(upload, *answer, "not_shown");
  else if (++upload->takes == TAKES_MAX) over(upload, &(struct slack_answer){.result = RESULT_AMBIGUOUS});
  return TAKE_MS;
}

static int64_t after_share(struct slack_upload *upload, const struct slack_answer *answer, int64_t now_ms) {
  if (answer->result == RESULT_SENT || answer->result == RESULT_AMBIGUOUS) return begin_looking(upload, now_ms);
  if (is_word(answer, "file_not_found")) return go_anew(upload, answer, "broken"); /* the bytes never came to their place */
  if (!answer->try_plain || upload->plain) over(upload, answer);
  upload->plain = true;
  return 0;
}

/* Before anybody can see it, what went wrong is told as it is, and the bot sends it again. */
static int64_t after_trouble(struct slack_upload *upload, const struct slack_answer *answer) {
  bool place = upload->step == SLACK_UPLOAD_BYTES && answer->result == RESULT_FAILED && strcmp(answer->why, "too_large") != 0;
  if (place) return go_anew(upload, answer, "broken"); /* it ran out, or was used */
  over(upload, answer);
  return 0;
}

int64_t slack_upload_answer(struct slack_upload *upload, const struct slack_http *http, int64_t now_ms) {
  struct slack_call call;
  struct slack_answer answer;
  slack_upload_call(upload, &call);
  slack_answer_read(&call, http, upload->arena, &answer);
  if (upload->step == SLACK_UPLOAD_LOOK) return after_look(upload, http, &answer, now_ms);
  if (upload->step == SLACK_UPLOAD_TAKE_BACK) return after_take_back(upload, &answer);
  if (upload->step == SLACK_UPLOAD_SHARE) return after_share(upload, &answer, now_ms);
  if (answer.result != RESULT_SENT) return after_trouble(upload, &answer);
  if (upload->step == SLACK_UPLOAD_OPEN) return after_open(upload, &answer);
  if (upload->step == SLACK_UPLOAD_PLACE) return after_place(upload, http);
  upload->step = SLACK_UPLOAD_SHARE;
  return 0;
}

/* ---- was it shown? ---- */

enum likeness { IS_OTHER, IS_LIKE, IS_IT };

/* Blocks of ours without its mark belong to another action's file, also where that one is called the same. */
static enum likeness by_blocks(const struct action *action, const cJSON *message, struct arena *arena) {
  const cJSON *block;
  const char *mark = mark_of(action, arena), *wanted = mark == NULL ? "" : arena_format(arena, SLACK_NAME_SAID ".0.%s", mark);
  enum likeness likeness = IS_LIKE;
  cJSON_ArrayForEach(block, json_at(message, "blocks")) {
    const char *id = json_str_or(block, "block_id", "");
    if (strcmp(id, wanted) == 0) return IS_IT;
    if (strncmp(id, SLACK_NAME_SAID ".", sizeof SLACK_NAME_SAID) == 0) likeness = IS_OTHER;
  }
  return likeness;
}

/* Where words went along they stand there, as blocks or as text. */
static bool has_file(const struct action *action, const cJSON *message, struct arena *arena) {
  const cJSON *file, *blocks = json_at(message, "blocks");
  bool words = json_str_or(message, "text", "")[0] != '\0' || (blocks != NULL && blocks->child != NULL);
  if (action->file == NULL || words != (action->card != NULL)) return false;
  cJSON_ArrayForEach(file, json_at(message, "files"))
    if (strcmp(json_str_or(file, "name", ""), name_of(action, arena)) == 0 && json_int_or(file, "size", -1) == (int64_t)action->file->bytes) return true;
  return false;
}

static bool is_at_or_after(const char *ts, int64_t since_ms) {
  return strtoll(ts, NULL, 10) >= since_ms / 1000;
}

static bool is_it(const struct action *action, const char *bot_user, int64_t since_ms, const cJSON *message, struct arena *arena) {
  const char *ts = json_str(message, "ts");
  bool ours = strcmp(json_str_or(message, "user", ""), bot_user == NULL ? "?" : bot_user) == 0;
  if (!ours || ts == NULL || strlen(ts) > ID_BYTES_MAX || !cJSON_IsArray(json_at(message, "files"))) return false;
  enum likeness likeness = by_blocks(action, message, arena);
  return likeness == IS_IT || (likeness == IS_LIKE && is_at_or_after(ts, since_ms) && has_file(action, message, arena));
}

void slack_upload_found(const struct action *action, const char *channel, const char *bot_user, int64_t since_ms, const struct slack_http *http,
                        struct arena *arena, struct slack_answer *ret_answer) {
  CLEANUP(json_wipep) cJSON *root = NULL;
  struct slack_answer answer = {.result = RESULT_CANNOT_TELL, .channel = channel};
  const cJSON *message;
  if (parsed(http, &root) && cJSON_IsArray(json_at(root, "messages"))) {
    if (!json_bool_or(root, "has_more", false)) answer.result = RESULT_NOT_FOUND;
    cJSON_ArrayForEach(message, json_at(root, "messages")) {
      if (!is_it(action, bot_user, since_ms, message, arena)) continue;
      answer.result = RESULT_SENT;
      answer.message = arena_format(arena, "%s/%s", channel, json_str(message, "ts"));
      break;
    }
  }
  *ret_answer = answer;
}
