/* records_json.c: records as JSON and back, and the part of one that a person of certain rights gets to see. */
#include "state/records.h"

#include "bot/base/json.h"
#include "bot/base/json_scan.h"
#include "state/records_walk.h"

/* One written record, as the store keeps it:
 *   {"id":"p17","name":"Aisha","accounts":[{"workspace":"web/city","user":"U1"}],"line_state":"given","line":"s18"} */

static const int64_t whole_max = INT64_C(9007199254740991); /* past 2^53 a JSON number is no longer exact */

/* ---- writing ---- */

struct view {
  struct text *text;   /* borrowed from the caller until it returns, like … */
  const char *letters; /* … these; NULL: every field */
};

static void put_shape(struct view *view, const struct record_shape *shape, const void *record);

/* A text in quotes behind what stands in front of it: one piece, unless it needs escapes. */
static void put_quoted(struct view *view, const char *before, size_t before_bytes, const char *value) {
  size_t bytes = strlen(value);
  char *room = json_plain_bytes(value, 0, bytes) == bytes ? text_add_room(view->text, before_bytes + bytes + 2) : NULL;
  if (room != NULL) {
    room = mempcpy(room, before, before_bytes);
    *room++ = '"';
    room = mempcpy(room, value, bytes);
    *room = '"';
  } else {
    struct json_out out;
    text_add_n(view->text, before, before_bytes);
    json_out_init(&out, view->text);
    json_put_str(&out, NULL, value);
  }
}

/* What stands in brackets was written from `start` on, each item with a comma in front. */
static void enclose(struct view *view, size_t start, const char *brackets) {
  if (view->text->length == start) text_add_char(view->text, brackets[0]);
  else view->text->data[start] = brackets[0];
  text_add_char(view->text, brackets[1]);
}

/* A list's name is written; false: it has nothing to say, or too much. */
static bool list_begins(struct view *view, const struct record_field *field, size_t count, size_t *ret_start) {
  if (count > RECORD_LIST_MAX) view->text->full = true;
  if (count == 0 || count > RECORD_LIST_MAX) return false;
  text_add_n(view->text, field->member, field->member_bytes);
  *ret_start = view->text->length;
  return true;
}

static void put_strs(struct view *view, const struct record_field *field, struct strs list) {
  size_t start;
  if (!list_begins(view, field, list.count, &start)) return;
  for (size_t i = 0; i < list.count; i++) {
    assert(list.items[i] != NULL);
    put_quoted(view, ",", 1, list.items[i]);
  }
  enclose(view, start, "[]");
}

static void put_list(struct view *view, const struct record_field *field, struct list_raw list) {
  size_t start;
  if (!list_begins(view, field, list.count, &start)) return;
  for (size_t i = 0; i < list.count; i++) {
    text_add_char(view->text, ',');
    put_shape(view, field->part, list_item(&list, field->part, i));
  }
  enclose(view, start, "[]");
}

static void put_text(struct view *view, const struct record_field *field, const char *value) {
  if (value != NULL) put_quoted(view, field->member, field->member_bytes, value);
}

static void put_int(struct view *view, const struct record_field *field, int64_t value) {
  char digits[TEXT_DIGITS_MAX];
  assert(value >= -whole_max && value <= whole_max);
  if (value == 0) return;
  text_add_n(view->text, field->member, field->member_bytes);
  text_add_n(view->text, digits, text_digits(value, digits));
}

static void put_bool(struct view *view, const struct record_field *field, bool value) {
  if (!value) return;
  text_add_n(view->text, field->member, field->member_bytes);
  text_add(view->text, "true");
}

static void put_enum(struct view *view, const struct record_field *field, int value) {
  assert(value >= 0 && (size_t)value < field->enum_count);
  put_text(view, field, field->enum_names[value]);
}

static void put_field(struct view *view, const struct record_field *field, const void *record) {
  switch (field->type) {
    case FIELD_STR:
    case FIELD_REF: put_text(view, field, field_text(record, field->offset)); break;
    case FIELD_INT:
    case FIELD_TIME: put_int(view, field, field_int(record, field->offset)); break;
    case FIELD_BOOL: put_bool(view, field, field_bool(record, field->offset)); break;
    case FIELD_ENUM: put_enum(view, field, field_enum(record, field->offset)); break;
    case FIELD_STRS: put_strs(view, field, field_strs(record, field->offset)); break;
    case FIELD_LIST: put_list(view, field, field_list(record, field->offset)); break;
  }
}

static bool is_shown(const struct view *view, const struct record_field *field) {
  return view->letters == NULL || (field->sees[0] != '-' && strpbrk(field->sees, view->letters) != NULL);
}

static void put_shape(struct view *view, const struct record_shape *shape, const void *record) {
  size_t start = view->text->length;
  for (size_t i = 0; i < shape->field_count; i++)
    if (is_shown(view, &shape->fields[i])) put_field(view, &shape->fields[i], record);
  enclose(view, start, "{}");
}

void record_encode(enum record_kind kind, const void *record, struct text *text) {
  struct view view = {.text = text};
  put_shape(&view, record_info(kind)->shape, record);
}

void record_export(enum record_kind kind, const void *record, const char *letters, struct text *text) {
  struct view view = {.text = text, .letters = letters};
  put_shape(&view, record_info(kind)->shape, record);
}

/* ---- reading ---- */

struct place { /* where in the record we are, for notes: person.accounts[1].user */
  const struct place *outer; /* borrowed from the caller's frame */
  const char *name;          /* NULL: an item of `outer` */
  size_t position;
};

static void place_print(const struct place *place, struct text *text) {
  if (place->outer != NULL) place_print(place->outer, text);
  if (place->name == NULL) text_addf(text, "[%zu]", place->position);
  else text_addf(text, "%s%s", place->outer == NULL ? "" : ".", place->name);
}

static enum err refuse(const struct place *place, const char *why) {
  CLEANUP(text_done) struct text path;
  text_init(&path, 200);
  place_print(place, &path);
  return err_note(ERR_BAD_INPUT, "%s: %s", text_str(&path), why);
}

static enum err read_shape(const struct place *place, const struct record_shape *shape, const cJSON *from, struct arena *arena,
                           void *record);

static enum err read_text(const struct place *place, const cJSON *from, struct arena *arena, void *slot) {
  if (!cJSON_IsString(from)) return refuse(place, "a text is expected");
  const char *text = arena_text(arena, from->valuestring);
  memcpy(slot, &text, sizeof text);
  return ERR_NONE;
}

static enum err read_int(const struct place *place, const cJSON *from, void *slot) {
  double written = cJSON_IsNumber(from) ? from->valuedouble : 0.5;
  if (!(written >= -(double)whole_max && written <= (double)whole_max) || (double)(int64_t)written != written)
    return refuse(place, "a whole number is expected");
  int64_t value = (int64_t)written;
  memcpy(slot, &value, sizeof value);
  return ERR_NONE;
}

static enum err read_bool(const struct place *place, const cJSON *from, void *slot) {
  if (!cJSON_IsBool(from)) return refuse(place, "true or false is expected");
  bool value = cJSON_IsTrue(from);
  memcpy(slot, &value, sizeof value);
  return ERR_NONE;
}

static enum err refuse_enum(const struct place *place, const struct record_field *field) {
  CLEANUP(text_done) struct text why;
  text_init(&why, 200);
  text_add(&why, "one of these is expected:");
  for (size_t i = 0; i < field->enum_count; i++) text_addf(&why, " %s", field->enum_names[i]);
  return refuse(place, text_str(&why));
}

static enum err read_enum(const struct place *place, const struct record_field *field, const cJSON *from, void *slot) {
  if (!cJSON_IsString(from)) return refuse_enum(place, field);
  for (int value = 0; (size_t)value < field->enum_count; value++) {
    if (strcmp(field->enum_names[value], from->valuestring) != 0) continue;
    memcpy(slot, &value, sizeof value);
    return ERR_NONE;
  }
  return refuse_enum(place, field);
}

static enum err count_items(const struct place *place, const cJSON *from, size_t *ret_count) {
  if (!cJSON_IsArray(from)) return refuse(place, "a list is expected");
  size_t count = (size_t)cJSON_GetArraySize(from);
  if (count > RECORD_LIST_MAX) return refuse(place, "a list of more than 4096 is not taken");
  *ret_count = count;
  return ERR_NONE;
}
static_assert(RECORD_LIST_MAX == 4096, "the sentence above says so");

static enum err read_strs(const struct place *place, const cJSON *from, struct arena *arena, void *slot) {
  struct strs list = {0};
  enum err err = count_items(place, from, &list.count);
  if (err != ERR_NONE || list.count == 0) return err;
  list.items = arena_alloc(arena, list.count * sizeof *list.items);
  struct place item = {.outer = place};
  for (const cJSON *child = from->child; child != NULL; child = child->next, item.position++) {
    err = read_text(&item, child, arena, &list.items[item.position]);
    if (err != ERR_NONE) return err;
  }
  memcpy(slot, &list, sizeof list);
  return ERR_NONE;
}

static enum err read_list(const struct place *place, const struct record_shape *part, const cJSON *from, struct arena *arena,
                          void *slot) {
  struct list_raw list = {0};
  enum err err = count_items(place, from, &list.count);
  if (err != ERR_NONE || list.count == 0) return err;
  list.items = arena_alloc(arena, list.count * part->bytes);
  struct place item = {.outer = place};
  for (const cJSON *child = from->child; child != NULL; child = child->next, item.position++) {
    err = read_shape(&item, part, child, arena, slot_of(list.items, item.position * part->bytes));
    if (err != ERR_NONE) return err;
  }
  memcpy(slot, &list, sizeof list);
  return ERR_NONE;
}

static enum err read_field(const struct place *place, const struct record_field *field, const cJSON *from, struct arena *arena,
                           void *slot) {
  switch (field->type) {
    case FIELD_STR:
    case FIELD_REF: return read_text(place, from, arena, slot);
    case FIELD_INT:
    case FIELD_TIME: return read_int(place, from, slot);
    case FIELD_BOOL: return read_bool(place, from, slot);
    case FIELD_ENUM: return read_enum(place, field, from, slot);
    case FIELD_STRS: return read_strs(place, from, arena, slot);
    case FIELD_LIST: return read_list(place, field->part, from, arena, slot);
  }
  return ERR_INTERNAL;
}

static enum err read_shape(const struct place *place, const struct record_shape *shape, const cJSON *from, struct arena *arena,
                           void *record) {
  if (!cJSON_IsObject(from)) return refuse(place, "an object is expected");
  for (size_t i = 0; i < shape->field_count; i++) {
    const struct record_field *field = &shape->fields[i];
    const cJSON *child = json_member(from, field->name);
    if (child == NULL) continue;
    struct place inner = {.outer = place, .name = field->name};
    enum err err = read_field(&inner, field, child, arena, slot_of(record, field->offset));
    if (err != ERR_NONE) return err;
  }
  return ERR_NONE;
}

enum err record_decode(enum record_kind kind, const char *json, size_t bytes, struct arena *arena, void **ret_record) {
  const struct record_shape *shape = record_info(kind)->shape;
  CLEANUP(json_freep) cJSON *root = NULL;
  enum err err = json_parse(json, bytes, RECORD_JSON_BYTES_MAX, &root);
  if (err != ERR_NONE) return err;
  void *record = arena_alloc(arena, shape->bytes);
  struct place top = {.name = shape->name};
  err = read_shape(&top, shape, root, arena, record);
  if (err != ERR_NONE) return err;
  const char *id = record_id(kind, record);
  if (id == NULL || id[0] == '\0') return refuse(&(struct place){.outer = &top, .name = "id"}, "an id is expected");
  *ret_record = record;
  return ERR_NONE;
}
