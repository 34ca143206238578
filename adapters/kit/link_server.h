/* link_server.h: an adapter's end of the link: listens, checks hello and fences, counts credits, keeps order. */
#ifndef MENTORD_LINK_SERVER_H
#define MENTORD_LINK_SERVER_H

#include <uv.h>

#include "adapters/kit/link_client.h"

struct link_server;

struct link_server_options {
  const char *address;         /* as in link_client_options; a unix socket's folder must be 0700; behind wss:// stand numbers */
  const char *token_file;      /* NULL only for a unix socket; with TLS closed to others */
  const char *cert_file, *key_file; /* PEM; needed for wss://, and only there. Read once */
  const char *platform;
  const struct link_workspace *workspaces; /* what this adapter can speak for */
  size_t workspace_count;
  struct capabilities can;
  bool demo;
};

/* None is NULL. The server itself logs link_up, link_down and link_refused and answers unknown actions `unsupported`. */
struct link_server_handlers {
  void (*up)(void *who, const char *const *workspaces, size_t count); /* a bot serves these now: send again what was never acked */
  void (*frame)(void *who, const struct link_frame *frame);           /* ack, action, got, ask, keep_is, kept, blob_is, clock, bye */
  void (*credit)(void *who);                                           /* there is credit again */
  void (*down)(void *who);                                             /* a bot that was up has gone, or lost its last workspace */
};

/* A second bot with a higher fence for a workspace takes it over: the first gets `bye` "fenced" and close 4005 when
 * nothing is left to it. A lower or equal fence from another connection is refused with 4005. */
enum err link_server_new(struct lws_context *context, uv_loop_t *loop, const struct link_server_options *options,
                         const struct link_server_handlers *handlers, void *who, struct link_server **ret_server) MUST_CHECK;
/* Sends to the bot that serves the frame's workspace; a notice to all. An event uses one credit: ERR_LIMITED without one,
 * ERR_AGAIN when no bot is there. `done` goes to whoever now serves the workspace of its action; for an action that came
 * before this process started set frame.workspace, else ERR_GONE. ERR_BAD_INPUT with a note as in link_client_send. */
enum err link_server_send(struct link_server *server, const struct link_frame *frame) MUST_CHECK;
void link_server_set_pace(struct link_server *server, int per_minute); /* what the next hellos say; it is about so much, and nobody parts for it */
int link_server_credits(const struct link_server *server, const char *workspace); /* 0 when no bot is there */
int link_server_port(const struct link_server *server); /* the one the system chose for port 0; 0 for a unix socket */
/* Listens no more and says good-bye; memory goes when the loop has closed its handle. Takes NULL, returns NULL. */
struct link_server *link_server_free(struct link_server *server);

#endif
