/* http_login.c: reads the file, and writes the head of a request by RFC 7617. */
#include "adapters/kit/http_login.h"

#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/kit/link_address.h"
#include "bot/base/file.h"

/* A colon ends the user's name; what is not ASCII has no one form that all proxies share. */
static bool is_login(const char *text, size_t bytes) {
  if (bytes > HTTP_LOGIN_BYTES_MAX || bytes < 2 || text[0] == ':' || memchr(text, ':', bytes) == NULL) return false;
  for (size_t i = 0; i < bytes; i++)
    if (text[i] < ' ' || text[i] > '~') return false;
  return true;
}

enum err http_login_read(const char *path, char ret_login[HTTP_LOGIN_BYTES_MAX + 1]) {
  char *data = NULL;
  size_t bytes = 0;
  if (path == NULL) {
    ret_login[0] = '\0';
    return ERR_NONE;
  }
  enum err err = link_token_is_private(path);
  if (err == ERR_NONE) err = file_read(path, HTTP_LOGIN_BYTES_MAX + 2, &data, &bytes);
  if (err != ERR_NONE) return err;
  while (bytes > 0 && strchr("\r\n", data[bytes - 1]) != NULL) bytes--;
  bool good = is_login(data, bytes);
  if (good) (void)snprintf(ret_login, HTTP_LOGIN_BYTES_MAX + 1, "%.*s", (int)bytes, data);
  explicit_bzero(data, bytes);
  free(data);
  if (good) return ERR_NONE;
  return err_note(ERR_BAD_INPUT, "%s: a user and a password with a colon between them, `mentord:secret`, are one line of at most %d plain letters", path,
                  HTTP_LOGIN_BYTES_MAX);
}

void http_login_head(const char *login, char ret_head[HTTP_LOGIN_HEAD_BYTES]) {
  char coded[HTTP_LOGIN_HEAD_BYTES / 5 * 4];
  int length = lws_b64_encode_string(login, (int)strlen(login), coded, sizeof coded);
  assert(length > 0);
  (void)snprintf(ret_head, HTTP_LOGIN_HEAD_BYTES, "Proxy-Authorization: Basic %s", coded);
  explicit_bzero(coded, sizeof coded);
}
