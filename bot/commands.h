/* commands.h: one table of commands: name, aliases, who may, where, arguments. Manifests, help and documentation print it. */
#ifndef MENTORD_COMMANDS_H
#define MENTORD_COMMANDS_H

#include "bot/cards.h"

enum command_who { FOR_EVERYONE, FOR_MANAGER };

struct command {
  const char *name;
  const char *aliases;       /* joined by '|', may be "" */
  enum command_who who;
  const char *args;          /* as shown: "[waiting]", "@person" */
  const char *help;          /* catalogue key: one line */
  void (*run)(struct turn *turn, const char *args);
};

size_t commands_all(const struct command **ret_commands);
/* Exactly one name or alias, the rest is arguments; NULL when the first words are no command. */
const struct command *command_find(struct arena *arena, const char *text, const char **ret_args);
/* The name nearest to a wrong word, or NULL when none is near. */
const char *command_near(struct arena *arena, const char *word);
/* Runs it, or says kindly where the person is when they may not. */
void command_run(struct turn *turn, const struct command *command, const char *args);
/* Free words that are no command and no answer: hi, thanks, "I want a mentor", nonsense. */
void command_smalltalk(struct turn *turn, const char *text);
/* What `next` says, all on the person's own page; nothing is asked again. */
void command_home(struct turn *turn);
/* "@Aisha Khan", "@aisha", "Aisha": the one person of the scheme meant, as the asker may know them; NULL, and the asker
 * was told who was near. */
const char *command_person(struct turn *turn, const char *words);

#endif
