/* people_answer.c: what a person sees when an app answered their deed, or did not. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/slack/deed.h"

static void PRINTF_LIKE(2, 3) slip(struct user *user, const char *fmt, ...) {
  char text[600];
  va_list args;
  va_start(args, fmt);
  (void)vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  if (user != NULL) world_note(&user->slips, text);
}

/* The view that was submitted, if it is still on top. */
static struct view *top_view(const struct envelope *envelope) {
  struct user *user = envelope->user;
  if (user == NULL || user->depth == 0) return NULL;
  struct view *view = user->stack[user->depth - 1];
  return strcmp(view->id, envelope->view_id) == 0 ? view : NULL;
}

static bool good_view(struct sim *sim, struct user *user, const cJSON *view) {
  struct call call = {.sim = sim, .team = user->team, .answer = cJSON_CreateObject()};
  const char *error = views_check(&call, view, "modal");
  cJSON_Delete(call.answer);
  if (error != NULL) slip(user, "The app's answer was not understood: %s", error);
  return error == NULL;
}

static void pop_view(struct user *user, struct view *view) {
  user->stack[user->depth - 1] = world_view_free(view);
  user->depth--;
}

static bool good_errors(const struct view *view, const cJSON *errors) {
  const cJSON *error;
  if (!cJSON_IsObject(errors) || errors->child == NULL) return false;
  cJSON_ArrayForEach(error, errors) {
    struct element element;
    if (!cJSON_IsString(error) || !element_find(json_at(view->json, "blocks"), error->string, &element)) return false;
    if (!tree_is(element.block, "type", "input")) return false;
  }
  return true;
}

static void show_errors(struct user *user, struct view *view, const cJSON *errors) {
  if (!good_errors(view, errors)) {
    slip(user, "The app's answer was not understood: errors must name input blocks");
    return;
  }
  cJSON_Delete(user->view_errors);
  user->view_errors = cJSON_Duplicate(errors, true);
}

static void answer_submission(struct sim *sim, struct envelope *envelope) {
  struct view *view = top_view(envelope);
  struct user *user = envelope->user;
  const cJSON *fresh = json_at(envelope->answer, "view");
  const char *action = json_str_or(envelope->answer, "response_action", "");
  if (view == NULL) return;
  if (strcmp(action, "clear") == 0) world_views_clear(user);
  else if (strcmp(action, "errors") == 0) show_errors(user, view, json_at(envelope->answer, "errors"));
  else if (strcmp(action, "update") == 0 && good_view(sim, user, fresh)) views_replace(sim, user, view, fresh);
  else if (strcmp(action, "push") == 0 && user->depth == VIEWS_DEEP) slip(user, "The app's answer was not understood: push_limit_reached");
  else if (strcmp(action, "push") == 0 && good_view(sim, user, fresh)) (void)views_push(sim, user, fresh);
  else if (action[0] == '\0') pop_view(user, view);
}

static void answer_command(struct sim *sim, struct envelope *envelope) {
  if (envelope->answer == NULL || envelope->user == NULL || envelope->channel == NULL) return;
  const char *error = respond_say(sim, envelope->user, envelope->channel, "", envelope->answer);
  if (error != NULL) slip(envelope->user, "The command failed with the error \"%s\"", error);
}

void people_answered(struct sim *sim, struct envelope *envelope) {
  if (envelope->kind == ENVELOPE_COMMAND) answer_command(sim, envelope);
  if (envelope->kind == ENVELOPE_SUBMIT) answer_submission(sim, envelope);
}

void people_failed(struct sim *sim, struct envelope *envelope) {
  const char *why = envelope->deliveries == 0 ? "dispatch_failed" : "operation_timeout";
  (void)sim;
  switch (envelope->kind) {
  case ENVELOPE_COMMAND: slip(envelope->user, "The command failed with the error \"%s\"", why); return;
  case ENVELOPE_SUBMIT: slip(envelope->user, "We had some trouble connecting. Try again? (%s)", why); return;
  case ENVELOPE_CLICK: slip(envelope->user, "This app did not answer your click. (%s)", why); return;
  default: return;
  }
}
