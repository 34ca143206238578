/* web_door.c: compares what a browser says of itself with the two names we answer to. */
#include "adapters/web/web_door.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "adapters/web/web_kept.h"

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

/* ---- files that the bot sent ---- */

const char *web_door_token(const char *path) {
  static const char prefix[] = WEB_DOOR_FILES;
  if (strncmp(path, prefix, strlen(prefix)) != 0) return NULL;
  return web_kept_is_token(path + strlen(prefix)) ? path + strlen(prefix) : NULL;
}

/* "text/csv; charset=utf-8": letters, digits and what RFC 9110 lets stand in such a line, but no line end. */
const char *web_door_sent_type(const char *type) {
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&^_.+-/;= ";
  const char *slash = strchr(type, '/');
  bool good = slash != NULL && slash != type && isalnum((unsigned char)slash[1]) && strspn(type, allowed) == strlen(type) && strlen(type) <= 100;
  return good ? type : "application/octet-stream";
}

static bool is_unsafe(unsigned char c) {
  return c < 0x20 || c == 0x7f || strchr("/\\\"%:*?<>|", c) != NULL;
}

void web_door_disposition(const char *name, struct text *text) {
  static const char attr_signs[] = "!#$&+-.^_`|~";
  text_add(text, "attachment; filename=\"");
  for (const char *c = name; *c != '\0'; c++) {
    bool hides = c == name && *c == '.';
    if ((unsigned char)*c < 0x80) text_add_char(text, is_unsafe((unsigned char)*c) || hides ? '_' : *c);
    else if (((unsigned char)*c & 0xc0) != 0x80) text_add_char(text, '_'); /* one for a whole character */
  }
  text_add(text, "\"; filename*=UTF-8''");
  for (const char *c = name; *c != '\0'; c++) {
    bool hides = c == name && *c == '.';
    bool plain = (isalnum((unsigned char)*c) && (unsigned char)*c < 0x80) || strchr(attr_signs, *c) != NULL;
    if (((unsigned char)*c < 0x80 && is_unsafe((unsigned char)*c)) || hides) text_add_char(text, '_');
    else if (plain) text_add_char(text, *c);
    else text_addf(text, "%%%02X", (unsigned char)*c);
  }
}
