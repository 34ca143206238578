/* serve_wait.c: events that must wait, for a key or for room, are copied and keep their order. */
#include <stdlib.h>

#include "bot/base/log.h"
#include "bot/edge/event_copy.h"
#include "bot/edge/serve_attempt.h"

static struct link_blob *copy_keeps(struct arena *arena, const struct link_blob *keeps, size_t count) {
  struct link_blob *copy = arena_alloc(arena, (count + 1) * sizeof *copy);
  for (size_t i = 0; i < count; i++) {
    copy[i] = (struct link_blob){.key = arena_text(arena, keeps[i].key), .version = keeps[i].version, .blob = arena_text(arena, keeps[i].blob)};
  }
  return copy;
}

void serve_wait_with(struct serve *serve, const struct event *event, const struct link_blob *keeps, size_t keep_count) {
  struct waiting *waiting = calloc(1, sizeof *waiting);
  assert(waiting != NULL);
  waiting->arena = arena_new(SERVE_EVENT_BYTES);
  waiting->event = event_copy(waiting->arena, event);
  waiting->keeps = copy_keeps(waiting->arena, keeps, keep_count);
  waiting->keep_count = keep_count;
  if (serve->waiting_last != NULL) serve->waiting_last->next = waiting;
  else serve->waiting_first = waiting;
  serve->waiting_last = waiting;
}

static struct waiting *pop_waiting(struct serve *serve) {
  struct waiting *waiting = serve->waiting_first;
  serve->waiting_first = waiting->next;
  if (waiting->next == NULL) serve->waiting_last = NULL;
  return waiting;
}

static void free_waiting(struct waiting *waiting) {
  (void)arena_free(waiting->arena);
  free(waiting);
}

void serve_drop_waiting(struct serve *serve) {
  while (serve->waiting_first != NULL) free_waiting(pop_waiting(serve));
  serve->waiting_for_key = false;
}

bool serve_must_wait(const struct serve *serve) {
  return serve->waiting_for_key || serve->in_flight >= SERVE_FLIGHT_MAX;
}

void serve_run_waiting(struct serve *serve) {
  while (serve->phase == SERVE_READY && serve->waiting_first != NULL && !serve_must_wait(serve)) {
    struct waiting *first = serve->waiting_first;
    struct attempt attempt = serve_attempt(serve, first->event, first->keeps, first->keep_count);
    if (!serve_is_repeat(&attempt) && !serve_attempt_run(&attempt)) return;
    if (serve->waiting_first == first) free_waiting(pop_waiting(serve));
  }
}

/* ---- keys that are being made ---- */
static void keys_are_there(struct serve *serve, enum err err, const char *note) {
  if (serve->phase != SERVE_READY) return;
  if (err != ERR_NONE) serve_again(serve, LOG_vault_closed, note);
  else serve_wake(serve, 0);
}

static void keys_came(void *who, enum err err, const char *note) {
  struct serve *serve = who;
  serve->waiting_for_key = false;
  keys_are_there(serve, err, note);
}

static void job_keys_came(void *who, enum err err, const char *note) {
  struct serve *serve = who;
  serve->job_waits = false;
  keys_are_there(serve, err, note);
}

void serve_wait_for_keys(struct serve *serve, const struct event *event) {
  bool is_job = event->kind == EVENT_JOB;
  if (is_job) serve->job_waits = true;
  else serve->waiting_for_key = true;
  keystore_ahead(serve->options.keystore, vault_lacks(serve->vault), is_job ? job_keys_came : keys_came, serve);
}
