/* mentord.c: the program: one table of what it can do, and the reading of its arguments. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bot/base/file.h"
#include "bot/base/log.h"
#include "bot/base/options.h"
#include "bot/edge/manual.h"
#include "bot/edge/platform_tools.h"
#include "bot/edge/run.h"
#include "bot/edge/tools.h"
#include "bot/edge/up.h"

enum { CONFIG_BYTES_MAX = 1024 * 1024, FILES_MAX = 1024 };
#define CONFIG_DEFAULT "/etc/mentord/mentord.yaml"

/* Which of them a subcommand takes stands in its row below. */
#define ARGUMENT_LIST(OPTION)                                                                                                \
  OPTION(TEXT, config_file, "--config", "FILE", CONFIG_DEFAULT, "the bot's settings; without it " CONFIG_DEFAULT)            \
  OPTION(PORT, port, "--port", "N", "8080", "the port of the demo's page; without it as configured")                         \
  OPTION(TEXT, left_out, "--left-out", "FILE", "left-out.csv", "where rows that cannot be used are written")                 \
  OPTION(SWITCH, yes, "--yes", NULL, NULL, "do not ask")                                                                     \
  OPTION(SWITCH, json, "--json", NULL, NULL, "for a monitor")                                                                \
  OPTION(SWITCH, group_history, "--group-history", NULL, NULL,                                                               \
         "let the app read group messages: after a crash no message stands twice in a pair's, but the app could read what the two say there; " \
         "mentord looks only for its own messages and keeps nothing")                                                        \
  OPTION(SWITCH, help, "--help", NULL, NULL, "print this")

struct subcommand;

struct arguments {
  ARGUMENT_LIST(OPTION_FIELD)
  const struct subcommand *subcommand; /* constant */
  const char **files;                  /* owned */
  int file_count;
  struct arena *arena;                 /* owned */
  struct config config;
};

/* ---- what needs the configuration ---- */
static int do_up(struct arguments *arguments) {
  char program[4096];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  program[length < 0 ? 0 : length] = '\0';
  log_process("mentord-up");
  if (arguments->port != 0) arguments->config.web_port = arguments->port;
  return up(&arguments->config, program);
}

static int do_run(struct arguments *arguments) {
  log_process("mentord");
  return run_bot(&arguments->config);
}

static int do_apply(struct arguments *arguments) {
  return tools_apply(&arguments->config, arguments->files[0], arguments->yes);
}

static int do_import(struct arguments *arguments) {
  return tools_import(&arguments->config, arguments->files[0], arguments->left_out, arguments->yes);
}

static int do_invite(struct arguments *arguments) {
  return tools_invite(&arguments->config);
}

static int do_health(struct arguments *arguments) {
  return tools_health(&arguments->config, arguments->json);
}

/* ---- what does not ---- */
static int do_check(struct arguments *arguments) {
  int bad = 0;
  for (int i = 0; i < arguments->file_count; i++) bad |= tools_check(arguments->files[i]);
  return bad;
}

static int do_commands(struct arguments *arguments) {
  (void)arguments;
  return manual_print_commands();
}

static int do_log_manual(struct arguments *arguments) {
  (void)arguments;
  return manual_print_log();
}

static int do_records(struct arguments *arguments) {
  (void)arguments;
  return manual_print_records();
}

static int do_manifest(struct arguments *arguments) {
  return platform_manifest(arguments->files[0], arguments->group_history ? "--group-history" : NULL);
}

static int do_decode(struct arguments *arguments) {
  return platform_decode(arguments->files[0]);
}

static int do_doctor(struct arguments *arguments) {
  return platform_doctor(arguments->files[0], arguments->file_count > 1 ? arguments->files[1] : NULL);
}

static int do_help(struct arguments *arguments);

static const struct subcommand {
  const char *name, *args, *help;
  int (*run)(struct arguments *arguments);
  bool needs_config;
  int files_min, files_max;
} subcommands[] = {
    {"up", "[--config FILE] [--port N]", "start everything on this machine: Redis, adapters, bot", do_up, true, 0, 0},
    {"run", "[--config FILE]", "start the bot alone", do_run, true, 0, 0},
    {"check", "FILE…", "check scheme.yaml, people.csv or mentord.yaml; changes nothing", do_check, false, 1, FILES_MAX},
    {"apply", "[--config FILE] [--yes] scheme.yaml", "show what would change, then change the running scheme", do_apply, true, 1, 1},
    {"import", "[--config FILE] [--left-out FILE] [--yes] people.csv",
     "prefill what people confirm when they join; enrols nobody; rows that cannot be used are told, and written to FILE", do_import, true, 1, 1},
    {"invite-manager", "[--config FILE]", "print a code that makes whoever types it to the bot a manager; good for 15 minutes", do_invite, true, 0, 0},
    {"health", "[--config FILE] [--json]", "say whether people are being served; exit 0: yes; 1: something needs care; 2: no", do_health, true, 0, 0},
    {"commands", "", "print the bot's commands as JSON", do_commands, false, 0, 0},
    {"records", "", "print every stored field: type, class, who may see it", do_records, false, 0, 0},
    {"log-manual", "", "print what each log record means", do_log_manual, false, 0, 0},
    {"manifest", "PLATFORM [--group-history]", "print what the platform wants to know of the app, from the bot's commands", do_manifest, false, 1, 1},
    {"decode", "PLATFORM < payload.json", "print what the bot would hear; exit 0: an event; 1: nothing for the bot, and why; 2: not understood", do_decode, false, 1, 1},
    {"doctor", "PLATFORM [FILE]", "look at an adapter's settings and at its platform, and say what to mend; exit 0: nothing", do_doctor, false, 1, 2},
    {"help", "[SUBCOMMAND]", "print this, or one of these", do_help, false, 0, 1},
};

static const struct subcommand *find(const char *name) {
  for (size_t i = 0; i < ARRAY_LEN(subcommands); i++) {
    if (strcmp(subcommands[i].name, name) == 0) return &subcommands[i];
  }
  (void)fprintf(stderr, "mentord: there is no \"%s\". See: mentord help\n", name);
  return NULL;
}

/* ---- arguments ---- */
#define ARGUMENT_ROW(...) OPTION_ROW(struct arguments, __VA_ARGS__),
static const struct option option_rows[] = {ARGUMENT_LIST(ARGUMENT_ROW)};

struct own_options {
  char program[32];
  struct option rows[ARRAY_LEN(option_rows)];
  struct options options; /* its pointers are borrowed from the two above */
};

/* Those that the subcommand's row names, so that none is taken and then not heeded. */
static void pick_options(const struct subcommand *subcommand, struct own_options *ret_own) {
  size_t count = 0;
  for (size_t i = 0; i < ARRAY_LEN(option_rows); i++)
    if (strstr(subcommand->args, option_rows[i].name) != NULL || strcmp(option_rows[i].name, "--help") == 0) ret_own->rows[count++] = option_rows[i];
  (void)snprintf(ret_own->program, sizeof ret_own->program, "mentord %s", subcommand->name);
  ret_own->options = (struct options){.program = ret_own->program, .rows = ret_own->rows, .count = count};
}

static void help_line(const char *name, const char *value, const char *help) {
  (void)printf("  %-10s %-6s %s\n", name, value, help);
}

static int help_of(const struct subcommand *subcommand) {
  struct own_options own;
  pick_options(subcommand, &own);
  (void)printf("Usage: mentord %s %s\n%s\n\n", subcommand->name, subcommand->args, subcommand->help);
  options_help(&own.options, help_line);
  return 0;
}

static int do_help(struct arguments *arguments) {
  if (arguments->file_count > 0) {
    const struct subcommand *one = find(arguments->files[0]);
    return one == NULL ? 2 : help_of(one);
  }
  (void)printf("mentord runs formal mentoring programmes inside chat. Usage: mentord SUBCOMMAND\n\n");
  for (size_t i = 0; i < ARRAY_LEN(subcommands); i++)
    (void)printf("  %-15s %-40s\n%20s%s\n", subcommands[i].name, subcommands[i].args, "", subcommands[i].help);
  (void)printf("\nWithout --config, " CONFIG_DEFAULT " is read.\n");
  return 0;
}

static enum err read_arguments(struct arguments *arguments, int argc, char **argv) {
  const struct subcommand *subcommand = arguments->subcommand;
  struct own_options own;
  struct option_words words = {.words = arguments->files, .max = (size_t)subcommand->files_max};
  pick_options(subcommand, &own);
  enum err err = argc < 2 ? ERR_NONE : options_read(&own.options, argc - 1, (const char *const *)argv + 1, arguments, &words);
  arguments->file_count = (int)words.count;
  if (err == ERR_NONE && !arguments->help && arguments->file_count < subcommand->files_min)
    err = err_note(ERR_BAD_INPUT, "something is missing. Usage: mentord %s %s", subcommand->name, subcommand->args);
  if (err == ERR_NONE && !arguments->help && subcommand->needs_config)
    err = config_read(arguments->config_file, arguments->arena, &arguments->config);
  return err;
}

int main(int argc, char **argv) {
  file_standard();
  bool wants_help = argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0;
  struct arguments arguments = {.config_file = CONFIG_DEFAULT, .subcommand = find(wants_help ? "help" : argv[1])};
  if (arguments.subcommand == NULL) return 2;
  arguments.files = calloc((size_t)argc + 1, sizeof *arguments.files);
  arguments.arena = arena_new(CONFIG_BYTES_MAX);
  err_note_clear();
  enum err err = read_arguments(&arguments, argc, argv);
  int code = 2;
  if (err != ERR_NONE) (void)fprintf(stderr, "mentord: %s\n", err_note_text());
  else code = arguments.help ? help_of(arguments.subcommand) : arguments.subcommand->run(&arguments);
  (void)arena_free(arguments.arena);
  free(arguments.files);
  return code;
}
