/* commands_where.c: where somebody stands: `next`, `pair` and their own page, for each thing they take part in. */
#include <string.h>

#include "bot/command_parts.h"
#include "bot/flows/flows.h"
#include "bot/match/pairs.h"

/* ---- the pairs that matter to somebody now: asked, waiting, or introduced ---- */
static struct strs plus_pairs(struct turn *turn, struct strs found, bool mentee) {
  struct strs pairs = txn_find(turn->txn, mentee ? INDEX_pair_mentee : INDEX_pair_mentor, turn->person);
  for (size_t i = 0; i < pairs.count; i++) {
    if (match_pair_is_known(txn_get(turn->txn, RECORD_PAIR, pairs.items[i]), mentee)) found = strs_plus(turn->arena, found, pairs.items[i]);
  }
  return found;
}

static struct strs pairs_now(struct turn *turn) {
  return plus_pairs(turn, plus_pairs(turn, (struct strs){0}, true), false);
}

static bool has_pair_as(struct turn *turn, struct strs pairs, enum role role) {
  for (size_t i = 0; i < pairs.count; i++) {
    const struct pair *pair = txn_get(turn->txn, RECORD_PAIR, pairs.items[i]);
    if ((strcmp(pair->mentee, turn->person) == 0) == (role == ROLE_MENTEE)) return true;
  }
  return false;
}

static void offer_to_write(struct turn *turn, struct out *out, const struct pair *pair) {
  if (pair->state != PAIR_INTRODUCED || pair->room != NULL) return;
  relay_offer(turn, out, pair, turn->person, W("command.button.write"));
}

/* ---- next ---- */
static void next_for_pair(struct turn *turn, const struct pair *pair) {
  bool mentee = strcmp(pair->mentee, turn->person) == 0;
  const char *words = W("next.asked");
  if (pair->state == PAIR_INTRODUCED) words = W("next.introduced");
  else if (mentee && pair->state == PAIR_ASKING_MENTOR) words = W("next.mentor_asked");
  struct out *out = card_to(turn, turn->person, words);
  param_person(WITH(turn, out), turn, "partner", relay_partner(pair, turn->person));
  param_date(WITH(turn, out), turn, "by", pair->answer_by_ms);
  offer_to_write(turn, out, pair);
  (void)card_command(turn, out, "pair", W("command.button.pair"));
}

static const char *const state_words[ENROLMENT_STATE_MAX_] = {
    [ENROLMENT_PREFILLED] = W("next.welcome"), [ENROLMENT_DRAFT] = W("next.draft"),           [ENROLMENT_APPLIED] = W("next.applied"),
    [ENROLMENT_ACCEPTED] = W("next.accepted"), [ENROLMENT_WAITLISTED] = W("next.waitlisted"), [ENROLMENT_DECLINED] = W("next.declined"),
    [ENROLMENT_LEFT] = W("next.welcome")};

static const char *words_for_state(const struct programme *programme, const struct enrolment *enrolment) {
  bool needs_training = programme->training == TRAINING_GATE && !enrolment->trained;
  if (enrolment->state == ENROLMENT_ACCEPTED && needs_training) return W("next.training");
  if (enrolment->state == ENROLMENT_ACCEPTED && enrolment->role == ROLE_RESERVE) return W("next.reserve");
  return state_words[enrolment->state];
}

static void next_buttons(struct turn *turn, struct out *out, const struct enrolment *enrolment) {
  bool new = enrolment == NULL || enrolment->state == ENROLMENT_PREFILLED;
  if (new || enrolment->state == ENROLMENT_DRAFT) {
    card_command(turn, out, "join", new ? W("command.button.join") : W("command.button.join_on"))->primary = true;
  } else {
    (void)card_command(turn, out, "me", W("command.button.me"));
  }
  (void)card_command(turn, out, "privacy", W("command.button.privacy"));
  (void)card_command(turn, out, "help", W("command.button.help"));
}

static void next_for_enrolment(struct turn *turn, const struct enrolment *enrolment, bool one_of_two) {
  const struct programme *programme = txn_get(turn->txn, RECORD_PROGRAMME, enrolment->programme);
  struct out *out = card_to(turn, turn->person, words_for_state(programme, enrolment));
  if (one_of_two) (void)card_line(turn, out, enrolment->role == ROLE_MENTEE ? W("you.as_mentee") : W("you.as_mentor"));
  next_buttons(turn, out, enrolment);
}

/* Each role that has no pair yet, the one begun last first. */
static bool next_for_enrolments(struct turn *turn, const struct programme *programme, struct strs pairs) {
  struct strs enrolments = turn_enrolments(turn, turn->person, programme->id);
  bool said = false;
  for (size_t i = 0; i < enrolments.count; i++) {
    const struct enrolment *enrolment = txn_get(turn->txn, RECORD_ENROLMENT, enrolments.items[i]);
    if (has_pair_as(turn, pairs, enrolment->role)) continue;
    next_for_enrolment(turn, enrolment, enrolments.count > 1);
    said = true;
  }
  return said;
}

/* A manager's own next step: who waits for them. */
static bool next_for_manager(struct turn *turn, const struct programme *programme) {
  if (programme == NULL || !turn_manages(turn, turn->person, programme->id)) return false;
  struct out *out = card_to(turn, turn->person, W("next.manager"));
  struct strs enrolments = txn_find(turn->txn, INDEX_enrolment_programme, programme->id);
  int64_t applied = 0;
  for (size_t i = 0; i < enrolments.count; i++) {
    const struct enrolment *enrolment = txn_get(turn->txn, RECORD_ENROLMENT, enrolments.items[i]);
    if (enrolment->state == ENROLMENT_APPLIED && may_manage(turn->txn, turn->person, enrolment->person)) applied++;
  }
  param_number(WITH(turn, out), turn, "applied", applied);
  (void)card_command(turn, out, "applicants", W("command.button.applicants"));
  (void)card_command(turn, out, "match", W("command.button.match"));
  (void)card_command(turn, out, "people", W("command.button.people"));
  (void)card_command(turn, out, "pairs", W("command.button.pairs"));
  return true;
}

static void next_cards(struct turn *turn) {
  const struct programme *programme = turn_programme(turn);
  struct strs pairs = pairs_now(turn);
  for (size_t i = 0; i < pairs.count; i++) next_for_pair(turn, txn_get(turn->txn, RECORD_PAIR, pairs.items[i]));
  bool said = pairs.count > 0;
  if (programme != NULL && next_for_enrolments(turn, programme, pairs)) said = true;
  if (!said && !next_for_manager(turn, programme)) next_buttons(turn, card_to(turn, turn->person, W("next.welcome")), NULL);
}

void command_next(struct turn *turn, const char *args) {
  (void)args;
  next_cards(turn);
  engine_resume(turn);
}

/* ---- a person's own page: one card ---- */
enum { PAGE_USEFUL_MS = 600000 };

static bool offers(const struct out *page, const char *value) {
  for (size_t i = 0; i < page->choices.count; i++) {
    if (strcmp(page->choices.items[i].value, value) == 0) return true;
  }
  return false;
}

/* What would be a message of its own is a line of the page. */
static void add_to_page(struct turn *turn, struct out *page, const struct out *card) {
  struct line *line = card_line(turn, page, card->words);
  for (size_t i = 0; i < card->params.count; i++) *WITH(turn, line) = card->params.items[i];
  for (size_t i = 0; i < card->lines.count; i++) *LIST_ADD(turn->arena, &page->lines) = card->lines.items[i];
  for (size_t i = 0; i < card->choices.count; i++) {
    if (!offers(page, card->choices.items[i].value)) *LIST_ADD(turn->arena, &page->choices) = card->choices.items[i];
  }
}

static struct strs rows_made(struct turn *turn) {
  const struct txn_op *ops;
  struct strs rows = {0};
  size_t count = txn_ops(turn->txn, &ops);
  for (size_t i = 0; i < count; i++) {
    if (ops[i].kind == RECORD_OUT && ops[i].op == TXN_PUT) rows = strs_plus(turn->arena, rows, ops[i].id);
  }
  return rows;
}

void command_home(struct turn *turn) {
  next_cards(turn);
  struct strs rows = rows_made(turn);
  struct out *page = txn_edit(turn->txn, RECORD_OUT, rows.items[0]);
  page->kind = OUT_HOME;
  page->order = arena_format(turn->arena, "%s/home", page->order);
  page->until_ms = turn->now_ms + PAGE_USEFUL_MS;
  for (size_t i = 1; i < rows.count; i++) {
    add_to_page(turn, page, txn_get(turn->txn, RECORD_OUT, rows.items[i]));
    txn_drop(turn->txn, RECORD_OUT, rows.items[i]);
  }
}

/* ---- pair ---- */
static void show_pair(struct turn *turn, const struct pair *pair) {
  bool introduced = pair->state == PAIR_INTRODUCED;
  struct out *out = card_to(turn, turn->person, introduced ? W("pair.introduced") : W("pair.proposed"));
  param_person(WITH(turn, out), turn, "partner", relay_partner(pair, turn->person));
  param_date(WITH(turn, out), turn, "since", introduced ? pair->introduced_ms : pair->proposed_ms);
  offer_to_write(turn, out, pair);
  (void)card_command(turn, out, "contact", W("command.button.contact"));
}

void command_pair(struct turn *turn, const char *args) {
  (void)args;
  struct strs pairs = pairs_now(turn);
  for (size_t i = 0; i < pairs.count; i++) show_pair(turn, txn_get(turn->txn, RECORD_PAIR, pairs.items[i]));
  if (pairs.count == 0) (void)card_command(turn, card_to(turn, turn->person, W("pair.none")), "next", W("command.button.next"));
  engine_resume(turn);
}
