/* link_frame_read.c: one line of JSON becomes a frame, by the tables of link_fields.h.
 * {"t":"event","id":"web/city/7","workspace":"web/city","at":1772445600123,"kind":"text","person":{"id":"aisha"},"text":"hi"} */
#include <string.h>

#include "adapters/kit/link_fields.h"
#include "bot/base/json.h"

/* One field being read: its row, what was said, the struct it goes to. */
struct reading {
  struct arena *arena;             /* borrowed from the caller of link_frame_decode */
  const struct link_fields *fields; /* borrowed from the tables */
  const struct link_field *field;   /* borrowed from the tables */
  const cJSON *item;                /* borrowed from the tree, which is the arena's; it is there, and not null */
  void *base;                       /* borrowed from the caller */
};

static bool read_fields(struct arena *arena, const struct link_fields *fields, const cJSON *object, void *base);

static bool refuse(const struct reading *r, const char *why) {
  return link_field_refuse(r->fields, r->field, why);
}

static bool checked(const struct reading *r) {
  return link_field_check(r->fields, r->field, r->base);
}

static void *member(const struct reading *r) {
  return link_member(r->field, r->base);
}

/* Room for as many elements as `item` has; false when it is no list or has too many. */
static bool read_many(const struct reading *r, size_t bytes, void *ret_elements) {
  size_t count = 0;
  const cJSON *child;
  cJSON_ArrayForEach(child, r->item) count++;
  if (count > (size_t)r->field->max) return refuse(r, "holds too many");
  void *elements = count == 0 ? NULL : arena_alloc(r->arena, count * bytes);
  memcpy(member(r), &elements, sizeof elements);
  memcpy((char *)r->base + r->field->count_at, &count, sizeof count);
  memcpy(ret_elements, &elements, sizeof elements);
  return true;
}

/* ---- one function a shape ---- */

static bool read_text(const struct reading *r) {
  if (!cJSON_IsString(r->item)) return refuse(r, "is not a text");
  *(const char **)member(r) = r->item->valuestring;
  return checked(r);
}

static bool read_number(const struct reading *r) {
  int64_t value;
  if (!json_whole(r->item, &value)) return refuse(r, "is not a whole number");
  if (value < 0 || value > r->field->max) return refuse(r, "is out of bounds");
  switch (r->field->shape) {
    case SHAPE_INT: *(int *)member(r) = (int)value; break;
    case SHAPE_SIZE: *(size_t *)member(r) = (size_t)value; break;
    case SHAPE_SECONDS: *(int64_t *)member(r) = value * 1000; break;
    default: *(int64_t *)member(r) = value;
  }
  return true;
}

static bool read_bool(const struct reading *r) {
  if (!cJSON_IsBool(r->item)) return refuse(r, "is neither true nor false");
  *(bool *)member(r) = cJSON_IsTrue(r->item);
  return true;
}

static bool read_word(const struct reading *r) {
  if (!cJSON_IsString(r->item)) return refuse(r, "is not a text");
  return r->field->word->value(r->item->valuestring, member(r)) || refuse(r, "is not one of its words");
}

static bool read_part(const struct reading *r) {
  if (!cJSON_IsObject(r->item)) return refuse(r, "is not an object");
  if (!read_fields(r->arena, r->field->inner, r->item, member(r))) return false;
  return !r->field->needed || link_part_is_set(r->field->inner, member(r)) || refuse(r, "is empty");
}

static bool read_pointed(const struct reading *r) {
  if (!cJSON_IsObject(r->item)) return refuse(r, "is not an object");
  void *part = arena_alloc(r->arena, r->field->inner->bytes);
  *(void **)member(r) = part;
  return read_fields(r->arena, r->field->inner, r->item, part);
}

static bool read_list(const struct reading *r) {
  char *element;
  if (!cJSON_IsArray(r->item)) return refuse(r, "is not a list");
  if (!read_many(r, r->field->inner->bytes, &element)) return false;
  const cJSON *child;
  cJSON_ArrayForEach(child, r->item) {
    if (!cJSON_IsObject(child)) return refuse(r, "holds something that is not an object");
    if (!read_fields(r->arena, r->field->inner, child, element)) return false;
    element += r->field->inner->bytes;
  }
  return true;
}

static bool read_texts(const struct reading *r) {
  const char **text;
  if (!cJSON_IsArray(r->item)) return refuse(r, "is not a list");
  if (!read_many(r, sizeof *text, &text)) return false;
  const cJSON *child;
  cJSON_ArrayForEach(child, r->item) {
    if (!cJSON_IsString(child)) return refuse(r, "holds something that is not a text");
    *text++ = child->valuestring;
  }
  return checked(r);
}

/* A form's field: "x" or ["x","y"]. */
static bool read_value(const struct reading *r, const cJSON *item, struct field_value *ret_value) {
  bool list = cJSON_IsArray(item);
  const cJSON *child, *first = list ? item->child : item;
  size_t count = 0;
  for (child = first; child != NULL; child = list ? child->next : NULL) {
    if (!cJSON_IsString(child)) return refuse(r, "holds something that is not a text");
    count++;
  }
  const char **texts = count == 0 ? NULL : arena_alloc(r->arena, count * sizeof *texts);
  child = first;
  for (size_t i = 0; i < count; i++, child = child->next) texts[i] = child->valuestring;
  *ret_value = (struct field_value){.name = item->string, .values = texts, .value_count = count};
  return true;
}

static bool read_values(const struct reading *r) {
  struct field_value *value;
  if (!cJSON_IsObject(r->item)) return refuse(r, "is not an object");
  if (!read_many(r, sizeof *value, &value)) return false;
  const cJSON *child;
  cJSON_ArrayForEach(child, r->item) {
    if (!read_value(r, child, value++)) return false;
  }
  return checked(r);
}

static bool (*const readers[SHAPE_MAX_])(const struct reading *) = {
  [SHAPE_ID] = read_text,        [SHAPE_TEXT] = read_text,     [SHAPE_BASE64] = read_text, [SHAPE_INT] = read_number,
  [SHAPE_SIZE] = read_number,    [SHAPE_MS] = read_number,     [SHAPE_SECONDS] = read_number,
  [SHAPE_VERSION] = read_number, [SHAPE_BOOL] = read_bool,     [SHAPE_WORD] = read_word,   [SHAPE_PART] = read_part,
  [SHAPE_POINTED] = read_pointed, [SHAPE_LIST] = read_list,    [SHAPE_TEXTS] = read_texts, [SHAPE_VALUES] = read_values,
};

static bool read_fields(struct arena *arena, const struct link_fields *fields, const cJSON *object, void *base) {
  for (size_t i = 0; i < fields->count; i++) {
    const struct link_field *field = &fields->rows[i];
    struct reading r = {.arena = arena, .fields = fields, .field = field, .base = base};
    r.item = json_member(object, field->name);
    bool absent = r.item == NULL || cJSON_IsNull(r.item);
    if (absent && field->needed) return refuse(&r, "is missing");
    if (!absent && !readers[field->shape](&r)) return false;
  }
  return true;
}

/* ---- the line ---- */

static bool read_line_name(const cJSON *object, enum link_line *ret_line) {
  const cJSON *said = json_member(object, "t");
  const char *name = cJSON_IsString(said) ? said->valuestring : "";
  for (int line = 0; line < LINE_MAX_; line++) {
    if (strcmp(name, link_line_name((enum link_line)line)) != 0) continue;
    *ret_line = (enum link_line)line;
    return true;
  }
  return false;
}

/* A hello of another version may look different; only its version is ours to read. */
static bool is_other_version(const cJSON *object, struct link_frame *frame) {
  int64_t version;
  if (frame->line != LINE_HELLO || !json_int(object, "v", &version) || version == LINK_VERSION) return false;
  frame->version = version > 0 && version <= INT32_MAX ? (int)version : -1;
  return true;
}

static bool read_line(const cJSON *object, struct arena *arena, struct link_frame *frame) {
  if (is_other_version(object, frame)) return true;
  bool from_adapter = frame->line == LINE_HELLO && json_member(object, "platform") != NULL;
  if (!read_fields(arena, link_fields_of(frame->line, from_adapter), object, frame)) return false;
  if (!read_fields(arena, link_fields_of_kind(frame), object, frame)) return false;
  link_frame_name(frame);
  return link_target_check(frame);
}

enum err link_frame_decode(const char *line, size_t bytes, struct arena *arena, struct link_frame *ret_frame) {
  static const struct json_bounds bounds = {.bytes_max = LINK_FRAME_BYTES_MAX, .depth_max = JSON_DEPTH_MAX};
  const cJSON *root;
  if (json_parse_in(arena, line, bytes, bounds, &root) != ERR_NONE) return ERR_BAD_INPUT;
  struct link_frame frame = {.line = LINE_MAX_};
  if (!cJSON_IsObject(root)) return err_note(ERR_BAD_INPUT, "the line is not an object");
  if (!read_line_name(root, &frame.line)) return err_note(ERR_BAD_INPUT, "t is no line of this protocol");
  if (!read_line(root, arena, &frame)) return ERR_BAD_INPUT; /* noted where it was found */
  *ret_frame = frame;
  return ERR_NONE;
}
