/* components.c: the table of components, and the two helpers that they share. */
#include "bot/match/components.h"

#define AS_ROW(NAME, name, weight) {weight, match_##name##_read, match_##name##_say},
static const struct {
  int weight;
  struct match_part (*read)(const struct match_sides *sides);
  struct match_codes (*say)(const struct match_sides *sides, const struct match_part *part, struct arena *arena);
} rows[] = {MATCH_COMPONENT_LIST(AS_ROW)};
#undef AS_ROW

enum match_standing match_standing(bool asked, bool mentee_spoke, bool mentor_spoke) {
  if (!asked) return MATCH_OFF;
  if (!mentee_spoke) return MATCH_MENTEE_SILENT;
  return mentor_spoke ? MATCH_KNOWN : MATCH_MENTOR_SILENT;
}

const char *match_code_list(struct arena *arena, const char *code, const char *const *names, size_t count, uint32_t mask) {
  const char *list = code, *between = ":";
  for (size_t i = 0; i < count; i++) {
    if ((mask & UINT32_C(1) << i) == 0) continue;
    list = arena_format(arena, "%s%s%s", list, between, names[i]);
    between = ",";
  }
  return list;
}

int match_component_weight(enum match_component which) {
  assert(which < MATCH_COMPONENT_MAX_);
  return rows[which].weight;
}

struct match_part match_component_read(enum match_component which, const struct match_sides *sides) {
  assert(which < MATCH_COMPONENT_MAX_);
  return rows[which].read(sides);
}

struct match_codes match_component_say(enum match_component which, const struct match_sides *sides, const struct match_part *part,
                                       struct arena *arena) {
  assert(which < MATCH_COMPONENT_MAX_);
  return rows[which].say(sides, part, arena);
}
