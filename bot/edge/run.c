/* run.c: starts the loop and its guests, and ends them in the one order in which they all close. */
#include "bot/edge/run.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "adapters/kit/process.h"
#include "bot/base/log.h"
#include "bot/base/random.h"
#include "bot/edge/blackbox.h"
#include "bot/edge/config_store.h"
#include "bot/edge/first_entries.h"
#include "bot/edge/owner.h"
#include "bot/edge/ports.h"
#include "bot/edge/watch.h"
#include "bot/edge/words_file.h"
#include "state/secrecy.h"

struct bot {
  const struct config *config;
  uv_loop_t loop;
  struct process_signals signals;
  struct lws_context *context;
  struct ports *ports;
  struct store *store;
  struct keystore *keystore;
  struct words *words;
  struct owner owner;
  struct blackbox *blackbox;
  struct serve *serve;
  struct watch *watch;
  struct first_entries *first; /* owned: what a new demo begins with */
  bool stopping;
};

/* ---- stopping: intake, store, links, loop ---- */
static void on_stopped(void *who) {
  struct bot *bot = ports_owner(who);
  watch_close(bot->watch);
  ports_close(bot->ports);
  bot->store = store_free(bot->store);
  link_context_close(bot->context);
  process_leave_signals(&bot->signals);
}

static void on_signal(void *who) {
  struct bot *bot = who;
  if (bot->stopping) return;
  bot->stopping = true;
  serve_stop(bot->serve, on_stopped);
}

/* ---- starting ---- */
static enum err open_store(struct bot *bot) {
  char address[CONFIG_STORE_ADDRESS_BYTES];
  return config_store_new(bot->config, CONFIG_STORE_BOT, &bot->loop, address, &bot->store);
}

static enum err open_keystore(struct bot *bot) {
  return keystore_open(&bot->loop, bot->config->keys, bot->config->key_file, true, &bot->keystore);
}

static enum err open_blackbox(struct bot *bot) {
  char path[240];
  (void)snprintf(path, sizeof path, "%s/turn", bot->config->data);
  return blackbox_open(path, &bot->blackbox);
}

static enum err start(struct bot *bot) {
  char spool[240];
  enum err err = words_from_program(&bot->words);
  if (err == ERR_NONE) err = owner_take(bot->config->data, &bot->owner);
  if (err == ERR_NONE) err = open_blackbox(bot);
  if (err == ERR_NONE) err = open_keystore(bot);
  if (err == ERR_NONE) err = open_store(bot);
  if (err == ERR_NONE && bot->config->demo) err = first_entries_make(bot->config, &bot->first);
  if (err != ERR_NONE) return err;
  (void)snprintf(spool, sizeof spool, "%s/spool", bot->config->data);
  bot->ports = ports_new(&bot->loop, bot->context, bot->config, bot);
  struct serve_options options = {.store = bot->store, .keystore = bot->keystore, .scheme = bot->config->scheme, .owner = bot->owner.name,
                                  .words = bot->words, .demo = bot->config->demo, .blackbox = bot->blackbox, .spool = spool, .ports = ports_table(), .who = bot->ports};
  if (bot->first != NULL) {
    options.first_entries = (const char *const *)bot->first->entries;
    options.first_rows = bot->first->rows;
  }
  bot->serve = serve_new(&options);
  ports_attach(bot->ports, bot->serve);
  serve_start(bot->serve);
  bot->watch = watch_new(&bot->loop, bot->config, bot->serve, bot->ports);
  return ERR_NONE;
}

static void finish(struct bot *bot) {
  bot->watch = watch_free(bot->watch);
  bot->serve = serve_free(bot->serve);
  bot->ports = ports_free(bot->ports);
  bot->keystore = keystore_free(bot->keystore);
  bot->words = words_free(bot->words);
  bot->blackbox = blackbox_free(bot->blackbox);
  bot->first = first_entries_free(bot->first);
  if (bot->context != NULL) link_context_free(bot->context);
  owner_done(&bot->owner);
}

/* Nothing was served yet: only what `start` opened has to go. */
static int give_up(struct bot *bot) {
  (void)fprintf(stderr, "mentord: %s\n", err_note_text());
  bot->store = store_free(bot->store);
  link_context_close(bot->context);
  process_leave_signals(&bot->signals);
  (void)uv_run(&bot->loop, UV_RUN_DEFAULT);
  finish(bot);
  (void)uv_loop_close(&bot->loop);
  return 1;
}

int run_bot(const struct config *config) {
  struct bot bot = {.config = config, .owner.lock = -1};
  (void)signal(SIGPIPE, SIG_IGN); /* hiredis needs it */
  if (secrecy_start() != ERR_NONE) return 1;
  if (!random_init() || uv_loop_init(&bot.loop) != 0) return 1;
  bot.context = link_context_new(&bot.loop);
  process_watch_signals(&bot.loop, &bot.signals, on_signal, &bot);
  log_line(LOG_start, "scheme=%s", config->scheme);
  if (bot.context == NULL || start(&bot) != ERR_NONE) return give_up(&bot);
  (void)uv_run(&bot.loop, UV_RUN_DEFAULT);
  finish(&bot);
  int left = uv_loop_close(&bot.loop);
  log_line(LOG_stop, "exit=%d", left == 0 ? 0 : 1);
  return left == 0 ? 0 : 1;
}
