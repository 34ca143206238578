/* round_places.c: what a round makes of the organisations' places: those that miss something first; many of them by pages. */
#include "bot/flows/round_parts.h"

enum { FOLDED_OVER = 6 };

static bool is_short(const struct filled *filled) {
  return filled->placed < filled->at_least;
}

static const char *words_of(const struct filled *filled) {
  if (!is_short(filled)) return W("round.places");
  return filled->could < filled->at_least ? W("round.places_short") : W("round.places_clash");
}

static void place_line(struct turn *turn, struct out *out, const struct filled *filled) {
  const struct organisation *organisation = txn_get(turn->txn, RECORD_ORGANISATION, filled->organisation);
  struct line *line = card_line(turn, out, words_of(filled));
  param_text(WITH(turn, line), turn, "organisation", organisation == NULL ? filled->organisation : organisation->name);
  param_number(WITH(turn, line), turn, "placed", filled->placed);
  param_number(WITH(turn, line), turn, "least", filled->at_least);
  param_number(WITH(turn, line), turn, "most", filled->at_most);
  param_number(WITH(turn, line), turn, "given", filled->given);
  param_number(WITH(turn, line), turn, "gives", filled->gives);
  param_number(WITH(turn, line), turn, "could", filled->could);
}

/* Position of the organisation that is told as number `which`: those that miss something come first, each in the order of the file. */
static const struct filled *filled_at(const struct round *round, size_t which) {
  for (int missing = 1; missing >= 0; missing--) {
    for (size_t i = 0; i < round->filled.count; i++)
      if (is_short(&round->filled.items[i]) == (missing == 1) && which-- == 0) return &round->filled.items[i];
  }
  return NULL;
}

static size_t count_short(const struct round *round) {
  size_t count = 0;
  for (size_t i = 0; i < round->filled.count; i++) count += is_short(&round->filled.items[i]);
  return count;
}

void places_lines(struct turn *turn, struct out *out, const struct round *round) {
  size_t count = round->filled.count, missing = count_short(round);
  size_t shown = count <= FOLDED_OVER ? count : missing < FOLDED_OVER ? missing : FOLDED_OVER;
  for (size_t i = 0; i < shown; i++) place_line(turn, out, filled_at(round, i));
  if (shown == count) return;
  struct line *line = card_line(turn, out, W("round.places_rest"));
  param_number(WITH(turn, line), turn, "short", (int64_t)(missing > shown ? missing - shown : 0));
  param_number(WITH(turn, line), turn, "rest", (int64_t)(count - (missing > shown ? missing : shown)));
}

void places_choice(struct turn *turn, struct out *out, const struct round *round) {
  if (round->filled.count > FOLDED_OVER) (void)card_choice(turn, out, "places", W("round.button.places"), NULL);
}

/* ---- all of them, so many lines a page ---- */
void places_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  const struct round *round = round_edit(talking);
  size_t page = page_of(talking), count = round->filled.count;
  struct out *out = engine_ask(talking, W("round.places_page"));
  page_numbers(talking, out, "page", "pages", count);
  for (size_t i = page * PAGE_LINES; i < count && i < (page + 1) * PAGE_LINES; i++) place_line(turn, out, filled_at(round, i));
  page_choices(talking, out, count);
  (void)card_choice(turn, out, "review", W("round.button.summary"), NULL);
}

const char *places_next(struct talking *talking) {
  return page_next(talking, "places");
}

/* ---- who has nobody for want of a place ---- */
bool places_nobody_line(struct turn *turn, struct out *out, const struct match *match) {
  bool full = strs_has(match->weak, "full");
  if (!full && !strs_has(match->weak, "given")) return false;
  const struct person *person = turn_person(turn, round_enrolment(turn, match->mentee)->person);
  const struct organisation *organisation =
      person == NULL || person->organisation == NULL ? NULL : txn_get(turn->txn, RECORD_ORGANISATION, person->organisation);
  struct line *line = card_line(turn, out, full ? W("round.nobody_full") : W("round.nobody_given"));
  round_param(WITH(turn, line), turn, "mentee_name", match->mentee);
  if (full) param_text(WITH(turn, line), turn, "organisation", organisation == NULL ? "?" : organisation->name);
  return true;
}
