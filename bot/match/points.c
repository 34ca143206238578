/* points.c: the weighted mean of the parts, and its words, strongest first. */
#include "bot/match/points.h"

#include <string.h>

enum { NOTHING_KNOWN = SCORE_MAX / 2 }; /* the middle: who skipped everything is no worse off than most */

struct match_parts match_parts_read(const struct match_sides *sides) {
  struct match_parts parts;
  for (int i = 0; i < MATCH_COMPONENT_MAX_; i++) parts.of[i] = match_component_read((enum match_component)i, sides);
  return parts;
}

struct match_averages match_averages_of(const struct match_sides *sides, const struct match_people *offering) {
  int64_t sums[MATCH_COMPONENT_MAX_] = {0}, counts[MATCH_COMPONENT_MAX_] = {0};
  struct match_averages averages;
  for (size_t i = 0; i < offering->count; i++) {
    struct match_sides with = *sides;
    with.mentor = offering->items[i];
    if (strcmp(with.mentor.person->id, with.mentee.person->id) == 0) continue;
    struct match_parts parts = match_parts_read(&with);
    for (int c = 0; c < MATCH_COMPONENT_MAX_; c++) {
      if (parts.of[c].standing != MATCH_KNOWN) continue;
      sums[c] += parts.of[c].value;
      counts[c]++;
    }
  }
  for (int c = 0; c < MATCH_COMPONENT_MAX_; c++) averages.of[c] = counts[c] == 0 ? MATCH_NO_AVERAGE : (int)(sums[c] / counts[c]);
  return averages;
}

/* What one part counts as, or MATCH_NO_AVERAGE when it is left out. */
static int counted(const struct match_part *part, int average) {
  if (part->standing == MATCH_KNOWN) return part->value;
  return part->standing == MATCH_MENTOR_SILENT ? average : MATCH_NO_AVERAGE;
}

int match_points(const struct match_parts *parts, const struct match_averages *averages) {
  int64_t sum = 0, weights = 0;
  for (int c = 0; c < MATCH_COMPONENT_MAX_; c++) {
    int value = counted(&parts->of[c], averages->of[c]), weight = match_component_weight((enum match_component)c);
    if (value == MATCH_NO_AVERAGE) continue;
    sum += (int64_t)weight * value;
    weights += weight;
  }
  return weights == 0 ? NOTHING_KNOWN : (int)((sum + weights / 2) / weights);
}

struct ranked { /* codes with what they weigh, heaviest first; equals in the order of the table */
  const char *codes[MATCH_COMPONENT_MAX_];
  int64_t weights[MATCH_COMPONENT_MAX_];
  size_t count;
};

static void ranked_add(struct ranked *ranked, const char *code, int64_t weight) {
  if (code == NULL) return;
  size_t at = ranked->count++;
  for (; at > 0 && ranked->weights[at - 1] < weight; at--) {
    ranked->codes[at] = ranked->codes[at - 1];
    ranked->weights[at] = ranked->weights[at - 1];
  }
  ranked->codes[at] = code;
  ranked->weights[at] = weight;
}

static struct strs ranked_list(const struct ranked *ranked, struct arena *arena) {
  struct strs list = {arena_alloc(arena, MATCH_COMPONENT_MAX_ * sizeof *list.items), ranked->count};
  memcpy(list.items, ranked->codes, ranked->count * sizeof *list.items);
  return list;
}

struct match_score match_points_explained(const struct match_sides *sides, const struct match_averages *averages, struct arena *arena) {
  struct match_parts parts = match_parts_read(sides);
  struct match_score score = {.rule = MATCH_FREE, .score = match_points(&parts, averages)};
  struct ranked reasons = {.count = 0}, weak = {.count = 0};
  for (int c = 0; c < MATCH_COMPONENT_MAX_; c++) {
    const struct match_part *part = &parts.of[c];
    int64_t weight = match_component_weight((enum match_component)c);
    score.asked += part->standing != MATCH_OFF;
    if (part->standing != MATCH_KNOWN) continue;
    score.answered++;
    struct match_codes codes = match_component_say((enum match_component)c, sides, part, arena);
    ranked_add(&reasons, codes.reason, weight * part->value);
    ranked_add(&weak, codes.weak, weight * (SCORE_MAX - part->value));
  }
  score.reasons = ranked_list(&reasons, arena);
  score.weak = ranked_list(&weak, arena);
  return score;
}
