/* link_address.c: reading addresses and token files. */
#include "adapters/kit/link_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

/* "host:port"; a host that does not fit is left empty. */
static enum err split(const char *text, struct link_address *ret_address) {
  const char *colon = strrchr(text, ':');
  size_t length = colon == NULL ? 0 : (size_t)(colon - text);
  *ret_address = (struct link_address){.port = length > 0 ? parse_port(colon + 1) : -1};
  if (ret_address->port < 0) return err_note(ERR_BAD_INPUT, "an address is unix:/path, 127.0.0.1:port or wss://host:port");
  if (length < sizeof ret_address->host) memcpy(ret_address->host, text, length);
  return ERR_NONE;
}

static enum err parse_tcp(const char *text, struct link_address *ret_address) {
  struct link_address address;
  struct in_addr number;
  enum err err = split(text, &address);
  if (err != ERR_NONE) return err;
  if (inet_pton(AF_INET, address.host, &number) != 1)
    return err_note(ERR_DENIED, "without TLS a link goes to a unix socket or to 127.0.0.1, given in numbers; off this machine write wss://host:port");
  if (ntohl(number.s_addr) >> 24 != 127)
    return err_note(ERR_DENIED, "%s is off this machine: that needs TLS, write wss://host:port", address.host);
  *ret_address = address;
  return ERR_NONE;
}

/* Letters, digits, dots and hyphens: what a certificate can name. */
static enum err parse_tls(const char *text, struct link_address *ret_address) {
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
  struct link_address address;
  enum err err = split(text, &address);
  if (err != ERR_NONE) return err;
  if (address.host[0] == '\0' || address.host[0] == '-' || address.host[0] == '.' || address.host[strspn(address.host, allowed)] != '\0')
    return err_note(ERR_BAD_INPUT, "the host behind wss:// is a name of letters, digits, dots and hyphens, and behind it stands :port, no path");
  address.is_tls = true;
  *ret_address = address;
  return ERR_NONE;
}

bool link_address_is_number(const struct link_address *address) {
  struct in_addr ignored;
  return !address->is_unix && inet_pton(AF_INET, address->host, &ignored) == 1;
}

enum err link_address_parse(const char *text, struct link_address *ret_address) {
  if (strncmp(text, "unix:", 5) == 0) return parse_unix(text + 5, ret_address);
  if (strncmp(text, "wss://", 6) == 0) return parse_tls(text + 6, ret_address);
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
  assert(!address->is_tls);
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

enum err link_address_folder(const struct link_address *address) {
  char folder[LINK_PATH_BYTES_MAX + 1];
  struct stat info;
  if (!address->is_unix) return ERR_NONE;
  (void)snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(address->path, '/') - address->path), address->path);
  if (stat(folder[0] == '\0' ? "/" : folder, &info) != 0) return err_note(ERR_GONE, "%s: %m", folder);
  if (info.st_uid != geteuid() || (info.st_mode & 077) != 0)
    return err_note(ERR_DENIED, "%s: the folder of a link's socket must be ours alone (mode 0700)", folder);
  return ERR_NONE;
}

enum err link_token_is_private(const char *path) {
  struct stat info;
  if (stat(path, &info) != 0) return err_note(ERR_GONE, "%s: %m", path);
  if (S_ISREG(info.st_mode) && (info.st_mode & 077) == 0) return ERR_NONE;
  return err_note(ERR_DENIED, "%s can be opened by others (mode %04o): chmod 600, and make a new token if others were there", path,
                  (unsigned)info.st_mode & 07777);
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
