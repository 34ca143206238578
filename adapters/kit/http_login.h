/* http_login.h: who we are to an HTTP proxy: a user and a password, from a file that only we can open. */
#ifndef MENTORD_HTTP_LOGIN_H
#define MENTORD_HTTP_LOGIN_H

#include "bot/base/err.h"

enum { HTTP_LOGIN_BYTES_MAX = 90, HTTP_LOGIN_HEAD_BYTES = 160 }; /* libwebsockets takes no longer one */

/* Its first line, "user:password"; "" without a path. ERR_DENIED when others can open it. Notes never quote it. */
enum err http_login_read(const char *path, char ret_login[HTTP_LOGIN_BYTES_MAX + 1]) MUST_CHECK;
/* "Proxy-Authorization: Basic …": as secret as the login. */
void http_login_head(const char *login, char ret_head[HTTP_LOGIN_HEAD_BYTES]);

#endif
