/* round_second.c: a pair came to nothing before it began: the mentee's second choice of that round is asked, by itself or at a manager's word. */
#include "bot/command_parts.h"
#include "bot/flows/round_parts.h"

/* ---- does it still hold? ---- */
static bool came_to_nothing(const struct pair *pair) {
  return pair->state == PAIR_DECLINED || pair->state == PAIR_EXPIRED || pair->state == PAIR_WITHDRAWN;
}

static bool can_step_in(struct turn *turn, const struct programme *programme, const struct enrolment *mentor) {
  const struct person *person = mentor == NULL ? NULL : turn_person(turn, mentor->person);
  return person != NULL && person->gone_ms == 0 && (programme->training != TRAINING_GATE || mentor->trained);
}

/* True when it may be asked now, by this manager: *ret_match is then the pair to propose. */
static bool holds_now(struct turn *turn, const struct pair *pair, const char *manager, struct match *ret_match) {
  const struct programme *programme = txn_get(turn->txn, RECORD_PROGRAMME, pair->programme);
  const struct enrolment *mentee = round_enrolment(turn, pair->mentee_enrolment), *mentor = round_enrolment(turn, pair->second);
  if (!came_to_nothing(pair) || programme == NULL || !can_step_in(turn, programme, mentee) || !can_step_in(turn, programme, mentor)) return false;
  struct match match = {.mentee = mentee->id, .mentor = mentor->id, .state = MATCH_SUGGESTED};
  if (!round_still_good(turn, programme, manager, &match)) return false;
  struct match_score score = match_score(turn->txn, programme, mentee, mentor);
  match.score = score.score;
  match.answered = score.answered;
  match.asked = score.asked;
  match.reasons = score.reasons;
  match.weak = score.weak;
  *ret_match = match;
  return true;
}

bool second_any(struct turn *turn, const struct round *round) {
  for (size_t i = 0; i < round->matches.count; i++)
    if (round->matches.items[i].second != NULL) return true;
  struct strs sheets = txn_find(turn->txn, INDEX_sheet_round, round->id);
  for (size_t s = 0; s < sheets.count; s++) {
    const struct sheet *sheet = txn_get(turn->txn, RECORD_SHEET, sheets.items[s]);
    for (size_t i = 0; i < sheet->matches.count; i++)
      if (sheet->matches.items[i].second != NULL) return true;
  }
  return false;
}

/* ---- told, and asked ---- */
bool second_offer(struct turn *turn, struct out *out, const struct pair *pair, const char *manager) {
  struct match match;
  if (!holds_now(turn, pair, manager, &match)) return false;
  struct line *line = card_line(turn, out, W("round.second_free"));
  round_param(WITH(turn, line), turn, "mentee_name", match.mentee);
  round_param(WITH(turn, line), turn, "second_name", match.mentor);
  const char *command = arena_format(turn->arena, "second %s", turn_person(turn, pair->mentee)->name);
  (void)card_command(turn, out, command, W("command.button.second"));
  return true;
}

bool second_propose(struct turn *turn, const struct pair *pair, const char *manager) {
  struct match match;
  const struct round *round = pair->round == NULL ? NULL : txn_get(turn->txn, RECORD_ROUND, pair->round);
  if (round == NULL || !holds_now(turn, pair, manager, &match)) return false;
  (void)proposal_make(turn, round, &match, pair->after_no);
  txn_audit(turn->txn, turn->person == NULL ? "bot" : turn->person, "asked second choice", pair->id);
  return true;
}

static const struct pair *pair_of(struct talking *talking) {
  return txn_get(talking->turn->txn, RECORD_PAIR, engine_detail(talking));
}

void second_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  const struct pair *pair = pair_of(talking);
  struct match match;
  bool holds = pair != NULL && holds_now(turn, pair, talking->talk->person, &match);
  struct out *out = engine_ask(talking, holds ? W("round.second_question") : W("round.second_gone"));
  if (holds) {
    round_param(WITH(turn, out), turn, "mentee_name", match.mentee);
    round_param(WITH(turn, out), turn, "second_name", match.mentor);
    round_line(turn, out, NULL, &match);
    card_choice(turn, out, "yes", W("round.button.ask_second"), NULL)->primary = true;
  }
  (void)card_choice(turn, out, "no", W("round.button.stay"), NULL);
}

enum reading second_read(struct talking *talking, const struct heard *heard) {
  struct turn *turn = talking->turn;
  const struct pair *pair = pair_of(talking);
  bool yes = strcmp(heard->values.items[0], "yes") == 0;
  bool asked = yes && pair != NULL && second_propose(turn, pair, talking->talk->person);
  struct out *out = card_to(turn, talking->talk->person, asked ? W("round.second_sent") : yes ? W("round.second_gone") : W("round.left"));
  if (asked) param_person(WITH(turn, out), turn, "person", pair->mentee);
  return READ_OK;
}

/* ---- "second @aisha" ---- */
static const struct pair *last_that_holds(struct turn *turn, const char *mentee) {
  struct strs pairs = txn_find(turn->txn, INDEX_pair_mentee, mentee);
  struct match match;
  for (size_t i = pairs.count; i > 0; i--) {
    const struct pair *pair = txn_get(turn->txn, RECORD_PAIR, pairs.items[i - 1]);
    bool ours = pair->round != NULL && turn_manages(turn, turn->person, pair->programme);
    if (ours && holds_now(turn, pair, turn->person, &match)) return pair;
  }
  return NULL;
}

void command_second(struct turn *turn, const char *args) {
  if (args[0] == '\0') {
    (void)card_to(turn, turn->person, W("round.second_how"));
    return;
  }
  const char *person = command_person(turn, args);
  if (person == NULL) return;
  const struct pair *pair = may_manage(turn->txn, turn->person, person) ? last_that_holds(turn, person) : NULL;
  if (pair != NULL) {
    (void)engine_start(turn, turn->person, "round", arena_format(turn->arena, "second/%s", pair->id), pair->round, false);
    return;
  }
  struct out *out = card_to(turn, turn->person, W("round.second_none"));
  param_person(WITH(turn, out), turn, "person", person);
  (void)card_command(turn, out, "match", W("command.button.match"));
}
