/* wishes.c: reads the three wishes and holds them against what two people are. */
#include "bot/match/wishes.h"

#include <string.h>

#include "bot/match/match.h"

static enum match_sameness compared(const char *a, const char *b) {
  if (a == NULL || b == NULL) return MATCH_SAMENESS_UNKNOWN;
  return strcmp(a, b) == 0 ? MATCH_SAME : MATCH_OTHER;
}

enum match_sameness match_same_organisation(const struct match_sides *sides) {
  return compared(sides->mentee.person->organisation, sides->mentor.person->organisation);
}

enum match_sameness match_same_profession(const struct match_sides *sides) {
  return compared(sides->mentee.person->department, sides->mentor.person->department);
}

enum match_sameness match_same_grade(const struct match_sides *sides) {
  int gap = 0;
  if (!match_grade_gap(sides, &gap)) return MATCH_SAMENESS_UNKNOWN;
  return gap == 0 ? MATCH_SAME : MATCH_OTHER;
}

/* Rung on the person's own ladder, or -1. A ladder of one rung tells nothing. */
static int rung_of(const struct match_side *side) {
  if (side->organisation == NULL || side->person->grade == NULL || side->organisation->grades.count < 2) return -1;
  for (size_t i = 0; i < side->organisation->grades.count; i++)
    if (strcmp(side->organisation->grades.items[i], side->person->grade) == 0) return (int)i;
  return -1;
}

bool match_grade_known(const struct match_side *side) {
  return rung_of(side) >= 0;
}

bool match_grade_gap(const struct match_sides *sides, int *ret_gap) {
  int mentee = rung_of(&sides->mentee), mentor = rung_of(&sides->mentor);
  if (mentee < 0 || mentor < 0) return false;
  int steps = (int)sides->mentee.organisation->grades.count - 1, mentor_steps = (int)sides->mentor.organisation->grades.count - 1;
  *ret_gap = (2 * mentor * steps + mentor_steps) / (2 * mentor_steps) - mentee; /* rounded to the nearest rung */
  return true;
}

static bool must_is_broken(const struct match_side *side, enum match_wish which, enum match_sameness same) {
  const char *wish = side->wishes[which];
  if (wish == NULL) return false;
  if (strcmp(wish, "must_same") == 0) return same != MATCH_SAME;
  return strcmp(wish, "must_other") == 0 && same != MATCH_OTHER;
}

bool match_wish_broken(const struct match_sides *sides) {
  const enum match_sameness same[MATCH_WISH_MAX_] = {[MATCH_WISH_ORGANISATION] = match_same_organisation(sides),
                                                     [MATCH_WISH_PROFESSION] = match_same_profession(sides),
                                                     [MATCH_WISH_GRADE] = match_same_grade(sides)};
  for (enum match_wish i = 0; i < MATCH_WISH_MAX_; i++)
    if (must_is_broken(&sides->mentee, i, same[i]) || must_is_broken(&sides->mentor, i, same[i])) return true;
  return false;
}

void match_voice_add(struct match_voices *voices, int value) {
  voices->count++;
  voices->sum += value;
}

int match_voice_wish(struct match_voices *voices, const struct match_side *side, enum match_wish which, enum match_sameness same) {
  const char *wish = side->wishes[which];
  if (wish == NULL || same == MATCH_SAMENESS_UNKNOWN) return -1;
  bool wants_same = strcmp(wish, "prefer_same") == 0 || strcmp(wish, "must_same") == 0;
  bool wants_other = strcmp(wish, "prefer_other") == 0 || strcmp(wish, "must_other") == 0;
  if (!wants_same && !wants_other) return -1;
  int value = wants_same == (same == MATCH_SAME) ? SCORE_MAX : 0;
  match_voice_add(voices, value);
  return value;
}

int match_voices_mean(const struct match_voices *voices) {
  return voices->count == 0 ? SCORE_MAX : voices->sum / voices->count;
}
