/* redis_uv.h: an asynchronous hiredis connection as a guest on a libuv loop; unlike the packaged adapter it reports refusals. */
#ifndef MENTORD_REDIS_UV_H
#define MENTORD_REDIS_UV_H

#include <hiredis/async.h>
#include <hiredis/hiredis.h>
#include <uv.h>

#include "bot/base/err.h"

/* hiredis 0.14 (Debian 12) and 1.x (Debian 13) agree on all that is used here: fd, err, errstr, ev, the reply's fields. */
#if HIREDIS_MAJOR < 1 && HIREDIS_MINOR < 14
#error "hiredis 0.14 or newer is needed"
#endif

struct redis_uv_guest {
  /* Before the loop sleeps, after redis_uv_soon: what is said in it leaves at once. */
  void (*speak)(void *who);
  /* hiredis is done with the connection, on purpose or not: `redis` is not to be used after this call. No other call of
   * hiredis may be made in it. errstr still says why, when it was not on purpose. */
  void (*gone)(void *who, redisAsyncContext *redis);
  /* The loop has let go of it as well: the last call. */
  void (*closed)(void *who);
  void *who; /* borrowed from the caller until closed */
};

/* Puts a connection that has just been made (and has no err) on the loop. ERR_INTERNAL: libuv refused; nothing is kept. */
enum err redis_uv_attach(redisAsyncContext *redis, uv_loop_t *loop, const struct redis_uv_guest *guest) MUST_CHECK;
/* `speak` is called before the loop sleeps: what one turn of the loop comes to can be said together. */
void redis_uv_soon(redisAsyncContext *redis);

#endif
