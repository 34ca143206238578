/* link_address.h: where a link is, and the secret that opens it. */
#ifndef MENTORD_LINK_ADDRESS_H
#define MENTORD_LINK_ADDRESS_H

#include "bot/base/err.h"

enum { LINK_PATH_BYTES_MAX = 107, LINK_HOST_BYTES_MAX = 253, LINK_TOKEN_BYTES_MIN = 16, LINK_TOKEN_BYTES_MAX = 512 };

struct link_address {
  bool is_unix, is_tls;
  char path[LINK_PATH_BYTES_MAX + 1]; /* unix */
  char host[LINK_HOST_BYTES_MAX + 1]; /* 127.x.y.z; with TLS any name, or numbers */
  int port;
};

/* "unix:/path", "127.0.0.1:7801" or "wss://adapter.example:7801". Names are not looked up. ERR_DENIED off loopback without
 * TLS, ERR_BAD_INPUT otherwise. */
enum err link_address_parse(const char *text, struct link_address *ret_address) MUST_CHECK;

/* Does a process serve this address now? Asks the kernel and does not wait. On a port it costs the other end a connection
 * that closes at once; a unix socket is asked without one. */
bool link_address_is_served(const struct link_address *address); /* without TLS */
bool link_address_is_number(const struct link_address *address); /* its host is an IPv4 address */

/* The folder of a unix socket: ERR_GONE when it is not there, ERR_DENIED when others may go into it; else fine. */
enum err link_address_folder(const struct link_address *address) MUST_CHECK;

/* A secret that leaves this machine lies in a file that nobody else can open: ERR_DENIED, the note says what to do. */
enum err link_token_is_private(const char *path) MUST_CHECK;
/* Reads the file's one line. NULL reads as "". ERR_BAD_INPUT when it is too short, too long or no printable ASCII. */
enum err link_token_read(const char *path, char ret_token[LINK_TOKEN_BYTES_MAX + 1]) MUST_CHECK;
/* In a time that does not tell where they differ. */
bool link_token_same(const char *a, const char *b);

#endif
