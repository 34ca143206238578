/* serve_fetch.c: what a row needs from the store before it can go: the platform's id of an earlier message, or somebody's sealed words. */
#include <stdlib.h>
#include <string.h>

#include "bot/base/log.h"
#include "bot/edge/serve_parts.h"

void serve_drop_names(struct serve *serve) {
  serve->names = map_free(serve->names, free);
  serve->names = map_new();
}

struct fetch { /* one question to the store; the row may be gone when the answer comes */
  struct fetch *next; /* owned */
  struct serve *serve;
  char *row, *wanted; /* owned */
};

static struct fetch *fetch_for(struct serve *serve, struct outbox_row *row, const char *wanted) {
  struct fetch *fetch = calloc(1, sizeof *fetch);
  assert(fetch != NULL);
  *fetch = (struct fetch){.serve = serve, .row = strdup(row->out->id), .wanted = strdup(wanted), .next = serve->fetches};
  serve->fetches = fetch;
  outbox_go(serve->outbox, row, OUTBOX_FETCHING);
  return fetch;
}

/* The row it was for, waiting again; NULL: it went meanwhile, or the scheme is loaded anew. */
static struct outbox_row *row_back(struct fetch *fetch) {
  struct serve *serve = fetch->serve;
  struct outbox_row *row = serve->phase == SERVE_READY ? outbox_find(serve->outbox, fetch->row) : NULL;
  if (row == NULL || row->state != OUTBOX_FETCHING) return NULL;
  outbox_wait(serve->outbox, row, row->not_before_ms);
  serve_wake(serve, 0);
  return row;
}

static void free_fetch(struct fetch *fetch) {
  struct fetch **at = &fetch->serve->fetches;
  while (*at != fetch) at = &(*at)->next;
  *at = fetch->next;
  free(fetch->row);
  free(fetch->wanted);
  free(fetch);
}

void serve_drop_fetches(struct serve *serve) {
  while (serve->fetches != NULL) free_fetch(serve->fetches);
}

/* ---- the platform's id of an earlier message ---- */
static void name_found(void *who, const struct store_result *result, const char *text, size_t bytes) {
  struct fetch *fetch = who;
  struct serve *serve = fetch->serve;
  struct outbox_row *row = row_back(fetch);
  if (row != NULL && text != NULL) free(map_put(serve->names, fetch->wanted, strndup(text, bytes)));
  else if (row != NULL && result->answer == STORE_OK) serve_drop_row(serve, row); /* it was never shown: nothing to edit */
  free_fetch(fetch);
}

void serve_fetch_name(struct serve *serve, struct outbox_row *row) {
  store_sent_get(serve->options.store, row->out->name, name_found, fetch_for(serve, row, row->out->name));
}

/* ---- somebody's sealed words ---- */
static enum err open_words(struct serve *serve, const char *json, size_t bytes, char **ret_plain) {
  struct arena *arena = arena_new(SERVE_EVENT_BYTES);
  void *sealed = NULL;
  enum err err = record_decode(RECORD_SEALED, json, bytes, arena, &sealed);
  if (err == ERR_NONE) err = vault_open(serve->vault, sealed, ret_plain);
  (void)arena_free(arena);
  return err;
}

static void words_found(void *who, const struct store_result *result, const char *text, size_t bytes) {
  struct fetch *fetch = who;
  struct serve *serve = fetch->serve;
  struct outbox_row *row = row_back(fetch);
  bool answered = row != NULL && result->answer == STORE_OK;
  enum err err = !answered ? ERR_AGAIN : text == NULL ? ERR_GONE : open_words(serve, text, bytes, &row->opened);
  if (answered && err != ERR_NONE) serve_finished(serve, row, RESULT_FAILED, NULL, "sealed_words_closed");
  free_fetch(fetch);
}

void serve_fetch_words(struct serve *serve, struct outbox_row *row) {
  store_record_get(serve->options.store, RECORD_SEALED, row->out->sealed, words_found, fetch_for(serve, row, row->out->sealed));
}
