/* up.c: the supervisor: starts Redis, the web adapter and the bot, starts again what dies, ends all of them in order. */
#include "bot/edge/up.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bot/base/clock.h"
#include "bot/base/fault.h"
#include "bot/base/file.h"
#include "bot/base/log.h"
#include "bot/base/random.h"
#include "bot/edge/children.h"
#include "bot/edge/manual.h"
#include "state/redis_private.h"

enum { PATH_BYTES = 400, BACKOFF_MS = 100, BACKOFF_MS_MAX = 5000, STEADY_MS = 10000, REDIS_READY_MS = 15000, REDIS_LOOK_MS = 500 };
enum who { REDIS, WEB, BOT, WHO_MAX_ };

struct charge { /* one supervised process */
  const char *name;
  pid_t pid;             /* 0: not running */
  int64_t started_ms, again_ms; /* boot time */
  int64_t backoff_ms;
  int failures;          /* in a row, without STEADY_MS of running */
};

struct supervisor {
  const struct config *config;
  const char *program;
  char redis_folder[PATH_BYTES], log_file[PATH_BYTES], web_data[PATH_BYTES], commands_file[PATH_BYTES], web_program[PATH_BYTES], port[12];
  struct charge charges[WHO_MAX_];
  int lock, signals;
};

/* ---- what must be true before anything starts ---- */
static enum err check_root(const struct config *config) {
  if (geteuid() != 0) return ERR_NONE;
  if (!config->demo) return err_note(ERR_DENIED, "mentord does not run as root. Make a user for it: see deploy/README.md, \"Install\".");
  (void)fprintf(stderr, "mentord: this is the demo, so running as root is let pass; a real scheme will be refused.\n");
  return ERR_NONE;
}

/* Where adapters on this machine listen for the bot. */
static enum err make_run_folder(const struct config *config) {
  char path[PATH_BYTES];
  (void)snprintf(path, sizeof path, "%s/run", config->data);
  return file_folder(path, 0700);
}

static enum err check_space(const struct config *config) {
  uint64_t bytes = 0;
  enum err err = file_free_bytes(config->data, &bytes);
  uint64_t needed = (uint64_t)config->free_mb / 4;
  if (err == ERR_NONE && bytes >> 20 < needed)
    err = err_note(ERR_LIMITED, "The disk under %s is nearly full (%llu MB free, %llu MB are needed). Free some room, or set `data` to another disk.",
                   config->data, (unsigned long long)(bytes >> 20), (unsigned long long)needed);
  return err;
}

/* Asked before anything starts, so that the sentence comes first; the adapter asks again when it listens. */
static enum err check_port(const struct config *config) {
  if (config->web_port == 0) return ERR_NONE;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)config->web_port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
  (void)setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  int failed = bind(probe, (struct sockaddr *)&address, sizeof address);
  int why = errno;
  (void)close(probe);
  if (failed == 0) return ERR_NONE;
  if (why == EADDRINUSE) return err_note(ERR_CONFLICT, "Port %d is taken. Choose another: make run PORT=%d", config->web_port, config->web_port % 65535 + 1);
  return err_note(ERR_DENIED, "Port %d cannot be used (%s). Choose one above 1024: make run PORT=8080", config->web_port, strerror(why));
}

static enum err make_data_folder(const char *data) {
  enum err err = file_folder(data, 0700);
  if (err != ERR_DENIED) return err;
  char why[PATH_BYTES], user[FILE_USER_BYTES];
  (void)snprintf(why, sizeof why, "%s", err_note_text());
  err_note_clear();
  if (file_is_of_other(data, user) && strcmp(user, "root") != 0)
    return err_note(ERR_DENIED, "%s belongs to the user %s. Run this as that user (sudo -u '%s' mentord up), or set `data` to another folder.", data, user, user);
  return err_note(ERR_DENIED, "%s. Make the folder this user's own: sudo install -d -o %d -m 700 %s. Or set `data` to another one.", why, (int)geteuid(), data);
}

static enum err take_folder(struct supervisor *up) {
  char path[PATH_BYTES];
  enum err err = make_data_folder(up->config->data);
  if (err != ERR_NONE) return err;
  (void)snprintf(path, sizeof path, "%s/up.lock", up->config->data);
  up->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (up->lock < 0) return err_note(ERR_DENIED, "%s cannot be written: %s", path, strerror(errno));
  if (flock(up->lock, LOCK_EX | LOCK_NB) != 0)
    return err_note(ERR_CONFLICT, "Another mentord already runs on %s. Stop that one, or set `data` to another folder.", up->config->data);
  if (ftruncate(up->lock, 0) == 0) (void)dprintf(up->lock, "%d\n", (int)getpid()); /* ignoring: a full disk is told of right behind this */
  return ERR_NONE;
}

/* ---- starting one ---- */
static bool is_asked_to_end(void) {
  sigset_t waiting;
  return sigpending(&waiting) == 0 && (sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGHUP) == 1);
}

/* Years of data on a slow disk take their time: a server that says that it reads them is never ended for that. Asked to end
 * meanwhile we go on to where that is heard. */
static enum err wait_for_redis(const struct supervisor *up) {
  int64_t patience_ms = clock_boot_ms() + REDIS_READY_MS;
  bool told = false;
  for (;;) {
    err_note_clear();
    enum err err = redis_private_ready(up->redis_folder, REDIS_LOOK_MS);
    if (err != ERR_AGAIN && err != ERR_LIMITED) return err;
    if (is_asked_to_end()) return ERR_NONE;
    if (err == ERR_AGAIN && clock_boot_ms() > patience_ms) return err;
    if (err == ERR_AGAIN) continue;
    patience_ms = clock_boot_ms() + REDIS_READY_MS;
    if (!told) log_line(LOG_store_down, "note=\"%s\"", err_note_text());
    told = true;
  }
}

static enum err start_redis(struct supervisor *up) {
  struct redis_private_options options = {.folder = up->redis_folder};
  enum err err = redis_private_start(&options, &up->charges[REDIS].pid);
  if (err == ERR_NONE) err = wait_for_redis(up);
  if (err == ERR_NONE) return err;
  int64_t cut = 0;
  (void)child_stop(up->charges[REDIS].pid, 1000);
  up->charges[REDIS].pid = 0;
  if (redis_private_repair(&options, &cut) != ERR_NONE) return err;
  log_line(LOG_repair, "bytes=%lld", (long long)cut);
  err_note_clear();
  err = redis_private_start(&options, &up->charges[REDIS].pid);
  return err == ERR_NONE ? wait_for_redis(up) : err;
}

static enum err start_web(struct supervisor *up) {
  const struct config *config = up->config;
  const char *argv[] = {up->web_program, "--port", up->port, "--link", config->links[0].address, "--data", up->web_data, "--pages",
                        config->web_pages, "--play", config->web_play, "--commands", up->commands_file, "--demo", NULL};
  return child_start(argv, up->log_file, &up->charges[WEB].pid);
}

static enum err start_bot(struct supervisor *up) {
  const char *argv[] = {up->program, "run", "--config", up->config->file, NULL};
  return child_start(argv, up->log_file, &up->charges[BOT].pid);
}

static enum err (*const starters[WHO_MAX_])(struct supervisor *up) = {[REDIS] = start_redis, [WEB] = start_web, [BOT] = start_bot};

static bool is_wanted(const struct supervisor *up, enum who who) {
  if (who == REDIS) return up->config->redis_socket == NULL;
  return who != WEB || up->config->web_port != 0;
}

static enum err start_one(struct supervisor *up, enum who who) {
  struct charge *charge = &up->charges[who];
  err_note_clear();
  enum err err = starters[who](up);
  charge->started_ms = clock_boot_ms();
  fault_point(FAULT_child_started);
  if (err == ERR_NONE) log_line(LOG_child_start, "name=%s pid=%d", charge->name, (int)charge->pid);
  else log_line(LOG_trouble, "name=%s note=\"%s\"", charge->name, err_note_text());
  return err;
}

static void plan_restart(struct charge *charge) {
  int64_t now = clock_boot_ms();
  if (now - charge->started_ms > STEADY_MS) charge->backoff_ms = 0, charge->failures = 0;
  charge->failures++;
  charge->again_ms = now + charge->backoff_ms;
  charge->backoff_ms = charge->backoff_ms == 0 ? BACKOFF_MS : charge->backoff_ms * 2;
  if (charge->backoff_ms > BACKOFF_MS_MAX) charge->backoff_ms = BACKOFF_MS_MAX;
}

/* ---- supervising ---- */
/* The web adapter says itself why it cannot start (a port that is taken): that ends the whole start, in its words. */
static bool is_hopeless(const struct supervisor *up, enum who who, int status) {
  return who == WEB && up->charges[WEB].failures == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 1 &&
         clock_boot_ms() - up->charges[WEB].started_ms < 2000;
}

/* False: there is no use in going on. */
static bool reap(struct supervisor *up) {
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    for (int who = 0; who < WHO_MAX_; who++) {
      struct charge *charge = &up->charges[who];
      if (charge->pid != pid) continue;
      charge->pid = 0;
      fault_point(FAULT_child_ended);
      if (is_hopeless(up, (enum who)who, status)) return false;
      plan_restart(charge);
      log_line(LOG_child_end, "name=%s pid=%d exit=%d signal=%d wait_ms=%lld", charge->name, (int)pid, WIFEXITED(status) ? WEXITSTATUS(status) : -1,
               WIFSIGNALED(status) ? WTERMSIG(status) : 0, (long long)(charge->again_ms - clock_boot_ms()));
    }
  }
  return true;
}

static void restart_due(struct supervisor *up) {
  for (int who = 0; who < WHO_MAX_; who++) {
    struct charge *charge = &up->charges[who];
    if (charge->pid != 0 || !is_wanted(up, (enum who)who) || clock_boot_ms() < charge->again_ms) continue;
    if (start_one(up, (enum who)who) != ERR_NONE) plan_restart(charge);
  }
}

static int next_wait(const struct supervisor *up) {
  int64_t wait = 60000;
  for (int who = 0; who < WHO_MAX_; who++) {
    const struct charge *charge = &up->charges[who];
    if (charge->pid != 0 || !is_wanted(up, (enum who)who)) continue;
    int64_t left = charge->again_ms - clock_boot_ms();
    if (left < wait) wait = left < 1 ? 1 : left;
  }
  return (int)wait;
}

static void stop_one(struct charge *charge) {
  int code = child_stop(charge->pid, 900);
  if (code == 0) log_line(LOG_child_stop, "name=%s pid=%d", charge->name, (int)charge->pid);
  else log_line(LOG_trouble, "name=%s pid=%d exit=%d note=\"asked to stop, it did not end well\"", charge->name, (int)charge->pid, code);
  charge->pid = 0;
}

static void stop_all(struct supervisor *up) {
  static const enum who order[] = {BOT, WEB, REDIS};
  for (size_t i = 0; i < ARRAY_LEN(order); i++) {
    struct charge *charge = &up->charges[order[i]];
    if (charge->pid != 0) stop_one(charge);
  }
}

static void watch_signals(struct supervisor *up) {
  struct sigaction hangup = {0};
  sigset_t set;
  (void)sigaction(SIGHUP, NULL, &hangup);
  (void)sigemptyset(&set);
  (void)sigaddset(&set, SIGINT);
  (void)sigaddset(&set, SIGTERM);
  if (hangup.sa_handler != SIG_IGN) (void)sigaddset(&set, SIGHUP); /* nohup: a signal that is waited for is not ignored any more */
  (void)sigaddset(&set, SIGCHLD);
  (void)sigprocmask(SIG_BLOCK, &set, NULL);
  up->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* 0: a signal asked for the end; 1: no use in going on. */
static int watch(struct supervisor *up) {
  for (;;) {
    struct pollfd wait = {.fd = up->signals, .events = POLLIN};
    struct signalfd_siginfo info;
    (void)poll(&wait, 1, next_wait(up));
    while (read(up->signals, &info, sizeof info) == (ssize_t)sizeof info) {
      if (info.ssi_signo != SIGCHLD) return 0;
    }
    if (!reap(up)) return 1;
    restart_due(up);
  }
}

static enum err start_all(struct supervisor *up) {
  enum err err = manual_write_commands(up->commands_file);
  for (int who = 0; who < WHO_MAX_ && err == ERR_NONE; who++) {
    if (is_wanted(up, (enum who)who)) err = start_one(up, (enum who)who);
  }
  return err;
}

static enum err prepare(struct supervisor *up) {
  const struct config *config = up->config;
  const char *slash = strrchr(up->program, '/');
  (void)snprintf(up->redis_folder, sizeof up->redis_folder, "%s/redis", config->data);
  (void)snprintf(up->web_data, sizeof up->web_data, "%s/web", config->data);
  (void)snprintf(up->log_file, sizeof up->log_file, "%s/mentord.log", config->data);
  (void)snprintf(up->commands_file, sizeof up->commands_file, "%s/commands.json", config->data);
  (void)snprintf(up->web_program, sizeof up->web_program, "%.*smentord-web", slash == NULL ? 0 : (int)(slash + 1 - up->program), up->program);
  (void)snprintf(up->port, sizeof up->port, "%d", config->web_port);
  enum err err = check_root(config);
  if (err == ERR_NONE) err = take_folder(up);
  if (err == ERR_NONE) err = make_run_folder(config);
  if (err == ERR_NONE) err = check_space(config);
  return err == ERR_NONE ? check_port(config) : err;
}

/* For whoever sees the demo for the first time. Without a port there is no page. */
static void tell_where(const struct config *config) {
  if (!config->demo || config->web_port == 0) return;
  (void)fprintf(stderr, "mentord: when it says ready, open http://127.0.0.1:%d/ in a browser on this machine. Ctrl-C ends it; what was said stays in %s.\n",
                config->web_port, config->data);
}

int up(const struct config *config, const char *program) {
  struct supervisor up = {.config = config, .program = program, .lock = -1, .signals = -1};
  static const char *const names[WHO_MAX_] = {[REDIS] = "redis", [WEB] = "web", [BOT] = "bot"};
  for (int who = 0; who < WHO_MAX_; who++) up.charges[who].name = names[who];
  int code = 1;
  err_note_clear();
  if (!random_init()) return 1;
  watch_signals(&up);
  if (prepare(&up) == ERR_NONE && start_all(&up) == ERR_NONE) {
    tell_where(config);
    code = watch(&up);
  }
  else (void)fprintf(stderr, "mentord: %s\n", err_note_text());
  if (code != 0 && err_note_text()[0] == '\0') (void)fprintf(stderr, "mentord: the web adapter did not start. Why stands at the end of %s\n", up.log_file);
  stop_all(&up);
  if (up.lock >= 0) (void)close(up.lock);
  (void)close(up.signals);
  return code;
}
