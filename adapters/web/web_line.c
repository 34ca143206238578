/* web_line.c: a journal line as JSON: {"j":12,"k":"say","at":…,"shown":…,"person":"aisha","n":"7f3…","room":"d:aisha","text":"hi"} */
#include "adapters/web/web_line.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/json.h"

static const char *const kind_names[] = {
#define WEB_LINE_AS_NAME(name, text) text,
    WEB_LINE_LIST(WEB_LINE_AS_NAME)
#undef WEB_LINE_AS_NAME
};

static enum web_line_kind kind_from(const char *name) {
  for (size_t i = 0; name != NULL && i < ARRAY_LEN(kind_names); i++)
    if (strcmp(kind_names[i], name) == 0) return (enum web_line_kind)i;
  return WEB_LINE_INVALID_;
}

/* The texts and numbers of a line, both ways from one table. */
static const struct member {
  const char *key;
  size_t offset;
} texts[] = {{"journal", offsetof(struct web_line, journal)}, {"person", offsetof(struct web_line, person)},
             {"n", offsetof(struct web_line, n)},             {"room", offsetof(struct web_line, room)},
             {"message", offsetof(struct web_line, message)}, {"token", offsetof(struct web_line, token)},
             {"change", offsetof(struct web_line, change)},   {"next_words", offsetof(struct web_line, next)},
             {"text", offsetof(struct web_line, text)}},
  numbers[] = {{"shown", offsetof(struct web_line, shown_ms)}, {"due", offsetof(struct web_line, due_ms)},
               {"acked", offsetof(struct web_line, acked)},    {"now", offsetof(struct web_line, now_ms)},
               {"next", offsetof(struct web_line, next_ms)}};

static const char **text_slot(struct web_line *line, size_t i) {
  return (const char **)((char *)line + texts[i].offset);
}

static int64_t *number_slot(struct web_line *line, size_t i) {
  return (int64_t *)((char *)line + numbers[i].offset);
}

/* ---- writing ---- */

static void put_values(struct json_out *out, const struct web_line *line) {
  json_open(out, "values", '{');
  for (size_t i = 0; i < line->value_count; i++) {
    json_open(out, line->values[i].name, '[');
    for (size_t v = 0; v < line->values[i].value_count; v++) json_put_str(out, NULL, line->values[i].values[v]);
    json_close(out, ']');
  }
  json_close(out, '}');
}

void web_line_encode(const struct web_line *line, struct text *text) {
  struct web_line copy = *line; /* the slots are for writing too */
  struct json_out out;
  json_out_init(&out, text);
  json_open(&out, NULL, '{');
  json_put_int(&out, "j", line->number);
  json_put_str(&out, "k", kind_names[line->kind]);
  json_put_int(&out, "at", line->at_ms);
  if (line->kind == WEB_LINE_START) json_put_int(&out, "v", WEB_LINE_VERSION);
  for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
    if (*number_slot(&copy, i) != 0) json_put_int(&out, numbers[i].key, *number_slot(&copy, i));
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) json_put_str(&out, texts[i].key, *text_slot(&copy, i));
  if (line->value_count > 0) put_values(&out, line);
  if (line->frame != NULL) json_put_raw(&out, "frame", line->frame);
  json_close(&out, '}');
  text_add(text, "\n");
}

/* ---- reading ---- */

static enum err read_values(const cJSON *object, struct arena *arena, struct web_line *line) {
  const cJSON *field, *item;
  if (object == NULL) return ERR_NONE;
  struct field_value *values = arena_alloc(arena, (size_t)(cJSON_GetArraySize(object) + 1) * sizeof *values);
  cJSON_ArrayForEach(field, object) {
    const char **list = arena_alloc(arena, (size_t)(cJSON_GetArraySize(field) + 1) * sizeof *list);
    size_t count = 0;
    cJSON_ArrayForEach(item, field) {
      if (!cJSON_IsString(item)) return err_note(ERR_BAD_INPUT, "a value that is no text");
      list[count++] = arena_text(arena, item->valuestring);
    }
    values[line->value_count++] = (struct field_value){.name = arena_text(arena, field->string), .values = list, .value_count = count};
  }
  line->values = values;
  return ERR_NONE;
}

static void read_frame(const cJSON *root, struct arena *arena, struct web_line *line) {
  const cJSON *frame = json_at(root, "frame");
  if (frame == NULL) return;
  char *printed = cJSON_PrintUnformatted(frame);
  assert(printed != NULL);
  line->frame = arena_text(arena, printed);
  cJSON_free(printed);
}

/* What apply takes for granted of a line of this kind. */
static bool complete(const struct web_line *line) {
  switch (line->kind) {
    case WEB_LINE_START: return line->journal != NULL;
    case WEB_LINE_SAY: return line->person != NULL && line->n != NULL && line->room != NULL && line->text != NULL;
    case WEB_LINE_PRESS: case WEB_LINE_FORM:
      return line->person != NULL && line->n != NULL && line->message != NULL && line->token != NULL;
    case WEB_LINE_READ: return line->person != NULL && line->room != NULL && line->message != NULL;
    case WEB_LINE_DEMO: return line->person != NULL && line->change != NULL;
    case WEB_LINE_ACTION: return line->frame != NULL;
    case WEB_LINE_ACK: return line->acked > 0;
    case WEB_LINE_CLOCK: return line->now_ms > 0;
    case WEB_LINE_MAX_: case WEB_LINE_INVALID_: return false;
  }
  return false;
}

enum err web_line_decode(const char *json, size_t bytes, struct arena *arena, struct web_line *ret_line) {
  CLEANUP(json_freep) cJSON *root = NULL;
  enum err err = json_parse(json, bytes, WEB_LINE_BYTES_MAX, &root);
  if (err != ERR_NONE) return err;
  struct web_line line = {.kind = kind_from(json_str(root, "k"))};
  if (!json_int(root, "j", &line.number) || line.number < 1 || !json_int(root, "at", &line.at_ms))
    return err_note(ERR_BAD_INPUT, "a line without its number or time");
  if (line.kind == WEB_LINE_START && json_int_or(root, "v", 0) != WEB_LINE_VERSION)
    return err_note(ERR_BAD_INPUT, "a journal of another version");
  for (size_t i = 0; i < ARRAY_LEN(numbers); i++) *number_slot(&line, i) = json_int_or(root, numbers[i].key, 0);
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) *text_slot(&line, i) = arena_text(arena, json_str(root, texts[i].key));
  read_frame(root, arena, &line);
  err = read_values(json_at(root, "values"), arena, &line);
  if (err == ERR_NONE && !complete(&line)) err = err_note(ERR_BAD_INPUT, "a line of kind \"%s\" that is not complete", json_str_or(root, "k", "?"));
  if (err == ERR_NONE) *ret_line = line;
  return err;
}
