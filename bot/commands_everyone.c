/* commands_everyone.c: what anybody may ask at any time: who sees what, who can help, what can I say; and small talk. */
#include <string.h>

#include "bot/command_parts.h"
#include "bot/flows/flows.h"
#include "bot/people.h"

/* ---- short answers ---- */
static void say_card(struct turn *turn, const char *words, const char *command, const char *button) {
  struct out *out = card_to(turn, turn->person, words);
  if (command != NULL) (void)card_command(turn, out, command, button);
  engine_resume(turn);
}

void command_privacy(struct turn *turn, const char *args) {
  (void)args;
  struct out *out = card_to(turn, turn->person, W("privacy.text"));
  static const char *const lines[] = {W("privacy.answers"), W("privacy.sealed"), W("privacy.partner"), W("privacy.line"), W("privacy.platform")};
  for (size_t i = 0; i < ARRAY_LEN(lines); i++) (void)card_line(turn, out, lines[i]);
  (void)card_command(turn, out, "contact", W("command.button.contact"));
  engine_resume(turn);
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
    bool bare = commands[i].args[0] == '\0';
    param_text(WITH(turn, line), turn, "command", bare ? commands[i].name : ARENA_JOIN(turn->arena, commands[i].name, " ", commands[i].args));
    param_words(WITH(turn, line), turn, "what", strs_of(turn->arena, 1, commands[i].help));
  }
  if (engine_foreground(turn, turn->person) != NULL) (void)card_line(turn, out, W("help.in_talk"));
  engine_resume(turn);
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

static void suggest(struct turn *turn, const char *near) {
  struct out *out = card_to(turn, turn->person, W("smalltalk.near"));
  param_text(WITH(turn, out), turn, "command", near);
  (void)card_choice(turn, out, arena_format(turn->arena, "do:%s", near), NULL, near);
  (void)card_command(turn, out, "help", W("command.button.help"));
}

void command_smalltalk(struct turn *turn, const char *text) {
  char *folded = text_fold(turn->arena, text);
  for (size_t i = 0; i < ARRAY_LEN(smalltalk); i++) {
    if (!text_listed(smalltalk[i].words, '|', folded)) continue;
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
