/* manners.c: how a card is answered: a button, a number, a label, a form, words; and how anything is said at all. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/season/tally.h"

enum { PICK_MAX = 40, WORDS_BYTES = 400 };

/* ---- saying ---- */
static struct event event_of(const struct human *human, enum event_kind kind) {
  struct event event = {.kind = kind};
  event.person.id = human->user;
  event.person.name = human->name;
  event.person.zone = human->zone;
  event.room.id = human->user;
  event.room.kind = ROOM_DIRECT;
  return event;
}

/* The same again within a minute, as a second device does: under another id. What is to be sealed is not said twice: it
 * would stand where the next question is answered. */
static void send_event(struct season *season, struct human *human, struct event *event) {
  link_send(season, human, event);
  bool secret = (event->text != NULL && strstr(event->text, MARKER) != NULL) || event->value_count > 0;
  if (secret || !season->misbehaves || !human->habits[HABIT_DEVICES] || !chance_percent(&season->habits, 10)) return;
  tally_habit(season, HABIT_DEVICES);
  tally_count(season, COUNT_NEW_ID);
  link_send(season, human, event);
}

void manners_say(struct season *season, struct human *human, const char *text) {
  struct event event = event_of(human, EVENT_TEXT);
  event.text = text;
  bool secret = strstr(text, MARKER) != NULL;
  if (!secret && season->misbehaves && human->habits[HABIT_ROOM] && chance_percent(&season->habits, 8)) {
    tally_habit(season, HABIT_ROOM);
    event.room.id = "lobby";
    event.room.kind = ROOM_PUBLIC;
  }
  send_event(season, human, &event);
}

void manners_press(struct season *season, struct human *human, const struct shown *card, const char *token) {
  struct event event = event_of(human, EVENT_PRESS);
  event.message = card->message;
  event.button = token;
  send_event(season, human, &event);
  if (!season->misbehaves || !human->habits[HABIT_DOUBLE] || !chance_percent(&season->habits, 12)) return;
  tally_habit(season, HABIT_DOUBLE);
  send_event(season, human, &event);
}

void manners_command(struct season *season, struct human *human, const char *room, const char *command, const char *args) {
  struct event event = event_of(human, EVENT_COMMAND);
  event.command = command;
  event.args = args;
  if (room != NULL) {
    event.room.id = room;
    event.room.kind = ROOM_PUBLIC;
  }
  send_event(season, human, &event);
}

static void send_form(struct season *season, struct human *human, const struct shown *card, const char *name, const char *const *values, size_t count) {
  struct event event = event_of(human, EVENT_FORM);
  struct field_value field = {.name = name, .values = values, .value_count = count};
  event.message = card->message;
  event.button = card->input_token != NULL ? card->input_token : values[0];
  event.values = &field;
  event.value_count = 1;
  send_event(season, human, &event);
}

/* ---- what is chosen ---- */
static bool key_is(const struct shown *card, const char *key) {
  return card->key != NULL && strcmp(card->key, key) == 0;
}

static bool key_begins(const struct shown *card, const char *key) {
  return card->key != NULL && strncmp(card->key, key, strlen(key)) == 0;
}

static bool is_managers(const struct shown *card) {
  return key_begins(card, "round.") || key_begins(card, "applicants.") || key_begins(card, "announce.") || key_begins(card, "tell.") || key_is(card, "person.unknown");
}

static size_t wanted_role(const struct human *human) {
  static const char *const offered[] = {"mentee", "mentor", "both", "reserve"};
  size_t at = 0;
  while (strcmp(offered[at], human->wanted) != 0) at++;
  return at;
}

/* Position of the button: the likely one mostly. Calm: what leads to an end, which for managers is the last. */
static size_t choose(struct season *season, const struct human *human, const struct shown *card, bool calm) {
  size_t count = card->choice_count;
  if (key_is(card, "intake.role")) return wanted_role(human);
  if (calm) return is_managers(card) ? count - 1 : 0;
  double first = key_is(card, "intake.review") ? 80 : key_begins(card, "proposal.") ? 74 : key_is(card, "intake.limits") ? 85 : is_managers(card) ? 50 : 25;
  return chance_percent(&season->habits, first) ? 0 : chance_below(&season->habits, count);
}

static void answer_buttons(struct season *season, struct human *human, const struct shown *card, bool calm) {
  char number[20];
  size_t at = choose(season, human, card, calm);
  size_t how = calm ? 0 : chance_below(&season->habits, 100);
  (void)snprintf(number, sizeof number, "%zu", at + 1);
  if (how < 70) manners_press(season, human, card, card->choices[at].token);
  else if (how < 84) manners_say(season, human, number);
  else if (how < 95) manners_say(season, human, card->choices[at].label);
  else {
    const char *token = card->choices[at].token;
    tally_habit(season, HABIT_FORM);
    send_form(season, human, card, "choices", &token, 1);
  }
}

static size_t pick(struct season *season, const struct shown *card, bool calm, const char *ret_tokens[PICK_MAX]) {
  size_t most = card->choose_max > 0 ? card->choose_max : card->choice_count;
  size_t count = 0;
  bool many = key_is(card, "applicants.train");
  if (!calm && !many && chance_percent(&season->habits, 6)) most++; /* one too many */
  if (most > PICK_MAX) most = PICK_MAX;
  for (size_t i = 0; i < card->choice_count && count < most; i++) {
    if (many ? chance_percent(&season->habits, 85) : chance_percent(&season->habits, 35)) ret_tokens[count++] = card->choices[i].token;
  }
  if (count == 0) ret_tokens[count++] = card->choices[chance_below(&season->habits, card->choice_count)].token;
  return count;
}

static void answer_several(struct season *season, struct human *human, const struct shown *card, bool calm) {
  const char *tokens[PICK_MAX];
  size_t count = pick(season, card, calm, tokens);
  char words[40];
  if (calm || chance_percent(&season->habits, 75)) {
    send_form(season, human, card, "choices", tokens, count);
    return;
  }
  size_t a = chance_below(&season->habits, card->choice_count), b = chance_below(&season->habits, card->choice_count);
  (void)snprintf(words, sizeof words, "%zu, %zu", a + 1, b + 1);
  manners_say(season, human, words);
}

/* ---- what is written ---- */
static bool is_sealed_question(const struct shown *card) {
  return key_begins(card, "intake.line_manager") || key_begins(card, "intake.apart") || key_begins(card, "intake.identity") || key_is(card, "line.ask");
}

static void line_words(struct season *season, const struct human *human, const struct shown *card, char *ret_words, size_t bytes) {
  size_t position = (size_t)(human - season->humans);
  bool own = key_begins(card, "intake.line_manager");
  int boss_asked = season->humans[human->about].boss;
  if (own && human->boss >= 0 && !human->secretive) (void)snprintf(ret_words, bytes, "%s", season->humans[human->boss].name);
  else if (own || chance_percent(&season->habits, 10)) (void)snprintf(ret_words, bytes, MARKER "-l%zu", position);
  else if (boss_asked >= 0 && chance_percent(&season->habits, 70)) (void)snprintf(ret_words, bytes, "@%s", season->humans[boss_asked].name);
  else (void)snprintf(ret_words, bytes, "@%s", season->humans[chance_below(&season->habits, HUMANS)].name);
}

/* Whom they know best: bosses, who mentor. */
static void apart_words(struct season *season, size_t position, char *ret_words, size_t bytes) {
  size_t length = (size_t)snprintf(ret_words, bytes, MARKER "-k%zu", position);
  size_t from = chance_below(&season->habits, BOSSES);
  for (size_t i = 0; i < 9; i++) length += (size_t)snprintf(ret_words + length, bytes - length, ", %s", season->humans[(from + 4 * i + 1) % BOSSES].name);
}

static void words_for(struct season *season, const struct human *human, const struct shown *card, char *ret_words, size_t bytes) {
  size_t position = (size_t)(human - season->humans);
  size_t drawn = chance_below(&season->habits, 100);
  if (key_begins(card, "intake.line_manager") || key_is(card, "line.ask")) line_words(season, human, card, ret_words, bytes);
  else if (key_begins(card, "intake.apart"))
    apart_words(season, position, ret_words, bytes);
  else if (key_begins(card, "intake.identity")) (void)snprintf(ret_words, bytes, MARKER "-i%zu, and proud of it", position);
  else (void)snprintf(ret_words, bytes, "Plain words number %zu.", drawn);
}

/* The question on this card is the one that would hear words now: it stands open as it was shown, and nothing else of this
 * person is on its way. */
static bool hears_words(const struct season *season, const struct human *human, const struct shown *card) {
  const struct model *model = serve_model(season->serve);
  const char *token = card->choice_count > 0 ? card->choices[0].token : card->input_token;
  char begin[80];
  if (human->first != NULL || model == NULL || token == NULL || season->link_down) return false;
  (void)snprintf(begin, sizeof begin, "%.*s", (int)strcspn(token, "."), token);
  const struct talk *talk = model_get(model, RECORD_TALK, begin);
  if (talk == NULL || talk->state != TALK_OPEN) return false;
  (void)snprintf(begin, sizeof begin, "%s.%s.%lld", talk->id, talk->step, (long long)talk->nonce);
  return strncmp(token, begin, strlen(begin)) == 0;
}

/* Words to be sealed go with the field's own token, or in private where the question they are for is the one that hears them. */
static void answer_words(struct season *season, struct human *human, const struct shown *card, bool calm) {
  char words[WORDS_BYTES] = "";
  bool typed = !calm && chance_percent(&season->habits, 35) && !is_sealed_question(card);
  bool secret = is_sealed_question(card), deaf = secret && card->input_token == NULL && !hears_words(season, human, card);
  if (card->choice_count > 0 && (calm || deaf || chance_percent(&season->habits, secret ? 20 : 40))) {
    answer_buttons(season, human, card, calm);
    return;
  }
  if (!calm && human->habits[HABIT_LONG] && chance_percent(&season->habits, 15)) {
    tally_habit(season, HABIT_LONG);
    memset(words, 'w', sizeof words - 1);
  } else {
    words_for(season, human, card, words, sizeof words);
  }
  const char *value = words;
  if (typed || card->input_token == NULL) manners_say(season, human, words);
  else send_form(season, human, card, "text", &value, 1);
}

/* ---- the step that is being answered, for the tally ---- */
static void tally_answer(struct season *season, const struct shown *card) {
  const char *token = card->choice_count > 0 ? card->choices[0].token : card->input_token;
  const struct model *model = serve_model(season->serve);
  char talk[40];
  if (token == NULL || model == NULL) return;
  (void)snprintf(talk, sizeof talk, "%.*s", (int)strcspn(token, "."), token);
  const struct talk *found = model_get(model, RECORD_TALK, talk);
  if (found != NULL) tally_step(season, found->flow, found->step, WAY_answered);
}

void manners_answer(struct season *season, struct human *human, const struct shown *card, bool calm) {
  tally_answer(season, card);
  bool several = card->input == INPUT_SELECT_MANY && card->choice_count > 0;
  bool typed = card->input == INPUT_TEXT || card->input == INPUT_PERSON || card->input == INPUT_DATE || is_sealed_question(card);
  if (typed || card->choice_count == 0) answer_words(season, human, card, calm);
  else if (several) answer_several(season, human, card, calm);
  else answer_buttons(season, human, card, calm);
}
