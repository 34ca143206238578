/* element.c: buttons, selects and fields: which one a person means, and what it says once it was used. */
#include <string.h>

#include "bot/base/zone.h"
#include "tests/sim/slack/deed.h"

/* The JSON key that carries what was chosen, by type. LIST: several. */
static const struct {
  const char *type, *key, *initial;
  enum { ONE_TEXT, ONE_OPTION, MANY_OPTIONS, ONE_USER, MANY_USERS, ONE_ROOM, MANY_ROOMS, ONE_NUMBER, ONE_DAY } kind;
} kinds[] = {
    {"static_select", "selected_option", "initial_option", ONE_OPTION},
    {"external_select", "selected_option", "initial_option", ONE_OPTION},
    {"radio_buttons", "selected_option", "initial_option", ONE_OPTION},
    {"overflow", "selected_option", "", ONE_OPTION},
    {"multi_static_select", "selected_options", "initial_options", MANY_OPTIONS},
    {"multi_external_select", "selected_options", "initial_options", MANY_OPTIONS},
    {"checkboxes", "selected_options", "initial_options", MANY_OPTIONS},
    {"users_select", "selected_user", "initial_user", ONE_USER},
    {"multi_users_select", "selected_users", "initial_users", MANY_USERS},
    {"conversations_select", "selected_conversation", "initial_conversation", ONE_ROOM},
    {"channels_select", "selected_channel", "initial_channel", ONE_ROOM},
    {"multi_conversations_select", "selected_conversations", "initial_conversations", MANY_ROOMS},
    {"multi_channels_select", "selected_channels", "initial_channels", MANY_ROOMS},
    {"datepicker", "selected_date", "initial_date", ONE_DAY},
    {"timepicker", "selected_time", "initial_time", ONE_TEXT},
    {"datetimepicker", "selected_date_time", "initial_date_time", ONE_NUMBER},
    {"plain_text_input", "value", "initial_value", ONE_TEXT},
    {"email_text_input", "value", "initial_value", ONE_TEXT},
    {"url_text_input", "value", "initial_value", ONE_TEXT},
    {"number_input", "value", "initial_value", ONE_TEXT},
};

static size_t kind_of(const cJSON *element) {
  size_t i = 0;
  while (i < ARRAY_LEN(kinds) && !tree_is(element, "type", kinds[i].type)) i++;
  return i;
}

/* ---- finding ---- */

static bool is_meant(const cJSON *block, const cJSON *element, const char *wanted) {
  static const char *const places[] = {"action_id", "text.text", "placeholder.text", "value"};
  if (!cJSON_IsObject(element) || tree_is(element, "type", "image")) return false;
  for (size_t i = 0; i < ARRAY_LEN(places); i++)
    if (strcmp(json_str_or(element, places[i], ""), wanted) == 0) return true;
  return tree_is(block, "block_id", wanted) || strcmp(json_str_or(block, "label.text", ""), wanted) == 0;
}

static bool found_in(cJSON *block, const char *wanted, struct element *ret_element) {
  cJSON *element, *ones[] = {cJSON_GetObjectItemCaseSensitive(block, "accessory"), cJSON_GetObjectItemCaseSensitive(block, "element")};
  cJSON_ArrayForEach(element, cJSON_GetObjectItemCaseSensitive(block, "elements")) {
    if (!is_meant(block, element, wanted)) continue;
    *ret_element = (struct element){.json = element, .block = block};
    return true;
  }
  for (size_t i = 0; i < ARRAY_LEN(ones); i++) {
    if (ones[i] == NULL || !is_meant(block, ones[i], wanted)) continue;
    *ret_element = (struct element){.json = ones[i], .block = block};
    return true;
  }
  return false;
}

bool element_find(const cJSON *blocks, const char *wanted, struct element *ret_element) {
  cJSON *block;
  cJSON_ArrayForEach(block, blocks) if (found_in(block, wanted, ret_element)) return true;
  return false;
}

/* ---- choosing ---- */

static const cJSON *option_in(const cJSON *options, const char *wanted) {
  const cJSON *option;
  cJSON_ArrayForEach(option,
                     options) if (strcmp(json_str_or(option, "text.text", ""), wanted) == 0 || tree_is(option, "value", wanted)) return option;
  return NULL;
}

static const cJSON *option_called(const cJSON *element, const char *wanted) {
  const cJSON *option = option_in(json_at(element, "options"), wanted), *group;
  if (wanted == NULL || option != NULL) return option;
  cJSON_ArrayForEach(group, json_at(element, "option_groups")) {
    option = option_in(json_at(group, "options"), wanted);
    if (option != NULL) return option;
  }
  return NULL;
}

/* A calendar holds days, and what was chosen can be taken out again: then Slack says null. */
static cJSON *day_of(const char *text) {
  struct civil day;
  if (text[0] == '\0') return cJSON_CreateNull();
  return civil_parse(text, &day) ? cJSON_CreateString(text) : NULL;
}

static cJSON *one_of(struct sim *sim, struct user *user, const cJSON *element, size_t kind, const cJSON *value) {
  const char *text = cJSON_GetStringValue(value);
  if (cJSON_IsNumber(value)) return kinds[kind].kind == ONE_NUMBER ? cJSON_Duplicate(value, true) : NULL;
  if (text == NULL) return NULL;
  switch (kinds[kind].kind) {
  case ONE_OPTION:
  case MANY_OPTIONS: {
    const cJSON *option = option_called(element, text);
    return option == NULL ? NULL : cJSON_Duplicate(option, true);
  }
  case ONE_USER:
  case MANY_USERS: {
    struct user *other = people_who(sim, text);
    return other == NULL ? NULL : cJSON_CreateString(other->id);
  }
  case ONE_ROOM:
  case MANY_ROOMS: {
    struct channel *channel = people_where(sim, user, text);
    return channel == NULL ? NULL : cJSON_CreateString(channel->id);
  }
  case ONE_DAY: return day_of(text);
  default: return cJSON_CreateString(text);
  }
}

static cJSON *many_of(struct sim *sim, struct user *user, const cJSON *element, size_t kind, const cJSON *values) {
  cJSON *list = cJSON_CreateArray();
  const cJSON *value;
  if (!cJSON_IsArray(values)) tree_put(list, NULL, one_of(sim, user, element, kind, values));
  else cJSON_ArrayForEach(value, values) tree_put(list, NULL, one_of(sim, user, element, kind, value));
  int wanted = cJSON_IsArray(values) ? cJSON_GetArraySize(values) : 1;
  if (cJSON_GetArraySize(list) == wanted) return list;
  cJSON_Delete(list);
  return NULL;
}

static bool takes_many(size_t kind) {
  return kinds[kind].kind == MANY_OPTIONS || kinds[kind].kind == MANY_USERS || kinds[kind].kind == MANY_ROOMS;
}

cJSON *element_value(struct sim *sim, struct user *user, const cJSON *element, const cJSON *value, const char **ret_wrong) {
  size_t kind = kind_of(element);
  cJSON *json = cJSON_CreateObject();
  tree_str(json, "type", json_str(element, "type"));
  if (kind == ARRAY_LEN(kinds)) { /* a button */
    tree_str(json, "value", json_str(element, "value"));
    return json;
  }
  cJSON *chosen = takes_many(kind) ? many_of(sim, user, element, kind, value) : one_of(sim, user, element, kind, value);
  if (chosen == NULL) {
    *ret_wrong = "value: this cannot be chosen here";
    cJSON_Delete(json);
    return NULL;
  }
  tree_put(json, kinds[kind].key, chosen);
  return json;
}

cJSON *element_initial(const cJSON *element) {
  size_t kind = kind_of(element);
  cJSON *json = cJSON_CreateObject();
  tree_str(json, "type", json_str(element, "type"));
  if (kind == ARRAY_LEN(kinds)) return json;
  const cJSON *initial = cJSON_GetObjectItemCaseSensitive(element, kinds[kind].initial);
  if (initial != NULL) tree_copy(json, kinds[kind].key, initial);
  else tree_put(json, kinds[kind].key, takes_many(kind) ? cJSON_CreateArray() : cJSON_CreateNull());
  return json;
}
