/* couples.c: reads round->couples from the end, so that a later word wins. */
#include "bot/match/couples.h"

#include <string.h>

static bool is(const char *a, const char *b) {
  return a != NULL && strcmp(a, b) == 0;
}

bool match_couples_forbid(const struct round *round, const char *mentee, const char *mentor) {
  for (size_t i = round == NULL ? 0 : round->couples.count; i > 0; i--) {
    const struct couple *couple = &round->couples.items[i - 1];
    if (is(couple->mentee, mentee) && is(couple->mentor, mentor)) return !couple->pin;
  }
  return false;
}

const char *match_couples_pin(const struct round *round, const char *mentee) {
  for (size_t i = round == NULL ? 0 : round->couples.count; i > 0; i--) {
    const struct couple *couple = &round->couples.items[i - 1];
    if (!couple->pin || couple->mentor == NULL || !is(couple->mentee, mentee)) continue;
    if (!match_couples_forbid(round, mentee, couple->mentor)) return couple->mentor;
  }
  return NULL;
}

bool match_couples_allow(const struct round *round, const char *mentee, const char *mentor) {
  const char *pinned = match_couples_pin(round, mentee);
  return pinned != NULL ? strcmp(pinned, mentor) == 0 : !match_couples_forbid(round, mentee, mentor);
}
