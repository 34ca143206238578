/* link_flush.h: what was said in one turn of the loop leaves before the loop sleeps. To wait for libwebsockets' WRITEABLE instead costs another
 * turn of the loop and four changes of what the kernel watches, for each message. */
#ifndef MENTORD_LINK_FLUSH_H
#define MENTORD_LINK_FLUSH_H

#include <libwebsockets.h>
#include <stdbool.h>
#include <uv.h>

struct link_flush { /* stands in whatever writes; all zero at first */
  struct link_flush *next, **slot; /* in the list of those that want to write; slot NULL: not in it */
  struct lws *wsi;                 /* borrowed until link_flush_drop */
  int (*write)(void *who);         /* as from WRITEABLE: -1 means that the socket is dead */
  void *who;                       /* borrowed until link_flush_drop */
};

/* `write` is called before the loop sleeps; from WRITEABLE when libwebsockets still holds part of what was written before. Only on a
 * WebSocket that is open, in a context of link_context_new. */
void link_flush_soon(struct link_flush *flush, struct lws *wsi, int (*write)(void *who), void *who);
void link_flush_drop(struct link_flush *flush);

/* ---- for link_context.c: one for a context ---- */
struct link_flushes;
struct link_flushes *link_flushes_new(void);
void link_flushes_start(struct link_flushes *flushes, uv_loop_t *loop);
void link_flushes_stop(struct link_flushes *flushes); /* from now on all goes by WRITEABLE; the loop has to run once more before link_flushes_free */
struct link_flushes *link_flushes_free(struct link_flushes *flushes); /* takes NULL, returns NULL */
struct link_flushes *link_context_flushes(struct lws_context *context); /* borrowed from the context */

#endif
