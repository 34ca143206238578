/* place.c: from the same organisation or profession, or from another, as the programme and the two would like it. */
#include "bot/match/components.h"

#include "bot/match/wishes.h"

enum { WEAK_BELOW = SCORE_MAX / 2, ORGANISATION = 1, PROFESSION = 2 };

static bool spoke(const struct match_side *side, const char *question) {
  return match_said(side->enrolment, question).how != MATCH_SAID_NOTHING;
}

/* What is known of somebody, as bits. */
static unsigned facts_of(const struct match_side *side) {
  return (side->person->organisation != NULL ? ORGANISATION : 0) | (side->person->department != NULL ? PROFESSION : 0);
}

/* The mentor need not wish anything: what the mentee and the programme wish is held against what the mentor *is*. */
static enum match_standing standing_of(const struct match_sides *sides) {
  bool prefers = sides->programme->other_organisation == OTHER_PREFER;
  bool asked = prefers || match_was_asked(sides, "organisation_wish") || match_was_asked(sides, "profession_wish");
  unsigned wished = (prefers || spoke(&sides->mentee, "organisation_wish") ? ORGANISATION : 0) |
                    (spoke(&sides->mentee, "profession_wish") ? PROFESSION : 0);
  wished &= facts_of(&sides->mentee);
  return match_standing(asked, wished != 0, (wished & facts_of(&sides->mentor)) != 0);
}

static void programme_voice(const struct match_sides *sides, enum match_sameness same, struct match_voices *voices, struct match_part *part) {
  if (sides->programme->other_organisation != OTHER_PREFER || same == MATCH_SAMENESS_UNKNOWN) return;
  part->shared = same == MATCH_OTHER;
  match_voice_add(voices, part->shared ? SCORE_MAX : 0);
}

struct match_part match_place_read(const struct match_sides *sides) {
  struct match_part part = {.standing = standing_of(sides)};
  if (part.standing != MATCH_KNOWN) return part;
  enum match_sameness organisation = match_same_organisation(sides), profession = match_same_profession(sides);
  struct match_voices voices = {0, 0};
  programme_voice(sides, organisation, &voices, &part);
  if (match_voice_wish(&voices, &sides->mentee, MATCH_WISH_ORGANISATION, organisation) > 0) part.shared = 1;
  (void)match_voice_wish(&voices, &sides->mentor, MATCH_WISH_ORGANISATION, organisation);
  (void)match_voice_wish(&voices, &sides->mentee, MATCH_WISH_PROFESSION, profession);
  (void)match_voice_wish(&voices, &sides->mentor, MATCH_WISH_PROFESSION, profession);
  part.value = match_voices_mean(&voices);
  return part;
}

struct match_codes match_place_say(const struct match_sides *sides, const struct match_part *part, struct arena *arena) {
  if (part->value < WEAK_BELOW) return (struct match_codes){.weak = "organisation"};
  if (!part->shared) return (struct match_codes){NULL, NULL};
  bool same = match_same_organisation(sides) == MATCH_SAME;
  return (struct match_codes){.reason = same ? "organisation:same" : "organisation:other"};
}
