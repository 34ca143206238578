/* link_flush.c: a list of those that want to write, gone through when the loop is about to sleep. */
#include "adapters/kit/link_flush.h"

#include <assert.h>
#include <stdlib.h>

struct link_flushes {
  uv_prepare_t prepare;
  struct link_flush *first; /* borrowed */
  bool runs;
};

void link_flush_drop(struct link_flush *flush) {
  if (flush->slot == NULL) return;
  *flush->slot = flush->next;
  if (flush->next != NULL) flush->next->slot = flush->slot;
  flush->slot = NULL;
}

static void write_now(struct link_flush *flush) {
  link_flush_drop(flush); /* first: it may want to write more, or end */
  if (lws_partial_buffered(flush->wsi)) lws_callback_on_writable(flush->wsi);
  else if (flush->write(flush->who) != 0) lws_set_timeout(flush->wsi, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_ASYNC);
}

static void on_prepare(uv_prepare_t *prepare) {
  struct link_flushes *flushes = prepare->data;
  while (flushes->first != NULL) write_now(flushes->first);
  (void)uv_prepare_stop(prepare);
}

void link_flush_soon(struct link_flush *flush, struct lws *wsi, int (*write)(void *who), void *who) {
  struct link_flushes *flushes = link_context_flushes(lws_get_context(wsi));
  if (!flushes->runs) {
    lws_callback_on_writable(wsi);
    return;
  }
  if (flush->slot != NULL) return;
  *flush = (struct link_flush){.next = flushes->first, .slot = &flushes->first, .wsi = wsi, .write = write, .who = who};
  if (flush->next != NULL) flush->next->slot = &flush->next;
  flushes->first = flush;
  (void)uv_prepare_start(&flushes->prepare, on_prepare);
}

struct link_flushes *link_flushes_new(void) {
  struct link_flushes *flushes = calloc(1, sizeof *flushes);
  assert(flushes != NULL);
  return flushes;
}

void link_flushes_start(struct link_flushes *flushes, uv_loop_t *loop) {
  (void)uv_prepare_init(loop, &flushes->prepare); /* cannot fail, nor can its start */
  flushes->prepare.data = flushes;
  flushes->runs = true;
}

void link_flushes_stop(struct link_flushes *flushes) {
  if (!flushes->runs) return;
  flushes->runs = false;
  while (flushes->first != NULL) {
    struct link_flush *flush = flushes->first;
    link_flush_drop(flush);
    lws_callback_on_writable(flush->wsi);
  }
  uv_close((uv_handle_t *)&flushes->prepare, NULL);
}

struct link_flushes *link_flushes_free(struct link_flushes *flushes) {
  free(flushes);
  return NULL;
}
