/* reasons.c: each code has its sentence in the catalogue; what stands behind the colon are values of the question's options. */
#include "bot/reasons.h"

#include <string.h>

/* Catalogue keys of the values: option.topics.confidence … Values without a key are left out. */
static struct strs value_keys(struct turn *turn, const char *question, const char *values) {
  struct strs keys = {0};
  char **parts;
  size_t count = text_split(turn->arena, values, ',', &parts);
  for (size_t i = 0; i < count; i++) {
    const char *key = arena_format(turn->arena, "option.%s.%s", question, parts[i]);
    if (words_has(turn->words, key)) keys = strs_plus(turn->arena, keys, key);
  }
  return keys;
}

static bool needs_values(const char *name) {
  return strcmp(name, "grade") != 0 && strcmp(name, "organisation") != 0;
}

/* "topics:confidence" -> key "reason.topics", values; false when the catalogue has no sentence for it. */
static bool add_line(struct turn *turn, struct out *out, const char *prefix, const char *code, bool for_mentor) {
  const char *colon = strchr(code, ':');
  const char *name = colon == NULL ? code : arena_text_n(turn->arena, code, (size_t)(colon - code));
  const char *key = arena_format(turn->arena, "%s.%s", prefix, name);
  const char *special = arena_format(turn->arena, "%s.mentor", key);
  struct strs values = colon == NULL ? (struct strs){0} : value_keys(turn, name, colon + 1);
  if (!words_has(turn->words, key) || (strcmp(prefix, "reason") == 0 && needs_values(name) && values.count == 0)) return false;
  struct line *line = card_line(turn, out, for_mentor && words_has(turn->words, special) ? special : key);
  param_words(WITH(turn, line), turn, "values", values);
  return true;
}

void reasons_lines(struct turn *turn, struct out *out, const struct pair *pair, bool for_mentor) {
  size_t lines = 0;
  for (size_t i = 0; i < pair->reasons.count && lines < REASONS_MAX; i++) {
    if (add_line(turn, out, W("reason"), pair->reasons.items[i], for_mentor)) lines++;
  }
  for (size_t i = 0; i < pair->weak.count; i++) {
    if (add_line(turn, out, W("snag"), pair->weak.items[i], for_mentor)) break;
  }
}

struct strs reasons_names(struct turn *turn, struct strs codes) {
  struct strs names = {0};
  for (size_t i = 0; i < codes.count; i++) {
    const char *key = arena_format(turn->arena, "%s.%.*s", W("fit"), (int)strcspn(codes.items[i], ":"), codes.items[i]);
    if (words_has(turn->words, key) && !strs_has(names, key)) names = strs_plus(turn->arena, names, key);
  }
  return names;
}
