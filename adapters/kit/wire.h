/* wire.h: one WebSocket to a platform's server: whole text messages in, a bounded queue out, and an end in bounded time. */
#ifndef MENTORD_WIRE_H
#define MENTORD_WIRE_H

#include <uv.h>

#include "adapters/kit/http_url.h"

struct lws_context;
struct wire;

enum { WIRE_MESSAGE_BYTES_MAX = 1024 * 1024, WIRE_QUEUE_BYTES_MAX = 1024 * 1024 }; /* a longer message is left out, and logged */

struct wire_handlers { /* called on the loop's thread; none is NULL */
  void (*open)(void *who);                                  /* the handshake is done */
  void (*text)(void *who, const char *data, size_t bytes);  /* a whole message, with a NUL behind it; borrowed for the call */
  void (*heard)(void *who);                                 /* anything at all came, a pong too */
  void (*gone)(void *who, int code, const char *note);      /* the last call; the wire is freed behind it. Code 0: just gone */
};

struct wire_options { /* what it points at, but for the url, lives as long as the wire */
  const char *url;                  /* ws:// or wss://; copied, never logged */
  const struct http_places *places; /* where it may lead; ERR_DENIED elsewhere */
  const char *ca_file;              /* NULL: the system's authorities */
};

/* Looks the name up, connects, shakes hands. The context is link_context_new's. */
enum err wire_open(struct lws_context *context, uv_loop_t *loop, const struct wire_options *options,
                   const struct wire_handlers *handlers, void *who, struct wire **ret_wire) MUST_CHECK;
/* Queues one text message. ERR_AGAIN when it is not open or WIRE_QUEUE_BYTES_MAX wait. */
enum err wire_send(struct wire *wire, const char *data, size_t bytes) MUST_CHECK;
void wire_ping(struct wire *wire);
/* No handler is called any more. What waits goes out, then it closes with 1000; an end that does not answer is dropped after
 * a second. Takes NULL, returns NULL. */
struct wire *wire_close(struct wire *wire);
/* The same, but at once: for one that is silent. */
struct wire *wire_drop(struct wire *wire);

#endif
