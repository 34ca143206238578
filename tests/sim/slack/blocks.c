/* blocks.c: walks blocks and views along the rows of blocks.def, and complains as Slack does, with the place. */
#include "tests/sim/slack/blocks.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bot/base/zone.h"

enum {
  MESSAGE_BLOCKS_MAX = 50,
  MESSAGE_CHARS_MAX = 12000,
  POINTER_BYTES = 300,
  ID_CHARS_MAX = 255,
  CHARTS_MAX = 2,
  COMPLAINTS_MAX = 20,
  BLOCKS_BYTES_MAX = 200000
};

enum kind { WORDS, PLAIN, ONE, MANY, LIST, FLAG, NUMBER, CHOICE, DAY, ANY };
static const struct rule {
  const char *owner, *field;
  enum kind kind;
  bool needed;
  int most;
  const char *of;
} rules[] = {
#define FIELD(owner, field, kind, needed, most, of) {owner, field, kind, needed, most, of},
#include "tests/sim/slack/blocks.def"
#undef FIELD
};

struct check {
  struct call *call;      /* borrowed */
  cJSON *errors;          /* owned until it is put into the answer */
  char at[POINTER_BYTES]; /* where we are, such as /blocks/2/text */
  size_t chars;           /* of all texts so far */
};

static void check_object(struct check *check, const char *owner, const cJSON *object, int most);

/* ---- complaints ---- */

static void PRINTF_LIKE(2, 3) complain(struct check *check, const char *fmt, ...) {
  char what[200], line[600];
  va_list args;
  va_start(args, fmt);
  (void)vsnprintf(what, sizeof what, fmt, args);
  va_end(args);
  (void)snprintf(line, sizeof line, "%s [json-pointer:%s]", what, check->at);
  if (cJSON_GetArraySize(check->errors) < COMPLAINTS_MAX) tree_str(check->errors, NULL, line);
}

static size_t go_into(struct check *check, const char *name) {
  size_t before = strlen(check->at);
  (void)snprintf(check->at + before, sizeof check->at - before, "/%s", name);
  return before;
}

static size_t go_to(struct check *check, int index) {
  char name[16];
  (void)snprintf(name, sizeof name, "%d", index);
  return go_into(check, name);
}

static void go_back(struct check *check, size_t before) {
  check->at[before] = '\0';
}

/* ---- values ---- */

static bool is_type(const char *owner) {
  for (size_t i = 0; i < ARRAY_LEN(rules); i++)
    if (strcmp(rules[i].owner, owner) == 0) return true;
  return false;
}

static void check_words(struct check *check, const cJSON *value, int most, bool may_be_empty) {
  const char *text = cJSON_GetStringValue(value);
  if (text == NULL) {
    complain(check, "must be a string");
    return;
  }
  size_t chars = text_utf8_count(text);
  if (chars == 0 && !may_be_empty) complain(check, "must be more than 0 characters");
  if (most > 0 && chars > (size_t)most) complain(check, "must be less than %d characters", most + 1);
}

/* Of a text object the characters count for the whole message. */
static void check_text(struct check *check, const cJSON *value, int most) {
  size_t before = go_into(check, "text");
  const cJSON *text = json_at(value, "text");
  if (text != NULL) check_words(check, text, most, false);
  if (cJSON_IsString(text)) check->chars += text_utf8_count(text->valuestring);
  go_back(check, before);
}

static void check_one(struct check *check, const cJSON *value, int most, const char *of) {
  if (!cJSON_IsObject(value)) {
    complain(check, "must be an object");
    return;
  }
  if (of[0] == '{') {
    check_object(check, of, value, most);
    return;
  }
  const char *type = json_str_or(value, "type", "");
  if (!word_in(of, type)) {
    complain(check, type[0] == '\0' ? "missing required field: type" : "unsupported type: %.40s", type);
    return;
  }
  check_object(check, type, value, most);
}

static void check_unique(struct check *check, const cJSON *list, const char *key) {
  const cJSON *one, *other;
  cJSON_ArrayForEach(one, list) {
    const char *id = json_str(one, key);
    for (other = one->next; id != NULL && other != NULL; other = other->next)
      if (tree_is(other, key, id)) complain(check, "%s \"%.60s\" already exists", key, id);
  }
}

static void check_many(struct check *check, const cJSON *value, int most, const char *of) {
  const cJSON *item;
  int index = 0, count = cJSON_GetArraySize(value);
  if (!cJSON_IsArray(value)) {
    complain(check, "must be an array");
    return;
  }
  if (count == 0) complain(check, "no less than 1 items allowed");
  if (most > 0 && count > most) {
    complain(check, "no more than %d items allowed", most);
    return;
  }
  cJSON_ArrayForEach(item, value) {
    size_t before = go_to(check, index++);
    check_one(check, item, 0, of);
    go_back(check, before);
  }
  if (of[0] != '{') check_unique(check, value, "action_id");
}

static void check_number(struct check *check, const cJSON *value, int most) {
  if (!cJSON_IsNumber(value)) complain(check, "must be a number");
  else if (most > 0 && (value->valuedouble < 0 || value->valuedouble > most)) complain(check, "must be at most %d", most);
}

static void check_list(struct check *check, const cJSON *value, int most) {
  if (!cJSON_IsArray(value)) complain(check, "must be an array");
  else if (most > 0 && cJSON_GetArraySize(value) > most) complain(check, "no more than %d items allowed", most);
}

static void check_day(struct check *check, const cJSON *value) {
  struct civil day;
  if (!civil_parse(cJSON_GetStringValue(value), &day)) complain(check, "must be a date of the form YYYY-MM-DD");
}

static void check_value(struct check *check, const struct rule *rule, const cJSON *value) {
  switch (rule->kind) {
  case WORDS:
    check_words(check, value, rule->most, true);
    if (strcmp(rule->field, "text") == 0 && cJSON_IsString(value)) check->chars += text_utf8_count(value->valuestring);
    return;
  case PLAIN: check_one(check, value, rule->most, "plain_text"); return;
  case ONE: check_one(check, value, rule->most, rule->of); return;
  case MANY: check_many(check, value, rule->most, rule->of); return;
  case LIST: check_list(check, value, rule->most); return;
  case NUMBER: check_number(check, value, rule->most); return;
  case DAY: check_day(check, value); return;
  case FLAG:
    if (!cJSON_IsBool(value)) complain(check, "must be a boolean");
    return;
  case CHOICE:
    if (!cJSON_IsString(value) || !word_in(rule->of, value->valuestring)) complain(check, "must be one of: %s", rule->of);
    return;
  case ANY: return;
  }
}

/* ---- objects ---- */

static bool always_known(const char *owner, const char *name) {
  if (strcmp(name, "type") == 0) return true;
  return owner[0] != '{' && word_in("block_id action_id", name);
}

static void check_known(struct check *check, const char *owner, const cJSON *object) {
  const cJSON *part;
  cJSON_ArrayForEach(part, object) {
    bool known = always_known(owner, part->string);
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) known = known || (strcmp(rules[i].owner, owner) == 0 && strcmp(rules[i].field, part->string) == 0);
    if (!known) complain(check, "invalid additional property: %.60s", part->string);
  }
}

static void check_id(struct check *check, const cJSON *object, const char *key) {
  const cJSON *id = json_at(object, key);
  size_t before = go_into(check, key);
  if (id != NULL) check_words(check, id, ID_CHARS_MAX, true);
  go_back(check, before);
}

/* Rules that name two fields at once. */
static void check_pairs(struct check *check, const char *owner, const cJSON *object) {
  bool options = json_at(object, "options") != NULL, groups = json_at(object, "option_groups") != NULL;
  if (strcmp(owner, "section") == 0 && json_at(object, "text") == NULL && json_at(object, "fields") == NULL)
    complain(check, "missing required field: text or fields");
  if (strstr(owner, "static_select") != NULL && options == groups) complain(check, "exactly one of options and option_groups is wanted");
  if (strcmp(owner, "image") == 0 && json_at(object, "image_url") == NULL && json_at(object, "slack_file") == NULL)
    complain(check, "missing required field: image_url");
}

/* An initial option must be one of the options, to the last character. */
static void check_initial(struct check *check, const cJSON *object) {
  const cJSON *initial = json_at(object, "initial_option"), *option;
  bool found = initial == NULL || json_at(object, "options") == NULL;
  cJSON_ArrayForEach(option, json_at(object, "options")) found = found || cJSON_Compare(initial, option, true);
  if (!found) complain(check, "initial_option must match one of the options");
}

static void check_object(struct check *check, const char *owner, const cJSON *object, int most) {
  bool text = strcmp(owner, "plain_text") == 0 || strcmp(owner, "mrkdwn") == 0;
  check_known(check, owner, object);
  for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
    const struct rule *rule = &rules[i];
    if (strcmp(rule->owner, owner) != 0) continue;
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, rule->field);
    if (value == NULL && rule->needed) complain(check, "missing required field: %s", rule->field);
    if (value == NULL || (text && strcmp(rule->field, "text") == 0)) continue;
    size_t before = go_into(check, rule->field);
    check_value(check, rule, value);
    go_back(check, before);
  }
  if (text) check_text(check, object, most);
  check_id(check, object, "block_id");
  check_id(check, object, "action_id");
  check_pairs(check, owner, object);
  check_initial(check, object);
}

/* ---- whole messages and views ---- */

static bool is_block(const struct check *check, const char *type) {
  static const char blocks[] = "section header divider image context actions input rich_text markdown table data_visualization";
  if (strcmp(type, "data_visualization") == 0 && sim_set(check->call->sim, SET_charts) == 0) return false;
  return word_in(blocks, type) && is_type(type);
}

static void check_blocks(struct check *check, const cJSON *blocks, int most) {
  const cJSON *block;
  int index = 0, charts = 0;
  size_t top = go_into(check, "blocks");
  if (cJSON_GetArraySize(blocks) > most) complain(check, "no more than %d items allowed", most);
  cJSON_ArrayForEach(block, blocks) {
    const char *type = json_str_or(block, "type", "");
    size_t before = go_to(check, index++);
    if (!cJSON_IsObject(block)) complain(check, "must be an object");
    else if (is_block(check, type)) check_object(check, type, block, 0);
    else complain(check, "unsupported type: %.40s", type);
    charts += strcmp(type, "data_visualization") == 0;
    go_back(check, before);
  }
  if (charts > CHARTS_MAX) complain(check, "no more than %d data_visualization blocks allowed", CHARTS_MAX);
  check_unique(check, blocks, "block_id");
  go_back(check, top);
}

/* Slack says it twice: for machines and for people. */
static const char *verdict(struct check *check, const char *error, bool put_errors) {
  const cJSON *line;
  bool bad = cJSON_GetArraySize(check->errors) > 0;
  cJSON_ArrayForEach(line, check->errors) api_complain(check->call, "[ERROR] %s", line->valuestring);
  if (bad && put_errors) tree_set(check->call->answer, "errors", check->errors);
  else cJSON_Delete(check->errors);
  return bad ? error : NULL;
}

const char *blocks_check_message(struct call *call, const cJSON *blocks) {
  struct check check = {.call = call, .errors = cJSON_CreateArray()};
  if (!cJSON_IsArray(blocks)) {
    cJSON_Delete(check.errors);
    return "invalid_blocks_format";
  }
  check_blocks(&check, blocks, MESSAGE_BLOCKS_MAX);
  size_t chars = tree_bytes(blocks) > BLOCKS_BYTES_MAX ? SIZE_MAX : check.chars;
  const char *error = verdict(&check, "invalid_blocks", true);
  return error == NULL && chars > MESSAGE_CHARS_MAX ? "msg_blocks_too_long" : error;
}

static bool has_input(const cJSON *blocks) {
  const cJSON *block;
  cJSON_ArrayForEach(block, blocks) if (tree_is(block, "type", "input")) return true;
  return false;
}

const char *blocks_check_view(struct call *call, const cJSON *view, const char *type) {
  struct check check = {.call = call, .errors = cJSON_CreateArray(), .at = "/view"};
  bool modal = strcmp(type, "modal") == 0;
  if (!cJSON_IsObject(view)) complain(&check, "must be an object");
  else check_object(&check, modal ? "{modal}" : "{home}", view, 0);
  if (cJSON_IsArray(json_at(view, "blocks"))) check_blocks(&check, json_at(view, "blocks"), 1000);
  if (modal && has_input(json_at(view, "blocks")) && json_at(view, "submit") == NULL)
    complain(&check, "submit is required when an input block is there");
  return verdict(&check, "invalid_arguments", false);
}
