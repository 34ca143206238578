/* mentord_slack.c: the process: command line, loop, signals, exit code. */
#include <stdio.h>
#include <unistd.h>

#include "adapters/kit/process.h"
#include "adapters/slack/slack.h"
#include "adapters/slack/slack_doctor.h"
#include "adapters/slack/slack_options.h"
#include "adapters/slack/slack_tools.h"
#include "bot/base/file.h"
#include "bot/base/log.h"
#include "bot/base/random.h"

enum { CONFIG_BYTES_MAX = 1024 * 1024 };

struct process {
  uv_loop_t loop;
  struct process_signals signals;
  struct slack *slack; /* owned */
};

static void help_line(const char *name, const char *value, const char *help) {
  printf("  %-16s %-5s %s\n", name, value, help);
}

static void help(void) {
  printf("mentord-slack speaks to Slack for the bot.\n"
         "  manifest               prints the app's manifest, from the bot's commands on standard input\n"
         "    --group-history      it asks for the right to read group messages too: after a crash no message stands\n"
         "                         twice in a pair's, but the app could read what the two say there; mentord looks\n"
         "                         only for its own messages and keeps nothing\n"
         "  decode                 reads a payload of Slack's, prints what the bot would hear\n");
  slack_options_help(help_line);
  printf("For tests of mentord itself, never in use:\n");
  slack_options_help_tests(help_line);
}

static void stop(struct process *process, int exit_code) {
  process_leave_signals(&process->signals);
  slack_stop(process->slack, exit_code);
}

static void on_stop(void *who) {
  stop(who, 0);
}

static int run(struct process *process, const struct slack_config *config, const struct slack_options *options) {
  int failed = uv_loop_init(&process->loop);
  assert(!failed);
  process_watch_signals(&process->loop, &process->signals, on_stop, process);
  const struct slack_test test = {.api = options->test_api, .unpaced = options->test_unpaced};
  enum err err = slack_new(&process->loop, config, &test, &process->slack);
  if (err == ERR_NONE) {
    log_line(LOG_ready, "workspaces=%zu", config->team_count);
    printf("ready\n");
    (void)fflush(stdout);
  } else {
    fprintf(stderr, "%s\n", err_note_text());
    stop(process, 1);
  }
  (void)uv_run(&process->loop, UV_RUN_DEFAULT);
  int exit_code = slack_exit_code(process->slack);
  process->slack = slack_free(process->slack);
  int open_handles = uv_loop_close(&process->loop);
  if (open_handles != 0) log_line(LOG_trouble, "note=\"handles were left open: %s\"", uv_strerror(open_handles));
  return open_handles != 0 ? 1 : exit_code;
}

static int serve(const struct slack_options *options) {
  static struct process process;
  CLEANUP(arena_freep) struct arena *arena = arena_new(CONFIG_BYTES_MAX);
  struct slack_config config;
  if (slack_config_read(options->config, arena, &config) != ERR_NONE) {
    fprintf(stderr, "%s\n", err_note_text());
    return 1;
  }
  if (options->doctor) return slack_doctor(&config, options->test_api);
  log_line(LOG_start, "pid=%d", (int)getpid());
  int exit_code = run(&process, &config, options);
  log_line(LOG_stop, "exit=%d", exit_code);
  return exit_code;
}

int main(int argc, char **argv) {
  struct slack_options options;
  int code = 0;
  file_standard();
  log_process("mentord-slack");
  if (slack_tools(argc, argv, &code)) return code;
  if (slack_options_read(argc, (const char *const *)argv, &options) != ERR_NONE) {
    fprintf(stderr, "%s\n", err_note_text());
    return 1;
  }
  if (options.help) {
    help();
    return 0;
  }
  process_keep_to_ourselves();
  if (!random_init()) {
    fprintf(stderr, "libsodium does not start.\n");
    return 1;
  }
  return serve(&options);
}
