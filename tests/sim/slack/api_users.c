/* api_users.c: who is who: auth.test, team, users, bots, groups, quiet hours, and the address of a socket. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tests/sim/slack/talk.h"

const char *api_auth_test(struct call *call) {
  char url[128];
  tree_str(call->answer, "app_id", call->team == NULL ? call->token->app : call->team->app);
  if (call->team == NULL) {
    tree_str(call->answer, "app_name", "mentor");
    return NULL;
  }
  (void)snprintf(url, sizeof url, "https://%.63s.slack.example/", call->team->domain);
  tree_str(call->answer, "url", url);
  tree_str(call->answer, "team", call->team->name);
  tree_str(call->answer, "user", call->team->bot->name);
  tree_str(call->answer, "team_id", call->team->id);
  tree_str(call->answer, "user_id", call->team->bot->id);
  tree_str(call->answer, "bot_id", call->team->bot_id);
  tree_bool(call->answer, "is_enterprise_install", false);
  return NULL;
}

const char *api_api_test(struct call *call) {
  cJSON *args = tree_object(call->answer, "args");
  tree_str(args, "foo", arg(call, "foo"));
  return arg(call, "error");
}

const char *api_apps_connections_open(struct call *call) {
  char url[200];
  struct sim *sim = call->sim;
  const char *ticket = ticket_new(&sim->tickets, call->token->app, moment_ms(&sim->moment) + sim_set(sim, SET_ticket_ms));
  (void)snprintf(url, sizeof url, "%s/link/?ticket=%s&app_id=%s", sim_door(sim, DOOR_SOCKET).text, ticket, call->token->app);
  tree_str(call->answer, "url", url);
  return NULL;
}

const char *api_team_info(struct call *call) {
  const struct team *team = call->team;
  cJSON *json = tree_object(call->answer, "team");
  tree_str(json, "id", team->id);
  tree_str(json, "name", team->name);
  tree_str(json, "domain", team->domain);
  tree_str(json, "email_domain", "");
  return NULL;
}

const char *api_bots_info(struct call *call) {
  if (arg(call, "bot") != NULL && strcmp(arg(call, "bot"), call->team->bot_id) != 0) return "bot_not_found";
  cJSON *bot = tree_object(call->answer, "bot");
  tree_str(bot, "id", call->team->bot_id);
  tree_bool(bot, "deleted", false);
  tree_str(bot, "name", call->team->bot->name);
  tree_str(bot, "app_id", call->team->app);
  tree_str(bot, "user_id", call->team->bot->id);
  return NULL;
}

static const char *user_of(struct call *call, const char *id, struct user **ret_user) {
  struct user *user = world_user_id(&call->sim->world, call->team, id);
  if (user == NULL) return "user_not_found";
  if (user->team != call->team) return "user_not_visible";
  *ret_user = user;
  return NULL;
}

const char *api_users_info(struct call *call) {
  struct user *user = NULL;
  const char *error = user_of(call, arg(call, "user"), &user);
  if (error != NULL) return error;
  tree_put(call->answer, "user", talk_user_json(call->sim, user, api_has_scope(call, "users:read.email"), arg_bool(call, "include_locale", false)));
  return NULL;
}

const char *api_users_lookup(struct call *call) {
  for (size_t i = 0; i < call->sim->world.users.count; i++) {
    struct user *user = call->sim->world.users.items[i];
    if (user->team != call->team || user->deleted || user->is_bot || strcasecmp(user->email, arg(call, "email")) != 0) continue;
    tree_put(call->answer, "user", talk_user_json(call->sim, user, true, false));
    return NULL;
  }
  return "users_not_found";
}

/* It stands in every list, and is not flagged as a bot. */
static cJSON *slackbot(const struct team *team) {
  cJSON *json = cJSON_CreateObject();
  tree_str(json, "id", "USLACKBOT");
  tree_str(json, "team_id", team->id);
  tree_str(json, "name", "slackbot");
  tree_bool(json, "deleted", false);
  tree_str(json, "real_name", "Slackbot");
  tree_str(tree_object(json, "profile"), "real_name", "Slackbot");
  tree_bool(json, "is_bot", false);
  tree_bool(json, "is_app_user", false);
  tree_int(json, "updated", 0);
  return json;
}

static void users_of_team(const struct call *call, struct list *ret_users) {
  for (size_t i = 0; i < call->sim->world.users.count; i++) {
    struct user *user = call->sim->world.users.items[i];
    if (user->team == call->team) list_add(ret_users, user);
  }
}

/* A large workspace without a limit is refused, as Slack does. */
const char *api_users_list(struct call *call) {
  struct list users = {0};
  size_t from = 0, to = 0;
  users_of_team(call, &users);
  const char *error = users.count > 1000 && json_at(call->args, "limit") == NULL ? "limit_required" : NULL;
  if (error == NULL) error = api_page(call, users.count, 1000, &from, &to);
  cJSON *members = error == NULL ? tree_array(call->answer, "members") : NULL;
  bool email = api_has_scope(call, "users:read.email"), locale = arg_bool(call, "include_locale", false);
  for (size_t i = from; error == NULL && i < to; i++) tree_put(members, NULL, talk_user_json(call->sim, users.items[i], email, locale));
  if (error == NULL && to == users.count) tree_put(members, NULL, slackbot(call->team));
  if (error == NULL) tree_int(call->answer, "cache_ts", moment_wall_ms(&call->sim->moment) / 1000);
  list_done(&users, NULL);
  return error;
}

const char *api_usergroups_list(struct call *call) {
  cJSON *list = tree_array(call->answer, "usergroups"), *copy;
  const cJSON *group;
  cJSON_ArrayForEach(group, call->team->usergroups) {
    copy = cJSON_Duplicate(group, true);
    if (!arg_bool(call, "include_users", false)) cJSON_DeleteItemFromObjectCaseSensitive(copy, "users");
    tree_put(list, NULL, copy);
  }
  return NULL;
}

const char *api_usergroups_users(struct call *call) {
  const cJSON *group;
  cJSON_ArrayForEach(group, call->team->usergroups) {
    if (!tree_is(group, "id", arg(call, "usergroup"))) continue;
    tree_copy(call->answer, "users", json_at(group, "users"));
    return NULL;
  }
  return "no_such_subteam";
}

const char *api_dnd_info(struct call *call) {
  struct user *user = call->team->bot;
  const char *error = arg(call, "user") == NULL ? NULL : user_of(call, arg(call, "user"), &user);
  if (error != NULL) return error;
  bool quiet = user->quiet_to_s > 0;
  tree_bool(call->answer, "dnd_enabled", quiet);
  tree_int(call->answer, "next_dnd_start_ts", quiet ? user->quiet_from_s : 1);
  tree_int(call->answer, "next_dnd_end_ts", quiet ? user->quiet_to_s : 1);
  return NULL;
}
