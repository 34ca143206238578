/* commands.c: the table of commands, and finding in it what somebody typed. */
#include "bot/commands.h"

#include <string.h>

#include "bot/command_parts.h"

/* name, aliases, who, arguments, help key, function */
static const struct command commands[] = {
    {"join", "sign up|signup|join in|i want to join", FOR_EVERYONE, "", W("help.join"), command_join},
    {"next", "status|what next|what now|where am i", FOR_EVERYONE, "", W("help.next"), command_next},
    {"pair", "my mentor|my mentee|my pair", FOR_EVERYONE, "", W("help.pair"), command_pair},
    {"write", "write to my mentor|write to my mentee|message my mentor|message my mentee", FOR_EVERYONE, "[name]", W("help.write"), command_write},
    {"me", "my answers", FOR_EVERYONE, "", W("help.me"), command_me},
    {"privacy", "who sees what", FOR_EVERYONE, "", W("help.privacy"), command_privacy},
    {"contact", "", FOR_EVERYONE, "", W("help.contact"), command_contact},
    {"help", "commands", FOR_EVERYONE, "", W("help.help"), command_help},
    {"announce", "", FOR_MANAGER, "", W("help.announce"), command_announce},
    {"message", "tell", FOR_MANAGER, "mentors [words]", W("help.message"), command_message},
    {"applicants", "", FOR_MANAGER, "", W("help.applicants"), command_applicants},
    {"people", "", FOR_MANAGER, "[waiting]", W("help.people"), command_people},
    {"line", "", FOR_MANAGER, "@person", W("help.line"), command_line},
    {"match", "", FOR_MANAGER, "[@mentee with @mentor]", W("help.match"), command_match},
    {"release", "", FOR_MANAGER, "", W("help.release"), command_release},
    {"second", "", FOR_MANAGER, "@mentee", W("help.second"), command_second},
    {"undo", "", FOR_MANAGER, "", W("help.undo"), command_undo},
    {"pairs", "", FOR_MANAGER, "", W("help.pairs"), command_pairs},
    {"export", "download|spreadsheet|csv", FOR_MANAGER, "[people or pairs]", W("help.export"), command_export},
};

/* Whole sentences that mean a command with its argument. */
static const struct {
  const char *phrase, *command, *args;
} phrases[] = {
    {"i want a mentor", "join", "mentee"},       {"i would like a mentor", "join", "mentee"},
    {"i'd like a mentor", "join", "mentee"},     {"i need a mentor", "join", "mentee"},
    {"find me a mentor", "join", "mentee"},      {"be a mentee", "join", "mentee"},
    {"i want to be a mentee", "join", "mentee"}, {"i want to be a mentor", "join", "mentor"},
    {"i'd like to be a mentor", "join", "mentor"}, {"i would like to be a mentor", "join", "mentor"},
    {"be a mentor", "join", "mentor"},           {"become a mentor", "join", "mentor"},
    {"i can mentor", "join", "mentor"},          {"i can be a reserve", "join", "reserve"},
    {"i want to be a reserve", "join", "reserve"},
};

size_t commands_all(const struct command **ret_commands) {
  *ret_commands = commands;
  return ARRAY_LEN(commands);
}

/* `text` begins with `word` as a whole word: what follows, else NULL. */
static const char *after_word(const char *text, const char *word) {
  size_t bytes = strlen(word);
  if (strncmp(text, word, bytes) != 0) return NULL;
  if (text[bytes] == '\0') return text + bytes;
  return text[bytes] == ' ' ? text + bytes + 1 : NULL;
}

static bool takes_args(const struct command *command) {
  return command->args[0] != '\0' || strcmp(command->name, "join") == 0;
}

/* The arguments as typed, not as folded: names keep their letters. */
static const char *args_as_typed(struct arena *arena, const char *text, size_t words) {
  const char *at = text + strspn(text, " ");
  for (size_t i = 0; i < words; i++) {
    at += strcspn(at, " ");
    at += strspn(at, " ");
  }
  return arena_text(arena, at);
}

static const struct command *by_name(const char *name) {
  for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
    if (strcmp(commands[i].name, name) == 0) return &commands[i];
  }
  return NULL;
}

static const struct command *by_phrase(const char *folded, const char **ret_args) {
  for (size_t i = 0; i < ARRAY_LEN(phrases); i++) {
    if (strcmp(folded, phrases[i].phrase) != 0) continue;
    *ret_args = phrases[i].args;
    return by_name(phrases[i].command);
  }
  return NULL;
}

const struct command *command_find(struct arena *arena, const char *text, const char **ret_args) {
  char *folded = text_fold(arena, text);
  *ret_args = "";
  for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
    if (text_listed(commands[i].aliases, '|', folded)) return &commands[i]; /* first: "join in" is no join with an argument */
    const char *rest = after_word(folded, commands[i].name);
    if (rest != NULL && (rest[0] == '\0' || takes_args(&commands[i]))) {
      *ret_args = rest[0] == '\0' ? "" : args_as_typed(arena, text, 1);
      return &commands[i];
    }
  }
  return by_phrase(folded, ret_args);
}

const char *command_near(struct arena *arena, const char *word) {
  const char *nearest = NULL;
  size_t best = 3; /* two slips of a finger, no more */
  char *folded = text_fold(arena, word);
  folded[strcspn(folded, " ")] = '\0';
  for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
    size_t distance = text_distance(folded, commands[i].name);
    if (distance >= best || distance >= strlen(commands[i].name)) continue;
    best = distance;
    nearest = commands[i].name;
  }
  return nearest;
}

void command_run(struct turn *turn, const struct command *command, const char *args) {
  if (command->who == FOR_MANAGER && !turn_manages(turn, turn->person, NULL)) {
    command_next(turn, "");
    return;
  }
  command->run(turn, args);
}
