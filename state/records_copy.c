/* records_copy.c: records copied in one piece and compared, and the lists inside them made longer. */
#include "state/records.h"

#include <stdarg.h>
#include <stdlib.h>

#include "state/records_walk.h"

/* A copy is one block: the structs in front, all texts behind them. First it is measured, then laid out. */
struct block {
  size_t structs, texts;   /* bytes: needed while measuring, given away while laying out */
  char *struct_at, *text_at; /* borrowed from the copy that is being made */
};

static size_t aligned(size_t bytes) {
  return (bytes + 7) & ~(size_t)7;
}

/* ---- measuring ---- */

static void measure_text(struct block *block, const char *text) {
  if (text != NULL) block->texts += strlen(text) + 1;
}

static void measure(struct block *block, const struct record_shape *shape, const void *record);

static void measure_strs(struct block *block, struct strs list) {
  block->structs += list.count * sizeof *list.items;
  for (size_t i = 0; i < list.count; i++) measure_text(block, list.items[i]);
}

static void measure_list(struct block *block, const struct record_shape *part, struct list_raw list) {
  block->structs += aligned(list.count * part->bytes);
  for (size_t i = 0; i < list.count; i++) measure(block, part, list_item(&list, part, i));
}

static void measure(struct block *block, const struct record_shape *shape, const void *record) {
  for (size_t i = 0; i < shape->field_count; i++) {
    const struct record_field *field = &shape->fields[i];
    if (field->type == FIELD_STR || field->type == FIELD_REF) measure_text(block, field_text(record, field->offset));
    else if (field->type == FIELD_STRS) measure_strs(block, field_strs(record, field->offset));
    else if (field->type == FIELD_LIST) measure_list(block, field->part, field_list(record, field->offset));
  }
}

/* ---- laying out ---- */

static void *take_struct(struct block *block, size_t bytes) {
  void *piece = block->struct_at;
  block->struct_at += aligned(bytes);
  return piece;
}

static const char *lay_text(struct block *block, const char *text) {
  if (text == NULL) return NULL;
  size_t bytes = strlen(text) + 1;
  char *copy = memcpy(block->text_at, text, bytes);
  block->text_at += bytes;
  return copy;
}

static void lay(struct block *block, const struct record_shape *shape, const void *from, void *to);

static void lay_strs(struct block *block, struct strs from, void *slot) {
  struct strs copy = {0};
  if (from.count > 0) {
    copy.items = take_struct(block, from.count * sizeof *copy.items);
    copy.count = from.count;
  }
  for (size_t i = 0; i < from.count; i++) copy.items[i] = lay_text(block, from.items[i]);
  memcpy(slot, &copy, sizeof copy);
}

static void lay_list(struct block *block, const struct record_shape *part, struct list_raw from, void *slot) {
  struct list_raw copy = {0};
  if (from.count > 0) {
    copy.items = take_struct(block, from.count * part->bytes);
    copy.count = from.count;
  }
  for (size_t i = 0; i < from.count; i++)
    lay(block, part, list_item(&from, part, i), slot_of(copy.items, i * part->bytes));
  memcpy(slot, &copy, sizeof copy);
}

static void lay(struct block *block, const struct record_shape *shape, const void *from, void *to) {
  memcpy(to, from, shape->bytes);
  for (size_t i = 0; i < shape->field_count; i++) {
    const struct record_field *field = &shape->fields[i];
    void *slot = slot_of(to, field->offset);
    if (field->type == FIELD_STR || field->type == FIELD_REF) {
      const char *text = lay_text(block, field_text(from, field->offset));
      memcpy(slot, &text, sizeof text);
    } else if (field->type == FIELD_STRS) {
      lay_strs(block, field_strs(from, field->offset), slot);
    } else if (field->type == FIELD_LIST) {
      lay_list(block, field->part, field_list(from, field->offset), slot);
    }
  }
}

/* In the arena, or in one malloc block where `arena` is NULL. */
static void *copied(enum record_kind kind, const void *record, struct arena *arena) {
  const struct record_shape *shape = record_info(kind)->shape;
  struct block block = {.structs = aligned(shape->bytes)};
  measure(&block, shape, record);
  void *copy = arena == NULL ? malloc(block.structs + block.texts) : arena_alloc(arena, block.structs + block.texts);
  assert(copy != NULL);
  block.struct_at = copy;
  block.text_at = block.struct_at + block.structs;
  lay(&block, shape, record, take_struct(&block, shape->bytes));
  return copy;
}

void *record_copy(enum record_kind kind, const void *record, struct arena *arena) {
  assert(arena != NULL);
  return copied(kind, record, arena);
}

void *record_pack(enum record_kind kind, const void *record) {
  return copied(kind, record, NULL);
}

/* ---- comparing ---- */

static bool shape_same(const struct record_shape *shape, const void *a, const void *b);

static bool text_same(const char *a, const char *b) {
  return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool strs_same(struct strs a, struct strs b) {
  if (a.count != b.count) return false;
  for (size_t i = 0; i < a.count; i++)
    if (!text_same(a.items[i], b.items[i])) return false;
  return true;
}

static bool list_same(const struct record_shape *part, struct list_raw a, struct list_raw b) {
  if (a.count != b.count) return false;
  for (size_t i = 0; i < a.count; i++)
    if (!shape_same(part, list_item(&a, part, i), list_item(&b, part, i))) return false;
  return true;
}

static bool field_same(const struct record_field *field, const void *a, const void *b) {
  size_t at = field->offset;
  switch (field->type) {
    case FIELD_STR:
    case FIELD_REF: return text_same(field_text(a, at), field_text(b, at));
    case FIELD_INT:
    case FIELD_TIME: return field_int(a, at) == field_int(b, at);
    case FIELD_BOOL: return field_bool(a, at) == field_bool(b, at);
    case FIELD_ENUM: return field_enum(a, at) == field_enum(b, at);
    case FIELD_STRS: return strs_same(field_strs(a, at), field_strs(b, at));
    case FIELD_LIST: return list_same(field->part, field_list(a, at), field_list(b, at));
  }
  return false;
}

static bool shape_same(const struct record_shape *shape, const void *a, const void *b) {
  for (size_t i = 0; i < shape->field_count; i++)
    if (!field_same(&shape->fields[i], a, b)) return false;
  return true;
}

bool record_same(enum record_kind kind, const void *a, const void *b) {
  return shape_same(record_info(kind)->shape, a, b);
}

/* ---- lists ---- */

struct strs strs_of(struct arena *arena, size_t count, ...) {
  struct strs list = {.count = count};
  if (count > 0) list.items = arena_alloc(arena, count * sizeof *list.items);
  va_list args;
  va_start(args, count);
  for (size_t i = 0; i < count; i++) {
    list.items[i] = arena_text(arena, va_arg(args, const char *));
    assert(list.items[i] != NULL);
  }
  va_end(args);
  return list;
}

struct strs strs_plus(struct arena *arena, struct strs list, const char *one) {
  assert(one != NULL);
  struct strs longer = {.items = arena_alloc(arena, (list.count + 1) * sizeof *list.items), .count = list.count + 1};
  if (list.count > 0) memcpy(longer.items, list.items, list.count * sizeof *list.items);
  longer.items[list.count] = arena_text(arena, one);
  return longer;
}

/* Asked a million times in a round of matching: most items differ in their first letter. */
bool strs_has(struct strs list, const char *one) {
  for (size_t i = 0; i < list.count; i++)
    if (list.items[i][0] == one[0] && strcmp(list.items[i], one) == 0) return true;
  return false;
}

struct grown { /* in front of the items of a list that list_add made */
  size_t capacity, used;
  _Alignas(16) char items[];
};

/* In place only when these are the very items we made and nobody else went on behind them. */
static bool has_room(const struct list_raw *list) {
  const struct grown *grown = list->grown;
  return grown != NULL && list->items == grown->items && list->count == grown->used && grown->used < grown->capacity;
}

static void grow(struct arena *arena, struct list_raw *list, size_t item_bytes) {
  size_t capacity = list->count < 4 ? 4 : 2 * list->count;
  struct grown *grown = arena_alloc(arena, sizeof *grown + capacity * item_bytes);
  grown->capacity = capacity;
  grown->used = list->count;
  if (list->count > 0) memcpy(grown->items, list->items, list->count * item_bytes);
  list->items = grown->items;
  list->grown = grown;
}

void *list_add(struct arena *arena, void *list, size_t item_bytes) {
  struct list_raw raw;
  memcpy(&raw, list, sizeof raw);
  if (!has_room(&raw)) grow(arena, &raw, item_bytes);
  ((struct grown *)raw.grown)->used = ++raw.count;
  memcpy(list, &raw, sizeof raw);
  return slot_of(raw.items, (raw.count - 1) * item_bytes); /* zeroed by the arena, and never handed out before */
}
