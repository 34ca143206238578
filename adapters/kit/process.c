/* process.c: limits, file modes, signals. */
#include "adapters/kit/process.h"

#include <assert.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>

static const int stop_signals[PROCESS_SIGNALS] = {SIGTERM, SIGINT, SIGHUP};

void process_keep_to_ourselves(void) {
  const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
  (void)setrlimit(RLIMIT_CORE, &none);
  (void)umask(077);
  (void)signal(SIGPIPE, SIG_IGN);
}

/* Who starts a process so that it outlives their terminal (nohup) had SIGHUP ignored: that holds. */
static bool is_ignored(int number) {
  struct sigaction now;
  return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

static void on_signal(uv_signal_t *handle, int number) {
  struct process_signals *signals = handle->data;
  (void)number;
  signals->stop(signals->who);
}

void process_watch_signals(uv_loop_t *loop, struct process_signals *signals, void (*stop)(void *who), void *who) {
  signals->stop = stop;
  signals->who = who;
  for (int i = 0; i < PROCESS_SIGNALS; i++) {
    uv_signal_t *handle = &signals->handles[i];
    int failed = uv_signal_init(loop, handle);
    assert(!failed);
    handle->data = signals;
    bool wanted = stop_signals[i] != SIGHUP || !is_ignored(SIGHUP);
    failed = wanted ? uv_signal_start(handle, on_signal, stop_signals[i]) : 0;
    assert(!failed);
    uv_unref((uv_handle_t *)handle);
  }
}

void process_leave_signals(struct process_signals *signals) {
  for (int i = 0; i < PROCESS_SIGNALS; i++) {
    uv_handle_t *handle = (uv_handle_t *)&signals->handles[i];
    if (!uv_is_closing(handle)) uv_close(handle, NULL);
  }
}
