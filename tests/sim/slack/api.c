/* api.c: one call's way: token, team, scopes, tier, arguments, trouble that a test asked for, the method itself, the answer. */
#include "tests/sim/slack/api.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define METHOD_AS_ROW(name, function, scopes, tier, arguments) {name, scopes, arguments, api_##function, tier},
const struct method api_methods[] = {METHOD_LIST(METHOD_AS_ROW)};
#undef METHOD_AS_ROW
const size_t api_method_count = ARRAY_LEN(api_methods);

static const struct method *method_named(const char *name) {
  for (size_t i = 0; i < ARRAY_LEN(api_methods); i++)
    if (strcmp(api_methods[i].name, name) == 0) return &api_methods[i];
  return NULL;
}

/* ---- for the methods ---- */

void api_complain(struct call *call, const char *fmt, ...) {
  char line[600];
  va_list args;
  va_start(args, fmt);
  (void)vsnprintf(line, sizeof line, fmt, args);
  va_end(args);
  cJSON *metadata = cJSON_GetObjectItemCaseSensitive(call->answer, "response_metadata");
  if (metadata == NULL) metadata = tree_object(call->answer, "response_metadata");
  cJSON *messages = cJSON_GetObjectItemCaseSensitive(metadata, "messages");
  if (messages == NULL) messages = tree_array(metadata, "messages");
  if (cJSON_GetArraySize(messages) < 20) tree_str(messages, NULL, line);
}

/* Does any word of `wanted` stand in `has`? */
static bool any_word(const char *wanted, const char *has) {
  char word[64];
  for (const char *at = wanted; *at != '\0';) {
    size_t span = strcspn(at, " ");
    (void)snprintf(word, sizeof word, "%.*s", (int)span, at);
    if (word_in(has, word)) return true;
    at += span + (at[span] != '\0');
  }
  return false;
}

bool api_has_scope(const struct call *call, const char *scopes) {
  return scopes[0] == '\0' || any_word(scopes, call->token->scopes);
}

const char *api_wants(struct call *call, const char *scope) {
  if (api_has_scope(call, scope)) return NULL;
  char needed[200];
  SLOT_PUT(needed, scope);
  for (char *at = needed; *at != '\0'; at++)
    if (*at == ' ') *at = ',';
  tree_set(call->answer, "needed", cJSON_CreateString(needed));
  tree_set(call->answer, "provided", cJSON_CreateString(call->token->scopes));
  return "missing_scope";
}

const char *api_page(struct call *call, size_t count, size_t limit_usual, size_t *ret_from, size_t *ret_to) {
  const char *cursor = arg(call, "cursor");
  char next[40] = "", *end = NULL;
  int64_t limit = arg_int(call, "limit", (int64_t)limit_usual);
  if (limit < 1 || limit > 1000) return "invalid_limit";
  unsigned long from = 0;
  if (cursor != NULL && strncmp(cursor, "next:", 5) != 0) return "invalid_cursor";
  if (cursor != NULL) from = strtoul(cursor + 5, &end, 10);
  if (cursor != NULL && (*end != '\0' || from > count)) return "invalid_cursor";
  *ret_from = from;
  *ret_to = count - from > (size_t)limit ? from + (size_t)limit : count;
  if (*ret_to < count) (void)snprintf(next, sizeof next, "next:%zu", *ret_to);
  tree_str(tree_object(call->answer, "response_metadata"), "next_cursor", next);
  return NULL;
}

/* ---- the way ---- */

/* Bot methods take the token from the header or the body; what an app-level token is for takes the header only. */
static const char *check_token(struct call *call, const struct http_request *request, const cJSON *given) {
  bool app_level = strcmp(call->method->name, "apps.connections.open") == 0;
  const char *text = request->bearer[0] != '\0' ? request->bearer : app_level ? NULL : json_str(given, "token");
  if (text == NULL || text[0] == '\0') return "not_authed";
  call->token = sim_token(call->sim, text);
  if (call->token == NULL) return "invalid_auth";
  if (call->token->refusal[0] != '\0') return call->token->refusal;
  call->team = call->token->team;
  return app_level == (call->team == NULL) || strcmp(call->method->name, "auth.test") == 0 ? NULL : "not_allowed_token_type";
}

static const char *check_tier(struct call *call) {
  if (call->method->per_minute == 0 || sim_set(call->sim, SET_tiers) == 0) return NULL;
  struct bucket *bucket = call->team == NULL ? &call->sim->app_calls : &call->team->methods[call->method - api_methods];
  call->retry_after = bucket_take(bucket, call->method->per_minute, call->method->per_minute, moment_ms(&call->sim->moment));
  return call->retry_after == 0 ? NULL : "ratelimited";
}

static const char *run(struct call *call, const struct http_request *request, cJSON *given) {
  const char *error = check_token(call, request, given);
  if (error == NULL) error = check_tier(call);
  if (error == NULL) error = api_wants(call, call->method->scopes);
  if (error == NULL) error = args_check(call, given);
  return error != NULL ? error : call->method->run(call);
}

static void log_call(struct sim *sim, const char *name, const cJSON *given, const char *error, int status) {
  if (sim_set(sim, SET_record) == 0) return;
  cJSON *line = cJSON_CreateObject(), *kept = cJSON_Duplicate(given, true);
  cJSON_DeleteItemFromObjectCaseSensitive(kept, "token");
  tree_str(line, "what", "call");
  tree_int(line, "at", moment_wall_ms(&sim->moment));
  tree_str(line, "method", name);
  tree_int(line, "status", status);
  tree_str(line, "error", error);
  tree_put(line, "args", kept);
  record_line(sim->record, line);
}

static void put_answer(struct call *call, const char *error, struct http_request *request) {
  cJSON *whole = cJSON_CreateObject();
  tree_bool(whole, "ok", error == NULL);
  tree_str(whole, "error", error);
  tree_move(call->answer, whole);
  char *printed = tree_print(whole);
  text_clear(&request->out);
  text_add(&request->out, printed);
  free(printed);
  cJSON_Delete(whole);
}

static void answer_late(void *who) {
  struct http_request *request = who;
  http_answer(request, request->status == 0 ? 200 : request->status, "application/json; charset=utf-8");
}

static void put_date(struct sim *sim, struct http_request *request) {
  time_t seconds = (time_t)(moment_wall_ms(&sim->moment) / 1000);
  struct tm then;
  char date[40];
  if (gmtime_r(&seconds, &then) != NULL && strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &then) > 0) http_head(request, "date", date);
}

/* The heads go last, so that a late answer is whole. */
static void send_answer(struct sim *sim, struct http_request *request, const struct call *call, const struct injection *trouble, int status) {
  char seconds[16];
  put_date(sim, request);
  if (call->token != NULL) http_head(request, "x-oauth-scopes", call->token->scopes);
  if (call->token != NULL && call->method->scopes[0] != '\0') http_head(request, "x-accepted-oauth-scopes", call->method->scopes);
  (void)snprintf(seconds, sizeof seconds, "%d", call->retry_after);
  if (status == 429) http_head(request, "retry-after", seconds);
  if (trouble->how == INJECT_DROP) {
    lws_set_timeout(request->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
    return;
  }
  if (trouble->how != INJECT_SLOW) {
    http_answer(request, status, "application/json; charset=utf-8");
    return;
  }
  request->status = status;
  moment_after(&sim->moment, &request->late, trouble->delay_ms, answer_late, request);
}

static bool is_timeout(const struct injection *trouble) {
  return trouble->how == INJECT_TIMEOUT || trouble->how == INJECT_TIMEOUT_AFTER;
}

/* What a test asked for comes before the method, or behind it. */
static const char *run_troubled(struct call *call, struct http_request *request, cJSON *given, const struct injection *trouble, int *ret_status) {
  const char *error = NULL;
  *ret_status = 200;
  bool never = trouble->how == INJECT_BEFORE || trouble->how == INJECT_TIMEOUT || trouble->how == INJECT_LIMITED || trouble->how == INJECT_ERROR;
  if (!never) error = run(call, request, given);
  if (call->retry_after > 0) *ret_status = 429;
  if (trouble->how == INJECT_BEFORE || trouble->how == INJECT_AFTER) {
    *ret_status = 500;
    return "internal_error";
  }
  if (trouble->how == INJECT_ERROR) return trouble->error;
  if (trouble->how != INJECT_LIMITED) return error;
  call->retry_after = (int)trouble->retry_after;
  *ret_status = 429;
  return "ratelimited";
}

void api_serve(struct sim *sim, struct http_request *request, const char *name) {
  struct call call = {.sim = sim, .method = method_named(name), .args = cJSON_CreateObject(), .answer = cJSON_CreateObject()};
  const char *error = NULL;
  int status = 200;
  struct injection trouble = {.how = INJECT_NONE};
  CLEANUP(json_freep) cJSON *given = args_read(request, &error);
  if (given != NULL && call.method == NULL) {
    error = "unknown_method";
    tree_str(call.answer, "req_method", name);
  } else if (given != NULL) {
    trouble = inject_take(&sim->inject, name, json_str_or(given, "channel", ""));
    error = run_troubled(&call, request, given, &trouble, &status);
  }
  log_call(sim, name, given, error, status);
  put_answer(&call, error, request);
  if (!is_timeout(&trouble)) send_answer(sim, request, &call, &trouble, status);
  cJSON_Delete(call.args);
  cJSON_Delete(call.answer);
}
