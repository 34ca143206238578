/* link_frame_write.c: a frame becomes one line of JSON, by the tables of link_fields.h. */
#include "adapters/kit/link_fields.h"
#include "bot/base/json.h"

static void write_fields(struct json_out *out, const struct link_fields *fields, const void *base);

static void write_number(struct json_out *out, const struct link_field *field, int64_t value) {
  if (value != 0 || field->needed) json_put_int(out, field->name, value);
}

static void write_object(struct json_out *out, const char *name, const struct link_fields *fields, const void *base) {
  json_open(out, name, '{');
  write_fields(out, fields, base);
  json_close(out, '}');
}

static void write_list(struct json_out *out, const struct link_field *field, const char *elements, size_t count) {
  json_open(out, field->name, '[');
  for (size_t i = 0; i < count; i++) write_object(out, NULL, field->inner, elements + i * field->inner->bytes);
  json_close(out, ']');
}

static void write_texts(struct json_out *out, const char *name, const char *const *texts, size_t count) {
  json_open(out, name, '[');
  for (size_t i = 0; i < count; i++) json_put_str(out, NULL, texts[i]);
  json_close(out, ']');
}

static void write_values(struct json_out *out, const struct link_field *field, const struct field_value *values, size_t count) {
  json_open(out, field->name, '{');
  for (size_t i = 0; i < count; i++) {
    if (values[i].value_count == 1) json_put_str(out, values[i].name, values[i].values[0]);
    else write_texts(out, values[i].name, values[i].values, values[i].value_count);
  }
  json_close(out, '}');
}

static void write_many(struct json_out *out, const struct link_field *field, const void *base) {
  const void *elements = *(const void *const *)link_member_const(field, base);
  size_t count = link_count(field, base);
  if (count == 0 && !field->needed) return;
  if (field->shape == SHAPE_LIST) write_list(out, field, elements, count);
  else if (field->shape == SHAPE_TEXTS) write_texts(out, field->name, elements, count);
  else write_values(out, field, elements, count);
}

static void write_word(struct json_out *out, const struct link_field *field, int value) {
  if (value != 0 || field->needed) json_put_str(out, field->name, field->word->name(value));
}

static void write_pointed(struct json_out *out, const struct link_field *field, const void *part) {
  if (part != NULL) write_object(out, field->name, field->inner, part);
}

static void write_field(struct json_out *out, const struct link_field *field, const void *base) {
  const void *member = link_member_const(field, base);
  switch (field->shape) {
    case SHAPE_ID:
    case SHAPE_TEXT:
    case SHAPE_BASE64: json_put_str(out, field->name, *(const char *const *)member); break;
    case SHAPE_INT: write_number(out, field, *(const int *)member); break;
    case SHAPE_SIZE: write_number(out, field, (int64_t)*(const size_t *)member); break;
    case SHAPE_MS:
    case SHAPE_VERSION: write_number(out, field, *(const int64_t *)member); break;
    case SHAPE_SECONDS: write_number(out, field, (*(const int64_t *)member + 999) / 1000); break; /* rather later than sooner */
    case SHAPE_BOOL:
      if (*(const bool *)member) json_put_bool(out, field->name, true);
      break;
    case SHAPE_WORD: write_word(out, field, *(const int *)member); break;
    case SHAPE_PART:
      if (link_part_is_set(field->inner, member)) write_object(out, field->name, field->inner, member);
      break;
    case SHAPE_POINTED: write_pointed(out, field, *(const void *const *)member); break;
    case SHAPE_LIST:
    case SHAPE_TEXTS:
    case SHAPE_VALUES: write_many(out, field, base); break;
    case SHAPE_MAX_: break;
  }
}

static void write_fields(struct json_out *out, const struct link_fields *fields, const void *base) {
  for (size_t i = 0; i < fields->count; i++) write_field(out, &fields->rows[i], base);
}

enum err link_frame_encode(const struct link_frame *frame, struct text *text) {
  struct json_out out;
  if (link_frame_check(frame) != ERR_NONE) return ERR_BAD_INPUT;
  json_out_init(&out, text);
  json_open(&out, NULL, '{');
  json_put_str(&out, "t", link_line_name(frame->line));
  write_fields(&out, link_fields_of(frame->line, frame->platform != NULL), frame);
  write_fields(&out, link_fields_of_kind(frame), frame);
  json_close(&out, '}');
  text_add(text, "\n");
  return ERR_NONE;
}
