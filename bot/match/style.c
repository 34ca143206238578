/* style.c: the style of mentoring that is wanted is the one that is offered. */
#include "bot/match/components.h"

#include <string.h>

struct match_part match_style_read(const struct match_sides *sides) {
  struct match_said wanted = match_said(sides->mentee.enrolment, "style");
  struct match_said offered = match_said(sides->mentor.enrolment, "style");
  bool asked = match_was_asked(sides, "style");
  struct match_part part = {.standing = match_standing(asked, wanted.how != MATCH_SAID_NOTHING, offered.how != MATCH_SAID_NOTHING)};
  if (part.standing != MATCH_KNOWN) return part;
  if (wanted.how == MATCH_SAID && offered.how == MATCH_SAID)
    part.shared = strcmp(wanted.values.items[0], offered.values.items[0]) == 0;
  bool open = wanted.how == MATCH_SAID_ANY || offered.how == MATCH_SAID_ANY;
  part.value = open || part.shared ? SCORE_MAX : 0;
  return part;
}

struct match_codes match_style_say(const struct match_sides *sides, const struct match_part *part, struct arena *arena) {
  struct match_said wanted = match_said(sides->mentee.enrolment, "style");
  if (part->shared) return (struct match_codes){.reason = match_code_list(arena, "style", wanted.values.items, 1, 1)};
  return (struct match_codes){.weak = part->value == 0 ? "style" : NULL};
}
