/* link_frame.c: the names of the lines, and whether a frame is complete and within bounds. */
#include "adapters/kit/link_frame.h"

#include <string.h>

#include "adapters/kit/link_fields.h"

#define AS_NAME(name, text, from) text,
static const char *const line_names[] = {LINK_LINE_LIST(AS_NAME)};
#undef AS_NAME
#define AS_SENDERS(name, text, from) from,
static const char *const line_senders[] = {LINK_LINE_LIST(AS_SENDERS)};
#undef AS_SENDERS

const char *link_line_name(enum link_line line) {
  assert(line < LINE_MAX_);
  return line_names[line];
}

bool link_line_from_bot(enum link_line line) {
  assert(line < LINE_MAX_);
  return strchr(line_senders[line], 'B') != NULL;
}

bool link_line_from_adapter(enum link_line line) {
  assert(line < LINE_MAX_);
  return strchr(line_senders[line], 'A') != NULL;
}

/* ---- the check: one function a shape; false with a note ---- */

static bool check_fields(const struct link_fields *fields, const void *base);

bool link_field_refuse(const struct link_fields *fields, const struct link_field *field, const char *why) {
  (void)err_note(ERR_BAD_INPUT, "%s.%s %s", fields->title, field->name, why);
  return false;
}

static bool has_control(const char *text) {
  for (; *text != '\0'; text++) {
    if ((unsigned char)*text < ' ' || *text == 0x7f) return true;
  }
  return false;
}

static bool is_base64(const char *text) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t length = strlen(text), plain = strspn(text, letters), filling = strspn(text + plain, "=");
  return length % 4 == 0 && filling <= 2 && plain + filling == length;
}

static bool check_text(const struct link_fields *fields, const struct link_field *field, const char *text) {
  if (text == NULL) return !field->needed || link_field_refuse(fields, field, "is missing");
  if (strlen(text) > (size_t)field->max) return link_field_refuse(fields, field, "is too long");
  if (field->shape == SHAPE_ID && text[0] == '\0') return link_field_refuse(fields, field, "is empty");
  if (field->shape == SHAPE_ID && has_control(text)) return link_field_refuse(fields, field, "holds a control character");
  if (field->shape == SHAPE_BASE64 && !is_base64(text)) return link_field_refuse(fields, field, "is not base64");
  return true;
}

static bool check_number(const struct link_fields *fields, const struct link_field *field, int64_t value) {
  return (value >= 0 && value <= field->max) || link_field_refuse(fields, field, "is out of bounds");
}

static bool check_texts(const struct link_fields *fields, const struct link_field *field, const char *const *texts,
                        size_t count, size_t max) {
  if (count > max) return link_field_refuse(fields, field, "holds too many");
  for (size_t i = 0; i < count; i++) {
    if (texts[i] == NULL || strlen(texts[i]) > LINK_TEXT_BYTES_MAX) return link_field_refuse(fields, field, "holds a text that is too long");
  }
  return true;
}

static bool check_values(const struct link_fields *fields, const struct link_field *field, const struct field_value *values,
                         size_t count) {
  if (count > (size_t)field->max) return link_field_refuse(fields, field, "holds too many");
  for (size_t i = 0; i < count; i++) {
    const struct field_value *value = &values[i];
    if (value->name == NULL || value->name[0] == '\0' || strlen(value->name) > LINK_ID_BYTES_MAX || has_control(value->name))
      return link_field_refuse(fields, field, "holds a bad name");
    if (!check_texts(fields, field, value->values, value->value_count, LINK_FORM_VALUES_MAX)) return false;
  }
  return true;
}

static bool check_list(const struct link_fields *fields, const struct link_field *field, const void *base) {
  const char *elements = *(const char *const *)link_member_const(field, base);
  size_t count = link_count(field, base);
  if (count > (size_t)field->max) return link_field_refuse(fields, field, "holds too many");
  for (size_t i = 0; i < count; i++) {
    if (!check_fields(field->inner, elements + i * field->inner->bytes)) return false;
  }
  return true;
}

static bool check_part(const struct link_fields *fields, const struct link_field *field, const void *base) {
  const void *part = link_member_const(field, base);
  if (!link_part_is_set(field->inner, part)) return !field->needed || link_field_refuse(fields, field, "is missing");
  return check_fields(field->inner, part);
}

static bool check_pointed(const struct link_fields *fields, const struct link_field *field, const void *base) {
  const void *part = *(const void *const *)link_member_const(field, base);
  if (part == NULL) return !field->needed || link_field_refuse(fields, field, "is missing");
  return check_fields(field->inner, part);
}

bool link_field_check(const struct link_fields *fields, const struct link_field *field, const void *base) {
  const void *member = link_member_const(field, base);
  switch (field->shape) {
    case SHAPE_ID:
    case SHAPE_TEXT:
    case SHAPE_BASE64: return check_text(fields, field, *(const char *const *)member);
    case SHAPE_INT: return check_number(fields, field, *(const int *)member);
    case SHAPE_SIZE: return check_number(fields, field, *(const size_t *)member > INT32_MAX ? -1 : (int64_t)*(const size_t *)member);
    case SHAPE_MS:
    case SHAPE_VERSION: return check_number(fields, field, *(const int64_t *)member);
    case SHAPE_SECONDS: return check_number(fields, field, (*(const int64_t *)member + 999) / 1000);
    case SHAPE_BOOL: return true;
    case SHAPE_WORD: return field->word->name(*(const int *)member) != NULL || link_field_refuse(fields, field, "has no name on the link");
    case SHAPE_PART: return check_part(fields, field, base);
    case SHAPE_POINTED: return check_pointed(fields, field, base);
    case SHAPE_LIST: return check_list(fields, field, base);
    case SHAPE_TEXTS:
      return check_texts(fields, field, *(const char *const *const *)member, link_count(field, base), (size_t)field->max);
    case SHAPE_VALUES: return check_values(fields, field, *(const struct field_value *const *)member, link_count(field, base));
    case SHAPE_MAX_: break;
  }
  return false;
}

static bool check_fields(const struct link_fields *fields, const void *base) {
  for (size_t i = 0; i < fields->count; i++) {
    if (!link_field_check(fields, &fields->rows[i], base)) return false;
  }
  return true;
}

void link_frame_name(struct link_frame *frame) {
  if (frame->line == LINE_EVENT) {
    frame->id = frame->event.id;
    frame->workspace = frame->event.workspace;
  }
  if (frame->line == LINE_ACTION) {
    frame->id = frame->action.id;
    frame->workspace = frame->action.workspace;
  }
}

bool link_target_check(const struct link_frame *frame) {
  if (frame->line != LINE_ACTION || frame->action.person == NULL || frame->action.room == NULL) return true;
  (void)err_note(ERR_BAD_INPUT, "to names a person and a room, it may be one only");
  return false;
}

enum err link_frame_check(const struct link_frame *frame) {
  const struct link_fields *fields = link_fields_of(frame->line, frame->platform != NULL);
  bool good = check_fields(fields, frame) && check_fields(link_fields_of_kind(frame), frame) && link_target_check(frame);
  return good ? ERR_NONE : ERR_BAD_INPUT;
}
