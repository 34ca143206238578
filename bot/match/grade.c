/* grade.c: the mentor stands so many grades above the mentee: best within the programme's band, less with each step out of it. */
#include "bot/match/components.h"

#include "bot/match/wishes.h"

enum { WEAK_BELOW = SCORE_MAX / 2 };
static const int value_of[] = {SCORE_MAX, 6000, 3000, 0}; /* by steps outside the band */

static int band_value(const struct programme *programme, int gap) {
  int64_t outside = 0;
  if (gap < programme->grade_gap_min) outside = programme->grade_gap_min - gap;
  if (gap > programme->grade_gap_max) outside = gap - programme->grade_gap_max;
  return value_of[outside < (int64_t)ARRAY_LEN(value_of) ? (size_t)outside : ARRAY_LEN(value_of) - 1];
}

struct match_part match_grade_read(const struct match_sides *sides) {
  bool applies = sides->mentee.organisation != NULL && sides->mentee.organisation->grades.count >= 2;
  struct match_part part = {.standing = match_standing(applies, match_grade_known(&sides->mentee), match_grade_known(&sides->mentor))};
  int gap = 0;
  if (part.standing != MATCH_KNOWN || !match_grade_gap(sides, &gap)) return part;
  struct match_voices voices = {0, 0};
  match_voice_add(&voices, band_value(sides->programme, gap));
  (void)match_voice_wish(&voices, &sides->mentee, MATCH_WISH_GRADE, match_same_grade(sides));
  (void)match_voice_wish(&voices, &sides->mentor, MATCH_WISH_GRADE, match_same_grade(sides));
  part.value = match_voices_mean(&voices);
  return part;
}

struct match_codes match_grade_say(const struct match_sides *sides, const struct match_part *part, struct arena *arena) {
  if (part->value < WEAK_BELOW) return (struct match_codes){.weak = "grade"};
  return (struct match_codes){.reason = "grade"};
}
