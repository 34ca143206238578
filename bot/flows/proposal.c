/* proposal.c: the mentee is asked, then the mentor (or both at once); a no costs nobody anything and is told to nobody else. */
#include "bot/flows/flows.h"
#include "bot/match/match.h"
#include "bot/match/pairs.h"
#include "bot/reasons.h"
#include "bot/schedule.h"

#include <string.h>

enum { ANSWER_WORKING_DAYS = 5, LATE_MS = 12 * 3600 * 1000, CANDIDATES_MAX = 100 };

/* ---- reading a pair ---- */
static const struct pair *pair_of(struct talking *talking) {
  return txn_get(talking->turn->txn, RECORD_PAIR, talking->talk->subject);
}

static struct pair *edit_pair(struct turn *turn, const char *id) {
  return txn_edit(turn->txn, RECORD_PAIR, id);
}

static bool is_mentee(struct talking *talking) {
  return strcmp(pair_of(talking)->mentee, talking->talk->person) == 0;
}

static int64_t deadline_for(struct turn *turn, const char *person) {
  const struct scheme *scheme = turn_scheme(turn);
  return schedule_deadline(scheme, schedule_zone(scheme, turn_person(turn, person)), turn->now_ms, ANSWER_WORKING_DAYS);
}

/* ---- the question ---- */
/* The mentor learns what the mentee wants to work on, the mentee why this mentor. */
static void proposal_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  const struct pair *pair = pair_of(talking);
  bool mentee = is_mentee(talking);
  struct out *out = engine_ask(talking, mentee ? W("proposal.mentee") : W("proposal.mentor"));
  const struct programme *programme = txn_get(turn->txn, RECORD_PROGRAMME, pair->programme);
  param_person(WITH(turn, out), turn, "partner", mentee ? pair->mentor : pair->mentee);
  param_date(WITH(turn, out), turn, "by", pair->answer_by_ms);
  param_number(WITH(turn, out), turn, "weeks", programme == NULL ? 0 : programme->weeks);
  param_number(WITH(turn, out), turn, "minutes", programme == NULL ? 60 : programme->rhythm_minutes);
  param_number(WITH(turn, out), turn, "days", programme == NULL ? 14 : programme->rhythm_every_days);
  reasons_lines(turn, out, pair, !mentee);
  struct line *then = card_line(turn, out, mentee && pair->state != PAIR_ASKING_BOTH ? W("proposal.then_mentor") : W("proposal.then_introduced"));
  param_person(WITH(turn, then), turn, "partner", mentee ? pair->mentor : pair->mentee);
  out->who = W("who.managers_answer");
  out->until_ms = pair->answer_by_ms;
  card_choice(turn, out, "yes", W("proposal.button.yes"), NULL)->primary = true;
  (void)card_choice(turn, out, "no", W("proposal.button.no"), NULL);
}

/* ---- ends of a proposal ---- */
static void close_pair(struct turn *turn, struct pair *pair, enum pair_state state) {
  pair->state = state;
  pair->answer_by_ms = 0;
  struct strs talks = txn_find(turn->txn, INDEX_talk_subject, pair->id);
  for (size_t i = 0; i < talks.count; i++) {
    const struct talk *talk = txn_get(turn->txn, RECORD_TALK, talks.items[i]);
    if (engine_runs(talk) && strcmp(talk->flow, "proposal") == 0) engine_end(turn, txn_edit(turn->txn, RECORD_TALK, talk->id), TALK_DONE);
  }
}

/* Managers who may know: neither in the mentee's nor in the mentor's line. */
static void tell_managers(struct turn *turn, const struct pair *pair, const char *words, const char *person) {
  struct strs managers = turn_pair_managers(turn, pair);
  for (size_t i = 0; i < managers.count; i++) {
    struct out *out = card_to(turn, managers.items[i], words);
    param_person(WITH(turn, out), turn, "person", person);
    param_person(WITH(turn, out), turn, "mentee_name", pair->mentee);
    param_person(WITH(turn, out), turn, "mentor_name", pair->mentor);
    (void)second_offer(turn, out, pair, managers.items[i]);
    (void)card_command(turn, out, "match", W("command.button.match"));
  }
}

static struct out *tell(struct turn *turn, const char *person, const char *words, const char *partner) {
  struct out *out = card_to(turn, person, words);
  param_person(WITH(turn, out), turn, "partner", partner);
  return out;
}

/* The best free reserve takes the place, if the manager chose so at release and there is one. */
static bool offer_reserve(struct turn *turn, const struct pair *pair) {
  struct match *best = arena_alloc(turn->arena, CANDIDATES_MAX * sizeof *best);
  const struct programme *programme = txn_get(turn->txn, RECORD_PROGRAMME, pair->programme);
  const struct enrolment *mentee = txn_get(turn->txn, RECORD_ENROLMENT, pair->mentee_enrolment);
  const struct round *round = pair->round == NULL ? NULL : txn_get(turn->txn, RECORD_ROUND, pair->round);
  if (pair->after_no != AFTER_NO_RESERVE || programme == NULL || mentee == NULL || round == NULL) return false;
  size_t count = match_best(turn->txn, programme, mentee, round, CANDIDATES_MAX, best);
  for (size_t i = 0; i < count; i++) {
    const struct enrolment *mentor = txn_get(turn->txn, RECORD_ENROLMENT, best[i].mentor);
    if (mentor->role != ROLE_RESERVE || !match_releasable(turn->txn, &best[i])) continue;
    (void)proposal_make(turn, round, &best[i], AFTER_NO_ASK);
    return true;
  }
  return false;
}

/* Whoever released the round: they may know both. */
static bool offer_second(struct turn *turn, const struct pair *pair) {
  return pair->after_no == AFTER_NO_RESERVE && second_propose(turn, pair, pair->released_by);
}

static void after_no(struct turn *turn, const struct pair *pair, const char *words, const char *person) {
  if (offer_second(turn, pair)) words = W("round.second_asked");
  else if (offer_reserve(turn, pair)) words = W("round.reserve_asked");
  tell_managers(turn, pair, words, person);
}

/* ---- answers ---- */
static void say_no(struct talking *talking) {
  struct turn *turn = talking->turn;
  struct pair *pair = edit_pair(turn, talking->talk->subject);
  bool mentee = is_mentee(talking);
  const char *person = talking->talk->person;
  bool partner_knows = mentee ? pair->state == PAIR_ASKING_BOTH : true;
  pair->said_no = person;
  (void)tell(turn, person, mentee ? W("proposal.thanks") : W("proposal.thanks_mentor"), mentee ? pair->mentor : pair->mentee);
  if (partner_knows) (void)tell(turn, mentee ? pair->mentor : pair->mentee, W("proposal.not_this_time"), person);
  close_pair(turn, pair, PAIR_DECLINED);
  txn_audit(turn->txn, person, "said no", pair->id);
  after_no(turn, pair, W("round.after_no"), person);
}

static void ask_mentor(struct turn *turn, struct pair *pair) {
  pair->state = PAIR_ASKING_MENTOR;
  pair->answer_by_ms = deadline_for(turn, pair->mentor);
  (void)tell(turn, pair->mentee, W("proposal.yes_mentee"), pair->mentor);
  (void)engine_start(turn, pair->mentor, "proposal", "answer", pair->id, true);
}

/* What keeps two people apart may have been said since they were proposed. */
static bool may_be_together(struct turn *turn, const struct pair *pair) {
  const char *mentee = pair->mentee, *mentor = pair->mentor;
  bool in_line = txn_in_line(turn->txn, mentee, mentor) || txn_in_line(turn->txn, mentor, mentee);
  return !in_line && !txn_apart(turn->txn, mentee, mentor);
}

static void say_yes(struct talking *talking) {
  struct turn *turn = talking->turn;
  struct pair *pair = edit_pair(turn, talking->talk->subject);
  if (!may_be_together(turn, pair)) { /* taken back as any other is: nobody can tell from it what was said */
    proposal_withdraw(turn, pair->id);
    tell_managers(turn, pair, W("proposal.taken_back"), pair->mentee);
    return;
  }
  if (is_mentee(talking)) pair->mentee_yes = true;
  else pair->mentor_yes = true;
  txn_audit(turn->txn, talking->talk->person, "said yes", pair->id);
  if (pair->mentee_yes && pair->mentor_yes) {
    close_pair(turn, pair, PAIR_INTRODUCED);
    introduction_make(turn, pair->id);
  } else if (pair->state == PAIR_ASKING_MENTEE) {
    ask_mentor(turn, pair);
  } else {
    (void)tell(turn, talking->talk->person, W("proposal.yes_waiting"), is_mentee(talking) ? pair->mentor : pair->mentee);
  }
}

static enum reading proposal_read(struct talking *talking, const struct heard *heard) {
  if (!match_pair_is_asked(pair_of(talking))) {
    tell(talking->turn, talking->talk->person, W("proposal.over"), talking->talk->person);
    return READ_OK;
  }
  if (strcmp(heard->values.items[0], "yes") == 0) say_yes(talking);
  else say_no(talking);
  return READ_OK;
}

static void proposal_remind(struct talking *talking, enum remind what) {
  struct out *out = card_to(talking->turn, talking->talk->person, W("proposal.remind"));
  (void)what;
  param_date(WITH(talking->turn, out), talking->turn, "by", pair_of(talking)->answer_by_ms);
}

/* Cancel is no answer: the question stays, and comes back with its reminders. */
static void proposal_cancel(struct talking *talking) {
  struct out *out = card_to(talking->turn, talking->talk->person, W("proposal.cancelled"));
  param_date(WITH(talking->turn, out), talking->turn, "by", pair_of(talking)->answer_by_ms);
  talking->talk->state = TALK_QUEUED;
}

static const struct step proposal_steps[] = {
    {.name = "answer", .ask = proposal_ask, .read = proposal_read, .then = STEP_END, .why = W("why.proposal"), .no = "no"}};
static const struct reminder proposal_reminders[] = {{2, true, REMIND_PERSON}, {4, true, REMIND_PERSON}};

const struct flow proposal_flow = {
    .name = "proposal", .steps = proposal_steps, .step_count = ARRAY_LEN(proposal_steps),
    .reminders = proposal_reminders, .reminder_count = ARRAY_LEN(proposal_reminders),
    .remind = proposal_remind, .cancel = proposal_cancel};

/* ---- doors ---- */
const char *proposal_make(struct turn *turn, const struct round *round, const struct match *match, enum after_no after_no_rule) {
  const struct enrolment *mentee = txn_get(turn->txn, RECORD_ENROLMENT, match->mentee);
  const struct enrolment *mentor = txn_get(turn->txn, RECORD_ENROLMENT, match->mentor);
  const struct programme *programme = txn_get(turn->txn, RECORD_PROGRAMME, mentee->programme);
  struct pair *pair = txn_add(turn->txn, RECORD_PAIR, NULL);
  pair->programme = mentee->programme;
  pair->round = round == NULL ? NULL : round->id;
  pair->mentee = mentee->person;
  pair->mentor = mentor->person;
  pair->mentee_enrolment = mentee->id;
  pair->mentor_enrolment = mentor->id;
  pair->after_no = after_no_rule;
  pair->second = match->second;
  pair->reasons = match->reasons;
  pair->weak = match->weak;
  pair->released_by = round == NULL ? turn->person : round->by; /* a reserve is proposed while somebody else speaks */
  pair->proposed_ms = turn->now_ms;
  pair->answer_by_ms = deadline_for(turn, pair->mentee);
  pair->state = programme->ask == ASK_BOTH ? PAIR_ASKING_BOTH : PAIR_ASKING_MENTEE;
  (void)engine_start(turn, pair->mentee, "proposal", "answer", pair->id, true);
  if (pair->state == PAIR_ASKING_BOTH) (void)engine_start(turn, pair->mentor, "proposal", "answer", pair->id, true);
  return pair->id;
}

void proposal_withdraw(struct turn *turn, const char *id) {
  struct pair *pair = edit_pair(turn, id);
  if (pair == NULL || !match_pair_is_asked(pair)) return;
  bool mentor_knows = pair->state != PAIR_ASKING_MENTEE;
  close_pair(turn, pair, PAIR_WITHDRAWN);
  (void)tell(turn, pair->mentee, W("proposal.withdrawn"), pair->mentor);
  if (mentor_knows) (void)tell(turn, pair->mentor, W("proposal.withdrawn"), pair->mentee);
  txn_audit(turn->txn, turn->person == NULL ? "bot" : turn->person, "withdrew", pair->id);
}

/* After an outage nobody loses their time to answer: a deadline that passed while we were away moves on a working day. */
static bool was_away(struct turn *turn, struct pair *pair) {
  if (turn->now_ms - pair->answer_by_ms < LATE_MS) return false;
  const struct scheme *scheme = turn_scheme(turn);
  pair->answer_by_ms = schedule_deadline(scheme, schedule_zone(scheme, NULL), turn->now_ms, 1);
  return true;
}

static void give_time(struct turn *turn, const char *id, int64_t until_ms) {
  struct pair *pair = edit_pair(turn, id);
  pair->answer_by_ms = until_ms;
  bool mentee = !pair->mentee_yes, mentor = !pair->mentor_yes && pair->state != PAIR_ASKING_MENTEE;
  struct out *out = mentee ? tell(turn, pair->mentee, W("proposal.more_time"), pair->mentor) : NULL;
  if (out != NULL) param_date(WITH(turn, out), turn, "by", until_ms);
  out = mentor ? tell(turn, pair->mentor, W("proposal.more_time"), pair->mentee) : NULL;
  if (out != NULL) param_date(WITH(turn, out), turn, "by", until_ms);
}

void proposal_after_outage(struct turn *turn, size_t part) {
  const struct model *model = txn_model(turn->txn);
  const struct scheme *scheme = turn_scheme(turn);
  int64_t until_ms = schedule_deadline(scheme, schedule_zone(scheme, NULL), turn->now_ms, 1);
  size_t count = model_count(model, RECORD_PAIR), end = (part + 1) * TURN_OUTAGE_PAIRS;
  for (size_t i = part * TURN_OUTAGE_PAIRS; i < count && i < end; i++) {
    const struct pair *pair = model_at(model, RECORD_PAIR, i);
    if (match_pair_is_asked(pair) && pair->answer_by_ms < until_ms) give_time(turn, pair->id, until_ms);
  }
}

void proposal_expired(struct turn *turn, const char *id) {
  struct pair *pair = edit_pair(turn, id);
  if (pair == NULL || !match_pair_is_asked(pair) || was_away(turn, pair)) return;
  bool mentee_waits = !pair->mentee_yes, mentor_knows = pair->state != PAIR_ASKING_MENTEE;
  const char *silent = mentee_waits ? pair->mentee : pair->mentor;
  (void)tell(turn, pair->mentee, mentee_waits ? W("proposal.expired") : W("proposal.not_this_time"), pair->mentor);
  if (mentor_knows) (void)tell(turn, pair->mentor, pair->mentor_yes ? W("proposal.not_this_time") : W("proposal.expired"), pair->mentee);
  close_pair(turn, pair, PAIR_EXPIRED);
  txn_audit(turn->txn, "bot", "expired", pair->id);
  after_no(turn, pair, W("round.after_silence"), silent);
}
