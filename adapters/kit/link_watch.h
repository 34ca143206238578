/* link_watch.h: the open pipes of a context, looked at once a turn of the loop: a frame that says it is too large is not waited for. */
#ifndef MENTORD_LINK_WATCH_H
#define MENTORD_LINK_WATCH_H

#include <uv.h>

#include "adapters/kit/link_pipe.h"

struct link_watch;

struct link_watch *link_watch_new(void);
void link_watch_start(struct link_watch *watch, uv_loop_t *loop);
void link_watch_add(struct link_watch *watch, struct link_pipe *pipe);  /* borrowed until dropped */
void link_watch_drop(struct link_watch *watch, const struct link_pipe *pipe); /* one that was never added too */
void link_watch_stop(struct link_watch *watch); /* the loop has to run once more before link_watch_free */
struct link_watch *link_watch_free(struct link_watch *watch); /* takes NULL, returns NULL */

#endif
