/* round.c: a manager's round: review who goes with whom and why, change it, release it, or take back what nobody answered. */
#include <stdio.h>

#include "bot/command_parts.h"
#include "bot/flows/round_parts.h"
#include "bot/jobs/jobs.h"
#include "bot/match/explain.h"
#include "bot/match/pairs.h"
#include "bot/match/people.h"
#include "bot/reasons.h"

enum { SEED_BYTES = 16, LINES_MAX = 60 };

/* ---- shared ---- */
struct round *round_edit(struct talking *talking) {
  return txn_edit(talking->turn->txn, RECORD_ROUND, talking->talk->subject);
}

const struct enrolment *round_enrolment(struct turn *turn, const char *id) {
  return id == NULL ? NULL : txn_get(turn->txn, RECORD_ENROLMENT, id);
}

void round_param(struct param *param, struct turn *turn, const char *name, const char *enrolment) {
  param_person(param, turn, name, round_enrolment(turn, enrolment)->person);
}

static bool may_be_shown(struct turn *turn, const struct round *round, const char *enrolment) {
  const struct enrolment *shown = round_enrolment(turn, enrolment);
  return shown == NULL || may_manage(turn->txn, round->by, shown->person);
}

bool round_shows(struct turn *turn, const struct round *round, const struct match *match) {
  return may_be_shown(turn, round, match->mentee) && may_be_shown(turn, round, match->mentor);
}

static bool is_large(const struct turn *turn, struct match_sizes sizes) {
  size_t most = turn->event->round_side == 0 ? MATCH_SIDE_MAX : turn->event->round_side;
  return sizes.mentees > most || sizes.mentors > most;
}

bool round_solve(struct turn *turn, struct round *round) {
  const struct programme *programme = txn_get(turn->txn, RECORD_PROGRAMME, round->programme);
  struct match_sizes sizes = match_round_sizes(turn->txn, programme, round->by);
  round->matches.items = NULL;
  round->matches.count = 0;
  round->filled.count = 0;
  if (is_large(turn, sizes)) return large_begin(turn, sizes, round);
  err_note_clear();
  if (match_round(turn->txn, programme, round->by, round) != ERR_NONE) {
    (void)card_to(turn, turn->person, W("round.failed"));
    return false;
  }
  round_drop_sheets(turn, round);
  round->state = ROUND_REVIEW;
  return true;
}

/* ---- the review card ---- */
static const char *seed_from(struct turn *turn) {
  uint64_t number = turn_chance(turn, 1);
  return arena_format(turn->arena, "%016llx", (unsigned long long)number);
}

static void second_param(struct turn *turn, struct line *line, const struct round *round, const struct match *match) {
  bool shown = round != NULL && round_enrolment(turn, match->second) != NULL && may_be_shown(turn, round, match->second);
  param_number(WITH(turn, line), turn, "second_count", shown);
  if (shown) round_param(WITH(turn, line), turn, "second_name", match->second);
  else param_text(WITH(turn, line), turn, "second_name", "");
}

void round_line(struct turn *turn, struct out *out, const struct round *round, const struct match *match) {
  bool held = !match_releasable(turn->txn, match);
  struct line *line = card_line(turn, out, held ? W("round.line_held") : match->pinned ? W("round.line_pinned") : W("round.line"));
  round_param(WITH(turn, line), turn, "mentee_name", match->mentee);
  round_param(WITH(turn, line), turn, "mentor_name", match->mentor);
  param_number(WITH(turn, line), turn, "score", (match->score + 50) / 100);
  param_number(WITH(turn, line), turn, "answered", match->answered);
  param_number(WITH(turn, line), turn, "asked", match->asked);
  struct strs fits = reasons_names(turn, match->reasons), weak = reasons_names(turn, match->weak);
  param_number(WITH(turn, line), turn, "fit_count", (int64_t)fits.count);
  param_words(WITH(turn, line), turn, "fits", fits);
  param_number(WITH(turn, line), turn, "weak_count", (int64_t)weak.count);
  param_words(WITH(turn, line), turn, "weak", weak);
  second_param(turn, line, round, match);
}

static void nobody_line(struct turn *turn, struct out *out, const struct round *round, const struct match *match, const struct match_people *mentors) {
  if (places_nobody_line(turn, out, match)) return;
  const char *code = explain_nobody(turn->txn, txn_get(turn->txn, RECORD_PROGRAMME, round->programme), round,
                                    round_enrolment(turn, match->mentee), mentors);
  struct line *line = card_line(turn, out, strcmp(code, "seats") == 0 ? W("round.nobody_seats") : W("round.nobody"));
  round_param(WITH(turn, line), turn, "mentee_name", match->mentee);
}

/* A topic that the catalogue has no words for is left out: there is nothing to call it. */
static void recruit_line(struct turn *turn, struct out *out, const struct round *round) {
  struct explain_recruit recruit = explain_recruit(turn->txn, txn_get(turn->txn, RECORD_PROGRAMME, round->programme), round);
  const char *topic = recruit.topic == NULL ? NULL : arena_format(turn->arena, "option.topics.%s", recruit.topic);
  if (topic == NULL || !words_has(turn->words, topic)) return;
  struct line *line = card_line(turn, out, W("round.recruit"));
  param_words(WITH(turn, line), turn, "topic", strs_plus(turn->arena, (struct strs){0}, topic));
  param_number(WITH(turn, line), turn, "people", recruit.people);
}

enum counted { COUNT_ALONE, COUNT_PAIRS, COUNT_RELEASABLE };

static int64_t count_matches(struct turn *turn, const struct round *round, enum counted which) {
  int64_t count = 0;
  for (size_t i = 0; i < round->matches.count; i++) {
    const struct match *match = &round->matches.items[i];
    if ((match->mentor == NULL) != (which == COUNT_ALONE) || !round_shows(turn, round, match)) continue;
    if (which != COUNT_RELEASABLE || match_releasable(turn->txn, match)) count++;
  }
  return count;
}

/* The mentors are gathered once for all who have nobody. */
static void review_lines(struct turn *turn, struct out *out, const struct round *round) {
  bool any = count_matches(turn, round, COUNT_ALONE) > 0;
  struct match_people mentors = {0};
  if (any) mentors = match_people_mentors(turn->txn, txn_get(turn->txn, RECORD_PROGRAMME, round->programme), round->by);
  for (size_t i = 0; i < round->matches.count && out->lines.count < LINES_MAX; i++) {
    const struct match *match = &round->matches.items[i];
    if (!round_shows(turn, round, match)) continue;
    if (match->mentor != NULL) round_line(turn, out, round, match);
    else nobody_line(turn, out, round, match, &mentors);
  }
  if (any && out->lines.count < LINES_MAX) recruit_line(turn, out, round);
}

static void review_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  const struct round *round = round_edit(talking);
  if (round->state == ROUND_WORKING || round->sheets > 0) {
    large_ask(talking, round);
    return;
  }
  int64_t pairs = count_matches(turn, round, COUNT_PAIRS);
  struct out *out = engine_ask(talking, W("round.review"));
  param_number(WITH(turn, out), turn, "pairs", pairs);
  param_number(WITH(turn, out), turn, "alone", count_matches(turn, round, COUNT_ALONE));
  places_lines(turn, out, round);
  review_lines(turn, out, round);
  if (count_matches(turn, round, COUNT_RELEASABLE) > 0) card_choice(turn, out, "release", W("round.button.release"), NULL)->primary = true;
  if (pairs > 0) (void)card_choice(turn, out, "swap", W("round.button.swap"), NULL);
  if (pairs > 0) (void)card_choice(turn, out, "forbid", W("round.button.forbid"), NULL);
  places_choice(turn, out, round);
  if (round->couples.count > 0) (void)card_choice(turn, out, "undo", W("round.button.undo"), NULL);
  (void)card_choice(turn, out, "discard", W("round.button.discard"), NULL);
}

/* A step's `read` that keeps what was chosen in the slot "chosen", for its `next`. */
static enum reading chosen_read(struct talking *talking, const struct heard *heard) {
  engine_set_slot(talking->turn, talking->talk, "chosen", heard->values.items[0]);
  return READ_OK;
}

static enum reading review_read(struct talking *talking, const struct heard *heard) {
  (void)chosen_read(talking, heard);
  if (strcmp(heard->values.items[0], "undo") != 0) return READ_OK;
  (void)couple_undo(talking->turn, round_edit(talking));
  return READ_AGAIN;
}

static const char *review_next(struct talking *talking) {
  const char *chosen = engine_slot(talking->talk, "chosen");
  struct round *round = round_edit(talking);
  if (strcmp(chosen, "stop") == 0) return large_stop(talking);
  if (strcmp(chosen, "again") == 0) return round_solve(talking->turn, round) ? "review" : STEP_END;
  if (strcmp(chosen, "release") == 0) {
    round->release_from = 0;
    return "after_no";
  }
  if (strcmp(chosen, "list") == 0 || strcmp(chosen, "places") == 0) return arena_format(talking->turn->arena, "%s/0", chosen);
  if (strcmp(chosen, "discard") != 0) return chosen;
  (void)card_to(talking->turn, talking->talk->person, W("round.discarded"));
  return STEP_END;
}

/* ---- release ---- */
static void after_no_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  const struct round *round = round_edit(talking);
  struct out *out = engine_ask(talking, W("round.after_no_question"));
  param_number(WITH(turn, out), turn, "pairs", round->sheets > 0 ? large_releasable(turn, round) : count_matches(turn, round, COUNT_RELEASABLE));
  (void)card_choice(turn, out, "ask", W("round.button.ask_me"), NULL);
  (void)card_choice(turn, out, "reserve", second_any(turn, round) ? W("round.button.second") : W("round.button.reserve"), NULL);
  (void)card_choice(turn, out, "wait", W("round.button.not_yet"), NULL);
}

/* Everything is looked at once more: somebody may have left, or told us about their line manager, since the review. */
bool round_still_good(struct turn *turn, const struct programme *programme, const char *manager, const struct match *match) {
  const struct enrolment *mentee = round_enrolment(turn, match->mentee), *mentor = round_enrolment(turn, match->mentor);
  if (mentee == NULL || mentor == NULL || mentee->state != ENROLMENT_ACCEPTED || mentor->state != ENROLMENT_ACCEPTED) return false;
  if (!may_manage(turn->txn, manager, mentee->person) || !may_manage(turn->txn, manager, mentor->person)) return false;
  if (match_pairs_has_mentor(turn->txn, mentee->person, programme->id)) return false; /* another manager was quicker */
  return match_releasable(turn->txn, match) && match_allowed(turn->txn, programme, mentee, mentor) == MATCH_FREE;
}

static void release(struct talking *talking) {
  struct turn *turn = talking->turn;
  struct round *round = round_edit(talking);
  const struct programme *programme = txn_get(turn->txn, RECORD_PROGRAMME, round->programme);
  int64_t sent = 0, held = 0;
  for (size_t i = 0; i < round->matches.count; i++) {
    struct match *match = &round->matches.items[i];
    if (match->mentor == NULL) continue;
    bool good = round_still_good(turn, programme, round->by, match);
    match->state = good ? MATCH_RELEASED : MATCH_HELD;
    if (good) (void)proposal_make(turn, round, match, round->after_no);
    *(good ? &sent : &held) += 1;
  }
  round->state = ROUND_RELEASED;
  round->released_ms = turn->now_ms;
  txn_audit(turn->txn, talking->talk->person, "released", round->id);
  struct out *out = card_to(turn, talking->talk->person, W("round.released"));
  param_number(WITH(turn, out), turn, "sent", sent);
  param_number(WITH(turn, out), turn, "held", held);
  (void)card_command(turn, out, "pairs", W("command.button.pairs"));
}

static const char *after_no_next(struct talking *talking) {
  const char *chosen = engine_slot(talking->talk, "chosen");
  if (strcmp(chosen, "wait") == 0) return "review";
  round_edit(talking)->after_no = after_no_from(chosen);
  if (round_edit(talking)->sheets > 0) large_release(talking);
  else release(talking);
  return STEP_END;
}

/* ---- taking back ---- */
static int64_t untouched(struct turn *turn, const struct round *round, int64_t most, bool withdraw) {
  struct strs pairs = txn_find(turn->txn, INDEX_pair_programme, round->programme);
  int64_t count = 0;
  for (size_t i = 0; i < pairs.count && count < most; i++) {
    const struct pair *pair = txn_get(turn->txn, RECORD_PAIR, pairs.items[i]);
    bool ours = pair->round != NULL && strcmp(pair->round, round->id) == 0 && pair->state == PAIR_ASKING_MENTEE;
    if (!ours || !may_manage(turn->txn, turn->person, pair->mentee) || !may_manage(turn->txn, turn->person, pair->mentor)) continue;
    if (withdraw) proposal_withdraw(turn, pair->id);
    count++;
  }
  return count;
}

int64_t round_take_back(struct turn *turn, const struct round *round, int64_t most) {
  return untouched(turn, round, most, true);
}

static void undo_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  struct out *out = engine_ask(talking, W("round.undo_question"));
  param_number(WITH(turn, out), turn, "pairs", untouched(turn, round_edit(talking), INT64_MAX, false));
  (void)card_choice(turn, out, "yes", W("round.button.take_back"), NULL);
  (void)card_choice(turn, out, "no", W("round.button.leave"), NULL);
}

static enum reading undo_read(struct talking *talking, const struct heard *heard) {
  struct turn *turn = talking->turn;
  bool yes = strcmp(heard->values.items[0], "yes") == 0;
  if (yes && round_edit(talking)->sheets > 0) {
    large_take_back(talking);
    return READ_OK;
  }
  int64_t count = yes ? untouched(turn, round_edit(talking), INT64_MAX, true) : 0;
  struct out *out = card_to(turn, talking->talk->person, yes ? W("round.taken_back") : W("round.left"));
  param_number(WITH(turn, out), turn, "pairs", count);
  return READ_OK;
}

static void cancel(struct talking *talking) {
  enum round_state state = round_edit(talking)->state;
  if (state == ROUND_WORKING) (void)large_stop(talking);
  else (void)card_to(talking->turn, talking->talk->person, state == ROUND_REVIEW ? W("round.discarded") : W("talk.cancelled"));
}

/* Nothing leads back to a list once the talk about it is over: what was not released goes. */
static void over(struct turn *turn, const struct talk *talk) {
  const struct round *round = txn_get(turn->txn, RECORD_ROUND, talk->subject);
  if (round != NULL && round->state == ROUND_REVIEW) round_let_go(turn, txn_edit(turn->txn, RECORD_ROUND, round->id));
}

static const struct step round_steps[] = {
    {.name = "review", .ask = review_ask, .read = review_read, .next = review_next, .why = W("why.round")},
    {.name = "swap", .ask = swap_ask, .read = swap_read, .next = swap_next},
    {.name = "forbid", .ask = forbid_ask, .read = forbid_read, .then = "review"},
    {.name = "list", .ask = large_list_ask, .read = chosen_read, .next = large_list_next, .flags = STEP_NO_BACK},
    {.name = "places", .ask = places_ask, .read = chosen_read, .next = places_next, .flags = STEP_NO_BACK},
    {.name = "leave", .ask = large_leave_ask, .read = large_leave_read, .next = large_list_next, .flags = STEP_NO_BACK},
    {.name = "from", .ask = large_from_ask, .read = chosen_read, .next = large_from_next},
    {.name = "after_no", .ask = after_no_ask, .read = chosen_read, .next = after_no_next},
    {.name = "second", .ask = second_ask, .read = second_read, .then = STEP_END, .flags = STEP_NO_BACK},
    {.name = "undo", .ask = undo_ask, .read = undo_read, .then = STEP_END},
};
static const struct reminder round_reminders[] = {{14, false, REMIND_END}};

const struct flow round_flow = {.name = "round", .steps = round_steps, .step_count = ARRAY_LEN(round_steps),
                                .reminders = round_reminders, .reminder_count = ARRAY_LEN(round_reminders), .cancel = cancel, .over = over};

/* ---- commands ---- */
static bool is_review(const struct talk *talk) {
  return strcmp(talk->flow, "round") == 0 && strcmp(talk->step, "undo") != 0 && strncmp(talk->step, "second/", strlen("second/")) != 0;
}

static struct talk *open_review(struct turn *turn) {
  struct strs talks = txn_find(turn->txn, INDEX_talk_person, turn->person);
  for (size_t i = talks.count; i > 0; i--) {
    const struct talk *talk = txn_get(turn->txn, RECORD_TALK, talks.items[i - 1]);
    if (engine_runs(talk) && is_review(talk)) return txn_edit(turn->txn, RECORD_TALK, talk->id);
  }
  return NULL;
}

static const struct programme *managed_programme(struct turn *turn) {
  const struct programme *programme = turn_programme(turn);
  if (programme != NULL && turn_manages(turn, turn->person, programme->id)) return programme;
  (void)card_to(turn, turn->person, W("round.no_programme"));
  return NULL;
}

/* Whom this manager may not see and nobody else can match: the scheme lead must know that somebody is left out. */
static bool has_manager(struct turn *turn, struct strs managers, const char *person) {
  for (size_t i = 0; i < managers.count; i++)
    if (may_manage(turn->txn, managers.items[i], person)) return true;
  return false;
}

static void tell_lead(struct turn *turn, const struct programme *programme) {
  bool left_out = false;
  struct strs managers = turn_managers(turn, programme->id, NULL);
  struct strs enrolments = txn_find(turn->txn, INDEX_enrolment_programme, programme->id);
  for (size_t i = 0; i < enrolments.count && !left_out; i++) {
    const struct enrolment *enrolment = round_enrolment(turn, enrolments.items[i]);
    bool waits = enrolment->role == ROLE_MENTEE && enrolment->state == ENROLMENT_ACCEPTED;
    left_out = waits && !has_manager(turn, managers, enrolment->person);
  }
  struct strs persons = left_out ? txn_all(turn->txn, RECORD_PERSON) : (struct strs){0};
  for (size_t i = 0; i < persons.count; i++) {
    if (turn_person(turn, persons.items[i])->lead) (void)card_to(turn, persons.items[i], W("round.lead_needed"));
  }
}

static struct round *new_round(struct turn *turn, const struct programme *programme) {
  struct round *round = txn_add(turn->txn, RECORD_ROUND, NULL);
  round->programme = programme->id;
  round->by = turn->person;
  round->seed = seed_from(turn);
  round->made_ms = turn->now_ms;
  return round;
}

static void show_round(struct turn *turn, struct talk *talk, const struct round *round) {
  if (talk == NULL) talk = engine_start_quietly(turn, turn->person, "round", "review", round->id);
  engine_bring(turn, talk, "review");
}

/* A round nobody looks at does not stay. */
static void drop_round(struct turn *turn, const char *id) {
  round_job_stop(turn, id);
  txn_drop(turn->txn, RECORD_ROUND, id);
}

void command_match(struct turn *turn, const char *args) {
  const struct programme *programme = managed_programme(turn);
  struct couple couple = {.pin = true};
  if (programme == NULL) return;
  if (args[0] != '\0' && !couple_from_words(turn, programme, args, &couple)) return;
  struct talk *talk = open_review(turn);
  struct round *round = talk == NULL ? new_round(turn, programme) : txn_edit(turn->txn, RECORD_ROUND, talk->subject);
  if (talk != NULL && large_stays(turn, round, args)) {
    show_round(turn, talk, round);
    return;
  }
  bool solved = round_solve(turn, round);
  bool pinned = solved && (args[0] == '\0' || couple_add(turn, round, &couple));
  if (!pinned && talk == NULL) drop_round(turn, round->id);
  if (!solved || (!pinned && talk == NULL)) return;
  tell_lead(turn, programme);
  show_round(turn, talk, round);
}

void command_release(struct turn *turn, const char *args) {
  (void)args;
  struct talk *talk = open_review(turn);
  if (talk == NULL) {
    struct out *out = card_to(turn, turn->person, W("round.nothing"));
    (void)card_command(turn, out, "match", W("command.button.match"));
    return;
  }
  struct round *round = txn_edit(turn->txn, RECORD_ROUND, talk->subject);
  round->release_from = 0;
  engine_bring(turn, talk, round->state == ROUND_WORKING ? "review" : "after_no");
}

static const struct round *last_released(struct turn *turn) {
  struct strs rounds = txn_all(turn->txn, RECORD_ROUND);
  for (size_t i = rounds.count; i > 0; i--) {
    const struct round *round = txn_get(turn->txn, RECORD_ROUND, rounds.items[i - 1]);
    if (round->state == ROUND_RELEASED) return round;
  }
  return NULL;
}

void command_undo(struct turn *turn, const char *args) {
  (void)args;
  struct talk *talk = open_review(turn);
  const struct round *round = last_released(turn);
  if (talk != NULL) {
    struct round *open = txn_edit(turn->txn, RECORD_ROUND, talk->subject);
    bool undone = open->state != ROUND_WORKING && couple_undo(turn, open);
    if (!undone) (void)card_to(turn, turn->person, W("round.nothing_to_undo"));
    engine_bring(turn, talk, NULL);
  } else if (round != NULL && untouched(turn, round, 1, false) > 0) {
    (void)engine_start(turn, turn->person, "round", "undo", round->id, false);
  } else {
    (void)card_to(turn, turn->person, W("round.nothing_to_undo"));
  }
}
