/* args.c: arguments of a call, from a form, from JSON or from the address, made into what the method's row says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/sim/slack/api.h"

enum { NAME_BYTES = 64, ARGS_MAX = 200 };

/* ---- reading ---- */

static int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* In place. False: no UTF-8 came out of it. */
static bool undo_percents(char *text) {
  char *to = text;
  for (const char *at = text; *at != '\0'; at++) {
    int high = at[0] == '%' ? hex(at[1]) : -1, low = high < 0 ? -1 : hex(at[2]);
    *to++ = low >= 0 ? (char)(high * 16 + low) : *at == '+' ? ' ' : *at;
    if (low >= 0) at += 2;
  }
  *to = '\0';
  return text_utf8_valid(text, (size_t)(to - text));
}

static cJSON *read_form(const char *body) {
  char *copy = strdup(body), *rest = copy;
  assert(copy != NULL);
  cJSON *args = cJSON_CreateObject();
  for (int i = 0; rest != NULL && i < ARGS_MAX; i++) {
    char *value = strsep(&rest, "&"), *name = strsep(&value, "=");
    if (name[0] == '\0' || value == NULL || !undo_percents(name) || !undo_percents(value)) continue;
    tree_set(args, name, cJSON_CreateString(value));
  }
  free(copy);
  return args;
}

cJSON *args_read(const struct http_request *request, const char **ret_error) {
  const char *body = text_str(&request->body);
  cJSON *args = NULL;
  bool empty = strspn(body, " \r\n\t") == request->body.length; /* the Python client says JSON and sends nothing */
  if (strncasecmp(request->type, "application/json", 16) == 0 && !empty) {
    err_note_clear();
    enum err err = json_parse(body, request->body.length, HTTP_BODY_BYTES_MAX, &args);
    err_note_clear();
    if (err == ERR_NONE && cJSON_IsObject(args)) return args;
    cJSON_Delete(args);
    *ret_error = err == ERR_NONE ? "json_not_object" : "invalid_json";
    return NULL;
  }
  if (strlen(body) != request->body.length) {
    *ret_error = "invalid_form_data";
    return NULL;
  }
  args = strncasecmp(request->type, "multipart/", 10) == 0 ? cJSON_CreateObject() : read_form(body);
  const cJSON *part;
  cJSON_ArrayForEach(part, request->query) if (json_at(args, part->string) == NULL) tree_copy(args, part->string, part);
  return args;
}

/* ---- checking ---- */

struct want {
  char name[NAME_BYTES], type; /* type: 's' or one of METHOD_LIST's */
  bool required;
};

/* The next argument of a row, or false at its end. */
static bool next_want(const char **row, struct want *ret_want) {
  while (**row == ' ') (*row)++;
  size_t span = strcspn(*row, " ");
  if (span == 0) return false;
  *ret_want = (struct want){.type = 's', .required = **row == '!'};
  const char *name = *row + ret_want->required, *colon = memchr(*row, ':', span);
  if (colon != NULL) ret_want->type = colon[1];
  (void)snprintf(ret_want->name, NAME_BYTES, "%.*s", (int)((colon != NULL ? colon : *row + span) - name), name);
  *row += span;
  return true;
}

static bool known(const char *row, const char *name) {
  static const char always[] = "token team_id _x_gantry charset";
  struct want want;
  while (next_want(&row, &want))
    if (strcmp(want.name, name) == 0) return true;
  return word_in(always, name);
}

static cJSON *as_bool(const cJSON *value) {
  const char *text = cJSON_GetStringValue(value);
  if (cJSON_IsBool(value)) return cJSON_CreateBool(cJSON_IsTrue(value));
  if (text == NULL) return NULL;
  if (word_in("true,1,True", text)) return cJSON_CreateBool(true);
  return word_in("false,0,False", text) || text[0] == '\0' ? cJSON_CreateBool(false) : NULL;
}

static cJSON *as_int(const cJSON *value) {
  char *end = NULL;
  const char *text = cJSON_GetStringValue(value);
  if (cJSON_IsNumber(value)) return cJSON_Duplicate(value, true);
  if (text == NULL || text[0] == '\0' || strlen(text) > 15) return NULL;
  long long number = strtoll(text, &end, 10);
  return *end == '\0' ? cJSON_CreateNumber((double)number) : NULL;
}

static cJSON *as_json(const cJSON *value) {
  const char *text = cJSON_GetStringValue(value);
  if (text == NULL) return cJSON_Duplicate(value, true);
  cJSON *tree = NULL;
  err_note_clear();
  if (json_parse(text, strlen(text), HTTP_BODY_BYTES_MAX, &tree) != ERR_NONE) tree = NULL;
  err_note_clear();
  return tree;
}

/* "U1,U2" and ["U1","U2"] are the same. */
static cJSON *as_list(const cJSON *value) {
  const char *text = cJSON_GetStringValue(value);
  if (cJSON_IsArray(value)) return cJSON_Duplicate(value, true);
  if (text == NULL) return NULL;
  char *copy = strdup(text), *rest = copy;
  assert(copy != NULL);
  cJSON *list = cJSON_CreateArray();
  while (rest != NULL) {
    char *part = strsep(&rest, ",");
    part += strspn(part, " ");
    if (part[0] != '\0') tree_str(list, NULL, part);
  }
  free(copy);
  return list;
}

static cJSON *as_text(const cJSON *value) {
  return cJSON_IsString(value) ? cJSON_Duplicate(value, true) : NULL;
}

static cJSON *as_type(const cJSON *value, char type) {
  switch (type) {
  case 'b': return as_bool(value);
  case 'i': return as_int(value);
  case 'j': return as_json(value);
  case 'l': return as_list(value);
  default: return as_text(value);
  }
}

static void check_one(struct call *call, const struct want *want, const cJSON *given) {
  const cJSON *value = cJSON_GetObjectItemCaseSensitive(given, want->name);
  bool empty = value == NULL || cJSON_IsNull(value) || (cJSON_IsString(value) && value->valuestring[0] == '\0' && want->type != 'e');
  if (empty && want->required) api_complain(call, "[ERROR] missing required field: %s", want->name);
  if (value == NULL || cJSON_IsNull(value)) return;
  cJSON *made = empty ? cJSON_CreateString("") : as_type(value, want->type);
  if (made == NULL) api_complain(call, "[ERROR] wrong type of value [json-pointer:/%s]", want->name);
  tree_put(call->args, want->name, made);
}

const char *args_check(struct call *call, cJSON *given) {
  const char *row = call->method->args;
  struct want want;
  const cJSON *value;
  while (next_want(&row, &want)) check_one(call, &want, given);
  cJSON_ArrayForEach(value, given) if (!known(call->method->args, value->string))
      api_complain(call, "[ERROR] unknown argument: %.100s", value->string);
  return json_at(call->answer, "response_metadata") == NULL ? NULL : "invalid_arguments";
}

/* ---- for the methods ---- */

const char *arg(const struct call *call, const char *name) {
  const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(call->args, name));
  return text == NULL || text[0] == '\0' ? NULL : text;
}

int64_t arg_int(const struct call *call, const char *name, int64_t otherwise) {
  return json_int_or(call->args, name, otherwise);
}

bool arg_bool(const struct call *call, const char *name, bool otherwise) {
  return json_bool_or(call->args, name, otherwise);
}

/* An empty text stands for nothing. */
const cJSON *arg_json(const struct call *call, const char *name) {
  const cJSON *value = cJSON_GetObjectItemCaseSensitive(call->args, name);
  return cJSON_IsString(value) && value->valuestring[0] == '\0' ? NULL : value;
}
