/* link_address.c: reading addresses and token files. */
#include "adapters/kit/link_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bot/base/file.h"

static enum err parse_unix(const char *path, struct link_address *ret_address) {
  size_t length = strlen(path);
  if (path[0] != '/') return err_note(ERR_BAD_INPUT, "a unix address is unix:/ and an absolute path");
  if (length > LINK_PATH_BYTES_MAX) return err_note(ERR_BAD_INPUT, "the path of a unix socket may have 107 bytes, this has %zu", length);
  *ret_address = (struct link_address){.is_unix = true};
  memcpy(ret_address->path, path, length + 1);
  return ERR_NONE;
}

/* Decimal digits only; -1 for anything else. */
static int parse_port(const char *text) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > 5 || text[digits] != '\0') return -1;
  long port = strtol(text, NULL, 10);
  return port <= 65535 ? (int)port : -1;
}

static enum err parse_tcp(const char *text, struct link_address *ret_address) {
  struct link_address address = {.port = -1};
  struct in_addr number;
  const char *colon = strrchr(text, ':');
  size_t length = colon == NULL ? 0 : (size_t)(colon - text);
  if (length > 0) address.port = parse_port(colon + 1);
  if (address.port < 0) return err_note(ERR_BAD_INPUT, "an address is unix:/path or 127.0.0.1:port");
  if (length < sizeof address.host) memcpy(address.host, text, length);
  if (inet_pton(AF_INET, address.host, &number) != 1)
    return err_note(ERR_DENIED, "a link goes to a unix socket or to 127.0.0.1, given in numbers");
  if (ntohl(number.s_addr) >> 24 != 127)
    return err_note(ERR_DENIED, "%s is off this machine: that needs TLS, put a tunnel in front", address.host);
  *ret_address = address;
  return ERR_NONE;
}

enum err link_address_parse(const char *text, struct link_address *ret_address) {
  if (strncmp(text, "unix:", 5) == 0) return parse_unix(text + 5, ret_address);
  return parse_tcp(text, ret_address);
}

/* A socket of the other type: a live owner is told apart (EPROTOTYPE) from a file that was left behind (ECONNREFUSED). */
static bool unix_is_served(const char *path) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  memcpy(name.sun_path, path, strlen(path) + 1);
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool served = fd >= 0 && connect(fd, (const struct sockaddr *)&name, sizeof name) != 0 && errno == EPROTOTYPE;
  if (fd >= 0) close(fd);
  return served;
}

/* On loopback the answer is there when connect returns; a queue that is full counts as no. */
static bool port_is_served(const struct link_address *address) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)address->port)};
  int error = 0;
  socklen_t bytes = sizeof error;
  inet_pton(AF_INET, address->host, &name.sin_addr);
  struct pollfd one = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), .events = POLLOUT};
  if (one.fd < 0) return false;
  bool begun = connect(one.fd, (const struct sockaddr *)&name, sizeof name) == 0 || errno == EINPROGRESS;
  bool served = begun && poll(&one, 1, 0) == 1 && getsockopt(one.fd, SOL_SOCKET, SO_ERROR, &error, &bytes) == 0 && error == 0;
  close(one.fd);
  return served;
}

bool link_address_is_served(const struct link_address *address) {
  return address->is_unix ? unix_is_served(address->path) : port_is_served(address);
}

/* Printable ASCII without blanks, of a length that cannot be guessed. */
static enum err check_token(const char *token, size_t length) {
  if (length < LINK_TOKEN_BYTES_MIN || length > LINK_TOKEN_BYTES_MAX)
    return err_note(ERR_BAD_INPUT, "a token has %d to %d characters", LINK_TOKEN_BYTES_MIN, LINK_TOKEN_BYTES_MAX);
  for (size_t i = 0; i < length; i++) {
    if (token[i] <= ' ' || token[i] > '~') return err_note(ERR_BAD_INPUT, "a token is printable ASCII without blanks");
  }
  return ERR_NONE;
}

enum err link_token_read(const char *path, char ret_token[LINK_TOKEN_BYTES_MAX + 1]) {
  ret_token[0] = '\0';
  if (path == NULL) return ERR_NONE;
  char *data = NULL;
  size_t bytes = 0;
  enum err err = file_read(path, LINK_TOKEN_BYTES_MAX + 2, &data, &bytes);
  if (err != ERR_NONE) return err;
  while (bytes > 0 && strchr("\r\n \t", data[bytes - 1]) != NULL) bytes--;
  err = check_token(data, bytes);
  if (err == ERR_NONE) {
    memcpy(ret_token, data, bytes);
    ret_token[bytes] = '\0';
  }
  explicit_bzero(data, bytes);
  free(data);
  return err;
}

bool link_token_same(const char *a, const char *b) {
  size_t length = strlen(a);
  unsigned difference = length != strlen(b);
  if (difference != 0) return false;
  for (size_t i = 0; i < length; i++) difference |= (unsigned)(unsigned char)(a[i] ^ b[i]);
  return difference == 0;
}
