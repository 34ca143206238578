/* tools_store.c: a small loop that runs until one answer is there, for programs that do one thing and end. */
#include "bot/edge/tools_store.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bot/base/clock.h"
#include "bot/base/file.h"
#include "bot/edge/config_store.h"
#include "bot/edge/space.h"
#include "state/store.h"

enum { TICK_MS = 50, CONNECT_MS = 5000, CALL_MS = 60000, TAKEN_MS = 10000, LOOK_MS = 100, RECORD_ARENA_BYTES = 8 * 1024 * 1024 };
#define LOOK_AGAIN "To look again, run the same command: it shows what is still to change."

struct tools_store {
  uv_loop_t loop;
  uv_timer_t tick;         /* wakes the loop, so that deadlines are seen */
  uv_signal_t interrupt;
  struct store *store;     /* owned by the loop */
  struct model *model;     /* owned while loading */
  struct arena *arena;     /* owned; of one record */
  bool interrupted, done, too_new;
  enum store_answer answer;
  char note[320];
  char *text;              /* owned; what was read, NULL: absent */
  char address[CONFIG_STORE_ADDRESS_BYTES];
  const char *config_file; /* borrowed from the config */
};

/* ---- waiting ---- */
static void on_tick(uv_timer_t *timer) {
  (void)timer;
}

static void on_interrupt(uv_signal_t *signal, int number) {
  struct tools_store *store = signal->data;
  (void)number;
  store->interrupted = true;
}

/* False: it did not come in time, or the operator had enough. */
static bool await(struct tools_store *store, int64_t wait_ms) {
  int64_t deadline = clock_boot_ms() + wait_ms;
  while (!store->done && !store->interrupted && clock_boot_ms() < deadline) (void)uv_run(&store->loop, UV_RUN_ONCE);
  return store->done;
}

static void answered(struct tools_store *store, const struct store_result *result) {
  store->answer = result->answer;
  (void)snprintf(store->note, sizeof store->note, "%s", result->note == NULL ? "" : result->note);
  store->done = true;
}

static void on_done(void *who, const struct store_result *result) {
  answered(who, result);
}

/* What an answer other than OK means here. */
static enum err store_err(const struct tools_store *store) {
  if (store->interrupted)
    return err_note(ERR_AGAIN, "stopped while the entry was on its way to the bot. Run the same command to see whether anything is still to change.");
  if (!store->done) return err_note(ERR_AGAIN, "Redis at %s does not answer in time; nothing was changed. Try again in a moment.", store->address);
  return err_note(ERR_AGAIN, "Redis says no (%s%s%s); nothing was changed.", store_answer_name(store->answer), store->note[0] == '\0' ? "" : ": ", store->note);
}

/* ---- connecting ---- */
static enum err not_running(const struct tools_store *store, bool is_private) {
  const char *trouble = store_trouble(store->store);
  if (is_private)
    return err_note(ERR_GONE, "Redis is not running (nobody answers at %s). Start the bot with `mentord up --config %s`, then run this again.", store->address,
                    store->config_file);
  if (trouble[0] != '\0')
    return err_note(ERR_GONE, "%s%s Nothing was changed; run this again then.", trouble, trouble[strlen(trouble) - 1] == '.' ? "" : ".");
  return err_note(ERR_GONE, "Redis does not answer at %s. Start it, or correct `redis` in %s, then run this again.", store->address, store->config_file);
}

static enum err wait_connected(struct tools_store *store, bool is_private) {
  int64_t deadline = clock_boot_ms() + CONNECT_MS;
  bool there = access(store->address, F_OK) == 0;
  while (there && !store_is_up(store->store) && !store->interrupted && clock_boot_ms() < deadline) (void)uv_run(&store->loop, UV_RUN_ONCE);
  return store_is_up(store->store) ? ERR_NONE : not_running(store, is_private);
}

/* Another user could read no password, or, as root, would leave files behind that the bot cannot read. */
static enum err check_user(const struct config *config) {
  char user[FILE_USER_BYTES];
  if (!file_is_of_other(config->data, user)) return ERR_NONE;
  return err_note(ERR_DENIED, "%s belongs to the user %s, and the tools run as the user that the bot runs as: sudo -u '%s' mentord … Nothing was changed.",
                  config->data, user, user);
}

enum err tools_store_open(const struct config *config, struct tools_store **ret_store) {
  enum err err = check_user(config);
  if (err == ERR_NONE) err = space_check(config);
  if (err != ERR_NONE) return err;
  struct tools_store *store = calloc(1, sizeof *store);
  assert(store != NULL);
  store->config_file = config->file;
  int failed = uv_loop_init(&store->loop);
  assert(!failed);
  (void)uv_timer_init(&store->loop, &store->tick);
  (void)uv_timer_start(&store->tick, on_tick, TICK_MS, TICK_MS);
  (void)uv_signal_init(&store->loop, &store->interrupt);
  store->interrupt.data = store;
  err = config_store_new(config, CONFIG_STORE_TOOL, &store->loop, store->address, &store->store);
  if (err == ERR_NONE) err = wait_connected(store, config->redis_socket == NULL);
  if (err == ERR_NONE) *ret_store = store;
  else (void)tools_store_free(store);
  return err;
}

struct tools_store *tools_store_free(struct tools_store *store) {
  if (store == NULL) return NULL;
  store->store = store_free(store->store);
  uv_close((uv_handle_t *)&store->tick, NULL);
  uv_close((uv_handle_t *)&store->interrupt, NULL);
  (void)uv_run(&store->loop, UV_RUN_DEFAULT);
  (void)uv_loop_close(&store->loop);
  store->model = model_free(store->model);
  store->arena = arena_free(store->arena);
  free(store->text);
  free(store);
  return NULL;
}

/* ---- reading ---- */
static void each_record(void *who, enum record_kind kind, const char *id, const char *json, size_t bytes) {
  struct tools_store *store = who;
  void *record;
  (void)id;
  if (record_info(kind)->heat != HEAT_HOT) return;
  if (record_decode(kind, json, bytes, store->arena, &record) == ERR_NONE) {
    if (kind == RECORD_SCHEME && ((const struct scheme *)record)->version > RECORDS_VERSION) store->too_new = true;
    model_load(store->model, kind, record);
  }
  arena_clear(store->arena);
  err_note_clear(); /* one that cannot be read is the bot's to report */
}

enum err tools_store_load(struct tools_store *store, struct model **ret_model) {
  store->model = model_new("tool");
  store->arena = arena_new(RECORD_ARENA_BYTES);
  store->done = false;
  store_load(store->store, each_record, on_done, store);
  if (!await(store, CALL_MS) || store->answer != STORE_OK) return store_err(store);
  if (store->too_new) return err_note(ERR_DENIED, "the stored scheme was written by a newer release; use the mentord of that release. Nothing was changed.");
  model_loaded(store->model);
  *ret_model = TAKE(store->model);
  return ERR_NONE;
}

/* ---- writing ---- */
enum err tools_store_push(struct tools_store *store, const char *entry) {
  store->done = false;
  (void)uv_signal_start(&store->interrupt, on_interrupt, SIGINT); /* before, Ctrl-C simply ends us */
  store_control_push(store->store, entry, strlen(entry), on_done, store);
  if (!await(store, CALL_MS) || (store->answer != STORE_OK && store->answer != STORE_DUP)) return store_err(store);
  return ERR_NONE;
}

/* ---- the job ---- */
static void on_text(void *who, const struct store_result *result, const char *text, size_t bytes) {
  struct tools_store *store = who;
  free(store->text);
  store->text = text == NULL ? NULL : strndup(text, bytes);
  answered(store, result);
}

/* NULL: no bot has taken it yet, or nothing can be asked now. Lives until the next call. */
static const struct job *look(struct tools_store *store, const char *id) {
  void *record;
  store->done = false;
  store_record_get(store->store, RECORD_JOB, id, on_text, store);
  if (!await(store, CALL_MS) || store->answer != STORE_OK || store->text == NULL) return NULL;
  if (store->arena == NULL) store->arena = arena_new(RECORD_ARENA_BYTES);
  arena_clear(store->arena);
  err_note_clear();
  return record_decode(RECORD_JOB, store->text, strlen(store->text), store->arena, &record) == ERR_NONE ? record : NULL;
}

/* 1234567 -> "1,234,567" */
static const char *grouped(int64_t number, char ret_text[32]) {
  char digits[24];
  size_t count = (size_t)snprintf(digits, sizeof digits, "%lld", (long long)number), used = 0;
  for (size_t i = 0; i < count; i++) {
    if (i > 0 && (count - i) % 3 == 0 && digits[i - 1] != '-') ret_text[used++] = ',';
    ret_text[used++] = digits[i];
  }
  ret_text[used] = '\0';
  return ret_text;
}

/* The bot counts the lines of the spool file, the operator those of their own. */
static void show_progress(const struct job *job, int64_t rows) {
  char done[32], total[32];
  if (!isatty(STDOUT_FILENO) || job->total <= 0 || rows == 0) return;
  int64_t cursor = job->cursor < job->total ? job->cursor : job->total;
  (void)printf("\r%s of %s rows", grouped((int64_t)((double)cursor / (double)job->total * (double)rows), done), grouped(rows, total));
  (void)fflush(stdout);
}

static enum tools_end finished(const struct job *job, const char *what, int64_t rows) {
  char total[32];
  if (isatty(STDOUT_FILENO) && rows > 0) (void)printf("\r%40s\r", "");
  for (size_t i = 0; i < job->troubles.count; i++) (void)fprintf(stderr, "mentord: %s\n", job->troubles.items[i]);
  if (job->state == JOB_FAILED) {
    if (job->cursor == 0) (void)fprintf(stderr, "mentord: %s was refused by the bot; nothing of it counts.\n", what);
    else (void)fprintf(stderr, "mentord: %s ended early; what was done before counts. " LOOK_AGAIN "\n", what);
    return TOOLS_REFUSED;
  }
  if (rows > 0) (void)printf("Done: %s row%s.\n", grouped(rows, total), rows == 1 ? "" : "s");
  else (void)printf("Done.\n");
  return TOOLS_DONE;
}

static void pause_a_moment(struct tools_store *store) {
  store->done = false;
  (void)await(store, LOOK_MS);
}

enum tools_end tools_store_wait(struct tools_store *store, const char *id, const char *what, int64_t rows) {
  int64_t deadline = clock_boot_ms() + TAKEN_MS;
  for (bool taken = false; !store->interrupted;) {
    const struct job *job = look(store, id);
    if (job != NULL && job->state != JOB_RUNNING) return finished(job, what, rows);
    if (job != NULL) show_progress(job, rows);
    taken = taken || job != NULL;
    if (!taken && clock_boot_ms() > deadline) {
      (void)fprintf(stderr, "mentord: No bot is serving this scheme; it will be done when one does. Why none does, `mentord health` says.\n");
      return TOOLS_NOBODY;
    }
    if (taken && job == NULL && !store->interrupted && !store_is_up(store->store)) break;
    pause_a_moment(store);
  }
  (void)fprintf(stderr, "\nmentord: %s goes on without us: the bot has it. " LOOK_AGAIN "\n", what);
  return TOOLS_LEFT;
}
