/* serve_turn.c: an event becomes a turn, the turn is sealed, committed, and only then spoken of. */
#include <string.h>

#include "bot/base/fault.h"
#include "bot/base/log.h"
#include "bot/base/random.h"
#include "bot/edge/blackbox.h"
#include "bot/edge/event_copy.h"
#include "bot/edge/serve_attempt.h"
#include "bot/cards.h"
#include "bot/render.h"
#include "bot/turn.h"

void serve_hash(const struct serve *serve, const char *workspace, const char *id, uint8_t ret_hash[STORE_EVENT_ID_BYTES]) {
  struct text text;
  text_init(&text, 4096);
  text_add(&text, workspace == NULL ? "" : workspace);
  text_add(&text, "\n");
  text_add(&text, id);
  hash_bytes(serve->hash_key, text_str(&text), text.length, ret_hash);
  text_done(&text);
}

struct attempt serve_attempt(struct serve *serve, const struct event *event, const struct link_blob *keeps, size_t keep_count) {
  struct attempt attempt = {.serve = serve, .event = event, .keeps = keeps, .keep_count = keep_count, .named = event->id != NULL};
  if (attempt.named) serve_hash(serve, event->workspace, event->id, attempt.hash);
  return attempt;
}

bool serve_is_repeat(const struct attempt *attempt) {
  struct serve *serve = attempt->serve;
  const struct event *event = attempt->event;
  if (!attempt->named || !seen_has(serve->seen, attempt->hash)) return false;
  if (log_may(&serve->repeats, LOG_event_repeat, serve->options.ports->boot_ms(serve->options.who)))
    log_line(LOG_event_repeat, "workspace=%s kind=%s", event->workspace, event_kind_name(event->kind));
  serve_acknowledge_later(serve, event, NULL);
  return true;
}

/* ---- the turn ---- */
const char *serve_reply(struct attempt *attempt) {
  struct serve *serve = attempt->serve;
  if (attempt->reply == NULL) return NULL;
  const char *reader = attempt->event->person.id == NULL ? NULL : txn_account(attempt->txn, attempt->event->workspace, attempt->event->person.id);
  return render_line(attempt->reply, attempt->txn, serve->options.words, reader, attempt->arena);
}

static bool has_nothing(const struct attempt *attempt) {
  return txn_is_empty(attempt->txn) && !txn_is_reset(attempt->txn) && attempt->keep_count == 0 && attempt->take == NULL;
}

/* What a turn has done is forgotten: it stood in its transaction only. */
static void start_afresh(struct attempt *attempt) {
  txn_wipe(attempt->txn);
  attempt->txn = txn_new(attempt->serve->model, attempt->arena);
}

/* Nothing of the event is done; it is acknowledged, and those concerned are told. The log has its kind and size, no more. */
static void set_aside(struct attempt *attempt, const char *why) {
  static const struct line sorry = {.words = W("turn.failed")};
  const struct event *event = attempt->event;
  log_line(LOG_event_poison, "kind=%s bytes=%zu note=\"%s\"", event_kind_name(event->kind), event_bytes(event), why);
  attempt->serve->set_aside_ms = serve_system(attempt->serve);
  start_afresh(attempt);
  turn_set_aside(event, serve_now(attempt->serve), attempt->serve->options.words, attempt->txn);
  attempt->reply = &sorry;
}

/* What cannot be meant for us is acknowledged, and nothing more; what we cannot do is set aside. */
static void give_up(struct attempt *attempt, enum err err) {
  if (err != ERR_BAD_INPUT) {
    set_aside(attempt, err_note_text());
    return;
  }
  log_line(LOG_event_refused, "kind=%s err=\"%s\" note=\"%s\"", event_kind_name(attempt->event->kind), err_name(err), err_note_text());
  start_afresh(attempt);
  attempt->reply = NULL;
}

static void finish(struct attempt *attempt) {
  if (has_nothing(attempt)) serve_acknowledge_later(attempt->serve, attempt->event, serve_reply(attempt));
  else serve_commit_turn(attempt);
}

/* ERR_AGAIN: a key is not there yet. */
static enum err run(struct attempt *attempt) {
  struct serve *serve = attempt->serve;
  err_note_clear();
  if (attempt->named && blackbox_is(serve->options.blackbox, attempt->hash)) {
    set_aside(attempt, "it brought the bot down, or was refused by the store, twice");
    return ERR_NONE;
  }
  enum err err = turn_run(attempt->event, serve_now(serve), serve->options.words, attempt->txn, &attempt->reply);
  if (err == ERR_NONE) {
    fault_point(FAULT_turn_done);
    err = vault_seal_txn(serve->vault, attempt->txn);
  }
  if (err == ERR_AGAIN) return err;
  if (err != ERR_NONE) give_up(attempt, err);
  else fault_point(FAULT_seal_done);
  return ERR_NONE;
}

bool serve_attempt_run(struct attempt *attempt) {
  struct serve *serve = attempt->serve;
  attempt->arena = serve_scratch(serve);
  attempt->txn = txn_new(serve->model, attempt->arena);
  if (attempt->named) blackbox_begin(serve->options.blackbox, attempt->hash);
  enum err err = run(attempt);
  if (err == ERR_NONE) finish(attempt);
  else serve_wait_for_keys(serve, attempt->event);
  blackbox_end(serve->options.blackbox);
  txn_wipe(attempt->txn);
  arena_clear(attempt->arena);
  return err == ERR_NONE;
}

bool serve_turn(struct serve *serve, const struct event *event, const char *take) {
  struct attempt attempt = serve_attempt(serve, event, NULL, 0);
  attempt.take = take;
  return serve_attempt_run(&attempt);
}

/* ---- doors ---- */
static bool is_spoken(const struct event *event) {
  return event->kind == EVENT_TEXT || event->kind == EVENT_PRESS || event->kind == EVENT_FORM || event->kind == EVENT_COMMAND;
}

/* A platform takes about one message a second for one person. Who writes faster than that for long would fill the store with
 * answers that nobody reads, and hold the credit that others need. */
static bool is_too_fast(struct serve *serve, const struct event *event) {
  const char *person = is_spoken(event) && event->person.id != NULL ? model_account(serve->model, event->workspace, event->person.id) : NULL;
  if (person == NULL) return false;
  struct arena *arena = serve_scratch(serve);
  bool crowded = outbox_crowded(serve->outbox, ARENA_JOIN(arena, event->workspace, "/", person), SERVE_ANSWERS_MAX);
  arena_clear(arena);
  return crowded;
}

/* Somebody wrote so long ago that it may have been kept under an id nobody remembers: it is answered, and not done again. */
static bool is_forgotten(const struct serve *serve, const struct event *event) {
  int64_t today = serve_system(serve) / SERVE_DAY_MS;
  return is_spoken(event) && event->at_ms > 0 && event->at_ms / SERVE_DAY_MS < today - SERVE_REMEMBERED_DAYS;
}

/* With the acknowledgement. Nothing is done, but what the adapter keeps is kept: the acknowledgement says so. */
static void only_say(struct attempt *attempt, const char *words) {
  const struct line line = {.words = words};
  attempt->reply = &line;
  attempt->arena = serve_scratch(attempt->serve);
  attempt->txn = txn_new(attempt->serve->model, attempt->arena);
  finish(attempt);
  txn_wipe(attempt->txn);
  arena_clear(attempt->arena);
}

/* Asked only of what is not known by its id. */
static bool comes_again(struct serve *serve, const struct event *event) {
  const struct capabilities *can = serve->options.ports->can(serve->options.who, event->workspace);
  return can != NULL && can->may_repeat_with_new_id && again_is(serve->again, event);
}

void serve_event(struct serve *serve, const struct event *event, const struct link_blob *keeps, size_t keep_count) {
  struct event drawn = *event;
  if (serve->phase != SERVE_READY) return; /* the adapter sends it again */
  fault_point(FAULT_event_in);
  struct attempt attempt = serve_attempt(serve, &drawn, keeps, keep_count);
  if (serve_is_repeat(&attempt) || serve_keeps_refused(serve, event->workspace, event->id, keeps, keep_count)) return;
  bool too_fast = is_too_fast(serve, event);
  if (too_fast || is_forgotten(serve, event)) {
    only_say(&attempt, too_fast ? W("turn.too_fast") : W("turn.away"));
    return;
  }
  drawn.again = comes_again(serve, event);
  serve->options.ports->random(serve->options.who, drawn.seed, sizeof drawn.seed);
  drawn.scarce = serve->scarce;
  if (is_spoken(event)) serve_pace_tell(serve, &drawn);
  drawn.round_side = serve->options.round_side;
  if (event->kind == EVENT_DEMO) drawn.at_ms = serve_system(serve);
  if (serve_must_wait(serve) || serve->waiting_first != NULL || !serve_attempt_run(&attempt))
    serve_wait_with(serve, &drawn, keeps, keep_count);
  serve_wake(serve, 0);
}
