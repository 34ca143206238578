/* serve_keep.c: what adapters must remember and do not keep themselves: blobs by key, newer ones only. */
#include <stdlib.h>
#include <string.h>

#include "bot/edge/serve_parts.h"

struct asked { /* one keep_get on its way */
  struct serve *serve;
  char *id, *workspace; /* owned */
  serve_keep_is *is;
};

void serve_keep(struct serve *serve, const struct link_frame *frame, serve_kept *kept) {
  if (serve->phase == SERVE_READY) serve_commit_keep(serve, frame, kept); /* else the adapter asks again */
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

static void got_blobs(void *who, const struct store_result *result, const struct store_blob *blobs, size_t count) {
  struct asked *asked = who;
  if (asked->serve->phase == SERVE_READY && result->answer == STORE_OK) answer(asked, blobs, count);
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
