/* mentord_web.c: the process: command line, loop, signals, exit code. */
#include <stdio.h>
#include <unistd.h>

#include "adapters/kit/process.h"
#include "adapters/web/web.h"
#include "bot/base/file.h"
#include "bot/base/log.h"
#include "bot/base/random.h"


struct process {
  uv_loop_t loop;
  struct process_signals signals;
  struct web *web; /* owned */
};

static void help_line(const char *name, const char *value, const char *help) {
  printf("  %-10s %-9s %s\n", name, value, help);
}

static void stop(struct process *process, int exit_code) {
  process_leave_signals(&process->signals);
  web_stop(process->web, exit_code);
}

static void on_stop(void *who) {
  stop(who, 0);
}

static int run(struct process *process, const struct web_options *options) {
  enum err err = web_new(&process->loop, options, &process->web);
  if (err == ERR_NONE) {
    printf("ready http://127.0.0.1:%d/\n", web_port(process->web));
    (void)fflush(stdout);
    log_line(LOG_ready, "port=%d", web_port(process->web));
  } else {
    fprintf(stderr, "%s\n", err_note_text());
    stop(process, 1);
  }
  (void)uv_run(&process->loop, UV_RUN_DEFAULT);
  stop(process, 1); /* its signals' handles, when the journal ended it */
  (void)uv_run(&process->loop, UV_RUN_DEFAULT);
  int exit_code = web_exit_code(process->web);
  process->web = web_free(process->web);
  return exit_code;
}

int main(int argc, char **argv) {
  static struct process process;
  struct web_options options;
  file_standard();
  log_process("mentord-web");
  if (web_options_read(argc, (const char *const *)argv, &options) != ERR_NONE) {
    fprintf(stderr, "%s\n", err_note_text());
    return 1;
  }
  if (options.help) {
    printf("mentord-web plays a chat platform for the demo.\n");
    web_options_help(help_line);
    return 0;
  }
  process_keep_to_ourselves();
  if (!random_init()) {
    fprintf(stderr, "libsodium does not start.\n");
    return 1;
  }
  log_line(LOG_start, "pid=%d", (int)getpid());
  int failed = uv_loop_init(&process.loop);
  assert(!failed);
  process_watch_signals(&process.loop, &process.signals, on_stop, &process);
  int exit_code = run(&process, &options);
  int open_handles = uv_loop_close(&process.loop);
  if (open_handles != 0) log_line(LOG_trouble, "note=\"handles were left open: %s\"", uv_strerror(open_handles));
  log_line(LOG_stop, "exit=%d", exit_code);
  return open_handles != 0 ? 1 : exit_code;
}
