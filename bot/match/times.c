/* times.c: when both are free: a week of fifteen cells, five days of mornings, lunches and afternoons. */
#include "bot/match/components.h"

/* Cell names in the order of the bits: band by band, Monday to Friday within each. */
#define WEEK(band) "mon_" band, "tue_" band, "wed_" band, "thu_" band, "fri_" band
static const char *const cells[] = {WEEK("morning"), WEEK("lunch"), WEEK("afternoon")};
static const char *const bands[] = {"mornings", "lunch", "afternoons"};
enum { DAYS = 5, BANDS = 3, BAND_MASK = 0x1f, NAMED_MAX = 3 };

/* By the number of cells a week in which both are free. One is enough to meet; more survive a full diary. */
static const int value_of[] = {0, 6000, 8000, SCORE_MAX};

static uint32_t cells_said(const struct match_said *said) {
  uint32_t week = match_said_mask(said, cells, ARRAY_LEN(cells)), whole = match_said_mask(said, bands, BANDS);
  for (int band = 0; band < BANDS; band++)
    if (whole & UINT32_C(1) << band) week |= (uint32_t)BAND_MASK << (band * DAYS);
  return week;
}

struct match_part match_times_read(const struct match_sides *sides) {
  struct match_said mentee = match_said(sides->mentee.enrolment, "times"), mentor = match_said(sides->mentor.enrolment, "times");
  uint32_t mentee_free = cells_said(&mentee), mentor_free = cells_said(&mentor);
  struct match_part part = {.standing = match_standing(match_was_asked(sides, "times"), mentee_free != 0, mentor_free != 0)};
  if (part.standing != MATCH_KNOWN) return part;
  part.shared = mentee_free & mentor_free;
  size_t count = (size_t)__builtin_popcount(part.shared);
  part.value = value_of[count < ARRAY_LEN(value_of) ? count : ARRAY_LEN(value_of) - 1];
  return part;
}

/* Whole bands first: "lunch" says more than three of its days. */
static uint32_t whole_bands(uint32_t shared) {
  uint32_t whole = 0;
  for (int band = 0; band < BANDS; band++)
    if ((shared >> (band * DAYS) & BAND_MASK) == BAND_MASK) whole |= UINT32_C(1) << band;
  return whole;
}

static uint32_t first_cells(uint32_t shared) {
  uint32_t first = 0;
  for (int named = 0; shared != 0 && named < NAMED_MAX; named++) {
    first |= shared & -shared;
    shared &= shared - 1;
  }
  return first;
}

struct match_codes match_times_say(const struct match_sides *sides, const struct match_part *part, struct arena *arena) {
  uint32_t whole = whole_bands(part->shared);
  if (part->shared == 0) return (struct match_codes){.weak = "times"};
  if (whole == (1 << BANDS) - 1) return (struct match_codes){.reason = "times:any"};
  if (whole != 0) return (struct match_codes){.reason = match_code_list(arena, "times", bands, BANDS, whole)};
  return (struct match_codes){.reason = match_code_list(arena, "times", cells, ARRAY_LEN(cells), first_cells(part->shared))};
}
