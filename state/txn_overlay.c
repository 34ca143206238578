/* txn_overlay.c: finds a change by kind and id, and merges changes into the model's sorted id lists. All in the arena. */
#include "state/txn_overlay.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 64 };

void overlay_init(struct overlay *overlay, const struct model *model, struct arena *arena) {
  *overlay = (struct overlay){.model = model, .arena = arena};
}

/* ---- finding ---- */

/* FNV-1a. Not keyed: a turn holds a thousand changes at most, and it must be the same everywhere. */
static size_t hash_of(enum record_kind kind, const char *id) {
  uint64_t hash = UINT64_C(14695981039346656037) ^ (uint64_t)kind;
  for (const char *at = id; *at != '\0'; at++) hash = (hash ^ (unsigned char)*at) * UINT64_C(1099511628211);
  return (size_t)(hash ^ (hash >> 32));
}

static size_t place_of(const struct overlay *overlay, enum record_kind kind, const char *id) {
  size_t mask = overlay->slot_count - 1, place = hash_of(kind, id) & mask;
  for (; overlay->slots[place] != NULL; place = (place + 1) & mask) {
    const struct change *change = overlay->slots[place];
    if (change->kind == kind && strcmp(change->id, id) == 0) break;
  }
  return place;
}

struct change *overlay_get(const struct overlay *overlay, enum record_kind kind, const char *id) {
  return overlay->count == 0 ? NULL : overlay->slots[place_of(overlay, kind, id)];
}

static void slots_grow(struct overlay *overlay) {
  if (2 * (overlay->count + 1) <= overlay->slot_count) return;
  overlay->slot_count = overlay->slot_count == 0 ? SLOTS_FIRST : 2 * overlay->slot_count;
  overlay->slots = arena_alloc(overlay->arena, overlay->slot_count * sizeof(struct change *));
  for (size_t i = 0; i < overlay->count; i++) {
    struct change *change = overlay->changes[i];
    overlay->slots[place_of(overlay, change->kind, change->id)] = change;
  }
}

static void changes_grow(struct overlay *overlay) {
  if (overlay->count < overlay->capacity) return;
  size_t capacity = overlay->capacity == 0 ? SLOTS_FIRST / 2 : 2 * overlay->capacity;
  struct change **changes = arena_alloc(overlay->arena, capacity * sizeof(struct change *));
  if (overlay->count > 0) memcpy(changes, overlay->changes, overlay->count * sizeof(struct change *));
  overlay->changes = changes;
  overlay->capacity = capacity;
}

struct change *overlay_add(struct overlay *overlay, enum record_kind kind, const char *id) {
  changes_grow(overlay);
  slots_grow(overlay);
  struct change *change = arena_alloc(overlay->arena, sizeof *change);
  *change = (struct change){.kind = kind, .id = arena_text(overlay->arena, id), .next = overlay->of_kind[kind]};
  overlay->of_kind[kind] = change;
  overlay->slots[place_of(overlay, kind, id)] = change;
  overlay->changes[overlay->count++] = change;
  return change;
}

bool change_is_real(const struct change *change) {
  if (change->settled) return change->real;
  if (change->after == NULL) return change->stored;
  return change->before == NULL || !record_same(change->kind, change->before, change->after);
}

void change_settle(struct change *change) {
  change->real = change_is_real(change);
  change->settled = true;
  change->before = NULL;
}

/* ---- merging ---- */

struct step { /* one id that is to go from the list, or to come into it */
  const char *id;
  bool comes;
};

static int by_id(const void *a, const void *b) {
  const struct step *left = a, *right = b;
  return record_id_order(left->id, right->id);
}

static size_t steps_of(const struct overlay *overlay, enum record_kind kind, change_belongs *belongs, const void *what,
                       struct step *steps) {
  size_t count = 0;
  for (const struct change *change = overlay->of_kind[kind]; change != NULL; change = change->next) {
    bool was = change->before != NULL && belongs(change->before, what);
    bool is = change->after != NULL && belongs(change->after, what);
    if (was == is) continue;
    if (steps != NULL) steps[count] = (struct step){change->id, is};
    count++;
  }
  return count;
}

/* The first position at or behind `from` whose id does not stand before `id`. */
static size_t seek(struct strs base, size_t from, const char *id) {
  size_t low = from, high = base.count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (record_id_order(base.items[middle], id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

static void copy_run(struct strs *list, struct strs base, size_t from, size_t to) {
  if (to > from) memcpy(&list->items[list->count], &base.items[from], (to - from) * sizeof *list->items);
  list->count += to - from;
}

struct strs overlay_merge(struct overlay *overlay, enum record_kind kind, struct strs base, change_belongs *belongs,
                          const void *what) {
  size_t count = steps_of(overlay, kind, belongs, what, NULL), from = 0;
  if (count == 0) return base;
  struct step *steps = arena_alloc(overlay->arena, count * sizeof *steps);
  steps_of(overlay, kind, belongs, what, steps);
  qsort(steps, count, sizeof *steps, by_id);
  struct strs merged = {.items = arena_alloc(overlay->arena, (base.count + count) * sizeof *merged.items)};
  for (size_t i = 0; i < count; i++) {
    size_t to = seek(base, from, steps[i].id);
    copy_run(&merged, base, from, to);
    if (steps[i].comes) merged.items[merged.count++] = steps[i].id;
    from = steps[i].comes ? to : to + 1;
  }
  copy_run(&merged, base, from, base.count);
  return merged;
}
