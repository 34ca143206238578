/* link_frame_copy.c: a frame that shall live longer than the line it came in, copied by the tables of link_fields.h. */
#include <string.h>

#include "adapters/kit/link_fields.h"

static void copy_fields(const struct link_fields *fields, const void *from, struct arena *arena, void *to);

static void copy_number(const struct link_field *field, const void *from, void *to) {
  switch (field->shape) {
    case SHAPE_INT: *(int *)to = *(const int *)from; break;
    case SHAPE_WORD: *(int *)to = *(const int *)from; break;
    case SHAPE_SIZE: *(size_t *)to = *(const size_t *)from; break;
    case SHAPE_BOOL: *(bool *)to = *(const bool *)from; break;
    default: *(int64_t *)to = *(const int64_t *)from;
  }
}

static void copy_texts(const char *const *from, size_t count, struct arena *arena, const char **to) {
  for (size_t i = 0; i < count; i++) to[i] = arena_text(arena, from[i]);
}

static void copy_value(const struct field_value *from, struct arena *arena, struct field_value *to) {
  const char **texts = from->value_count == 0 ? NULL : arena_alloc(arena, from->value_count * sizeof *texts);
  copy_texts(from->values, from->value_count, arena, texts);
  *to = (struct field_value){.name = arena_text(arena, from->name), .values = texts, .value_count = from->value_count};
}

static void copy_element(const struct link_field *field, const void *from, size_t at, struct arena *arena, void *to) {
  size_t bytes = field->shape == SHAPE_LIST ? field->inner->bytes : 0;
  if (field->shape == SHAPE_VALUES) copy_value((const struct field_value *)from + at, arena, (struct field_value *)to + at);
  else copy_fields(field->inner, (const char *)from + at * bytes, arena, (char *)to + at * bytes);
}

static void copy_many(const struct link_field *field, const void *from_base, struct arena *arena, void *to_base) {
  size_t count = link_count(field, from_base), bytes = field->shape == SHAPE_VALUES ? sizeof(struct field_value) : sizeof(const char *);
  const void *from = *(const void *const *)link_member_const(field, from_base);
  if (field->shape == SHAPE_LIST) bytes = field->inner->bytes;
  void *to = count == 0 ? NULL : arena_alloc(arena, count * bytes);
  *(void **)link_member(field, to_base) = to;
  memcpy((char *)to_base + field->count_at, &count, sizeof count);
  if (field->shape == SHAPE_TEXTS) copy_texts(from, count, arena, to);
  else
    for (size_t i = 0; i < count; i++) copy_element(field, from, i, arena, to);
}

static void copy_pointed(const struct link_field *field, const void *from, struct arena *arena, void **to) {
  if (from == NULL) return;
  *to = arena_alloc(arena, field->inner->bytes);
  copy_fields(field->inner, from, arena, *to);
}

static void copy_field(const struct link_field *field, const void *from_base, struct arena *arena, void *to_base) {
  const void *from = link_member_const(field, from_base);
  void *to = link_member(field, to_base);
  switch (field->shape) {
    case SHAPE_ID:
    case SHAPE_TEXT:
    case SHAPE_BASE64: *(const char **)to = arena_text(arena, *(const char *const *)from); break;
    case SHAPE_PART: copy_fields(field->inner, from, arena, to); break;
    case SHAPE_POINTED: copy_pointed(field, *(const void *const *)from, arena, to); break;
    case SHAPE_LIST:
    case SHAPE_TEXTS:
    case SHAPE_VALUES: copy_many(field, from_base, arena, to_base); break;
    default: copy_number(field, from, to);
  }
}

static void copy_fields(const struct link_fields *fields, const void *from, struct arena *arena, void *to) {
  for (size_t i = 0; i < fields->count; i++) copy_field(&fields->rows[i], from, arena, to);
}

void link_frame_copy(const struct link_frame *frame, struct arena *arena, struct link_frame *ret_copy) {
  struct link_frame copy = {.line = frame->line};
  copy_fields(link_fields_of(frame->line, frame->platform != NULL), frame, arena, &copy);
  copy_fields(link_fields_of_kind(frame), frame, arena, &copy);
  link_frame_name(&copy);
  *ret_copy = copy;
}
