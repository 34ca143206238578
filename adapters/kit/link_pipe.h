/* link_pipe.h: one WebSocket of a link, whichever end it is: whole lines in, a bounded queue out, one way to close. */
#ifndef MENTORD_LINK_PIPE_H
#define MENTORD_LINK_PIPE_H

#include <libwebsockets.h>

#include "adapters/kit/link_frame.h"

enum { LINK_QUEUE_BYTES_MAX = 8 * 1024 * 1024, LINK_HELLO_S = 5, LINK_CLOSE_S = 5, LINK_NOTE_BYTES = 123 };
enum { LINK_CLOSE_NORMAL = 1000, LINK_CLOSE_AWAY = 1001 };

/* Whose the pipe is. A call may leave or close the pipe; its memory lasts until libwebsockets is done with it. */
struct link_pipe_owner {
  void (*open)(void *who);                                    /* the WebSocket stands, no hello yet */
  void (*frame)(void *who, const struct link_frame *frame);   /* borrowed for the call */
  void (*gone)(void *who, int close_code, const char *note);  /* the last call; the pipe is freed behind it */
};

struct link_pipe;

struct link_pipe *link_pipe_new(const struct link_pipe_owner *owner, void *who);
/* The other end said hello; without this within LINK_HELLO_S the pipe closes itself. */
void link_pipe_greeted(struct link_pipe *pipe);
bool link_pipe_is_open(const struct link_pipe *pipe); /* and nobody has begun to close it */
/* Queues one line. ERR_BAD_INPUT for a frame the other end would refuse, ERR_AGAIN when closed or LINK_QUEUE_BYTES_MAX wait. */
enum err link_pipe_send(struct link_pipe *pipe, const struct link_frame *frame) MUST_CHECK;
/* What waits still goes out, then it closes with this code; what comes in is no longer looked at. The first call counts. */
void link_pipe_close(struct link_pipe *pipe, int code, const char *note);
/* The same, but what waits is thrown away. */
void link_pipe_drop(struct link_pipe *pipe, int code, const char *note);
/* The owner goes: no call to it any more. Takes NULL, returns NULL. */
struct link_pipe *link_pipe_leave(struct link_pipe *pipe);
/* Only when libwebsockets never took it. Takes NULL, returns NULL. */
struct link_pipe *link_pipe_free(struct link_pipe *pipe);

/* ---- from libwebsockets' callback; a value other than 0 goes back to it ---- */
void link_pipe_opened(struct link_pipe *pipe, struct lws *wsi);
int link_pipe_received(struct link_pipe *pipe, const char *data, size_t bytes);
void link_pipe_look(struct link_pipe *pipe); /* closes it when the frame that is under way says that it is too large */
void link_pipe_heard(struct link_pipe *pipe); /* a pong came */
int link_pipe_writeable(struct link_pipe *pipe);
void link_pipe_peer_closes(struct link_pipe *pipe, const unsigned char *reason, size_t bytes);
int link_pipe_timer(struct link_pipe *pipe);
void link_pipe_distrust(struct link_pipe *pipe, const char *why); /* the other end's certificate is refused: it will be gone */
void link_pipe_gone(struct link_pipe *pipe, const char *note, size_t bytes); /* frees it */

#endif
