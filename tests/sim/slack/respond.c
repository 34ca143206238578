/* respond.c: what an app says through a response_url, and as the answer to a command or a submission. */
#include <stdlib.h>
#include <string.h>

#include "tests/sim/slack/blocks.h"
#include "tests/sim/slack/deed.h"

/* A message as talk_compose makes it, from a body that is no call. */
static const char *compose(struct sim *sim, struct team *team, const cJSON *body, cJSON **ret_message) {
  struct call call = {.sim = sim, .team = team, .args = cJSON_Duplicate(body, true), .answer = cJSON_CreateObject()};
  cJSON *message = NULL;
  cJSON_DeleteItemFromObjectCaseSensitive(call.args, "thread_ts");
  const char *error = talk_compose(&call, &message);
  if (error == NULL) *ret_message = message;
  cJSON_Delete(call.args);
  cJSON_Delete(call.answer);
  return error;
}

static const char *change(struct sim *sim, struct channel *channel, struct message *message, const cJSON *body) {
  cJSON *json = NULL;
  if (message == NULL) return "message_not_found";
  if (json_bool_or(body, "delete_original", false)) {
    world_unsay(&sim->world, channel, message);
    return NULL;
  }
  const char *error = compose(sim, channel->team, body, &json);
  if (error != NULL) return error;
  tree_str(tree_object(json, "edited"), "ts", message->ts);
  cJSON_Delete(world_change(&sim->world, channel, message, json));
  return NULL;
}

const char *respond_say(struct sim *sim, struct user *user, struct channel *channel, const char *ts, const cJSON *body) {
  cJSON *json = NULL;
  if (!cJSON_IsObject(body)) return "invalid_payload";
  if (json_bool_or(body, "replace_original", false) || json_bool_or(body, "delete_original", false))
    return change(sim, channel, world_message(channel, ts), body);
  const char *error = compose(sim, channel->team, body, &json);
  if (error != NULL) return error;
  bool open = tree_is(body, "response_type", "in_channel");
  tree_str(json, "thread_ts", json_str(body, "thread_ts"));
  (void)world_say(&sim->world, channel, open ? NULL : user, json);
  if (open) talk_notify(sim, channel, channel->team->bot, NULL, json_str_or(json, "text", ""));
  return NULL;
}

static int serve(struct sim *sim, struct http_request *request, const char *secret, cJSON *body, const char **ret_error) {
  struct respond *respond = respond_find(&sim->tickets, secret);
  *ret_error = "not_found";
  if (respond == NULL) return 404;
  *ret_error = "used_url";
  if (respond->uses <= 0) return 404;
  *ret_error = "expired_url";
  if (moment_ms(&sim->moment) > respond->until_ms) return 404;
  respond->uses--;
  *ret_error = body == NULL ? "invalid_payload" : respond_say(sim, respond->user, respond->channel, respond->ts, body);
  (void)request;
  return *ret_error == NULL ? 200 : 400;
}

void respond_serve(struct sim *sim, struct http_request *request, const char *secret) {
  cJSON *body = NULL;
  const char *error = NULL;
  err_note_clear();
  if (json_parse(text_str(&request->body), request->body.length, HTTP_BODY_BYTES_MAX, &body) != ERR_NONE) body = NULL;
  err_note_clear();
  int status = serve(sim, request, secret, body, &error);
  cJSON *line = cJSON_CreateObject();
  tree_str(line, "what", "respond");
  tree_int(line, "at", moment_wall_ms(&sim->moment));
  tree_int(line, "status", status);
  tree_str(line, "error", error);
  tree_put(line, "body", body);
  record_line(sim->record, line);
  text_add(&request->out, error == NULL ? "ok" : error);
  http_answer(request, status, "text/plain; charset=utf-8");
}
