/* redis_uv.c: translates hiredis' wishes to read and write into one uv_poll handle, and its errors back. What was said leaves before the
 * loop sleeps: to wait until the socket can be written costs another turn of the loop and four changes of what the kernel watches. */
#include "state/redis_uv.h"

#include <stdlib.h>

struct adapter {
  redisAsyncContext *redis; /* borrowed from hiredis until it cleans up; NULL afterwards */
  struct redis_uv_guest guest;
  uv_poll_t poll;
  uv_prepare_t soon;
  int events;
  unsigned handles;         /* open ones; the last one closed takes the adapter along */
  bool writes;              /* what hiredis still wants to write now has to wait for the socket */
};

/* When a connection is refused libuv says so once (status < 0, for a TCP socket UV_EBADF) and stops polling. hiredis has to
 * look at the socket itself then, and if it finds nothing wrong, the connection is still one that nobody watches. */
static void on_poll(uv_poll_t *poll, int status, int events) {
  struct adapter *adapter = poll->data;
  if (status < 0) events = adapter->events;
  if (adapter->redis != NULL && (events & UV_READABLE) != 0) redisAsyncHandleRead(adapter->redis);
  if (adapter->redis != NULL && (events & UV_WRITABLE) != 0) redisAsyncHandleWrite(adapter->redis);
  if (adapter->redis != NULL && status < 0) redisAsyncFree(adapter->redis);
}

static void events_set(struct adapter *adapter, int events) {
  if (events == adapter->events || adapter->redis == NULL) return;
  adapter->events = events;
  if (events == 0) uv_poll_stop(&adapter->poll);
  else uv_poll_start(&adapter->poll, events, on_poll);
}

static void add_read(void *data) {
  struct adapter *adapter = data;
  events_set(adapter, adapter->events | UV_READABLE);
}

static void del_read(void *data) {
  struct adapter *adapter = data;
  events_set(adapter, adapter->events & ~UV_READABLE);
}

static void on_soon(uv_prepare_t *soon) {
  struct adapter *adapter = soon->data;
  adapter->guest.speak(adapter->guest.who);
  (void)uv_prepare_stop(soon);
  adapter->writes = true;
  if (adapter->redis != NULL) redisAsyncHandleWrite(adapter->redis);
  adapter->writes = false;
}

static void soon(struct adapter *adapter) {
  if (adapter->redis != NULL) (void)uv_prepare_start(&adapter->soon, on_soon);
}

static void add_write(void *data) {
  struct adapter *adapter = data;
  bool connected = adapter->redis != NULL && (adapter->redis->c.flags & REDIS_CONNECTED) != 0;
  bool waits = !connected || adapter->writes || (adapter->events & UV_WRITABLE) != 0;
  if (waits) events_set(adapter, adapter->events | UV_WRITABLE);
  else soon(adapter);
}

static void del_write(void *data) {
  struct adapter *adapter = data;
  events_set(adapter, adapter->events & ~UV_WRITABLE);
}

static void on_closed(uv_handle_t *handle) {
  struct adapter *adapter = handle->data;
  if (--adapter->handles > 0) return;
  adapter->guest.closed(adapter->guest.who);
  free(adapter);
}

/* hiredis closes the socket after this: polling has to end here, the memory goes in the close callback. */
static void cleanup(void *data) {
  struct adapter *adapter = data;
  redisAsyncContext *redis = adapter->redis;
  adapter->redis = NULL;
  uv_close((uv_handle_t *)&adapter->poll, on_closed);
  uv_close((uv_handle_t *)&adapter->soon, on_closed);
  adapter->guest.gone(adapter->guest.who, redis);
}

enum err redis_uv_attach(redisAsyncContext *redis, uv_loop_t *loop, const struct redis_uv_guest *guest) {
  struct adapter *adapter = calloc(1, sizeof *adapter);
  assert(adapter != NULL);
  int failed = uv_poll_init(loop, &adapter->poll, (int)redis->c.fd);
  if (failed != 0) {
    free(adapter);
    return err_note(ERR_INTERNAL, "libuv does not take the socket: %s", uv_strerror(failed));
  }
  adapter->redis = redis;
  adapter->guest = *guest;
  (void)uv_prepare_init(loop, &adapter->soon); /* cannot fail, nor can its start */
  adapter->poll.data = adapter->soon.data = adapter;
  adapter->handles = 2;
  redis->ev.data = adapter;
  redis->ev.addRead = add_read;
  redis->ev.delRead = del_read;
  redis->ev.addWrite = add_write;
  redis->ev.delWrite = del_write;
  redis->ev.cleanup = cleanup;
  /* hiredis 1.x has ev.scheduleTimer too; the store has its own watchdog and leaves it NULL. */
  return ERR_NONE;
}

void redis_uv_soon(redisAsyncContext *redis) {
  soon(redis->ev.data);
}
