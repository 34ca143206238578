/* link_raw.h: a WebSocket by hand, to say what libwebsockets never would; the loop runs on while it waits. */
#ifndef MENTORD_TEST_LINK_RAW_H
#define MENTORD_TEST_LINK_RAW_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

enum raw_opcode { RAW_MORE = 0, RAW_TEXT = 1, RAW_BINARY = 2, RAW_CLOSE = 8, RAW_PING = 9, RAW_PONG = 10 };

struct raw {
  uv_loop_t *loop; /* borrowed from the test */
  int fd;          /* owned */
  bool masks;      /* a client masks what it sends */
  size_t used;
  char data[512 * 1024]; /* what came and was not taken yet */
};

/* As a bot: connects to a unix socket and asks for an upgrade with these header lines. False: it was refused. */
bool raw_connect(struct raw *raw, uv_loop_t *loop, const char *path, const char *headers);
/* The usual header lines. */
extern const char raw_upgrade[];
/* As an adapter: waits for a connection on this listening socket and answers its upgrade. */
void raw_accept(struct raw *raw, uv_loop_t *loop, int listener);
void raw_accept_mute(struct raw *raw, uv_loop_t *loop, int listener); /* … and does not answer it */
int raw_listen(const char *path);

void raw_frame(struct raw *raw, bool final, enum raw_opcode opcode, const char *data, size_t bytes);
void raw_say(struct raw *raw, const char *text); /* one whole text message */
void raw_bytes(struct raw *raw, const void *data, size_t bytes);
/* Waits for a message that contains `part`; pings and other messages before it are dropped. */
void raw_hear(struct raw *raw, const char *part);
/* Waits for the close frame and returns its code; -1 when the connection ends without one. */
int raw_close_code(struct raw *raw);
void raw_done(struct raw *raw);

#endif
