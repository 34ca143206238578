/* mentord.c: the program: one table of what it can do, and the reading of its arguments. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bot/base/file.h"
#include "bot/base/log.h"
#include "bot/edge/manual.h"
#include "bot/edge/platform_tools.h"
#include "bot/edge/run.h"
#include "bot/edge/tools.h"
#include "bot/edge/up.h"

enum { CONFIG_BYTES_MAX = 1024 * 1024 };
#define CONFIG_DEFAULT "/etc/mentord/mentord.yaml"

struct arguments {
  const char *config_file;
  int port;              /* 0: as configured */
  const char *left_out;  /* for rows of a list that cannot be used */
  bool yes;              /* do not ask */
  bool json;             /* for a monitor */
  const char **files;
  int file_count;
  struct arena *arena;
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
  return platform_manifest(arguments->files[0]);
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
  int files_min;
} subcommands[] = {
    {"up", "[--config FILE] [--port N]", "start everything on this machine: Redis, adapters, bot", do_up, true, 0},
    {"run", "[--config FILE]", "start the bot alone", do_run, true, 0},
    {"check", "FILE…", "check scheme.yaml, people.csv or mentord.yaml; changes nothing", do_check, false, 1},
    {"apply", "[--config FILE] [--yes] scheme.yaml", "show what would change, then change the running scheme", do_apply, true, 1},
    {"import", "[--config FILE] [--left-out FILE] [--yes] people.csv",
     "prefill what people confirm when they join; enrols nobody; rows that cannot be used are told, and written to FILE", do_import, true, 1},
    {"invite-manager", "[--config FILE]", "print a code that makes whoever types it to the bot a manager; good for 15 minutes", do_invite, true, 0},
    {"health", "[--config FILE] [--json]", "say whether people are being served; exit 0: yes; 1: something needs care; 2: no", do_health, true, 0},
    {"commands", "", "print the bot's commands as JSON", do_commands, false, 0},
    {"records", "", "print every stored field: type, class, who may see it", do_records, false, 0},
    {"log-manual", "", "print what each log record means", do_log_manual, false, 0},
    {"manifest", "PLATFORM", "print what the platform wants to know of the app, from the bot's commands", do_manifest, false, 1},
    {"decode", "PLATFORM < payload.json", "print what the bot would hear; exit 0: an event; 1: nothing for the bot, and why; 2: not understood", do_decode, false, 1},
    {"doctor", "PLATFORM [FILE]", "look at an adapter's settings and at its platform, and say what to mend; exit 0: nothing", do_doctor, false, 1},
    {"help", "", "print this", do_help, false, 0},
};

static int do_help(struct arguments *arguments) {
  (void)arguments;
  (void)printf("mentord runs formal mentoring programmes inside chat. Usage: mentord SUBCOMMAND\n\n");
  for (size_t i = 0; i < ARRAY_LEN(subcommands); i++)
    (void)printf("  %-15s %-40s\n%20s%s\n", subcommands[i].name, subcommands[i].args, "", subcommands[i].help);
  (void)printf("\nWithout --config, " CONFIG_DEFAULT " is read.\n");
  return 0;
}

/* ---- arguments ---- */
static bool read_port(struct arguments *arguments, const char *text) {
  char *end;
  long port = strtol(text, &end, 10);
  arguments->port = (int)port;
  return end != text && *end == '\0' && port >= 1 && port <= 65535;
}

static bool read_arguments(struct arguments *arguments, int argc, char **argv) {
  for (int i = 2; i < argc; i++) {
    bool more = i + 1 < argc;
    if (strcmp(argv[i], "--config") == 0 && more) arguments->config_file = argv[++i];
    else if (strcmp(argv[i], "--port") == 0 && more && read_port(arguments, argv[i + 1])) i++;
    else if (strcmp(argv[i], "--left-out") == 0 && more) arguments->left_out = argv[++i];
    else if (strcmp(argv[i], "--yes") == 0) arguments->yes = true;
    else if (strcmp(argv[i], "--json") == 0) arguments->json = true;
    else if (argv[i][0] != '-') arguments->files[arguments->file_count++] = argv[i];
    else {
      (void)fprintf(stderr, "mentord: %s is not understood here. See: mentord help\n", argv[i]);
      return false;
    }
  }
  return true;
}

static const struct subcommand *find(const char *name) {
  for (size_t i = 0; i < ARRAY_LEN(subcommands); i++) {
    if (strcmp(subcommands[i].name, name) == 0) return &subcommands[i];
  }
  return NULL;
}

static int run_subcommand(const struct subcommand *subcommand, struct arguments *arguments) {
  if (arguments->file_count < subcommand->files_min) {
    (void)fprintf(stderr, "mentord: something is missing. Usage: mentord %s %s\n", subcommand->name, subcommand->args);
    return 2;
  }
  err_note_clear();
  if (subcommand->needs_config && config_read(arguments->config_file, arguments->arena, &arguments->config) != ERR_NONE) {
    (void)fprintf(stderr, "mentord: %s\n", err_note_text());
    return 2;
  }
  return subcommand->run(arguments);
}

int main(int argc, char **argv) {
  file_standard();
  const struct subcommand *subcommand = find(argc > 1 ? argv[1] : "help");
  struct arguments arguments = {.config_file = CONFIG_DEFAULT};
  if (subcommand == NULL) {
    (void)fprintf(stderr, "mentord: there is no \"%s\". See: mentord help\n", argv[1]);
    return 2;
  }
  arguments.files = calloc((size_t)argc + 1, sizeof *arguments.files);
  arguments.arena = arena_new(CONFIG_BYTES_MAX);
  int code = read_arguments(&arguments, argc, argv) ? run_subcommand(subcommand, &arguments) : 2;
  (void)arena_free(arguments.arena);
  free(arguments.files);
  return code;
}
