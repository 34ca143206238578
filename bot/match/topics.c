/* topics.c: needs covered: how much of what the mentee wants to work on the mentor offers. */
#include "bot/match/components.h"

#include <string.h>

enum { TOPICS_MAX = 32 }; /* as many as `shared` has bits; people are asked for three */

/* "other" says that something is missing from our list, not what: two of them have nothing in common yet. */
static bool is_topic(const char *value) {
  return strcmp(value, "other") != 0;
}

static bool spoke(const struct match_said *said) {
  if (said->how != MATCH_SAID) return said->how == MATCH_SAID_ANY;
  for (size_t i = 0; i < said->values.count; i++)
    if (is_topic(said->values.items[i])) return true;
  return false;
}

static struct match_part covered(const struct match_said *wanted, const struct match_said *offered) {
  struct match_part part = {.standing = MATCH_KNOWN};
  int topics = 0, met = 0;
  for (size_t i = 0; i < wanted->values.count && i < TOPICS_MAX; i++) {
    if (!is_topic(wanted->values.items[i])) continue;
    topics++;
    if (!strs_has(offered->values, wanted->values.items[i])) continue;
    met++;
    part.shared |= UINT32_C(1) << i;
  }
  part.value = topics == 0 ? 0 : SCORE_MAX * met / topics;
  return part;
}

struct match_part match_topics_read(const struct match_sides *sides) {
  struct match_said wanted = match_said(sides->mentee.enrolment, "topics");
  struct match_said offered = match_said(sides->mentor.enrolment, "topics");
  enum match_standing standing = match_standing(match_was_asked(sides, "topics"), spoke(&wanted), spoke(&offered));
  if (standing != MATCH_KNOWN) return (struct match_part){.standing = standing};
  if (wanted.how == MATCH_SAID_ANY || offered.how == MATCH_SAID_ANY) return (struct match_part){MATCH_KNOWN, SCORE_MAX, 0};
  return covered(&wanted, &offered);
}

struct match_codes match_topics_say(const struct match_sides *sides, const struct match_part *part, struct arena *arena) {
  struct match_said wanted = match_said(sides->mentee.enrolment, "topics");
  if (part->value == 0) return (struct match_codes){.weak = "topics:none"};
  if (part->shared == 0) return (struct match_codes){NULL, NULL};
  size_t count = wanted.values.count < TOPICS_MAX ? wanted.values.count : TOPICS_MAX;
  return (struct match_codes){.reason = match_code_list(arena, "topics", wanted.values.items, count, part->shared)};
}
