/* api_views.c: views.*: modals opened by a trigger, stacked at most three deep, and App Home. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/slack/blocks.h"
#include "tests/sim/slack/talk.h"
#include "tests/sim/slack/views.h"

enum { VIEW_BYTES_MAX = 250 * 1024 };

cJSON *views_json(const struct view *view) {
  cJSON *json = cJSON_Duplicate(view->json, true);
  tree_set(json, "id", cJSON_CreateString(view->id));
  tree_set(json, "hash", cJSON_CreateString(view->hash));
  return json;
}

/* What Slack adds to a view that an app wrote. */
static cJSON *completed(struct sim *sim, const struct team *team, const cJSON *given) {
  cJSON *json = cJSON_Duplicate(given, true);
  static const char *const texts[] = {"private_metadata", "callback_id", "external_id"};
  static const char *const none[] = {"close", "submit"};
  static const char *const flags[] = {"clear_on_close", "notify_on_close", "submit_disabled"};
  talk_number_blocks(&sim->world, cJSON_GetObjectItemCaseSensitive(json, "blocks"));
  for (size_t i = 0; i < ARRAY_LEN(texts); i++)
    if (json_str(json, texts[i]) == NULL) tree_set(json, texts[i], cJSON_CreateString(""));
  for (size_t i = 0; i < ARRAY_LEN(none); i++)
    if (json_at(json, none[i]) == NULL) tree_put(json, none[i], cJSON_CreateNull());
  for (size_t i = 0; i < ARRAY_LEN(flags); i++)
    if (json_at(json, flags[i]) == NULL) tree_bool(json, flags[i], false);
  tree_str(json, "team_id", team->id);
  tree_str(json, "app_id", team->app);
  tree_str(json, "app_installed_team_id", team->id);
  tree_str(json, "bot_id", team->bot_id);
  cJSON_DeleteItemFromObjectCaseSensitive(json, "state");
  (void)tree_object(tree_object(json, "state"), "values");
  return json;
}

const char *views_check(struct call *call, const cJSON *view, const char *type) {
  if (tree_bytes(view) > VIEW_BYTES_MAX) return "view_too_large";
  return blocks_check_view(call, view, type);
}

static struct view *external(struct sim *sim, const struct team *team, const char *id, struct user **ret_user) {
  for (size_t i = 0; id != NULL && i < sim->world.users.count; i++) {
    struct user *user = sim->world.users.items[i];
    for (size_t depth = 0; user->team == team && depth < user->depth; depth++) {
      if (!tree_is(user->stack[depth]->json, "external_id", id)) continue;
      *ret_user = user;
      return user->stack[depth];
    }
  }
  return NULL;
}

static struct view *opened(struct sim *sim, const struct team *team, const char *id, struct user **ret_user) {
  for (size_t i = 0; id != NULL && i < sim->world.users.count; i++) {
    struct user *user = sim->world.users.items[i];
    *ret_user = user;
    if (user->team != team) continue;
    if (user->home != NULL && strcmp(user->home->id, id) == 0) return user->home;
    for (size_t depth = 0; depth < user->depth; depth++)
      if (strcmp(user->stack[depth]->id, id) == 0) return user->stack[depth];
  }
  return NULL;
}

struct view *views_push(struct sim *sim, struct user *user, const cJSON *given) {
  struct view *view = world_view(&sim->world, completed(sim, user->team, given));
  tree_set(view->json, "root_view_id", cJSON_CreateString(user->depth == 0 ? view->id : user->stack[0]->id));
  if (user->depth > 0) tree_set(view->json, "previous_view_id", cJSON_CreateString(user->stack[user->depth - 1]->id));
  else tree_set(view->json, "previous_view_id", cJSON_CreateNull());
  user->stack[user->depth++] = view;
  cJSON_Delete(user->view_errors);
  user->view_errors = NULL;
  return view;
}

/* Keeps the id; what was typed into fields that are still there stays, because it is keyed by block and action. */
void views_replace(struct sim *sim, struct user *user, struct view *view, const cJSON *given) {
  struct view *fresh = world_view(&sim->world, completed(sim, user->team, given));
  tree_set(fresh->json, "root_view_id", cJSON_Duplicate(json_at(view->json, "root_view_id"), true));
  tree_set(fresh->json, "previous_view_id", cJSON_Duplicate(json_at(view->json, "previous_view_id"), true));
  if (json_at(view->json, "state") != NULL) tree_set(fresh->json, "state", cJSON_Duplicate(json_at(view->json, "state"), true));
  cJSON_Delete(view->json);
  view->json = fresh->json;
  SLOT_PUT(view->hash, fresh->hash);
  free(fresh);
  cJSON_Delete(user->view_errors);
  user->view_errors = NULL;
}

static const char *trigger_person(struct call *call, struct user **ret_user) {
  const char *trigger = arg(call, "trigger_id") != NULL ? arg(call, "trigger_id") : arg(call, "interactivity_pointer");
  if (trigger == NULL) {
    api_complain(call, "[ERROR] missing required field: trigger_id");
    return "invalid_arguments";
  }
  const char *error = trigger_use(&call->sim->tickets, trigger, moment_ms(&call->sim->moment), ret_user);
  if (error == NULL && (*ret_user)->team != call->team) error = "invalid_trigger_id";
  return error;
}

static const char *check_external(struct call *call, const cJSON *view) {
  struct user *user = NULL;
  const char *id = json_str_or(view, "external_id", "");
  return id[0] != '\0' && external(call->sim, call->team, id, &user) != NULL ? "duplicate_external_id" : NULL;
}

static const char *put_on_stack(struct call *call, bool push) {
  struct user *user = NULL;
  const cJSON *view = arg_json(call, "view");
  const char *error = views_check(call, view, "modal");
  if (error == NULL) error = check_external(call, view);
  if (error == NULL) error = trigger_person(call, &user);
  if (error == NULL && push && user->depth == 0) error = "invalid_trigger_id"; /* only from inside a modal */
  if (error == NULL && push && user->depth == VIEWS_DEEP) error = "push_limit_reached";
  if (error != NULL) return error;
  if (!push) world_views_clear(user);
  tree_put(call->answer, "view", views_json(views_push(call->sim, user, view)));
  return NULL;
}

const char *api_views_open(struct call *call) {
  return put_on_stack(call, false);
}

const char *api_views_push(struct call *call) {
  return put_on_stack(call, true);
}

static const char *check_hash(const struct call *call, const struct view *view) {
  const char *hash = arg(call, "hash");
  return hash != NULL && strcmp(hash, view->hash) != 0 ? "hash_conflict" : NULL;
}

const char *api_views_update(struct call *call) {
  struct user *user = NULL;
  struct view *view = NULL;
  if (arg(call, "view_id") != NULL) view = opened(call->sim, call->team, arg(call, "view_id"), &user);
  else if (arg(call, "external_id") != NULL) view = external(call->sim, call->team, arg(call, "external_id"), &user);
  else {
    api_complain(call, "[ERROR] missing required field: view_id");
    return "invalid_arguments";
  }
  if (view == NULL) return "not_found";
  const char *error = views_check(call, arg_json(call, "view"), json_str_or(view->json, "type", "modal"));
  if (error == NULL) error = check_hash(call, view);
  if (error != NULL) return error;
  views_replace(call->sim, user, view, arg_json(call, "view"));
  tree_put(call->answer, "view", views_json(view));
  return NULL;
}

const char *api_views_publish(struct call *call) {
  struct user *user = world_user_id(&call->sim->world, call->team, arg(call, "user_id"));
  const cJSON *given = arg_json(call, "view");
  if (user == NULL || user->team != call->team) return "user_not_found";
  if (sim_set(call->sim, SET_home_tab) == 0) return "not_enabled";
  const char *error = views_check(call, given, "home");
  if (error == NULL && user->home != NULL) error = check_hash(call, user->home);
  if (error != NULL) return error;
  if (user->home != NULL) views_replace(call->sim, user, user->home, given);
  else {
    user->home = world_view(&call->sim->world, completed(call->sim, call->team, given));
    tree_set(user->home->json, "root_view_id", cJSON_CreateString(user->home->id));
    tree_set(user->home->json, "previous_view_id", cJSON_CreateNull());
  }
  tree_put(call->answer, "view", views_json(user->home));
  return NULL;
}
