/* http.h: questions to a web API from our loop: kept connections, bounded answers, and an honest word on what may have arrived. */
#ifndef MENTORD_HTTP_H
#define MENTORD_HTTP_H

#include <uv.h>

#include "adapters/kit/http_url.h"

struct http;
struct http_call;

enum { HTTP_CONNECT_MS = 5000, HTTP_CALLS_MAX = 256, HTTP_HEAD_BYTES_MAX = 16 * 1024 };

enum http_end {
  HTTP_ANSWERED,        /* a whole answer came, whatever its status */
  HTTP_NEVER_LEFT,      /* nothing of the body was sent: asking again is safe */
  HTTP_MAY_HAVE_ARRIVED /* it was sent, at least in part, and no whole answer came */
};

struct http_ask {
  const char *url;
  const char *bearer;       /* NULL: none. Never logged */
  const char *type;         /* of the body; NULL: application/x-www-form-urlencoded */
  const void *body;         /* copied, or lent */
  size_t body_bytes;
  int64_t total_ms;         /* from now to the last byte of the answer */
  size_t answer_bytes_max;
  bool lent;                /* a large body: it is not copied, and stays as it is until `done` or http_stop */
  bool harmless;            /* asking twice changes nothing: a kept connection that turns out dead is replaced without a word */
};

struct http_answer { /* borrowed for the call */
  enum http_end end;
  int status;
  const char *body;         /* with a NUL behind it; "" when there is none */
  size_t bytes;
  const char *head;         /* its lines */
  const char *note;         /* why no answer came; it may name the host, never a path or a secret */
};

typedef void http_done(void *who, const struct http_answer *answer);

/* Goes nowhere but to `places` (borrowed): no redirects, no proxy but theirs, certificates checked. NULL when libcurl does not start. */
struct http *http_new(uv_loop_t *loop, const struct http_places *places);
/* POSTs; `done` is called once, from the loop. ERR_DENIED for another place, ERR_LIMITED with HTTP_CALLS_MAX under way. */
enum err http_post(struct http *http, const struct http_ask *ask, http_done *done, void *who, struct http_call **ret_call) MUST_CHECK;
/* `done` is not called any more. Takes NULL, returns NULL. */
struct http_call *http_stop(struct http_call *call);
/* A header of the answer; false when it is missing or does not fit. `name` in any case. */
bool http_header(const struct http_answer *answer, const char *name, char *ret_value, size_t bytes_max);
/* All calls stop; memory goes when the loop has closed its handles. Takes NULL, returns NULL. */
struct http *http_free(struct http *http);

#endif
