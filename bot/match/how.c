/* how.c: by what means the two would meet, and how often: the means count twice. */
#include "bot/match/components.h"

#include <stdlib.h>

static const char *const ways[] = {"in_person", "video", "phone", "chat"};
static const char *const rhythms[] = {"weekly", "fortnightly", "monthly"};
enum { ALL_WAYS = (1 << ARRAY_LEN(ways)) - 1, WAYS_SHARE = 2, RHYTHM_SHARE = 1, WEAK_BELOW = SCORE_MAX / 2 };
static const int rhythm_value[] = {SCORE_MAX, SCORE_MAX / 2, 0}; /* by the steps between the two */

/* What one of the two halves of this component came to. */
struct half {
  enum match_standing standing;
  int value;
  uint32_t shared;
};

static struct half ways_read(const struct match_sides *sides) {
  struct match_said mentee = match_said(sides->mentee.enrolment, "how"), mentor = match_said(sides->mentor.enrolment, "how");
  uint32_t wanted = match_said_mask(&mentee, ways, ARRAY_LEN(ways)), offered = match_said_mask(&mentor, ways, ARRAY_LEN(ways));
  struct half half = {.standing = match_standing(match_was_asked(sides, "how"), wanted != 0, offered != 0)};
  if (half.standing != MATCH_KNOWN) return half;
  half.shared = wanted & offered;
  half.value = half.shared != 0 ? SCORE_MAX : 0;
  return half;
}

static struct half rhythm_read(const struct match_sides *sides) {
  struct match_said mentee = match_said(sides->mentee.enrolment, "how_often");
  struct match_said mentor = match_said(sides->mentor.enrolment, "how_often");
  int wanted = match_said_which(&mentee, rhythms, ARRAY_LEN(rhythms)), offered = match_said_which(&mentor, rhythms, ARRAY_LEN(rhythms));
  bool mentee_any = mentee.how == MATCH_SAID_ANY, mentor_any = mentor.how == MATCH_SAID_ANY;
  bool mentee_spoke = mentee_any || wanted >= 0, mentor_spoke = mentor_any || offered >= 0;
  struct half half = {.standing = match_standing(match_was_asked(sides, "how_often"), mentee_spoke, mentor_spoke)};
  if (half.standing == MATCH_KNOWN) half.value = mentee_any || mentor_any ? SCORE_MAX : rhythm_value[abs(wanted - offered)];
  return half;
}

/* One known half is enough; else the half that knows more says why not. */
struct match_part match_how_read(const struct match_sides *sides) {
  struct half by = ways_read(sides), often = rhythm_read(sides);
  struct match_part part = {.standing = by.standing > often.standing ? by.standing : often.standing, .shared = by.shared};
  if (part.standing != MATCH_KNOWN) return part;
  int by_share = by.standing == MATCH_KNOWN ? WAYS_SHARE : 0, often_share = often.standing == MATCH_KNOWN ? RHYTHM_SHARE : 0;
  part.value = (by_share * by.value + often_share * often.value) / (by_share + often_share);
  return part;
}

struct match_codes match_how_say(const struct match_sides *sides, const struct match_part *part, struct arena *arena) {
  struct match_codes codes = {NULL, part->value < WEAK_BELOW ? "how" : NULL};
  if (part->shared == ALL_WAYS) codes.reason = "how:any";
  else if (part->shared != 0) codes.reason = match_code_list(arena, "how", ways, ARRAY_LEN(ways), part->shared);
  return codes;
}
