/* mentord_web.c: the process: command line, loop, signals, exit code. */
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/web/web.h"
#include "bot/base/log.h"
#include "bot/base/random.h"

static const int stop_signals[] = {SIGTERM, SIGINT};

struct process {
  uv_loop_t loop;
  uv_signal_t signals[ARRAY_LEN(stop_signals)];
  struct web *web; /* owned */
};

static void help_line(const char *name, const char *value, const char *help) {
  printf("  %-10s %-9s %s\n", name, value, help);
}

/* What the process sees may be somebody's words: no core files, and what it makes is for its user alone. */
static void keep_to_ourselves(void) {
  const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
  (void)setrlimit(RLIMIT_CORE, &none);
  (void)umask(077);
  (void)signal(SIGPIPE, SIG_IGN);
}

static void stop(struct process *process, int exit_code) {
  for (size_t i = 0; i < ARRAY_LEN(process->signals); i++)
    if (!uv_is_closing((uv_handle_t *)&process->signals[i])) uv_close((uv_handle_t *)&process->signals[i], NULL);
  web_stop(process->web, exit_code);
}

static void on_signal(uv_signal_t *handle, int number) {
  (void)number;
  stop(handle->data, 0);
}

static void watch_signals(struct process *process) {
  for (size_t i = 0; i < ARRAY_LEN(process->signals); i++) {
    int failed = uv_signal_init(&process->loop, &process->signals[i]);
    assert(!failed);
    process->signals[i].data = process;
    failed = uv_signal_start(&process->signals[i], on_signal, stop_signals[i]);
    assert(!failed);
    uv_unref((uv_handle_t *)&process->signals[i]);
  }
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
  keep_to_ourselves();
  if (!random_init()) {
    fprintf(stderr, "libsodium does not start.\n");
    return 1;
  }
  log_line(LOG_start, "pid=%d", (int)getpid());
  int failed = uv_loop_init(&process.loop);
  assert(!failed);
  watch_signals(&process);
  int exit_code = run(&process, &options);
  int open_handles = uv_loop_close(&process.loop);
  if (open_handles != 0) log_line(LOG_trouble, "note=\"handles were left open: %s\"", uv_strerror(open_handles));
  log_line(LOG_stop, "exit=%d", exit_code);
  return open_handles != 0 ? 1 : exit_code;
}
