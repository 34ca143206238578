/* http_url.c: takes addresses apart without mercy: what two readers could read in two ways is refused. */
#include "adapters/kit/http_url.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_MAX = 65535, PORT_DIGITS_MAX = 5, PORT_TLS = 443, PORT_PLAIN = 80 };

static const struct scheme {
  const char *name;
  bool is_tls, is_ws;
} schemes[] = {{"https://", true, false}, {"http://", false, false}, {"wss://", true, true}, {"ws://", false, true}};

static enum err bad(const char *why) {
  return err_note(ERR_BAD_INPUT, "an address of the web: %s", why);
}

static const struct scheme *scheme_of(const char *text) {
  for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
    if (strncmp(text, schemes[i].name, strlen(schemes[i].name)) == 0) return &schemes[i];
  return NULL;
}

static bool printable(const char *text) {
  for (const char *at = text; *at != '\0'; at++)
    if (*at <= ' ' || *at > '~' || *at == '\\' || *at == '#') return false;
  return true;
}

static bool take_host(const char *text, size_t bytes, char *ret_host) {
  if (bytes == 0 || bytes > HTTP_HOST_BYTES_MAX) return false;
  for (size_t i = 0; i < bytes; i++) {
    bool fits = isalnum((unsigned char)text[i]) || text[i] == '-' || text[i] == '.';
    if (!fits) return false;
    ret_host[i] = (char)tolower((unsigned char)text[i]);
  }
  ret_host[bytes] = '\0';
  return true;
}

static bool take_port(const char *text, size_t bytes, int *ret_port) {
  int port = 0;
  if (bytes == 0 || bytes > PORT_DIGITS_MAX) return false;
  for (size_t i = 0; i < bytes; i++) {
    if (!isdigit((unsigned char)text[i])) return false;
    port = port * 10 + (text[i] - '0');
  }
  *ret_port = port;
  return port > 0 && port <= PORT_MAX;
}

enum err http_url_parse(const char *text, struct http_url *ret_url) {
  const struct scheme *scheme = scheme_of(text);
  if (strlen(text) > HTTP_URL_BYTES_MAX) return bad("longer than 2,048 characters");
  if (scheme == NULL || !printable(text)) return bad("it begins with https:// or wss:// and holds no space");
  const char *host = text + strlen(scheme->name), *end = host + strcspn(host, "/?"), *colon = memchr(host, ':', (size_t)(end - host));
  struct http_url url = {.is_tls = scheme->is_tls, .is_ws = scheme->is_ws, .path = end, .port = scheme->is_tls ? PORT_TLS : PORT_PLAIN};
  if (*end != '/') return bad("no path");
  if (!take_host(host, (size_t)((colon == NULL ? end : colon) - host), url.host)) return bad("no plain host name");
  if (colon != NULL && !take_port(colon + 1, (size_t)(end - colon - 1), &url.port)) return bad("no port");
  *ret_url = url;
  return ERR_NONE;
}

bool http_proxy_parse(const char *text, char ret_host[HTTP_HOST_BYTES_MAX + 1], int *ret_port) {
  const char *colon = strchr(text, ':');
  return colon != NULL && take_host(text, (size_t)(colon - text), ret_host) && take_port(colon + 1, strlen(colon + 1), ret_port);
}

static bool below(const char *host, const char *domain) {
  size_t host_bytes = strlen(host), bytes = strlen(domain);
  if (host_bytes < bytes || strcmp(host + host_bytes - bytes, domain) != 0) return false;
  return host_bytes == bytes || host[host_bytes - bytes - 1] == '.';
}

bool http_url_allowed(const struct http_url *url, const struct http_places *places) {
  if (places->loopback && strcmp(url->host, "127.0.0.1") == 0) return true;
  if (!url->is_tls || url->port != PORT_TLS) return false;
  for (size_t i = 0; i < places->domain_count; i++)
    if (below(url->host, places->domains[i])) return true;
  return false;
}
