/* manual.c: prints the tables of the program, so that no document has to repeat them. */
#include "bot/edge/manual.h"

#include <stdio.h>
#include <string.h>

#include "bot/base/file.h"
#include "bot/base/json.h"
#include "bot/base/log.h"
#include "bot/commands.h"
#include "bot/edge/words_file.h"
#include "state/records.h"

enum { MANUAL_BYTES_MAX = 256 * 1024 };

/* Nobody's programme in particular: it is called what it is called where a scheme says nothing else. */
static const char *help_of(const struct command *command, struct words *words, struct arena *arena) {
  const char *programme = words_format(words, W("word.programme"), NULL, 0, "Etc/UTC", arena);
  const struct words_param param = {.name = "programme", .kind = WORDS_TEXT, .text = programme};
  return words_format(words, command->help, &param, 1, "Etc/UTC", arena);
}

static void put_command(struct json_out *json, const struct command *command, struct words *words, struct arena *arena) {
  json_open(json, NULL, '{');
  json_put_str(json, "name", command->name);
  json_put_str(json, "args", command->args);
  json_put_str(json, "help", help_of(command, words, arena));
  json_put_str(json, "who", command->who == FOR_MANAGER ? "manager" : "everyone");
  json_close(json, '}');
}

enum err manual_commands(struct text *text) {
  struct words *words;
  struct json_out json;
  const struct command *commands;
  size_t count = commands_all(&commands);
  enum err err = words_from_program(&words);
  if (err != ERR_NONE) return err;
  struct arena *arena = arena_new(MANUAL_BYTES_MAX);
  json_out_init(&json, text);
  json_open(&json, NULL, '[');
  for (size_t i = 0; i < count; i++) put_command(&json, &commands[i], words, arena);
  json_close(&json, ']');
  (void)arena_free(arena);
  (void)words_free(words);
  return ERR_NONE;
}

enum err manual_write_commands(const char *path) {
  struct text text;
  text_init(&text, MANUAL_BYTES_MAX);
  enum err err = manual_commands(&text);
  if (err == ERR_NONE) err = file_write(path, text_str(&text), text.length, 0600);
  text_done(&text);
  return err;
}

int manual_print_commands(void) {
  struct text text;
  text_init(&text, MANUAL_BYTES_MAX);
  enum err err = manual_commands(&text);
  if (err == ERR_NONE) (void)puts(text_str(&text));
  else (void)fprintf(stderr, "mentord: %s\n", err_note_text());
  text_done(&text);
  return err == ERR_NONE ? 0 : 1;
}

static void print_tag(const char *name, const char *level, const char *help) {
  (void)printf("%-16s %-5s %s\n", name, level, help);
}

int manual_print_log(void) {
  log_manual(print_tag);
  return 0;
}

int manual_print_records(void) {
  struct text text;
  text_init(&text, MANUAL_BYTES_MAX);
  record_document(&text);
  (void)fputs(text_str(&text), stdout);
  text_done(&text);
  return 0;
}
