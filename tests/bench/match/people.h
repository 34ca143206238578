/* people.h: people for the races, drawn from a seed: what they want and offer, where they are, what forbids a pair, and what it scores. */
#ifndef BENCH_PEOPLE_H
#define BENCH_PEOPLE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "tests/bench/match/chance.h"

/* ---- people: what they want and offer, where they are, what forbids a pair ---- */
enum { TOPICS = 300, LISTED = 10, ORGANISATIONS = 18, ZONES = 9, LANGUAGES = 8 };
struct person { int32_t topics[LISTED], count, grade, organisation, zone, languages, trade; };

/* Few topics are wanted by many, and many by few. */
static int32_t draw_topic(void) {
  return (int32_t)(pow(TOPICS + 12.0, below(1000000) / 1e6) * pow(12.0, 1 - below(1000000) / 1e6)) % TOPICS;
}

static struct person draw_person(bool mentor) {
  struct person person = {.count = mentor ? 4 + (int32_t)below(7) : 3 + (int32_t)below(3), .grade = (int32_t)below(6) + (mentor ? 3 : 0)};
  for (int32_t k = 0; k < person.count; k++) person.topics[k] = draw_topic();
  person.organisation = (int32_t)(below(3) == 0 ? below(3) : below(ORGANISATIONS));
  person.zone = (int32_t)(below(2) == 0 ? below(3) : below(ZONES));
  person.languages = 1 << (below(12) == 0 ? below(LANGUAGES) : 0) | (below(2) == 0 ? 1 << below(LANGUAGES) : 0);
  person.trade = (int32_t)below(12);
  return person;
}

static int32_t score(const struct person *mentee, const struct person *mentor) {
  static const int32_t by_gap[5] = {0, 1300, 1500, 800, 300};
  int32_t gap = mentor->grade - mentee->grade, apart = abs(mentor->zone - mentee->zone), have = 0, all = 0;
  if (mentee->organisation == mentor->organisation || gap < 1 || gap > 4 || apart > 4 || (mentee->languages & mentor->languages) == 0) return -1;
  for (int32_t a = 0; a < mentee->count; a++) {
    int32_t met = 0;
    for (int32_t b = 0; b < mentor->count; b++) met |= mentee->topics[a] == mentor->topics[b];
    have += met * (6 - a);
    all += 6 - a;
  }
  return have == 0 ? -1 : 5500 * have / all + by_gap[gap] + 1600 - 350 * apart + (mentee->trade == mentor->trade ? 700 : 0);
}

#endif
