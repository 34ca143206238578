/* link_client.h: the bot's end of a link: connects, says hello, comes back by itself, hands over whole frames. */
#ifndef MENTORD_LINK_CLIENT_H
#define MENTORD_LINK_CLIENT_H

#include <uv.h>

#include "adapters/kit/link_frame.h"

struct lws_context;
struct link_client;

struct link_client_options {
  const char *name;            /* for the log */
  const char *address;         /* "unix:/path/link.sock", "127.0.0.1:7801" or "wss://name:7801"; off loopback without TLS: ERR_DENIED */
  const char *token_file;      /* NULL: none; needed on TCP, and with TLS closed to others. Read at each connect */
  const char *ca_file;         /* only with TLS: whose certificates count; NULL: the system's. Read once */
  const char *bot;             /* this bot's name in hello */
  const char *const *workspaces; /* all this link may speak for */
  size_t workspace_count;
  int credits;                 /* 0: LINK_CREDITS */
};

/* Called on the loop's thread, none is NULL. Frames are borrowed for the call. After `down` nothing that was sent counts as
 * received. The client itself logs link_up, link_down and link_refused, answers events of kinds that nobody knows, gives
 * credit back and closes what may not come (workspaces not served here, events without credit, demo events of others). */
struct link_client_handlers {
  const char *(*fence)(void *who, const char *workspace); /* before each hello; NULL leaves the workspace out. While it is
                                                           * NULL for all of them the client asks again five times a second */
  void (*up)(void *who, const struct link_frame *hello);  /* hello->workspaces: what both ends agreed on */
  void (*frame)(void *who, const struct link_frame *frame); /* event, done, keep_get, keep, blob_get, notice; bye: no longer ours */
  void (*down)(void *who, int close_code, const char *note); /* at the end of each connection, and of each attempt that
                                      * became none; code 0: just gone. It tries again by itself: 0.1 s … 5 s with jitter */
};

/* One libwebsockets context per process, on this loop; shared by every client and server in it. NULL with a note. */
struct lws_context *link_context_new(uv_loop_t *loop);
/* First free the clients and servers in it. Then this closes what is open, the loop runs on until all is closed, and
 * link_context_free, after the loop, ends it for good. */
void link_context_close(struct lws_context *context);
void link_context_free(struct lws_context *context);

enum err link_client_new(struct lws_context *context, uv_loop_t *loop, const struct link_client_options *options,
                         const struct link_client_handlers *handlers, void *who, struct link_client **ret_client) MUST_CHECK;
/* Queues one frame; several go out as one WebSocket message. ERR_AGAIN when the link is down or 8 MiB wait already,
 * ERR_BAD_INPUT with a note for a frame that is incomplete, out of bounds or longer than 64 KiB. hello and credit are the
 * client's own. An ack (or a kept with conflicts) of an event gives its credit back. Several blobs go as several lines. A clock
 * goes to demonstrations only: to others nothing is sent. */
enum err link_client_send(struct link_client *client, const struct link_frame *frame) MUST_CHECK;
bool link_client_is_up(const struct link_client *client);
/* Closes now with this code, what waits is thrown away; comes back after the back-off (a fence that rose, a frame that was
 * wrong). */
void link_client_drop(struct link_client *client, enum link_close code);
/* Ends for good; memory goes when the loop has closed its handles. Takes NULL, returns NULL. */
struct link_client *link_client_free(struct link_client *client);

#endif
