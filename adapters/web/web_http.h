/* web_http.h: listens on 127.0.0.1, serves the page's files, and lets browsers that are ours through to the WebSocket. */
#ifndef MENTORD_WEB_HTTP_H
#define MENTORD_WEB_HTTP_H

#include <uv.h>

#include "adapters/web/web_files.h"
#include "adapters/web/web_page.h"

struct web_http;

/* A file that the bot sent, found by the token in its path. */
struct web_sent {
  int fd; /* whoever finds it closes it */
  const char *name, *type; /* borrowed for the moment */
  size_t bytes;
};

struct web_http_options { /* all borrowed until web_http_free */
  struct lws_context *context;
  uv_loop_t *loop;
  int port;
  const struct web_files *files;
  struct web_pages *pages;
  bool (*find_sent)(void *who, const char *token, struct web_sent *ret_sent);
  void *who;
};

/* Listens. ERR_CONFLICT with one sentence and the way out when the port is taken. *ret_http is set even on failure: close and
 * free it all the same, as libwebsockets may know it. */
enum err web_http_new(const struct web_http_options *options, struct web_http **ret_http) MUST_CHECK;
int web_http_port(const struct web_http *http); /* the one that was free, when 0 was asked for */
/* Takes nobody in any more; what is open ends with the context. */
void web_http_close(struct web_http *http);
/* Only once the loop ended and libwebsockets is gone. Takes NULL, returns NULL. */
struct web_http *web_http_free(struct web_http *http);

#endif
