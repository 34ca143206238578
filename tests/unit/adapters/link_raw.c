/* link_raw.c: the few bytes of RFC 6455 that the tests need. */
#include "tests/unit/adapters/link_raw.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <libwebsockets.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { WAIT_MS = 20000 };

const char raw_upgrade[] =
  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: mentord.v1\r\n";

static struct sockaddr_un name_of(const char *path) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  cr_assert_lt(strlen(path), sizeof name.sun_path);
  snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
  return name;
}

/* At most a millisecond, so that the loop has its turn too. */
static void wait_readable(int fd) {
  struct pollfd one = {.fd = fd, .events = POLLIN};
  (void)poll(&one, 1, 1);
}

/* Runs the loop once, then takes what has come. False: the other end has closed. */
static bool pump(struct raw *raw) {
  uv_run(raw->loop, UV_RUN_NOWAIT);
  ssize_t got = recv(raw->fd, raw->data + raw->used, sizeof raw->data - raw->used, MSG_DONTWAIT);
  if (got > 0) raw->used += (size_t)got;
  bool nothing_yet = got < 0 && errno == EAGAIN;
  if (nothing_yet) wait_readable(raw->fd);
  return got > 0 || nothing_yet;
}

static void drop(struct raw *raw, size_t bytes) {
  raw->used -= bytes;
  memmove(raw->data, raw->data + bytes, raw->used);
}

void raw_bytes(struct raw *raw, const void *data, size_t bytes) {
  uint64_t end = uv_hrtime() + WAIT_MS * UINT64_C(1000000);
  while (bytes > 0) {
    ssize_t sent = send(raw->fd, data, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
    cr_assert_lt(uv_hrtime(), end, "waited for a peer that does not read");
    if (sent < 0 && errno != EAGAIN) return; /* closed on us: the test asks for the close code next */
    if (sent < 0) uv_run(raw->loop, UV_RUN_NOWAIT);
    if (sent < 0) continue;
    data = (const char *)data + sent;
    bytes -= (size_t)sent;
  }
}

static void send_text(struct raw *raw, const char *text) {
  raw_bytes(raw, text, strlen(text));
}

/* Waits for the end of an HTTP head; false when the connection ends first. */
static bool wait_head(struct raw *raw, char *ret_head, size_t bytes) {
  uint64_t end = uv_hrtime() + WAIT_MS * UINT64_C(1000000);
  char *stop = NULL;
  while (stop == NULL) {
    cr_assert_lt(uv_hrtime(), end, "waited for an HTTP head");
    bool open = pump(raw);
    stop = memmem(raw->data, raw->used, "\r\n\r\n", 4);
    if (!open && stop == NULL) return false;
  }
  size_t length = (size_t)(stop - raw->data) + 4;
  cr_assert_lt(length, bytes);
  memcpy(ret_head, raw->data, length);
  ret_head[length] = '\0';
  drop(raw, length);
  return true;
}

bool raw_connect(struct raw *raw, uv_loop_t *loop, const char *path, const char *headers) {
  struct sockaddr_un name = name_of(path);
  char head[2048];
  raw->loop = loop;
  raw->masks = true;
  raw->used = 0;
  raw->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  cr_assert_eq(connect(raw->fd, (struct sockaddr *)&name, sizeof name), 0, "%s: %m", path);
  send_text(raw, "GET / HTTP/1.1\r\nHost: localhost\r\n");
  send_text(raw, headers);
  send_text(raw, "\r\n");
  return wait_head(raw, head, sizeof head) && strncmp(head, "HTTP/1.1 101", 12) == 0;
}

int raw_listen(const char *path) {
  struct sockaddr_un name = name_of(path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  cr_assert(bind(fd, (struct sockaddr *)&name, sizeof name) == 0 && listen(fd, 4) == 0, "%s: %m", path);
  return fd;
}

void raw_accept_mute(struct raw *raw, uv_loop_t *loop, int listener) {
  uint64_t end = uv_hrtime() + WAIT_MS * UINT64_C(1000000);
  raw->loop = loop;
  raw->masks = false;
  raw->used = 0;
  do {
    cr_assert_lt(uv_hrtime(), end, "waited for a connection");
    uv_run(loop, UV_RUN_NOWAIT);
    wait_readable(listener);
    raw->fd = accept(listener, NULL, NULL);
  } while (raw->fd < 0);
}

void raw_accept(struct raw *raw, uv_loop_t *loop, int listener) {
  char head[2048], both[128], accept_key[64], answer[512];
  unsigned char digest[20];
  raw_accept_mute(raw, loop, listener);
  cr_assert(wait_head(raw, head, sizeof head));
  const char *key = strcasestr(head, "Sec-WebSocket-Key: ");
  cr_assert_not_null(key);
  int length = snprintf(both, sizeof both, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key + 19);
  lws_SHA1((unsigned char *)both, (size_t)length, digest);
  lws_b64_encode_string((char *)digest, sizeof digest, accept_key, sizeof accept_key);
  snprintf(answer, sizeof answer,
           "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: mentord.v1\r\n\r\n", accept_key);
  send_text(raw, answer);
}

void raw_frame(struct raw *raw, bool final, enum raw_opcode opcode, const char *data, size_t bytes) {
  unsigned char head[14] = {(unsigned char)((final ? 0x80 : 0) | opcode)};
  size_t length = 2;
  if (bytes < 126) head[1] = (unsigned char)bytes;
  else if (bytes < 65536) head[1] = 126;
  else head[1] = 127;
  int wide = bytes < 126 ? 0 : bytes < 65536 ? 2 : 8;
  for (int i = wide - 1; i >= 0; i--) head[length++] = (unsigned char)(bytes >> (8 * i));
  if (raw->masks) head[1] |= 0x80; /* with the key 0: what is sent stays readable */
  raw_bytes(raw, head, length + (raw->masks ? 4 : 0));
  raw_bytes(raw, data, bytes);
}

void raw_say(struct raw *raw, const char *text) {
  raw_frame(raw, true, RAW_TEXT, text, strlen(text));
}

/* Takes one whole frame from what has come; false when there is none yet. The payload may be changed by the next pump. */
static bool take_frame(struct raw *raw, int *ret_opcode, char *ret_payload, size_t *ret_bytes) {
  const unsigned char *d = (const unsigned char *)raw->data;
  if (raw->used < 2) return false;
  size_t length = d[1] & 0x7f, head = 2, wide = length == 126 ? 2 : length == 127 ? 8 : 0, mask = d[1] & 0x80 ? 4 : 0;
  if (raw->used < head + wide + mask) return false;
  if (wide > 0) length = 0;
  for (size_t i = 0; i < wide; i++) length = length << 8 | d[head + i];
  head += wide;
  if (raw->used < head + mask + length) return false;
  for (size_t i = 0; i < length; i++) ret_payload[i] = (char)(d[head + mask + i] ^ (mask ? d[head + i % 4] : 0));
  ret_payload[length] = '\0';
  *ret_opcode = d[0] & 0x0f;
  *ret_bytes = length;
  drop(raw, head + mask + length);
  return true;
}

/* The next frame; false when the connection ends first. */
static bool next_frame(struct raw *raw, int *ret_opcode, char *ret_payload, size_t *ret_bytes) {
  uint64_t end = uv_hrtime() + WAIT_MS * UINT64_C(1000000);
  while (!take_frame(raw, ret_opcode, ret_payload, ret_bytes)) {
    cr_assert_lt(uv_hrtime(), end, "waited for a frame");
    if (!pump(raw) && !take_frame(raw, ret_opcode, ret_payload, ret_bytes)) return false;
  }
  return true;
}

static char payload[512 * 1024];

void raw_hear(struct raw *raw, const char *part) {
  int opcode;
  size_t bytes;
  do {
    cr_assert(next_frame(raw, &opcode, payload, &bytes), "it ended before %s was heard", part);
    cr_assert_neq(opcode, RAW_CLOSE, "it closed with %d %s before %s was heard",
                  (unsigned char)payload[0] << 8 | (unsigned char)payload[1], payload + 2, part);
  } while (opcode != RAW_TEXT || strstr(payload, part) == NULL);
}

int raw_close_code(struct raw *raw) {
  int opcode;
  size_t bytes;
  do {
    if (!next_frame(raw, &opcode, payload, &bytes)) return -1;
  } while (opcode != RAW_CLOSE);
  raw_frame(raw, true, RAW_CLOSE, payload, bytes);
  return bytes < 2 ? -1 : (unsigned char)payload[0] << 8 | (unsigned char)payload[1];
}

void raw_done(struct raw *raw) {
  if (raw->fd >= 0) close(raw->fd);
  raw->fd = -1;
}
