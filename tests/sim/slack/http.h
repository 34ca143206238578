/* http.h: the simulator's one port on loopback: requests with a bounded body, answers, and what comes in as a WebSocket. */
#ifndef SIM_SLACK_HTTP_H
#define SIM_SLACK_HTTP_H

#include <libwebsockets.h>
#include <uv.h>

#include "tests/sim/slack/moment.h"
#include "tests/sim/slack/tree.h"

enum { HTTP_BODY_BYTES_MAX = 16 * 1024 * 1024, HTTP_BODIES_BYTES_MAX = 256 * 1024 * 1024, HTTP_HEAD_BYTES = 4096 };

struct http_request {
  struct lws *wsi;                                 /* borrowed from libwebsockets until http_owner.drop */
  struct http *http;                               /* borrowed */
  char verb[8], path[600], type[160], bearer[200]; /* bearer: what follows "Bearer " */
  cJSON *query;                                    /* owned; an object of texts */
  struct text body;
  bool heard, answered, ends;
  int status;
  char head[2048];      /* further header lines of the answer: "name: value\n" */
  const char *out_type; /* borrowed: a constant */
  struct text out;
  size_t sent;
  struct timer late; /* for an answer that is held back */
};

/* Who answers. */
struct http_owner {
  void (*serve)(void *who, struct http_request *request);         /* whole; answer it now, later or never */
  void (*drop)(void *who, struct http_request *request);          /* it goes; forget it */
  bool (*enter)(void *who, const char *path, const char *ticket); /* may this WebSocket come in? */
  void *(*opened)(void *who, struct lws *wsi);                    /* its connection, handed to those below */
  bool (*writeable)(void *conn);                                  /* false: the socket is dead */
  bool (*heard)(void *conn, const char *data, size_t bytes);      /* false: close with what lws_close_reason was told */
  void (*ponged)(void *conn);
  bool (*peer_closes)(void *conn); /* false: libwebsockets shall not answer */
  bool (*timer)(void *conn);       /* false: close */
  void (*gone)(void *conn);
};

struct http; /* owns the listening socket and libwebsockets' context */

enum err http_open(uv_loop_t *loop, int port, const struct http_owner *owner, void *who, struct http **ret_http) MUST_CHECK;
int http_port(const struct http *http);
void http_head(struct http_request *request, const char *name, const char *value); /* before http_answer */
/* The body is what stands in request->out. */
void http_answer(struct http_request *request, int status, const char *type);
void http_close(struct http *http); /* begins; the loop must run out */
struct http *http_free(struct http *http);

#endif
