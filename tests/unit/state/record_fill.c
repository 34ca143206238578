/* record_fill.c: walks a description and sets what it finds to something of the right type. */
#include "tests/unit/state/record_fill.h"

#include <stdio.h>
#include <stdlib.h>

#include "bot/base/random.h"
#include "state/records_walk.h"

struct chance chance_new(const char *test) {
  struct chance chance;
  const char *given = getenv("SEED");
  if (!random_init()) abort();
  random_bytes(&chance.state, sizeof chance.state);
  if (given != NULL) chance.state = strtoull(given, NULL, 10);
  fprintf(stderr, "%s: SEED=%llu\n", test, (unsigned long long)chance.state);
  return chance;
}

/* splitmix64 */
uint64_t chance_below(struct chance *chance, uint64_t limit) {
  uint64_t z = chance->state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return (z ^ (z >> 31)) % limit;
}

static const char *some_text(struct chance *chance, struct arena *arena) {
  static const char *const pieces[] = {"a", "Zoë", " ", "\"", "\\", "\n", "\t", "\x01", "💬", "17", "{}", "/", "é", "\x7f", "web/city"};
  char text[64] = "";
  for (uint64_t i = chance_below(chance, 6); i > 0; i--) strcat(text, pieces[chance_below(chance, ARRAY_LEN(pieces))]);
  return arena_text(arena, text);
}

static int64_t some_int(struct chance *chance) {
  static const int64_t edges[] = {1, -1, 9007199254740991, -9007199254740991, 1772445600123, 4294967296};
  if (chance_below(chance, 3) == 0) return edges[chance_below(chance, ARRAY_LEN(edges))];
  return (int64_t)chance_below(chance, 1000000) + 1;
}

static void fill_shape(struct chance *chance, const struct record_shape *shape, unsigned sparse, struct arena *arena, void *record);

static void fill_strs(struct chance *chance, struct arena *arena, void *slot) {
  struct strs list = {.count = chance_below(chance, 3) + 1};
  list.items = arena_alloc(arena, list.count * sizeof *list.items);
  for (size_t i = 0; i < list.count; i++) list.items[i] = some_text(chance, arena);
  memcpy(slot, &list, sizeof list);
}

static void fill_list(struct chance *chance, const struct record_shape *part, unsigned sparse, struct arena *arena, void *slot) {
  struct list_raw list = {.count = chance_below(chance, 3) + 1};
  list.items = arena_alloc(arena, list.count * part->bytes);
  for (size_t i = 0; i < list.count; i++) fill_shape(chance, part, sparse, arena, slot_of(list.items, i * part->bytes));
  memcpy(slot, &list, sizeof list);
}

static void fill_field(struct chance *chance, const struct record_field *field, unsigned sparse, struct arena *arena, void *slot) {
  const char *text = some_text(chance, arena);
  int64_t number = some_int(chance);
  bool yes = true;
  int value = field->type == FIELD_ENUM ? (int)chance_below(chance, field->enum_count) : 0;
  switch (field->type) {
    case FIELD_STR:
    case FIELD_REF: memcpy(slot, &text, sizeof text); break;
    case FIELD_INT:
    case FIELD_TIME: memcpy(slot, &number, sizeof number); break;
    case FIELD_BOOL: memcpy(slot, &yes, sizeof yes); break;
    case FIELD_ENUM: memcpy(slot, &value, sizeof value); break;
    case FIELD_STRS: fill_strs(chance, arena, slot); break;
    case FIELD_LIST: fill_list(chance, field->part, sparse, arena, slot); break;
  }
}

static void fill_shape(struct chance *chance, const struct record_shape *shape, unsigned sparse, struct arena *arena, void *record) {
  for (size_t i = 0; i < shape->field_count; i++) {
    if (sparse > 0 && chance_below(chance, sparse) == 0) continue;
    fill_field(chance, &shape->fields[i], sparse, arena, slot_of(record, shape->fields[i].offset));
  }
}

void *record_fill(struct chance *chance, enum record_kind kind, const char *id, unsigned sparse, struct arena *arena) {
  const struct record_shape *shape = record_info(kind)->shape;
  void *record = arena_alloc(arena, shape->bytes);
  fill_shape(chance, shape, sparse, arena, record);
  const char *copy = arena_text(arena, id);
  memcpy(record, &copy, sizeof copy);
  return record;
}
