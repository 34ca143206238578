/* people_click.c: what people do with cards: they click, choose, fill in, submit and close. */
#include <stdio.h>
#include <string.h>

#include "tests/sim/slack/deed.h"

/* Where the clicked thing stands. */
struct place {
  struct channel *channel; /* NULL: in a view */
  struct message *message;
  struct view *view;
  struct element element;
};

/* ---- payloads ---- */

static cJSON *interactive(struct sim *sim, const char *type, const struct user *user) {
  cJSON *payload = cJSON_CreateObject(), *person, *team;
  tree_str(payload, "type", type);
  team = tree_object(payload, "team");
  tree_str(team, "id", user->team->id);
  tree_str(team, "domain", user->team->domain);
  person = tree_object(payload, "user");
  tree_str(person, "id", user->id);
  tree_str(person, "username", user->name);
  tree_str(person, "name", user->name);
  tree_str(person, "team_id", user->team->id);
  tree_str(payload, "api_app_id", user->team->app);
  tree_str(payload, "token", "sim-verification");
  tree_put(payload, "enterprise", cJSON_CreateNull());
  tree_bool(payload, "is_enterprise_install", false);
  (void)sim;
  return payload;
}

static void put_message_place(struct sim *sim, struct user *user, const struct place *place, cJSON *payload) {
  char url[200];
  cJSON *container = tree_object(payload, "container"), *channel = tree_object(payload, "channel");
  tree_str(container, "type", "message");
  tree_str(container, "message_ts", place->message->ts);
  tree_str(container, "channel_id", place->channel->id);
  tree_bool(container, "is_ephemeral", place->message->only != NULL);
  tree_str(container, "thread_ts", json_str(place->message->json, "thread_ts"));
  tree_str(channel, "id", place->channel->id);
  tree_str(channel, "name", place->channel->kind == CHANNEL_IM ? "directmessage" : place->channel->name);
  if (place->message->only == NULL) tree_copy(payload, "message", place->message->json);
  tree_str(payload, "response_url", deed_respond_url(sim, user, place->channel, place->message->ts, url));
  cJSON *state = tree_object(payload, "state");
  if (place->message->chosen != NULL) tree_copy(state, "values", place->message->chosen);
  else (void)tree_object(state, "values");
}

static void put_view_place(const struct place *place, cJSON *payload) {
  cJSON *container = tree_object(payload, "container");
  tree_str(container, "type", "view");
  tree_str(container, "view_id", place->view->id);
  tree_put(payload, "view", views_json(place->view));
}

static void put_action(struct sim *sim, const struct place *place, cJSON *value, cJSON *payload) {
  char ts[32];
  int64_t us = moment_next_us(&sim->moment);
  (void)snprintf(ts, sizeof ts, "%lld.%06lld", (long long)(us / 1000000), (long long)(us % 1000000));
  tree_str(value, "action_id", json_str(place->element.json, "action_id"));
  tree_str(value, "block_id", json_str(place->element.block, "block_id"));
  tree_copy(value, "text", json_at(place->element.json, "text"));
  tree_copy(value, "style", json_at(place->element.json, "style"));
  tree_copy(value, "initial_date", json_at(place->element.json, "initial_date"));
  tree_str(value, "action_ts", ts);
  tree_put(tree_array(payload, "actions"), NULL, value);
}

/* ---- finding ---- */

static bool in_message(struct channel *channel, struct user *user, const char *wanted, const char *ts, struct place *ret_place) {
  for (size_t i = channel->messages.count; i > 0; i--) {
    struct message *message = channel->messages.items[i - 1];
    if (message->only != NULL && message->only != user) continue;
    if (ts != NULL && strcmp(ts, message->ts) != 0) continue;
    struct element element;
    if (!element_find(json_at(message->json, "blocks"), wanted, &element)) continue;
    *ret_place = (struct place){.channel = channel, .message = message, .element = element};
    return true;
  }
  return false;
}

static bool in_view(struct view *view, const char *wanted, struct place *ret_place) {
  struct element element;
  if (view == NULL || !element_find(json_at(view->json, "blocks"), wanted, &element)) return false;
  *ret_place = (struct place){.view = view, .element = element};
  return true;
}

/* The latest message of all rooms that has it. */
static bool in_any_room(struct sim *sim, struct user *user, const char *wanted, const char *ts, struct place *ret_place) {
  bool found = false;
  for (size_t i = 0; i < sim->world.channels.count; i++) {
    struct channel *channel = sim->world.channels.items[i];
    struct place place;
    if (channel->team != user->team || !list_has(&channel->members, user) || !in_message(channel, user, wanted, ts, &place)) continue;
    if (found && strcmp(place.message->ts, ret_place->message->ts) < 0) continue;
    *ret_place = place;
    found = true;
  }
  return found;
}

static bool find_place(struct sim *sim, struct user *user, const cJSON *wish, struct place *ret_place) {
  const char *wanted = json_str(wish, "what"), *where = json_str_or(wish, "where", ""), *ts = json_str(wish, "ts");
  if (wanted == NULL) return false;
  if (strcmp(where, "view") == 0) return user->depth > 0 && in_view(user->stack[user->depth - 1], wanted, ret_place);
  if (strcmp(where, "home") == 0) return in_view(user->home, wanted, ret_place);
  if (where[0] != '\0') {
    struct channel *channel = people_where(sim, user, where);
    return channel != NULL && list_has(&channel->members, user) && in_message(channel, user, wanted, ts, ret_place);
  }
  if (user->depth > 0 && in_view(user->stack[user->depth - 1], wanted, ret_place)) return true;
  return in_any_room(sim, user, wanted, ts, ret_place) || in_view(user->home, wanted, ret_place);
}

/* ---- clicking ---- */

/* What was chosen stays where it was chosen, until it is sent. */
static void keep_in(cJSON *values, const struct element *element, const cJSON *value) {
  const char *block = json_str_or(element->block, "block_id", ""), *action = json_str_or(element->json, "action_id", "");
  if (values == NULL || tree_is(element->json, "type", "button")) return;
  cJSON *row = cJSON_GetObjectItemCaseSensitive(values, block);
  if (row == NULL) row = tree_object(values, block);
  tree_set(row, action, cJSON_Duplicate(value, true));
}

static void keep_state(struct view *view, const struct element *element, const cJSON *value) {
  cJSON *state = cJSON_GetObjectItemCaseSensitive(view->json, "state");
  keep_in(state == NULL ? NULL : cJSON_GetObjectItemCaseSensitive(state, "values"), element, value);
}

static void keep_choice(struct message *message, const struct element *element, const cJSON *value) {
  if (message->chosen == NULL) message->chosen = cJSON_CreateObject();
  keep_in(message->chosen, element, value);
}

/* A button that stood there once: pressed in a window that has not heard of the change, or by somebody who makes one up. */
static bool find_gone(struct sim *sim, struct user *user, const cJSON *wish, struct place *ret_place) {
  cJSON *gone = cJSON_GetObjectItemCaseSensitive(wish, "gone");
  struct channel *channel = people_where(sim, user, json_str(wish, "where"));
  struct message *message = channel == NULL ? NULL : world_message(channel, json_str(wish, "ts"));
  if (!cJSON_IsObject(gone) || message == NULL) return false;
  *ret_place = (struct place){.channel = channel, .message = message, .element = {.json = gone, .block = gone}};
  return true;
}

/* {"who":"ann","what":"Yes","where":"dm","ts":"…","value":"…"}: by label, action id, block id or value. */
const char *people_clicks(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct user *user = NULL;
  struct place place = {0};
  const char *wrong = deed_actor(sim, wish, &user);
  if (wrong != NULL) return wrong;
  if (!find_gone(sim, user, wish, &place) && !find_place(sim, user, wish, &place)) return "what: this person sees nothing like that";
  if (place.element.json == NULL) return "what: it cannot be clicked";
  cJSON *value = element_value(sim, user, place.element.json, json_at(wish, "value"), &wrong);
  if (value == NULL) return wrong;
  if (place.view != NULL) keep_state(place.view, &place.element, value);
  else keep_choice(place.message, &place.element, value);
  cJSON *payload = interactive(sim, "block_actions", user);
  if (place.view != NULL) put_view_place(&place, payload);
  else put_message_place(sim, user, &place, payload);
  put_action(sim, &place, value, payload);
  tree_str(payload, "trigger_id", trigger_new(&sim->tickets, user, moment_ms(&sim->moment) + sim_set(sim, SET_trigger_ms)));
  tree_str(answer, "trigger_id", json_str(payload, "trigger_id"));
  tree_str(answer, "response_url", json_str(payload, "response_url"));
  struct envelope *envelope = sockets_deliver(sim->sockets, ENVELOPE_CLICK, payload);
  envelope->user = user;
  envelope->channel = place.channel;
  deed_answer(answer, envelope);
  return NULL;
}

/* {"who":"ann","what":"City","value":"Lon"}: what is typed into an external select; the options are in the envelope's answer. */
const char *people_asks_options(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct user *user = NULL;
  struct place place = {0};
  const char *wrong = deed_actor(sim, wish, &user);
  if (wrong != NULL) return wrong;
  if (!find_place(sim, user, wish, &place)) return "what: this person sees nothing like that";
  if (strstr(json_str_or(place.element.json, "type", ""), "external_select") == NULL) return "what: it is no external select";
  cJSON *payload = interactive(sim, "block_suggestion", user);
  if (place.view != NULL) put_view_place(&place, payload);
  else put_message_place(sim, user, &place, payload);
  tree_str(payload, "action_id", json_str(place.element.json, "action_id"));
  tree_str(payload, "block_id", json_str(place.element.block, "block_id"));
  tree_str(payload, "value", json_str_or(wish, "value", ""));
  struct envelope *envelope = sockets_deliver(sim->sockets, ENVELOPE_SUGGEST, payload);
  envelope->user = user;
  deed_answer(answer, envelope);
  return NULL;
}

/* {"who":"ann","callback_id":"report","where":"dm","ts":"…"}: from the menu of a message, or from anywhere. */
const char *people_uses_shortcut(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct user *user = NULL;
  const char *wrong = deed_actor(sim, wish, &user), *ts = json_str(wish, "ts");
  struct place place = {0};
  if (wrong != NULL) return wrong;
  if (ts != NULL) place.channel = people_where(sim, user, json_str(wish, "where"));
  if (place.channel != NULL && list_has(&place.channel->members, user)) place.message = world_message(place.channel, ts);
  if (ts != NULL && place.message == NULL) return "ts: this person sees no such message";
  cJSON *payload = interactive(sim, ts == NULL ? "shortcut" : "message_action", user);
  if (ts != NULL) put_message_place(sim, user, &place, payload);
  if (ts != NULL) tree_str(payload, "message_ts", ts);
  tree_str(payload, "callback_id", json_str_or(wish, "callback_id", ""));
  tree_str(payload, "action_ts", ts == NULL ? "1.000000" : ts);
  tree_str(payload, "trigger_id", trigger_new(&sim->tickets, user, moment_ms(&sim->moment) + sim_set(sim, SET_trigger_ms)));
  tree_str(answer, "trigger_id", json_str(payload, "trigger_id"));
  struct envelope *envelope = sockets_deliver(sim->sockets, ENVELOPE_CLICK, payload);
  envelope->user = user;
  deed_answer(answer, envelope);
  return NULL;
}

/* ---- submitting ---- */

static const cJSON *given_for(const cJSON *values, const cJSON *block, const cJSON *element) {
  const char *names[] = {json_str(block, "label.text"), json_str(block, "block_id"), json_str(element, "action_id")};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    const cJSON *given = names[i] == NULL ? NULL : cJSON_GetObjectItemCaseSensitive(values, names[i]);
    if (given != NULL) return given;
  }
  return NULL;
}

static bool is_empty(const cJSON *value) {
  const cJSON *part;
  cJSON_ArrayForEach(part, value) {
    if (strcmp(part->string, "type") == 0) continue;
    if (cJSON_IsNull(part) || (cJSON_IsArray(part) && cJSON_GetArraySize(part) == 0)) return true;
    if (cJSON_IsString(part) && part->valuestring[0] == '\0') return true;
  }
  return false;
}

/* One input's value into the view's state: given now, kept from before, or as it stood at first. */
static const char *fill_in(struct sim *sim, struct user *user, struct view *view, cJSON *block, const cJSON *values) {
  struct element element = {.block = block, .json = cJSON_GetObjectItemCaseSensitive(block, "element")};
  if (!tree_is(block, "type", "input") || element.json == NULL) return NULL;
  const char *wrong = NULL;
  const cJSON *given = given_for(values, block, element.json);
  cJSON *state = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(view->json, "state"), "values");
  const cJSON *row = cJSON_GetObjectItemCaseSensitive(state, json_str_or(block, "block_id", ""));
  const cJSON *kept = cJSON_GetObjectItemCaseSensitive(row, json_str_or(element.json, "action_id", ""));
  cJSON *value = given != NULL  ? element_value(sim, user, element.json, given, &wrong)
                 : kept != NULL ? cJSON_Duplicate(kept, true)
                                : element_initial(element.json);
  if (value == NULL) return wrong;
  bool missing = is_empty(value) && !json_bool_or(block, "optional", false);
  keep_state(view, &element, value);
  cJSON_Delete(value);
  return missing ? "values: a required field is empty, and Slack does not send it" : NULL;
}

static const char *all_known(const cJSON *blocks, const cJSON *values) {
  const cJSON *value;
  struct element element;
  cJSON_ArrayForEach(value, values) if (!element_find(blocks, value->string, &element)) return "values: one of them names no field of this view";
  return NULL;
}

/* {"who":"ann","values":{"Skills":"Rust","block_2":["a","b"]}} */
const char *people_submits(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct user *user = NULL;
  const char *wrong = deed_actor(sim, wish, &user);
  if (wrong != NULL) return wrong;
  if (user->depth == 0) return "this person has no view open";
  struct view *view = user->stack[user->depth - 1];
  cJSON *blocks = cJSON_GetObjectItemCaseSensitive(view->json, "blocks"), *block;
  if (json_at(view->json, "submit") == NULL) return "the view has no submit button";
  wrong = all_known(blocks, json_at(wish, "values"));
  cJSON_ArrayForEach(block, blocks) if (wrong == NULL) wrong = fill_in(sim, user, view, block, json_at(wish, "values"));
  if (wrong != NULL) return wrong;
  cJSON *payload = interactive(sim, "view_submission", user);
  tree_put(payload, "view", views_json(view));
  (void)tree_array(payload, "response_urls");
  tree_str(payload, "trigger_id", trigger_new(&sim->tickets, user, moment_ms(&sim->moment) + sim_set(sim, SET_trigger_ms)));
  tree_str(answer, "trigger_id", json_str(payload, "trigger_id"));
  struct envelope *envelope = sockets_deliver(sim->sockets, ENVELOPE_SUBMIT, payload);
  envelope->user = user;
  SLOT_PUT(envelope->view_id, view->id);
  deed_answer(answer, envelope);
  return NULL;
}

/* {"who":"ann","all":true}: Cancel closes the top view; the cross, or clear_on_close, all of them. */
const char *people_closes(struct sim *sim, const cJSON *wish, cJSON *answer) {
  struct user *user = NULL;
  const char *wrong = deed_actor(sim, wish, &user);
  if (wrong != NULL) return wrong;
  if (user->depth == 0) return "this person has no view open";
  struct view *view = user->stack[user->depth - 1];
  bool all = json_bool_or(wish, "all", false) || json_bool_or(view->json, "clear_on_close", false);
  struct envelope *envelope = NULL;
  if (json_bool_or(view->json, "notify_on_close", false)) {
    cJSON *payload = interactive(sim, "view_closed", user);
    tree_put(payload, "view", views_json(view));
    tree_bool(payload, "is_cleared", all);
    envelope = sockets_deliver(sim->sockets, ENVELOPE_CLOSED, payload);
    envelope->user = user;
  }
  if (all) world_views_clear(user);
  else user->stack[user->depth - 1] = world_view_free(view);
  if (!all) user->depth--;
  deed_answer(answer, envelope);
  return NULL;
}
