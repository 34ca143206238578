/* serve_keep.c: what adapters must remember and do not keep themselves: blobs by key, newer ones only. */
#include <stdlib.h>
#include <string.h>

#include "adapters/kit/link_fields.h"
#include "bot/base/log.h"
#include "bot/edge/serve_parts.h"

enum { STALE_MAX = 1000, ANSWER_BYTES_MAX = 6 * 1024 * 1024 }; /* of one answer: the link lets 8 MiB wait */
static_assert((int)STORE_KEEP_BYTES_MAX == (int)LINK_BASE64_CHARS_MAX, "what the link lets pass, the store takes");

struct asked { /* one keep_get on its way */
  struct serve *serve;
  char *id, *workspace; /* owned */
  serve_keep_is *is;
};

/* ---- on their way ---- */
struct keeps_flown *serve_keeps_new(const char *workspace, const char *id, bool alone, const struct link_blob *keeps, size_t count) {
  struct keeps_flown *flown = calloc(1, sizeof *flown);
  assert(flown != NULL);
  *flown = (struct keeps_flown){.workspace = strdup(workspace), .id = strdup(id), .alone = alone, .count = count};
  flown->keys = calloc(count + 1, sizeof *flown->keys);
  flown->versions = calloc(count + 1, sizeof *flown->versions);
  assert(flown->keys != NULL && flown->versions != NULL);
  for (size_t i = 0; i < count; i++) {
    flown->keys[i] = strdup(keeps[i].key);
    flown->versions[i] = keeps[i].version;
  }
  return flown;
}

struct keeps_flown *serve_keeps_free(struct keeps_flown *flown) {
  if (flown == NULL) return NULL;
  for (size_t i = 0; i < flown->count; i++) free(flown->keys[i]);
  free(flown->keys);
  free(flown->versions);
  free(flown->workspace);
  free(flown->id);
  free(flown);
  return NULL;
}

/* ---- refused by the store ---- */
static const char *stale_name(struct arena *arena, const char *workspace, const char *key, int64_t version) {
  return arena_format(arena, "%s\n%s\n%lld", workspace, key, (long long)version);
}

/* A refusal makes us load the scheme anew, and links fall with it: the word said now may not arrive. */
void serve_keeps_conflict(struct serve *serve, const struct keeps_flown *flown) {
  struct arena *arena = arena_new(SERVE_EVENT_BYTES);
  if (map_count(serve->stale) + flown->count > STALE_MAX) {
    serve->stale = map_free(serve->stale, NULL);
    serve->stale = map_new();
  }
  for (size_t i = 0; i < flown->count; i++) (void)map_put(serve->stale, stale_name(arena, flown->workspace, flown->keys[i], flown->versions[i]), serve);
  serve->options.ports->kept(serve->options.who, flown->workspace, flown->id, (const char *const *)flown->keys, flown->count);
  (void)arena_free(arena);
}

/* Told once more and then forgotten: which of several keys it was we do not know, and those that were not may come again. */
bool serve_keeps_refused(struct serve *serve, const char *workspace, const char *id, const struct link_blob *keeps, size_t count) {
  if (count == 0 || map_count(serve->stale) == 0) return false;
  struct arena *arena = arena_new(SERVE_EVENT_BYTES);
  const char **keys = arena_alloc(arena, count * sizeof *keys);
  bool refused = false;
  for (size_t i = 0; i < count; i++) {
    keys[i] = keeps[i].key;
    if (map_drop(serve->stale, stale_name(arena, workspace, keys[i], keeps[i].version)) != NULL) refused = true;
  }
  if (refused) serve->options.ports->kept(serve->options.who, workspace, id, keys, count);
  (void)arena_free(arena);
  return refused;
}

/* ---- the doors ---- */
void serve_keep(struct serve *serve, const struct link_frame *frame) {
  if (serve->phase != SERVE_READY) return; /* the adapter asks again */
  if (!serve_keeps_refused(serve, frame->workspace, frame->id, frame->blobs, frame->blob_count)) serve_commit_keep(serve, frame);
}

static void answer(struct asked *asked, const struct store_blob *blobs, size_t count) {
  struct arena *arena = arena_new(SERVE_ARENA_BYTES);
  struct link_blob *list = arena_alloc(arena, (count + 1) * sizeof *list);
  for (size_t i = 0; i < count; i++) {
    list[i] = (struct link_blob){.key = blobs[i].key, .version = blobs[i].version, .blob = arena_text_n(arena, blobs[i].data, blobs[i].bytes)};
  }
  asked->is(asked->serve->options.who, asked->workspace, asked->id, list, count);
  (void)arena_free(arena);
}

/* Said here, since the adapter has no line for it: it waits, and somebody has to look. */
static void tell_too_much(struct serve *serve, const char *workspace) {
  if (!log_may(&serve->too_much, LOG_trouble, serve->options.ports->boot_ms(serve->options.who))) return;
  log_line(LOG_trouble, "workspace=%s note=\"its adapter asks for more than 6 MiB of keeps at once, and gets none: it must keep less, or ask by longer prefixes\"",
           workspace);
}

static void got_blobs(void *who, const struct store_result *result, const struct store_blob *blobs, size_t count) {
  struct asked *asked = who;
  size_t bytes = 0;
  for (size_t i = 0; i < count; i++) bytes += strlen(blobs[i].key) + blobs[i].bytes;
  bool ready = asked->serve->phase == SERVE_READY, too_much = result->answer == STORE_BROKEN || bytes > ANSWER_BYTES_MAX;
  if (ready && too_much) tell_too_much(asked->serve, asked->workspace);
  else if (ready && result->answer == STORE_OK) answer(asked, blobs, count);
  free(asked->id);
  free(asked->workspace);
  free(asked);
}

void serve_keep_get(struct serve *serve, const struct link_frame *frame, serve_keep_is *is) {
  if (serve->phase != SERVE_READY) return;
  struct asked *asked = calloc(1, sizeof *asked);
  assert(asked != NULL);
  *asked = (struct asked){.serve = serve, .id = strdup(frame->id), .workspace = strdup(frame->workspace), .is = is};
  store_keep_get(serve->options.store, frame->workspace, frame->prefix == NULL ? "" : frame->prefix, got_blobs, asked);
}
