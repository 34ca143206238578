/* times.c: when both are free: a week of fifteen cells, five days of mornings, lunches and afternoons. */
#include "bot/match/components.h"

/* Cell names in the order of the bits: band by band, Monday to Friday within each. */
#define WEEK(band) "mon_" band, "tue_" band, "wed_" band, "thu_" band, "fri_" band
static const char *const cells[] = {WEEK("morning"), WEEK("lunch"), WEEK("afternoon")};
static const char *const bands[] = {"mornings", "lunch", "afternoons"};
enum { DAYS = 5, BANDS = 3, BAND_MASK = 0x1f, WHOLE_WEEK = 0x7fff };

/* By the number of cells a week in which both are free. One is enough to meet; more survive a full diary. */
static const int value_of[] = {0, 6000, 8000, SCORE_MAX};

/* Cells may stand among the bands, or behind "grid" in the answer to the question that follows. */
static uint32_t cells_said(const struct enrolment *enrolment) {
  struct match_said times = match_said(enrolment, "times"), grid = match_said(enrolment, "times_grid");
  uint32_t week = match_said_mask(&times, cells, ARRAY_LEN(cells)), whole = match_said_mask(&times, bands, BANDS);
  if (times.how == MATCH_SAID && strs_has(times.values, "grid")) week |= match_said_mask(&grid, cells, ARRAY_LEN(cells));
  for (int band = 0; band < BANDS; band++)
    if (whole & UINT32_C(1) << band) week |= (uint32_t)BAND_MASK << (band * DAYS);
  return week;
}

struct match_part match_times_read(const struct match_sides *sides) {
  uint32_t mentee_free = cells_said(sides->mentee.enrolment), mentor_free = cells_said(sides->mentor.enrolment);
  struct match_part part = {.standing = match_standing(match_was_asked(sides, "times"), mentee_free != 0, mentor_free != 0)};
  if (part.standing != MATCH_KNOWN) return part;
  part.shared = mentee_free & mentor_free;
  size_t count = (size_t)__builtin_popcount(part.shared);
  part.value = value_of[count < ARRAY_LEN(value_of) ? count : ARRAY_LEN(value_of) - 1];
  return part;
}

/* The bands in which they meet on some day: single cells are too much for a sentence. */
static uint32_t bands_shared(uint32_t shared) {
  uint32_t some = 0;
  for (int band = 0; band < BANDS; band++)
    if (shared >> (band * DAYS) & BAND_MASK) some |= UINT32_C(1) << band;
  return some;
}

struct match_codes match_times_say(const struct match_sides *sides, const struct match_part *part, struct arena *arena) {
  if (part->shared == 0) return (struct match_codes){.weak = "times"};
  if (part->shared == WHOLE_WEEK) return (struct match_codes){.reason = "times:any"};
  return (struct match_codes){.reason = match_code_list(arena, "times", bands, BANDS, bands_shared(part->shared))};
}
