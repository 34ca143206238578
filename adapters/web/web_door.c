/* web_door.c: compares what a browser says of itself with the two names we answer to. */
#include "adapters/web/web_door.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const names[] = {"127.0.0.1", "localhost"};

bool web_door_host_ok(const char *host, int port) {
  char wanted[64];
  for (size_t i = 0; host != NULL && i < ARRAY_LEN(names); i++) {
    (void)snprintf(wanted, sizeof wanted, "%s:%d", names[i], port);
    if (strcasecmp(host, wanted) == 0) return true;
    if (port == 80 && strcasecmp(host, names[i]) == 0) return true;
  }
  return false;
}

bool web_door_origin_ok(const char *origin, int port) {
  static const char scheme[] = "http://";
  if (origin == NULL || strncasecmp(origin, scheme, strlen(scheme)) != 0) return false;
  return web_door_host_ok(origin + strlen(scheme), port);
}

const char *web_door_type(const char *name) {
  static const struct {
    const char *ending, *type;
  } types[] = {{".html", "text/html; charset=utf-8"},  {".js", "text/javascript; charset=utf-8"}, {".css", "text/css; charset=utf-8"},
               {".svg", "image/svg+xml"},              {".png", "image/png"},                     {".ico", "image/x-icon"},
               {".woff2", "font/woff2"},               {".webmanifest", "application/manifest+json"}};
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  const char *dot = strrchr(name, '.');
  if (name[0] == '.' || dot == NULL || strspn(name, allowed) != strlen(name)) return NULL;
  for (size_t i = 0; i < ARRAY_LEN(types); i++)
    if (strcmp(dot, types[i].ending) == 0) return types[i].type;
  return NULL;
}
