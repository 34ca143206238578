/* round_change.c: a manager's changes to a round: this mentor instead, never these two, these two together. */
#include "bot/commands.h"
#include "bot/flows/round_parts.h"

enum { BEST_MAX = 3 };

/* ---- couples ---- */
bool couple_add(struct turn *turn, struct round *round, const struct couple *couple) {
  const struct programme *programme = txn_get(turn->txn, RECORD_PROGRAMME, round->programme);
  const struct enrolment *mentee = round_enrolment(turn, couple->mentee), *mentor = round_enrolment(turn, couple->mentor);
  enum match_rule rule = couple->pin ? match_allowed(turn->txn, programme, mentee, mentor) : MATCH_FREE;
  if (rule != MATCH_FREE) {
    struct out *out = card_to(turn, turn->person, rule == MATCH_RULE_PLACES ? W("round.no_place") : W("round.not_available"));
    round_param(WITH(turn, out), turn, "mentee_name", couple->mentee);
    round_param(WITH(turn, out), turn, "mentor_name", couple->mentor);
    return false;
  }
  *LIST_ADD(turn->arena, &round->couples) = *couple;
  return round_solve(turn, round);
}

bool couple_undo(struct turn *turn, struct round *round) {
  if (round->couples.count == 0) return false;
  round->couples.count--;
  return round_solve(turn, round);
}

/* ---- swap: whose mentor, then which of the best ---- */
static const struct match *match_of(const struct round *round, const char *mentee) {
  for (size_t i = 0; i < round->matches.count; i++) {
    if (strcmp(round->matches.items[i].mentee, mentee) == 0) return &round->matches.items[i];
  }
  return NULL;
}

static void swap_whom(struct talking *talking, const struct round *round) {
  struct out *out = engine_ask(talking, W("round.swap_whom"));
  for (size_t i = 0; i < round->matches.count; i++) {
    if (!round_shows(talking->turn, round, &round->matches.items[i])) continue;
    struct choice *choice = card_choice(talking->turn, out, round->matches.items[i].mentee, W("round.choice.mentee"), NULL);
    round_param(WITH(talking->turn, choice), talking->turn, "mentee_name", round->matches.items[i].mentee);
  }
}

static void swap_which(struct talking *talking, const struct round *round, const char *mentee) {
  struct turn *turn = talking->turn;
  struct match best[BEST_MAX];
  const struct programme *programme = txn_get(turn->txn, RECORD_PROGRAMME, round->programme);
  struct out *out = engine_ask(talking, W("round.swap_which"));
  round_param(WITH(turn, out), turn, "mentee_name", mentee);
  size_t count = match_best(turn->txn, programme, round_enrolment(turn, mentee), round, BEST_MAX, best);
  for (size_t i = 0; i < count; i++) {
    struct choice *choice = card_choice(turn, out, best[i].mentor, W("round.choice.mentor"), NULL);
    round_param(WITH(turn, choice), turn, "mentor_name", best[i].mentor);
    param_number(WITH(turn, choice), turn, "score", (best[i].score + 50) / 100);
  }
  (void)card_choice(turn, out, "stay", W("round.button.stay"), NULL);
}

/* Whose mentor it was about is nobody's any more whom this manager may know: only the way back is left. */
static void swap_nobody(struct talking *talking) {
  struct out *out = engine_ask(talking, W("person.unknown"));
  (void)card_choice(talking->turn, out, "stay", W("round.button.stay"), NULL);
}

void swap_ask(struct talking *talking) {
  const struct round *round = round_edit(talking);
  const char *mentee = engine_detail(talking);
  const struct enrolment *known = round_enrolment(talking->turn, mentee[0] == '\0' ? NULL : mentee);
  if (mentee[0] == '\0') swap_whom(talking, round);
  else if (known != NULL && may_manage(talking->turn->txn, round->by, known->person)) swap_which(talking, round, mentee);
  else swap_nobody(talking);
}

enum reading swap_read(struct talking *talking, const struct heard *heard) {
  const char *mentee = engine_detail(talking), *chosen = heard->values.items[0];
  if (mentee[0] == '\0') {
    engine_set_slot(talking->turn, talking->talk, "mentee", chosen);
    return READ_OK;
  }
  engine_set_slot(talking->turn, talking->talk, "mentee", NULL);
  struct couple couple = {.mentee = mentee, .mentor = chosen, .pin = true};
  if (strcmp(chosen, "stay") != 0) (void)couple_add(talking->turn, round_edit(talking), &couple);
  return READ_OK;
}

const char *swap_next(struct talking *talking) {
  const char *mentee = engine_slot(talking->talk, "mentee");
  return mentee == NULL ? "review" : arena_format(talking->turn->arena, "swap/%s", mentee);
}

/* ---- forbid: never these two in this round ---- */
void forbid_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  const struct round *round = round_edit(talking);
  struct out *out = engine_ask(talking, W("round.forbid_whom"));
  for (size_t i = 0; i < round->matches.count; i++) {
    const struct match *match = &round->matches.items[i];
    if (match->mentor == NULL || !round_shows(turn, round, match)) continue;
    struct choice *choice = card_choice(turn, out, match->mentee, W("round.choice.pair"), NULL);
    round_param(WITH(turn, choice), turn, "mentee_name", match->mentee);
    round_param(WITH(turn, choice), turn, "mentor_name", match->mentor);
  }
  (void)card_choice(turn, out, "stay", W("round.button.stay"), NULL);
}

enum reading forbid_read(struct talking *talking, const struct heard *heard) {
  struct round *round = round_edit(talking);
  const struct match *match = match_of(round, heard->values.items[0]);
  if (match == NULL || match->mentor == NULL) return READ_OK;
  struct couple couple = {.mentee = match->mentee, .mentor = match->mentor, .pin = false};
  (void)couple_add(talking->turn, round, &couple);
  return READ_OK;
}

/* ---- "@aisha with @ben" ---- */
static const char *enrolled_as(struct turn *turn, const struct programme *programme, const char *person, bool mentee) {
  struct strs enrolments = txn_find(turn->txn, INDEX_enrolment_person, person);
  for (size_t i = 0; i < enrolments.count; i++) {
    const struct enrolment *enrolment = round_enrolment(turn, enrolments.items[i]);
    bool fits = mentee ? enrolment->role == ROLE_MENTEE : enrolment->role == ROLE_MENTOR || enrolment->role == ROLE_RESERVE;
    if (fits && enrolment->state == ENROLMENT_ACCEPTED && strcmp(enrolment->programme, programme->id) == 0) return enrolment->id;
  }
  return NULL;
}

static const char *enrolment_meant(struct turn *turn, const struct programme *programme, const char *words, bool mentee) {
  const char *person = command_person(turn, words);
  if (person == NULL) return NULL;
  const char *enrolment = may_manage(turn->txn, turn->person, person) ? enrolled_as(turn, programme, person, mentee) : NULL;
  if (enrolment != NULL) return enrolment;
  struct out *out = card_to(turn, turn->person, mentee ? W("round.no_mentee") : W("round.no_mentor"));
  param_person(WITH(turn, out), turn, "person", person);
  return NULL;
}

bool couple_from_words(struct turn *turn, const struct programme *programme, const char *words, struct couple *ret_couple) {
  const char *with = strstr(words, " with ");
  if (with == NULL) {
    (void)card_to(turn, turn->person, W("round.how_to_pin"));
    return false;
  }
  const char *mentee = enrolment_meant(turn, programme, arena_text_n(turn->arena, words, (size_t)(with - words)), true);
  if (mentee == NULL) return false;
  const char *mentor = enrolment_meant(turn, programme, with + strlen(" with "), false);
  if (mentor == NULL) return false;
  ret_couple->mentee = mentee;
  ret_couple->mentor = mentor;
  return true;
}
