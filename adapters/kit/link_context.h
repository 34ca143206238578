/* link_context.h: what a process has once for all its links: libwebsockets' context, and the doors that listen in it. */
#ifndef MENTORD_LINK_CONTEXT_H
#define MENTORD_LINK_CONTEXT_H

#include <uv.h>

#include "adapters/kit/link_address.h"
#include "adapters/kit/link_pipe.h"

struct link_door;

/* Who a door belongs to. */
struct link_door_owner {
  struct link_pipe *(*enter)(void *who); /* a WebSocket came in: its pipe, or NULL to turn it away */
  void (*closed)(void *who);             /* after link_door_close, from the loop: nothing of the door is left */
};

/* Where links of this process live. All are borrowed from the context and end with it. */
struct lws_vhost *link_context_plain(struct lws_context *context);
enum err link_context_tls_client(struct lws_context *context, const char *ca_file, struct lws_vhost **ret_vhost) MUST_CHECK; /* one for each file */
enum err link_context_tls_server(struct lws_context *context, const char *cert_file, const char *key_file, struct lws_vhost **ret_vhost) MUST_CHECK;

/* Listens. ERR_CONFLICT when another process does already, ERR_DENIED when the socket's folder is open to others. */
enum err link_door_open(struct lws_vhost *vhost, uv_loop_t *loop, const struct link_address *address,
                        const struct link_door_owner *owner, void *who, struct link_door **ret_door) MUST_CHECK;
int link_door_port(const struct link_door *door); /* 0 for a unix socket */
void link_door_close(struct link_door *door);

/* Starts to connect; the pipe belongs to libwebsockets from now on. False: it does not, and will not be called. */
bool link_context_connect(struct lws_context *context, const struct link_address *address, struct link_pipe *pipe);
/* The same with TLS, to the address that link_dial found. The certificate must name address->host. */
bool link_context_connect_tls(struct lws_context *context, struct lws_vhost *vhost, const struct link_address *address, const char *number,
                              struct link_pipe *pipe);

/* ---- between link_context.c and link_door.c ---- */
struct link_home { /* one for each context, the user pointer of all its vhosts */
  struct link_door *doors; /* borrowed from the servers until link_door_close */
  uintptr_t marks;         /* of the last door made; odd, so that none is the address of a pipe */
};
struct link_pipe *link_door_enter(struct link_home *home, uintptr_t mark); /* NULL when that door is closed */

#endif
