/* test_commands.c: every name and alias is found, arguments keep their letters, phrases and slips lead where they should. */
#include "bot/commands.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static const struct command *find(struct stage *stage, const char *text, const char **ret_args) {
  return command_find(stage->arena, text, ret_args);
}

static void means(struct stage *stage, const char *text, const char *name, const char *args) {
  const char *got = NULL;
  const struct command *command = find(stage, text, &got);
  if (name == NULL) {
    cr_assert_null(command, "'%s' is no command", text);
    return;
  }
  cr_assert_not_null(command, "'%s' is a command", text);
  cr_assert_str_eq(command->name, name, "'%s'", text);
  cr_assert_str_eq(got, args, "'%s'", text);
}

static const char *shouted(struct stage *stage, const char *text) {
  char *loud = arena_format(stage->arena, "  %s. ", text);
  for (char *at = loud; *at != '\0'; at++) *at = (char)toupper((unsigned char)*at);
  return loud;
}

Test(commands, every_name_and_alias_however_it_is_written) {
  STAGE(stage);
  const struct command *commands;
  size_t count = commands_all(&commands);
  cr_assert_geq(count, 15);
  for (size_t i = 0; i < count; i++) {
    char **aliases;
    means(&stage, commands[i].name, commands[i].name, "");
    means(&stage, shouted(&stage, commands[i].name), commands[i].name, "");
    size_t alias_count = text_split(stage.arena, commands[i].aliases, '|', &aliases);
    for (size_t k = 0; k < alias_count; k++) {
      means(&stage, aliases[k], commands[i].name, "");
      means(&stage, shouted(&stage, aliases[k]), commands[i].name, "");
    }
    cr_assert(words_has(stage.words, commands[i].help), "%s", commands[i].help);
  }
}

Test(commands, no_word_means_two_things) {
  STAGE(stage);
  const struct command *commands;
  size_t count = commands_all(&commands);
  for (size_t i = 0; i < count; i++) {
    char **aliases;
    size_t alias_count = text_split(stage.arena, commands[i].aliases, '|', &aliases);
    for (size_t k = 0; k < count; k++) {
      cr_assert(i == k || strcmp(commands[i].name, commands[k].name) != 0);
      for (size_t a = 0; a < alias_count; a++) cr_assert_str_neq(aliases[a], commands[k].name);
    }
  }
}

static const struct {
  const char *text, *name, *args;
} typed[] = {
    {"line @Ben O'Korö", "line", "@Ben O'Korö"},
    {"LINE   @Ben Okoro", "line", "@Ben Okoro"},
    {"match @Aisha with @Ben", "match", "@Aisha with @Ben"},
    {"people waiting", "people", "waiting"},
    {"People Waiting", "people", "Waiting"},
    {"join mentor", "join", "mentor"},
    {"join A22", "join", "A22"},
    {"I want a mentor.", "join", "mentee"},
    {"i'd like to be a mentor", "join", "mentor"},
    {"I can be a reserve", "join", "reserve"},
    {"Find me a mentor!", "join", "mentee"},
    {"what now?", "next", ""},
    {"my mentor", "pair", ""},
    {"next week I am away", NULL, NULL},
    {"help me", NULL, NULL},
    {"pairs please", NULL, NULL},
    {"peoples", NULL, NULL},
    {"joined", NULL, NULL},
    {"mentor", NULL, NULL},
    {"", NULL, NULL},
    {"   ", NULL, NULL},
    {"?", NULL, NULL},
};

Test(commands, arguments_keep_their_letters) {
  STAGE(stage);
  for (size_t i = 0; i < ARRAY_LEN(typed); i++) means(&stage, typed[i].text, typed[i].name, typed[i].args);
}

static const struct {
  const char *word, *near;
} slips[] = {
    {"hlep", "help"},   {"halp", "help"},   {"privcy", "privacy"}, {"nxet", "next"},      {"jion", "join"},
    {"contcat", "contact"}, {"aplicants", "applicants"}, {"qwertz", NULL}, {"", NULL}, {"mentorship", NULL},
    {"helpp me out", "help"},
};

Test(commands, near_words) {
  STAGE(stage);
  for (size_t i = 0; i < ARRAY_LEN(slips); i++) {
    const char *near = command_near(stage.arena, slips[i].word);
    if (slips[i].near == NULL) cr_assert_null(near, "'%s' is near '%s'", slips[i].word, near);
    else cr_assert_str_eq(near == NULL ? "nothing" : near, slips[i].near, "'%s'", slips[i].word);
  }
}

Test(commands, a_slip_is_a_suggestion_never_an_action) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "aisha", "privcy");
  SAID(&stage, "aisha", "smalltalk.near");
  const struct out *row = stage_said(&stage, "aisha", "smalltalk.near");
  cr_assert_str_eq(row->choices.items[0].value, "do:privacy");
  cr_assert_eq(stage.row_count, 1);
}

Test(commands, what_managers_may_is_answered_with_where_one_stands) {
  STAGE(stage);
  stage_cast(&stage);
  const struct command *commands;
  size_t count = commands_all(&commands), managed = 0;
  for (size_t i = 0; i < count; i++) {
    if (commands[i].who != FOR_MANAGER) continue;
    managed++;
    stage_text(&stage, "aisha", commands[i].name);
    SAID(&stage, "aisha", "next.accepted");
    cr_assert_eq(stage.row_count, 1, "%s: %s", commands[i].name, stage_all(&stage));
    stage_text(&stage, "jo", commands[i].name);
    NOT_SAID(&stage, "jo", "next.manager");
  }
  cr_assert_eq(managed, 11);
}

Test(commands, help_shows_managers_more) {
  STAGE(stage);
  stage_cast(&stage);
  const struct command *commands;
  size_t count = commands_all(&commands);
  stage_text(&stage, "jo", "help");
  cr_assert_eq(stage_said(&stage, "jo", "help.text")->lines.count, count);
  stage_text(&stage, "ben", "commands");
  cr_assert_eq(stage_said(&stage, "ben", "help.text")->lines.count, count - 11);
}

Test(commands, somebody_named_is_found_only_by_those_who_may_know_them) {
  STAGE(stage);
  stage_cast(&stage);
  stage_text(&stage, "jo", "line @Ben Okoro");
  SAID(&stage, "jo", "line.ask");
  stage_text(&stage, "jo", "cancel");
  stage_line(&stage, "ben", "jo");
  stage_text(&stage, "jo", "line ben");
  SAID(&stage, "jo", "person.unknown");
  cr_assert_not(stage_names(&stage, stage_said(&stage, "jo", "person.unknown"), "ben"));
  stage_text(&stage, "jo", "line Nobody Known");
  SAID(&stage, "jo", "person.unknown");
}

Test(commands, two_of_one_name_are_both_shown) {
  STAGE(stage);
  stage_cast(&stage);
  (void)stage_person(&stage, "drao", "Dev Rao");
  (void)stage_person(&stage, "dash", "Dev Ash");
  stage_text(&stage, "jo", "line Dev");
  const struct out *row = stage_said(&stage, "jo", "person.several");
  cr_assert_not_null(row);
  cr_assert_eq(row->lines.count, 2);
}

Test(commands, people_are_listed_without_those_one_is_recused_from) {
  STAGE(stage);
  stage_cast(&stage);
  stage_add(&stage, "dev", "Dev Rao", ROLE_MENTEE);
  stage_line(&stage, "dev", "jo");
  stage_text(&stage, "jo", "people");
  const struct out *row = stage_said(&stage, "jo", "people.all");
  cr_assert(stage_names(&stage, row, "aisha") && stage_names(&stage, row, "ben"));
  cr_assert_not(stage_names(&stage, row, "dev"));
  (void)stage_pair(&stage, "aisha", "ben", PAIR_INTRODUCED);
  (void)stage_pair(&stage, "dev", "ben", PAIR_INTRODUCED);
  stage_text(&stage, "jo", "people waiting");
  cr_assert_eq(stage_said(&stage, "jo", "people.waiting")->lines.count, 0);
  stage_text(&stage, "jo", "pairs");
  row = stage_said(&stage, "jo", "pairs.all");
  cr_assert_eq(row->lines.count, 1);
  cr_assert(stage_has_line(row, "pairs.introduced"));
}
