/* draft_places.c: a round's people by organisations: what earlier pairs and pins leave of their places is what the solver may use. */
#include <string.h>

#include "bot/match/draft.h"

static const struct person *mentee_at(const struct match_draft *draft, size_t mentee) {
  return draft->table.mentees.items[mentee].person;
}

static const struct person *mentor_at(const struct match_draft *draft, size_t mentor) {
  return draft->table.mentors.items[mentor].person;
}

/* ---- the solve ---- */
static int32_t left(int64_t rule, int64_t taken) {
  if (rule == 0) return QUOTA_NONE;
  return rule > taken ? (int32_t)(rule - taken) : 0;
}

static struct quota *quotas_of(const struct match_draft *draft, struct arena *arena) {
  struct quota *quotas = arena_alloc(arena, draft->places.count * sizeof *quotas);
  for (size_t o = 0; o < draft->places.count; o++) {
    const struct match_place *place = &draft->places.items[o];
    quotas[o] = (struct quota){left(place->at_least, place->placed), left(place->at_most, place->placed), left(place->gives, place->given)};
  }
  return quotas;
}

enum err match_draft_with_places(struct match_draft *draft, const struct assign_problem *problem, const struct assign_options *options,
                                 const int32_t **ret_mentor_of) {
  struct arena *arena = txn_arena(draft->table.txn);
  int32_t *of_mentee = arena_alloc(arena, (problem->mentees + 1) * sizeof *of_mentee);
  int32_t *of_mentor = arena_alloc(arena, (problem->mentors + 1) * sizeof *of_mentor);
  for (size_t i = 0; i < problem->mentees; i++) of_mentee[i] = (int32_t)match_places_at(&draft->places, mentee_at(draft, i));
  for (size_t j = 0; j < problem->mentors; j++) of_mentor[j] = (int32_t)match_places_at(&draft->places, mentor_at(draft, j));
  struct quota_problem asked = {problem, draft->places.count, quotas_of(draft, arena), of_mentee, of_mentor};
  struct quota_result result;
  enum err err = quota_solve(&asked, options, arena, &result);
  if (err != ERR_NONE) return err;
  draft->accounts = result.accounts;
  *ret_mentor_of = result.mentor_of;
  return ERR_NONE;
}

/* ---- what became of it ---- */
void match_draft_fill(const struct match_draft *draft, struct round *round) {
  struct arena *arena = txn_arena(draft->table.txn);
  struct filled *filled = arena_alloc(arena, (draft->places.count + 1) * sizeof *filled);
  for (size_t o = 0; o < draft->places.count; o++) {
    const struct match_place *place = &draft->places.items[o];
    const struct quota_account *account = &draft->accounts[o];
    filled[o] = (struct filled){.organisation = arena_text(arena, place->organisation->id), .at_least = place->at_least,
                                .at_most = place->at_most, .gives = place->gives, .placed = place->placed + account->placed,
                                .given = place->given + account->given, .could = account->short_by > 0 ? place->placed + account->could : 0};
  }
  round->filled.items = filled;
  round->filled.count = draft->places.count;
}

/* What one more pair would find: earlier pairs, pins, and what the solver made. */
static bool is_taken(const struct match_draft *draft, const struct person *person, bool gives) {
  ptrdiff_t at = match_places_at(&draft->places, person);
  if (at < 0) return false;
  const struct match_place *place = &draft->places.items[at];
  const struct quota_account *account = &draft->accounts[at];
  if (gives) return place->gives > 0 && place->given + account->given >= place->gives;
  return place->at_most > 0 && place->placed + account->placed >= place->at_most;
}

bool match_draft_gives(const struct match_draft *draft, size_t mentor) {
  return draft->places.count == 0 || !is_taken(draft, mentor_at(draft, mentor), true);
}

static int32_t seats_free(const struct match_draft *draft, size_t mentor) {
  int32_t seats = draft->table.seats[mentor];
  for (size_t i = 0; i < draft->table.mentees.count; i++) seats -= draft->mentor_of[i] == (int32_t)mentor;
  return seats;
}

const char *match_draft_no_place(const struct match_draft *draft, size_t mentee) {
  if (draft->places.count == 0) return NULL;
  if (is_taken(draft, mentee_at(draft, mentee), false)) return "full";
  for (size_t j = 0; j < draft->table.mentors.count; j++) {
    if (!is_taken(draft, mentor_at(draft, j), true) || !match_table_allows(&draft->table, mentee, j)) continue;
    if (seats_free(draft, j) > 0) return "given";
  }
  return NULL;
}
