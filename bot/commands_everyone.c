/* commands_everyone.c: what anybody may ask at any time: where am I, what comes next, who sees what, who can help. */
#include <string.h>

#include "bot/command_parts.h"
#include "bot/flows/flows.h"
#include "bot/people.h"

/* ---- where somebody stands ---- */
static bool is_asking(const struct pair *pair, bool mentee) {
  if (pair->state == PAIR_ASKING_BOTH) return true;
  return pair->state == (mentee ? PAIR_ASKING_MENTEE : PAIR_ASKING_MENTOR);
}

static const struct pair *last_pair(struct turn *turn, enum record_index index, const char *person) {
  struct strs pairs = txn_find(turn->txn, index, person);
  return pairs.count == 0 ? NULL : txn_get(turn->txn, RECORD_PAIR, pairs.items[pairs.count - 1]);
}

/* The pair that matters to this person now: asked, waiting, or introduced; NULL: none they may know of. */
static const struct pair *pair_now(struct turn *turn) {
  const struct pair *pair = last_pair(turn, INDEX_pair_mentee, turn->person);
  if (pair != NULL && (is_asking(pair, true) || pair->state == PAIR_ASKING_MENTOR || pair->state == PAIR_INTRODUCED)) return pair;
  pair = last_pair(turn, INDEX_pair_mentor, turn->person);
  if (pair != NULL && (is_asking(pair, false) || pair->state == PAIR_INTRODUCED)) return pair;
  return NULL;
}

static const char *partner_of(const struct pair *pair, const char *person) {
  return strcmp(pair->mentee, person) == 0 ? pair->mentor : pair->mentee;
}

/* ---- next ---- */
static void next_for_pair(struct turn *turn, const struct pair *pair) {
  bool mentee = strcmp(pair->mentee, turn->person) == 0;
  const char *words = W("next.asked");
  if (pair->state == PAIR_INTRODUCED) words = W("next.introduced");
  else if (mentee && pair->state == PAIR_ASKING_MENTOR) words = W("next.mentor_asked");
  struct out *out = card_to(turn, turn->person, words);
  param_person(WITH(turn, out), turn, "partner", partner_of(pair, turn->person));
  param_date(WITH(turn, out), turn, "by", pair->answer_by_ms);
  (void)card_command(turn, out, "pair", W("command.button.pair"));
}

static const char *const state_words[ENROLMENT_STATE_MAX_] = {
    [ENROLMENT_PREFILLED] = W("next.welcome"),   [ENROLMENT_DRAFT] = W("next.draft"),
    [ENROLMENT_APPLIED] = W("next.applied"),     [ENROLMENT_ACCEPTED] = W("next.accepted"),
    [ENROLMENT_WAITLISTED] = W("next.waitlisted"), [ENROLMENT_DECLINED] = W("next.declined"),
    [ENROLMENT_LEFT] = W("next.welcome")};

static const char *words_for_state(struct turn *turn, const struct programme *programme, const struct enrolment *enrolment) {
  (void)turn;
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

static void resume_talk(struct turn *turn) {
  struct talk *talk = engine_foreground(turn, turn->person);
  if (talk != NULL) engine_ask_again(turn, talk);
}

void command_next(struct turn *turn, const char *args) {
  (void)args;
  const struct programme *programme = turn_programme(turn);
  const struct enrolment *enrolment = programme == NULL ? NULL : turn_enrolment(turn, turn->person, programme->id, ROLE_INVALID_);
  const struct pair *pair = pair_now(turn);
  if (pair != NULL) {
    next_for_pair(turn, pair);
  } else if (enrolment != NULL || !next_for_manager(turn, programme)) {
    const char *words = enrolment == NULL ? W("next.welcome") : words_for_state(turn, programme, enrolment);
    struct out *out = card_to(turn, turn->person, words);
    next_buttons(turn, out, enrolment);
  }
  resume_talk(turn);
}

/* ---- pair ---- */
void command_pair(struct turn *turn, const char *args) {
  (void)args;
  const struct pair *pair = pair_now(turn);
  if (pair == NULL) {
    struct out *out = card_to(turn, turn->person, W("pair.none"));
    (void)card_command(turn, out, "next", W("command.button.next"));
    resume_talk(turn);
    return;
  }
  bool introduced = pair->state == PAIR_INTRODUCED;
  struct out *out = card_to(turn, turn->person, introduced ? W("pair.introduced") : W("pair.proposed"));
  param_person(WITH(turn, out), turn, "partner", partner_of(pair, turn->person));
  param_date(WITH(turn, out), turn, "since", introduced ? pair->introduced_ms : pair->proposed_ms);
  (void)card_command(turn, out, "contact", W("command.button.contact"));
  resume_talk(turn);
}

/* ---- short answers ---- */
static void say_card(struct turn *turn, const char *words, const char *command, const char *button) {
  struct out *out = card_to(turn, turn->person, words);
  if (command != NULL) (void)card_command(turn, out, command, button);
  resume_talk(turn);
}

void command_privacy(struct turn *turn, const char *args) {
  (void)args;
  struct out *out = card_to(turn, turn->person, W("privacy.text"));
  static const char *const lines[] = {W("privacy.answers"), W("privacy.sealed"), W("privacy.partner"), W("privacy.line"), W("privacy.platform")};
  for (size_t i = 0; i < ARRAY_LEN(lines); i++) (void)card_line(turn, out, lines[i]);
  (void)card_command(turn, out, "contact", W("command.button.contact"));
  resume_talk(turn);
}

void command_contact(struct turn *turn, const char *args) {
  (void)args;
  const char *outsider = turn_scheme(turn)->contact_name;
  say_card(turn, outsider == NULL ? W("contact.managers") : W("contact.text"), NULL, NULL);
}

void command_help(struct turn *turn, const char *args) {
  (void)args;
  const struct command *commands;
  size_t count = commands_all(&commands);
  bool manages = turn_manages(turn, turn->person, NULL);
  struct out *out = card_to(turn, turn->person, W("help.text"));
  for (size_t i = 0; i < count; i++) {
    if (commands[i].who == FOR_MANAGER && !manages) continue;
    struct line *line = card_line(turn, out, W("help.entry"));
    param_text(WITH(turn, line), turn, "command", arena_format(turn->arena, "%s%s%s", commands[i].name, commands[i].args[0] ? " " : "", commands[i].args));
    param_words(WITH(turn, line), turn, "what", strs_of(turn->arena, 1, commands[i].help));
  }
  if (engine_foreground(turn, turn->person) != NULL) (void)card_line(turn, out, W("help.in_talk"));
  resume_talk(turn);
}

void command_me(struct turn *turn, const char *args) {
  (void)args;
  intake_change(turn);
}

void command_join(struct turn *turn, const char *args) {
  bool announced = txn_get(turn->txn, RECORD_ANNOUNCEMENT, args) != NULL;
  intake_begin(turn, announced ? "" : args, announced ? args : NULL);
}

/* ---- free words ---- */
static const struct {
  const char *words; /* folded, joined by '|' */
  const char *answer;
} smalltalk[] = {
    {"hi|hello|hey|good morning|good afternoon|hi there|moin|hallo", NULL},
    {"thanks|thank you|cheers|ta|many thanks|ok thanks", W("smalltalk.thanks")},
    {"ok|okay|fine|great|good|cool|nice|yes|no", W("smalltalk.ok")},
    {"what is this|who are you|what are you|what can you do|are you a bot|are you real", W("smalltalk.who")},
    {"bye|goodbye|see you|good night", W("smalltalk.bye")},
    {"tell me a joke|joke", W("smalltalk.joke")},
    {"stop|leave me alone|unsubscribe", W("smalltalk.stop")},
};

static bool is_one_of(struct arena *arena, const char *folded, const char *list) {
  char **words;
  size_t count = text_split(arena, list, '|', &words);
  for (size_t i = 0; i < count; i++) {
    if (strcmp(folded, words[i]) == 0) return true;
  }
  return false;
}

static void suggest(struct turn *turn, const char *near) {
  struct out *out = card_to(turn, turn->person, W("smalltalk.near"));
  param_text(WITH(turn, out), turn, "command", near);
  (void)card_choice(turn, out, arena_format(turn->arena, "do:%s", near), NULL, near);
  (void)card_command(turn, out, "help", W("command.button.help"));
}

void command_smalltalk(struct turn *turn, const char *text) {
  char *folded = text_fold(turn->arena, text);
  for (size_t i = 0; i < ARRAY_LEN(smalltalk); i++) {
    if (!is_one_of(turn->arena, folded, smalltalk[i].words)) continue;
    if (smalltalk[i].answer == NULL) command_next(turn, "");
    else say_card(turn, smalltalk[i].answer, "next", W("command.button.next"));
    return;
  }
  const char *near = command_near(turn->arena, text);
  if (near != NULL) suggest(turn, near);
  else say_card(turn, W("smalltalk.lost"), "help", W("command.button.help"));
}

/* ---- people somebody names ---- */
const char *command_person(struct turn *turn, const char *words) {
  struct strs meant = people_meant(turn, words);
  struct strs known = {0};
  for (size_t i = 0; i < meant.count; i++) {
    if (may_see(turn->txn, turn->person, meant.items[i], RECORD_PERSON, "name")) known = strs_plus(turn->arena, known, meant.items[i]);
  }
  if (known.count == 1) return known.items[0];
  struct out *out = card_to(turn, turn->person, known.count == 0 ? W("person.unknown") : W("person.several"));
  for (size_t i = 0; i < known.count; i++) {
    struct line *line = card_line(turn, out, W("person.line"));
    param_person(WITH(turn, line), turn, "person", known.items[i]);
  }
  return NULL;
}
