/* habits.c: what two hundred people with odd habits do next, and when. */
#include <stdio.h>
#include <string.h>

#include "tests/season/tally.h"

static bool does(struct season *season, const struct human *human, enum habit habit, double percent) {
  if (!season->misbehaves || !human->habits[habit] || !chance_percent(&season->habits, percent)) return false;
  tally_habit(season, habit);
  return true;
}

static void later(struct season *season, struct human *human, int64_t from_ms, int64_t to_ms) {
  human->next_ms = season->now_ms + chance_between(&season->habits, from_ms, to_ms);
}

/* ---- a card came ---- */
void habits_see(struct season *season, struct human *human) {
  const struct shown *card = link_card(human);
  bool released = human->cards[0].key != NULL && strcmp(human->cards[0].key, "round.released") == 0;
  if (released && chance_percent(&season->habits, 40)) human->regrets = true;
  if (human->regrets) later(season, human, MINUTE_MS, HOUR_MS);
  if (card == NULL) return;
  human->asked = true;
  if (human->gone_until_ms > season->now_ms || human->regrets) return;
  bool proposed = card->key != NULL && strncmp(card->key, "proposal.", 9) == 0;
  if (proposed && season->misbehaves && chance_percent(&season->habits, 12)) {
    later(season, human, 10 * DAY_MS, 30 * DAY_MS);
    return;
  }
  if (does(season, human, HABIT_SILENT, 4)) later(season, human, 10 * DAY_MS, 45 * DAY_MS);
  else if (does(season, human, HABIT_LATE, 15)) later(season, human, DAY_MS, 8 * DAY_MS);
  else if (human->next_ms > season->now_ms + 4 * HOUR_MS) later(season, human, 5 * SECOND_MS, 3 * HOUR_MS);
}

/* ---- odd things in the middle of a question ---- */
static const char *const nonsense[] = {"ok then", "??", "blue elephants", "yes no maybe", "1 2 3 4 5 6 7 8 9 10 11 12", "-1", "999999999999999999999",
                                       "do:release", "t1.answer.1.0", "{\"a\":1}", "code-2222-2222-2222", "\xf0\x9f\x99\x82", "release", "Send it, please, now"};

/* Where the person stands, for the tally of ways. */
static void tally_way(struct season *season, const struct human *human, enum way way) {
  const struct model *model = serve_model(season->serve);
  const char *person = model == NULL ? NULL : model_account(model, human->workspace, human->user);
  struct strs talks = person == NULL ? (struct strs){0} : model_find(model, INDEX_talk_person, person);
  for (size_t i = 0; i < talks.count; i++) {
    const struct talk *talk = model_get(model, RECORD_TALK, talks.items[i]);
    if (talk->state == TALK_OPEN) tally_step(season, talk->flow, talk->step, way);
  }
}

static const char *extra_token(const struct shown *card, const char *word) {
  for (size_t i = 0; i < card->extra_count; i++) {
    const char *dot = strrchr(card->extras[i].token, '.');
    if (dot != NULL && strcmp(dot + 1, word) == 0) return card->extras[i].token;
  }
  return NULL;
}

/* "back" by its button where there is one, else by the word. */
static bool do_way(struct season *season, struct human *human, const struct shown *card, const char *word, enum way way) {
  const char *token = extra_token(card, word);
  tally_way(season, human, way);
  if (token != NULL && chance_percent(&season->habits, 60)) manners_press(season, human, card, token);
  else manners_say(season, human, word);
  return true;
}

static bool press_old(struct season *season, struct human *human) {
  const struct shown *card = &human->cards[chance_below(&season->habits, CARDS_KEPT)];
  if (card->message == NULL || card->choice_count == 0) return false;
  manners_press(season, human, card, card->choices[chance_below(&season->habits, card->choice_count)].token);
  return true;
}

static bool press_foreign(struct season *season, struct human *human) {
  const struct human *other = &season->humans[chance_below(&season->habits, HUMANS)];
  const struct shown *card = &other->cards[chance_below(&season->habits, CARDS_KEPT)];
  if (other == human || card->message == NULL || card->choice_count == 0) return false;
  manners_press(season, human, card, card->choices[chance_below(&season->habits, card->choice_count)].token);
  return true;
}

static const char *const everyones[] = {"next", "pair", "me", "privacy", "contact", "help", "hi", "thanks", "join", "write", "write to my mentor", "I want a mentor", "I can be a reserve"};

static bool say_command(struct season *season, struct human *human) {
  manners_say(season, human, everyones[chance_below(&season->habits, ARRAY_LEN(everyones))]);
  return true;
}

/* True when something odd was done instead of an answer. */
static bool is_odd(struct season *season, struct human *human, const struct shown *card) {
  if (does(season, human, HABIT_BACK, 6)) return do_way(season, human, card, "back", WAY_back);
  if (does(season, human, HABIT_SKIP, 8)) return do_way(season, human, card, "skip", WAY_skip);
  if (does(season, human, HABIT_WHY, 6)) return do_way(season, human, card, "why", WAY_why);
  if (does(season, human, HABIT_CANCEL, 4)) return do_way(season, human, card, "cancel", WAY_cancel);
  if (does(season, human, HABIT_HELP, 4)) return do_way(season, human, card, "help", WAY_help);
  if (does(season, human, HABIT_OLD, 8)) return press_old(season, human);
  if (does(season, human, HABIT_FOREIGN, 8)) return press_foreign(season, human);
  if (does(season, human, HABIT_COMMANDS, 6)) return say_command(season, human);
  if (!does(season, human, HABIT_NONSENSE, 8)) return false;
  manners_say(season, human, nonsense[chance_below(&season->habits, ARRAY_LEN(nonsense))]);
  return true;
}

/* ---- leaving ---- */
static void directory(struct season *season, struct human *human, const char *change) {
  struct event event = {.kind = EVENT_DIRECTORY, .change = change};
  event.person.id = human->user;
  link_send(season, human, &event);
}

static void leave(struct season *season, struct human *human) {
  tally_count(season, COUNT_GONE);
  directory(season, human, "gone");
  human->gone_until_ms = season->now_ms + chance_between(&season->habits, 2, 60) * DAY_MS;
  human->next_ms = human->gone_until_ms;
}

/* ---- of their own accord ---- */
static void join(struct season *season, struct human *human) {
  static const char *const words[] = {"join", "I want to join", "sign up"};
  size_t how = chance_below(&season->habits, 3);
  const struct shown *call = &season->rooms[chance_below(&season->habits, CARDS_KEPT)];
  bool sees = call->message != NULL && call->choice_count > 0 && strcmp(human->workspace, CITY) == 0;
  if (sees && chance_percent(&season->habits, 50)) manners_press(season, human, call, call->choices[0].token);
  else if (how == 0) manners_command(season, human, NULL, "join", human->wanted);
  else manners_say(season, human, words[chance_below(&season->habits, ARRAY_LEN(words))]);
}

static bool has_joined(const struct season *season, const struct human *human) {
  const struct model *model = serve_model(season->serve);
  const char *person = model == NULL ? NULL : model_account(model, human->workspace, human->user);
  struct strs enrolments = person == NULL ? (struct strs){0} : model_find(model, INDEX_enrolment_person, person);
  for (size_t i = 0; i < enrolments.count; i++) {
    const struct enrolment *enrolment = model_get(model, RECORD_ENROLMENT, enrolments.items[i]);
    if (enrolment->state != ENROLMENT_PREFILLED && enrolment->state != ENROLMENT_DRAFT) return true;
  }
  return false;
}

static bool has_partners(const struct season *season, const struct human *human) {
  const struct model *model = serve_model(season->serve);
  const char *person = model == NULL ? NULL : model_account(model, human->workspace, human->user);
  struct strs pairs = person == NULL ? (struct strs){0} : model_find(model, INDEX_pair_mentor, person);
  size_t count = 0;
  for (size_t i = 0; i < pairs.count; i++) {
    const struct pair *pair = model_get(model, RECORD_PAIR, pairs.items[i]);
    count += pair->state == PAIR_INTRODUCED && pair->room == NULL;
  }
  return count > 1;
}

static void rest(struct season *season, struct human *human) {
  if (!has_joined(season, human)) join(season, human);
  else if (has_partners(season, human) && chance_percent(&season->habits, 30)) manners_say(season, human, "write");
  else if (does(season, human, HABIT_CHANGE, 60)) manners_say(season, human, "me");
  else if (does(season, human, HABIT_LEAVE, 25)) leave(season, human);
  else if (!does(season, human, HABIT_FOREIGN, 15) || !press_foreign(season, human)) (void)say_command(season, human);
  if (human->next_ms <= season->now_ms) later(season, human, 10 * DAY_MS, 40 * DAY_MS);
}

/* ---- managers ---- */
static void about_somebody(struct season *season, struct human *human, const char *command) {
  char args[2 * NAME_BYTES + 16];
  human->about = chance_below(&season->habits, HUMANS);
  const struct human *one = &season->humans[human->about];
  const struct human *two = &season->humans[chance_below(&season->habits, HUMANS)];
  bool pin = strcmp(command, "match") == 0;
  (void)snprintf(args, sizeof args, pin ? "@%s with @%s" : "@%s", one->name, two->name);
  manners_command(season, human, NULL, command, args);
}

static void write_to_many(struct season *season, struct human *human) {
  static const char *const args[] = {"mentors", "everyone The course room has changed.", "mentees Bring a pen.", "stop"};
  manners_command(season, human, NULL, "message", args[chance_below(&season->habits, ARRAY_LEN(args))]);
}

/* After a no a card offers to ask the second choice: its button is pressed, or the command said about somebody. */
static void ask_second(struct season *season, struct human *human) {
  static const char offer[] = "do:second ";
  for (size_t i = 0; i < CARDS_KEPT; i++) {
    const struct shown *card = &human->cards[i];
    bool offers = card->message != NULL && card->choice_count > 0 && strncmp(card->choices[0].token, offer, strlen(offer)) == 0;
    if (!offers) continue;
    manners_press(season, human, card, card->choices[0].token);
    return;
  }
  about_somebody(season, human, "second");
}

static void manage(struct season *season, struct human *human) {
  size_t drawn = chance_below(&season->habits, 100);
  if (human->regrets) drawn = 63; /* back with it, before anybody answers */
  human->regrets = false;
  if (drawn < 38) manners_command(season, human, NULL, "applicants", "");
  else if (drawn < 46) ask_second(season, human);
  else if (drawn < 58) manners_command(season, human, NULL, "match", "");
  else if (drawn < 63) manners_command(season, human, NULL, "release", "");
  else if (drawn < 71) manners_command(season, human, NULL, "undo", "");
  else if (drawn < 83) about_somebody(season, human, "line");
  else if (drawn < 87) about_somebody(season, human, "match");
  else if (drawn < 91) manners_command(season, human, chance_percent(&season->habits, 80) ? "C1" : NULL, "announce", "");
  else if (drawn < 94) manners_command(season, human, NULL, "people", chance_percent(&season->habits, 50) ? "waiting" : "");
  else if (drawn < 95) manners_command(season, human, NULL, "pairs", "");
  else if (drawn < 97) manners_command(season, human, NULL, "export", chance_percent(&season->habits, 50) ? "people" : "pairs");
  else if (drawn < 99) write_to_many(season, human);
  else (void)say_command(season, human);
  later(season, human, 6 * HOUR_MS, 56 * HOUR_MS);
}

/* ---- doors ---- */
void habits_act(struct season *season, struct human *human) {
  const struct shown *card = link_card(human);
  if (human->gone_until_ms != 0) {
    human->gone_until_ms = 0;
    directory(season, human, "joined");
  }
  if (card != NULL && human->asked && !human->regrets && chance_percent(&season->habits, 92)) {
    later(season, human, 20 * SECOND_MS, 30 * MINUTE_MS);
    if (is_odd(season, human, card)) return;
    human->asked = false;
    later(season, human, human->manager ? 2 * HOUR_MS : 5 * DAY_MS, human->manager ? 2 * DAY_MS : 30 * DAY_MS);
    manners_answer(season, human, card, false);
  } else if (human->manager) {
    manage(season, human);
  } else {
    rest(season, human);
  }
}

/* Asked something that never came: whoever keeps answering says "next" then. */
static bool is_asked_unseen(const struct season *season, const struct human *human) {
  const struct model *model = serve_model(season->serve);
  const char *person = model_account(model, human->workspace, human->user);
  struct strs talks = person == NULL ? (struct strs){0} : model_find(model, INDEX_talk_person, person);
  for (size_t i = 0; i < talks.count; i++) {
    const struct talk *talk = model_get(model, RECORD_TALK, talks.items[i]);
    if (talk->state == TALK_OPEN && season->held_count == 0) return true;
  }
  return false;
}

void habits_calm(struct season *season, struct human *human) {
  const struct shown *card = link_card(human);
  if (!human->asked && is_asked_unseen(season, human)) manners_say(season, human, "next");
  if (card == NULL || !human->asked) return;
  human->asked = false;
  manners_answer(season, human, card, true);
}
