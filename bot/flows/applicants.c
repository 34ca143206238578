/* applicants.c: who asked to join: accept, wait-list or decline kindly, and mark who was trained. Recused managers see nobody of theirs. */
#include <string.h>

#include "bot/command_parts.h"
#include "bot/flows/flows.h"

enum { LINES_MAX = 80, ACCEPT_MAX = 200 };

/* ---- who is on the list ---- */
typedef bool enrolment_test(const struct enrolment *enrolment);

static bool is_participant(const struct enrolment *enrolment) {
  return enrolment->role == ROLE_MENTEE || enrolment->role == ROLE_MENTOR || enrolment->role == ROLE_RESERVE;
}

static bool has_applied(const struct enrolment *enrolment) {
  return is_participant(enrolment) && enrolment->state == ENROLMENT_APPLIED;
}

static bool is_decidable(const struct enrolment *enrolment) {
  return has_applied(enrolment) || (is_participant(enrolment) && enrolment->state == ENROLMENT_WAITLISTED);
}

static bool needs_training(const struct enrolment *enrolment) {
  return is_participant(enrolment) && enrolment->state == ENROLMENT_ACCEPTED && !enrolment->trained;
}

/* Enrolments of the programme that pass the test and whose person this manager may manage. */
static struct strs those(struct turn *turn, const char *programme, const char *manager, enrolment_test *test) {
  struct strs found = {0};
  struct strs enrolments = txn_find(turn->txn, INDEX_enrolment_programme, programme);
  for (size_t i = 0; i < enrolments.count; i++) {
    const struct enrolment *enrolment = txn_get(turn->txn, RECORD_ENROLMENT, enrolments.items[i]);
    if (!test(enrolment) || !may_manage(turn->txn, manager, enrolment->person)) continue;
    found = strs_plus(turn->arena, found, enrolment->id);
  }
  return found;
}

static struct strs listed(struct talking *talking, enrolment_test *test) {
  return those(talking->turn, talking->talk->subject, talking->talk->person, test);
}

static const struct enrolment *enrolment_of(struct turn *turn, const char *id) {
  return txn_get(turn->txn, RECORD_ENROLMENT, id);
}

/* ---- list ---- */
/* With what they asked to join as: somebody may stand in a list twice. */
static void add_line(struct turn *turn, struct out *out, const struct enrolment *enrolment) {
  static const char *const state_words[ENROLMENT_STATE_MAX_] = {
      [ENROLMENT_APPLIED] = W("state.applied"), [ENROLMENT_WAITLISTED] = W("state.waitlisted"), [ENROLMENT_ACCEPTED] = W("state.untrained")};
  struct line *line = card_line(turn, out, W("applicants.line"));
  param_person(WITH(turn, line), turn, "person", enrolment->person);
  param_role(WITH(turn, line), turn, "role", enrolment->role);
  param_words(WITH(turn, line), turn, "state", strs_of(turn->arena, 1, state_words[enrolment->state]));
}

static void add_lines(struct turn *turn, struct out *out, struct strs enrolments) {
  for (size_t i = 0; i < enrolments.count && out->lines.count < LINES_MAX; i++) add_line(turn, out, enrolment_of(turn, enrolments.items[i]));
}

static size_t count_applied(struct turn *turn, struct strs decidable) {
  size_t count = 0;
  for (size_t i = 0; i < decidable.count; i++) count += has_applied(enrolment_of(turn, decidable.items[i]));
  return count;
}

static void list_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  struct strs decidable = listed(talking, is_decidable), untrained = listed(talking, needs_training);
  size_t applied = count_applied(turn, decidable);
  bool any = decidable.count + untrained.count > 0;
  struct out *out = engine_ask(talking, any ? W("applicants.list") : W("applicants.nobody"));
  param_number(WITH(turn, out), turn, "count", (int64_t)applied);
  param_number(WITH(turn, out), turn, "untrained", (int64_t)untrained.count);
  add_lines(turn, out, decidable);
  add_lines(turn, out, untrained);
  if (applied > 0) card_choice(turn, out, "accept_all", W("applicants.button.accept_all"), NULL)->primary = true;
  if (decidable.count > 0) (void)card_choice(turn, out, "one", W("applicants.button.one"), NULL);
  if (untrained.count > 0) (void)card_choice(turn, out, "train", W("applicants.button.train"), NULL);
  (void)card_choice(turn, out, "close", W("applicants.button.close"), NULL);
}

/* ---- decisions: each is told to the person in the same commit ---- */
static void decide(struct turn *turn, const char *manager, const char *id, enum enrolment_state state, const char *words) {
  struct enrolment *enrolment = txn_edit(turn->txn, RECORD_ENROLMENT, id);
  if (enrolment == NULL || !is_decidable(enrolment) || !may_manage(turn->txn, manager, enrolment->person)) return;
  enrolment->state = state;
  enrolment->changed_ms = turn->now_ms;
  struct out *out = card_to(turn, enrolment->person, words);
  (void)card_command(turn, out, "next", W("command.button.next"));
  txn_audit(turn->txn, manager, enrolment_state_name(state), enrolment->id);
}

/* A turn is bounded: of very many the first are taken, and the list that is shown again holds the rest. */
static void accept_all(struct talking *talking) {
  struct strs applied = listed(talking, has_applied);
  if (applied.count > ACCEPT_MAX) applied.count = ACCEPT_MAX;
  for (size_t i = 0; i < applied.count; i++) {
    decide(talking->turn, talking->talk->person, applied.items[i], ENROLMENT_ACCEPTED, W("applicants.accepted"));
  }
  struct out *out = card_to(talking->turn, talking->talk->person, W("applicants.accepted_all"));
  param_number(WITH(talking->turn, out), talking->turn, "count", (int64_t)applied.count);
}

static enum reading list_read(struct talking *talking, const struct heard *heard) {
  const char *chosen = heard->values.items[0];
  engine_set_slot(talking->turn, talking->talk, "chosen", chosen);
  if (strcmp(chosen, "accept_all") != 0) return READ_OK;
  accept_all(talking);
  return READ_AGAIN;
}

static const char *list_next(struct talking *talking) {
  const char *chosen = engine_slot(talking->talk, "chosen");
  return strcmp(chosen, "close") == 0 ? STEP_END : chosen;
}

/* ---- one person ---- */
/* Nobody is left to choose from: another manager was quicker, or this one was found to stand above them. Not a word about
 * them any more; only the way back. */
static void ask_nobody(struct talking *talking, const char *words) {
  struct out *out = engine_ask(talking, words);
  (void)card_choice(talking->turn, out, "close", W("applicants.button.close"), NULL);
}

static void add_choices(struct turn *turn, struct out *out, struct strs enrolments) {
  for (size_t i = 0; i < enrolments.count; i++) {
    const struct enrolment *enrolment = enrolment_of(turn, enrolments.items[i]);
    struct choice *choice = card_choice(turn, out, enrolment->id, W("applicants.choice"), NULL);
    param_person(WITH(turn, choice), turn, "person", enrolment->person);
    param_role(WITH(turn, choice), turn, "role", enrolment->role);
  }
}

static void one_whom(struct talking *talking) {
  struct turn *turn = talking->turn;
  struct strs decidable = listed(talking, is_decidable);
  if (decidable.count == 0) {
    ask_nobody(talking, W("applicants.nobody"));
    return;
  }
  struct out *out = engine_ask(talking, W("applicants.whom"));
  add_choices(turn, out, decidable);
}

static void one_what(struct talking *talking, const char *id) {
  struct turn *turn = talking->turn;
  struct out *out = engine_ask(talking, W("applicants.what"));
  param_person(WITH(turn, out), turn, "person", enrolment_of(turn, id)->person);
  param_role(WITH(turn, out), turn, "role", enrolment_of(turn, id)->role);
  (void)card_choice(turn, out, "accept", W("applicants.button.accept"), NULL);
  (void)card_choice(turn, out, "wait", W("applicants.button.wait"), NULL);
  (void)card_choice(turn, out, "decline", W("applicants.button.decline"), NULL);
}

static void one_ask(struct talking *talking) {
  const char *id = engine_detail(talking);
  if (id[0] == '\0') one_whom(talking);
  else if (may_manage(talking->turn->txn, talking->talk->person, enrolment_of(talking->turn, id)->person)) one_what(talking, id);
  else ask_nobody(talking, W("person.unknown"));
}

static enum reading one_read(struct talking *talking, const struct heard *heard) {
  const char *id = engine_detail(talking), *chosen = heard->values.items[0], *manager = talking->talk->person;
  bool back = strcmp(chosen, "close") == 0;
  engine_set_slot(talking->turn, talking->talk, "whom", id[0] == '\0' && !back ? chosen : NULL);
  if (id[0] == '\0' || back) return READ_OK;
  if (strcmp(chosen, "accept") == 0) decide(talking->turn, manager, id, ENROLMENT_ACCEPTED, W("applicants.accepted"));
  else if (strcmp(chosen, "wait") == 0) decide(talking->turn, manager, id, ENROLMENT_WAITLISTED, W("applicants.waitlisted"));
  else decide(talking->turn, manager, id, ENROLMENT_DECLINED, W("applicants.declined"));
  return READ_OK;
}

static const char *one_next(struct talking *talking) {
  const char *whom = engine_slot(talking->talk, "whom");
  return whom == NULL ? "list" : arena_format(talking->turn->arena, "one/%s", whom);
}

/* ---- training ---- */
static void train_ask(struct talking *talking) {
  struct turn *turn = talking->turn;
  struct strs untrained = listed(talking, needs_training);
  if (untrained.count == 0) {
    ask_nobody(talking, W("applicants.nobody"));
    return;
  }
  struct out *out = engine_ask(talking, W("applicants.train"));
  add_choices(turn, out, untrained);
  out->input = IN_SELECT_MANY;
}

static enum reading train_read(struct talking *talking, const struct heard *heard) {
  if (heard->unknown != NULL) {
    (void)card_to(talking->turn, talking->talk->person, W("talk.not_understood"));
    return READ_AGAIN;
  }
  for (size_t i = 0; i < heard->values.count; i++) {
    struct enrolment *enrolment = txn_edit(talking->turn->txn, RECORD_ENROLMENT, heard->values.items[i]);
    if (enrolment == NULL || !needs_training(enrolment) || !may_manage(talking->turn->txn, talking->talk->person, enrolment->person)) continue;
    enrolment->trained = true;
    (void)card_to(talking->turn, enrolment->person, W("applicants.trained"));
    txn_audit(talking->turn->txn, talking->talk->person, "trained", enrolment->id);
  }
  return READ_OK;
}

static const struct step applicants_steps[] = {
    {.name = "list", .ask = list_ask, .read = list_read, .next = list_next},
    {.name = "one", .ask = one_ask, .read = one_read, .next = one_next},
    {.name = "train", .ask = train_ask, .read = train_read, .then = "list", .flags = STEP_SEVERAL},
};
static const struct reminder applicants_reminders[] = {{7, false, REMIND_END}};

const struct flow applicants_flow = {.name = "applicants",
                                     .steps = applicants_steps,
                                     .step_count = ARRAY_LEN(applicants_steps),
                                     .reminders = applicants_reminders,
                                     .reminder_count = ARRAY_LEN(applicants_reminders)};

void command_applicants(struct turn *turn, const char *args) {
  const struct programme *programme = turn_programme(turn);
  (void)args;
  if (programme == NULL) (void)card_to(turn, turn->person, W("round.no_programme"));
  else (void)engine_start(turn, turn->person, "applicants", "list", programme->id, false);
}
