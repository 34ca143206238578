/* http_url.h: an address of the web, taken apart strictly, and whether we may go there. Pure. */
#ifndef MENTORD_HTTP_URL_H
#define MENTORD_HTTP_URL_H

#include "adapters/kit/http_login.h"

enum { HTTP_URL_BYTES_MAX = 2048, HTTP_HOST_BYTES_MAX = 253 };

struct http_url {
  bool is_tls, is_ws;             /* https and wss; ws and wss */
  char host[HTTP_HOST_BYTES_MAX + 1]; /* lower case */
  int port;
  const char *path;               /* with its query, begins with '/'; borrowed from the text */
};

/* Where a process may go at all: these domains and what is below them, with TLS, on its usual port. */
struct http_places {
  const char *const *domains; /* borrowed; lower case */
  size_t domain_count;
  bool loopback;              /* for tests: 127.0.0.1 on any port, and without TLS */
  const char *proxy;          /* borrowed; "host:port" of an HTTP proxy all goes through by CONNECT, so that it sees names and no more; NULL: none */
  char proxy_login[HTTP_LOGIN_BYTES_MAX + 1]; /* "user:password" for it, a secret; "": it wants none */
};

/* "wss://host:port/path". ERR_BAD_INPUT for a name with '@', spaces, control characters, no path, other schemes. Notes never
 * quote it: an address may be a secret. */
enum err http_url_parse(const char *text, struct http_url *ret_url) MUST_CHECK;
bool http_proxy_parse(const char *text, char ret_host[HTTP_HOST_BYTES_MAX + 1], int *ret_port); /* "host:port" and nothing else */
bool http_url_allowed(const struct http_url *url, const struct http_places *places);

#endif
