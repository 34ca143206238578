/* link_watch.c: libwebsockets as a client hands over nothing of a frame before 16 KiB of it have come, so what its head says
 * is asked for after each poll. */
#include "adapters/kit/link_watch.h"

#include <stdlib.h>

struct link_watch {
  uv_check_t check;
  bool runs;
  struct link_pipe **pipes; /* owned; what they point to is borrowed */
  size_t count, capacity;
};

struct link_watch *link_watch_new(void) {
  struct link_watch *watch = calloc(1, sizeof *watch);
  assert(watch != NULL);
  return watch;
}

static void look(uv_check_t *check) {
  struct link_watch *watch = check->data;
  for (size_t i = 0; i < watch->count; i++) link_pipe_look(watch->pipes[i]);
}

void link_watch_start(struct link_watch *watch, uv_loop_t *loop) {
  (void)uv_check_init(loop, &watch->check); /* cannot fail, nor can its start */
  watch->check.data = watch;
  (void)uv_check_start(&watch->check, look);
  uv_unref((uv_handle_t *)&watch->check);
  watch->runs = true;
}

void link_watch_add(struct link_watch *watch, struct link_pipe *pipe) {
  if (watch->count == watch->capacity) {
    watch->capacity = watch->capacity == 0 ? 8 : 2 * watch->capacity;
    watch->pipes = reallocarray(watch->pipes, watch->capacity, sizeof(struct link_pipe *));
    assert(watch->pipes != NULL);
  }
  watch->pipes[watch->count++] = pipe;
}

void link_watch_drop(struct link_watch *watch, const struct link_pipe *pipe) {
  for (size_t i = 0; i < watch->count; i++) {
    if (watch->pipes[i] != pipe) continue;
    watch->pipes[i] = watch->pipes[--watch->count];
    return;
  }
}

void link_watch_stop(struct link_watch *watch) {
  if (watch->runs) uv_close((uv_handle_t *)&watch->check, NULL);
  watch->runs = false;
}

struct link_watch *link_watch_free(struct link_watch *watch) {
  if (watch == NULL) return NULL;
  free(watch->pipes);
  free(watch);
  return NULL;
}
